//! The tables behind the plots.

use crate::html::escape;

/// A column of a table.
#[derive(Debug)]
pub(super) struct Column {
    name: String,
    number: bool,
}

impl Column {
    /// A column of texts.
    pub fn text(name: &str) -> Self {
        Self { name: name.to_owned(), number: false }
    }

    /// A column of numbers, which are set flush right.
    pub fn number(name: &str) -> Self {
        Self { name: name.to_owned(), number: true }
    }

    fn class(&self) -> &'static str {
        if self.number { " class=\"number\"" } else { "" }
    }
}

/// A table that opens on demand. The first column heads the rows; cells are HTML already.
pub(super) fn table(summary: &str, columns: &[Column], rows: &[Vec<String>]) -> String {
    format!("<details>\n<summary>{}</summary>\n{}</details>\n", escape(summary), bare(columns, rows))
}

/// A table that always shows.
pub(super) fn bare(columns: &[Column], rows: &[Vec<String>]) -> String {
    let mut html = "<div class=\"scroll\"><table>\n<thead><tr>".to_owned();
    for column in columns {
        html += &format!("<th scope=\"col\"{}>{}</th>", column.class(), escape(&column.name));
    }
    html += "</tr></thead>\n<tbody>\n";
    for row in rows {
        html += "<tr>";
        for (at, (cell, column)) in row.iter().zip(columns).enumerate() {
            html += &match at {
                0 => format!("<th scope=\"row\"{}>{cell}</th>", column.class()),
                _ => format!("<td{}>{cell}</td>", column.class()),
            };
        }
        html += "</tr>\n";
    }
    html + "</tbody>\n</table></div>\n"
}

//! Two models on the same texts.

use copydesk_train::{Comparison, Difference, WhoIsRight};

use super::dots::{DotPlot, Row};
use super::table::{Column, bare};
use crate::eval::comparison::{mcnemar, p_value, verdict};
use crate::html::escape;

/// The differences, who is right where, and the verdict.
pub(super) fn section(comparison: &Comparison, other: &str) -> String {
    let row = |name: &str, difference: Difference| Row {
        name: name.to_owned(),
        value: Some(difference.difference),
        interval: difference.interval,
        note: difference.p_value.map(|p| format!("p {}", p_value(p))).unwrap_or_default(),
    };
    let rows = [row("macro-F1", comparison.macro_f1), row("accuracy", comparison.accuracy)];
    let ends = rows.iter().flat_map(|row| [row.value, row.interval.map(|i| i.low), row.interval.map(|i| i.high)]);
    // The axis has 0 in its middle, so that the side of a dot tells who is better.
    let widest = ends.flatten().map(f64::abs).fold(0.01, f64::max) * 1.1;
    let plot = DotPlot {
        id: "differences",
        caption: "This model less the other: right of 0 is better",
        rows: &rows,
        range: (-widest, widest),
        reference: Some((0.0, "no difference")),
        signed: true,
    };
    let scores = [("macro-F1", comparison.macro_f1), ("accuracy", comparison.accuracy)].map(|(name, difference)| {
        vec![name.to_owned(), format!("{:.3}", difference.this), format!("{:.3}", difference.other)]
    });
    let columns = [Column::text("score"), Column::number("this model"), Column::number("the other")];
    format!(
        "<p><strong>{}</strong></p>\n<div class=\"plots\">\n{}<div>\n{}<p class=\"faint\">{}.</p>\n</div>\n</div>\n{}",
        escape(&verdict(comparison, other)),
        plot.figure(),
        bare(&columns, &scores),
        escape(&mcnemar(comparison)),
        who_is_right(&comparison.right)
    )
}

fn who_is_right(right: &[WhoIsRight]) -> String {
    let columns = ["both right", "only this", "only the other", "both wrong"].map(Column::number);
    let columns: Vec<Column> = std::iter::once(Column::text("truth")).chain(columns).collect();
    let row = |right: &WhoIsRight| {
        let counts = [right.both, right.only_this, right.only_other, right.neither].map(|count| count.to_string());
        std::iter::once(escape(&right.label)).chain(counts).collect()
    };
    bare(&columns, &right.iter().map(row).collect::<Vec<_>>())
}

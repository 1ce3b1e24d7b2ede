//! The confusion matrix as a plot.

use copydesk_train::Evaluation;

use super::plot::{WIDTH, figure, text};
use super::table::{Column, bare, table};
use crate::eval::slices::cut;
use crate::html::escape;

/// More labels make cells too small to read: there is only a table then.
const MOST_LABELS: usize = 12;
/// Room for the names of the true labels.
const LEFT: f64 = 88.0;
const TOP: f64 = 36.0;

/// The matrix, shaded by the share of the true label, and its table.
pub(super) fn section(scores: &Evaluation) -> String {
    let mut columns = vec![Column::text("truth")];
    columns.extend(scores.classes.iter().map(|class| Column::number(&format!("answered {}", class.label))));
    let rows = scores.classes.iter().zip(&scores.confusion);
    let rows: Vec<Vec<String>> = rows
        .map(|(class, counts)| {
            let counts = counts.iter().map(u64::to_string);
            std::iter::once(escape(&class.label)).chain(counts).collect()
        })
        .collect();
    if scores.classes.len() > MOST_LABELS {
        return bare(&columns, &rows);
    }
    plot(scores) + &table("The counts", &columns, &rows)
}

fn plot(scores: &Evaluation) -> String {
    let labels = scores.classes.len();
    let size = (WIDTH - LEFT - 2.0) / labels as f64;
    let height = size.min(64.0);
    #[expect(clippy::cast_sign_loss, reason = "a cell is not negative")]
    let fitting = (size / 6.8).max(2.0) as usize;
    let mut body = text("axis", (LEFT, 12.0), "answer →") + &text("axis", (0.0, 12.0), "truth ↓");
    let mut description = String::new();
    for (row, (class, counts)) in scores.classes.iter().zip(&scores.confusion).enumerate() {
        let top = TOP + height * row as f64;
        let x = LEFT + size * (row as f64 + 0.5);
        body += &text("name middle", (x, TOP - 8.0), &cut(&class.label, fitting));
        body += &text("name", (0.0, top + height / 2.0 + 4.0), &cut(&class.label, 13));
        let mut said = Vec::new();
        for (column, (&count, answer)) in counts.iter().zip(&scores.classes).enumerate() {
            let share = if class.support == 0 { 0.0 } else { count as f64 / class.support as f64 };
            said.push(format!("{count} as {}", answer.label));
            let right = row == column;
            let (x, middle) = (LEFT + size * column as f64, LEFT + size * (column as f64 + 0.5));
            let says = escape(&format!(
                "{count} of {} of {} answered {}, {:.1} %",
                class.support,
                class.label,
                answer.label,
                share * 100.0
            ));
            body += &format!(
                "<g><title>{says}</title><rect class=\"cell\" x=\"{x:.1}\" y=\"{top:.1}\" width=\"{size:.1}\" height=\"{height:.1}\"/>\
                 <rect class=\"{}\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" style=\"--share:{share:.3}\"/></g>\n",
                if right { "right" } else { "wrong" },
                x + 1.0,
                top + 1.0,
                size - 2.0,
                height - 2.0
            );
            let two_lines = height >= 40.0 && size >= 40.0;
            let y = top + height / 2.0 + if two_lines { -1.0 } else { 4.0 };
            body += &text(if right { "count middle strong" } else { "count middle" }, (middle, y), &count.to_string());
            if two_lines {
                body += &text("share middle", (middle, y + 15.0), &format!("{:.0} %", share * 100.0));
            }
        }
        description += &format!("{}: {}. ", class.label, said.join(", "));
    }
    figure("confusion", "Truth by answer", &description, TOP + height * labels as f64 + 4.0, &body)
}

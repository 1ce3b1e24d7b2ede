//! Precision, recall and F1 of each label with their intervals.

use copydesk_train::{ClassIntervals, ClassScores, Evaluation, Interval, Uncertainty};

use super::dots::{DotPlot, Row, range_of};
use super::plot::MOST_PANELS;
use super::table::{Column, bare};
use super::{defined, optional, with_interval};
use crate::html::escape;

/// One of the scores of a label.
struct Score {
    name: &'static str,
    value: fn(&ClassScores) -> Option<f64>,
    interval: fn(&ClassIntervals) -> Option<Interval>,
}

const SCORES: [Score; 3] = [
    Score { name: "Precision", value: |c| defined(c.precision, c.precision_undefined), interval: |i| i.precision },
    Score { name: "Recall", value: |c| defined(c.recall, c.recall_undefined), interval: |i| i.recall },
    Score { name: "F1", value: |c| defined(c.f1, c.precision_undefined && c.recall_undefined), interval: |i| i.f1 },
];

/// A dot plot a score, and the table.
pub(super) fn section(scores: &Evaluation) -> String {
    let intervals = match &scores.uncertainty {
        Uncertainty::Intervals(intervals) => intervals.classes.as_slice(),
        Uncertainty::NotAvailable { .. } => &[],
    };
    let rows_of = |score: &Score| -> Vec<Row> {
        let row = |(at, class): (usize, &ClassScores)| Row {
            name: class.label.clone(),
            value: (score.value)(class),
            interval: intervals.get(at).and_then(score.interval),
            note: String::new(),
        };
        scores.classes.iter().enumerate().map(row).collect()
    };
    let plots = SCORES.map(|score| (score.name, rows_of(&score)));
    let range = range_of(plots.iter().flat_map(|(_, rows)| rows));
    let mut html = "<div class=\"plots\">\n".to_owned();
    for (name, rows) in &plots {
        let rows = &rows[..rows.len().min(MOST_PANELS)];
        html += &DotPlot { id: name, caption: name, rows, range, reference: None, signed: false }.figure();
    }
    html += "</div>\n";
    let columns =
        ["precision", "recall", "F1", "average precision", "ROC AUC", "examples", "predicted"].map(Column::number);
    let columns: Vec<Column> = std::iter::once(Column::text("label")).chain(columns).collect();
    let row = |(at, class): (usize, &ClassScores)| {
        let mut row = vec![escape(&class.label)];
        row.extend(plots.iter().map(|(_, rows)| with_interval(rows[at].value, rows[at].interval)));
        row.extend([optional(class.average_precision), optional(class.roc_auc)]);
        row.extend([class.support, class.predicted].map(|count| count.to_string()));
        row
    };
    html + &bare(&columns, &scores.classes.iter().enumerate().map(row).collect::<Vec<_>>())
}

//! Scores by slice.

use copydesk_train::{Evaluation, SliceScores, Slicing};

use super::dots::{DotPlot, Row, range_of, range_up};
use super::table::{Column, table};
use super::with_interval;
use crate::eval::slices::{title, value};
use crate::html::escape;

/// Slices in a plot; the table has them all.
const MOST: usize = 24;

/// Three dot plots and a table for each property.
pub(super) fn section(slicings: &[Slicing], scores: &Evaluation) -> String {
    let of = |slicing: &Slicing, row: fn(&SliceScores) -> Row| -> Vec<Row> {
        slicing.slices.iter().take(MOST).map(row).collect()
    };
    let mut html = String::new();
    for (at, slicing) in slicings.iter().enumerate() {
        let [accuracy, macro_f1, error] = [accuracy, macro_f1, calibration_error].map(|row| of(slicing, row));
        let range = range_of(accuracy.iter().chain(&macro_f1));
        let plot = |name: &str, caption: &str, rows: &[Row], range: (f64, f64), whole: f64| {
            let id = format!("slice{at}-{name}");
            let reference = Some((whole, "that of all examples"));
            DotPlot { id: &id, caption, rows, range, reference, signed: false }.figure()
        };
        let by = title(&slicing.by);
        html += &format!("<h3>By {}</h3>\n", escape(&by));
        let hidden = slicing.slices.len().saturating_sub(MOST);
        if hidden > 0 {
            html += &format!(
                "<p class=\"faint\">The {MOST} slices with the most examples; {hidden} more in the table.</p>\n"
            );
        }
        html += "<div class=\"plots\">\n";
        html += &plot("accuracy", "Accuracy", &accuracy, range, scores.accuracy);
        html += &plot("f1", "Macro-F1", &macro_f1, range, scores.macro_f1);
        html += &plot("error", "Calibration error (0 is best)", &error, range_up(&error), scores.calibration_error);
        html += "</div>\n";
        html += &numbers(&by, slicing);
    }
    html
}

fn accuracy(slice: &SliceScores) -> Row {
    Row {
        name: value(slice),
        value: Some(slice.accuracy),
        interval: slice.accuracy_interval,
        note: format!("n {}", slice.examples),
    }
}

fn macro_f1(slice: &SliceScores) -> Row {
    Row { value: Some(slice.macro_f1), interval: slice.macro_f1_interval, ..accuracy(slice) }
}

fn calibration_error(slice: &SliceScores) -> Row {
    Row { value: Some(slice.calibration_error), interval: None, ..accuracy(slice) }
}

fn numbers(by: &str, slicing: &Slicing) -> String {
    let columns = ["examples", "documents", "accuracy", "macro-F1", "calibration error"].map(Column::number);
    let columns: Vec<Column> = std::iter::once(Column::text(by)).chain(columns).collect();
    let row = |slice: &SliceScores| {
        vec![
            escape(&value(slice)),
            slice.examples.to_string(),
            slice.documents.to_string(),
            with_interval(Some(slice.accuracy), slice.accuracy_interval),
            with_interval(Some(slice.macro_f1), slice.macro_f1_interval),
            format!("{:.3}", slice.calibration_error),
        ]
    };
    table(&format!("The numbers by {by}"), &columns, &slicing.slices.iter().map(row).collect::<Vec<_>>())
}

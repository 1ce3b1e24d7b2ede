//! Scores as a table for the terminal.

use copydesk_train::{Evaluation, Interval, Uncertainty};

use crate::width::widest;

/// With more labels a confusion matrix is wider than any screen.
const MOST_IN_A_MATRIX: usize = 40;

/// The scores with their intervals, the table by label and the confusion matrix.
pub(crate) fn table(scores: &Evaluation) -> String {
    let (intervals, note) = match &scores.uncertainty {
        Uncertainty::Intervals(intervals) => {
            let share = intervals.confidence * 100.0;
            (Some(intervals), format!("{share} % intervals by resampling {} documents", intervals.documents))
        }
        Uncertainty::NotAvailable { reason } => (None, format!("no intervals: {reason}")),
    };
    let mut lines = vec![format!("{} examples; {note}", scores.examples), String::new()];
    for (name, score, interval) in [
        ("macro-F1", scores.macro_f1, intervals.map(|i| i.macro_f1)),
        ("accuracy", scores.accuracy, intervals.map(|i| i.accuracy)),
        ("log loss", scores.log_loss, intervals.map(|i| i.log_loss)),
        ("Brier score", scores.brier, intervals.map(|i| i.brier)),
        ("calibration error", scores.calibration_error, None),
    ] {
        lines.push(format!("{name:<18} {score:.3}  {}", range(interval)).trim_end().to_owned());
    }
    let width = widest(labels(scores)).max(14);
    lines.push(String::new());
    lines.push(format!(
        "{:width$}  {:>9} {:>6} {:>6} {:>15} {:>8} {:>9}",
        "label", "precision", "recall", "F1", "F1 interval", "examples", "predicted"
    ));
    for (at, class) in scores.classes.iter().enumerate() {
        lines.push(format!(
            "{:width$}  {:>9} {:>6} {:>6} {:>15} {:>8} {:>9}",
            class.label,
            defined(class.precision, class.precision_undefined),
            defined(class.recall, class.recall_undefined),
            defined(class.f1, class.precision_undefined && class.recall_undefined),
            range(intervals.and_then(|intervals| intervals.classes[at].f1)),
            class.support,
            class.predicted
        ));
    }
    lines.push(String::new());
    lines.extend(confusion(scores, width));
    lines.join("\n") + "\n"
}

fn labels(scores: &Evaluation) -> impl Iterator<Item = &str> {
    scores.classes.iter().map(|class| class.label.as_str())
}

fn confusion(scores: &Evaluation, width: usize) -> Vec<String> {
    if scores.classes.len() > MOST_IN_A_MATRIX {
        return vec![format!("the confusion matrix of {} labels is left out here", scores.classes.len())];
    }
    let cell = widest(labels(scores)).max(7);
    let row = |name: &str, cells: Vec<String>| {
        let cells: Vec<String> = cells.iter().map(|text| format!("{text:>cell$}")).collect();
        format!("{name:width$}  {}", cells.join(" "))
    };
    let mut lines = vec![row("truth \\ answer", scores.classes.iter().map(|c| c.label.clone()).collect())];
    for (class, counts) in scores.classes.iter().zip(&scores.confusion) {
        lines.push(row(&class.label, counts.iter().map(u64::to_string).collect()));
    }
    lines
}

fn defined(value: f64, undefined: bool) -> String {
    if undefined { "–".into() } else { format!("{value:.3}") }
}

pub(crate) fn range(interval: Option<Interval>) -> String {
    interval.map(|i| format!("{:.3} – {:.3}", i.low, i.high)).unwrap_or_default()
}

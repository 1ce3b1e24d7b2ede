//! Scores by slice, and the worst errors, for the terminal.

use copydesk_train::{Mistake, SliceBy, SliceScores, Slicing};

use crate::output::one_line;
use crate::scores::range;
use crate::width::widest;

/// Lines of the terminal are at most so many characters long where texts can be cut.
const WIDTH: usize = 100;
/// Slices of one property that are shown.
const MOST_SLICES: usize = 20;
/// Values of a column may be whole sentences: they are cut to so many characters.
const LONGEST_VALUE: usize = 24;

/// What the slices are by.
pub(super) fn title(by: &SliceBy) -> String {
    match by {
        SliceBy::Words => "words".to_owned(),
        SliceBy::Quoted => "quotation marks".to_owned(),
        SliceBy::Column(column) => one_line(column),
    }
}

/// The value of a slice, in which empty fields can be seen.
pub(super) fn value(slice: &SliceScores) -> String {
    let value = one_line(&slice.value);
    if value.is_empty() { "(empty)".to_owned() } else { value }
}

/// The table of one property's slices.
pub(super) fn table(slicing: &Slicing) -> String {
    let head = format!("by {}", title(&slicing.by));
    let shown: Vec<(String, &SliceScores)> =
        slicing.slices.iter().take(MOST_SLICES).map(|slice| (cut(&value(slice), LONGEST_VALUE), slice)).collect();
    let width = widest(shown.iter().map(|(value, _)| value.as_str()).chain([head.as_str()])).max(18);
    let mut lines = format!(
        "{head:width$} {:>8} {:>8}  {:<13} {:>8}  {:<13} {:>11}\n",
        "examples", "accuracy", "interval", "macro-F1", "interval", "calibration"
    );
    for (value, slice) in shown {
        lines += &format!(
            "{value:width$} {:>8} {:>8.3}  {:<13} {:>8.3}  {:<13} {:>11.3}\n",
            slice.examples,
            slice.accuracy,
            range(slice.accuracy_interval),
            slice.macro_f1,
            range(slice.macro_f1_interval),
            slice.calibration_error
        );
    }
    let hidden = slicing.slices.len().saturating_sub(MOST_SLICES);
    if hidden > 0 {
        lines += &format!("({hidden} more with fewer examples: see --json)\n");
    }
    lines
}

/// The errors, two lines each: what was said and where, then as much of the text as fits on the line.
pub(super) fn errors(errors: &[Mistake], of: u64) -> String {
    let mut lines = format!("errors, the surest first ({} of {of})\n", errors.len());
    for error in errors {
        lines += &format!(
            "{:.3}  {} for {}  {}:{}\n",
            error.confidence,
            error.answer,
            error.truth,
            one_line(&error.file),
            error.line
        );
        lines += &format!("       {}\n", cut(&one_line(&error.text), WIDTH - 7));
    }
    lines
}

/// At most `most` characters of a text, the last an ellipsis if it is cut.
pub(super) fn cut(text: &str, most: usize) -> String {
    if text.chars().nth(most).is_none() {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most - 1).collect();
    format!("{}…", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slice(value: &str, examples: u64) -> SliceScores {
        SliceScores {
            value: value.to_owned(),
            examples,
            documents: 1,
            accuracy: 0.5,
            accuracy_interval: None,
            macro_f1: 0.25,
            macro_f1_interval: None,
            calibration_error: 0.125,
        }
    }

    #[test]
    fn texts_are_cut_by_characters() {
        assert_eq!(cut("äöü", 3), "äöü");
        assert_eq!(cut("äöüß", 3), "äö…");
        assert_eq!(cut("ab cd", 4), "ab…");
    }

    #[test]
    fn many_slices_are_counted_and_odd_values_shown() {
        let mut slices: Vec<SliceScores> = (0..23).map(|at| slice(&format!("v{at}"), 30 - at)).collect();
        slices[1].value = " \n".to_owned();
        slices[2].value = "long ".repeat(30);
        let table = table(&Slicing { by: SliceBy::Column("desk".into()), slices });
        let lines: Vec<&str> = table.lines().collect();
        assert_eq!(lines.len(), 22);
        assert!(lines[0].starts_with("by desk  ") && lines[2].starts_with("(empty)  "), "{table}");
        assert!(lines[3].starts_with("long long") && lines[3].contains('…'), "{table}");
        assert_eq!(lines[21], "(3 more with fewer examples: see --json)");
        assert!(lines.iter().all(|line| line.chars().count() <= WIDTH), "{table}");
    }
}

//! The errors that the model was surest of.

use copydesk_train::Mistake;

use super::table::{Column, bare};
use crate::html::escape;
use crate::output::one_line;

/// A table of the errors with their whole texts.
pub(super) fn section(errors: &[Mistake]) -> String {
    let columns = [Column::text("answer"), Column::text("truth"), Column::text("text")];
    let row = |error: &Mistake| {
        vec![
            format!("{}<br><span class=\"faint\">{:.3}</span>", escape(&error.answer), error.confidence),
            format!("{}<br><span class=\"faint\">{:.3}</span>", escape(&error.truth), error.truth_probability),
            // Isolated, so that marks of writing direction in a text do not turn the table round.
            format!(
                "<bdi>{}</bdi><br><span class=\"faint\"><bdi>{}:{}</bdi></span>",
                escape(&one_line(&error.text)),
                escape(&one_line(&error.file)),
                error.line
            ),
        ]
    };
    let table = bare(&columns, &errors.iter().map(row).collect::<Vec<_>>());
    table.replacen("<table>", "<table class=\"errors\">", 1)
}

//! A sentence as JSON Lines and TSV give it.

use copydesk_infer::ByLabel;
use serde::Serialize;

use super::writer::Marked;
use crate::failure::Failure;
use crate::output::Output;
use crate::tsv::{TsvField, TsvNumbers};

#[derive(Serialize)]
pub(super) struct Record<'a> {
    file: &'a str,
    /// Where the row starts that the sentence stands in, in a table.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    index: usize,
    start: usize,
    end: usize,
    char_start: usize,
    char_end: usize,
    text: &'a str,
    label: &'a str,
    confidence: f64,
    probabilities: ByLabel<'a>,
    quoted: bool,
}

impl<'a> Record<'a> {
    pub fn new(file: &'a str, line: Option<u64>, sentence: &Marked<'a>) -> Self {
        let (span, prediction) = (sentence.span, sentence.prediction);
        Self {
            file,
            line,
            index: sentence.index,
            start: span.bytes.start,
            end: span.bytes.end,
            char_start: span.chars.start,
            char_end: span.chars.end,
            text: sentence.text,
            label: sentence.label(),
            confidence: prediction.confidence(),
            probabilities: prediction.by_label(),
            quoted: span.quoted,
        }
    }

    pub fn write_tsv(&self, out: &mut Output) -> Result<(), Failure> {
        let line = self.line.map(|line| format!("\t{line}")).unwrap_or_default();
        out.line(&format_args!(
            "{}{line}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}",
            TsvField(self.file),
            self.index,
            self.start,
            self.end,
            self.char_start,
            self.char_end,
            TsvField(self.label),
            TsvNumbers(&[self.confidence]),
            TsvNumbers(self.probabilities.values),
            self.quoted,
            TsvField(self.text)
        ))
    }
}

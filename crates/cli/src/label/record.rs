//! A sentence as JSON Lines and TSV give it.

use serde::Serialize;

use super::writer::Marked;
use crate::failure::Failure;
use crate::output::{ByLabel, Output};
use crate::tsv::{TsvField, TsvNumbers};

#[derive(Serialize)]
pub(super) struct Record<'a> {
    file: &'a str,
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
    pub fn new(file: &'a str, sentence: &Marked<'a>) -> Self {
        let (span, prediction) = (sentence.span, sentence.prediction);
        Self {
            file,
            index: sentence.index,
            start: span.bytes.start,
            end: span.bytes.end,
            char_start: span.chars.start,
            char_end: span.chars.end,
            text: sentence.text,
            label: sentence.label(),
            confidence: prediction.confidence(),
            probabilities: ByLabel { labels: prediction.labels(), values: prediction.probabilities() },
            quoted: span.quoted,
        }
    }

    pub fn write_tsv(&self, out: &mut Output) -> Result<(), Failure> {
        out.line(&format_args!(
            "{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}",
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

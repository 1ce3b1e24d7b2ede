//! A sentence as JSON Lines and TSV give it.

use serde::Serialize;

use super::writer::Marked;
use crate::output::{ByLabel, tsv_field};

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

    pub fn tsv(&self) -> String {
        let probabilities: Vec<String> = self.probabilities.values.iter().map(f64::to_string).collect();
        format!(
            "{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}",
            tsv_field(self.file),
            self.index,
            self.start,
            self.end,
            self.char_start,
            self.char_end,
            tsv_field(self.label),
            self.confidence,
            probabilities.join("\t"),
            self.quoted,
            tsv_field(self.text)
        )
    }
}

//! Answers as JSON Lines and TSV give them.

use copydesk_infer::{Prediction, Worker};

use super::Format;
use super::reading::{Batch, Text};
use crate::answer_fields::AnswerFields;
use crate::json::{push_integer, push_string};
use crate::tsv::{push_field, tsv_header};

/// Writes the answers of a batch.
pub(super) struct Writing<'a> {
    format: Format,
    min_confidence: f64,
    labels: &'a [String],
    fields: AnswerFields,
}

impl<'a> Writing<'a> {
    pub fn new(format: Format, min_confidence: f64, labels: &'a [String]) -> Self {
        Self { format, min_confidence, labels, fields: AnswerFields::new(labels) }
    }

    /// What stands before all answers.
    pub fn head(&self) -> String {
        match self.format {
            Format::Jsonl => String::new(),
            Format::Tsv => format!("file\tline\tlabel\tconfidence\t{}\ttext\n", tsv_header(self.labels)),
        }
    }

    /// Classifies the texts of a batch.
    pub fn answer(&self, worker: &mut Worker<'_>, batch: &mut Batch) {
        // All that stands before the line's number is the same.
        let mut place = Vec::new();
        match self.format {
            Format::Jsonl => {
                place.extend_from_slice(b"{\"file\":");
                push_string(&mut place, &batch.file);
                place.extend_from_slice(b",\"line\":");
                let (texts, out) = batch.texts();
                worker.classify_each(texts, |text, prediction| self.push_json(out, &place, &text, &prediction));
            }
            Format::Tsv => {
                push_field(&mut place, &batch.file);
                place.push(b'\t');
                let (texts, out) = batch.texts();
                worker.classify_each(texts, |text, prediction| self.push_tsv(out, &place, &text, &prediction));
            }
        }
    }

    fn push_json(&self, out: &mut Vec<u8>, place: &[u8], text: &Text<'_>, prediction: &Prediction<'_>) {
        out.extend_from_slice(place);
        push_integer(out, text.line);
        out.extend_from_slice(b",\"text\":");
        push_string(out, text.text);
        out.push(b',');
        self.fields.push_json(out, prediction, self.is_sure(prediction));
        out.extend_from_slice(b"}\n");
    }

    fn push_tsv(&self, out: &mut Vec<u8>, place: &[u8], text: &Text<'_>, prediction: &Prediction<'_>) {
        out.extend_from_slice(place);
        push_integer(out, text.line);
        out.push(b'\t');
        self.fields.push_tsv(out, prediction, self.is_sure(prediction));
        out.push(b'\t');
        push_field(out, text.text);
        out.push(b'\n');
    }

    fn is_sure(&self, prediction: &Prediction<'_>) -> bool {
        prediction.label_if_sure(self.min_confidence).is_some()
    }
}

//! A sentence as JSON Lines and TSV give it.

use super::writer::Marked;
use crate::answer_fields::AnswerFields;
use crate::json::{push_integer, push_string};
use crate::tsv::push_field;

/// Writes the sentences of one document after the other.
pub(super) struct Records {
    answers: AnswerFields,
    /// The file under way, as the beginning of an object and of a row.
    json_file: Vec<u8>,
    tsv_file: Vec<u8>,
    /// Where the row starts that is the document, in a table.
    line: Option<u64>,
}

impl Records {
    pub fn new(labels: &[String]) -> Self {
        Self { answers: AnswerFields::new(labels), json_file: Vec::new(), tsv_file: Vec::new(), line: None }
    }

    /// The next document by its file and, in a table, the line where its row starts.
    pub fn begin(&mut self, file: &str, line: Option<u64>) {
        self.line = line;
        self.json_file.clear();
        self.json_file.extend_from_slice(b"{\"file\":");
        push_string(&mut self.json_file, file);
        self.tsv_file.clear();
        push_field(&mut self.tsv_file, file);
    }

    /// Appends a sentence as a line of JSON.
    pub fn push_json(&self, out: &mut Vec<u8>, sentence: &Marked<'_>) {
        out.extend_from_slice(&self.json_file);
        let mut number = |name: &[u8], value: u64| {
            out.extend_from_slice(name);
            push_integer(out, value);
        };
        if let Some(line) = self.line {
            number(b",\"line\":", line);
        }
        let span = sentence.span;
        number(b",\"index\":", sentence.index as u64);
        number(b",\"start\":", span.bytes.start as u64);
        number(b",\"end\":", span.bytes.end as u64);
        number(b",\"char_start\":", span.chars.start as u64);
        number(b",\"char_end\":", span.chars.end as u64);
        out.extend_from_slice(b",\"text\":");
        push_string(out, sentence.text);
        out.push(b',');
        self.answers.push_json(out, sentence.prediction, sentence.sure);
        out.extend_from_slice(if span.quoted { b",\"quoted\":true}\n" } else { b",\"quoted\":false}\n" });
    }

    /// Appends a sentence as a row.
    pub fn push_tsv(&self, out: &mut Vec<u8>, sentence: &Marked<'_>) {
        out.extend_from_slice(&self.tsv_file);
        let span = sentence.span;
        let numbers = [sentence.index, span.bytes.start, span.bytes.end, span.chars.start, span.chars.end];
        for value in self.line.into_iter().chain(numbers.map(|value| value as u64)) {
            out.push(b'\t');
            push_integer(out, value);
        }
        out.push(b'\t');
        self.answers.push_tsv(out, sentence.prediction, sentence.sure);
        out.extend_from_slice(if span.quoted { b"\ttrue\t" } else { b"\tfalse\t" });
        push_field(out, sentence.text);
        out.push(b'\n');
    }
}

//! `--audit`: each cut as a line of JSON.

use std::io::{BufWriter, Write};
use std::path::Path;

use copydesk_infer::{Classifier, Contribution};
use serde::Serialize;

use super::cuts::Cut;
use super::target::Sink;
use crate::failure::Failure;

/// How many n-grams are reasons.
const REASONS: usize = 5;

/// Where a text stands.
pub(super) struct Place<'a> {
    pub file: &'a str,
    pub line: Option<u64>,
    pub column: Option<&'a str>,
}

#[derive(Serialize)]
struct Record<'a> {
    file: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<&'a str>,
    index: usize,
    start: usize,
    end: usize,
    text: &'a str,
    label: &'a str,
    probability: f64,
    alone: f64,
    reasons: Vec<Reason<'a>>,
}

#[derive(Serialize)]
struct Reason<'a> {
    ngram: &'a str,
    block: &'a str,
    adds: f64,
}

impl<'a> Reason<'a> {
    fn new(contribution: &'a Contribution) -> Self {
        Self { ngram: &contribution.ngram, block: &contribution.block, adds: contribution.contribution }
    }
}

/// The cuts in a text, a line each. `text` begins at byte `start` of it.
pub(super) fn records(classifier: &Classifier, place: &Place<'_>, text: &str, start: usize, cuts: &[Cut]) -> Vec<u8> {
    let mut lines = Vec::new();
    for cut in cuts {
        let explanation = classifier.explain(&text[cut.sentence.start - start..cut.sentence.end - start]);
        let label = &explanation.labels[cut.class];
        let record = Record {
            file: place.file,
            line: place.line,
            column: place.column,
            index: cut.index,
            start: cut.bytes.start,
            end: cut.bytes.end,
            text: &text[cut.bytes.start - start..cut.bytes.end - start],
            label: &label.label,
            probability: cut.probability,
            alone: label.probability,
            reasons: label.contributions.iter().take(REASONS).map(Reason::new).collect(),
        };
        serde_json::to_writer(&mut lines, &record).expect("strings and numbers are JSON, and memory can be written");
        lines.push(b'\n');
    }
    lines
}

/// The file that the audit goes to. It is put in its place at the end.
pub(super) struct Audit {
    out: BufWriter<Sink>,
    length: u64,
}

impl Audit {
    pub fn create(path: &Path) -> Result<Self, Failure> {
        Ok(Self { out: BufWriter::new(Sink::create(path)?), length: 0 })
    }

    pub fn write(&mut self, lines: &[u8]) -> Result<(), Failure> {
        self.length += lines.len() as u64;
        self.out.write_all(lines).map_err(|error| self.out.get_ref().failure(&error))
    }

    /// How much was written.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Takes back what was written after the first `length` bytes, where it went to a file.
    pub fn cut_back(&mut self, length: u64) -> Result<(), Failure> {
        self.flush()?;
        let sink = self.out.get_mut();
        if let Sink::File { file, .. } = sink {
            self.length = length;
            file.cut_back(length).map_err(|error| sink.failure(&error))?;
        }
        Ok(())
    }

    pub fn flush(&mut self) -> Result<(), Failure> {
        self.out.flush().map_err(|error| self.out.get_ref().failure(&error))
    }

    pub fn commit(mut self) -> Result<(), Failure> {
        self.flush()?;
        let (sink, _) = self.out.into_parts();
        sink.commit()
    }
}

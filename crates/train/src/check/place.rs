//! Where an example stands.

use std::fmt;

use serde::Serialize;

use crate::corpus::Corpus;

/// Where an example stands and what it is labelled. Written as `file:line`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The input's name.
    pub file: String,
    /// The line where the row starts, from 1.
    pub line: u64,
    /// The label.
    pub label: String,
}

impl Place {
    pub(super) fn of(corpus: &Corpus, row: usize) -> Self {
        let example = &corpus.examples()[row];
        Self {
            file: corpus.files()[example.file as usize].clone(),
            line: example.line,
            label: corpus.labels()[example.label as usize].clone(),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

//! `--format jsonl`: an object a sentence.

use super::record::Records;
use super::writer::{Marked, Writer};
use crate::failure::Failure;
use crate::output::Output;

pub(super) struct JsonLines(Records);

impl JsonLines {
    pub fn new(labels: &[String]) -> Self {
        Self(Records::new(labels))
    }
}

impl Writer for JsonLines {
    fn begin_document(&mut self, name: &str, _out: &mut Output) -> Result<(), Failure> {
        self.0.begin(name, None);
        Ok(())
    }

    fn begin_row(&mut self, table: &str, line: u64, _out: &mut Output) -> Result<(), Failure> {
        self.0.begin(table, Some(line));
        Ok(())
    }

    fn sentence(&mut self, sentence: &Marked<'_>, out: &mut Output) -> Result<(), Failure> {
        out.bytes(|buffer| self.0.push_json(buffer, sentence))
    }
}

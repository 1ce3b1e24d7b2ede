//! `--format jsonl`: an object a sentence.

use super::record::Record;
use super::writer::{Marked, Writer};
use crate::failure::Failure;
use crate::output::Output;

#[derive(Default)]
pub(super) struct JsonLines {
    file: String,
    /// Where the row starts that is the document, in a table.
    line: Option<u64>,
}

impl Writer for JsonLines {
    fn begin_document(&mut self, name: &str, _out: &mut Output) -> Result<(), Failure> {
        name.clone_into(&mut self.file);
        Ok(())
    }

    fn begin_row(&mut self, table: &str, line: u64, out: &mut Output) -> Result<(), Failure> {
        self.line = Some(line);
        self.begin_document(table, out)
    }

    fn sentence(&mut self, sentence: &Marked<'_>, out: &mut Output) -> Result<(), Failure> {
        out.json(&Record::new(&self.file, self.line, sentence))
    }
}

//! `--format jsonl`: an object a sentence.

use super::record::Record;
use super::writer::{Marked, Writer};
use crate::failure::Failure;
use crate::output::Output;

#[derive(Default)]
pub(super) struct JsonLines {
    file: String,
}

impl Writer for JsonLines {
    fn begin_document(&mut self, name: &str, _out: &mut Output) -> Result<(), Failure> {
        name.clone_into(&mut self.file);
        Ok(())
    }

    fn sentence(&mut self, sentence: &Marked<'_>, out: &mut Output) -> Result<(), Failure> {
        out.json(&Record::new(&self.file, sentence))
    }
}

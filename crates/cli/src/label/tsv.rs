//! `--format tsv`: a row a sentence.

use super::record::Record;
use super::writer::{Marked, Writer};
use crate::failure::Failure;
use crate::output::Output;
use crate::tsv::tsv_header;

pub(super) struct Tsv {
    header: String,
    begun: bool,
    file: String,
}

impl Tsv {
    pub fn new(labels: &[String]) -> Self {
        let header = format!(
            "file\tindex\tstart\tend\tchar_start\tchar_end\tlabel\tconfidence\t{}\tquoted\ttext",
            tsv_header(labels)
        );
        Self { header, begun: false, file: String::new() }
    }
}

impl Writer for Tsv {
    fn begin_document(&mut self, name: &str, out: &mut Output) -> Result<(), Failure> {
        name.clone_into(&mut self.file);
        if std::mem::replace(&mut self.begun, true) { Ok(()) } else { out.line(&self.header) }
    }

    fn sentence(&mut self, sentence: &Marked<'_>, out: &mut Output) -> Result<(), Failure> {
        Record::new(&self.file, sentence).write_tsv(out)
    }
}

//! `--format tsv`: a row a sentence.

use super::record::Record;
use super::writer::{Marked, Writer};
use crate::failure::Failure;
use crate::output::{Output, tsv_header};

pub(super) struct Tsv {
    header: String,
    begun: bool,
    file: String,
    /// Where the row starts that is the document, in a table.
    line: Option<u64>,
}

impl Tsv {
    pub fn new(labels: &[String]) -> Self {
        let header =
            format!("index\tstart\tend\tchar_start\tchar_end\tlabel\tconfidence\t{}\tquoted\ttext", tsv_header(labels));
        Self { header, begun: false, file: String::new(), line: None }
    }
}

impl Writer for Tsv {
    fn begin_document(&mut self, name: &str, out: &mut Output) -> Result<(), Failure> {
        name.clone_into(&mut self.file);
        if std::mem::replace(&mut self.begun, true) {
            return Ok(());
        }
        let place = if self.line.is_some() { "file\tline" } else { "file" };
        out.line(&format_args!("{place}\t{}", self.header))
    }

    fn begin_row(&mut self, table: &str, line: u64, out: &mut Output) -> Result<(), Failure> {
        self.line = Some(line);
        self.begin_document(table, out)
    }

    fn sentence(&mut self, sentence: &Marked<'_>, out: &mut Output) -> Result<(), Failure> {
        Record::new(&self.file, self.line, sentence).write_tsv(out)
    }
}

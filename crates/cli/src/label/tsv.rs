//! `--format tsv`: a row a sentence.

use super::record::Records;
use super::writer::{Marked, Writer};
use crate::failure::Failure;
use crate::output::Output;
use crate::tsv::tsv_header;

pub(super) struct Tsv {
    header: String,
    begun: bool,
    records: Records,
}

impl Tsv {
    pub fn new(labels: &[String]) -> Self {
        let header =
            format!("index\tstart\tend\tchar_start\tchar_end\tlabel\tconfidence\t{}\tquoted\ttext", tsv_header(labels));
        Self { header, begun: false, records: Records::new(labels) }
    }

    fn begin(&mut self, file: &str, line: Option<u64>, out: &mut Output) -> Result<(), Failure> {
        self.records.begin(file, line);
        if std::mem::replace(&mut self.begun, true) {
            return Ok(());
        }
        let place = if line.is_some() { "file\tline" } else { "file" };
        out.line(&format_args!("{place}\t{}", self.header))
    }
}

impl Writer for Tsv {
    fn begin_document(&mut self, name: &str, out: &mut Output) -> Result<(), Failure> {
        self.begin(name, None, out)
    }

    fn begin_row(&mut self, table: &str, line: u64, out: &mut Output) -> Result<(), Failure> {
        self.begin(table, Some(line), out)
    }

    fn sentence(&mut self, sentence: &Marked<'_>, out: &mut Output) -> Result<(), Failure> {
        out.bytes(|buffer| self.records.push_tsv(buffer, sentence))
    }
}

//! `--format tsv`: a row a sentence.

use super::record::Record;
use super::writer::{Marked, Writer};
use crate::failure::Failure;
use crate::output::{Output, tsv_field};

pub(super) struct Tsv {
    header: String,
    begun: bool,
    file: String,
}

impl Tsv {
    pub fn new(labels: &[String]) -> Self {
        let labels: Vec<String> = labels.iter().map(|label| format!("p_{}", tsv_field(label))).collect();
        let header = format!(
            "file\tindex\tstart\tend\tchar_start\tchar_end\tlabel\tconfidence\t{}\tquoted\ttext",
            labels.join("\t")
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
        out.line(&Record::new(&self.file, sentence).tsv())
    }
}

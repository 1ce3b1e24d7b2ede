//! `--format text`: a line a sentence.

use copydesk_infer::UNSURE;

use super::writer::{Marked, Writer};
use crate::failure::Failure;
use crate::output::{OneLine, Output};
use crate::terminal::printable;

pub(super) struct Text {
    /// Characters of the longest label.
    width: usize,
    /// Whether each document is headed by its name.
    named: bool,
    begun: bool,
}

impl Text {
    pub fn new(labels: &[String], named: bool) -> Self {
        let width = labels.iter().map(|label| label.chars().count()).max().unwrap_or(0).max(UNSURE.len());
        Self { width, named, begun: false }
    }
}

impl Writer for Text {
    fn begin_document(&mut self, name: &str, out: &mut Output) -> Result<(), Failure> {
        let gap = if std::mem::replace(&mut self.begun, true) { "\n" } else { "" };
        if self.named { out.line(&format_args!("{gap}==> {} <==", printable(name))) } else { Ok(()) }
    }

    fn sentence(&mut self, sentence: &Marked<'_>, out: &mut Output) -> Result<(), Failure> {
        let (width, confidence) = (self.width, sentence.prediction.confidence());
        let label = printable(sentence.label());
        out.line(&format_args!("{label:width$}  {confidence:.2}  {}", OneLine(sentence.text)))
    }
}

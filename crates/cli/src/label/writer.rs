//! What every format of `label` is: sentences in, one after the other, output out.

use copydesk_infer::{Classifier, Prediction, Sentence, UNSURE};

use super::article::Article;
use super::html::Html;
use super::jsonl::JsonLines;
use super::text::Text;
use super::tsv::Tsv;
use super::{Args, Format};
use crate::failure::Failure;
use crate::output::Output;
use crate::terminal::Terminal;

/// A sentence of the document under way and its answer.
pub(super) struct Marked<'a> {
    /// Its number in the document, from 0.
    pub index: usize,
    /// The sentence as it stands in the document.
    pub text: &'a str,
    /// Where it stands in the document, and whether it is quoted.
    pub span: &'a Sentence,
    pub prediction: &'a Prediction<'a>,
    /// Whether its most probable label is its label. Otherwise it is unsure.
    pub sure: bool,
}

impl<'a> Marked<'a> {
    /// Its label, or `unsure`.
    pub fn label(&self) -> &'a str {
        if self.sure { self.prediction.label() } else { UNSURE }
    }

    /// The number of its label; none if it is unsure.
    pub fn class(&self) -> Option<usize> {
        self.sure.then(|| self.prediction.class())
    }
}

/// Writes labelled documents in one format. No writer sees, or keeps, more than the sentence under way, so documents may be
/// of any length.
///
/// The calls: for each document `begin_document`, its gaps and sentences in their order, `end_document`; then `finish`.
/// What heads the output is written with the first document, so that a command that only failed writes nothing.
pub(super) trait Writer {
    /// A document by its name.
    fn begin_document(&mut self, name: &str, out: &mut Output) -> Result<(), Failure>;

    /// The text in a row of a table, by the table's name and the line where the row starts, as a document.
    fn begin_row(&mut self, table: &str, line: u64, out: &mut Output) -> Result<(), Failure> {
        self.begin_document(&format!("{table}:{line}"), out)
    }

    /// The text before a sentence or behind the last one: blanks, in one piece or in several. With the sentences it makes up
    /// the document.
    fn gap(&mut self, _blank: &str, _out: &mut Output) -> Result<(), Failure> {
        Ok(())
    }

    /// The next sentence.
    fn sentence(&mut self, sentence: &Marked<'_>, out: &mut Output) -> Result<(), Failure>;

    /// The document ends.
    fn end_document(&mut self, _out: &mut Output) -> Result<(), Failure> {
        Ok(())
    }

    /// No document follows. There may have been none.
    fn finish(&mut self, _out: &mut Output) -> Result<(), Failure> {
        Ok(())
    }
}

impl Args {
    /// The writer of the format asked for. `several` says whether the input is more than one document.
    pub(super) fn writer<'a>(&self, classifier: &'a Classifier, several: bool) -> Box<dyn Writer + Send + 'a> {
        let labels = classifier.labels();
        match self.format() {
            Format::Article => Box::new(Article::new(labels, Terminal::new(&self.color), several)),
            Format::Text => Box::new(Text::new(labels, several)),
            Format::Jsonl => Box::new(JsonLines::new(labels)),
            Format::Tsv => Box::new(Tsv::new(labels)),
            Format::Html => Box::new(Html::new(labels, (!self.no_reasons).then(|| classifier.explainer()))),
        }
    }
}

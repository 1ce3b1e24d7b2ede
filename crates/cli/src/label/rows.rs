//! From the rows of a table to a writer: each row's text is a document.

use copydesk_infer::{Classifier, LabelledSentence, QuotePolicy};
use rayon::prelude::*;

use super::marking::Marking;
use super::writer::Marked;
use crate::failure::Failure;
use crate::input::Documents;

/// Rows are labelled together until there are so many, or they have so many bytes of text: memory stays constant.
const ROWS: usize = 4096;
const BYTES: usize = 4 << 20;

impl Marking<'_> {
    /// Labels the rows of a table and writes their sentences.
    ///
    /// Gives what is wrong with the table, if anything; the rows before that are written. An error is the output's.
    pub fn read_rows(
        &mut self,
        name: &str,
        mut documents: Documents,
        classifier: &Classifier,
        quotes: QuotePolicy,
    ) -> Result<Option<Failure>, Failure> {
        loop {
            let (mut rows, mut bytes) = (Vec::new(), 0);
            let ended = loop {
                if rows.len() == ROWS || bytes >= BYTES {
                    break None;
                }
                match documents.next() {
                    Ok(Some((line, text))) => {
                        bytes += text.len();
                        rows.push((line, text.to_owned()));
                    }
                    Ok(None) => break Some(None),
                    Err(failure) => break Some(Some(failure)),
                }
            };
            let labelled: Vec<_> =
                rows.par_iter().map(|(_, text)| classifier.label_document_with(text, quotes)).collect();
            for ((line, text), sentences) in rows.iter().zip(&labelled) {
                self.writer.begin_row(name, *line, self.output)?;
                self.write_row(text, sentences)?;
                self.writer.end_document(self.output)?;
            }
            if let Some(failure) = ended {
                return Ok(failure);
            }
        }
    }

    fn write_row(&mut self, text: &str, sentences: &[LabelledSentence<'_>]) -> Result<(), Failure> {
        let mut end = 0;
        for (index, LabelledSentence { span, prediction }) in sentences.iter().enumerate() {
            self.writer.gap(&text[end..span.bytes.start], self.output)?;
            end = span.bytes.end;
            let sure = self.rule.is_sure(prediction);
            let marked = Marked { index, text: &text[span.bytes.clone()], span, prediction, sure };
            self.writer.sentence(&marked, self.output)?;
        }
        self.writer.gap(&text[end..], self.output)
    }
}

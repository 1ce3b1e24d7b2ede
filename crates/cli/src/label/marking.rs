//! From a source to a writer, a piece at a time.

use copydesk_infer::{DocumentStream, StreamedLabel};

use super::promise::Rule;
use super::writer::{Marked, Writer};
use crate::failure::Failure;
use crate::input::{Pieces, Source};
use crate::output::Output;

/// Where the sentences of one document go.
pub(super) struct Marking<'a> {
    pub rule: Rule,
    pub writer: &'a mut dyn Writer,
    pub output: &'a mut Output,
}

impl Marking<'_> {
    /// Reads a source as `document` and writes its sentences, each as soon as it is known: memory stays the same however
    /// long the source is, and who waits at the other end of a pipe waits for the text and not for us.
    ///
    /// Gives what is wrong with the source, if anything; the sentences before that are written. An error is the output's.
    pub fn read(&mut self, source: &Source, mut document: DocumentStream<'_>) -> Result<Option<Failure>, Failure> {
        let name = source.name();
        let mut pieces = match Pieces::open(source) {
            Ok(pieces) => pieces,
            Err(failure) => return Ok(Some(failure)),
        };
        let (mut empty, mut written) = (true, 0);
        let failure = loop {
            let piece = match pieces.next() {
                Ok(Some(piece)) => piece,
                Ok(None) => break None,
                Err(failure) => break Some(failure),
            };
            empty = false;
            document.push(piece);
            self.write(&name, &mut document, &mut written)?;
            self.output.flush()?;
        };
        if failure.is_none() {
            if empty {
                return Ok(Some(source.empty()));
            }
            document.finish();
            self.write(&name, &mut document, &mut written)?;
            if written == 0 {
                self.writer.begin_document(&name, self.output)?;
            }
            self.writer.gap(document.rest(), self.output)?;
        }
        if failure.is_none() || written > 0 {
            self.writer.end_document(self.output)?;
        }
        Ok(failure)
    }

    /// Writes the sentences that are known. `written` counts those of the document.
    fn write(&mut self, name: &str, document: &mut DocumentStream<'_>, written: &mut usize) -> Result<(), Failure> {
        while let Some(StreamedLabel { span, prediction, gap, text }) = document.next_sentence() {
            if *written == 0 {
                self.writer.begin_document(name, self.output)?;
            }
            self.writer.gap(gap, self.output)?;
            let sure = self.rule.is_sure(&prediction);
            let marked = Marked { index: *written, text, span: &span, prediction: &prediction, sure };
            self.writer.sentence(&marked, self.output)?;
            *written += 1;
        }
        Ok(())
    }
}

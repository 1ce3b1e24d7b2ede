//! From Markdown or HTML to a writer: the text that a reader sees, with places in the source.

use copydesk_infer::{Classifier, LabelledSentence, QuotePolicy};

use super::marking::Marking;
use super::writer::Marked;
use crate::failure::Failure;
use crate::input::Source;
use crate::input::markup::{ReadAs, read_article};

impl Marking<'_> {
    /// Reads a source whole and writes its sentences.
    ///
    /// Gives what is wrong with the source, if anything. An error is the output's.
    pub fn read_markup(
        &mut self,
        source: &Source,
        read_as: ReadAs,
        classifier: &Classifier,
        quotes: QuotePolicy,
    ) -> Result<Option<Failure>, Failure> {
        let article = match read_article(source, Some(read_as)) {
            Ok(article) => article,
            Err(failure) => return Ok(Some(failure)),
        };
        let text = article.text();
        let sentences = classifier.label_document_with(text, quotes);
        self.writer.begin_document(&source.name(), self.output)?;
        let mut end = 0;
        for (index, LabelledSentence { span, prediction }) in sentences.iter().enumerate() {
            self.writer.gap(&text[end..span.bytes.start], self.output)?;
            end = span.bytes.end;
            let (text, span) = (&text[span.bytes.clone()], article.in_source(span));
            let sure = self.rule.is_sure(prediction);
            self.writer.sentence(&Marked { index, text, span: &span, prediction, sure }, self.output)?;
        }
        self.writer.gap(&text[end..], self.output)?;
        self.writer.end_document(self.output)?;
        Ok(None)
    }
}

//! From labelled sentences to a writer, document after document.

use copydesk_infer::{Classifier, DocumentAnswers, LabelledSentence, Sentence, StreamedLabel};

use super::promise::Rule;
use super::reading::{Content, Portion};
use super::writer::{Marked, Writer};
use crate::failure::Failure;
use crate::output::Output;

/// Where the sentences go.
pub(super) struct Marking<'a> {
    pub classifier: &'a Classifier,
    pub rule: Rule,
    pub writer: Box<dyn Writer + Send + 'a>,
    pub output: Output,
    /// The document of text that is under way, and how many sentences of it are written.
    pub document: Option<(DocumentAnswers<'a>, usize)>,
}

impl<'a> Marking<'a> {
    /// Writes the sentences of the next portion that are certain, each as soon as it is: memory stays the same however
    /// long a document is, and who waits at the other end of a pipe waits for the text and not for us.
    ///
    /// Of more than 64 KiB of blanks in a row the writer gets the last.
    pub fn write(&mut self, portion: &mut Portion<'a>) -> Result<(), Failure> {
        match &portion.content {
            Content::Nothing | Content::Markup(..) => return Ok(()),
            &Content::Part { begins, ends } => self.write_part(portion, begins, ends)?,
            Content::Rows => {
                for ((line, text), sentences) in portion.rows.iter().zip(&portion.labelled) {
                    self.writer.begin_row(&portion.name, line, &mut self.output)?;
                    self.write_whole(text, sentences, Sentence::clone)?;
                }
            }
            Content::Article(article) => {
                self.writer.begin_document(&portion.name, &mut self.output)?;
                let sentences = portion.labelled.iter().flatten();
                self.write_whole(article.text(), sentences, |span| article.in_source(span))?;
            }
        }
        self.output.flush()
    }

    /// No document follows.
    pub fn finish(mut self) -> Result<(), Failure> {
        self.writer.finish(&mut self.output)?;
        self.output.finish()
    }

    fn write_part(&mut self, portion: &mut Portion<'a>, begins: bool, ends: bool) -> Result<(), Failure> {
        let Self { writer, output, rule, .. } = self;
        let document = if begins { None } else { self.document.take() };
        let (mut answers, mut written) = document.unwrap_or_else(|| (DocumentAnswers::new(self.classifier), 0));
        answers.read(&mut portion.passage);
        while let Some(StreamedLabel { span, prediction, gap, text }) = answers.next_sentence() {
            if written == 0 {
                writer.begin_document(&portion.name, output)?;
            }
            writer.gap(gap, output)?;
            let sure = rule.is_sure(&prediction);
            writer.sentence(&Marked { index: written, text, span: &span, prediction: &prediction, sure }, output)?;
            written += 1;
        }
        if ends {
            if written == 0 {
                writer.begin_document(&portion.name, output)?;
            }
            writer.gap(portion.passage.rest(), output)?;
        }
        if ends || (portion.failure.is_some() && written > 0) {
            writer.end_document(output)?;
        }
        self.document = Some((answers, written));
        Ok(())
    }

    /// Writes the sentences of a document that is there as a whole; `place` is where one stands in its file.
    fn write_whole<'s>(
        &mut self,
        text: &str,
        sentences: impl IntoIterator<Item = &'s LabelledSentence<'a>>,
        place: impl Fn(&Sentence) -> Sentence,
    ) -> Result<(), Failure>
    where
        'a: 's,
    {
        let mut end = 0;
        for (index, LabelledSentence { span, prediction }) in sentences.into_iter().enumerate() {
            self.writer.gap(&text[end..span.bytes.start], &mut self.output)?;
            end = span.bytes.end;
            let (text, span) = (&text[span.bytes.clone()], place(span));
            let sure = self.rule.is_sure(prediction);
            self.writer.sentence(&Marked { index, text, span: &span, prediction, sure }, &mut self.output)?;
        }
        self.writer.gap(&text[end..], &mut self.output)?;
        self.writer.end_document(&mut self.output)
    }
}

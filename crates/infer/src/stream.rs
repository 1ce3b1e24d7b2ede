//! Labelling a document that comes in pieces.

use copydesk_features::QuotePolicy;

use crate::classifier::Classifier;
use crate::passage::{DocumentAnswers, DocumentSplitter, Passage, StreamedLabel};

/// Labels the sentences of a document that comes in pieces: the answers are those of
/// [`label_document_with`](Classifier::label_document_with) for the whole document, however it is cut.
///
/// A sentence is given as soon as no text to come can change its answer: when it is certain where it ends (see
/// [`SentenceStream`](copydesk_features::SentenceStream)), and with a context when as many sentences are known behind it as its window has. Memory is that of
/// the greatest piece and of a window of sentences, whatever the size of the document.
///
/// ```
/// # #[cfg(feature = "builtin")] {
/// use copydesk_infer::{Classifier, QuotePolicy};
///
/// let classifier = Classifier::builtin()?;
/// let mut document = classifier.document(QuotePolicy::Split);
/// let mut labels = Vec::new();
/// for piece in ["The vote was 7 to 2. It was a dis", "grace. Donate now!"] {
///     document.push(piece);
///     while let Some(sentence) = document.next_sentence() {
///         labels.push((sentence.text.to_owned(), sentence.prediction.label()));
///     }
/// }
/// document.finish();
/// while let Some(sentence) = document.next_sentence() {
///     labels.push((sentence.text.to_owned(), sentence.prediction.label()));
/// }
/// assert_eq!(labels[1].0, "It was a disgrace.");
/// # }
/// # Ok::<(), copydesk_infer::ModelError>(())
/// ```
#[derive(Debug)]
pub struct DocumentStream<'a> {
    classifier: &'a Classifier,
    splitter: DocumentSplitter,
    /// Memory to be used again.
    passage: Passage<'a>,
    answers: DocumentAnswers<'a>,
}

impl<'a> DocumentStream<'a> {
    pub(crate) fn new(classifier: &'a Classifier, quotes: QuotePolicy) -> Self {
        Self {
            classifier,
            splitter: DocumentSplitter::new(quotes),
            passage: Passage::default(),
            answers: DocumentAnswers::new(classifier),
        }
    }

    /// Goes on with `piece`. Take the sentences out before the next piece: they wait in memory.
    ///
    /// The sentences of a piece of some 16 KiB and more are classified in parallel, with the same numbers.
    ///
    /// # Panics
    /// After [`finish`](Self::finish).
    pub fn push(&mut self, piece: &str) {
        self.passage.clear();
        self.splitter.push(piece, &mut self.passage);
        self.label();
    }

    /// Says that the document ends here.
    pub fn finish(&mut self) {
        self.passage.clear();
        self.splitter.finish(&mut self.passage);
        self.label();
    }

    /// The next sentence; none if that takes more of the document.
    pub fn next_sentence(&mut self) -> Option<StreamedLabel<'_, 'a>> {
        self.answers.next_sentence()
    }

    /// The blanks behind the last sentence, or a document that is nothing but blanks; of more than 64 KiB, the last. Whole
    /// once the stream is finished.
    pub fn rest(&self) -> &str {
        self.splitter.rest()
    }

    fn label(&mut self) {
        self.passage.score_in_parallel(self.classifier);
        self.answers.read(&mut self.passage);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::tests::{small_model, small_parts};
    use crate::{LabelledSentence, Model, ModelParts};
    use proptest::prelude::*;

    /// The answers for a text in pieces of the given lengths, and all that was given of the text.
    fn streamed<'a>(classifier: &'a Classifier, text: &str, lengths: &[usize]) -> (Vec<LabelledSentence<'a>>, String) {
        let mut document = classifier.document(QuotePolicy::Split);
        let (mut found, mut given) = (Vec::new(), String::new());
        let mut take = |document: &mut DocumentStream<'a>| {
            while let Some(sentence) = document.next_sentence() {
                given = given.clone() + sentence.gap + sentence.text;
                found.push(LabelledSentence { span: sentence.span, prediction: sentence.prediction });
            }
        };
        let mut rest = text;
        for length in lengths.iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (piece, others) = rest.split_at(rest.ceil_char_boundary(*length));
            document.push(piece);
            take(&mut document);
            rest = others;
        }
        document.finish();
        take(&mut document);
        (found, given + document.rest())
    }

    /// The answers for a document as a whole: its sentences all at once.
    fn whole<'a>(classifier: &'a Classifier, text: &str) -> Vec<LabelledSentence<'a>> {
        let spans: Vec<_> = copydesk_features::sentences(text, QuotePolicy::Split).collect();
        let texts: Vec<_> = spans.iter().map(|span| &text[span.bytes.clone()]).collect();
        let predictions = classifier.classify_document(&texts);
        spans.into_iter().zip(predictions).map(|(span, prediction)| LabelledSentence { span, prediction }).collect()
    }

    proptest! {
        #[test]
        fn a_stream_gets_the_answers_of_the_document(
            text in "((He said so|How absurd|Donate now|é\n\n|“zz)[.!?]” ?\n?){0,200}",
            lengths in prop::collection::vec(1..3000_usize, 1..10),
            threads in 1..4_usize,
        ) {
            let bare = Model::new(ModelParts { context: None, ..small_parts() }).unwrap();
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            for classifier in [Classifier::new(small_model()), Classifier::new(bare)] {
                let (found, given) = pool.install(|| streamed(&classifier, &text, &lengths));
                prop_assert_eq!(&found, &whole(&classifier, &text));
                prop_assert_eq!(&found, &classifier.label_document(&text));
                prop_assert_eq!(&found, &classifier.worker().label_document(&text, QuotePolicy::Split));
                prop_assert_eq!(given, text.as_str());
            }
        }
    }

    #[test]
    fn what_waits_is_a_window_and_what_is_given_is_forgotten() {
        let classifier = Classifier::new(small_model());
        let mut document = classifier.document(QuotePolicy::Split);
        let mut given = 0;
        for _ in 0..1000 {
            document.push(&"He said so. How absurd! ".repeat(100));
            while document.next_sentence().is_some() {
                given += 1;
            }
            let (waiting, text) = document.answers.kept();
            assert!(waiting < 200 && text < 10_000);
        }
        document.finish();
        while document.next_sentence().is_some() {
            given += 1;
        }
        assert_eq!(given, 200_000);
    }
}

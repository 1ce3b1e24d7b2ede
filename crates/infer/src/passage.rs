//! The steps from the pieces of a document to labelled sentences, which several threads can share.

use std::collections::VecDeque;
use std::mem;

use copydesk_features::{QuotePolicy, Sentence, SentenceStream};

use crate::answers::{Answers, Scored};
use crate::classifier::{Classifier, Prediction, Worker};

/// The sentences that became certain with a piece of a document, on their way to their labels.
///
/// The way has three steps. A [`DocumentSplitter`] puts them in, of one piece or of several. [`Worker::score`] scores them, which takes
/// nearly all of the time; of several passages on several threads at once, in any order. [`DocumentAnswers`] takes the
/// passages in the order of the document and gives the labels. [`DocumentStream`](crate::DocumentStream) goes all the way at once.
///
/// ```
/// # #[cfg(feature = "builtin")] {
/// use copydesk_infer::{Classifier, DocumentAnswers, DocumentSplitter, Passage, QuotePolicy};
///
/// let classifier = Classifier::builtin()?;
/// let text = "It was a disgrace. Donate now!";
/// let mut splitter = DocumentSplitter::new(QuotePolicy::Split);
/// let mut passages = [Passage::default(), Passage::default()];
/// splitter.push(text, &mut passages[0]);
/// splitter.finish(&mut passages[1]);
/// std::thread::scope(|scope| {
///     for passage in &mut passages {
///         scope.spawn(|| classifier.worker().score(passage));
///     }
/// });
/// let mut answers = DocumentAnswers::new(&classifier);
/// let mut labels = Vec::new();
/// for passage in &mut passages {
///     answers.read(passage);
///     while let Some(sentence) = answers.next_sentence() {
///         labels.push(sentence.prediction);
///     }
/// }
/// let whole = classifier.label_document(text);
/// assert!(labels.iter().eq(whole.iter().map(|sentence| &sentence.prediction)));
/// # }
/// # Ok::<(), copydesk_infer::ModelError>(())
/// ```
#[derive(Debug, Default)]
pub struct Passage<'a> {
    /// The sentences, each behind its gap.
    text: String,
    found: Vec<Found>,
    scored: Scored<'a>,
    /// Whether the document ends with it, and the blanks behind its last sentence.
    ended: bool,
    rest: String,
}

/// A sentence and the bytes of the gap before it.
#[derive(Debug)]
struct Found {
    span: Sentence,
    gap: usize,
}

impl Passage<'_> {
    /// Makes it empty, to be filled anew.
    pub fn clear(&mut self) {
        self.text.clear();
        self.found.clear();
        self.scored.clear();
        self.ended = false;
        self.rest.clear();
    }

    /// The bytes of its sentences and of the gaps before them.
    pub fn bytes(&self) -> usize {
        self.text.len()
    }

    /// The blanks behind the last sentence, in the passage that [`finish`](DocumentSplitter::finish) filled; of more than 64
    /// KiB, the last. Empty in others.
    pub fn rest(&self) -> &str {
        &self.rest
    }

    /// The sentences, in order.
    fn sentences(&self) -> impl ExactSizeIterator<Item = &str> {
        let mut start = 0;
        self.found.iter().map(move |found| {
            let from = start + found.gap;
            start = from + found.span.bytes.len();
            &self.text[from..start]
        })
    }
}

impl<'a> Passage<'a> {
    /// Scores the sentences with all threads if they are many.
    pub(crate) fn score_in_parallel(&mut self, classifier: &'a Classifier) {
        let mut scored = mem::take(&mut self.scored);
        scored.clear();
        let sentences: Vec<&str> = self.sentences().collect();
        scored.read_in_parallel(classifier, &sentences);
        self.scored = scored;
    }
}

impl<'a> Worker<'a> {
    /// Scores the sentences of a passage, all anew.
    pub fn score(&mut self, passage: &mut Passage<'a>) {
        let mut scored = mem::take(&mut passage.scored);
        scored.clear();
        scored.read(self, passage.sentences());
        passage.scored = scored;
    }
}

/// The first step: splits a document that comes in pieces into sentences.
#[derive(Debug, Clone)]
pub struct DocumentSplitter(SentenceStream);

impl DocumentSplitter {
    /// A document at its beginning.
    pub fn new(quotes: QuotePolicy) -> Self {
        Self(SentenceStream::new(quotes))
    }

    /// Goes on with `piece`, and appends the sentences that are certain to `passage`.
    ///
    /// # Panics
    /// After [`finish`](Self::finish).
    pub fn push(&mut self, piece: &str, passage: &mut Passage<'_>) {
        passage.rest.clear();
        self.0.push(piece);
        self.fill(passage);
    }

    /// Says that the document ends here, and appends its last sentences to `passage`.
    pub fn finish(&mut self, passage: &mut Passage<'_>) {
        self.0.finish();
        self.fill(passage);
        passage.ended = true;
        passage.rest.clear();
        passage.rest.push_str(self.0.rest());
    }

    /// The blanks behind the last sentence so far; of more than 64 KiB, the last.
    pub fn rest(&self) -> &str {
        self.0.rest()
    }

    fn fill(&mut self, passage: &mut Passage<'_>) {
        while let Some(found) = self.0.next_sentence() {
            passage.text.push_str(found.gap);
            passage.text.push_str(found.text);
            passage.found.push(Found { gap: found.gap.len(), span: found.span });
        }
    }
}

/// The last step: gives the sentences of a document with their labels.
#[derive(Debug)]
pub struct DocumentAnswers<'a> {
    answers: Answers<'a>,
    waiting: VecDeque<Found>,
    /// Answers of the first that wait.
    predictions: VecDeque<Prediction<'a>>,
    /// The sentences that wait, each behind its gap, and before them, up to `given`, some that were given.
    text: String,
    given: usize,
}

/// A sentence of a stream with its answer.
#[derive(Debug, Clone, PartialEq)]
pub struct StreamedLabel<'s, 'a> {
    /// Where the sentence stands in the document.
    pub span: Sentence,
    /// What it is.
    pub prediction: Prediction<'a>,
    /// The blanks between the sentence before, or the start of the document, and this one. Of more than 64 KiB, the last.
    pub gap: &'s str,
    /// The sentence.
    pub text: &'s str,
}

impl<'a> DocumentAnswers<'a> {
    /// The answers for a document at its beginning.
    pub fn new(classifier: &'a Classifier) -> Self {
        Self {
            answers: Answers::new(classifier),
            waiting: VecDeque::new(),
            predictions: VecDeque::new(),
            text: String::new(),
            given: 0,
        }
    }

    /// Takes the sentences out of the next passage, which is empty then but for its [`rest`](Passage::rest).
    ///
    /// # Panics
    /// If they have not all been scored by a worker of the same classifier.
    pub fn read(&mut self, passage: &mut Passage<'a>) {
        let labels = self.answers.labels();
        assert_eq!(passage.scored.len(labels), passage.found.len(), "sentences of a passage that are scored");
        if self.waiting.is_empty() {
            self.text.clear();
            self.given = 0;
            mem::swap(&mut self.text, &mut passage.text);
        } else {
            if self.given > self.text.len() / 2 {
                self.text.drain(..self.given);
                self.given = 0;
            }
            self.text.push_str(&passage.text);
        }
        self.waiting.extend(passage.found.drain(..));
        self.answers.read(&mut passage.scored, passage.ended, &mut self.predictions);
        passage.scored.clear();
        passage.text.clear();
        passage.ended = false;
    }

    /// The next sentence; none if its answer takes more of the document.
    pub fn next_sentence(&mut self) -> Option<StreamedLabel<'_, 'a>> {
        let prediction = self.predictions.pop_front()?;
        let Found { span, gap } = self.waiting.pop_front().expect("a prediction is of a sentence that waits");
        let start = self.given;
        self.given = start + gap + span.bytes.len();
        let (gap, text) = self.text[start..self.given].split_at(gap);
        Some(StreamedLabel { span, prediction, gap, text })
    }

    #[cfg(test)]
    pub(crate) fn kept(&self) -> (usize, usize) {
        (self.waiting.len(), self.text.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::tests::{small_context, small_model, small_parts};
    use crate::model::{Model, ModelParts};

    fn in_context() -> Classifier {
        Classifier::new(Model::new(ModelParts { context: Some(small_context()), ..small_parts() }).unwrap())
    }

    fn passage_of<'a>(text: &str) -> Passage<'a> {
        let mut passage = Passage::default();
        let mut splitter = DocumentSplitter::new(QuotePolicy::Split);
        splitter.push(text, &mut passage);
        splitter.finish(&mut passage);
        passage
    }

    #[test]
    fn a_passage_may_be_scored_again() {
        for classifier in [Classifier::new(small_model()), in_context()] {
            let text = "He said so. How absurd! Donate!";
            let mut passage = passage_of(text);
            for _ in 0..3 {
                classifier.worker().score(&mut passage);
            }
            let mut answers = DocumentAnswers::new(&classifier);
            answers.read(&mut passage);
            let whole = classifier.label_document(text);
            for sentence in &whole {
                assert_eq!(answers.next_sentence().map(|found| found.prediction).as_ref(), Some(&sentence.prediction));
            }
            assert_eq!(whole.len(), 3);
            assert!(answers.next_sentence().is_none());
        }
    }

    #[test]
    fn a_passage_that_was_read_can_be_filled_again() {
        let text = "He said so. Élan! How absurd! Donate! ".repeat(20);
        for classifier in [Classifier::new(small_model()), in_context()] {
            let (mut passage, mut splitter) = (Passage::default(), DocumentSplitter::new(QuotePolicy::Split));
            let mut answers = DocumentAnswers::new(&classifier);
            let (mut given, mut found) = (String::new(), Vec::new());
            for piece in text.split_inclusive(' ').map(Some).chain([None]) {
                match piece {
                    Some(piece) => splitter.push(piece, &mut passage),
                    None => splitter.finish(&mut passage),
                }
                classifier.worker().score(&mut passage);
                answers.read(&mut passage);
                assert_eq!(passage.bytes(), 0);
                while let Some(sentence) = answers.next_sentence() {
                    given = given + sentence.gap + sentence.text;
                    found.push(sentence.prediction);
                }
            }
            assert_eq!(given + passage.rest(), text);
            assert!(found.iter().eq(classifier.label_document(&text).iter().map(|sentence| &sentence.prediction)));
            // Of another document it has none yet.
            DocumentSplitter::new(QuotePolicy::Split).push("He", &mut passage);
            assert_eq!(passage.rest(), "");
        }
    }

    #[test]
    #[should_panic(expected = "that are scored")]
    fn what_was_not_scored_is_not_read() {
        let classifier = in_context();
        DocumentAnswers::new(&classifier).read(&mut passage_of("He said so. Donate!"));
    }
}

//! The answers for the sentences of one document, in its order, some sentences at a time.

use rayon::prelude::*;

use crate::classifier::{Classifier, Prediction, Worker};
use crate::context::{Context, Surroundings, standardise};

/// A thread takes at least so many sentences at a time: what is read at a time is a few hundred.
const PIECE: usize = 64;

/// What is known of some sentences by themselves.
#[derive(Debug, Default)]
pub(crate) struct Scored<'a> {
    /// Their answers, if the context is not in force.
    predictions: Vec<Prediction<'a>>,
    /// If it is, what it looks at: a row of labels a sentence.
    scores: Vec<f64>,
    probabilities: Vec<f64>,
}

impl<'a> Scored<'a> {
    pub fn clear(&mut self) {
        self.predictions.clear();
        self.scores.clear();
        self.probabilities.clear();
    }

    /// Of how many sentences of a classifier with so many labels.
    pub fn len(&self, labels: usize) -> usize {
        self.predictions.len() + self.scores.len() / labels
    }

    /// Appends what a worker finds of some sentences.
    pub fn read<'t>(&mut self, worker: &mut Worker<'a>, sentences: impl ExactSizeIterator<Item = &'t str>) {
        let classifier = worker.classifier();
        if classifier.context().is_none() {
            let predictions = &mut self.predictions;
            worker.classify_each(sentences, |_, prediction| predictions.push(prediction));
            return;
        }
        let (scores, probabilities) = self.grow(classifier, sentences.len());
        score(worker, sentences, scores, probabilities);
    }

    /// Appends what is found of some sentences by all threads: the same numbers.
    pub fn read_in_parallel<T: AsRef<str> + Sync>(&mut self, classifier: &'a Classifier, sentences: &[T]) {
        // Waking other threads takes longer than a few sentences.
        if sentences.len() <= PIECE {
            return self.read(&mut classifier.worker(), sentences.iter().map(AsRef::as_ref));
        }
        if classifier.context().is_none() {
            self.predictions.extend(classifier.classify_batch(sentences));
            return;
        }
        let labels = classifier.labels().len();
        let (scores, probabilities) = self.grow(classifier, sentences.len());
        let scores = scores.par_chunks_mut(PIECE * labels);
        let probabilities = probabilities.par_chunks_mut(PIECE * labels);
        sentences.par_chunks(PIECE).zip(scores).zip(probabilities).for_each_init(
            || classifier.worker(),
            |worker, ((sentences, scores), probabilities)| {
                score(worker, sentences.iter().map(AsRef::as_ref), scores, probabilities);
            },
        );
    }

    /// Makes room for the scores and the probabilities of more sentences.
    fn grow(&mut self, classifier: &Classifier, sentences: usize) -> (&mut [f64], &mut [f64]) {
        let start = self.scores.len();
        let end = start + sentences * classifier.labels().len();
        self.scores.resize(end, 0.0);
        self.probabilities.resize(end, 0.0);
        (&mut self.scores[start..], &mut self.probabilities[start..])
    }
}

/// Finds what the context looks at.
fn score<'t>(
    worker: &mut Worker<'_>,
    sentences: impl Iterator<Item = &'t str>,
    scores: &mut [f64],
    probabilities: &mut [f64],
) {
    let classifier = worker.classifier();
    let labels = classifier.labels().len();
    let temperature = classifier.model().calibration().temperature;
    let mut start = 0;
    worker.each_group(sentences, |_, logits| {
        let end = start + logits.len();
        standardise(logits, labels, temperature, &mut scores[start..end], &mut probabilities[start..end]);
        start = end;
    });
}

/// Answers for the sentences of a document as they come. With a context an answer waits for the sentences behind its own
/// that it depends on.
#[derive(Debug)]
pub(crate) struct Answers<'a> {
    classifier: &'a Classifier,
    in_context: Option<InContext<'a>>,
}

/// There if the context is in force.
#[derive(Debug)]
struct InContext<'a> {
    context: &'a Context,
    around: Surroundings,
    /// Sentences that have their answer.
    answered: usize,
    /// Memory to be used again.
    row: Vec<f64>,
    logits: Vec<f64>,
}

impl<'a> Answers<'a> {
    /// How many labels there are.
    pub fn labels(&self) -> usize {
        self.classifier.labels().len()
    }

    pub fn new(classifier: &'a Classifier) -> Self {
        let labels = classifier.labels().len();
        let in_context = classifier.context().map(|context| InContext {
            context,
            around: Surroundings::new(labels, context.window()),
            answered: 0,
            row: Vec::new(),
            logits: vec![0.0; labels],
        });
        Self { classifier, in_context }
    }

    /// Reads the next sentences, the last of the document if it has `ended`, and appends the answers that have become certain.
    pub fn read(&mut self, scored: &mut Scored<'a>, ended: bool, answers: &mut impl Extend<Prediction<'a>>) {
        let classifier = self.classifier;
        let Some(InContext { context, around, answered, row, logits }) = &mut self.in_context else {
            answers.extend(scored.predictions.drain(..));
            return;
        };
        around.append(&scored.scores, &scored.probabilities);
        let known = around.sentences();
        let until = if ended { known } else { known.saturating_sub(context.reach()).max(*answered) };
        answers.extend((*answered..until).map(|at| {
            context.logits(around, at, row, logits);
            classifier.prediction(logits, context.temperature())
        }));
        *answered = until;
        around.forget_before(until);
    }
}

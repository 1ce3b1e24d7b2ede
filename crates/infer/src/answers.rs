//! The answers for the sentences of one document, in its order, some sentences at a time.

use std::ops::Range;

use rayon::prelude::*;

use crate::classifier::{Classifier, Prediction, Worker};
use crate::context::{Context, Surroundings, standardise};

/// A thread takes at least so many sentences at a time: what is read at a time is a few hundred.
const PIECE: usize = 64;

/// Classifies the sentences of a document as they come. With a context an answer waits for the sentences behind its own
/// that it depends on.
pub(crate) struct Answers<'a> {
    classifier: &'a Classifier,
    /// If the context is in force.
    in_context: Option<(&'a Context, Surroundings)>,
    /// Sentences that have their answer.
    answered: usize,
}

impl<'a> Answers<'a> {
    pub fn new(classifier: &'a Classifier) -> Self {
        let in_context = classifier
            .context()
            .map(|context| (context, Surroundings::new(classifier.labels().len(), context.window())));
        Self { classifier, in_context, answered: 0 }
    }

    /// Reads the next sentences, the last of the document if it has `ended`, and gives the answers that have become certain.
    pub fn read<T: AsRef<str> + Sync>(&mut self, sentences: &[T], ended: bool) -> Vec<Prediction<'a>> {
        let classifier = self.classifier;
        let Some((context, around)) = &mut self.in_context else {
            return classifier.classify_batch(sentences);
        };
        score(classifier, sentences, around);
        let known = around.sentences();
        let until = if ended { known } else { known.saturating_sub(context.reach()).max(self.answered) };
        let answers = answer(classifier, context, around, self.answered..until);
        self.answered = until;
        around.forget_before(until);
        answers
    }
}

/// Appends the scores of `sentences` to those around.
fn score<T: AsRef<str> + Sync>(classifier: &Classifier, sentences: &[T], around: &mut Surroundings) {
    let labels = classifier.labels().len();
    let temperature = classifier.model().calibration().temperature;
    let (scores, probabilities) = around.grow(sentences.len());
    let score = |worker: &mut Worker<'_>, sentences: &[T], scores: &mut [f64], probabilities: &mut [f64]| {
        let rows = scores.chunks_exact_mut(labels).zip(probabilities.chunks_exact_mut(labels));
        for (sentence, (scores, probabilities)) in sentences.iter().zip(rows) {
            standardise(worker.logits(sentence.as_ref()), temperature, scores, probabilities);
        }
    };
    // Waking other threads takes longer than a few sentences.
    if sentences.len() <= PIECE {
        return score(&mut classifier.worker(), sentences, scores, probabilities);
    }
    let scores = scores.par_chunks_mut(PIECE * labels);
    let probabilities = probabilities.par_chunks_mut(PIECE * labels);
    sentences.par_chunks(PIECE).zip(scores).zip(probabilities).for_each_init(
        || classifier.worker(),
        |worker, ((sentences, scores), probabilities)| score(worker, sentences, scores, probabilities),
    );
}

/// The answers of the sentences `range`, all they depend on being known.
fn answer<'a>(
    classifier: &'a Classifier,
    context: &Context,
    around: &Surroundings,
    range: Range<usize>,
) -> Vec<Prediction<'a>> {
    let answer = |(row, logits): &mut (Vec<f64>, Vec<f64>), at: usize| {
        context.logits(around, at, row, logits);
        classifier.prediction(logits, context.temperature())
    };
    let memory = || (Vec::new(), vec![0.0; classifier.labels().len()]);
    if range.len() <= PIECE {
        let mut memory = memory();
        range.map(|at| answer(&mut memory, at)).collect()
    } else {
        range.into_par_iter().with_min_len(PIECE).map_init(memory, answer).collect()
    }
}

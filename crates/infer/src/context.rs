//! A sentence in its document: the scores of its neighbours correct its own.

use std::ops::Range;

use crate::error::ModelError;
use crate::probabilities::softmax;

/// Most sentences on either side that a context may look at.
pub const MAX_CONTEXT_WINDOW: u32 = 100;

/// Neighbours that are looked at one by one; those farther away count as a mean.
const NEAR: [isize; 4] = [-1, 1, -2, 2];
/// Scores are cut to this size: beyond it a probability is as good as 0 or 1, and a class that a fold's training part did
/// not have would outweigh all else.
const MOST: f64 = 30.0;

/// Values that say where in its document a sentence stands.
const PLACES: usize = 4;

/// A linear model over the scores of a sentence and of the sentences around it.
///
/// Stacked generalisation (Wolpert, Neural Networks 5, 1992): it is fitted to out-of-fold scores, so it knows how far the
/// scores of texts that were never seen can be trusted. What it reads is what [`context_features`] gives.
#[derive(Debug, Clone, PartialEq)]
pub struct Context {
    window: u32,
    temperature: f64,
    weights: Vec<f32>,
    intercept: Vec<f32>,
}

impl Context {
    /// A context that looks `window` sentences to either side. `weights` has one row of `labels` values for each of the
    /// [`context_feature_count`] features, `intercept` one value a label; `temperature` calibrates the logits that come out.
    ///
    /// # Errors
    /// [`ModelError`] if the window is not between 1 and [`MAX_CONTEXT_WINDOW`], there are no labels, the numbers of values do not
    /// fit them or a value is out of range.
    pub fn new(
        labels: usize,
        window: u32,
        temperature: f64,
        weights: Vec<f32>,
        intercept: Vec<f32>,
    ) -> Result<Self, ModelError> {
        if !(1..=MAX_CONTEXT_WINDOW).contains(&window) {
            return Err(ModelError::ContextWindow { window, limit: MAX_CONTEXT_WINDOW });
        }
        // With an intercept for each there are not so many labels that the features could not be counted.
        let fits = || context_feature_count(labels).checked_mul(labels) == Some(weights.len());
        if labels == 0 || intercept.len() != labels || !fits() {
            return Err(ModelError::ContextShape { weights: weights.len(), intercepts: intercept.len(), labels });
        }
        ModelError::check_finite("context weight", weights.iter().copied())?;
        ModelError::check_finite("context intercept", intercept.iter().copied())?;
        ModelError::check_temperature("context temperature", temperature)?;
        Ok(Self { window, temperature, weights, intercept })
    }

    /// How many sentences to either side it looks at.
    pub fn window(&self) -> u32 {
        self.window
    }

    /// What its logits are divided by.
    pub fn temperature(&self) -> f64 {
        self.temperature
    }

    /// One row of values a label, a feature.
    pub fn weights(&self) -> &[f32] {
        &self.weights
    }

    /// One value a label.
    pub fn intercept(&self) -> &[f32] {
        &self.intercept
    }

    /// How many sentences on either side it needs to know.
    pub(crate) fn reach(&self) -> usize {
        reach(self.window as usize)
    }

    /// The logits of sentence `at` among those around it, into `logits`. `row` is memory to be used again.
    pub(crate) fn logits(&self, around: &Surroundings, at: usize, row: &mut Vec<f64>, logits: &mut [f64]) {
        row.clear();
        around.push_features(at, row);
        logits.fill(0.0);
        match self.intercept.len() {
            2 => add_weighted::<2>(row, &self.weights, logits),
            3 => add_weighted::<3>(row, &self.weights, logits),
            _ => add_weighted_any(row, &self.weights, logits),
        }
        for (logit, &intercept) in logits.iter_mut().zip(&self.intercept) {
            *logit += f64::from(intercept);
        }
    }
}

/// The number of features a sentence has for its context, with so many labels.
pub fn context_feature_count(labels: usize) -> usize {
    (1 + NEAR.len() + 2) * labels + PLACES
}

/// What a context knows of each sentence of one document: a row of [`context_feature_count`] values a sentence.
///
/// `logits` holds a row of `labels` values a sentence, in the document's order. A row has the sentence's own scores
/// (logits over temperature, less their mean, cut to ±30), those of the sentences before it, behind it, two before and two
/// behind (0 beyond the ends), the mean probabilities and the mean scores of all others within `window` sentences,
/// and its distance from the start and the end of the document: as a share of the window and as ln(1 + distance),
/// both no farther than the window. Only sentences within the window matter, so that a stream can be read in pieces.
///
/// # Panics
/// If `labels` is 0 or does not divide the number of logits.
pub fn context_features(logits: &[f64], labels: usize, temperature: f64, window: u32) -> Vec<f64> {
    assert!(labels > 0 && logits.len().is_multiple_of(labels), "there must be a row of logits a sentence");
    let mut document = Surroundings::new(labels, window);
    let (mut scores, mut probabilities) = (vec![0.0; logits.len()], vec![0.0; logits.len()]);
    standardise(logits, labels, temperature, &mut scores, &mut probabilities);
    document.append(&scores, &probabilities);
    let mut features = Vec::with_capacity(document.sentences() * context_feature_count(labels));
    for at in 0..document.sentences() {
        document.push_features(at, &mut features);
    }
    features
}

/// What a context looks at of rows of logits: the logits over temperature, less their row's mean, as `scores`, since softmax
/// does not see the difference and linear models do; and their probabilities.
pub(crate) fn standardise(
    logits: &[f64],
    labels: usize,
    temperature: f64,
    scores: &mut [f64],
    probabilities: &mut [f64],
) {
    for (logits, scores) in logits.chunks_exact(labels).zip(scores.chunks_exact_mut(labels)) {
        let mean = logits.iter().sum::<f64>() / labels as f64;
        for (score, logit) in scores.iter_mut().zip(logits) {
            *score = ((logit - mean) / temperature).clamp(-MOST, MOST);
        }
    }
    probabilities.copy_from_slice(scores);
    softmax(probabilities, labels, 1.0);
}

/// How many sentences on either side a window looks at.
fn reach(window: usize) -> usize {
    NEAR.iter().map(|step| step.unsigned_abs()).fold(window, usize::max)
}

/// The scores of a document's sentences, as far as they are known and still needed.
#[derive(Debug)]
pub(crate) struct Surroundings {
    labels: usize,
    window: usize,
    /// Sentences whose scores are no longer kept; they are the first of the document.
    forgotten: usize,
    /// A row of labels a sentence.
    scores: Vec<f64>,
    probabilities: Vec<f64>,
}

impl Surroundings {
    pub fn new(labels: usize, window: u32) -> Self {
        Self { labels, window: window as usize, forgotten: 0, scores: Vec::new(), probabilities: Vec::new() }
    }

    /// The sentences of the document that are known, also those whose scores are forgotten.
    pub fn sentences(&self) -> usize {
        self.forgotten + self.scores.len() / self.labels
    }

    /// Takes in the scores and the probabilities of the next sentences.
    pub fn append(&mut self, scores: &[f64], probabilities: &[f64]) {
        self.scores.extend_from_slice(scores);
        self.probabilities.extend_from_slice(probabilities);
    }

    /// Forgets what no sentence from `at` on needs.
    pub fn forget_before(&mut self, at: usize) {
        let count = at.saturating_sub(self.forgotten + reach(self.window));
        self.scores.drain(..count * self.labels);
        self.probabilities.drain(..count * self.labels);
        self.forgotten += count;
    }

    /// Appends the features of one sentence. Those within reach behind it must be known, or there are none.
    fn push_features(&self, at: usize, out: &mut Vec<f64>) {
        let (labels, window, sentences) = (self.labels, self.window, self.sentences());
        let scores_of = |at: usize| &self.scores[(at - self.forgotten) * labels..][..labels];
        out.extend(scores_of(at));
        for step in NEAR {
            match at.checked_add_signed(step).filter(|&near| near < sentences) {
                Some(near) => out.extend(scores_of(near)),
                None => out.resize(out.len() + labels, 0.0),
            }
        }
        let around = at.saturating_sub(window) - self.forgotten..sentences.min(at + window + 1) - self.forgotten;
        for values in [&self.probabilities, &self.scores] {
            push_mean_of_others(values, labels, around.clone(), at - self.forgotten, out);
        }
        for distance in [at.min(window), (sentences - 1 - at).min(window)] {
            out.push(distance as f64 / window as f64);
            out.push(libm::log1p(distance as f64));
        }
    }
}

/// Appends the mean row over `around` without `at`; zeros where nothing else is there.
fn push_mean_of_others(values: &[f64], labels: usize, around: Range<usize>, at: usize, out: &mut Vec<f64>) {
    let others = around.len() - 1;
    let start = out.len();
    out.resize(start + labels, 0.0);
    let mean = &mut out[start..];
    for part in [around.start..at, at + 1..around.end] {
        let rows = &values[part.start * labels..part.end * labels];
        match labels {
            2 => add_rows::<2>(rows, mean),
            3 => add_rows::<3>(rows, mean),
            _ => add_rows_any(rows, mean),
        }
    }
    for value in mean {
        *value /= others.max(1) as f64;
    }
}

/// Adds up rows of as many values as there are sums. With their number known it takes a fifth of the time.
fn add_rows<const LABELS: usize>(rows: &[f64], sums: &mut [f64]) {
    let (sums, _) = sums.as_chunks_mut::<LABELS>();
    let mut total = sums[0];
    for row in rows.as_chunks::<LABELS>().0 {
        for (sum, value) in total.iter_mut().zip(row) {
            *sum += value;
        }
    }
    sums[0] = total;
}

/// [`add_rows`] for any number of labels; it adds in the same order.
fn add_rows_any(rows: &[f64], sums: &mut [f64]) {
    for row in rows.chunks_exact(sums.len()) {
        for (sum, value) in sums.iter_mut().zip(row) {
            *sum += value;
        }
    }
}

/// Adds to each logit the values of a row by the weights of its label.
fn add_weighted<const LABELS: usize>(row: &[f64], weights: &[f32], logits: &mut [f64]) {
    let (logits, _) = logits.as_chunks_mut::<LABELS>();
    let mut total = logits[0];
    for (value, weights) in row.iter().zip(weights.as_chunks::<LABELS>().0) {
        for (logit, &weight) in total.iter_mut().zip(weights) {
            *logit += value * f64::from(weight);
        }
    }
    logits[0] = total;
}

/// [`add_weighted`] for any number of labels; it adds in the same order.
fn add_weighted_any(row: &[f64], weights: &[f32], logits: &mut [f64]) {
    for (value, weights) in row.iter().zip(weights.chunks_exact(logits.len())) {
        for (logit, &weight) in logits.iter_mut().zip(weights) {
            *logit += value * f64::from(weight);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Two labels whose scores are ±half of the first logit.
    fn logits(first: &[f64]) -> Vec<f64> {
        first.iter().flat_map(|&logit| [logit, 0.0]).collect()
    }

    #[test]
    fn a_row_holds_own_near_mean_and_place() {
        let features = context_features(&logits(&[2.0, 4.0, 6.0, 8.0]), 2, 1.0, 2);
        let row = &features[context_feature_count(2)..2 * context_feature_count(2)];
        let p = |logit: f64| 1.0 / (1.0 + (-logit).exp());
        let mean_p = (p(2.0) + p(6.0) + p(8.0)) / 3.0;
        let mean_score = (1.0 + 3.0 + 4.0) / 3.0;
        #[rustfmt::skip]
        let expected = [
            2.0, -2.0, // itself
            1.0, -1.0, 3.0, -3.0, 0.0, 0.0, 4.0, -4.0, // before, behind, two before, two behind
            mean_p, 1.0 - mean_p, mean_score, -mean_score,
            0.5, 2f64.ln(), 1.0, 3f64.ln(), // one from the start, two from the end, in a window of two
        ];
        assert_eq!(row.len(), expected.len());
        for (found, expected) in row.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-12, "{row:?}");
        }
    }

    #[test]
    fn a_lone_sentence_has_no_neighbours() {
        let features = context_features(&[3.0, 1.0], 2, 2.0, 5);
        assert_eq!(features[..2], [0.5, -0.5]);
        assert!(features[2..].iter().all(|value| value.abs() < f64::MIN_POSITIVE));
        assert!(context_features(&[], 2, 1.0, 5).is_empty());
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let new = |window, temperature, weights: usize, intercepts: usize| {
            Context::new(2, window, temperature, vec![0.0; weights], vec![0.0; intercepts])
        };
        let right = context_feature_count(2) * 2;
        assert!(new(10, 1.0, right, 2).is_ok());
        assert!(matches!(new(0, 1.0, right, 2), Err(ModelError::ContextWindow { window: 0, .. })));
        assert!(matches!(new(101, 1.0, right, 2), Err(ModelError::ContextWindow { window: 101, .. })));
        assert!(matches!(new(10, 1.0, right - 1, 2), Err(ModelError::ContextShape { .. })));
        assert!(matches!(new(10, 1.0, right, 3), Err(ModelError::ContextShape { .. })));
        for labels in [0, usize::MAX] {
            let of_none = Context::new(labels, 10, 1.0, Vec::new(), Vec::new());
            assert!(matches!(of_none, Err(ModelError::ContextShape { .. })));
        }
        assert!(matches!(new(10, 0.0, right, 2), Err(ModelError::Number { .. })));
        let nan = Context::new(2, 10, 1.0, vec![f32::NAN; right], vec![0.0; 2]);
        assert!(matches!(nan, Err(ModelError::Number { .. })));
    }

    proptest! {
        #[test]
        fn few_labels_get_the_numbers_of_any(
            values in prop::collection::vec(-5.0..5.0f64, 0..70),
            weights in prop::collection::vec(-5.0..5.0f32, 70),
            before in prop::array::uniform3(-5.0..5.0f64),
        ) {
            fn both<const LABELS: usize>(values: &[f64], weights: &[f32], before: &[f64; 3]) -> [Vec<u64>; 2] {
                let rows = &values[..values.len() / LABELS * LABELS];
                let (mut few, mut any) = (before[..LABELS].to_vec(), before[..LABELS].to_vec());
                add_rows::<LABELS>(rows, &mut few);
                add_rows_any(rows, &mut any);
                let row = &values[..values.len() / LABELS];
                add_weighted::<LABELS>(row, weights, &mut few);
                add_weighted_any(row, weights, &mut any);
                [few, any].map(|sums| sums.into_iter().map(f64::to_bits).collect())
            }
            for [few, any] in [both::<2>(&values, &weights, &before), both::<3>(&values, &weights, &before)] {
                prop_assert_eq!(few, any);
            }
        }

        #[test]
        fn sentences_beyond_the_window_do_not_matter(
            first in prop::collection::vec(-5.0..5.0f64, 8..30),
            more in prop::collection::vec(-5.0..5.0f64, 1..10),
            window in 2..4u32,
        ) {
            let near = context_features(&logits(&first), 2, 1.0, window);
            let longer: Vec<f64> = first.iter().chain(&more).copied().collect();
            let far = context_features(&logits(&longer), 2, 1.0, window);
            let untouched = (first.len() - window as usize) * context_feature_count(2);
            prop_assert_eq!(&near[..untouched], &far[..untouched]);
        }
    }
}

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
    /// [`ModelError`] if the window is not between 1 and [`MAX_CONTEXT_WINDOW`], the numbers of values do not fit `labels` or
    /// a value is out of range.
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
        let expected = context_feature_count(labels).checked_mul(labels);
        if Some(weights.len()) != expected || intercept.len() != labels {
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

    /// The logits of the sentences of a document in its context: from a row of logits a sentence, the same shape.
    pub(crate) fn logits(&self, logits: &[f64], temperature: f64) -> Vec<f64> {
        let labels = self.intercept.len();
        let document = Document::new(logits, labels, temperature, self.window);
        let mut row = Vec::with_capacity(context_feature_count(labels));
        let mut out = Vec::with_capacity(logits.len());
        for at in 0..document.sentences() {
            row.clear();
            document.push_features(at, &mut row);
            for class in 0..labels {
                let weights = self.weights.iter().skip(class).step_by(labels);
                let sum: f64 = row.iter().zip(weights).map(|(value, &weight)| value * f64::from(weight)).sum();
                out.push(f64::from(self.intercept[class]) + sum);
            }
        }
        out
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
    let document = Document::new(logits, labels, temperature, window);
    let mut features = Vec::with_capacity(document.sentences() * context_feature_count(labels));
    for at in 0..document.sentences() {
        document.push_features(at, &mut features);
    }
    features
}

/// The scores of a document's sentences.
struct Document {
    labels: usize,
    window: usize,
    /// Logits over temperature, less their mean over the labels: softmax does not see the difference, linear models do.
    scores: Vec<f64>,
    probabilities: Vec<f64>,
}

impl Document {
    fn new(logits: &[f64], labels: usize, temperature: f64, window: u32) -> Self {
        let mut scores = Vec::with_capacity(logits.len());
        let mut probabilities = vec![0.0; logits.len()];
        let all = vec![true; labels];
        for (row, probabilities) in logits.chunks_exact(labels).zip(probabilities.chunks_exact_mut(labels)) {
            let mean = row.iter().sum::<f64>() / labels as f64;
            scores.extend(row.iter().map(|logit| ((logit - mean) / temperature).clamp(-MOST, MOST)));
            softmax(&scores[scores.len() - labels..], 1.0, &all, probabilities);
        }
        Self { labels, window: window as usize, scores, probabilities }
    }

    fn sentences(&self) -> usize {
        self.scores.len() / self.labels
    }

    /// Appends the features of one sentence.
    fn push_features(&self, at: usize, out: &mut Vec<f64>) {
        let (labels, window, sentences) = (self.labels, self.window, self.sentences());
        let scores_of = |at: usize| &self.scores[at * labels..(at + 1) * labels];
        out.extend(scores_of(at));
        for step in NEAR {
            match at.checked_add_signed(step).filter(|&near| near < sentences) {
                Some(near) => out.extend(scores_of(near)),
                None => out.resize(out.len() + labels, 0.0),
            }
        }
        let around = at.saturating_sub(window)..sentences.min(at + window + 1);
        for values in [&self.probabilities, &self.scores] {
            push_mean_of_others(values, labels, around.clone(), at, out);
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
    for other in around.filter(|&other| other != at) {
        for (sum, value) in out[start..].iter_mut().zip(&values[other * labels..]) {
            *sum += value;
        }
    }
    for value in &mut out[start..] {
        *value /= others.max(1) as f64;
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
        assert!(matches!(new(10, 0.0, right, 2), Err(ModelError::Number { .. })));
        let nan = Context::new(2, 10, 1.0, vec![f32::NAN; right], vec![0.0; 2]);
        assert!(matches!(nan, Err(ModelError::Number { .. })));
    }

    proptest! {
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

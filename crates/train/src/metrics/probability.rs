//! Scores of the probabilities themselves: log loss, Brier score, calibration error.

use super::Outcomes;
use super::reliability::{BINS, bin_of};

/// −ln of the true label's probability, which is first clipped to [ε, 1 − ε] with ε = 2⁻⁵², as scikit-learn's `log_loss`
/// does: a certain mistake costs 36.04.
pub(super) fn log_loss(truth: usize, distribution: &[f64]) -> f64 {
    -libm::log(distribution[truth].clamp(f64::EPSILON, 1.0 - f64::EPSILON))
}

/// The squared distance of the distribution from the truth's, from 0 to 2 (Brier 1950); scikit-learn's
/// `brier_score_loss(scale_by_half=False)`. For two labels it is twice the score of the positive label alone.
pub(super) fn brier(truth: usize, distribution: &[f64]) -> f64 {
    let squares = distribution.iter().enumerate().map(|(label, &probability)| {
        let distance = probability - f64::from(u8::from(label == truth));
        distance * distance
    });
    squares.sum()
}

/// The expected calibration error (Guo et al. 2017, "On Calibration of Modern Neural Networks", equation 3): over 15
/// bins of equal width, the mean gap between the share of right predictions and the mean probability of the predicted
/// label, weighted by the examples in the bin. Bin m holds the probabilities in ((m − 1)/15, m/15], the first one 0 too.
pub(super) fn calibration_error(outcomes: &Outcomes<'_>) -> f64 {
    let mut gaps = [0.0; BINS];
    for (truth, predicted, distribution) in outcomes.rows() {
        let confidence = distribution[predicted];
        gaps[bin_of(confidence)] += f64::from(u8::from(truth == predicted)) - confidence;
    }
    gaps.iter().map(|gap| gap.abs()).sum::<f64>() / outcomes.len() as f64
}

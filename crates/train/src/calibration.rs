//! The temperature that makes out-of-fold probabilities fit what happened.

/// Bounds of the inverse temperature: beyond them an answer is as good as sure, or as good as blind.
const RANGE: (f64, f64) = (1e-2, 1e2);

/// Newton steps converge in fewer than these, or not at all.
const NEWTON_STEPS: usize = 20;

/// The temperature T at which `softmax(logits / T)` has the least mean log loss on the labels (Guo et al., "On
/// Calibration of Modern Neural Networks", ICML 2017).
///
/// `logits` has one row of `classes` values an example. The loss is convex in 1/T; its derivative is followed by
/// Newton steps, with bisection where they leave the bracket. Sums run in the order of the examples, so the result
/// does not depend on threads.
pub(crate) fn fit_temperature(logits: &[f64], classes: usize, labels: &[u32]) -> f64 {
    let (mut low, mut high) = RANGE;
    let mut inverse: f64 = 1.0;
    for step in 0..100 {
        let (slope, curvature) = derivatives(logits, classes, labels, inverse);
        if slope > 0.0 {
            high = inverse;
        } else {
            low = inverse;
        }
        let newton = inverse - slope / curvature;
        // Where the labels are separable the loss falls exponentially and Newton steps crawl: bisect from then on.
        let next = if step < NEWTON_STEPS && newton > low && newton < high { newton } else { f64::midpoint(low, high) };
        let moved = (next - inverse).abs();
        inverse = next;
        if moved <= 1e-12 * inverse {
            break;
        }
    }
    1.0 / inverse
}

/// First and second derivative of the summed log loss with respect to the inverse temperature: per example, the
/// expected logit minus the true class's, and the variance of the logit.
fn derivatives(logits: &[f64], classes: usize, labels: &[u32], inverse: f64) -> (f64, f64) {
    let (mut slope, mut curvature) = (0.0, 0.0);
    for (row, &label) in logits.chunks_exact(classes).zip(labels) {
        let max = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let (mut sum, mut first, mut second) = (0.0, 0.0, 0.0);
        for &logit in row {
            let p = libm::exp((logit - max) * inverse);
            sum += p;
            first += p * (logit - max);
            second += p * (logit - max) * (logit - max);
        }
        let mean = first / sum;
        slope += mean - (row[label as usize] - max);
        curvature += second / sum - mean * mean;
    }
    (slope, curvature)
}

/// `softmax(logits / temperature)`, row by row.
pub(crate) fn softmax_rows(logits: &[f64], classes: usize, temperature: f64) -> Vec<f64> {
    let mut probabilities = logits.to_vec();
    for row in probabilities.chunks_exact_mut(classes) {
        let max = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mut sum = 0.0;
        for value in row.iter_mut() {
            *value = libm::exp((*value - max) / temperature);
            sum += *value;
        }
        for value in row {
            *value /= sum;
        }
    }
    probabilities
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn mean_loss(logits: &[f64], classes: usize, labels: &[u32], temperature: f64) -> f64 {
        let rows = logits.chunks_exact(classes).zip(labels);
        rows.map(|(row, &label)| {
            let sum: f64 = row.iter().map(|z| ((z - row[label as usize]) / temperature).exp()).sum();
            sum.ln()
        })
        .sum::<f64>()
            / labels.len() as f64
    }

    #[test]
    fn overconfident_logits_are_cooled_to_the_known_temperature() {
        // Right three times out of four at odds of 3 to 1 after division by T: T = logit difference / ln 3.
        let logits = [4.0, 0.0].repeat(4);
        let temperature = fit_temperature(&logits, 2, &[0, 0, 0, 1]);
        assert!((temperature - 4.0 / 3.0_f64.ln()).abs() < 1e-9, "{temperature}");
    }

    #[test]
    fn separable_and_flat_logits_stay_in_range() {
        let sure = fit_temperature(&[5.0, 0.0, 0.0, 5.0], 2, &[0, 1]);
        assert!((sure - 1.0 / RANGE.1).abs() < 1e-6, "{sure}");
        assert!(fit_temperature(&[0.0; 4], 2, &[0, 1]).is_finite());
        assert!(fit_temperature(&[], 2, &[]).is_finite());
    }

    proptest! {
        #[test]
        fn no_other_temperature_is_better(
            rows in prop::collection::vec((prop::array::uniform3(-5.0..5.0f64), 0..3u32), 2..30),
            other in 0.02..50.0f64,
        ) {
            let logits: Vec<f64> = rows.iter().flat_map(|row| row.0).collect();
            let labels: Vec<u32> = rows.iter().map(|row| row.1).collect();
            let best = fit_temperature(&logits, 3, &labels);
            prop_assert!(mean_loss(&logits, 3, &labels, best) <= mean_loss(&logits, 3, &labels, other) + 1e-9);
        }
    }
}

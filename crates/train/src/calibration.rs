//! The temperature that makes out-of-fold probabilities fit what happened.

use serde::Serialize;

/// Bounds of the inverse temperature: beyond them an answer is as good as sure, or as good as blind.
const RANGE: (f64, f64) = (1e-2, 1e2);

/// Newton steps converge in fewer than these, or not at all.
const NEWTON_STEPS: usize = 20;

/// What a temperature was fitted to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TemperatureFit {
    /// The labels: the temperature is that of least log loss.
    #[default]
    Labels,
    /// Smoothed labels: the held-out answers were all right, and the surer they are made the less is their log loss.
    SmoothedLabels,
    /// Nothing: the held-out answers were no better than chance, and the temperature is the highest allowed.
    NoInformation,
}

impl TemperatureFit {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
    pub(crate) fn is_usual(&self) -> bool {
        *self == Self::Labels
    }

    /// What the user should know of it; `where_held_out` is empty or says of which answers, as in " in context".
    pub(crate) fn warning(self, where_held_out: &str) -> Option<String> {
        match self {
            Self::Labels => None,
            Self::SmoothedLabels => Some(format!(
                "the held-out answers{where_held_out} are all right, so they do not tell how sure the model may be: its \
                 probabilities are fitted to smoothed labels (Platt 1999), as if of each label one more text had been \
                 answered rightly and one wrongly; check them with `copydesk eval` on other texts"
            )),
            Self::NoInformation => Some(format!(
                "the held-out answers{where_held_out} carry no information: they are no better than chance, and the \
                 probabilities are close to equal; check the labels, or give more texts"
            )),
        }
    }
}

/// The temperature T at which `softmax(logits / T)` has the least mean log loss on the labels (Guo et al., "On
/// Calibration of Modern Neural Networks", ICML 2017), and what it was fitted to.
///
/// `logits` has one row of `classes` values an example. Where every answer is right the log loss falls for ever with T:
/// there is no best T, and the lowest allowed makes every answer sure, even that for a text without a known word. The
/// labels are [smoothed](Targets::smoothed) then. Sums run in the order of the examples, so the result does not depend
/// on threads.
pub(crate) fn fit_temperature(logits: &[f64], classes: usize, labels: &[u32]) -> (f64, TemperatureFit) {
    let plain = Targets::plain(classes, labels);
    // The slope is 0 everywhere if no row has a greatest logit.
    if plain.derivatives(logits, RANGE.0).0 >= 0.0 {
        return (1.0 / RANGE.0, TemperatureFit::NoInformation);
    }
    if plain.derivatives(logits, RANGE.1).0 <= 0.0 {
        let smoothed = Targets::smoothed(classes, labels);
        // Logits so small that even smoothed labels want a lower temperature than there is are not made too sure by the lowest.
        if smoothed.derivatives(logits, RANGE.1).0 > 0.0 {
            return (smoothed.temperature_of_least_loss(logits), TemperatureFit::SmoothedLabels);
        }
    }
    (plain.temperature_of_least_loss(logits), TemperatureFit::Labels)
}

/// The distribution over the classes that the probabilities of each example should come near to.
struct Targets<'a> {
    labels: &'a [u32],
    /// By label: the share of the label, and that of each other class.
    shares: Vec<(f64, f64)>,
}

impl<'a> Targets<'a> {
    /// All for the label.
    fn plain(classes: usize, labels: &'a [u32]) -> Self {
        Self { labels, shares: vec![(1.0, 0.0); classes] }
    }

    /// (N + 1) / (N + 2) for a label with N examples, the rest in equal parts for the others. With two classes these
    /// are Platt's targets ("Probabilistic Outputs for Support Vector Machines", 1999; Lin, Lin and Weng, "A Note on
    /// Platt's Probabilistic Outputs", 2007): the expected share of right answers after N right ones, if every share was as likely
    /// before.
    fn smoothed(classes: usize, labels: &'a [u32]) -> Self {
        let mut counts = vec![0.0; classes];
        for &label in labels {
            counts[label as usize] += 1.0;
        }
        let others = classes as f64 - 1.0;
        let shares = counts.iter().map(|n| ((n + 1.0) / (n + 2.0), 1.0 / (n + 2.0) / others)).collect();
        Self { labels, shares }
    }

    /// The loss is convex in 1/T; its derivative is followed by Newton steps, with bisection where they leave the bracket.
    fn temperature_of_least_loss(&self, logits: &[f64]) -> f64 {
        let (mut low, mut high) = RANGE;
        let mut inverse: f64 = 1.0;
        for step in 0..100 {
            let (slope, curvature) = self.derivatives(logits, inverse);
            if slope > 0.0 {
                high = inverse;
            } else {
                low = inverse;
            }
            let newton = inverse - slope / curvature;
            // Where the loss falls exponentially Newton steps crawl: bisect from then on.
            let next =
                if step < NEWTON_STEPS && newton > low && newton < high { newton } else { f64::midpoint(low, high) };
            let moved = (next - inverse).abs();
            inverse = next;
            if moved <= 1e-12 * inverse {
                break;
            }
        }
        1.0 / inverse
    }

    /// First and second derivative of the summed log loss with respect to the inverse temperature: per example, the
    /// expected logit minus the target's, and the variance of the logit.
    fn derivatives(&self, logits: &[f64], inverse: f64) -> (f64, f64) {
        let (mut slope, mut curvature) = (0.0, 0.0);
        for (row, &label) in logits.chunks_exact(self.shares.len()).zip(self.labels) {
            let max = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let (mut sum, mut first, mut second, mut all) = (0.0, 0.0, 0.0, 0.0);
            for &logit in row {
                let p = libm::exp((logit - max) * inverse);
                sum += p;
                first += p * (logit - max);
                second += p * (logit - max) * (logit - max);
                all += logit - max;
            }
            let mean = first / sum;
            let (own, other) = self.shares[label as usize];
            // With a share of 1 for the label this is its logit, to the bit.
            slope += mean - (other * all + (own - other) * (row[label as usize] - max));
            curvature += second / sum - mean * mean;
        }
        (slope, curvature)
    }
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
        let (temperature, fit) = fit_temperature(&logits, 2, &[0, 0, 0, 1]);
        assert!((temperature - 4.0 / 3.0_f64.ln()).abs() < 1e-9, "{temperature}");
        assert_eq!((fit, fit.warning("")), (TemperatureFit::Labels, None));
    }

    #[test]
    fn answers_that_are_all_right_are_as_sure_as_their_number_allows() {
        for n in [1_u32, 25, 1000] {
            for classes in [2, 3, 7] {
                // Each example scores 5 for its own label.
                let labels: Vec<u32> = (0..n * classes).map(|example| example % classes).collect();
                let logits: Vec<f64> = labels
                    .iter()
                    .flat_map(|&label| (0..classes).map(move |class| f64::from(class == label) * 5.0))
                    .collect();
                let (temperature, fit) = fit_temperature(&logits, classes as usize, &labels);
                assert_eq!(fit, TemperatureFit::SmoothedLabels);
                // All rows are alike, so that of the label gets its target.
                let sure = softmax_rows(&logits, classes as usize, temperature)[0];
                let expected = f64::from(n + 1) / f64::from(n + 2);
                assert!((sure - expected).abs() < 1e-9, "{n} examples of {classes} labels: {sure}");
            }
        }
    }

    #[test]
    fn smoothing_counts_the_examples_of_each_label() {
        let targets = Targets::smoothed(3, &[0, 0, 0, 1]);
        assert_eq!(targets.shares, [(4.0 / 5.0, 1.0 / 10.0), (2.0 / 3.0, 1.0 / 6.0), (1.0 / 2.0, 1.0 / 4.0)]);
    }

    #[test]
    fn answers_no_better_than_chance_are_told() {
        let worse = [1.0, 0.0, 0.0, 1.0];
        for (logits, labels) in [(&worse[..], &[1, 0][..]), (&[0.0; 4], &[0, 1]), (&[], &[])] {
            let (temperature, fit) = fit_temperature(logits, 2, labels);
            assert_eq!((temperature.to_bits(), fit), (100.0_f64.to_bits(), TemperatureFit::NoInformation));
            assert!(
                fit.warning(" in context").unwrap().starts_with("the held-out answers in context carry no information")
            );
        }
    }

    #[test]
    fn logits_too_small_to_be_sure_are_not_smoothed() {
        let (temperature, fit) = fit_temperature(&[1e-4, 0.0, 0.0, 1e-4], 2, &[0, 1]);
        assert!((temperature - 1.0 / RANGE.1).abs() < 1e-6, "{temperature}");
        assert_eq!(fit, TemperatureFit::Labels);
    }

    proptest! {
        #[test]
        fn no_other_temperature_is_better(
            rows in prop::collection::vec((prop::array::uniform3(-5.0..5.0f64), 0..3u32), 2..30),
            other in 0.02..50.0f64,
        ) {
            let logits: Vec<f64> = rows.iter().flat_map(|row| row.0).collect();
            let labels: Vec<u32> = rows.iter().map(|row| row.1).collect();
            let (best, fit) = fit_temperature(&logits, 3, &labels);
            prop_assume!(fit != TemperatureFit::SmoothedLabels);
            prop_assert!(mean_loss(&logits, 3, &labels, best) <= mean_loss(&logits, 3, &labels, other) + 1e-9);
        }
    }
}

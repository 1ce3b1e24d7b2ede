//! Reliability diagrams: what probabilities say beside what happens (`DeGroot` and Fienberg 1983, "The Comparison and
//! Evaluation of Forecasters").

use serde::{Deserialize, Serialize};

use super::Outcomes;

/// Bins of equal width, as many as Guo et al. (2017) use for the calibration error.
pub(super) const BINS: usize = 15;

/// The examples whose probability lies in one bin.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReliabilityBin {
    /// The bin's lower end, which is not in it; only the first bin holds its own, 0.
    pub low: f64,
    /// The bin's upper end, which is in it.
    pub high: f64,
    /// The number of examples.
    pub examples: u64,
    /// Their mean probability; `None` if there are none.
    pub mean_probability: Option<f64>,
    /// The share of them for which the probability's event came true; `None` if there are none.
    pub share: Option<f64>,
}

/// How probabilities compare with what is so, in bins of equal width.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reliability {
    /// By the probability of the answer given; the event is that the answer is right. The gaps between share and mean
    /// probability, weighted by the examples, sum to the calibration error.
    pub answers: Vec<ReliabilityBin>,
    /// By the probability of each label, in the labels' order; the event is that the example has the label.
    pub classes: Vec<ClassReliability>,
}

/// The bins of one label.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClassReliability {
    /// The label's name.
    pub label: String,
    /// Its bins, the lowest first.
    pub bins: Vec<ReliabilityBin>,
}

impl Reliability {
    /// Sorts the probabilities of the answers, and of each label, into 15 bins.
    pub fn new(outcomes: &Outcomes<'_>) -> Self {
        let class = |(at, label): (usize, &String)| ClassReliability {
            label: label.clone(),
            bins: bins(outcomes.forecasts(at)),
        };
        Self {
            answers: bins(outcomes.rows().map(|(truth, predicted, p)| (p[predicted], truth == predicted))),
            classes: outcomes.labels().iter().enumerate().map(class).collect(),
        }
    }
}

/// The bin of a probability, from 0: bin m holds those in (m/15, (m + 1)/15], the first one 0 too.
pub(super) fn bin_of(probability: f64) -> usize {
    (1..BINS).find(|&bin| probability <= bin as f64 / BINS as f64).unwrap_or(BINS) - 1
}

fn bins(forecasts: impl Iterator<Item = (f64, bool)>) -> Vec<ReliabilityBin> {
    let mut sums = [(0_u64, 0.0, 0_u64); BINS];
    for (probability, came_true) in forecasts {
        let (examples, sum, hits) = &mut sums[bin_of(probability)];
        *examples += 1;
        *sum += probability;
        *hits += u64::from(came_true);
    }
    let bin = |(at, (examples, sum, hits)): (usize, (u64, f64, u64))| ReliabilityBin {
        low: at as f64 / BINS as f64,
        high: (at + 1) as f64 / BINS as f64,
        examples,
        mean_probability: (examples > 0).then(|| sum / examples as f64),
        share: (examples > 0).then(|| hits as f64 / examples as f64),
    };
    sums.into_iter().enumerate().map(bin).collect()
}

#[cfg(test)]
mod tests {
    use super::super::Evaluation;
    use super::super::tests::names;
    use super::*;

    #[test]
    fn bins_hold_their_upper_end() {
        assert_eq!([0.0, 1.0 / 15.0, 0.0667, 0.2, 0.2001, 1.0].map(bin_of), [0, 0, 1, 2, 3, 14]);
    }

    #[test]
    fn answers_and_labels_are_counted_by_their_own_probability() {
        let labels = names(2);
        // Right at 0.9, wrong at 0.9, right at 0.7.
        let probabilities = [0.9, 0.1, 0.9, 0.1, 0.3, 0.7];
        let outcomes = Outcomes::new(&[0, 1, 1], &[0, 0, 1], &probabilities, &labels).unwrap();
        let reliability = Reliability::new(&outcomes);
        let filled = |bins: &[ReliabilityBin]| -> Vec<(u64, f64, f64)> {
            let filled = bins.iter().filter(|bin| bin.examples > 0);
            filled.map(|bin| (bin.examples, bin.mean_probability.unwrap(), bin.share.unwrap())).collect()
        };
        assert_eq!(filled(&reliability.answers), [(1, 0.7, 1.0), (2, 0.9, 0.5)]);
        assert_eq!(filled(&reliability.classes[0].bins), [(1, 0.3, 0.0), (2, 0.9, 0.5)]);
        assert_eq!(filled(&reliability.classes[1].bins), [(2, 0.1, 0.5), (1, 0.7, 1.0)]);
        assert_eq!(reliability.answers[0].mean_probability, None);
        assert_eq!(reliability.classes[1].label, "label 1");

        let gaps = filled(&reliability.answers).iter().map(|&(n, p, share)| n as f64 * (share - p).abs()).sum::<f64>();
        assert!((gaps / 3.0 - Evaluation::new(&outcomes).calibration_error).abs() < 1e-15);
    }
}

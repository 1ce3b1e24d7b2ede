//! Precision against recall as the probability asked for falls.

use serde::{Deserialize, Serialize};

use super::Outcomes;

/// What one label's probability is worth as a score, threshold by threshold. The area under it as a step function is
/// [`ClassScores::average_precision`](super::ClassScores::average_precision).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PrecisionRecallCurve {
    /// The label's name.
    pub label: String,
    /// The curve, the highest threshold first, so that recall rises; empty if no example has the label.
    pub points: Vec<PrecisionRecallPoint>,
}

/// Precision and recall of "has the label if its probability is at least the threshold".
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PrecisionRecallPoint {
    /// The probability asked for.
    pub threshold: f64,
    /// Of the examples at or above the threshold, the share that has the label.
    pub precision: f64,
    /// Of the examples that have the label, the share at or above the threshold.
    pub recall: f64,
}

impl PrecisionRecallCurve {
    /// The curve of each label against the rest, in the labels' order.
    ///
    /// The points are those of scikit-learn's `precision_recall_curve(drop_intermediate=True)` without the end it adds
    /// at recall 0: one a distinct probability, but of those with the same recall only the first and the last, between
    /// which precision just falls.
    pub fn of_each_label(outcomes: &Outcomes<'_>) -> Vec<Self> {
        let curve = |(at, label): (usize, &String)| Self {
            label: label.clone(),
            points: points(outcomes.forecasts(at).collect()),
        };
        outcomes.labels().iter().enumerate().map(curve).collect()
    }
}

fn points(mut examples: Vec<(f64, bool)>) -> Vec<PrecisionRecallPoint> {
    let with = examples.iter().filter(|(_, has)| *has).count();
    if with == 0 {
        return Vec::new();
    }
    examples.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
    // The threshold, and the examples at or above it: all, and those with the label.
    let mut steps: Vec<(f64, usize, usize)> = Vec::new();
    let (mut seen, mut found) = (0, 0);
    for tied in examples.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq()) {
        seen += tied.len();
        found += tied.iter().filter(|(_, has)| *has).count();
        steps.push((tied[0].0, seen, found));
    }
    let kept = |at: usize| {
        let found = |at: usize| steps.get(at).map(|step| step.2);
        at == 0 || found(at - 1) != found(at) || found(at + 1) != found(at)
    };
    let point = |at: usize| {
        let (threshold, seen, found) = steps[at];
        PrecisionRecallPoint { threshold, precision: found as f64 / seen as f64, recall: found as f64 / with as f64 }
    };
    (0..steps.len()).filter(|&at| kept(at)).map(point).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(examples: &[(f64, bool)]) -> Vec<(f64, f64, f64)> {
        points(examples.to_vec()).iter().map(|p| (p.threshold, p.precision, p.recall)).collect()
    }

    #[test]
    fn a_curve_worked_out_by_hand() {
        // Ranked: yes | no and yes at 0.6 | no | no | no | yes.
        let examples = [(0.6, false), (0.9, true), (0.6, true), (0.5, false), (0.4, false), (0.3, false), (0.1, true)];
        let expected = [
            (0.9, 1.0, 1.0 / 3.0),
            (0.6, 2.0 / 3.0, 2.0 / 3.0),
            // 0.5 and 0.4 find nothing new and lie between points of the same recall.
            (0.3, 2.0 / 6.0, 2.0 / 3.0),
            (0.1, 3.0 / 7.0, 1.0),
        ];
        assert_eq!(curve(&examples), expected);
    }

    #[test]
    fn the_lowest_threshold_stays_even_if_it_finds_nothing() {
        assert_eq!(curve(&[(0.9, true), (0.5, false), (0.2, false)]), [(0.9, 1.0, 1.0), (0.2, 1.0 / 3.0, 1.0)]);
        assert_eq!(curve(&[(0.9, false), (0.5, false)]), []);
    }
}

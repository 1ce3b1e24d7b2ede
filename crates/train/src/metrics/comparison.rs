//! Two classifiers on the same examples.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::bootstrap::{Sums, check, draw, percentiles};
use super::{Bootstrap, Confusion, Interval, McNemar, MetricsError, Outcomes};

/// How one classifier compares with another on the same examples.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// The number of examples.
    pub examples: u64,
    /// The number of documents drawn from. With one there are no intervals.
    pub documents: u64,
    /// The number of resamples.
    pub resamples: u32,
    /// The share of the resampled differences inside an interval.
    pub confidence: f64,
    /// The seed of the draws.
    pub seed: u64,
    /// Macro-F1 of both. Each is the mean over the labels that occur in the truth or its own predictions.
    pub macro_f1: Difference,
    /// Accuracy of both.
    pub accuracy: Difference,
    /// `McNemar`'s test of the answers.
    pub mcnemar: McNemar,
    /// Who is right, by the true label, in this classifier's order of labels. Labels without examples are left out.
    pub right: Vec<WhoIsRight>,
}

/// One score of two classifiers, and how sure the difference is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// This classifier's score.
    pub this: f64,
    /// The other's.
    pub other: f64,
    /// This minus other: above 0, this one is better.
    pub difference: f64,
    /// The interval of the difference between percentiles; `None` if all examples are of one document.
    pub interval: Option<Interval>,
    /// How rare a difference of the other sign, or none, is among the resamples, in both directions:
    /// 2·min(#{d ≤ 0} + 1, #{d ≥ 0} + 1) / (resamples + 1), at most 1. This is the interval turned round (Efron and
    /// Tibshirani 1993, section 15.4, with the 1 of Davison and Hinkley 1997, section 4.2, so that it is never 0).
    pub p_value: Option<f64>,
}

/// How many examples of one true label each classifier has right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhoIsRight {
    /// The true label.
    pub label: String,
    /// The examples that both have right.
    pub both: u64,
    /// Those that only this classifier has right.
    pub only_this: u64,
    /// Those that only the other has right.
    pub only_other: u64,
    /// Those that both have wrong.
    pub neither: u64,
}

impl Comparison {
    /// Compares `this` with `other`, which have to be predictions of the same examples in the same order; their labels
    /// may be others or in another order. `groups` holds the document of each example.
    ///
    /// Documents are drawn with replacement, the same ones for both classifiers, so that what makes a document hard for
    /// both does not count. The same on any number of threads.
    ///
    /// # Errors
    /// If the two differ in an example's true label or their number, `groups` has not one entry an example, or the
    /// options are out of range.
    pub fn new(
        this: &Outcomes<'_>,
        other: &Outcomes<'_>,
        groups: &[u32],
        options: &Bootstrap,
    ) -> Result<Self, MetricsError> {
        check(this, groups, options)?;
        let right = who_is_right(this, other)?;
        let (sums, other_sums) = (Sums::new(this, groups), Sums::new(other, groups));
        let documents = sums.documents.len();
        let resampled: Vec<[f64; 2]> = if documents < 2 {
            Vec::new()
        } else {
            let draws = (0..options.resamples).into_par_iter().map_init(
                || (vec![0; documents], sums.confusion(), other_sums.confusion()),
                |(times, confusion, other_confusion), resample| {
                    draw(options.seed, resample, times);
                    sums.count(times, confusion);
                    other_sums.count(times, other_confusion);
                    differences(confusion, other_confusion)
                },
            );
            draws.collect()
        };
        let (whole, other_whole) = (this.confusion(), other.confusion());
        let difference = |at: usize, score: fn(&Confusion) -> f64| {
            let resampled: Vec<f64> = resampled.iter().map(|differences| differences[at]).collect();
            Difference::new(score(&whole), score(&other_whole), resampled, options.confidence)
        };
        let sum = |count: fn(&WhoIsRight) -> u64| right.iter().map(count).sum();
        Ok(Self {
            examples: this.len() as u64,
            documents: documents as u64,
            resamples: options.resamples,
            confidence: options.confidence,
            seed: options.seed,
            macro_f1: difference(0, Confusion::macro_f1),
            accuracy: difference(1, Confusion::accuracy),
            mcnemar: McNemar::new(sum(|right| right.only_this), sum(|right| right.only_other)),
            right,
        })
    }

    /// Whether this classifier is significantly worse: the interval of the difference in macro-F1 lies wholly below 0.
    /// Without an interval, no difference is significant.
    pub fn is_significantly_worse(&self) -> bool {
        self.macro_f1.interval.is_some_and(|interval| interval.high < 0.0)
    }

    /// Whether this classifier is significantly better: the interval of the difference in macro-F1 lies wholly above 0.
    pub fn is_significantly_better(&self) -> bool {
        self.macro_f1.interval.is_some_and(|interval| interval.low > 0.0)
    }
}

impl Difference {
    fn new(this: f64, other: f64, resampled: Vec<f64>, confidence: f64) -> Self {
        let tail = |beyond: fn(&f64) -> bool| resampled.iter().filter(|d| beyond(d)).count() + 1;
        let fewer = tail(|&d| d <= 0.0).min(tail(|&d| d >= 0.0));
        let known = !resampled.is_empty();
        Self {
            this,
            other,
            difference: this - other,
            p_value: known.then(|| (2.0 * fewer as f64 / (resampled.len() + 1) as f64).min(1.0)),
            interval: known.then(|| percentiles(resampled, confidence)),
        }
    }
}

/// Macro-F1 and accuracy of one matrix less those of another.
fn differences(this: &Confusion, other: &Confusion) -> [f64; 2] {
    [this.macro_f1() - other.macro_f1(), this.accuracy() - other.accuracy()]
}

fn who_is_right(this: &Outcomes<'_>, other: &Outcomes<'_>) -> Result<Vec<WhoIsRight>, MetricsError> {
    let rows = this.len();
    if other.len() != rows {
        let what = "examples of the other classifier";
        return Err(MetricsError::Lengths { what, found: other.len(), expected: rows, rows });
    }
    let row_of = |label: &String| WhoIsRight { label: label.clone(), both: 0, only_this: 0, only_other: 0, neither: 0 };
    let mut right: Vec<WhoIsRight> = this.labels().iter().map(row_of).collect();
    for (row, (a, b)) in this.rows().zip(other.rows()).enumerate() {
        let counts = &mut right[a.0];
        if counts.label != other.labels()[b.0] {
            return Err(MetricsError::DifferentTruth { row });
        }
        let cell = match (a.0 == a.1, b.0 == b.1) {
            (true, true) => &mut counts.both,
            (true, false) => &mut counts.only_this,
            (false, true) => &mut counts.only_other,
            (false, false) => &mut counts.neither,
        };
        *cell += 1;
    }
    right.retain(|counts| counts.both + counts.only_this + counts.only_other + counts.neither > 0);
    Ok(right)
}

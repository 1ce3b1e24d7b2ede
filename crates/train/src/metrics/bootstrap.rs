//! Intervals by resampling documents.
//!
//! Sentences of one document are alike, so resampling sentences makes intervals too narrow. Whole documents are drawn
//! instead, with replacement (the cluster bootstrap, Davison and Hinkley 1997, section 3.8), and the interval lies between
//! percentiles of the resampled scores. A resample sums what each document adds up to and never looks at rows again.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::outcomes::MOST_RESAMPLES;
use super::probability::{brier, log_loss};
use super::{Confusion, MetricsError, Outcomes};
use crate::split::random::Draws;

/// How to resample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bootstrap {
    /// How often to resample, from 1 to 1,000,000: 2,000.
    pub resamples: u32,
    /// The share of the resampled scores inside an interval, above 0 and below 1: 0.95.
    pub confidence: f64,
    /// Decides the draws: 0.
    pub seed: u64,
}

impl Default for Bootstrap {
    fn default() -> Self {
        Self { resamples: 2000, confidence: 0.95, seed: 0 }
    }
}

impl Bootstrap {
    /// Whether the options are within their limits.
    pub(crate) fn check(&self) -> Result<(), MetricsError> {
        let Self { resamples, confidence, .. } = *self;
        if !(1..=MOST_RESAMPLES).contains(&resamples) {
            return Err(MetricsError::Resamples { resamples });
        }
        if !(confidence > 0.0 && confidence < 1.0) {
            return Err(MetricsError::Confidence { confidence });
        }
        Ok(())
    }
}

/// How far scores may be off.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Uncertainty {
    /// Intervals of the scores.
    Intervals(Intervals),
    /// There are no intervals.
    NotAvailable {
        /// Why not.
        reason: String,
    },
}

/// The interval of one score.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// The intervals of one label's scores. A resample without a prediction of the label (for precision), without an example
/// of it (for recall) or without either (for F1) does not count; `None` if fewer than half of the resamples do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClassIntervals {
    /// The label's name.
    pub label: String,
    /// The interval of precision.
    pub precision: Option<Interval>,
    /// The interval of recall.
    pub recall: Option<Interval>,
    /// The interval of F1.
    pub f1: Option<Interval>,
}

/// Percentile intervals of the scores.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Intervals {
    /// The number of documents drawn from, at least 2.
    pub documents: u32,
    /// The number of resamples.
    pub resamples: u32,
    /// The share of the resampled scores inside an interval.
    pub confidence: f64,
    /// The seed of the draws.
    pub seed: u64,
    /// The interval of accuracy.
    pub accuracy: Interval,
    /// The interval of macro-F1.
    pub macro_f1: Interval,
    /// The interval of the log loss.
    pub log_loss: Interval,
    /// The interval of the Brier score.
    pub brier: Interval,
    /// The intervals of each label's scores, in the labels' order.
    pub classes: Vec<ClassIntervals>,
}

/// Scores of the whole that stand at the start of a resample's row of scores.
const OVERALL: usize = 4;
/// Scores of each label that follow.
const PER_LABEL: usize = 3;

pub(super) fn bootstrap(
    outcomes: &Outcomes<'_>,
    groups: &[u32],
    options: &Bootstrap,
) -> Result<Uncertainty, MetricsError> {
    check(outcomes, groups, options)?;
    let sums = Sums::new(outcomes, groups);
    if sums.documents.len() < 2 {
        return Ok(Uncertainty::NotAvailable {
            reason: "all examples are of one document: intervals need at least two".to_owned(),
        });
    }
    let (resamples, confidence) = (options.resamples, options.confidence);
    let resampled: Vec<Vec<Option<f64>>> = (0..resamples)
        .into_par_iter()
        .map_init(
            || (vec![0; sums.documents.len()], sums.confusion()),
            |(times, confusion), resample| {
                draw(options.seed, resample, times);
                sums.scores(times, confusion)
            },
        )
        .collect();
    let interval = |score: usize| -> Option<Interval> {
        let scores: Vec<f64> = resampled.iter().filter_map(|scores| scores[score]).collect();
        (2 * scores.len() >= resampled.len()).then(|| percentiles(scores, confidence))
    };
    let overall = |score| interval(score).expect("the scores of the whole are defined in every resample");
    let class = |(at, label): (usize, &String)| {
        let first = OVERALL + at * PER_LABEL;
        ClassIntervals {
            label: label.clone(),
            precision: interval(first),
            recall: interval(first + 1),
            f1: interval(first + 2),
        }
    };
    Ok(Uncertainty::Intervals(Intervals {
        documents: sums.documents.len() as u32,
        resamples,
        confidence,
        seed: options.seed,
        accuracy: overall(0),
        macro_f1: overall(1),
        log_loss: overall(2),
        brier: overall(3),
        classes: outcomes.labels().iter().enumerate().map(class).collect(),
    }))
}

/// Whether there is a document for each example, and the options are within their limits.
pub(super) fn check(outcomes: &Outcomes<'_>, groups: &[u32], options: &Bootstrap) -> Result<(), MetricsError> {
    if groups.len() != outcomes.len() {
        return Err(MetricsError::Lengths {
            what: "documents",
            found: groups.len(),
            expected: outcomes.len(),
            rows: outcomes.len(),
        });
    }
    options.check()
}

/// How often each document is drawn in a resample: as many draws as documents, from the resample's own stream.
pub(super) fn draw(seed: u64, resample: u32, times: &mut [u64]) {
    times.fill(0);
    // Stream 0 of a seed is the one that splits are shuffled by.
    let mut draws = Draws::new(seed, u64::from(resample) + 1);
    for _ in 0..times.len() {
        times[draws.below(times.len() as u32) as usize] += 1;
    }
}

/// What each document adds to the scores.
#[derive(Debug)]
pub(super) struct Sums {
    pub documents: Vec<Document>,
    /// The cells of the confusion matrix that documents count in, and how much.
    cells: Vec<(u32, u32)>,
    labels: usize,
}

#[derive(Debug)]
pub(super) struct Document {
    /// Where its cells end.
    end: usize,
    rows: u64,
    log_loss: f64,
    brier: f64,
}

impl Sums {
    pub fn new(outcomes: &Outcomes<'_>, groups: &[u32]) -> Self {
        let confusion = Confusion::new(outcomes.labels().len());
        let mut rows: Vec<(u32, u32, usize)> = outcomes
            .rows()
            .zip(groups)
            .enumerate()
            .map(|(row, ((truth, predicted, _), &group))| (group, confusion.cell(truth, predicted) as u32, row))
            .collect();
        // The row's number makes the order, and so the sums, the same every time.
        rows.sort_unstable();
        let distributions: Vec<&[f64]> = outcomes.rows().map(|(_, _, distribution)| distribution).collect();
        let mut sums = Self { documents: Vec::new(), cells: Vec::new(), labels: outcomes.labels().len() };
        for document in rows.chunk_by(|a, b| a.0 == b.0) {
            for cell in document.chunk_by(|a, b| a.1 == b.1) {
                sums.cells.push((cell[0].1, cell.len() as u32));
            }
            let sum = |loss: fn(usize, &[f64]) -> f64| -> f64 {
                let losses =
                    document.iter().map(|&(_, _, row)| loss(outcomes.truth()[row] as usize, distributions[row]));
                losses.sum()
            };
            sums.documents.push(Document {
                end: sums.cells.len(),
                rows: document.len() as u64,
                log_loss: sum(log_loss),
                brier: sum(brier),
            });
        }
        sums
    }

    /// A matrix of zeros of the right size.
    pub fn confusion(&self) -> Confusion {
        Confusion::new(self.labels)
    }

    /// The confusion matrix when each document counts so many times.
    pub fn count(&self, times: &[u64], confusion: &mut Confusion) {
        confusion.clear();
        let mut start = 0;
        for (document, &times) in self.documents.iter().zip(times) {
            if times > 0 {
                for &(cell, count) in &self.cells[start..document.end] {
                    confusion.add(cell as usize, times * u64::from(count));
                }
            }
            start = document.end;
        }
    }

    /// The scores when each document counts so many times: accuracy, macro-F1, log loss, Brier score, then precision,
    /// recall and F1 of each label. `confusion` is scratch space.
    pub fn scores(&self, times: &[u64], confusion: &mut Confusion) -> Vec<Option<f64>> {
        self.count(times, confusion);
        let (mut rows, mut log_loss, mut brier) = (0, 0.0, 0.0);
        for (document, &times) in self.documents.iter().zip(times).filter(|(_, times)| **times > 0) {
            rows += times * document.rows;
            log_loss += times as f64 * document.log_loss;
            brier += times as f64 * document.brier;
        }
        let rows = rows as f64;
        let mut scores =
            vec![Some(confusion.accuracy()), Some(confusion.macro_f1()), Some(log_loss / rows), Some(brier / rows)];
        for label in 0..self.labels {
            scores.extend([confusion.precision(label), confusion.recall(label), confusion.f1(label)]);
        }
        scores
    }
}

/// The interval between the percentiles that leave out as much on either side, each interpolated linearly between the two
/// nearest values as `numpy.percentile` does by default. There is at least one score, and none is NaN.
pub(crate) fn percentiles(mut scores: Vec<f64>, confidence: f64) -> Interval {
    scores.sort_unstable_by(f64::total_cmp);
    let last = scores.len() - 1;
    let quantile = |share: f64| {
        let place = share * last as f64;
        #[expect(clippy::cast_sign_loss, reason = "a share is not negative")]
        let below = (place.floor() as usize).min(last);
        let above = (below + 1).min(last);
        scores[below] + (scores[above] - scores[below]) * (place - below as f64)
    };
    let outside = (1.0 - confidence) / 2.0;
    Interval { low: quantile(outside), high: quantile(1.0 - outside) }
}

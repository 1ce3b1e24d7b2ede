//! Predictions beside the truth, checked.

use super::Confusion;

/// How far a row of probabilities may be from summing to 1: single precision gets this near with hundreds of labels.
const SUM_TOLERANCE: f64 = 1e-4;

/// The confusion matrix, which has the square of this many counts, then takes 128 MiB.
pub(crate) const MOST_LABELS: usize = 4096;
/// Every resample's scores are kept until the end, and more do not make intervals better.
pub(super) const MOST_RESAMPLES: u32 = 1_000_000;

/// Why scores cannot be computed. Rows and labels count from 0.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum MetricsError {
    /// There is nothing to score.
    #[error("there are no examples: scores need at least one")]
    NoExamples,
    /// The inputs differ in length.
    #[error("there are {found} {what} where {expected} are needed, from {rows} true labels")]
    Lengths {
        /// Which input.
        what: &'static str,
        /// Its length.
        found: usize,
        /// The length that it needs.
        expected: usize,
        /// The number of true labels.
        rows: usize,
    },
    /// A label number without a name.
    #[error("row {row}: label number {label} where there are {labels} labels, numbered from 0")]
    LabelOutOfRange {
        /// The row.
        row: usize,
        /// The number.
        label: u32,
        /// The number of labels.
        labels: usize,
    },
    /// A probability below 0, above 1 or not a number.
    #[error("row {row}: the probability of label {label} is {value}: it has to lie between 0 and 1")]
    Probability {
        /// The row.
        row: usize,
        /// The label's number.
        label: usize,
        /// The value.
        value: f64,
    },
    /// A row's probabilities do not sum to 1.
    #[error("row {row}: the probabilities sum to {sum}: they have to sum to 1 within {SUM_TOLERANCE}")]
    Sum {
        /// The row.
        row: usize,
        /// The sum.
        sum: f64,
    },
    /// More labels than a confusion matrix is kept for.
    #[error(
        "there are {labels} labels and at most {MOST_LABELS} can be scored: is the right column read as the label?"
    )]
    TooManyLabels {
        /// The number of labels.
        labels: usize,
    },
    /// Two classifiers' predictions are not of the same examples.
    #[error("row {row}: the true label is not the same for both classifiers")]
    DifferentTruth {
        /// The row.
        row: usize,
    },
    /// No resamples, or too many to keep.
    #[error("{resamples} resamples: give at least 1 and at most {MOST_RESAMPLES}; 2000 make steady intervals")]
    Resamples {
        /// The number asked for.
        resamples: u32,
    },
    /// A confidence level that is not one.
    #[error("a confidence of {confidence}: it has to lie between 0 and 1, as 0.95 does")]
    Confidence {
        /// The value.
        confidence: f64,
    },
}

/// True labels, predicted labels and probabilities of the same examples, checked against each other.
#[derive(Debug, Clone, Copy)]
pub struct Outcomes<'a> {
    truth: &'a [u32],
    predicted: &'a [u32],
    probabilities: &'a [f64],
    labels: &'a [String],
}

impl<'a> Outcomes<'a> {
    /// `truth` and `predicted` hold a place in `labels` for each of n examples; `probabilities` is n × k, row by row, for
    /// the k labels. A predicted label need not be the most probable one.
    ///
    /// # Errors
    /// If there are no examples or more than 4,096 labels, lengths differ, a label has no name, or a row is not a probability distribution.
    pub fn new(
        truth: &'a [u32],
        predicted: &'a [u32],
        probabilities: &'a [f64],
        labels: &'a [String],
    ) -> Result<Self, MetricsError> {
        let (n, k) = (truth.len(), labels.len());
        if n == 0 {
            return Err(MetricsError::NoExamples);
        }
        if k > MOST_LABELS {
            return Err(MetricsError::TooManyLabels { labels: k });
        }
        let lengths = [("predicted labels", predicted.len(), n), ("probabilities", probabilities.len(), n * k)];
        for (what, found, expected) in lengths {
            if found != expected {
                return Err(MetricsError::Lengths { what, found, expected, rows: n });
            }
        }
        for (row, (&truth, &predicted)) in truth.iter().zip(predicted).enumerate() {
            for label in [truth, predicted] {
                if label as usize >= k {
                    return Err(MetricsError::LabelOutOfRange { row, label, labels: k });
                }
            }
        }
        for (row, distribution) in probabilities.chunks_exact(k).enumerate() {
            for (label, &value) in distribution.iter().enumerate() {
                if !(0.0..=1.0).contains(&value) {
                    return Err(MetricsError::Probability { row, label, value });
                }
            }
            let sum: f64 = distribution.iter().sum();
            if (sum - 1.0).abs() > SUM_TOLERANCE {
                return Err(MetricsError::Sum { row, sum });
            }
        }
        Ok(Self { truth, predicted, probabilities, labels })
    }

    /// The number of examples, at least 1.
    #[expect(clippy::len_without_is_empty, reason = "it is never empty")]
    pub fn len(&self) -> usize {
        self.truth.len()
    }

    /// The names of the labels.
    pub fn labels(&self) -> &'a [String] {
        self.labels
    }

    /// How often each label was predicted as each.
    pub fn confusion(&self) -> Confusion {
        let mut confusion = Confusion::new(self.labels.len());
        for (truth, predicted, _) in self.rows() {
            confusion.add(confusion.cell(truth, predicted), 1);
        }
        confusion
    }

    /// A copy of some rows, given by their places.
    pub(super) fn select(&self, rows: &[usize]) -> OwnedOutcomes<'a> {
        let k = self.labels.len();
        OwnedOutcomes {
            truth: rows.iter().map(|&row| self.truth[row]).collect(),
            predicted: rows.iter().map(|&row| self.predicted[row]).collect(),
            probabilities: rows.iter().flat_map(|&row| &self.probabilities[row * k..][..k]).copied().collect(),
            labels: self.labels,
        }
    }

    pub(super) fn truth(&self) -> &'a [u32] {
        self.truth
    }

    /// The probability of one label in each example, and whether the example has it.
    pub(super) fn forecasts(&self, label: usize) -> impl Iterator<Item = (f64, bool)> {
        let probabilities = self.probabilities.iter().skip(label).step_by(self.labels.len());
        probabilities.zip(self.truth).map(move |(&probability, &truth)| (probability, truth as usize == label))
    }

    /// The true label, the predicted one and the probabilities of each example.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (usize, usize, &'a [f64])> {
        let labels = self.truth.iter().zip(self.predicted);
        labels
            .zip(self.probabilities.chunks_exact(self.labels.len()))
            .map(|((&truth, &predicted), distribution)| (truth as usize, predicted as usize, distribution))
    }
}

/// Rows out of [`Outcomes`], which were checked there.
#[derive(Debug)]
pub(super) struct OwnedOutcomes<'a> {
    truth: Vec<u32>,
    predicted: Vec<u32>,
    probabilities: Vec<f64>,
    labels: &'a [String],
}

impl OwnedOutcomes<'_> {
    pub fn outcomes(&self) -> Outcomes<'_> {
        let Self { truth, predicted, probabilities, labels } = self;
        Outcomes { truth, predicted, probabilities, labels }
    }
}

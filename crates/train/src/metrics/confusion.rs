//! The confusion matrix and the scores that follow from it.

/// How often each true label (row) was predicted as each label (column).
///
/// A ratio whose denominator is 0 counts as 0 here, as with scikit-learn's `zero_division=0`; the `Option`s tell it
/// from a true 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confusion {
    labels: usize,
    counts: Vec<u64>,
    /// The sums of the rows and of the columns, kept because every score needs them.
    supports: Vec<u64>,
    predictions: Vec<u64>,
}

impl Confusion {
    /// A matrix of zeros for a number of labels.
    pub(super) fn new(labels: usize) -> Self {
        Self { labels, counts: vec![0; labels * labels], supports: vec![0; labels], predictions: vec![0; labels] }
    }

    /// The place of a true and a predicted label in the row-by-row counts.
    pub(super) fn cell(&self, truth: usize, predicted: usize) -> usize {
        truth * self.labels + predicted
    }

    pub(super) fn add(&mut self, cell: usize, times: u64) {
        self.counts[cell] += times;
        self.supports[cell / self.labels] += times;
        self.predictions[cell % self.labels] += times;
    }

    pub(super) fn clear(&mut self) {
        for counts in [&mut self.counts, &mut self.supports, &mut self.predictions] {
            counts.fill(0);
        }
    }

    /// The number of labels.
    pub fn labels(&self) -> usize {
        self.labels
    }

    /// The counts: rows are true labels, columns predicted ones.
    pub fn rows(&self) -> impl Iterator<Item = &[u64]> {
        self.counts.chunks_exact(self.labels.max(1))
    }

    /// The number of examples.
    pub fn total(&self) -> u64 {
        self.supports.iter().sum()
    }

    /// The examples of a label that were predicted right.
    pub fn right(&self, label: usize) -> u64 {
        self.counts[self.cell(label, label)]
    }

    /// The examples that have the label.
    pub fn support(&self, label: usize) -> u64 {
        self.supports[label]
    }

    /// The examples that were predicted to have the label.
    pub fn predicted(&self, label: usize) -> u64 {
        self.predictions[label]
    }

    /// The share of examples that were predicted right.
    pub fn accuracy(&self) -> f64 {
        let right = (0..self.labels).map(|label| self.right(label)).sum();
        ratio(right, self.total()).unwrap_or(0.0)
    }

    /// Of the examples predicted to have the label, the share that has it; `None` if none was.
    pub fn precision(&self, label: usize) -> Option<f64> {
        ratio(self.right(label), self.predicted(label))
    }

    /// Of the examples that have the label, the share predicted so; `None` if none has.
    pub fn recall(&self, label: usize) -> Option<f64> {
        ratio(self.right(label), self.support(label))
    }

    /// The harmonic mean of precision and recall, 2·right / (support + predicted); `None` if the label neither occurs nor
    /// is predicted.
    pub fn f1(&self, label: usize) -> Option<f64> {
        ratio(2 * self.right(label), self.support(label) + self.predicted(label))
    }

    /// The mean F1 of the labels that occur in the truth or the predictions, which is scikit-learn's
    /// `f1_score(average="macro")`: labels that do neither do not count.
    pub fn macro_f1(&self) -> f64 {
        let (sum, labels) = (0..self.labels)
            .filter_map(|label| self.f1(label))
            .fold((0.0, 0_u32), |(sum, labels), f1| (sum + f1, labels + 1));
        if labels == 0 { 0.0 } else { sum / f64::from(labels) }
    }

    /// The mean F1 of the labels, each weighted by its support.
    pub fn weighted_f1(&self) -> f64 {
        let weighted = (0..self.labels).map(|label| self.f1(label).unwrap_or(0.0) * self.support(label) as f64);
        weighted.sum::<f64>() / self.total().max(1) as f64
    }
}

fn ratio(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

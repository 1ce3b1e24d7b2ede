//! Splits that keep every document whole and every label's share alike.
//!
//! Sentences of one document resemble each other: a model tested on a document that it was trained on scores too well.
//! So rows of one group always stay together, and groups are dealt so that each part gets its share of each label.

mod deal;
pub(crate) mod random;

#[cfg(test)]
mod tests;

use deal::{Groups, deal};

/// The rows to split: a label and a group for each, and if wanted a stratum.
#[derive(Debug, Clone, Copy)]
pub struct SplitRows<'a> {
    /// The label number of each row.
    pub labels: &'a [u32],
    /// The group (document) number of each row; any numbers.
    pub groups: &'a [u32],
    /// A second thing of which each part gets its share, such as the genre: a number for each row. It counts as much as
    /// the label does.
    pub strata: Option<&'a [u32]>,
}

/// Why rows cannot be split.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SplitError {
    /// The columns differ in length.
    #[error("there are {labels} labels and {other} {what}: give one of each for every row")]
    Lengths {
        /// The number of labels.
        labels: usize,
        /// Groups or strata.
        what: &'static str,
        /// The number of those.
        other: usize,
    },
    /// Fewer than two folds.
    #[error("{folds} folds: cross-validation needs at least 2")]
    TooFewFolds {
        /// The folds asked for.
        folds: u32,
    },
    /// Fewer groups than parts.
    #[error("{} cannot fill {parts} parts: {}give more documents", documents(*groups), fewer_folds(*groups))]
    TooFewGroups {
        /// The groups there are.
        groups: usize,
        /// Folds, or 2 for training and test rows.
        parts: u32,
    },
    /// More rows than 32 bits can number.
    #[error("{rows} rows: at most {limit} can be split", limit = u32::MAX)]
    TooManyRows {
        /// The rows given.
        rows: usize,
    },
    /// The test share leaves nothing to one side.
    #[error("a test share of {share}: it has to lie between 0.000001 and 0.999999")]
    Share {
        /// The share asked for.
        share: f64,
    },
}

/// A number of documents in words.
pub(crate) fn documents(count: usize) -> String {
    if count == 1 { "1 document".to_owned() } else { format!("{count} documents") }
}

/// How many folds there could be, if any.
fn fewer_folds(groups: usize) -> String {
    if groups < 2 { String::new() } else { format!("ask for at most {groups} folds, or ") }
}

/// What a split could not do, though it was made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SplitWarning {
    /// A label occurs in too few groups to be in every part.
    #[error("label number {label} occurs in {} only, so some of the {parts} parts are without it", documents(*.groups as usize))]
    ScarceLabel {
        /// The label's number.
        label: u32,
        /// The groups that it occurs in.
        groups: u32,
        /// The number of parts.
        parts: u32,
    },
}

/// Rows dealt to K folds for cross-validation: each row is in the test set of exactly one fold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folds {
    assignment: Vec<u32>,
    count: u32,
    warnings: Vec<SplitWarning>,
}

impl Folds {
    /// Deals the rows to `count` folds by the rule of scikit-learn's `StratifiedGroupKFold` with shuffling: the groups are
    /// shuffled by the seed and sorted by the deviation of their label counts, the largest first; then each goes to the
    /// fold that leaves the labels' shares most even across the folds.
    ///
    /// The result depends on nothing but the arguments. No fold is empty.
    ///
    /// # Errors
    /// If the columns differ in length, `count` is below 2, or there are fewer groups than folds.
    pub fn new(rows: SplitRows<'_>, count: u32, seed: u64) -> Result<Self, SplitError> {
        if count < 2 {
            return Err(SplitError::TooFewFolds { folds: count });
        }
        let groups = Groups::new(rows, count)?;
        let order = groups.order(seed);
        let folds = deal(&groups, &order, &vec![1; count as usize]);
        Ok(Self {
            assignment: groups.rows.iter().map(|&group| folds[group as usize]).collect(),
            count,
            warnings: groups.scarce_labels(count),
        })
    }

    /// The number of folds.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// The fold of each row.
    pub fn assignment(&self) -> &[u32] {
        &self.assignment
    }

    /// The labels that cannot be in every fold.
    pub fn warnings(&self) -> &[SplitWarning] {
        &self.warnings
    }

    /// The rows to train on when `fold` is the test set, ascending.
    pub fn train_rows(&self, fold: u32) -> Vec<usize> {
        self.rows_where(|of_row| of_row != fold)
    }

    /// The rows of `fold`, ascending.
    pub fn test_rows(&self, fold: u32) -> Vec<usize> {
        self.rows_where(|of_row| of_row == fold)
    }

    fn rows_where(&self, keep: impl Fn(u32) -> bool) -> Vec<usize> {
        (0..self.assignment.len()).filter(|&row| keep(self.assignment[row])).collect()
    }
}

/// Rows to train on and rows to test on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrainTest {
    /// The rows to train on, ascending; at least one.
    pub train: Vec<usize>,
    /// The rows to test on, ascending; at least one.
    pub test: Vec<usize>,
    /// The labels that cannot be on both sides.
    pub warnings: Vec<SplitWarning>,
}

impl TrainTest {
    /// Sets about `test_share` of the rows apart for testing, by the rule of [`Folds::new`] with two parts of unequal
    /// size. The share is rounded to a millionth; how near the split comes depends on the size of the groups.
    ///
    /// # Errors
    /// If the columns differ in length, the share is not between 0 and 1, or there are fewer than 2 groups.
    pub fn new(rows: SplitRows<'_>, test_share: f64, seed: u64) -> Result<Self, SplitError> {
        const WHOLE: u32 = 1_000_000;
        let millionths = (test_share * f64::from(WHOLE)).round();
        if !(1.0..=f64::from(WHOLE - 1)).contains(&millionths) {
            return Err(SplitError::Share { share: test_share });
        }
        #[expect(clippy::cast_sign_loss, reason = "the range was checked")]
        let test = millionths as u32;
        let groups = Groups::new(rows, 2)?;
        let order = groups.order(seed);
        let mut side = deal(&groups, &order, &[WHOLE - test, test]);
        // Few groups can all land on the larger side; then the one dealt last, which disturbs the shares least, moves.
        if let Some(&last) = order.last()
            && side.iter().all(|&of_group| of_group == side[0])
        {
            side[last as usize] = 1 - side[0];
        }
        let (test, train) = (0..groups.rows.len()).partition(|&row| side[groups.rows[row] as usize] == 1);
        Ok(Self { train, test, warnings: groups.scarce_labels(2) })
    }
}

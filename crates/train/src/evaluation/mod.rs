//! Measuring a model on a labelled corpus.
//!
//! [`Predictions`] asks the model, once; everything else looks at its answers.

mod mistakes;
mod predictions;
mod slicing;
#[cfg(test)]
mod tests;

use copydesk_infer::{Classifier, ModelError};
use serde::Serialize;
use thiserror::Error;

use crate::corpus::Corpus;
use crate::metrics::{Bootstrap, Comparison, Evaluation, MetricsError, PrecisionRecallCurve, Reliability};

pub use mistakes::Mistake;
pub use predictions::Predictions;
pub use slicing::{SliceBy, Slicing};

/// What to measure beside the scores.
#[derive(Debug, Clone, PartialEq)]
pub struct EvalOptions {
    /// How intervals are drawn.
    pub bootstrap: Bootstrap,
    /// Columns whose values make slices; they have to be among [`ReadOptions::extra`](crate::ReadOptions::extra).
    pub slices: Vec<String>,
    /// How many wrong answers to keep, at most: 10.
    pub errors: usize,
}

impl Default for EvalOptions {
    fn default() -> Self {
        Self { bootstrap: Bootstrap::default(), slices: Vec::new(), errors: 10 }
    }
}

/// What a model scores on a corpus, and where their labels differ.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EvalReport {
    /// The labels that were chosen between and scored: the model's, then those that only the data have.
    pub labels: Vec<String>,
    /// Labels of the data that the model lacks, with the number of examples. They count as wrong answers.
    pub unknown_to_model: Vec<LabelCount>,
    /// Labels of the model that the data lack. The model may still answer with them.
    pub absent_from_data: Vec<String>,
    /// Examples left out because the choice was restricted to other labels.
    pub left_out: Vec<LabelCount>,
    /// SHA-256 of the corpus.
    pub data_sha256: String,
    /// The scores.
    pub scores: Evaluation,
    /// Precision against recall of each label, in the labels' order.
    pub precision_recall: Vec<PrecisionRecallCurve>,
    /// What the probabilities say beside what is so.
    pub reliability: Reliability,
    /// Scores of parts of the corpus: by words, by quotation marks, then by the columns asked for.
    pub slicings: Vec<Slicing>,
    /// The wrong answers of the highest probability.
    pub errors: Vec<Mistake>,
}

/// How many examples have a label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LabelCount {
    /// The label.
    pub label: String,
    /// Number of examples.
    pub examples: u64,
}

/// A model could not be measured.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum EvalError {
    /// The restriction does not fit the model.
    #[error(transparent)]
    Restriction(#[from] ModelError),
    /// The restriction leaves nothing to measure on.
    #[error("no example of the data has one of the labels {}: the data have {}", .asked.join(", "), .present.join(", "))]
    NothingLeft {
        /// The labels that the choice was restricted to.
        asked: Vec<String>,
        /// The labels of the data.
        present: Vec<String>,
    },
    /// The model cannot look at neighbours.
    #[error("the model has no context: train it with context_window, or leave --context out")]
    NoContext,
    /// A column to slice by was not read.
    #[error("the column `{column}` was not read with the corpus: name it among the extra columns")]
    NoSuchColumn {
        /// The column.
        column: String,
    },
    /// The scores cannot be computed.
    #[error(transparent)]
    Metrics(#[from] MetricsError),
}

/// Scores the answers of a classifier.
///
/// # Errors
/// [`EvalError`] if a column to slice by was not read, there are too many labels, or the options of the bootstrap are
/// out of range.
pub fn evaluate(predictions: &Predictions<'_>, options: &EvalOptions) -> Result<EvalReport, EvalError> {
    let corpus = predictions.corpus();
    let outcomes = predictions.outcomes()?;
    let (of_model, unknown) = predictions.split_labels();
    let count = |label: &String| LabelCount {
        label: label.clone(),
        examples: corpus.examples().iter().filter(|e| corpus.labels()[e.label as usize] == *label).count() as u64,
    };
    let left_out = corpus.labels().iter().filter(|label| !predictions.labels().contains(label));
    Ok(EvalReport {
        labels: predictions.labels().to_vec(),
        unknown_to_model: unknown.iter().map(count).collect(),
        absent_from_data: of_model.iter().filter(|label| !corpus.labels().contains(label)).cloned().collect(),
        left_out: left_out.map(count).collect(),
        data_sha256: corpus.content_hash(),
        scores: Evaluation::with_intervals(&outcomes, predictions.groups(), &options.bootstrap)?,
        precision_recall: PrecisionRecallCurve::of_each_label(&outcomes),
        reliability: Reliability::new(&outcomes),
        slicings: slicing::slicings(predictions, &options.slices, &options.bootstrap)?,
        errors: mistakes::worst(predictions, options.errors)?,
    })
}

/// Compares the answers of two classifiers for the same corpus, restricted to the same labels.
///
/// # Errors
/// [`EvalError`] if the examples are not the same, or the options of the bootstrap are out of range.
pub fn compare(
    this: &Predictions<'_>,
    other: &Predictions<'_>,
    bootstrap: &Bootstrap,
) -> Result<Comparison, EvalError> {
    Ok(Comparison::new(&this.outcomes()?, &other.outcomes()?, this.groups(), bootstrap)?)
}

/// The labels that a classifier will be scored by on a corpus: its own, then those that only the data have; with `only`,
/// no others than these.
pub fn labels_scored(classifier: &Classifier, corpus: &Corpus, only: &[String]) -> Vec<String> {
    predictions::scored_labels(classifier, corpus, only).0
}

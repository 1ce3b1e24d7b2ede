//! Why shares cannot be estimated.

use thiserror::Error;

use crate::metrics::MetricsError;

/// Shares cannot be estimated.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum PrevalenceError {
    /// Nothing is known of the errors on a label's sentences.
    #[error(
        "the held-out data have no sentences that are in truth {label}, so nothing is known of how often they are \
         mistaken: add some, or leave the label out of the choice"
    )]
    NoSentences {
        /// The label.
        label: String,
    },
    /// The held-out data have a label that the model cannot give.
    #[error("the held-out data have the label {label:?}, which the model cannot give: its labels are {}", .known.join(", "))]
    UnknownLabel {
        /// The label.
        label: String,
        /// The labels that the model chooses between.
        known: Vec<String>,
    },
    /// The held-out counts are of sentences and tell nothing of their lengths.
    #[error("the model's own errors are counted in sentences: shares of characters need labelled texts")]
    NoCharacters,
    /// A part of the corpus has nothing to count.
    #[error("there are no sentences: shares need at least one")]
    NoDocuments,
    /// The numbers of labels differ.
    #[error("the corpus is counted by {found} labels, the held-out documents by {expected}")]
    Labels {
        /// Labels of the corpus.
        found: usize,
        /// Labels of the held-out documents.
        expected: usize,
    },
    /// The options of the resampling are out of their limits.
    #[error(transparent)]
    Options(#[from] MetricsError),
}

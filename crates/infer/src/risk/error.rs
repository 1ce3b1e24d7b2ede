//! Why there is no cut-off.

use thiserror::Error;

use super::Promise;

/// Nothing can be promised.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum RiskError {
    /// The share that may be lost is none.
    #[error("a share of {value} cannot be promised: give one above 0 and below 1, as 0.01 or 1%")]
    AtMost {
        /// The value.
        value: f64,
    },
    /// The confidence is none.
    #[error("a confidence of {value} cannot be had: give at least 0.5 and less than 1, as 0.95")]
    Confidence {
        /// The value.
        value: f64,
    },
    /// There is no label of that number.
    #[error("there is no label {class}: there are {labels}, numbered from 0")]
    NoSuchLabel {
        /// The number.
        class: usize,
        /// The number of labels.
        labels: usize,
    },
    /// There is nothing to learn the loss from.
    #[error("the calibration data have no sentences of the label: nothing can be promised for it")]
    NoSentences,
    /// Even if no sentence were lost, chance could be the reason.
    #[error(
        "the calibration data are too small to promise that at most {} are lost with a confidence of {}: they have \
         {documents} documents with {sentences} sentences of the label. About {needed_documents} documents with \
         {needed_sentences} such sentences would do, more where the model errs often{}",
        percent(.promise.at_most), percent(.promise.confidence), least(*.smallest)
    )]
    TooSmall {
        /// What was asked for.
        promise: Promise,
        /// Calibration documents with sentences of the label.
        documents: u64,
        /// These sentences.
        sentences: u64,
        /// About how many documents of their kind are needed.
        needed_documents: u64,
        /// About how many sentences of the label they have.
        needed_sentences: u64,
        /// The smallest share that these data allow to promise, if any.
        smallest: Option<f64>,
    },
    /// The parts of a table do not fit together.
    #[error("the calibration table is not usable: {detail}")]
    Table {
        /// What does not fit.
        detail: String,
    },
}

fn least(smallest: Option<f64>) -> String {
    match smallest {
        Some(share) => format!("; the smallest share that these data can promise is {}", percent(share)),
        None => "; these data cannot promise any share".to_owned(),
    }
}

/// A share in per cent, with no more than three decimals.
fn percent(share: f64) -> String {
    format!("{} %", (share * 1e5).round() / 1e3)
}

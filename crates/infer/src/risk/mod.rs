//! How few sentences of one label may be lost: a cut-off with a promise.
//!
//! Whoever cuts opinion and appeals out of texts loses every sentence of reporting that is taken for one of them. A
//! [`CutOff`] lets a sentence keep another label than the protected one only if the protected label's probability is below
//! it, and it is chosen on labelled documents so that, with the confidence asked for, at most the share promised of the
//! protected label's sentences is lost. This is risk control in the sense of Bates et al., "Distribution-Free,
//! Risk-Controlling Prediction Sets" (Journal of the ACM 68, 2021): the cut-offs are tried from the most careful on, each
//! is tested for a risk beyond the promise (`bound`), and the last one before the first that may be beyond it is
//! taken. The risk grows with the cut-off, so testing many costs no confidence.
//!
//! The promise holds for documents drawn as those were that it rests on, and for no others.

mod bound;
#[cfg(test)]
mod coverage_tests;
mod error;
mod label;
#[cfg(test)]
mod model_tests;
mod table;
#[cfg(test)]
mod tests;

use crate::classifier::Prediction;

pub use bound::COUNTED_A_DOCUMENT;
pub use error::RiskError;
pub use label::LabelRisk;
pub(crate) use table::QUANTILES;
pub use table::{RiskTable, ScoredSentence};

/// How many sentences of the protected label may be lost, and how sure that has to be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Promise {
    /// The share of the protected label's sentences that may be lost at most: above 0, below 1.
    pub at_most: f64,
    /// The chance, over the draw of the calibration documents, that the promise is kept: at least 0.5, below 1; 0.95.
    pub confidence: f64,
}

impl Promise {
    /// At most this share, with a confidence of 0.95.
    pub fn at_most(share: f64) -> Self {
        Self { at_most: share, confidence: 0.95 }
    }

    /// Whether both numbers are within their ranges.
    ///
    /// # Errors
    /// [`RiskError::AtMost`] or [`RiskError::Confidence`].
    pub fn check(&self) -> Result<(), RiskError> {
        if !(self.at_most > 0.0 && self.at_most < 1.0) {
            return Err(RiskError::AtMost { value: self.at_most });
        }
        if !(0.5..1.0).contains(&self.confidence) {
            return Err(RiskError::Confidence { value: self.confidence });
        }
        Ok(())
    }
}

/// A certified cut-off: see [`RiskTable::certify`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CutOff {
    /// The number of the protected label.
    pub class: usize,
    /// A sentence keeps another label only if the protected label's probability is below this. 1 where nothing is held
    /// back.
    pub threshold: f64,
    /// What was promised.
    pub promise: Promise,
    /// The calibration documents that have sentences of the protected label.
    pub documents: u64,
    /// These sentences.
    pub sentences: u64,
    /// How many of them are lost at the cut-off.
    pub lost: u64,
    /// About which share of the sentences that are in truth of other labels still gets one of the other labels.
    pub others_answered: f64,
}

impl CutOff {
    /// Whether a prediction may be used: it says the protected label, or is sure enough that it is another.
    ///
    /// # Panics
    /// If the prediction's labels are fewer than those that the cut-off was certified for.
    pub fn allows(&self, prediction: &Prediction<'_>) -> bool {
        prediction.class() == self.class || prediction.probabilities()[self.class] < self.threshold
    }
}

//! The share of each label in a corpus: prevalence estimation, also called quantification.
//!
//! Counting a model's answers counts its errors too: of a corpus without a single appeal, a model that takes one report in
//! a hundred for an appeal finds 1 %. The errors are known, though, from held-out documents, and can be taken out of the
//! counts (`correction`): adjusted classify and count (Forman, "Quantifying counts and costs via classification", Data
//! Mining and Knowledge Discovery 17, 2008) for any number of labels, by maximum likelihood. How far the result may be off
//! depends on both draws, that of the corpus and that of the held-out documents, and both are resampled (`resampling`).
//!
//! The assumption is that a sentence of a given label is mistaken for each other label as often in the corpus as in the
//! held-out documents, however many such sentences there are (prior probability shift). Texts of another kind break it,
//! and no figure here can tell that they do.

mod correction;
#[cfg(test)]
mod coverage_tests;
mod error;
mod held_out;
mod resampling;
mod tally;
#[cfg(test)]
mod tests;

use rayon::prelude::*;
use serde::Serialize;

use crate::metrics::{Bootstrap, Interval};

pub use error::PrevalenceError;
pub use held_out::HeldOut;
pub use tally::{Tally, Weighting};

use correction::corrected;
use resampling::{Rates, interval};

/// How many documents there have to be before an interval tells more than how few they are.
pub const FEW_DOCUMENTS: u32 = 10;

/// The shares of the labels in a corpus or a part of one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Prevalence {
    /// The number of documents with sentences.
    pub documents: u32,
    /// The number of sentences.
    pub sentences: u64,
    /// The share of each label, in the labels' order; the shares sum to 1.
    pub labels: Vec<LabelShare>,
}

/// The share of one label.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct LabelShare {
    /// The share with the model's errors taken out.
    pub share: f64,
    /// Where the share of documents like these lies, with the confidence asked for.
    pub interval: Interval,
    /// The share of the model's answers, errors and all.
    pub naive: f64,
}

/// Estimates the shares of the labels in each part of a corpus, given what a model answered there and its errors on
/// held-out documents.
///
/// A part's result depends on its own documents alone and not on the other parts.
///
/// # Errors
/// [`PrevalenceError`] if a part is empty or of other labels than the held-out documents, or the options are out of their
/// limits.
pub fn prevalence(
    held_out: &HeldOut,
    parts: &[Tally],
    options: &Bootstrap,
) -> Result<Vec<Prevalence>, PrevalenceError> {
    options.check()?;
    for part in parts {
        if part.labels() != held_out.labels() {
            return Err(PrevalenceError::Labels { found: part.labels(), expected: held_out.labels() });
        }
        if part.documents() == 0 {
            return Err(PrevalenceError::NoDocuments);
        }
    }
    let rates = held_out.rates();
    let resampled: Vec<Rates> =
        (0..options.resamples).into_par_iter().map(|resample| held_out.resampled(options.seed, resample)).collect();
    Ok(parts.iter().map(|part| estimate(part, &rates, &resampled, options)).collect())
}

fn estimate(part: &Tally, rates: &Rates, resampled: &[Rates], options: &Bootstrap) -> Prevalence {
    let naive = part.shares();
    let shares = corrected(&naive, rates);
    let intervals = interval(part, &shares, resampled, options);
    let labels = naive.iter().zip(shares).zip(intervals);
    Prevalence {
        documents: part.documents() as u32,
        sentences: part.sentences(),
        labels: labels.map(|((&naive, share), interval)| LabelShare { share, interval, naive }).collect(),
    }
}

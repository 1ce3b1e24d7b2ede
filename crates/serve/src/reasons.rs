//! What speaks for a label in a text.

use copydesk_infer::Classifier;
use serde::Serialize;

/// So many n-grams are listed; the rest is summed up.
const MOST_LISTED: usize = 10;

/// How a label's logit came about from a text alone: `logit = intercept + contributions of n-grams + rest`.
///
/// A sentence in a document may have got another probability from its neighbours; [`probability_alone`](Self::probability_alone)
/// shows by how much.
#[derive(Debug, Serialize)]
pub(crate) struct Reasons<'a> {
    label: &'a str,
    probability_alone: f64,
    logit: f64,
    intercept: f64,
    ngrams: Vec<Listed>,
    rest: f64,
}

#[derive(Debug, Serialize)]
struct Listed {
    ngram: String,
    block: String,
    contribution: f64,
}

impl<'a> Reasons<'a> {
    /// The reasons for a class of the classifier.
    pub fn new(classifier: &'a Classifier, text: &str, class: usize) -> Self {
        let mut label = classifier.explain(text).labels.swap_remove(class);
        let rest = label.contributions.split_off(MOST_LISTED.min(label.contributions.len()));
        let ngrams = label.contributions.into_iter();
        Self {
            label: &classifier.labels()[class],
            probability_alone: label.probability,
            logit: label.logit,
            intercept: label.intercept,
            ngrams: ngrams.map(|c| Listed { ngram: c.ngram, block: c.block, contribution: c.contribution }).collect(),
            rest: rest.iter().map(|c| c.contribution).sum(),
        }
    }
}

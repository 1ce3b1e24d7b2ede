//! What each block of features is worth: the cross-validated scores without it.

use serde::Serialize;

use crate::config::CheckedConfig;
use crate::corpus::Corpus;
use crate::cross_validation::out_of_fold;
use crate::report::AlphaScore;
use crate::solver::ClassWeight;
use crate::split::Folds;
use crate::training::{TrainError, TrainEvent, score};

/// The scores of sentences alone without one block.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ablation {
    /// The block left out.
    pub without: String,
    /// Cross-validated on the same folds, at the same strength of penalty.
    #[serde(flatten)]
    pub scores: AlphaScore,
}

/// Cross-validates without each block in turn; nothing if there is only one.
pub(crate) fn ablate(
    corpus: &Corpus,
    config: &CheckedConfig,
    alpha: f64,
    folds: &Folds,
    class_weight: &ClassWeight,
    observe: &dyn Fn(TrainEvent),
) -> Result<Vec<Ablation>, TrainError> {
    let blocks = &config.get().features.blocks;
    if blocks.len() < 2 {
        return Ok(Vec::new());
    }
    let labels = corpus.label_numbers();
    let mut table = Vec::new();
    for name in blocks.keys() {
        let mut less = config.get().clone();
        less.features.blocks.remove(name);
        let less = less.check().expect("fewer blocks, but one at least, of a spec that is valid");
        for out in out_of_fold(corpus, &less, &[alpha], folds, class_weight, observe)? {
            let (scores, _) = score(corpus, &labels, &out)?;
            table.push(Ablation { without: name.clone(), scores });
        }
    }
    Ok(table)
}

//! How well one label's probabilities rank its examples above the others.

/// Average precision and the area under the ROC curve of one label against the rest.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Ranking {
    /// Σ (Rₙ − Rₙ₋₁)·Pₙ over the distinct scores, highest first, as scikit-learn's `average_precision_score`; `None` if no
    /// example has the label.
    pub average_precision: Option<f64>,
    /// The probability that an example with the label scores above one without it, ties counting half (Mann and Whitney),
    /// as scikit-learn's `roc_auc_score`; `None` if all examples have the label or none does.
    pub roc_auc: Option<f64>,
}

/// Ranks examples, each a score and whether it has the label. Examples of one score enter together, so their order does
/// not matter.
pub(super) fn rank(mut examples: Vec<(f64, bool)>) -> Ranking {
    examples.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
    let all = examples.len() as u64;
    let with = examples.iter().filter(|(_, has)| *has).count() as u64;
    let without = all - with;
    let (mut seen, mut found) = (0_u64, 0_u64);
    let mut precision = 0.0;
    // Pairs ranked right, twice: each tied pair counts one.
    let mut pairs = 0_u128;
    for tied in examples.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq()) {
        let hits = tied.iter().filter(|(_, has)| *has).count() as u64;
        let misses = tied.len() as u64 - hits;
        let missed_before = seen - found;
        let below = without - missed_before - misses;
        pairs += u128::from(hits) * u128::from(2 * below + misses);
        seen += tied.len() as u64;
        found += hits;
        precision += hits as f64 * (found as f64 / seen as f64);
    }
    Ranking {
        average_precision: (with > 0).then(|| precision / with as f64),
        roc_auc: (with > 0 && without > 0).then(|| pairs as f64 / (2.0 * with as f64 * without as f64)),
    }
}

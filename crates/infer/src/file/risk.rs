//! The tensors of a calibration table, label after label: `risk.counts` u32 `[labels, 5]` (groups of unharmed documents,
//! harmed documents, sentences they miss, sentences of other labels, how many of these are answered), `risk.unharmed` u32
//! `[groups, 2]` (sentences, documents), `risk.harmed` u32 `[documents, 2]` (sentences, missed), `risk.probabilities` f32
//! `[missed]` and `risk.quantiles` f32 `[labels, 101]`. What they mean stands at [`LabelRisk`].

use safetensors::Dtype;
use serde::{Deserialize, Serialize};

use super::container::Container;
use super::{f32s, tensor, to_bytes, u32s};
use crate::error::ModelError;
use crate::risk::{LabelRisk, QUANTILES, RiskError, RiskTable};

/// What of a calibration table is no tensor.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RiskDescription {
    pub in_context: bool,
}

/// The tensors of a model with a calibration table, besides.
pub(super) const NAMES: [&str; 5] =
    ["risk.counts", "risk.unharmed", "risk.harmed", "risk.probabilities", "risk.quantiles"];

/// Numbers a label in `risk.counts`.
const COUNTS: usize = 5;

/// Name, type, shape and content of each tensor.
pub(super) fn encode(table: &RiskTable) -> [(&'static str, Dtype, Vec<usize>, Vec<u8>); 5] {
    let labels = table.labels();
    let counts: Vec<u32> = labels
        .iter()
        .flat_map(|label| {
            let [unharmed, harmed, missed] =
                [label.unharmed.len(), label.harmed.len(), label.probabilities.len()].map(|count| count as u32);
            [unharmed, harmed, missed, label.others, label.others_answered]
        })
        .collect();
    let pairs =
        |of: fn(&LabelRisk) -> &[[u32; 2]]| -> Vec<u32> { labels.iter().flat_map(of).flatten().copied().collect() };
    let floats = |of: fn(&LabelRisk) -> &[f32]| -> Vec<f32> { labels.iter().flat_map(of).copied().collect() };
    let (unharmed, harmed) = (pairs(|label| &label.unharmed), pairs(|label| &label.harmed));
    let (probabilities, quantiles) = (floats(|label| &label.probabilities), floats(|label| &label.quantiles));
    let ints = |shape: [usize; 2], values: &[u32]| (Dtype::U32, shape.to_vec(), to_bytes(values, u32::to_le_bytes));
    let (groups, documents) = (unharmed.len() / 2, harmed.len() / 2);
    let [of_counts, of_unharmed, of_harmed] =
        [ints([labels.len(), COUNTS], &counts), ints([groups, 2], &unharmed), ints([documents, 2], &harmed)];
    let of_probabilities = (Dtype::F32, vec![probabilities.len()], to_bytes(&probabilities, f32::to_le_bytes));
    let of_quantiles = (Dtype::F32, vec![labels.len(), QUANTILES], to_bytes(&quantiles, f32::to_le_bytes));
    let mut names = NAMES.into_iter();
    [of_counts, of_unharmed, of_harmed, of_probabilities, of_quantiles]
        .map(|(dtype, shape, bytes)| (names.next().expect("there are as many names as tensors"), dtype, shape, bytes))
}

/// The table in the tensors of a model with so many labels.
pub(super) fn decode(
    description: RiskDescription,
    container: &Container<'_>,
    labels: usize,
) -> Result<RiskTable, ModelError> {
    let counts = u32s(tensor(container, "risk.counts", Dtype::U32, &[Some(labels), Some(COUNTS)])?);
    let unharmed = u32s(tensor(container, "risk.unharmed", Dtype::U32, &[None, Some(2)])?);
    let harmed = u32s(tensor(container, "risk.harmed", Dtype::U32, &[None, Some(2)])?);
    let probabilities = f32s(tensor(container, "risk.probabilities", Dtype::F32, &[None])?);
    let quantiles = f32s(tensor(container, "risk.quantiles", Dtype::F32, &[Some(labels), Some(QUANTILES)])?);
    let (mut unharmed, mut harmed) = (unharmed.as_chunks::<2>().0, harmed.as_chunks::<2>().0);
    let mut probabilities = probabilities.as_slice();
    let mut parts = Vec::with_capacity(labels);
    for (&[groups, documents, missed, others, others_answered], quantiles) in
        counts.as_chunks::<COUNTS>().0.iter().zip(quantiles.chunks_exact(QUANTILES))
    {
        parts.push(LabelRisk {
            unharmed: next(&mut unharmed, groups)?,
            harmed: next(&mut harmed, documents)?,
            probabilities: next(&mut probabilities, missed)?,
            others,
            others_answered,
            quantiles: quantiles.to_vec(),
        });
    }
    if !(unharmed.is_empty() && harmed.is_empty() && probabilities.is_empty()) {
        return Err(miscounted());
    }
    RiskTable::from_parts(description.in_context, parts).map_err(ModelError::Risk)
}

/// Takes so many values from the front.
fn next<T: Clone>(rest: &mut &[T], count: u32) -> Result<Vec<T>, ModelError> {
    let (own, behind) = rest.split_at_checked(count as usize).ok_or_else(miscounted)?;
    *rest = behind;
    Ok(own.to_vec())
}

fn miscounted() -> ModelError {
    ModelError::Risk(RiskError::Table { detail: "its counts are not those of its values".to_owned() })
}

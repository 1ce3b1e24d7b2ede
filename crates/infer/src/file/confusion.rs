//! The tensor of a table of errors: `confusion.counts` u32 `[documents, labels, labels]`. What it means stands at
//! [`ConfusionTable`].

use safetensors::Dtype;
use serde::{Deserialize, Serialize};

use super::container::Container;
use super::{tensor, to_bytes, u32s};
use crate::confusion::ConfusionTable;
use crate::error::ModelError;

/// What of a table of errors is no tensor.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ConfusionDescription {
    pub in_context: bool,
}

/// The tensor of a model with a table of errors, besides.
pub(super) const NAME: &str = "confusion.counts";

/// Name, type, shape and content of the tensor.
pub(super) fn encode(table: &ConfusionTable) -> (&'static str, Dtype, Vec<usize>, Vec<u8>) {
    let shape = vec![table.documents().len(), table.labels(), table.labels()];
    (NAME, Dtype::U32, shape, to_bytes(table.counts(), u32::to_le_bytes))
}

/// The table in the tensors of a model with so many labels.
pub(super) fn decode(
    description: ConfusionDescription,
    container: &Container<'_>,
    labels: usize,
) -> Result<ConfusionTable, ModelError> {
    let counts = u32s(tensor(container, NAME, Dtype::U32, &[None, Some(labels), Some(labels)])?);
    ConfusionTable::from_parts(description.in_context, labels, counts)
}

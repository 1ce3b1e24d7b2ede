//! Sparse rows as linfa's `Records`.

use copydesk_features::SparseRows;
use linfa::dataset::Records;

/// [`SparseRows`] as the records of a [`linfa::DatasetBase`].
///
/// A newtype, since both `Records` and `SparseRows` belong to other crates. Shape: samples by features, elements `f32`.
#[derive(Debug, Clone, PartialEq)]
pub struct SparseRecords(pub SparseRows);

impl Records for SparseRecords {
    type Elem = f32;

    fn nsamples(&self) -> usize {
        self.0.n_rows()
    }

    fn nfeatures(&self) -> usize {
        self.0.n_cols()
    }
}

impl From<SparseRows> for SparseRecords {
    fn from(rows: SparseRows) -> Self {
        Self(rows)
    }
}

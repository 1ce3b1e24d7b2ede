//! Features from text: sentences, tokens, stems, n-grams and sparse TF-IDF rows.

mod sparse;

pub use sparse::{SparseRow, SparseRows};

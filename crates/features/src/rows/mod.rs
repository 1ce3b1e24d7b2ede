//! Rows of weights by n-gram, looked up and added up: what a classifier with few labels does with the n-grams of words.
//!
//! It stands here and not with the classifier, since the tables of embedded models are made when the program is built.

mod factors;
mod perfect;
mod stored;
mod table;

pub use crate::rows::factors::CountFactors;
pub use crate::rows::table::RowTable;

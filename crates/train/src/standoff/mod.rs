//! Stand-off data sets: labels that stand apart from texts which may not be passed on.
//!
//! Two tables (TSV, never quoted) hold the labels. `documents.tsv` says where each document stands: `doc`, `source`
//! (the name of a collection), `path` (a file in the collection), `field` (a string in that JSON file). `labels.tsv` has
//! the sentences: `id`, `doc`, `start` and `end` (Unicode scalar values in that string), `sha256` (of the sentence, see
//! [`TextHash`]), `label`, `certain`. Where a place is not known, `path` and `field`, or `start` and `end`, are empty.
//!
//! [`Standoff::read`] checks both tables whole. [`LocalCopies`] then finds each sentence in the copies of the texts that
//! the user has.

mod copies;
mod error;
mod field;
mod hash;
mod tables;

pub use copies::{LocalCopies, Lookup, Missing};
pub use error::StandoffError;
pub use field::Field;
pub use hash::TextHash;
pub use tables::{Standoff, StandoffDocument, StandoffSentence, TextPlace};

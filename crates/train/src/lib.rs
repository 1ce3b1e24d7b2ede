//! Training.

pub mod corpus;
pub mod split;

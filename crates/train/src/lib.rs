//! Training.

pub mod corpus;

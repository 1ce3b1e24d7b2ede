//! Training.

pub mod corpus;
pub mod metrics;
pub mod split;

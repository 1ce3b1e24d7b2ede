//! Multinomial logistic regression behind linfa's traits: sparse, and linfa-logistic's own on selected columns.
//!
//! Both minimise the same objective. The sparse solver is for text at any size; linfa-logistic's takes dense arrays only
//! and is there to compare.

mod blocks;
mod chi_squared;
mod design;
mod error;
mod fitted;
mod heavy;
mod influence;
mod linfa_dense;
mod logistic;
mod newton;
mod objective;
mod point;
mod preconditioner;
mod products;
mod records;
mod samples;
#[cfg(test)]
mod tests;

pub use chi_squared::{best_columns, chi_squared};
pub(crate) use design::Design;
pub use error::SolverError;
pub use fitted::{Convergence, FittedLogistic, NewtonSteps};
pub(crate) use influence::influence;
pub use linfa_dense::{FittedLinfa, LinfaDense, LinfaDenseParams, LinfaDenseValidParams};
pub use logistic::{ClassWeight, SparseLogistic, SparseLogisticParams, SparseLogisticValidParams};
pub use records::SparseRecords;

/// Where a fit ends unless told otherwise, as a share of the gradient at the start: LIBLINEAR's default for two classes of one size
/// (0.01 times the share of the smaller class).
pub const DEFAULT_TOLERANCE: f64 = 5e-3;

//! Scores of predictions against true labels, by scikit-learn's definitions, with intervals by resampling documents.

mod bootstrap;
mod comparison;
mod confusion;
mod curves;
mod evaluation;
mod mcnemar;
mod outcomes;
mod probability;
mod ranking;
mod reliability;
mod slices;

#[cfg(test)]
mod bootstrap_tests;
#[cfg(test)]
mod comparison_tests;
#[cfg(test)]
mod curve_tests;
#[cfg(test)]
mod tests;

pub(crate) use bootstrap::percentiles;
pub use bootstrap::{Bootstrap, ClassIntervals, Interval, Intervals, Uncertainty};
pub use comparison::{Comparison, Difference, WhoIsRight};
pub use confusion::Confusion;
pub use curves::{PrecisionRecallCurve, PrecisionRecallPoint};
pub use evaluation::{ClassScores, Evaluation};
pub use mcnemar::{McNemar, McNemarMethod};
pub use outcomes::{MetricsError, Outcomes};
pub use reliability::{ClassReliability, Reliability, ReliabilityBin};
pub use slices::{SliceScores, slice_scores};

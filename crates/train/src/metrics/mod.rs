//! Scores of predictions against true labels, by scikit-learn's definitions, with intervals by resampling documents.

mod bootstrap;
mod confusion;
mod evaluation;
mod outcomes;
mod probability;
mod ranking;

#[cfg(test)]
mod bootstrap_tests;
#[cfg(test)]
mod tests;

pub use bootstrap::{Bootstrap, ClassIntervals, Interval, Intervals, Uncertainty};
pub use confusion::Confusion;
pub use evaluation::{ClassScores, Evaluation};
pub use outcomes::{MetricsError, Outcomes};

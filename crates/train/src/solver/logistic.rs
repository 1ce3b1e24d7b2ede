//! The sparse solver's parameters, and fit.

use linfa::dataset::AsSingleTargets;
use linfa::traits::Fit;
use linfa::{DatasetBase, ParamGuard};
use ndarray::{Array1, Array2, ArrayView1};

use super::design::Design;
use super::newton::{Stopping, minimise};
use super::objective::Objective;
use super::point::Layout;
use super::samples::Samples;
use super::{Convergence, DEFAULT_TOLERANCE, FittedLogistic, SolverError, SparseRecords};

/// How much a row counts because of its class, in addition to its sample weight.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub enum ClassWeight {
    /// Every class counts 1.
    #[default]
    None,
    /// scikit-learn's "balanced": `n / (k * n_c)` for a class of `n_c` among `n` rows of `k` classes (those present).
    /// Rows with sample weights count as much as they weigh.
    Balanced,
    /// One weight for each class, finite and 0 or more. A class of weight 0 takes no part in the fit.
    Explicit(Vec<f64>),
}

/// Multinomial logistic regression on sparse rows, to be configured and fitted.
///
/// The objective is linfa-logistic's with weights: the sum over rows of weight times log loss, plus
/// `alpha / 2 * ||W||^2`; the intercept is not penalised. Two classes are fitted as a softmax too. The result has the
/// same bits on any number of threads.
///
/// ```
/// use copydesk_features::SparseRows;
/// use copydesk_train::{SparseLogistic, SparseRecords};
/// use linfa::prelude::*;
/// use ndarray::array;
///
/// let mut rows = SparseRows::new(2);
/// rows.push_row(&[0], &[1.0]);
/// rows.push_row(&[1], &[1.0]);
/// let data = DatasetBase::new(SparseRecords::from(rows), array![0, 1]);
/// let model = SparseLogistic::params().alpha(0.1).fit(&data)?;
/// assert!(model.convergence().converged);
/// assert_eq!(model.predict(&data), array![0, 1]);
/// # Ok::<(), copydesk_train::SolverError>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct SparseLogistic;

impl SparseLogistic {
    /// Default parameters.
    pub fn params() -> SparseLogisticParams {
        SparseLogisticParams::default()
    }
}

/// Parameters of [`SparseLogistic`], not yet checked.
#[derive(Debug, Clone, PartialEq)]
pub struct SparseLogisticParams(SparseLogisticValidParams);

/// Parameters of [`SparseLogistic`] that have been checked, see [`SparseLogisticParams`] for their meaning.
#[derive(Debug, Clone, PartialEq)]
pub struct SparseLogisticValidParams {
    alpha: f64,
    tolerance: f64,
    max_iterations: usize,
    class_weight: ClassWeight,
    n_classes: Option<usize>,
    warm_start: Option<(Array2<f64>, Array1<f64>)>,
}

impl Default for SparseLogisticParams {
    fn default() -> Self {
        Self(SparseLogisticValidParams {
            alpha: 1.0,
            tolerance: DEFAULT_TOLERANCE,
            max_iterations: 100,
            class_weight: ClassWeight::None,
            n_classes: None,
            warm_start: None,
        })
    }
}

impl SparseLogisticParams {
    /// The strength of the penalty, finite and above 0. Default 1. `C` of LIBLINEAR and scikit-learn is its inverse.
    #[must_use]
    pub fn alpha(mut self, alpha: f64) -> Self {
        self.0.alpha = alpha;
        self
    }

    /// Converged is a gradient whose norm is at most this times that of the best model without weights. Above 0, below 1,
    /// default [`DEFAULT_TOLERANCE`].
    #[must_use]
    pub fn tolerance(mut self, tolerance: f64) -> Self {
        self.0.tolerance = tolerance;
        self
    }

    /// The most Newton steps to take, 1 or more. Default 100; texts take 5 to 10.
    #[must_use]
    pub fn max_iterations(mut self, max_iterations: usize) -> Self {
        self.0.max_iterations = max_iterations;
        self
    }

    /// How much a row counts because of its class. Default [`ClassWeight::None`].
    #[must_use]
    pub fn class_weight(mut self, class_weight: ClassWeight) -> Self {
        self.0.class_weight = class_weight;
        self
    }

    /// The number of classes, 1 more than the greatest target unless given. Classes without rows get weights of 0 and a
    /// probability of 0, see [`FittedLogistic::intercept`].
    #[must_use]
    pub fn n_classes(mut self, n_classes: usize) -> Self {
        self.0.n_classes = Some(n_classes);
        self
    }

    /// Starts from weights (features by classes) and an intercept (classes), as of an earlier fit. The optimum is the
    /// same, the way to it shorter.
    #[must_use]
    pub fn warm_start(mut self, weights: Array2<f64>, intercept: Array1<f64>) -> Self {
        self.0.warm_start = Some((weights, intercept));
        self
    }
}

impl ParamGuard for SparseLogisticParams {
    type Checked = SparseLogisticValidParams;
    type Error = SolverError;

    fn check_ref(&self) -> Result<&Self::Checked, Self::Error> {
        let params = &self.0;
        SolverError::check_alpha(params.alpha)?;
        SolverError::check_tolerance(params.tolerance)?;
        SolverError::check_positive("max_iterations", params.max_iterations)?;
        if let ClassWeight::Explicit(weights) = &params.class_weight {
            let bad = |weight: &f64| !(weight.is_finite() && *weight >= 0.0);
            if let Some(class) = weights.iter().position(bad) {
                let weight = weights[class];
                return Err(SolverError::InvalidClassWeight { class, weight });
            }
        }
        if let Some((weights, intercept)) = &params.warm_start
            && !weights.iter().chain(intercept).all(|value| value.is_finite())
        {
            return Err(SolverError::NonFiniteStart);
        }
        Ok(params)
    }

    fn check(self) -> Result<Self::Checked, Self::Error> {
        self.check_ref()?;
        Ok(self.0)
    }
}

impl<T: AsSingleTargets<Elem = usize>> Fit<SparseRecords, T, SolverError> for SparseLogisticValidParams {
    type Object = FittedLogistic;

    /// Fits on sparse rows, class numbers from 0, and the data set's sample weights if it has any.
    ///
    /// # Errors
    /// [`SolverError`], for data that has no best model or is not what the parameters say. Stopping before the tolerance
    /// is reached is not an error: see [`FittedLogistic::convergence`].
    fn fit(&self, data: &DatasetBase<SparseRecords, T>) -> Result<FittedLogistic, SolverError> {
        let design = Design::from(&data.records.0);
        self.fit_design(&design, data.targets.as_single_targets(), data.weights.view())
    }
}

impl SparseLogisticValidParams {
    /// Fits on a matrix in whatever form; otherwise as [`Fit::fit`].
    pub(crate) fn fit_design(
        &self,
        design: &Design<'_>,
        targets: ArrayView1<'_, usize>,
        weights: ArrayView1<'_, f32>,
    ) -> Result<FittedLogistic, SolverError> {
        let samples = Samples::new(design.n_rows(), targets, weights, &self.class_weight, self.n_classes)?;
        let objective = Objective::new(design, &samples, self.alpha);
        let layout = Layout::new(design, &samples, objective.width());
        let start =
            self.warm_start.as_ref().map(|(weights, intercept)| layout.point(weights, intercept)).transpose()?;
        let stopping = Stopping {
            tolerance: self.tolerance,
            rounding: f64::EPSILON * design.largest_value()?.max(1.0) * samples.total(),
            max_iterations: self.max_iterations,
        };

        let solution = minimise(&objective, start, stopping)?;
        let norm_factor = layout.norm_factor();
        let convergence = Convergence {
            converged: solution.converged,
            objective: solution.objective,
            gradient_norm: norm_factor * solution.gradient_norm,
            initial_gradient_norm: norm_factor * solution.initial_gradient_norm,
            steps: Some(solution.steps),
        };
        let (weights, intercept) = layout.weights(&solution.point);
        Ok(FittedLogistic::new(weights, intercept, convergence))
    }
}

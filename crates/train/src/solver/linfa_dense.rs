//! linfa-logistic's own multinomial logistic regression, on the best columns as a dense matrix.

use copydesk_features::SparseRows;
use linfa::dataset::AsSingleTargets;
use linfa::traits::Fit;
use linfa::{DatasetBase, ParamGuard};
use linfa_logistic::MultiLogisticRegression;
use ndarray::{Array1, Array2, ArrayView1};

use super::chi_squared::{best_columns, chi_squared};
use super::design::Design;
use super::objective::Objective;
use super::point::Layout;
use super::samples::Samples;
use super::{ClassWeight, Convergence, DEFAULT_TOLERANCE, FittedLogistic, SolverError, SparseRecords};

const MIB: u64 = 1 << 20;

/// linfa-logistic's `MultiLogisticRegression` (L-BFGS, dense), to be configured and fitted.
///
/// Keeps the columns with the highest chi-squared scores, since linfa-logistic takes dense arrays only, and refuses to
/// fit if the dense matrix would not fit in the memory budget. The objective is that of [`super::SparseLogistic`] without
/// weights, on the kept columns.
///
/// What linfa-logistic 0.8.1 asks of its data: rows of about the same length (L2-normalise them), since it subtracts the
/// largest logit of the whole matrix before it takes exponentials, not that of each row. Its line search may fail
/// without a result; that is an error here. It does not say whether it converged; the gradient at its result is
/// computed here and reported. Its products of matrices depend on what the processor offers, so the same fit may differ
/// in the last bits between machines.
#[derive(Debug, Clone, Copy)]
pub struct LinfaDense;

impl LinfaDense {
    /// Default parameters.
    pub fn params() -> LinfaDenseParams {
        LinfaDenseParams::default()
    }
}

/// Parameters of [`LinfaDense`], not yet checked.
#[derive(Debug, Clone, PartialEq)]
pub struct LinfaDenseParams(LinfaDenseValidParams);

/// Parameters of [`LinfaDense`] that have been checked, see [`LinfaDenseParams`] for their meaning.
#[derive(Debug, Clone, PartialEq)]
pub struct LinfaDenseValidParams {
    alpha: f64,
    tolerance: f64,
    max_iterations: usize,
    features: usize,
    memory_budget: u64,
    class_weight: ClassWeight,
    n_classes: Option<usize>,
}

impl Default for LinfaDenseParams {
    fn default() -> Self {
        Self(LinfaDenseValidParams {
            alpha: 1.0,
            tolerance: DEFAULT_TOLERANCE,
            max_iterations: 500,
            features: 2_000,
            memory_budget: 2048 * MIB,
            class_weight: ClassWeight::None,
            n_classes: None,
        })
    }
}

impl LinfaDenseParams {
    /// The strength of the penalty, finite and above 0. Default 1.
    #[must_use]
    pub fn alpha(mut self, alpha: f64) -> Self {
        self.0.alpha = alpha;
        self
    }

    /// Converged is a gradient whose norm is at most this times that of the best model without weights. Above 0, below
    /// 1, default [`DEFAULT_TOLERANCE`].
    #[must_use]
    pub fn tolerance(mut self, tolerance: f64) -> Self {
        self.0.tolerance = tolerance;
        self
    }

    /// The most L-BFGS iterations, 1 or more. Default 500.
    #[must_use]
    pub fn max_iterations(mut self, max_iterations: usize) -> Self {
        self.0.max_iterations = max_iterations;
        self
    }

    /// The most columns to keep, 1 or more. Default 2000.
    #[must_use]
    pub fn features(mut self, features: usize) -> Self {
        self.0.features = features;
        self
    }

    /// The most memory that the fit may take, in bytes. Default 2 GiB.
    #[must_use]
    pub fn memory_budget(mut self, bytes: u64) -> Self {
        self.0.memory_budget = bytes;
        self
    }

    /// linfa-logistic has no class weights: all but [`ClassWeight::None`] is refused by the check.
    #[must_use]
    pub fn class_weight(mut self, class_weight: ClassWeight) -> Self {
        self.0.class_weight = class_weight;
        self
    }

    /// The number of classes, 1 more than the greatest target unless given.
    #[must_use]
    pub fn n_classes(mut self, n_classes: usize) -> Self {
        self.0.n_classes = Some(n_classes);
        self
    }
}

impl ParamGuard for LinfaDenseParams {
    type Checked = LinfaDenseValidParams;
    type Error = SolverError;

    fn check_ref(&self) -> Result<&Self::Checked, Self::Error> {
        let params = &self.0;
        SolverError::check_alpha(params.alpha)?;
        SolverError::check_tolerance(params.tolerance)?;
        SolverError::check_positive("max_iterations", params.max_iterations)?;
        SolverError::check_positive("features", params.features)?;
        if params.class_weight != ClassWeight::None {
            return Err(SolverError::WeightsUnsupported { what: "class weights" });
        }
        Ok(params)
    }

    fn check(self) -> Result<Self::Checked, Self::Error> {
        self.check_ref()?;
        Ok(self.0)
    }
}

/// A model fitted by linfa-logistic on some of the columns.
#[derive(Debug, Clone, PartialEq)]
pub struct FittedLinfa {
    columns: Vec<u32>,
    model: FittedLogistic,
    n_features: usize,
}

impl FittedLinfa {
    /// The columns kept, ascending.
    pub fn columns(&self) -> &[u32] {
        &self.columns
    }

    /// The model on the kept columns alone: row `i` of its weights belongs to column `columns()[i]`.
    pub fn model(&self) -> &FittedLogistic {
        &self.model
    }

    /// The model on all columns, with weights of 0 for those not kept.
    pub fn scatter(&self) -> FittedLogistic {
        let kept = self.model.weights();
        let mut weights = Array2::zeros((self.n_features, kept.ncols()));
        for (&column, row) in self.columns.iter().zip(kept.rows()) {
            weights.row_mut(column as usize).assign(&row);
        }
        let intercept = self.model.intercept().to_owned();
        FittedLogistic::new(weights, intercept, *self.model.convergence())
    }
}

impl<T: AsSingleTargets<Elem = usize>> Fit<SparseRecords, T, SolverError> for LinfaDenseValidParams {
    type Object = FittedLinfa;

    /// Chooses columns and fits linfa-logistic on them.
    ///
    /// # Errors
    /// [`SolverError`], in particular [`SolverError::TooMuchMemory`], [`SolverError::WeightsUnsupported`] for sample
    /// weights and [`SolverError::OptimiserFailed`].
    fn fit(&self, data: &DatasetBase<SparseRecords, T>) -> Result<FittedLinfa, SolverError> {
        let rows = &data.records.0;
        let targets = data.targets.as_single_targets();
        if !data.weights.is_empty() {
            return Err(SolverError::WeightsUnsupported { what: "sample weights" });
        }
        let samples = Samples::new(rows.n_rows(), targets, data.weights.view(), &ClassWeight::None, self.n_classes)?;
        self.check_memory(rows, samples.present.len())?;
        let columns = best_columns(&chi_squared(rows, targets)?, self.features);
        let kept = keep_columns(rows, &columns);
        let model = self.fit_kept(&kept, targets, &samples)?;
        Ok(FittedLinfa { columns, model, n_features: rows.n_cols() })
    }
}

impl LinfaDenseValidParams {
    /// Refuses a fit that would take more memory than allowed.
    fn check_memory(&self, rows: &SparseRows, n_classes: usize) -> Result<(), SolverError> {
        let features = self.features.min(rows.n_cols());
        let needed = memory_needed(rows.n_rows(), features, n_classes);
        if needed <= self.memory_budget {
            return Ok(());
        }
        Err(SolverError::TooMuchMemory {
            rows: rows.n_rows(),
            features,
            needed_mib: needed.div_ceil(MIB),
            budget_mib: self.memory_budget / MIB,
        })
    }

    fn fit_kept(
        &self,
        kept: &SparseRows,
        targets: ArrayView1<'_, usize>,
        samples: &Samples,
    ) -> Result<FittedLogistic, SolverError> {
        let design = Design::from(kept);
        let objective = Objective::one_logit_a_class(&design, samples, self.alpha);
        let null = objective.null_point();
        let (_, initial_gradient_norm) = objective.value_and_gradient_norm(&null);
        let rounding = f64::EPSILON * design.largest_value()?.max(1.0) * samples.total();
        let goal = (self.tolerance * initial_gradient_norm).max(rounding);

        let shape = (kept.n_cols() + 1, samples.present.len());
        let start = Array2::from_shape_vec(shape, null).map_err(linfa::Error::from)?;
        let fitted = MultiLogisticRegression::default()
            .alpha(self.alpha)
            .gradient_tolerance(goal)
            .max_iterations(self.max_iterations as u64)
            .initial_params(start)
            .fit(&DatasetBase::new(dense(kept), targets))
            .map_err(|error| SolverError::OptimiserFailed {
                solver: "linfa",
                cause: error.to_string(),
                cure: "raise alpha or use `--solver sparse`",
            })?;

        let point: Vec<f64> = fitted.params().iter().chain(fitted.intercept()).copied().collect();
        let (value, gradient_norm) = objective.value_and_gradient_norm(&point);
        if !(value.is_finite() && gradient_norm.is_finite()) {
            return Err(SolverError::OptimiserFailed {
                solver: "linfa",
                cause: format!("the objective grew to {value}"),
                cure: "scale each row to length 1, raise alpha or use `--solver sparse`",
            });
        }
        let convergence = Convergence {
            converged: gradient_norm <= goal,
            objective: value,
            gradient_norm,
            initial_gradient_norm,
            steps: None,
        };
        let (weights, intercept): (Array2<f64>, Array1<f64>) =
            Layout::new(&design, samples, objective.width()).weights(&point);
        Ok(FittedLogistic::new(weights, intercept, convergence))
    }
}

/// Bytes that a fit takes beside the sparse rows.
///
/// The dense matrix, of which linfa-logistic makes no copy, about five matrices of rows by classes (targets, logits,
/// probabilities and temporaries) and about forty of features by classes (ten pairs of vectors that L-BFGS remembers,
/// points, gradients and temporaries of the line search). The peaks measured were 70 to 95 per cent of this.
fn memory_needed(rows: usize, features: usize, classes: usize) -> u64 {
    let [rows, features, classes] = [rows, features, classes].map(|n| n as u64);
    let values = rows
        .saturating_mul(features)
        .saturating_add(rows.saturating_mul(classes).saturating_mul(5))
        .saturating_add(features.saturating_mul(classes).saturating_mul(40));
    values.saturating_mul(size_of::<f64>() as u64)
}

/// The given columns (ascending), renumbered from 0.
fn keep_columns(rows: &SparseRows, columns: &[u32]) -> SparseRows {
    let mut number = vec![None; rows.n_cols()];
    for (new, &column) in (0..).zip(columns) {
        number[column as usize] = Some(new);
    }
    let mut kept = SparseRows::new(columns.len());
    for row in rows.rows() {
        let (columns, values): (Vec<u32>, Vec<f32>) =
            row.iter().filter_map(|(column, value)| Some((number[column]?, value))).unzip();
        kept.push_row(&columns, &values);
    }
    kept
}

fn dense(rows: &SparseRows) -> Array2<f64> {
    let mut dense = Array2::zeros((rows.n_rows(), rows.n_cols()));
    for (mut out, row) in dense.rows_mut().into_iter().zip(rows.rows()) {
        for (column, value) in row.iter() {
            out[column] = f64::from(value);
        }
    }
    dense
}

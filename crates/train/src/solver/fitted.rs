//! A fitted model and how its fit ended.

use copydesk_features::SparseRows;
use linfa::traits::PredictInplace;
use ndarray::{Array1, Array2, ArrayView1, ArrayView2};
use rayon::prelude::*;

use super::objective::fill_probabilities;
use super::products::{ROW_BLOCK, multiply};
use super::{SolverError, SparseRecords};

/// How a fit ended. A caller should warn if it did not converge.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Convergence {
    /// Whether the gradient's norm fell to what the tolerance asks for.
    pub converged: bool,
    /// The objective at the end: weighted sum of log losses plus penalty.
    pub objective: f64,
    /// The Euclidean norm of the objective's gradient by weights and intercept at the end.
    pub gradient_norm: f64,
    /// The same for the best model without weights, the measure for `gradient_norm`.
    pub initial_gradient_norm: f64,
    /// The steps taken, where the solver tells.
    pub steps: Option<NewtonSteps>,
}

/// The steps of a Newton solver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewtonSteps {
    /// Newton steps taken.
    pub newton: usize,
    /// Conjugate gradient steps within them, each with two passes over the data.
    pub cg: usize,
}

/// A fitted multinomial logistic regression.
#[derive(Debug, Clone, PartialEq)]
pub struct FittedLogistic {
    /// In standard (row-major) layout.
    weights: Array2<f64>,
    intercept: Array1<f64>,
    convergence: Convergence,
}

impl FittedLogistic {
    /// `weights` is features by classes, in standard layout.
    pub(super) fn new(weights: Array2<f64>, intercept: Array1<f64>, convergence: Convergence) -> Self {
        debug_assert!(weights.is_standard_layout());
        Self { weights, intercept, convergence }
    }

    /// Features by classes, row-major: the weights of a feature's classes stand side by side.
    pub fn weights(&self) -> ArrayView2<'_, f64> {
        self.weights.view()
    }

    /// One value a class. Softmax does not change when all grow alike, so their mean is put at 0. A class that had no
    /// rows has -1,000,000, not counted in the mean, which makes its probability 0.
    pub fn intercept(&self) -> ArrayView1<'_, f64> {
        self.intercept.view()
    }

    /// How the fit ended.
    pub fn convergence(&self) -> &Convergence {
        &self.convergence
    }

    /// Weights (features by classes, row-major) and intercept.
    pub fn into_parts(self) -> (Array2<f64>, Array1<f64>) {
        (self.weights, self.intercept)
    }

    /// The logits, rows by classes.
    ///
    /// # Errors
    /// [`SolverError::ShapeMismatch`] if the rows have not as many columns as those of the fit.
    #[expect(clippy::missing_panics_doc, reason = "the layouts are standard by construction")]
    pub fn decision(&self, rows: &SparseRows) -> Result<Array2<f64>, SolverError> {
        let (n_features, n_classes) = self.weights.dim();
        if rows.n_cols() != n_features {
            return Err(SolverError::ShapeMismatch {
                what: "columns of the rows to classify",
                expected: vec![n_features],
                found: vec![rows.n_cols()],
            });
        }
        let mut logits = Array2::zeros((rows.n_rows(), n_classes));
        multiply(
            rows,
            self.weights.as_slice().expect("standard layout"),
            self.intercept.as_slice().expect("standard layout"),
            logits.as_slice_mut().expect("standard layout"),
        );
        Ok(logits)
    }

    /// The probabilities, rows by classes: each row is in [0, 1] and sums to 1.
    ///
    /// # Errors
    /// As [`decision`](Self::decision).
    #[expect(clippy::missing_panics_doc, reason = "the layouts are standard by construction")]
    pub fn predict_probabilities(&self, rows: &SparseRows) -> Result<Array2<f64>, SolverError> {
        let mut probabilities = self.decision(rows)?;
        let n_classes = probabilities.ncols();
        probabilities.as_slice_mut().expect("standard layout").par_chunks_mut(ROW_BLOCK * n_classes).for_each(
            |block| {
                let mut logits = vec![0.0; n_classes];
                for row in block.chunks_exact_mut(n_classes) {
                    logits.copy_from_slice(row);
                    fill_probabilities(&logits, row);
                }
            },
        );
        Ok(probabilities)
    }
}

impl PredictInplace<SparseRecords, Array1<usize>> for FittedLogistic {
    /// The most probable class of each row, the lowest numbered of equals.
    ///
    /// # Panics
    /// If `targets` has not one place a row, or the rows have not as many columns as those of the fit: linfa's trait has
    /// no room for an error. [`decision`](FittedLogistic::decision) returns one.
    fn predict_inplace(&self, records: &SparseRecords, targets: &mut Array1<usize>) {
        assert_eq!(records.0.n_rows(), targets.len(), "there must be one target a row");
        let logits = match self.decision(&records.0) {
            Ok(logits) => logits,
            Err(error) => panic!("{error}"),
        };
        for (target, row) in targets.iter_mut().zip(logits.rows()) {
            *target = most_probable(row);
        }
    }

    fn default_target(&self, records: &SparseRecords) -> Array1<usize> {
        Array1::zeros(records.0.n_rows())
    }
}

fn most_probable(logits: ArrayView1<'_, f64>) -> usize {
    let mut best = 0;
    for (class, &logit) in logits.iter().enumerate() {
        if logit > logits[best] {
            best = class;
        }
    }
    best
}

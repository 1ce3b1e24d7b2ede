//! Between the optimiser's point and the matrix of weights.

use copydesk_features::SparseRows;
use ndarray::{Array1, Array2};

use super::SolverError;
use super::samples::Samples;

/// The intercept of a class that had no rows, so low that `exp` gives 0 beside any class that had.
const ABSENT_INTERCEPT: f64 = -1e6;

/// Which value of a point (see [`super::objective`]) stands for which feature and class.
pub(super) struct Layout<'a> {
    n_features: usize,
    n_classes: usize,
    present: &'a [usize],
    /// Values of a point a feature: 1 for two classes in the short form, else one a class present.
    width: usize,
}

impl<'a> Layout<'a> {
    /// For points of width `width`, as the objective has it.
    pub(super) fn new(n_features: usize, samples: &'a Samples, width: usize) -> Self {
        Self { n_features, n_classes: samples.n_classes, present: &samples.present, width }
    }

    /// The norm of the gradient by weights and intercepts, for a gradient of norm 1 by the point.
    ///
    /// In the short form both columns of the gradient by the weights equal that by the point, up to the sign.
    pub(super) fn norm_factor(&self) -> f64 {
        if self.width == 1 { std::f64::consts::SQRT_2 } else { 1.0 }
    }

    /// The point for given weights (features by classes) and intercept.
    pub(super) fn point(&self, weights: &Array2<f64>, intercept: &Array1<f64>) -> Result<Vec<f64>, SolverError> {
        let shape = [self.n_features, self.n_classes];
        if weights.shape() != shape {
            return Err(SolverError::ShapeMismatch {
                what: "weights of the warm start (features by classes)",
                expected: shape.to_vec(),
                found: weights.shape().to_vec(),
            });
        }
        if intercept.len() != self.n_classes {
            return Err(SolverError::ShapeMismatch {
                what: "intercept of the warm start (classes)",
                expected: vec![self.n_classes],
                found: vec![intercept.len()],
            });
        }
        let mut point = Vec::with_capacity((self.n_features + 1) * self.present.len());
        for row in weights.rows().into_iter().chain([intercept.view()]) {
            match *self.present {
                [first, second] if self.width == 1 => point.push(row[second] - row[first]),
                _ => point.extend(self.present.iter().map(|&class| row[class])),
            }
        }
        Ok(point)
    }

    /// The weights (features by classes) and the intercept of a point; the intercept's mean over classes present is 0.
    pub(super) fn weights(&self, point: &[f64]) -> (Array2<f64>, Array1<f64>) {
        let mut weights = Array2::zeros((self.n_features, self.n_classes));
        let mut intercept = Array1::from_elem(self.n_classes, ABSENT_INTERCEPT);
        if let ([first, second], 1) = (self.present, self.width) {
            let (first, second) = (*first, *second);
            for (mut row, value) in weights.rows_mut().into_iter().zip(point) {
                row[first] = -value / 2.0;
                row[second] = value / 2.0;
            }
            let value = point[self.n_features];
            intercept[first] = -value / 2.0;
            intercept[second] = value / 2.0;
        } else {
            let (features, last) = point.split_at(self.n_features * self.width);
            for (mut row, values) in weights.rows_mut().into_iter().zip(features.chunks_exact(self.width)) {
                for (&class, value) in self.present.iter().zip(values) {
                    row[class] = *value;
                }
            }
            let mean = last.iter().sum::<f64>() / self.width as f64;
            for (&class, value) in self.present.iter().zip(last) {
                intercept[class] = value - mean;
            }
        }
        (weights, intercept)
    }
}

/// The largest absolute value of a matrix, 0 if it has none; refuses values that are not finite.
pub(super) fn largest_value(rows: &SparseRows) -> Result<f64, SolverError> {
    let mut largest = 0.0_f32;
    for (index, row) in rows.rows().enumerate() {
        for (column, value) in row.iter() {
            if !value.is_finite() {
                return Err(SolverError::NonFiniteValue { row: index, column, value });
            }
            largest = largest.max(value.abs());
        }
    }
    Ok(f64::from(largest))
}

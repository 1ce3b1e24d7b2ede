//! Between the optimiser's point and the matrix of weights.

use ndarray::{Array1, Array2};

use super::SolverError;
use super::design::Design;
use super::samples::Samples;

/// The intercept of a class that had no rows, so low that `exp` gives 0 beside any class that had.
const ABSENT_INTERCEPT: f64 = -1e6;

/// Which value of a point (see [`super::objective`]) stands for which feature and class.
pub(super) struct Layout<'a> {
    n_features: usize,
    n_classes: usize,
    present: &'a [usize],
    /// For each of the solver's features, its column; `None` if they are the same.
    columns: Option<Vec<u32>>,
    /// Values of a point a feature: 1 for two classes in the short form, else one a class present.
    width: usize,
}

impl<'a> Layout<'a> {
    /// For points of width `width`, as the objective has it.
    pub(super) fn new(design: &Design<'_>, samples: &'a Samples, width: usize) -> Self {
        Self {
            n_features: design.n_cols(),
            n_classes: samples.n_classes,
            present: &samples.present,
            columns: design.columns(),
            width,
        }
    }

    fn column(&self, feature: usize) -> usize {
        self.columns.as_ref().map_or(feature, |columns| columns[feature] as usize)
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
        let by_feature = (0..self.n_features).map(|feature| weights.row(self.column(feature)));
        for row in by_feature.chain([intercept.view()]) {
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
            for (feature, value) in point[..self.n_features].iter().enumerate() {
                let mut row = weights.row_mut(self.column(feature));
                row[first] = -value / 2.0;
                row[second] = value / 2.0;
            }
            let value = point[self.n_features];
            intercept[first] = -value / 2.0;
            intercept[second] = value / 2.0;
        } else {
            let (features, last) = point.split_at(self.n_features * self.width);
            for (feature, values) in features.chunks_exact(self.width).enumerate() {
                let mut row = weights.row_mut(self.column(feature));
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

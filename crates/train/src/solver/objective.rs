//! The function that a fit minimises, its gradient and its curvature.
//!
//! `f(W, b) = sum_i c_i * log_loss(y_i, softmax(x_i W + b)) + alpha / 2 * ||W||^2`, the objective of linfa-logistic 0.8.1
//! with a weight `c_i` for each sample. The intercept `b` is not penalised.
//!
//! A *point* is one vector: `width` values for each feature, row-major, then `width` for the intercept. With three
//! classes or more the width is their number. With two it is 1: the penalty makes the best weights of the two classes
//! opposite, `W = (-u / 2, u / 2)`, so it is enough to look for `u`, for which the same objective reads
//! `sum_i c_i * log(1 + exp(-+(x_i u + b))) + alpha / 4 * ||u||^2`. This halves time and memory.

use std::borrow::Cow;

use rayon::prelude::*;

use super::blocks::{add_scaled, dot, sum_in_order};
use super::design::Design;
use super::heavy::Heavy;
use super::products::{Matrix, Power, ROW_BLOCK, column_sums};
use super::samples::Samples;

/// The objective on one data set.
pub(super) struct Objective<'a> {
    design: Design<'a>,
    matrix: Matrix<'a>,
    samples: &'a Samples,
    width: usize,
    /// The objective has `penalty / 2` times the squared norm of a point's weights.
    penalty: f64,
}

/// What the rows say at a point: all `n_rows` by `width`.
pub(super) struct RowTerms {
    /// Probabilities of the classes (of the second class, if the width is 1).
    pub(super) probabilities: Vec<f64>,
    /// The derivative of the losses by the logits: `c_i * (p_i - y_i)`.
    pub(super) residuals: Vec<f64>,
}

impl RowTerms {
    pub(super) fn zeros(n_logits: usize) -> Self {
        Self { probabilities: vec![0.0; n_logits], residuals: vec![0.0; n_logits] }
    }
}

impl<'a> Objective<'a> {
    /// The objective in its shortest form: width 1 for two classes.
    pub(super) fn new(design: &Design<'a>, samples: &'a Samples, alpha: f64) -> Self {
        if samples.present.len() == 2 {
            Self::with_width(design, samples, 1, alpha / 2.0)
        } else {
            Self::with_width(design, samples, samples.present.len(), alpha)
        }
    }

    /// The objective with one logit a class, for two classes too: a point's weights are the matrix `W` itself.
    pub(super) fn one_logit_a_class(design: &Design<'a>, samples: &'a Samples, alpha: f64) -> Self {
        Self::with_width(design, samples, samples.present.len(), alpha)
    }

    fn with_width(design: &Design<'a>, samples: &'a Samples, width: usize, penalty: f64) -> Self {
        let matrix = Matrix::new(design);
        Self { design: design.clone(), matrix, samples, width, penalty }
    }

    pub(super) fn width(&self) -> usize {
        self.width
    }

    pub(super) fn penalty(&self) -> f64 {
        self.penalty
    }

    /// The sum of the rows' weights.
    pub(super) fn total_weight(&self) -> f64 {
        self.samples.total()
    }

    /// Number of logits of all rows.
    pub(super) fn n_logits(&self) -> usize {
        self.matrix.n_rows() * self.width
    }

    /// How many of a point's values are weights: the rest is the intercept.
    pub(super) fn n_weights(&self) -> usize {
        self.matrix.n_cols() * self.width
    }

    /// The best point of those with no weights: the intercept gives each class its share of the sample weights.
    pub(super) fn null_point(&self) -> Vec<f64> {
        let mut point = vec![0.0; self.n_weights() + self.width];
        let intercept = &mut point[self.n_weights()..];
        let totals = &self.samples.totals;
        if self.width == 1 {
            intercept[0] = libm::log(totals[1]) - libm::log(totals[0]);
        } else {
            for (value, &total) in intercept.iter_mut().zip(totals) {
                *value = libm::log(total);
            }
        }
        point
    }

    /// The logits of all rows at a point, or the logits' change along a direction.
    pub(super) fn logits(&self, point: &[f64], out: &mut [f64]) {
        let (weights, intercept) = point.split_at(self.n_weights());
        self.matrix.multiply(weights, intercept, out);
    }

    /// The weighted sum of losses at the rows' logits.
    pub(super) fn loss(&self, logits: &[f64]) -> f64 {
        self.sum_of_losses(logits.par_chunks(ROW_BLOCK * self.width).map(Cow::Borrowed))
    }

    /// The same at `logits + step * change`.
    pub(super) fn loss_along(&self, logits: &[f64], step: f64, change: &[f64]) -> f64 {
        let block = ROW_BLOCK * self.width;
        let moved =
            |(logits, change): (&[f64], &[f64])| logits.iter().zip(change).map(|(z, dz)| z + step * dz).collect();
        self.sum_of_losses(logits.par_chunks(block).zip(change.par_chunks(block)).map(moved))
    }

    fn sum_of_losses<'b>(&self, blocks: impl IndexedParallelIterator<Item = Cow<'b, [f64]>>) -> f64 {
        let samples = self.samples;
        sum_in_order(blocks.enumerate().map(|(block, logits)| {
            let first = block * ROW_BLOCK;
            logits
                .chunks_exact(self.width)
                .zip(&samples.positions[first..])
                .zip(&samples.weights[first..])
                .map(|((logits, &position), weight)| weight * row_loss(logits, position as usize))
                .sum()
        }))
    }

    /// The penalty at a point.
    pub(super) fn penalty_at(&self, point: &[f64]) -> f64 {
        let weights = &point[..self.n_weights()];
        self.penalty / 2.0 * dot(weights, weights)
    }

    /// Fills in what the rows say at their logits.
    pub(super) fn row_terms(&self, logits: &[f64], terms: &mut RowTerms) {
        let block = ROW_BLOCK * self.width;
        logits
            .par_chunks(block)
            .zip(terms.probabilities.par_chunks_mut(block))
            .zip(terms.residuals.par_chunks_mut(block))
            .enumerate()
            .for_each(|(block, ((logits, probabilities), residuals))| {
                let rows = logits
                    .chunks_exact(self.width)
                    .zip(probabilities.chunks_exact_mut(self.width))
                    .zip(residuals.chunks_exact_mut(self.width));
                for (row, ((logits, probabilities), residuals)) in rows.enumerate() {
                    let row = block * ROW_BLOCK + row;
                    fill_probabilities(logits, probabilities);
                    let position = self.samples.positions[row] as usize;
                    fill_residuals(logits, probabilities, position, residuals);
                    for residual in residuals {
                        *residual *= self.samples.weights[row];
                    }
                }
            });
    }

    /// The objective at a point and the norm of its gradient.
    pub(super) fn value_and_gradient_norm(&self, point: &[f64]) -> (f64, f64) {
        let mut logits = vec![0.0; self.n_logits()];
        self.logits(point, &mut logits);
        let mut terms = RowTerms::zeros(logits.len());
        self.row_terms(&logits, &mut terms);
        let mut gradient = vec![0.0; point.len()];
        self.negative_gradient(point, &mut terms, &mut gradient);
        let value = self.loss(&logits) + self.penalty_at(point);
        (value, dot(&gradient, &gradient).sqrt())
    }

    /// The negative gradient at a point, from its row terms. Spoils the residuals.
    pub(super) fn negative_gradient(&self, point: &[f64], terms: &mut RowTerms, out: &mut [f64]) {
        for residual in &mut terms.residuals {
            *residual = -*residual;
        }
        let n_weights = self.n_weights();
        out.fill(0.0);
        add_scaled(&mut out[..n_weights], -self.penalty, &point[..n_weights]);
        self.matrix.add_transposed(&terms.residuals, self.width, out, Power::One);
    }

    /// The second derivative of the losses along a direction that changes the logits by `change`, without the penalty.
    pub(super) fn curvature(&self, probabilities: &[f64], change: &[f64]) -> f64 {
        let block = ROW_BLOCK * self.width;
        sum_in_order(
            probabilities
                .par_chunks(block)
                .zip(change.par_chunks(block))
                .zip(self.samples.weights.par_chunks(ROW_BLOCK))
                .map(|((probabilities, change), weights)| {
                    probabilities
                        .chunks_exact(self.width)
                        .zip(change.chunks_exact(self.width))
                        .zip(weights)
                        .map(|((p, change), weight)| weight * row_curvature(p, change))
                        .sum()
                }),
        )
    }

    /// `out += factor * H * d` without the penalty's part, where `change` is `d`'s change of the logits. Spoils `change`.
    pub(super) fn add_hessian_product(&self, probabilities: &[f64], change: &mut [f64], factor: f64, out: &mut [f64]) {
        let block = ROW_BLOCK * self.width;
        change
            .par_chunks_mut(block)
            .zip(probabilities.par_chunks(block))
            .zip(self.samples.weights.par_chunks(ROW_BLOCK))
            .for_each(|((change, probabilities), weights)| {
                let rows = change.chunks_exact_mut(self.width).zip(probabilities.chunks_exact(self.width));
                for ((change, p), weight) in rows.zip(weights) {
                    apply_row_hessian(p, change, factor * weight);
                }
            });
        self.matrix.add_transposed(change, self.width, out, Power::One);
    }

    /// For each column the weighted sum of its squared values, and for the intercept the sum of the weights.
    pub(super) fn column_squares(&self) -> Vec<f64> {
        let mut out = vec![0.0; self.matrix.n_cols() + 1];
        self.matrix.add_transposed(&self.samples.weights, 1, &mut out, Power::Two);
        out
    }

    /// The coupling of the heaviest features, from all columns' squares. For one logit only: each further one would need a
    /// factorisation of its own in every step.
    pub(super) fn heavy(&self, squares: &[f64]) -> Option<Heavy> {
        if self.width == 1 { Heavy::new(&self.design, &self.samples.weights, squares) } else { None }
    }

    /// The weighted mean of `p (1 - p)` for each of the `width` logits. Spoils `scratch`, of `n_logits` values.
    pub(super) fn mean_curvatures(&self, probabilities: &[f64], scratch: &mut [f64]) -> Vec<f64> {
        let block = ROW_BLOCK * self.width;
        scratch
            .par_chunks_mut(block)
            .zip(probabilities.par_chunks(block))
            .zip(self.samples.weights.par_chunks(ROW_BLOCK))
            .for_each(|((scratch, probabilities), weights)| {
                for (index, (out, p)) in scratch.iter_mut().zip(probabilities).enumerate() {
                    *out = weights[index / self.width] * p * (1.0 - p);
                }
            });
        let total = self.samples.total();
        let mut means = column_sums(scratch, self.width);
        for mean in &mut means {
            *mean /= total;
        }
        means
    }
}

/// The logistic function `1 / (1 + exp(-z))`, to full precision in both tails.
pub(super) fn logistic(z: f64) -> f64 {
    if z >= 0.0 {
        1.0 / (1.0 + libm::exp(-z))
    } else {
        let e = libm::exp(z);
        e / (1.0 + e)
    }
}

/// The probabilities that belong to a row's logits: the softmax, or the logistic function of a single logit.
pub(super) fn fill_probabilities(logits: &[f64], out: &mut [f64]) {
    if let [logit] = logits {
        out[0] = logistic(*logit);
        return;
    }
    // The row's own maximum: with the whole matrix's, rows far below it would lose all their exponentials.
    let max = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut sum = 0.0;
    for (out, logit) in out.iter_mut().zip(logits) {
        *out = libm::exp(logit - max);
        sum += *out;
    }
    for out in out {
        *out /= sum;
    }
}

/// The derivative of a row's log loss by its logits: `p - y`.
fn fill_residuals(logits: &[f64], probabilities: &[f64], position: usize, out: &mut [f64]) {
    out.copy_from_slice(probabilities);
    // Where the class is all but certain, `p - 1` would lose the digits that `-(1 - p)` has if made from the rest.
    if let [logit] = logits {
        if position == 1 {
            out[0] = -logistic(-logit);
        }
    } else {
        out[position] = 0.0;
        out[position] = -out.iter().sum::<f64>();
    }
}

/// The log loss of a row whose class stands at `position`.
fn row_loss(logits: &[f64], position: usize) -> f64 {
    if let [logit] = logits {
        let margin = if position == 1 { *logit } else { -logit };
        return libm::log1p(libm::exp(-margin.abs())) + (-margin).max(0.0);
    }
    let (top, max) = logits.iter().enumerate().fold(
        (0, f64::NEG_INFINITY),
        |best, (at, &z)| {
            if z > best.1 { (at, z) } else { best }
        },
    );
    let others: f64 = logits.iter().enumerate().filter(|(at, _)| *at != top).map(|(_, z)| libm::exp(z - max)).sum();
    libm::log1p(others) + max - logits[position]
}

/// `v * (diag(p) - p p') * v`, or `p (1 - p) v^2` for a single logit.
fn row_curvature(p: &[f64], v: &[f64]) -> f64 {
    if let ([p], [v]) = (p, v) {
        return p * (1.0 - p) * v * v;
    }
    let mean: f64 = p.iter().zip(v).map(|(p, v)| p * v).sum();
    p.iter().zip(v).map(|(p, v)| p * (v - mean) * (v - mean)).sum()
}

/// `v = factor * (diag(p) - p p') * v`, or `v = factor * p (1 - p) v` for a single logit.
fn apply_row_hessian(p: &[f64], v: &mut [f64], factor: f64) {
    if let ([p], [v]) = (p, &mut *v) {
        *v *= factor * p * (1.0 - p);
        return;
    }
    let mean: f64 = p.iter().zip(v.iter()).map(|(p, v)| p * v).sum();
    for (v, p) in v.iter_mut().zip(p) {
        *v = factor * p * (*v - mean);
    }
}

//! The part of the Hessian that couples the heaviest features, for the preconditioner.
//!
//! A few hundred n-grams stand in most texts. They and the intercept pull on the same rows, which a diagonal cannot say,
//! and conjugate gradients then spend most of their steps on them. Among these few the whole matrix of products is small:
//! with it, solved by Cholesky, the steps fall by a third.

use rayon::prelude::*;

use super::blocks::sum_vectors_in_order;
use super::design::Design;

/// Features taken at most. The factorisation grows with the cube of it.
const MOST: usize = 255;

/// Rows for each of the features, at least: with few rows all steps are cheap.
const ROWS_A_FEATURE: usize = 32;

/// Parts of the rows that are summed on their own, whatever the number of threads.
const PARTS: usize = 8;

/// The products of the heaviest features and the intercept with each other over the rows.
pub(super) struct Heavy {
    /// Their places in a point, ascending; the intercept's is the last.
    places: Vec<usize>,
    /// Row-major, the lower triangle.
    products: Vec<f64>,
}

/// The Cholesky factor of a [`Heavy`] block of the preconditioner.
pub(super) struct Factor<'a> {
    places: &'a [usize],
    lower: Vec<f64>,
}

impl Heavy {
    /// Takes the features of the highest weighted sums of squared values; `None` if the rows are too few. `squares` has
    /// these sums, and last the sum of the rows' weights.
    pub(super) fn new(design: &Design<'_>, weights: &[f64], squares: &[f64]) -> Option<Self> {
        let n_features = squares.len() - 1;
        let count = (design.n_rows() / ROWS_A_FEATURE).min(MOST).min(n_features);
        if count == 0 {
            return None;
        }
        let mut places: Vec<usize> = (0..n_features).collect();
        places.select_nth_unstable_by(count - 1, |&a, &b| squares[b].total_cmp(&squares[a]).then(a.cmp(&b)));
        places.truncate(count);
        places.sort_unstable();
        places.push(n_features);
        let products = products(design, weights, &places);
        Some(Self { places, products })
    }

    /// Factorises `penalty * I + scale * products`, without the penalty but with `damping` for the intercept. `None` if
    /// rounding has left it without a factor.
    pub(super) fn factorise(&self, penalty: f64, scale: f64, damping: f64) -> Option<Factor<'_>> {
        let n = self.places.len();
        let mut lower: Vec<f64> = self.products.iter().map(|product| scale * product).collect();
        for at in 0..n - 1 {
            lower[at * n + at] += penalty;
        }
        lower[n * n - 1] += damping;
        for row in 0..n {
            let (done, rest) = lower.split_at_mut(row * n);
            let this = &mut rest[..n];
            for column in 0..row {
                let other = &done[column * n..column * n + n];
                let inner: f64 = this[..column].iter().zip(other).map(|(a, b)| a * b).sum();
                this[column] = (this[column] - inner) / other[column];
            }
            let square = this[row] - this[..row].iter().map(|a| a * a).sum::<f64>();
            if square.is_nan() || square <= 0.0 {
                return None;
            }
            this[row] = square.sqrt();
        }
        Some(Factor { places: &self.places, lower })
    }
}

impl Factor<'_> {
    /// The places in a point of the values that [`solve`](Self::solve) gives.
    pub(super) fn places(&self) -> &[usize] {
        self.places
    }

    /// `M^-1 r` at the places.
    pub(super) fn solve(&self, r: &[f64]) -> Vec<f64> {
        let n = self.places.len();
        let mut x: Vec<f64> = self.places.iter().map(|&place| r[place]).collect();
        for row in 0..n {
            let of_row = &self.lower[row * n..row * n + n];
            let inner: f64 = of_row[..row].iter().zip(&x).map(|(a, b)| a * b).sum();
            x[row] = (x[row] - inner) / of_row[row];
        }
        for row in (0..n).rev() {
            let of_row = &self.lower[row * n..row * n + n];
            x[row] /= of_row[row];
            let value = x[row];
            for (x, a) in x[..row].iter_mut().zip(of_row) {
                *x -= value * a;
            }
        }
        x
    }
}

/// The weighted sums of products of the features at the places, the last of which is the intercept's.
fn products(design: &Design<'_>, weights: &[f64], places: &[usize]) -> Vec<f64> {
    let n = places.len();
    let mut number = vec![u32::MAX; places[n - 2] + 1];
    for (at, &place) in places[..n - 1].iter().enumerate() {
        number[place] = at as u32;
    }
    let rows_a_part = design.n_rows().div_ceil(PARTS);
    let parts: Vec<Vec<f64>> = weights
        .par_chunks(rows_a_part)
        .enumerate()
        .map(|(part, weights)| {
            let mut sums = vec![0.0; n * n];
            let mut of_row: Vec<(usize, f64)> = Vec::new();
            for (index, weight) in weights.iter().enumerate() {
                of_row.clear();
                design.for_each_below(part * rows_a_part + index, number.len(), |feature, value| {
                    if number[feature] != u32::MAX {
                        of_row.push((number[feature] as usize, value));
                    }
                });
                of_row.push((n - 1, 1.0));
                for (at, &(row, value)) in of_row.iter().enumerate() {
                    let value = weight * value;
                    for &(column, other) in &of_row[..=at] {
                        sums[row * n + column] += value * other;
                    }
                }
            }
            sums
        })
        .collect();
    sum_vectors_in_order(parts)
}

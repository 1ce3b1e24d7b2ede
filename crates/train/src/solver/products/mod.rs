//! The two matrix products that a fit spends its time in: `X * V` and `transpose(X) * U`.
//!
//! `V` holds, row-major, the `width` values of each feature and after them those of the intercept, `U` the `width`
//! values of each sample. Both products give the same bits on any number of threads: `X * V` handles each row alone, and
//! `transpose(X) * U` gives each thread a range of columns, in which it adds the rows in order. Where the ranges are
//! cut does not change any sum, so there may be as many as there are threads, and no accumulators to merge.

mod counted;
mod ranges;
mod valued;

use copydesk_features::SparseRows;
use rayon::prelude::*;

use super::blocks::sum_vectors_in_order;
use super::design::{Design, Part};
use counted::Counted;
use valued::Valued;

/// Rows handled as one task, and summed as one block.
pub(super) const ROW_BLOCK: usize = 512;

/// `out = X * V + intercept`, as many values a row as the intercept has.
pub(super) fn multiply(rows: &SparseRows, v: &[f64], intercept: &[f64], out: &mut [f64]) {
    fill(intercept, out);
    valued::add_product(rows, v, intercept.len(), out);
}

/// Every row of `out` becomes the intercept.
fn fill(intercept: &[f64], out: &mut [f64]) {
    out.par_chunks_mut(ROW_BLOCK * intercept.len()).for_each(|out| {
        for row in out.chunks_exact_mut(intercept.len()) {
            row.copy_from_slice(intercept);
        }
    });
}

/// A matrix made ready for both products.
pub(super) struct Matrix<'a> {
    parts: Vec<Ready<'a>>,
    n_rows: usize,
    n_cols: usize,
}

enum Ready<'a> {
    Valued(Valued<'a>),
    Counted(Counted<'a>),
}

/// Which power of the matrix's values a transposed product takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Power {
    One,
    Two,
}

impl Power {
    fn of(self, value: f64) -> f64 {
        match self {
            Self::One => value,
            Self::Two => value * value,
        }
    }
}

impl<'a> Matrix<'a> {
    pub(super) fn new(design: &Design<'a>) -> Self {
        let n_rows = design.n_rows();
        let parts = design.parts().iter().map(|part| match *part {
            Part::Valued(rows) => Ready::Valued(Valued::new(rows)),
            Part::Counted(block) => Ready::Counted(Counted::new(block, n_rows)),
        });
        Self { parts: parts.collect(), n_rows, n_cols: design.n_cols() }
    }

    pub(super) fn n_rows(&self) -> usize {
        self.n_rows
    }

    pub(super) fn n_cols(&self) -> usize {
        self.n_cols
    }

    /// `out = X * V + intercept`.
    pub(super) fn multiply(&self, v: &[f64], intercept: &[f64], out: &mut [f64]) {
        let width = intercept.len();
        fill(intercept, out);
        let mut rest = v;
        for part in &self.parts {
            let (of_part, tail) = rest.split_at(part.n_cols() * width);
            match part {
                Ready::Valued(valued) => valued::add_product(valued.rows(), of_part, width, out),
                Ready::Counted(counted) => counted.add_product(of_part, width, out),
            }
            rest = tail;
        }
    }

    /// `out += transpose(X) * u`, `width` values a column, with a power of X's values, and for the intercept after them
    /// the sums of `u`.
    pub(super) fn add_transposed(&self, u: &[f64], width: usize, out: &mut [f64], power: Power) {
        let (mut rest, intercept) = out.split_at_mut(self.n_cols * width);
        for part in &self.parts {
            let (of_part, tail) = rest.split_at_mut(part.n_cols() * width);
            match part {
                Ready::Valued(valued) => valued.add_transposed(u, width, of_part, power),
                Ready::Counted(counted) => counted.add_transposed(u, width, of_part, power),
            }
            rest = tail;
        }
        for (out, sum) in intercept.iter_mut().zip(column_sums(u, width)) {
            *out += sum;
        }
    }
}

impl Ready<'_> {
    fn n_cols(&self) -> usize {
        match self {
            Self::Valued(valued) => valued.rows().n_cols(),
            Self::Counted(counted) => counted.n_cols(),
        }
    }
}

/// The sum of each of the `width` columns of the dense `u`.
pub(super) fn column_sums(u: &[f64], width: usize) -> Vec<f64> {
    let blocks: Vec<Vec<f64>> = u
        .par_chunks(ROW_BLOCK * width)
        .map(|block| {
            let mut sums = vec![0.0; width];
            for row in block.chunks_exact(width) {
                for (sum, value) in sums.iter_mut().zip(row) {
                    *sum += value;
                }
            }
            sums
        })
        .collect();
    if blocks.is_empty() { vec![0.0; width] } else { sum_vectors_in_order(blocks) }
}

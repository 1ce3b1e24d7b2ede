//! Products with a matrix that has a value for each entry.

use copydesk_features::{SparseRow, SparseRows};
use rayon::prelude::*;

use super::ranges::Ranges;
use super::{Power, ROW_BLOCK};

/// The matrix with its columns cut into ranges.
pub(super) struct Valued<'a> {
    rows: &'a SparseRows,
    ranges: Ranges,
}

/// `out += X * V`.
pub(super) fn add_product(rows: &SparseRows, v: &[f64], width: usize, out: &mut [f64]) {
    out.par_chunks_mut(ROW_BLOCK * width).enumerate().for_each(|(block, out)| {
        let first = block * ROW_BLOCK;
        if width == 1 {
            for (index, out) in out.iter_mut().enumerate() {
                *out += inner_product(rows.row(first + index), v);
            }
        } else {
            for (index, out) in out.chunks_exact_mut(width).enumerate() {
                for (column, value) in rows.row(first + index).iter() {
                    let value = f64::from(value);
                    let weights = &v[column * width..(column + 1) * width];
                    for (out, weight) in out.iter_mut().zip(weights) {
                        *out += value * weight;
                    }
                }
            }
        }
    });
}

/// The inner product of a row with one weight a column.
///
/// Four running sums, since a single one would wait for each addition to end before the next.
fn inner_product(row: SparseRow<'_>, weights: &[f64]) -> f64 {
    let term = |column: u32, value: f32| f64::from(value) * weights[column as usize];
    let mut sums = [0.0; 4];
    let (columns, last_columns) = row.columns.as_chunks::<4>();
    let (values, last_values) = row.values.as_chunks::<4>();
    for (columns, values) in columns.iter().zip(values) {
        for lane in 0..4 {
            sums[lane] += term(columns[lane], values[lane]);
        }
    }
    for ((sum, &column), &value) in sums.iter_mut().zip(last_columns).zip(last_values) {
        *sum += term(column, value);
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3])
}

impl<'a> Valued<'a> {
    pub fn new(rows: &'a SparseRows) -> Self {
        let mut costs = vec![0; rows.n_cols()];
        for index in Ranges::sample(rows.n_rows()) {
            rows.row(index).columns.iter().for_each(|&column| costs[column as usize] += 1);
        }
        let cut = |index: usize, end: usize| {
            rows.row(index).columns.partition_point(|&column| (column as usize) < end) as u32
        };
        Self { rows, ranges: Ranges::new(rows.n_rows(), &costs, cut) }
    }

    pub fn rows(&self) -> &'a SparseRows {
        self.rows
    }

    /// `out += transpose(X) * u`.
    pub fn add_transposed(&self, u: &[f64], width: usize, out: &mut [f64], power: Power) {
        self.ranges.for_each(out, width, |range, start, part| {
            if width == 1 {
                for (index, &u) in u.iter().enumerate() {
                    for (column, value) in self.row_within(range, index).iter() {
                        part[column - start] += power.of(f64::from(value)) * u;
                    }
                }
            } else {
                for (index, u) in u.chunks_exact(width).enumerate() {
                    for (column, value) in self.row_within(range, index).iter() {
                        let value = power.of(f64::from(value));
                        let at = (column - start) * width;
                        for (out, u) in part[at..at + width].iter_mut().zip(u) {
                            *out += value * u;
                        }
                    }
                }
            }
        });
    }

    /// The entries of a row whose columns lie in a range.
    fn row_within(&self, range: usize, index: usize) -> SparseRow<'a> {
        let row = self.rows.row(index);
        let within = self.ranges.entries(range, index, row.columns.len());
        SparseRow { columns: &row.columns[within.clone()], values: &row.values[within] }
    }
}

//! The two matrix products that a fit spends its time in: `X * V` and `transpose(X) * U`.
//!
//! `V` holds, row-major, the `width` values of each feature and after them those of the intercept, `U` the `width`
//! values of each sample. Both products give the same bits on any number of threads: `X * V` handles each row alone, and
//! `transpose(X) * U` gives each thread a range of columns, in which it adds the rows in order. Where the ranges are
//! cut does not change any sum, so there may be as many as there are threads, and no accumulators to merge.

use std::ops::Range;

use copydesk_features::{SparseRow, SparseRows};
use rayon::prelude::*;

/// Rows handled as one task, and summed as one block.
pub(super) const ROW_BLOCK: usize = 512;

/// More column ranges than this cost more scanning than they save.
const MAX_RANGES: usize = 16;

/// `out = X * V + intercept`, as many values a row as the intercept has.
pub(super) fn multiply(rows: &SparseRows, v: &[f64], intercept: &[f64], out: &mut [f64]) {
    let width = intercept.len();
    out.par_chunks_mut(ROW_BLOCK * width).enumerate().for_each(|(block, out)| {
        let first = block * ROW_BLOCK;
        if width == 1 {
            for (index, out) in out.iter_mut().enumerate() {
                *out = intercept[0] + inner_product(rows.row(first + index), v);
            }
        } else {
            for (index, out) in out.chunks_exact_mut(width).enumerate() {
                out.copy_from_slice(intercept);
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

/// A matrix with its columns cut into ranges for the transposed product.
pub(super) struct ColumnRanges<'a> {
    rows: &'a SparseRows,
    /// Where each range ends, the last at `n_cols`.
    ends: Vec<usize>,
    /// For each range but the last, how many entries of each row lie before its end.
    cuts: Vec<Vec<u32>>,
}

impl<'a> ColumnRanges<'a> {
    /// Cuts the columns into one range for each thread, of about as many entries each.
    pub(super) fn new(rows: &'a SparseRows) -> Self {
        let ends = balanced_ends(rows, rayon::current_num_threads().min(MAX_RANGES));
        let cuts = ends[..ends.len() - 1]
            .par_iter()
            .map(|&end| {
                rows.rows().map(|row| row.columns.partition_point(|&column| (column as usize) < end) as u32).collect()
            })
            .collect();
        Self { rows, ends, cuts }
    }

    /// The matrix.
    pub(super) fn rows(&self) -> &'a SparseRows {
        self.rows
    }

    /// `out += transpose(f(X)) * u`, `width` values a column, where `f` applies to each value, and for the intercept
    /// after them the sums of `u`.
    pub(super) fn add_transposed(&self, u: &[f64], width: usize, out: &mut [f64], f: impl Fn(f64) -> f64 + Sync) {
        let (mut rest, intercept) = out.split_at_mut(self.rows.n_cols() * width);
        let mut parts = Vec::with_capacity(self.ends.len());
        let mut start = 0;
        for &end in &self.ends {
            let (part, tail) = rest.split_at_mut((end - start) * width);
            parts.push((start, part));
            rest = tail;
            start = end;
        }
        parts.into_par_iter().enumerate().for_each(|(range, (start, part))| {
            if width == 1 {
                for (index, &u) in u.iter().enumerate() {
                    let row = self.row_within(range, index);
                    for (column, value) in row.iter() {
                        part[column - start] += f(f64::from(value)) * u;
                    }
                }
            } else {
                for (index, u) in u.chunks_exact(width).enumerate() {
                    let row = self.row_within(range, index);
                    for (column, value) in row.iter() {
                        let value = f(f64::from(value));
                        let at = (column - start) * width;
                        for (out, u) in part[at..at + width].iter_mut().zip(u) {
                            *out += value * u;
                        }
                    }
                }
            }
        });
        for (out, sum) in intercept.iter_mut().zip(column_sums(u, width)) {
            *out += sum;
        }
    }

    /// The entries of a row whose columns lie in a range.
    fn row_within(&self, range: usize, index: usize) -> SparseRow<'a> {
        let row = self.rows.row(index);
        let cut = |range: usize| self.cuts[range][index] as usize;
        let first = if range == 0 { 0 } else { cut(range - 1) };
        let end = if range == self.cuts.len() { row.columns.len() } else { cut(range) };
        let within: Range<usize> = first..end;
        SparseRow { columns: &row.columns[within.clone()], values: &row.values[within] }
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
    let mut sums = vec![0.0; width];
    for block in blocks {
        for (sum, value) in sums.iter_mut().zip(block) {
            *sum += value;
        }
    }
    sums
}

/// Ends of at most `ranges` column ranges that hold about as many entries each.
fn balanced_ends(rows: &SparseRows, ranges: usize) -> Vec<usize> {
    let mut ends = Vec::with_capacity(ranges);
    if ranges > 1 {
        let mut counts = vec![0_u32; rows.n_cols()];
        for row in rows.rows() {
            for &column in row.columns {
                counts[column as usize] += 1;
            }
        }
        let mut seen = 0;
        for (column, &count) in counts.iter().enumerate() {
            seen += count as usize;
            if ends.len() + 1 < ranges && seen * ranges >= rows.n_entries() * (ends.len() + 1) {
                ends.push(column + 1);
            }
        }
    }
    ends.push(rows.n_cols());
    ends
}

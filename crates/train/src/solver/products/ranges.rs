//! Ranges of columns, one a thread, for transposed products.

use rayon::prelude::*;

/// More ranges than this cost more scanning than they save.
const MAX_RANGES: usize = 16;

/// Rows looked at, at least, to learn the columns' costs.
const SAMPLED_ROWS: usize = 4096;

/// Where the columns of a matrix are cut.
pub(super) struct Ranges {
    /// Where each range ends, the last at the number of columns.
    ends: Vec<usize>,
    /// For each range but the last, how many entries of each row lie before its end.
    cuts: Vec<Vec<u32>>,
}

impl Ranges {
    /// The rows whose entries are enough to know what the columns cost: where the ranges are cut changes no sum.
    pub fn sample(n_rows: usize) -> impl Iterator<Item = usize> {
        (0..n_rows).step_by(n_rows / SAMPLED_ROWS + 1)
    }

    /// Cuts the columns into one range for each thread, of about as much work each. `costs` has the work on each column,
    /// `cut` tells how many of a row's entries are in columns below a given one.
    pub fn new(n_rows: usize, costs: &[u64], cut: impl Fn(usize, usize) -> u32 + Sync) -> Self {
        let ends = balanced_ends(costs, rayon::current_num_threads().min(MAX_RANGES));
        let cuts = ends[..ends.len() - 1]
            .iter()
            .map(|&end| (0..n_rows).into_par_iter().map(|index| cut(index, end)).collect())
            .collect();
        Self { ends, cuts }
    }

    /// The entries of a row in a range: from which to which.
    pub fn entries(&self, range: usize, row: usize, len: usize) -> std::ops::Range<usize> {
        let cut = |range: usize| self.cuts[range][row] as usize;
        let start = if range == 0 { 0 } else { cut(range - 1) };
        let end = if range == self.cuts.len() { len } else { cut(range) };
        start..end
    }

    /// Cuts values, `width` a column, into the ranges' parts and calls `work` in parallel with the number of each range,
    /// its first column and its part.
    pub fn for_each(&self, out: &mut [f64], width: usize, work: impl Fn(usize, usize, &mut [f64]) + Sync) {
        let mut parts = Vec::with_capacity(self.ends.len());
        let (mut rest, mut start) = (out, 0);
        for &end in &self.ends {
            let (part, tail) = rest.split_at_mut((end - start) * width);
            parts.push((start, part));
            rest = tail;
            start = end;
        }
        parts.into_par_iter().enumerate().for_each(|(range, (start, part))| work(range, start, part));
    }
}

/// Ends of at most `ranges` column ranges of about the same cost.
fn balanced_ends(costs: &[u64], ranges: usize) -> Vec<usize> {
    let total: u64 = costs.iter().sum();
    let mut ends = Vec::with_capacity(ranges);
    let mut seen = 0;
    for (column, &cost) in costs.iter().enumerate() {
        seen += cost;
        if ends.len() + 1 < ranges && seen * ranges as u64 >= total * (ends.len() as u64 + 1) {
            ends.push(column + 1);
        }
    }
    ends.push(costs.len());
    ends
}

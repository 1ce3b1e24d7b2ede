//! Products with a TF-IDF matrix in factors: `X = F (C + R) D`, where `C` says which n-grams a text has, `R` what
//! repeats add, `D` is the diagonal of the idf values and `F` that of the rows' factors.

use copydesk_features::{CountedBlock, CountedRow, rank};
use rayon::prelude::*;

use super::ranges::Ranges;
use super::{Power, ROW_BLOCK};
use crate::solver::blocks::BLOCK;

/// The matrix with its ranks cut into ranges.
pub(super) struct Counted<'a> {
    block: &'a CountedBlock,
    ranges: Ranges,
}

/// The work on an entry of a rank: the lowest ranks' values stay in the processor's first cache, the next in its second.
fn cost(rank: u32) -> u64 {
    match rank {
        0..4096 => 2,
        4096..65_536 => 3,
        _ => 4,
    }
}

impl<'a> Counted<'a> {
    pub fn new(block: &'a CountedBlock, n_rows: usize) -> Self {
        let mut costs = vec![0; block.columns().len()];
        for index in Ranges::sample(n_rows) {
            block.row(index).ranks().for_each(|rank| costs[rank as usize] += cost(rank));
        }
        let cut = |index: usize, end: usize| {
            let CountedRow { low, high, .. } = block.row(index);
            let of_low = low.partition_point(|&rank| usize::from(rank) < end);
            (of_low + high.partition_point(|&halves| (rank(halves) as usize) < end)) as u32
        };
        let ranges = Ranges::new(n_rows, &costs, cut);
        Self { block, ranges }
    }

    pub fn n_cols(&self) -> usize {
        self.block.columns().len()
    }

    /// `out += X * V`.
    pub fn add_product(&self, v: &[f64], width: usize, out: &mut [f64]) {
        let mut scaled = v.to_vec();
        self.multiply_by_idf(&mut scaled, width, Power::One);
        out.par_chunks_mut(ROW_BLOCK * width).enumerate().for_each(|(block, out)| {
            let first = block * ROW_BLOCK;
            if width == 1 {
                for (index, out) in out.iter_mut().enumerate() {
                    let row = self.block.row(first + index);
                    *out += row.factor * self.sum(row, &scaled);
                }
            } else {
                let mut sums = vec![0.0; width];
                for (index, out) in out.chunks_exact_mut(width).enumerate() {
                    let row = self.block.row(first + index);
                    self.sum_rows(row, &scaled, &mut sums);
                    for (out, sum) in out.iter_mut().zip(&sums) {
                        *out += row.factor * sum;
                    }
                }
            }
        });
    }

    /// The sum of a row's term frequencies times one value a rank.
    ///
    /// Four running sums, since a single one would wait for each addition to end before the next.
    fn sum(&self, row: CountedRow<'_>, v: &[f64]) -> f64 {
        let mut sums = [0.0; 4];
        let (ranks, last) = row.low.as_chunks::<4>();
        for ranks in ranks {
            for lane in 0..4 {
                sums[lane] += v[usize::from(ranks[lane])];
            }
        }
        for (sum, &rank) in sums.iter_mut().zip(last) {
            *sum += v[usize::from(rank)];
        }
        // The sums take turns over all of the row's ranks.
        let (first, rest) = row.high.split_at(row.high.len().min((4 - last.len()) % 4));
        for (sum, &halves) in sums[last.len()..].iter_mut().zip(first) {
            *sum += v[rank(halves) as usize];
        }
        let (ranks, last) = rest.as_chunks::<4>();
        for ranks in ranks {
            for lane in 0..4 {
                sums[lane] += v[rank(ranks[lane]) as usize];
            }
        }
        for (sum, &halves) in sums.iter_mut().zip(last) {
            *sum += v[rank(halves) as usize];
        }
        let repeats: f64 = row.repeats.iter().map(|r| self.block.extra(r.count) * v[r.rank as usize]).sum();
        (sums[0] + sums[1]) + (sums[2] + sums[3]) + repeats
    }

    fn sum_rows(&self, row: CountedRow<'_>, v: &[f64], sums: &mut [f64]) {
        let width = sums.len();
        let of_rank = |rank: u32| &v[rank as usize * width..(rank as usize + 1) * width];
        sums.fill(0.0);
        row.ranks().for_each(|rank| {
            for (sum, value) in sums.iter_mut().zip(of_rank(rank)) {
                *sum += value;
            }
        });
        for repeat in row.repeats {
            let extra = self.block.extra(repeat.count);
            for (sum, value) in sums.iter_mut().zip(of_rank(repeat.rank)) {
                *sum += extra * value;
            }
        }
    }

    /// `out += transpose(X) * u`.
    pub fn add_transposed(&self, u: &[f64], width: usize, out: &mut [f64], power: Power) {
        let mut sums = vec![0.0; out.len()];
        self.ranges.for_each(&mut sums, width, |range, start, part| {
            let mut scaled = vec![0.0; width];
            let end = start + part.len() / width;
            for (index, u) in u.chunks_exact(width).enumerate() {
                let row = self.block.row(index);
                let CountedRow { low, high, .. } = row;
                let entries = self.ranges.entries(range, index, low.len() + high.len());
                let low_within = entries.start.min(low.len())..entries.end.min(low.len());
                let high_within = entries.start.saturating_sub(low.len())..entries.end.saturating_sub(low.len());
                let within = CountedRow { low: &low[low_within], high: &high[high_within], ..row };
                let factor = power.of(row.factor);
                let repeats = row.repeats.iter().filter(|repeat| (start..end).contains(&(repeat.rank as usize)));
                let repeats = repeats
                    .map(|repeat| (repeat.rank as usize - start, power.of(1.0 + self.block.extra(repeat.count)) - 1.0));
                if let [u] = u {
                    let u = factor * u;
                    within.ranks().for_each(|rank| part[rank as usize - start] += u);
                    for (at, extra) in repeats {
                        part[at] += extra * u;
                    }
                    continue;
                }
                for (scaled, u) in scaled.iter_mut().zip(u) {
                    *scaled = factor * u;
                }
                within.ranks().for_each(|rank| {
                    let at = (rank as usize - start) * width;
                    add(&mut part[at..at + width], 1.0, &scaled);
                });
                for (at, extra) in repeats {
                    add(&mut part[at * width..(at + 1) * width], extra, &scaled);
                }
            }
        });
        self.multiply_by_idf(&mut sums, width, power);
        out.par_chunks_mut(BLOCK).zip(sums.par_chunks(BLOCK)).for_each(|(out, sums)| add(out, 1.0, sums));
    }

    /// Multiplies `width` values a rank by a power of its idf.
    fn multiply_by_idf(&self, values: &mut [f64], width: usize, power: Power) {
        let rows = BLOCK.div_ceil(width);
        values.par_chunks_mut(rows * width).zip(self.block.idf().par_chunks(rows)).for_each(|(values, idf)| {
            for (values, &idf) in values.chunks_exact_mut(width).zip(idf) {
                let factor = power.of(f64::from(idf));
                for value in values {
                    *value *= factor;
                }
            }
        });
    }
}

fn add(out: &mut [f64], factor: f64, x: &[f64]) {
    for (out, x) in out.iter_mut().zip(x) {
        *out += factor * x;
    }
}

//! Rows of weights by column: for n-grams whose column is known, and for models of many labels.

use crate::scorer::row::{Factors, LABELS, LANES, Row, add};

/// For each n-gram of a block one row, and more rows for the labels that do not fit into the first.
#[derive(Debug, Clone)]
pub(super) struct Dense {
    rows_each: usize,
    rows: Vec<Row>,
}

impl Dense {
    /// Each n-gram's first row and the weights, times idf, of the labels that do not fit into it.
    pub fn new(labels: usize, ngrams: impl ExactSizeIterator<Item = (Row, Vec<f32>)>) -> Self {
        let rows_each = rows_each(labels);
        let mut rows = Vec::with_capacity(ngrams.len() * rows_each);
        for (first, others) in ngrams {
            rows.push(first);
            rows.extend(others.chunks(LANES).map(|chunk| {
                let mut row = [0.0; LANES];
                row[..chunk.len()].copy_from_slice(chunk);
                row
            }));
        }
        Self { rows_each, rows }
    }

    /// The sum of the rows of n-grams, by their places in the block, each times the factors of its count.
    pub fn sum(&self, ngrams: impl Iterator<Item = (u32, u32)>, factors: &Factors, sum: &mut [Row]) {
        sum.fill([0.0; LANES]);
        if let [sum] = sum {
            // Of two sums one can be added to while the other is not yet done.
            let (mut even, mut odd) = ([0.0; LANES], [0.0; LANES]);
            let mut ngrams = ngrams;
            while let Some((place, count)) = ngrams.next() {
                add(&mut even, self.rows[place as usize], factors.of(count));
                if let Some((place, count)) = ngrams.next() {
                    add(&mut odd, self.rows[place as usize], factors.of(count));
                }
            }
            *sum = even;
            add(sum, odd, [1.0; LANES]);
            return;
        }
        for (place, count) in ngrams {
            let start = place as usize * self.rows_each;
            let row_factors = factors.of(count);
            let (first, others) = sum.split_at_mut(1);
            let rows = &self.rows[start..start + self.rows_each];
            add(&mut first[0], rows[0], row_factors);
            for (sum, row) in others.iter_mut().zip(&rows[1..]) {
                add(sum, *row, [row_factors[0]; LANES]);
            }
        }
    }
}

/// How many rows so many labels take: the first has room for [`LABELS`].
pub(super) fn rows_each(labels: usize) -> usize {
    1 + labels.saturating_sub(LABELS).div_ceil(LANES)
}

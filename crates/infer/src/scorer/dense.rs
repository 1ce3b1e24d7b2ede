//! Rows of weights by column: for n-grams whose column is known, and for models of many labels.

use copydesk_features::CharacterNgrams;

use crate::scorer::row::{Factors, LABELS, LANES, Row};

/// For each n-gram of a block one row, and more rows for the labels that do not fit into the first.
#[derive(Debug, Clone)]
pub(super) struct Dense {
    rows_each: usize,
    rows: Vec<Row>,
}

/// The sums of the rows of each word's character n-grams, found when a text first has the word.
#[derive(Debug, Clone, Default)]
pub(super) struct WordSums {
    /// Of which words these are: see [`CharacterNgrams::epoch`].
    epoch: u64,
    /// As many rows a word as a column has, in `f64`: what repeats make too much is taken away again.
    sums: Vec<Sum>,
}

/// A sum of rows.
pub(super) type Sum = [f64; LANES];

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
    pub fn sum(&self, ngrams: impl Iterator<Item = (u32, u32)>, factors: &Factors, sum: &mut [Sum]) {
        sum.fill([0.0; LANES]);
        for (column, count) in ngrams {
            self.add(column, factors.exact(count), sum);
        }
    }

    /// The same for n-grams of characters. Those of a word are added up once, `words` remembers the sums.
    pub fn sum_words(&self, ngrams: &CharacterNgrams<'_>, factors: &Factors, words: &mut WordSums, sum: &mut [Sum]) {
        if words.epoch != ngrams.epoch() {
            words.epoch = ngrams.epoch();
            words.sums.clear();
        }
        sum.fill([0.0; LANES]);
        for &word in ngrams.tokens() {
            while words.sums.len() <= word as usize * self.rows_each {
                self.learn(words, ngrams);
            }
            let of_word = &words.sums[word as usize * self.rows_each..][..self.rows_each];
            for (sum, row) in sum.iter_mut().zip(of_word) {
                add(sum, *row);
            }
        }
        for repeat in ngrams.repeats() {
            // So far the column is in the sum as often as it occurs.
            let times = f64::from(repeat.count);
            let (labels, norm) = factors.exact(repeat.count);
            self.add(repeat.column, (labels - times, norm - times), sum);
        }
    }

    /// Adds up the n-grams of the first word that has no sum yet.
    #[cold]
    fn learn(&self, words: &mut WordSums, ngrams: &CharacterNgrams<'_>) {
        let start = words.sums.len();
        words.sums.resize(start + self.rows_each, [0.0; LANES]);
        for &column in ngrams.columns((start / self.rows_each) as u32) {
            self.add(column, (1.0, 1.0), &mut words.sums[start..]);
        }
    }

    /// Adds the rows of a column, times a factor for the labels and one for the norm.
    #[inline]
    fn add(&self, column: u32, (labels, norm): (f64, f64), sum: &mut [Sum]) {
        let rows = &self.rows[column as usize * self.rows_each..][..self.rows_each];
        let mut factors = [labels; LANES];
        for (place, (sum, row)) in sum.iter_mut().zip(rows).enumerate() {
            factors[LABELS] = if place == 0 { norm } else { labels };
            let mut product = [0.0; LANES];
            for ((product, &value), factor) in product.iter_mut().zip(row).zip(factors) {
                *product = f64::from(value) * factor;
            }
            add(sum, product);
        }
    }
}

#[inline]
fn add(sum: &mut Sum, row: Sum) {
    for (sum, value) in sum.iter_mut().zip(row) {
        *sum += value;
    }
}

/// How many rows so many labels take: the first has room for [`LABELS`].
pub(super) fn rows_each(labels: usize) -> usize {
    1 + labels.saturating_sub(LABELS).div_ceil(LANES)
}

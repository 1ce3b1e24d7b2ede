//! N-grams whose columns are known: their rows are made of weights and idf as they are needed.

use copydesk_features::{CharacterNgrams, CountFactors, Norm};
use wide::f64x4;

/// Numbers in a row: a processor adds four at once.
const LANES: usize = 4;

/// Labels that fit into a row beside the norm.
pub(super) const LABELS: usize = LANES - 1;

/// A block's weights and idf.
#[derive(Clone, Copy)]
pub(super) struct Columns<'a> {
    pub labels: usize,
    /// As many a column as there are labels.
    pub weights: &'a [f32],
    pub idf: &'a [f32],
    pub norm: Norm,
}

/// The sums of the rows of each word's character n-grams, found when a text first has the word: a value a label and the
/// part in the norm.
#[derive(Debug, Clone, Default)]
pub(super) struct WordSums {
    /// Of which words these are: see [`CharacterNgrams::epoch`].
    epoch: u64,
    sums: Vec<f64>,
}

/// The same for up to three labels.
#[derive(Debug, Clone, Default)]
pub(super) struct WordRows {
    epoch: u64,
    rows: Vec<f64x4>,
}

impl Columns<'_> {
    /// The row of a column, if there are up to three labels.
    #[inline]
    fn row(&self, column: usize) -> [f64; LANES] {
        let idf = f64::from(self.idf[column]);
        let mut row = [0.0; LANES];
        for (value, &weight) in row[..LABELS].iter_mut().zip(&self.weights[column * self.labels..][..self.labels]) {
            *value = f64::from(weight) * idf;
        }
        row[LABELS] = self.norm.part(idf, 1);
        row
    }

    /// The sum of the rows of character n-grams, each times the factors of its count. Those of a word are added up once,
    /// `words` remembers the sums.
    pub fn sum_rows(
        &self,
        ngrams: &CharacterNgrams<'_>,
        factors: &CountFactors,
        words: &mut WordRows,
        out: &mut [f64],
    ) {
        if words.epoch != ngrams.epoch() {
            words.epoch = ngrams.epoch();
            words.rows = Vec::new();
        }
        let mut sum = f64x4::ZERO;
        for &word in ngrams.tokens() {
            while words.rows.len() <= word as usize {
                let columns = ngrams.columns(words.rows.len() as u32);
                words.rows.push(columns.iter().map(|&column| f64x4::new(self.row(column as usize))).sum());
            }
            sum += words.rows[word as usize];
        }
        for repeat in ngrams.repeats() {
            // So far the column is in the sum as often as it occurs.
            let (labels, norm) = factors.exact(repeat.count);
            let mut times = [labels - f64::from(repeat.count); LANES];
            times[LABELS] = norm - f64::from(repeat.count);
            sum += f64x4::new(self.row(repeat.column as usize)) * f64x4::new(times);
        }
        let row = sum.to_array();
        let (norm, labels) = out.split_last_mut().expect("behind the labels stands the norm");
        labels.iter_mut().zip(row).for_each(|(sum, value)| *sum = value);
        *norm = row[LABELS];
    }

    /// The sum of the rows of n-grams, by their places in the block, each times the factors of its count.
    pub fn sum(&self, ngrams: impl Iterator<Item = (u32, u32)>, factors: &CountFactors, sum: &mut [f64]) {
        sum.fill(0.0);
        for (column, count) in ngrams {
            self.add(column, factors.exact(count), sum);
        }
    }

    /// The same for n-grams of characters, as [`sum_rows`](Self::sum_rows).
    pub fn sum_words(
        &self,
        ngrams: &CharacterNgrams<'_>,
        factors: &CountFactors,
        words: &mut WordSums,
        sum: &mut [f64],
    ) {
        if words.epoch != ngrams.epoch() {
            words.epoch = ngrams.epoch();
            words.sums = Vec::new();
        }
        sum.fill(0.0);
        for &word in ngrams.tokens() {
            let start = word as usize * sum.len();
            while words.sums.len() <= start {
                self.learn(words, ngrams, sum.len());
            }
            for (sum, of_word) in sum.iter_mut().zip(&words.sums[start..]) {
                *sum += of_word;
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
    fn learn(&self, words: &mut WordSums, ngrams: &CharacterNgrams<'_>, width: usize) {
        let start = words.sums.len();
        words.sums.resize(start + width, 0.0);
        for &column in ngrams.columns((start / width) as u32) {
            self.add(column, (1.0, 1.0), &mut words.sums[start..]);
        }
    }

    /// Adds the row of a column, times a factor for the labels and one for the norm.
    #[inline]
    fn add(&self, column: u32, (factor, norm_factor): (f64, f64), sum: &mut [f64]) {
        let (norm, labels) = sum.split_last_mut().expect("behind the labels stands the norm");
        let idf = f64::from(self.idf[column as usize]);
        let weights = &self.weights[column as usize * labels.len()..];
        for (sum, &weight) in labels.iter_mut().zip(weights) {
            *sum += f64::from(weight) * idf * factor;
        }
        *norm += self.norm.part(idf, 1) * norm_factor;
    }
}

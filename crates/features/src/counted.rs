//! Rows before their values: which n-grams a text has, how often, and what makes values of that.
//!
//! The value of an n-gram in a text is a product: its term frequency, which is 1 for most, its idf and a factor of the
//! text that holds norm and weight. Kept apart, a product with the matrix is mostly sums of what stands at some places.
//! The n-grams are numbered by rank, the most widespread first, so that most of these places lie close together and most
//! entries take 2 bytes, the others 4, instead of 8.

use crate::sparse::SparseRows;
use crate::spec::{BlockSpec, TermFrequency};
use crate::vectorizer::push_block;

/// Ranks from here on take two units of 16 bits.
const HIGH: usize = 1 << 16;

/// A TF-IDF matrix in factors (see [`Vectorizer::fit_rows`](crate::Vectorizer::fit_rows)).
///
/// Shape: [`n_rows`](Self::n_rows) texts by [`n_cols`](Self::n_cols) n-grams, in blocks of columns side by side.
#[derive(Debug, Clone)]
pub struct CountedRows {
    blocks: Vec<CountedBlock>,
}

/// The columns of one block of a [`CountedRows`].
#[derive(Debug, Clone)]
pub struct CountedBlock {
    spec: BlockSpec,
    /// By rank.
    columns: Vec<u32>,
    /// By rank.
    idf: Vec<f32>,
    /// By count, what the term frequency is above 1.
    extras: Vec<f64>,
    rows: Rows,
}

/// The entries of one text in one block.
#[derive(Debug, Clone, Copy)]
pub struct CountedRow<'a> {
    /// The ranks of the n-grams in the text as far as they are below 65,536, strictly ascending.
    pub low: &'a [u16],
    /// The other ranks, strictly ascending, each in halves (see [`rank`]).
    pub high: &'a [[u16; 2]],
    /// Those that occur more than once, if that counts.
    pub repeats: &'a [Repeat],
    /// What all of the row's values are multiplied by.
    pub factor: f64,
}

/// The rank of a lower and an upper half.
#[inline]
pub fn rank([low, high]: [u16; 2]) -> u32 {
    u32::from(low) | u32::from(high) << 16
}

impl<'a> CountedRow<'a> {
    /// All ranks, strictly ascending.
    #[inline]
    pub fn ranks(self) -> impl Iterator<Item = u32> + 'a {
        self.low.iter().map(|&low| u32::from(low)).chain(self.high.iter().map(|&halves| rank(halves)))
    }
}

/// An n-gram that occurs more than once in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Repeat {
    /// Its rank.
    pub rank: u32,
    /// How often it occurs, 2 and more.
    pub count: u32,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Rows {
    /// Of each row first the ranks of one unit, then those in halves.
    units: Vec<u16>,
    ends: Vec<usize>,
    /// How many of each row's ranks have one unit.
    low: Vec<u32>,
    repeat_ends: Vec<usize>,
    repeats: Vec<Repeat>,
    factors: Vec<f64>,
}

impl CountedRows {
    /// The blocks' columns follow one another.
    pub(crate) fn new(blocks: Vec<CountedBlock>) -> Self {
        Self { blocks }
    }

    /// Number of rows (texts).
    pub fn n_rows(&self) -> usize {
        self.blocks.first().map_or(0, |block| block.rows.ends.len())
    }

    /// Number of columns (n-grams).
    pub fn n_cols(&self) -> usize {
        self.blocks.iter().map(|block| block.columns.len()).sum()
    }

    /// Number of stored entries.
    pub fn n_entries(&self) -> usize {
        let of_block = |Rows { units, low, .. }: &Rows| {
            let low = low.iter().map(|&low| low as usize).sum::<usize>();
            low + (units.len() - low) / 2
        };
        self.blocks.iter().map(|block| of_block(&block.rows)).sum()
    }

    /// The blocks, in the order of their columns.
    pub fn blocks(&self) -> &[CountedBlock] {
        &self.blocks
    }

    /// The same matrix with its values, bit for bit as [`Vectorizer::transform`](crate::Vectorizer::transform) gives it.
    pub fn to_sparse(&self) -> SparseRows {
        // Values are made with the idf of a column, not of a rank.
        let mut idf = vec![0.0; self.n_cols()];
        for block in &self.blocks {
            for (&column, &value) in block.columns.iter().zip(&block.idf) {
                idf[column as usize] = value;
            }
        }
        let mut out = SparseRows::new(self.n_cols());
        let (mut hits, mut columns, mut values) = (Vec::new(), Vec::new(), Vec::new());
        for index in 0..self.n_rows() {
            columns.clear();
            values.clear();
            for block in &self.blocks {
                let row = block.row(index);
                hits.clear();
                hits.extend(row.ranks().map(|rank| block.columns[rank as usize]));
                for repeat in row.repeats {
                    let again = repeat.count as usize - 1;
                    hits.extend(std::iter::repeat_n(block.columns[repeat.rank as usize], again));
                }
                hits.sort_unstable();
                push_block(&block.spec, &hits, &idf, &mut columns, &mut values);
            }
            out.push_row(&columns, &values);
        }
        out
    }
}

impl CountedBlock {
    /// A block without rows. `columns` has the column of each rank, `idf` the idf of each column of the whole matrix;
    /// `rows` is the number to come, `texts` in how many of them each rank will be.
    pub(crate) fn new(
        spec: &BlockSpec,
        columns: Vec<u32>,
        idf: &[f32],
        rows: usize,
        texts: impl Iterator<Item = u32>,
    ) -> Self {
        let units = texts.enumerate().map(|(rank, texts)| texts as usize * if rank < HIGH { 1 } else { 2 }).sum();
        let idf = columns.iter().map(|&column| idf[column as usize]).collect();
        let rows = Rows {
            units: Vec::with_capacity(units),
            ends: Vec::with_capacity(rows),
            low: Vec::with_capacity(rows),
            repeat_ends: Vec::with_capacity(rows),
            repeats: Vec::new(),
            factors: Vec::with_capacity(rows),
        };
        Self { spec: spec.clone(), columns, idf, extras: Vec::new(), rows }
    }

    /// The column of each rank in the whole matrix.
    pub fn columns(&self) -> &[u32] {
        &self.columns
    }

    /// The idf of each rank.
    pub fn idf(&self) -> &[f32] {
        &self.idf
    }

    /// What a count's term frequency is above 1.
    ///
    /// # Panics
    /// If no [`Repeat`] has the count.
    pub fn extra(&self, count: u32) -> f64 {
        self.extras[count as usize]
    }

    /// Row `index`.
    ///
    /// # Panics
    /// If there is no such row.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "products with the matrix take a row a few operations at a time")]
    pub fn row(&self, index: usize) -> CountedRow<'_> {
        let Rows { units, ends, low, repeat_ends, repeats, factors } = &self.rows;
        let start = |ends: &[usize]| if index == 0 { 0 } else { ends[index - 1] };
        let (low, high) = units[start(ends)..ends[index]].split_at(low[index] as usize);
        CountedRow {
            low,
            high: high.as_chunks().0,
            repeats: &repeats[start(repeat_ends)..repeat_ends[index]],
            factor: factors[index],
        }
    }

    /// Appends the row of a text to rows of this block that are still on their own. `hits` has the sorted ranks of its
    /// n-grams, repeats included.
    pub(crate) fn push_row_to(&self, rows: &mut Rows, hits: &[u32]) {
        let mut norm = 0.0;
        let mut low = 0;
        for same in hits.chunk_by(|a, b| a == b) {
            let (rank, count) = (same[0], same.len());
            let value = self.spec.tf.of(count) * f64::from(self.idf[rank as usize]);
            norm += self.spec.norm.part(value, count as u32);
            rows.units.push(rank as u16);
            if rank < HIGH as u32 {
                low += 1;
            } else {
                rows.units.push((rank >> 16) as u16);
            }
            if count > 1 && self.spec.tf != TermFrequency::Binary {
                rows.repeats.push(Repeat { rank, count: count as u32 });
            }
        }
        // A row without entries has no norm, and nothing that the factor could be for.
        rows.factors.push(if hits.is_empty() { 0.0 } else { self.spec.weight / self.spec.norm.of_sum(norm) });
        rows.ends.push(rows.units.len());
        rows.low.push(low);
        rows.repeat_ends.push(rows.repeats.len());
    }

    /// Takes over rows made by [`push_row_to`](Self::push_row_to).
    pub(crate) fn append(&mut self, rows: &Rows) {
        let (units, repeats) = (self.rows.units.len(), self.rows.repeats.len());
        self.rows.units.extend_from_slice(&rows.units);
        self.rows.low.extend_from_slice(&rows.low);
        self.rows.repeats.extend_from_slice(&rows.repeats);
        self.rows.factors.extend_from_slice(&rows.factors);
        self.rows.ends.extend(rows.ends.iter().map(|end| end + units));
        self.rows.repeat_ends.extend(rows.repeat_ends.iter().map(|end| end + repeats));
        let most = rows.repeats.iter().map(|repeat| repeat.count as usize).max().unwrap_or(0);
        for count in self.extras.len()..=most {
            self.extras.push(if count == 0 { 0.0 } else { self.spec.tf.of(count) - 1.0 });
        }
    }

    /// Puts the rows into another order: the new row `i` is the present row `rows[i]`.
    pub(crate) fn reorder(&mut self, rows: &[usize]) {
        let mut out = Rows { units: Vec::with_capacity(self.rows.units.len()), ..Rows::default() };
        for &index in rows {
            let row = self.row(index);
            out.units.extend_from_slice(row.low);
            out.units.extend_from_slice(row.high.as_flattened());
            out.low.push(row.low.len() as u32);
            out.repeats.extend_from_slice(row.repeats);
            out.factors.push(row.factor);
            out.ends.push(out.units.len());
            out.repeat_ends.push(out.repeats.len());
        }
        self.rows = out;
    }
}

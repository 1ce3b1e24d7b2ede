//! Texts to sparse TF-IDF rows with a fitted vocabulary.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use rayon::prelude::*;

use crate::counted::CountedRows;
use crate::error::{FitError, VocabularyError};
use crate::fit;
use crate::ngrams::Extractor;
use crate::sparse::{SparseRow, SparseRows};
use crate::spec::{BlockSpec, CheckedSpec};
use crate::vocabulary::Vocabulary;

/// Texts are vectorised in parallel in pieces of so many.
const PIECE: usize = 1024;

/// A fitted TF-IDF vectoriser: a spec, the n-grams it keeps and their idf.
///
/// For each block of the spec, the value of n-gram t in a text is `tf(t) · idf(t)`, divided by the block's norm over
/// the text and multiplied by the block's weight. The idf has the block's power and its weight of unigrams in it; with 1
/// for both this is scikit-learn's `TfidfVectorizer`, one for each block, side by side as its `FeatureUnion` puts them.
/// Values are `f32`; sums are taken in `f64`.
///
/// ```
/// use copydesk_features::{FeatureSpec, Vectorizer};
///
/// let mut spec = FeatureSpec::default();
/// spec.blocks.get_mut("words").unwrap().min_groups = 1;
/// let texts = ["the vote was delayed", "the vote must be delayed"];
/// let vectorizer = Vectorizer::fit(spec.check()?, &texts, None)?;
/// let rows = vectorizer.transform(&texts);
/// assert_eq!((rows.n_rows(), rows.n_cols()), (2, vectorizer.vocabulary().len()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Vectorizer {
    spec: CheckedSpec,
    vocabulary: Vocabulary,
    idf: Cow<'static, [f32]>,
}

impl Vectorizer {
    /// Learns vocabulary and idf from `texts`. `groups` names the document each text belongs to, for `min_groups`;
    /// without it each text is a document of its own.
    ///
    /// The result depends on nothing but the arguments: neither on threads nor on the order of the texts.
    ///
    /// # Errors
    /// [`FitError`] if there are no texts, the groups do not match them or no n-gram passes the spec's thresholds.
    pub fn fit<T: AsRef<str> + Sync>(spec: CheckedSpec, texts: &[T], groups: Option<&[u32]>) -> Result<Self, FitError> {
        fit::fit(spec, texts, groups)
    }

    /// [`fit`](Self::fit) and the rows of the same texts at once: each text is cut into n-grams one time only.
    ///
    /// # Errors
    /// As [`fit`](Self::fit).
    pub fn fit_rows<T: AsRef<str> + Sync>(
        spec: CheckedSpec,
        texts: &[T],
        groups: Option<&[u32]>,
    ) -> Result<(Self, CountedRows), FitError> {
        fit::fit_rows(spec, texts, groups)
    }

    /// Puts a vectoriser together from stored parts: one idf value a n-gram of the vocabulary.
    ///
    /// # Errors
    /// [`VocabularyError::Idf`] if the number of values differs or one is not between 1e-6 and 1e6.
    pub fn from_parts(
        spec: CheckedSpec,
        vocabulary: Vocabulary,
        idf: impl Into<Cow<'static, [f32]>>,
    ) -> Result<Self, VocabularyError> {
        let idf = idf.into();
        // No corpus gives an idf outside of this range, and in it neither squares nor sums leave what f32 can hold. Without
        // a way out of the loop several values are checked at once.
        let usable = idf.iter().fold(true, |all, value| all & (1e-6..=1e6).contains(value));
        if idf.len() != vocabulary.len() || !usable {
            return Err(VocabularyError::Idf { count: idf.len(), ngrams: vocabulary.len() });
        }
        Ok(Self { spec, vocabulary, idf })
    }

    /// The spec that the vectoriser follows.
    pub fn spec(&self) -> &CheckedSpec {
        &self.spec
    }

    /// The n-grams, one a column.
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// The idf of each column, raised to its block's `idf_power` and times `unigram_weight` for n-grams of one unit.
    pub fn idf(&self) -> &[f32] {
        &self.idf
    }

    /// The same vectoriser with only some of its columns, given as ascending column numbers.
    ///
    /// # Errors
    /// [`VocabularyError::Columns`] if the columns do not ascend strictly.
    ///
    /// # Panics
    /// If a column does not exist.
    pub fn with_columns(&self, columns: &[u32]) -> Result<Self, VocabularyError> {
        if let Some(pair) = columns.windows(2).find(|pair| pair[0] >= pair[1]) {
            return Err(VocabularyError::Columns { before: pair[0], column: pair[1] });
        }
        let mut bytes = Vec::new();
        let mut ends = Vec::with_capacity(columns.len());
        let mut sizes = vec![0; self.spec.get().blocks.len()];
        for &column in columns {
            bytes.extend_from_slice(self.vocabulary.ngram(column as usize).as_bytes());
            ends.push(bytes.len() as u32);
            sizes[self.vocabulary.block_of(column as usize)] += 1;
        }
        let vocabulary = Vocabulary::from_parts(&self.spec, bytes, ends, &sizes)?;
        let idf: Vec<f32> = columns.iter().map(|&column| self.idf[column as usize]).collect();
        Self::from_parts(self.spec.clone(), vocabulary, idf)
    }

    /// A builder of rows, one text at a time, that reuses its memory. Each thread needs its own.
    pub fn row_builder(&self) -> RowBuilder<'_> {
        RowBuilder {
            vectorizer: self,
            extractor: Extractor::new(&self.spec),
            hits: Vec::new(),
            columns: Vec::new(),
            values: Vec::new(),
        }
    }

    /// The rows of `texts`, in order. Shape: `texts.len()` by `vocabulary().len()`.
    pub fn transform<T: AsRef<str> + Sync>(&self, texts: &[T]) -> SparseRows {
        let pieces: Vec<SparseRows> = texts
            .par_chunks(PIECE)
            .map_init(
                || self.row_builder(),
                |builder, piece| {
                    let mut rows = SparseRows::new(self.vocabulary.len());
                    for text in piece {
                        let row = builder.row(text.as_ref());
                        rows.push_row(row.columns, row.values);
                    }
                    rows
                },
            )
            .collect();
        let mut rows = SparseRows::new(self.vocabulary.len());
        for piece in &pieces {
            rows.append(piece);
        }
        rows
    }
}

/// Makes the rows of texts one by one (see [`Vectorizer::row_builder`]).
pub struct RowBuilder<'a> {
    vectorizer: &'a Vectorizer,
    extractor: Extractor,
    hits: Vec<u32>,
    columns: Vec<u32>,
    values: Vec<f32>,
}

impl fmt::Debug for RowBuilder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { columns, values, .. } = self;
        f.debug_struct("RowBuilder").field("columns", columns).field("values", values).finish_non_exhaustive()
    }
}

impl RowBuilder<'_> {
    /// The row of a text; valid until the next call.
    pub fn row(&mut self, text: &str) -> SparseRow<'_> {
        let Vectorizer { spec, vocabulary, idf } = self.vectorizer;
        self.columns.clear();
        self.values.clear();
        self.extractor.read(text, spec);
        for (index, block) in spec.get().blocks.values().enumerate() {
            self.hits.clear();
            let hits = &mut self.hits;
            self.extractor.for_each(index, block, |hash, _| hits.extend(vocabulary.find_in(index, hash)));
            hits.sort_unstable();
            push_block(block, hits, idf, &mut self.columns, &mut self.values);
        }
        SparseRow { columns: &self.columns, values: &self.values }
    }

    /// Where the n-grams of the last row stand in their text: calls `sink` with the column of each, once an occurrence, and
    /// the tokens that it spans, numbered as [`for_each_token`](crate::for_each_token) gives them.
    pub fn for_each_place(&mut self, mut sink: impl FnMut(u32, Range<usize>)) {
        let Vectorizer { spec, vocabulary, .. } = self.vectorizer;
        for (index, block) in spec.get().blocks.values().enumerate() {
            self.extractor.for_each_place(index, block, |hash, tokens| {
                if let Some(column) = vocabulary.find_in(index, hash) {
                    sink(column, tokens);
                }
            });
        }
    }
}

/// Appends one block's entries to a row: `hits` are the sorted columns of the n-grams in the text, repeats included.
pub(crate) fn push_block(block: &BlockSpec, hits: &[u32], idf: &[f32], columns: &mut Vec<u32>, values: &mut Vec<f32>) {
    let first = values.len();
    let mut norm = 0.0;
    for same in hits.chunk_by(|a, b| a == b) {
        let column = same[0];
        let value = block.tf.of(same.len()) * f64::from(idf[column as usize]);
        norm += block.norm.part(value, same.len() as u32);
        columns.push(column);
        values.push(value as f32);
    }
    let factor = block.weight / block.norm.of_sum(norm);
    for value in &mut values[first..] {
        *value = (f64::from(*value) * factor) as f32;
    }
}

#[cfg(test)]
mod tests;

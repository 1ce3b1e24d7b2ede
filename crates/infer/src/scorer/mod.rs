//! The fast way from a text to its logits.
//!
//! Idf and weights are known before any text is, so each n-gram's row holds the products. Of a text in which n-gram t
//! occurs `c(t)` times, a block adds to the logit of a label
//!
//! `weight · Σ tf(c(t)) · idf(t) · w(t, label) / norm`, with L2 norm `√ Σ (tf(c(t)) · idf(t))²`,
//!
//! so both sums are taken in one walk over the n-grams and divided once. Rows of words are `f32`, those of characters `f64`; the plain way (`RowBuilder` and
//! the weights, in `f64`) is the oracle.

mod columns;

use std::ops::Range;

use copydesk_features::{BlockSpec, CountFactors, Counted, NgramCounter, Ngrams, Norm, RowTable};
use rayon::prelude::*;

use crate::model::Model;
use crate::scorer::columns::{Columns, LABELS, WordRows, WordSums};

/// A model's weights, arranged for adding up.
#[derive(Debug, Clone)]
pub(crate) struct Scorer {
    blocks: Vec<Block>,
}

#[derive(Debug, Clone)]
struct Block {
    /// Rows by hash, if the block is of words and there are few labels; otherwise they are made of the model's weights.
    table: Option<RowTable>,
    factors: CountFactors,
    norm: Norm,
    weight: f64,
    columns: Range<usize>,
}

/// What scoring needs of memory, kept from text to text. Each thread needs its own.
pub(crate) struct Scratch {
    counter: NgramCounter,
    /// For each block and each text of a group: a sum a label, then that of the norm.
    sums: Vec<f64>,
    /// For each block, if it is of characters and there are few labels.
    word_rows: Vec<WordRows>,
    /// The same where there are many.
    word_sums: Vec<WordSums>,
    /// The score of each label for each text of the group last scored.
    pub logits: Vec<f64>,
}

impl Scratch {
    pub fn new(model: &Model) -> Self {
        let blocks = model.vectorizer().spec().get().blocks.len();
        Self {
            counter: NgramCounter::new(model.vectorizer()),
            sums: Vec::new(),
            word_rows: vec![WordRows::default(); blocks],
            word_sums: vec![WordSums::default(); blocks],
            logits: Vec::new(),
        }
    }
}

impl Scorer {
    pub fn new(model: &Model) -> Self {
        let blocks: Vec<&BlockSpec> = model.vectorizer().spec().get().blocks.values().collect();
        let tables = blocks.par_iter().enumerate().map(|(index, spec)| table(model, index, spec));
        Self::with_tables(model, tables.collect())
    }

    /// With the tables that were made of `model` when the program was built, if they can be used.
    #[cfg(feature = "builtin")]
    pub fn of_embedded(model: &Model, mut tables: &'static [u8]) -> Self {
        let blocks = model.vectorizer().spec().get().blocks.len();
        let tables: Option<_> = (0..blocks).map(|_| RowTable::take_static(&mut tables)).collect();
        tables.map_or_else(|| Self::new(model), |tables| Self::with_tables(model, tables))
    }

    fn with_tables(model: &Model, tables: Vec<Option<RowTable>>) -> Self {
        let specs = model.vectorizer().spec().get().blocks.values();
        let blocks = specs.zip(tables).enumerate().map(|(index, (spec, table))| Block {
            table,
            factors: CountFactors::new(spec.tf, spec.norm),
            norm: spec.norm,
            weight: spec.weight,
            columns: model.vectorizer().vocabulary().block_columns(index),
        });
        Self { blocks: blocks.collect() }
    }

    /// Puts the logits of a group of texts into `scratch.logits`: the intercepts of `model`, from which the scorer was made, and
    /// what the n-grams say.
    ///
    /// Each step is taken for all texts before the next: rows of many n-grams then come from memory at once, and nothing waits
    /// for the last rows of each text. With a large model that takes three quarters of the time that text by text does.
    pub fn score<T: AsRef<str>>(&self, model: &Model, texts: &[T], scratch: &mut Scratch) {
        let (count, labels) = (texts.len(), model.labels().len());
        let Scratch { counter, sums, word_rows, word_sums, logits } = scratch;
        counter.clear();
        for text in texts {
            counter.read(text.as_ref(), model.vectorizer());
        }
        sums.resize(self.blocks.len() * count * (labels + 1), 0.0);
        let mut sum_of_each = sums.chunks_exact_mut(labels + 1);
        for (index, block) in self.blocks.iter().enumerate() {
            for (text, sum) in (0..count).zip(&mut sum_of_each) {
                match (&block.table, counter.count(index, text)) {
                    (Some(table), Ngrams::Words(ngrams)) => table.sum(ngrams, &block.factors, sum),
                    (Some(table), Ngrams::Occurrences(hashes)) => table.sum_occurrences(hashes, sum),
                    (None, Ngrams::Words(ngrams)) => {
                        let ngrams = ngrams.iter().map(|&Counted { hash, count }| (hash, count));
                        block.sum_found(ngrams, model, index, sum);
                    }
                    (None, Ngrams::Occurrences(hashes)) => {
                        block.sum_found(hashes.iter().map(|&hash| (hash, 1)), model, index, sum);
                    }
                    (_, Ngrams::Characters(ngrams)) if labels <= LABELS => {
                        block.columns_of(model).sum_rows(&ngrams, &block.factors, &mut word_rows[index], sum);
                    }
                    (_, Ngrams::Characters(ngrams)) => {
                        block.columns_of(model).sum_words(&ngrams, &block.factors, &mut word_sums[index], sum);
                    }
                }
            }
        }
        logits.clear();
        (0..count).for_each(|_| logits.extend(model.intercept().iter().map(|&intercept| f64::from(intercept))));
        let mut sum_of_each = sums.chunks_exact(labels + 1);
        for block in &self.blocks {
            for (logits, sum) in logits.chunks_exact_mut(labels).zip(&mut sum_of_each) {
                block.finish(sum, logits);
            }
        }
    }
}

impl Block {
    fn columns_of<'a>(&self, model: &'a Model) -> Columns<'a> {
        let labels = model.labels().len();
        let Range { start, end } = self.columns;
        Columns {
            labels,
            weights: &model.weights()[start * labels..end * labels],
            idf: &model.vectorizer().idf()[start..end],
            norm: self.norm,
        }
    }

    /// The sum of the rows of those n-grams that the vocabulary has in this block, the spec's block of number `index`, by hash and count.
    fn sum_found(&self, ngrams: impl Iterator<Item = (u64, u32)>, model: &Model, index: usize, sums: &mut [f64]) {
        let vocabulary = model.vectorizer().vocabulary();
        let found = ngrams.filter_map(|(hash, count)| {
            let column = vocabulary.find_in(index, hash)?;
            Some((column - self.columns.start as u32, count))
        });
        self.columns_of(model).sum(found, &self.factors, sums);
    }

    /// Adds a block's sums to the logits, divided by the norm.
    #[inline]
    fn finish(&self, sums: &[f64], logits: &mut [f64]) {
        let norm = sums[logits.len()];
        if norm > 0.0 {
            let scale = self.weight / self.norm.of_sum(norm);
            for (logit, &sum) in logits.iter_mut().zip(sums) {
                *logit += sum * scale;
            }
        }
    }
}

/// The table of a block's rows by hash, if it is of words and the labels fit.
fn table(model: &Model, index: usize, spec: &BlockSpec) -> Option<RowTable> {
    let vectorizer = model.vectorizer();
    let numbers = (model.weights(), vectorizer.idf());
    RowTable::of_block(spec, index, vectorizer.vocabulary(), model.labels().len(), numbers)
}

#[cfg(test)]
pub(crate) mod tests;

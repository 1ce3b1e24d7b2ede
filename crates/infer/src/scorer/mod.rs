//! The fast way from a text to its logits.
//!
//! Idf and weights are known before any text is, so each n-gram's row holds the products. Of a text in which n-gram t
//! occurs `c(t)` times, a block adds to the logit of a label
//!
//! `weight · Σ tf(c(t)) · idf(t) · w(t, label) / norm`, with L2 norm `√ Σ (tf(c(t)) · idf(t))²`,
//!
//! so both sums are taken in one walk over the n-grams and divided once. Rows are `f32`; the plain way (`RowBuilder` and
//! the weights, in `f64`) is the oracle.

mod dense;
mod filter;
mod narrow;
mod row;

use copydesk_features::{BlockSpec, Counted, NgramCounter, Ngrams, Norm, Units};
use rayon::prelude::*;

use crate::model::Model;
use crate::scorer::dense::{Dense, Sum, WordSums, rows_each};
use crate::scorer::narrow::{Narrow, Ngram, frequent};
use crate::scorer::row::{Factors, LABELS, LANES, Row, norm_part};

/// A model's weights, arranged for adding up.
#[derive(Debug, Clone)]
pub(crate) struct Scorer {
    blocks: Vec<Block>,
}

#[derive(Debug, Clone)]
struct Block {
    table: Table,
    factors: Factors,
    norm: Norm,
    weight: f64,
    /// The block's first column.
    first: u32,
}

#[derive(Debug, Clone)]
enum Table {
    /// Rows by hash.
    Narrow(Narrow),
    /// Rows by place in the block. Hashes are looked up in the vocabulary.
    Dense(Dense),
}

/// What scoring needs of memory, kept from text to text. Each thread needs its own.
pub(crate) struct Scratch {
    counter: NgramCounter,
    sums: Vec<Sum>,
    /// For each block, if it is of characters.
    words: Vec<WordSums>,
    /// The score of each label for the text last scored.
    pub logits: Vec<f64>,
    /// For the worker: a probability for each label.
    pub probabilities: Vec<f64>,
}

impl Scratch {
    pub fn new(model: &Model) -> Self {
        Self {
            counter: NgramCounter::new(model.vectorizer()),
            sums: vec![[0.0; LANES]; rows_each(model.labels().len())],
            words: vec![WordSums::default(); model.vectorizer().spec().get().blocks.len()],
            logits: vec![0.0; model.labels().len()],
            probabilities: vec![0.0; model.labels().len()],
        }
    }
}

impl Scorer {
    pub fn new(model: &Model) -> Self {
        let blocks: Vec<&BlockSpec> = model.vectorizer().spec().get().blocks.values().collect();
        let blocks = blocks.par_iter().enumerate().map(|(index, spec)| Block {
            table: Table::new(model, index),
            factors: Factors::new(spec.tf, spec.norm),
            norm: spec.norm,
            weight: spec.weight,
            first: model.vectorizer().vocabulary().block_columns(index).start as u32,
        });
        Self { blocks: blocks.collect() }
    }

    /// Puts the logits of `text` into `scratch.logits`: the intercepts of `model`, from which the scorer was made, and
    /// what the n-grams say.
    pub fn score(&self, model: &Model, text: &str, scratch: &mut Scratch) {
        let Scratch { counter, sums, words, logits, .. } = scratch;
        for (logit, &intercept) in logits.iter_mut().zip(model.intercept()) {
            *logit = f64::from(intercept);
        }
        counter.read(text, model.vectorizer());
        for (index, (block, words)) in self.blocks.iter().zip(words).enumerate() {
            match (&block.table, counter.count(index)) {
                (Table::Narrow(table), Ngrams::Words(ngrams)) => {
                    sums[0] = table.sum(ngrams, &block.factors).map(f64::from);
                }
                (Table::Dense(table), Ngrams::Words(ngrams)) => {
                    let vocabulary = model.vectorizer().vocabulary();
                    let known = ngrams.iter().filter_map(|&Counted { hash, count }| {
                        vocabulary.find_in(index, hash).map(|column| (column - block.first, count))
                    });
                    table.sum(known, &block.factors, sums);
                }
                (Table::Dense(table), Ngrams::Characters(ngrams)) => {
                    table.sum_words(&ngrams, &block.factors, words, sums);
                }
                (Table::Narrow(_), Ngrams::Characters(_)) => unreachable!("blocks of characters have dense tables"),
            }
            block.finish(sums, logits);
        }
    }
}

impl Block {
    /// Adds a block's sums to the logits, divided by the norm.
    #[inline]
    fn finish(&self, sums: &[Sum], logits: &mut [f64]) {
        let norm = sums[0][LABELS];
        if norm > 0.0 {
            let scale = match self.norm {
                Norm::L2 => self.weight / norm.sqrt(),
                Norm::L1 => self.weight / norm,
                Norm::None => self.weight,
            };
            let labels = sums[0][..LABELS].iter().chain(sums[1..].as_flattened());
            for (logit, &sum) in logits.iter_mut().zip(labels) {
                *logit += sum * scale;
            }
        }
    }
}

impl Table {
    fn new(model: &Model, block: usize) -> Self {
        let vectorizer = model.vectorizer();
        let spec = vectorizer.spec().get().blocks.values().nth(block).expect("the caller counts the spec's blocks");
        let columns = vectorizer.vocabulary().block_columns(block);
        let idf = &vectorizer.idf()[columns.clone()];
        let labels = model.labels().len();
        let weights = model.weights()[columns.start * labels..columns.end * labels].chunks(labels);
        let weighted = |weight: f32, idf: f32| (f64::from(weight) * f64::from(idf)) as f32;
        let first_row = |weights: &[f32], idf: f32| {
            let mut row: Row = [0.0; LANES];
            for (value, &weight) in row[..LABELS].iter_mut().zip(weights) {
                *value = weighted(weight, idf);
            }
            row[LABELS] = norm_part(spec.norm, f64::from(idf));
            row
        };
        if spec.units == Units::Words && labels <= LABELS {
            let ngrams = columns.clone().zip(idf).zip(frequent(idf)).map(|((column, &idf), frequent)| Ngram {
                hash: vectorizer.vocabulary().hash(column),
                row: first_row(model.weights_of(column), idf),
                frequent,
            });
            if let Some(table) = Narrow::new(&ngrams) {
                return Self::Narrow(table);
            }
        }
        Self::Dense(Dense::new(
            labels,
            weights.zip(idf).map(|(weights, &idf)| {
                let others = weights.iter().skip(LABELS).map(|&weight| weighted(weight, idf)).collect();
                (first_row(weights, idf), others)
            }),
        ))
    }
}

#[cfg(test)]
mod tests;

//! The fast way from a text to its logits.
//!
//! Idf and weights are known before any text is, so each n-gram's row holds the products. Of a text in which n-gram t
//! occurs `c(t)` times, a block adds to the logit of a label
//!
//! `weight · Σ tf(c(t)) · idf(t) · w(t, label) / norm`, with L2 norm `√ Σ (tf(c(t)) · idf(t))²`,
//!
//! so both sums are taken in one walk over the n-grams and divided once. Rows are `f32`; the plain way (`RowBuilder` and
//! the weights, in `f64`) is the oracle.

mod columns;
mod filter;
mod narrow;
mod row;

use std::ops::Range;

use copydesk_features::{BlockSpec, Counted, NgramCounter, Ngrams, Norm, Units};
use rayon::prelude::*;

use crate::model::Model;
use crate::scorer::columns::{Columns, WordSums};
use crate::scorer::narrow::{Narrow, Ngram, frequent};
use crate::scorer::row::{Factors, LABELS, LANES, Row, norm_part};

/// A model's weights, arranged for adding up.
#[derive(Debug, Clone)]
pub(crate) struct Scorer {
    blocks: Vec<Block>,
}

#[derive(Debug, Clone)]
struct Block {
    /// Rows by hash, if the block is of words and there are few labels; otherwise they are made of the model's weights.
    narrow: Option<Narrow>,
    factors: Factors,
    norm: Norm,
    weight: f64,
    columns: Range<usize>,
}

/// What scoring needs of memory, kept from text to text. Each thread needs its own.
pub(crate) struct Scratch {
    counter: NgramCounter,
    /// For each label, then the norm.
    sums: Vec<f64>,
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
            sums: vec![0.0; model.labels().len() + 1],
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
            narrow: narrow(model, index, spec),
            factors: Factors::new(spec.tf, spec.norm),
            norm: spec.norm,
            weight: spec.weight,
            columns: model.vectorizer().vocabulary().block_columns(index),
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
            match (&block.narrow, counter.count(index)) {
                (Some(table), Ngrams::Words(ngrams)) => {
                    let row = table.sum(ngrams, &block.factors);
                    for (sum, value) in sums.iter_mut().zip(row) {
                        *sum = f64::from(value);
                    }
                    sums[logits.len()] = f64::from(row[LABELS]);
                }
                (None, Ngrams::Words(ngrams)) => {
                    let vocabulary = model.vectorizer().vocabulary();
                    let known = ngrams.iter().filter_map(|&Counted { hash, count }| {
                        let column = vocabulary.find_in(index, hash)?;
                        Some((column - block.columns.start as u32, count))
                    });
                    block.columns_of(model).sum(known, &block.factors, sums);
                }
                (_, Ngrams::Characters(ngrams)) => {
                    block.columns_of(model).sum_words(&ngrams, &block.factors, words, sums);
                }
            }
            block.finish(sums, logits);
        }
    }
}

impl Block {
    fn columns_of<'a>(&self, model: &'a Model) -> Columns<'a> {
        let labels = model.labels().len();
        let Range { start, end } = self.columns;
        Columns {
            weights: &model.weights()[start * labels..end * labels],
            idf: &model.vectorizer().idf()[start..end],
            norm: self.norm,
        }
    }

    /// Adds a block's sums to the logits, divided by the norm.
    #[inline]
    fn finish(&self, sums: &[f64], logits: &mut [f64]) {
        let norm = sums[logits.len()];
        if norm > 0.0 {
            let scale = match self.norm {
                Norm::L2 => self.weight / norm.sqrt(),
                Norm::L1 => self.weight / norm,
                Norm::None => self.weight,
            };
            for (logit, &sum) in logits.iter_mut().zip(sums) {
                *logit += sum * scale;
            }
        }
    }
}

/// The table of a block's rows by hash, if it is of words and the labels fit.
fn narrow(model: &Model, block: usize, spec: &BlockSpec) -> Option<Narrow> {
    if spec.units != Units::Words || model.labels().len() > LABELS {
        return None;
    }
    let vectorizer = model.vectorizer();
    let columns = vectorizer.vocabulary().block_columns(block);
    let idf = &vectorizer.idf()[columns.clone()];
    let row = |weights: &[f32], idf: f32| {
        let mut row: Row = [0.0; LANES];
        for (value, &weight) in row[..LABELS].iter_mut().zip(weights) {
            *value = (f64::from(weight) * f64::from(idf)) as f32;
        }
        row[LABELS] = norm_part(spec.norm, f64::from(idf)) as f32;
        row
    };
    let ngrams = columns.zip(idf).zip(frequent(idf)).map(|((column, &idf), frequent)| Ngram {
        hash: vectorizer.vocabulary().hash(column),
        row: row(model.weights_of(column), idf),
        frequent,
    });
    Narrow::new(&ngrams)
}

#[cfg(test)]
pub(crate) mod tests;

//! A model's errors on documents that it was not trained on.

use copydesk_infer::ConfusionTable;

use super::resampling::{Rates, held_out_stream};
use super::{PrevalenceError, Weighting};
use crate::evaluation::Predictions;
use crate::split::random::Draws;

/// How often a model mistakes one label for another, by held-out document.
#[derive(Debug, Clone)]
pub struct HeldOut {
    labels: usize,
    /// A matrix a document, rows are true labels: what the sentences count.
    matrices: Vec<f64>,
    /// What half a sentence counts, on average.
    half: f64,
}

impl HeldOut {
    /// The errors in a model's own table, which are those of cross-validation. `names` are the labels' names.
    ///
    /// # Errors
    /// [`PrevalenceError::Labels`] if there is not one name a label of the table, [`PrevalenceError::NoCharacters`] for a weighting by characters, which the table does not know, and
    /// [`PrevalenceError::NoSentences`] for a label without sentences.
    pub fn from_table(table: &ConfusionTable, names: &[String], weighting: Weighting) -> Result<Self, PrevalenceError> {
        if names.len() != table.labels() {
            return Err(PrevalenceError::Labels { found: names.len(), expected: table.labels() });
        }
        if weighting == Weighting::Characters {
            return Err(PrevalenceError::NoCharacters);
        }
        let mut matrices = Vec::with_capacity(table.documents().len() * table.labels() * table.labels());
        let mut sentences = 0;
        for matrix in table.documents() {
            let size: usize = matrix.iter().map(|&count| count as usize).sum();
            matrices.extend(matrix.iter().map(|&count| f64::from(count) * weighting.of(0, size)));
            sentences += size;
        }
        Self::new(names, matrices, sentences)
    }

    /// The errors of a classifier on labelled documents that it was not trained on. `names` are the labels that it chooses
    /// between.
    ///
    /// # Errors
    /// [`PrevalenceError::UnknownLabel`] if the documents have another label, [`PrevalenceError::NoSentences`] if they lack
    /// one.
    pub fn from_predictions(
        predictions: &Predictions<'_>,
        names: &[String],
        weighting: Weighting,
    ) -> Result<Self, PrevalenceError> {
        let labels = names.len();
        let of_name = |name: &String| names.iter().position(|known| known == name);
        let places: Vec<Option<usize>> = predictions.labels().iter().map(of_name).collect();
        let mut cells: Vec<(u32, usize, usize)> = Vec::new();
        for ((truth, predicted), (document, example)) in
            predictions.answers().zip(predictions.groups().iter().zip(predictions.examples()))
        {
            let (Some(truth), Some(predicted)) = (places[truth as usize], places[predicted as usize]) else {
                let label = predictions.labels()[truth as usize].clone();
                return Err(PrevalenceError::UnknownLabel { label, known: names.to_vec() });
            };
            cells.push((*document, truth * labels + predicted, example.text.chars().count()));
        }
        cells.sort_unstable();
        let mut matrices = Vec::new();
        for document in cells.chunk_by(|a, b| a.0 == b.0) {
            let start = matrices.len();
            matrices.resize(start + labels * labels, 0.0);
            for &(_, cell, characters) in document {
                matrices[start + cell] += weighting.of(characters, document.len());
            }
        }
        Self::new(names, matrices, cells.len())
    }

    fn new(names: &[String], matrices: Vec<f64>, sentences: usize) -> Result<Self, PrevalenceError> {
        let labels = names.len();
        for (label, name) in names.iter().enumerate() {
            let of_label = |matrix: &[f64]| matrix[label * labels..(label + 1) * labels].iter().any(|&c| c > 0.0);
            if !matrices.chunks_exact(labels * labels).any(of_label) {
                return Err(PrevalenceError::NoSentences { label: name.clone() });
            }
        }
        let half = 0.5 * matrices.iter().sum::<f64>() / sentences.max(1) as f64;
        Ok(Self { labels, matrices, half })
    }

    /// The number of labels.
    pub fn labels(&self) -> usize {
        self.labels
    }

    /// The number of documents.
    pub fn documents(&self) -> usize {
        self.matrices.len() / (self.labels * self.labels)
    }

    /// The number of documents that have sentences of each label.
    pub fn documents_by_label(&self) -> Vec<usize> {
        let has = |matrix: &[f64], label: usize| {
            matrix[label * self.labels..(label + 1) * self.labels].iter().any(|&count| count > 0.0)
        };
        let matrices = || self.matrices.chunks_exact(self.labels * self.labels);
        (0..self.labels).map(|label| matrices().filter(|matrix| has(matrix, label)).count()).collect()
    }

    /// The error rates of all documents together.
    pub(super) fn rates(&self) -> Rates {
        let mut sums = vec![0.0; self.labels * self.labels];
        for matrix in self.matrices.chunks_exact(sums.len()) {
            for (sum, count) in sums.iter_mut().zip(matrix) {
                *sum += count;
            }
        }
        Rates::new(self.labels, &sums)
    }

    /// The error rates of a resample: each document counts as much as chance has it (the Bayesian bootstrap, Rubin 1981),
    /// and each cell about half a sentence more, so that a mistake that was never seen is not taken for impossible.
    pub(super) fn resampled(&self, seed: u64, resample: u32) -> Rates {
        let mut draws = Draws::new(seed, held_out_stream(resample));
        let mut sums: Vec<f64> = (0..self.labels * self.labels).map(|_| self.half * draws.exponential()).collect();
        for matrix in self.matrices.chunks_exact(sums.len()) {
            let times = draws.exponential();
            for (sum, count) in sums.iter_mut().zip(matrix) {
                *sum += times * count;
            }
        }
        Rates::new(self.labels, &sums)
    }
}

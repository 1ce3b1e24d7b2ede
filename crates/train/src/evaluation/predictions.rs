//! The answers of a classifier for a labelled corpus, beside the truth.

use copydesk_infer::{Classifier, Prediction, RiskTable, ScoredSentence};

use super::EvalError;
use crate::corpus::{Corpus, Example};
use crate::metrics::{MetricsError, Outcomes};

/// What a classifier answers to the examples of a corpus.
#[derive(Debug, Clone)]
pub struct Predictions<'a> {
    corpus: &'a Corpus,
    /// The labels that were chosen between and scored: the model's, then those that only the data have.
    labels: Vec<String>,
    /// How many of the labels are the model's.
    of_model: usize,
    /// The places in the corpus of the examples that were classified.
    rows: Vec<usize>,
    truth: Vec<u32>,
    predicted: Vec<u32>,
    /// Row by row, a column a label.
    probabilities: Vec<f64>,
    groups: Vec<u32>,
    in_context: bool,
}

impl<'a> Predictions<'a> {
    /// Classifies every example of a corpus, each alone or, `in_context`, among the examples of its group as the sentences
    /// of one document.
    ///
    /// With `only`, the model chooses between these labels and examples of other labels are left out. Labels of the data
    /// that the model lacks have probability 0.
    ///
    /// # Errors
    /// [`EvalError`] if `only` names labels that the model lacks or leaves no example.
    pub fn new(
        classifier: &Classifier,
        corpus: &'a Corpus,
        only: &[String],
        in_context: bool,
    ) -> Result<Self, EvalError> {
        if in_context && classifier.model().context().is_none() {
            return Err(EvalError::NoContext);
        }
        let classifier = if only.is_empty() { classifier.clone() } else { classifier.clone().restricted_to(only)? };
        let (labels, of_model) = scored_labels(&classifier, corpus, only);
        let place_of = |label: &String| labels.iter().position(|l| l == label);
        let places: Vec<Option<u32>> =
            corpus.labels().iter().map(|label| place_of(label).map(|at| at as u32)).collect();
        let place_of_example = |row: &usize| places[corpus.examples()[*row].label as usize];
        let rows: Vec<usize> = (0..corpus.examples().len()).filter(|row| place_of_example(row).is_some()).collect();
        if rows.is_empty() {
            return Err(EvalError::NothingLeft { asked: only.to_vec(), present: corpus.labels().to_vec() });
        }
        let examples: Vec<&Example> = rows.iter().map(|&row| &corpus.examples()[row]).collect();
        let columns: Vec<Option<usize>> = classifier.labels().iter().map(place_of).collect();
        let mut predicted = Vec::with_capacity(examples.len());
        let mut probabilities = vec![0.0; examples.len() * labels.len()];
        let answers = if in_context {
            // Examples of labels that are left out are neighbours all the same.
            let mut all = classify_documents(&classifier, corpus);
            rows.iter().map(|&row| all[row].take().expect("each row comes once")).collect()
        } else {
            classify(&classifier, &examples)
        };
        for (row, prediction) in probabilities.chunks_exact_mut(labels.len()).zip(answers) {
            for (&column, &p) in columns.iter().zip(prediction.probabilities()) {
                if let Some(column) = column {
                    row[column] = p;
                }
            }
            predicted.push(columns[prediction.class()].expect("the answer is one of the labels allowed") as u32);
        }
        Ok(Self {
            corpus,
            truth: rows.iter().filter_map(place_of_example).collect(),
            groups: examples.iter().map(|example| example.group).collect(),
            labels,
            of_model,
            rows,
            predicted,
            probabilities,
            in_context,
        })
    }

    /// The answers beside the truth, for scoring.
    ///
    /// # Errors
    /// [`MetricsError::TooManyLabels`].
    pub fn outcomes(&self) -> Result<Outcomes<'_>, MetricsError> {
        Outcomes::new(&self.truth, &self.predicted, &self.probabilities, &self.labels)
    }

    /// What the answers tell of the sentences that the model loses: a table of the scored labels that are the model's.
    ///
    /// The corpus has to be one that the model was not trained on.
    pub fn risk_table(&self) -> RiskTable {
        let rows = self.probabilities.chunks_exact(self.labels.len()).zip(&self.truth).zip(&self.groups);
        let sentences = rows.map(|((probabilities, &truth), &document)| ScoredSentence {
            document,
            truth: Some(truth as usize).filter(|&truth| truth < self.of_model),
            // The data's own labels come last and have probability 0.
            probabilities: &probabilities[..self.of_model],
        });
        RiskTable::new(self.of_model, self.in_context, sentences)
    }

    /// The true label and the answer of each example, as places in [`labels`](Self::labels).
    pub fn answers(&self) -> impl Iterator<Item = (u32, u32)> {
        self.truth.iter().copied().zip(self.predicted.iter().copied())
    }

    /// The corpus that was classified.
    pub fn corpus(&self) -> &'a Corpus {
        self.corpus
    }

    /// The places in the corpus of the examples that were classified, in the order of the answers.
    pub fn rows(&self) -> &[usize] {
        &self.rows
    }

    /// The examples that were classified, in the order of the answers.
    pub fn examples(&self) -> impl Iterator<Item = &'a Example> {
        self.rows.iter().map(|&row| &self.corpus.examples()[row])
    }

    /// The labels that were chosen between and scored: the model's, then those that only the data have.
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// The document of each example.
    pub fn groups(&self) -> &[u32] {
        &self.groups
    }

    /// The scored labels that are the model's, and those that only the data have.
    pub(super) fn split_labels(&self) -> (&[String], &[String]) {
        self.labels.split_at(self.of_model)
    }
}

/// The labels to score a classifier on a corpus by, and how many of them, the first, are the classifier's.
///
/// They are the classifier's labels, then those of the corpus that it lacks; with `only`, no others than these.
pub(super) fn scored_labels(classifier: &Classifier, corpus: &Corpus, only: &[String]) -> (Vec<String>, usize) {
    let scored = |label: &&String| only.is_empty() || only.contains(label);
    let mut labels: Vec<String> = classifier.labels().iter().filter(scored).cloned().collect();
    let of_model = labels.len();
    let unknown = corpus.labels().iter().filter(scored).filter(|label| !classifier.labels().contains(label));
    labels.extend(unknown.cloned());
    (labels, of_model)
}

/// The answer to every example among those of its group, in their order.
fn classify_documents<'c>(classifier: &'c Classifier, corpus: &Corpus) -> Vec<Option<Prediction<'c>>> {
    let mut answers = vec![None; corpus.examples().len()];
    for rows in &corpus.documents() {
        let texts: Vec<&str> = rows.iter().map(|&row| corpus.examples()[row].text.as_str()).collect();
        for (&row, prediction) in rows.iter().zip(classifier.classify_document(&texts)) {
            answers[row] = Some(prediction);
        }
    }
    answers
}

/// The answer to every example alone.
fn classify<'c>(classifier: &'c Classifier, examples: &[&Example]) -> Vec<Prediction<'c>> {
    let texts: Vec<&str> = examples.iter().map(|example| example.text.as_str()).collect();
    classifier.classify_batch(&texts)
}

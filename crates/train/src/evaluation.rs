//! Measuring a model on a labelled corpus.

use copydesk_infer::{Classifier, ModelError};
use serde::Serialize;
use thiserror::Error;

use crate::corpus::Corpus;
use crate::metrics::{Bootstrap, Evaluation, MetricsError, Outcomes};

/// What a model scores on a corpus, and where their labels differ.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EvalReport {
    /// The labels that were chosen between and scored: the model's, then those that only the data have.
    pub labels: Vec<String>,
    /// Labels of the data that the model lacks, with the number of examples. They count as wrong answers.
    pub unknown_to_model: Vec<LabelCount>,
    /// Labels of the model that the data lack. The model may still answer with them.
    pub absent_from_data: Vec<String>,
    /// Examples left out because the choice was restricted to other labels.
    pub left_out: Vec<LabelCount>,
    /// SHA-256 of the corpus.
    pub data_sha256: String,
    /// The scores.
    pub scores: Evaluation,
}

/// How many examples have a label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LabelCount {
    /// The label.
    pub label: String,
    /// Number of examples.
    pub examples: u64,
}

/// A model could not be measured.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum EvalError {
    /// The restriction does not fit the model.
    #[error(transparent)]
    Restriction(#[from] ModelError),
    /// The restriction leaves nothing to measure on.
    #[error("no example of the data has one of the labels {}: the data have {}", .asked.join(", "), .present.join(", "))]
    NothingLeft {
        /// The labels that the choice was restricted to.
        asked: Vec<String>,
        /// The labels of the data.
        present: Vec<String>,
    },
    /// The scores cannot be computed.
    #[error(transparent)]
    Metrics(#[from] MetricsError),
}

/// Classifies every example of a corpus and scores the answers.
///
/// With `only`, the model chooses between these labels and examples of other labels are left out and counted.
///
/// # Errors
/// [`EvalError`] if `only` names labels that the model lacks or leaves no example.
pub fn evaluate(
    classifier: &Classifier,
    corpus: &Corpus,
    only: &[String],
    bootstrap: &Bootstrap,
) -> Result<EvalReport, EvalError> {
    let classifier = if only.is_empty() { classifier.clone() } else { classifier.clone().restricted_to(only)? };
    let scored = |label: &String| only.is_empty() || only.contains(label);
    let of_model: Vec<String> = classifier.labels().iter().filter(|label| scored(label)).cloned().collect();
    let unknown: Vec<String> =
        corpus.labels().iter().filter(|label| scored(label) && !of_model.contains(label)).cloned().collect();
    let labels: Vec<String> = of_model.iter().chain(&unknown).cloned().collect();
    let place_of = |label: &String| labels.iter().position(|l| l == label);
    let places: Vec<Option<u32>> = corpus.labels().iter().map(|label| place_of(label).map(|at| at as u32)).collect();

    let kept: Vec<_> = corpus.examples().iter().filter(|e| places[e.label as usize].is_some()).collect();
    if kept.is_empty() {
        return Err(EvalError::NothingLeft { asked: only.to_vec(), present: corpus.labels().to_vec() });
    }
    let texts: Vec<&str> = kept.iter().map(|example| example.text.as_str()).collect();
    let truth: Vec<u32> = kept.iter().filter_map(|example| places[example.label as usize]).collect();
    let groups: Vec<u32> = kept.iter().map(|example| example.group).collect();
    let mut predicted = Vec::with_capacity(kept.len());
    let mut probabilities = vec![0.0; kept.len() * labels.len()];
    let columns: Vec<Option<usize>> = classifier.labels().iter().map(place_of).collect();
    for (row, prediction) in probabilities.chunks_exact_mut(labels.len()).zip(classifier.classify_batch(&texts)) {
        for (&column, &p) in columns.iter().zip(prediction.probabilities()) {
            if let Some(column) = column {
                row[column] = p;
            }
        }
        predicted.push(columns[prediction.class()].expect("the answer is one of the labels allowed") as u32);
    }
    let outcomes = Outcomes::new(&truth, &predicted, &probabilities, &labels)?;
    let count = |label: &String| LabelCount {
        label: label.clone(),
        examples: corpus.examples().iter().filter(|e| corpus.labels()[e.label as usize] == *label).count() as u64,
    };
    Ok(EvalReport {
        unknown_to_model: unknown.iter().map(count).collect(),
        absent_from_data: of_model.iter().filter(|label| !corpus.labels().contains(label)).cloned().collect(),
        left_out: corpus.labels().iter().filter(|label| !labels.contains(label)).map(count).collect(),
        data_sha256: corpus.content_hash(),
        scores: Evaluation::with_intervals(&outcomes, &groups, bootstrap)?,
        labels,
    })
}

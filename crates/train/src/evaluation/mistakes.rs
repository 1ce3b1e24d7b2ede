//! The wrong answers that a classifier was surest of.

use serde::Serialize;

use super::{EvalError, Predictions};

/// A wrong answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Mistake {
    /// The file of the example.
    pub file: String,
    /// The line where it starts, from 1.
    pub line: u64,
    /// The document that it is of.
    pub document: String,
    /// The label that the data give.
    pub truth: String,
    /// The label that the model gave.
    pub answer: String,
    /// The probability of the answer.
    pub confidence: f64,
    /// The probability of the truth; 0 if the model does not know the label.
    pub truth_probability: f64,
    /// The whole text.
    pub text: String,
}

/// At most `most` wrong answers: those of the highest probability, and among equals those that come first.
pub(super) fn worst(predictions: &Predictions<'_>, most: usize) -> Result<Vec<Mistake>, EvalError> {
    let outcomes = predictions.outcomes()?;
    let mut wrong: Vec<(usize, f64)> = outcomes
        .rows()
        .enumerate()
        .filter(|(_, (truth, answer, _))| truth != answer)
        .map(|(row, (_, answer, probabilities))| (row, probabilities[answer]))
        .collect();
    wrong.sort_by(|a, b| b.1.total_cmp(&a.1));
    wrong.truncate(most);
    let rows: Vec<_> = outcomes.rows().collect();
    let mistake = |(row, confidence): (usize, f64)| {
        let (truth, answer, probabilities) = rows[row];
        let corpus = predictions.corpus();
        let example = &corpus.examples()[predictions.rows()[row]];
        Mistake {
            file: corpus.files()[example.file as usize].clone(),
            line: example.line,
            document: corpus.groups().name(example.group as usize).into_owned(),
            truth: predictions.labels()[truth].clone(),
            answer: predictions.labels()[answer].clone(),
            confidence,
            truth_probability: probabilities[truth],
            text: example.text.clone(),
        }
    };
    Ok(wrong.into_iter().map(mistake).collect())
}

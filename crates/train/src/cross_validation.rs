//! Scores of every example by a model that never met its document.

use ndarray::Array2;

use crate::config::CheckedConfig;
use crate::corpus::Corpus;
use crate::fitting::{Examples, Fitted, Fitter};
use crate::solver::ClassWeight;
use crate::split::Folds;
use crate::training::{TrainError, TrainEvent};

/// Out-of-fold logits at one strength of penalty: one row of values a class, an example.
pub(crate) struct OutOfFold {
    pub alpha: f64,
    pub logits: Vec<f64>,
}

/// Runs the folds. Inside a fold the vectoriser learns from the training part only and the strengths of penalty, which
/// come strongest first, are tried in order, each fit starting from the one before.
pub(crate) fn out_of_fold(
    corpus: &Corpus,
    config: &CheckedConfig,
    alphas: &[f64],
    folds: &Folds,
    class_weight: &ClassWeight,
    observe: &dyn Fn(TrainEvent),
) -> Result<Vec<OutOfFold>, TrainError> {
    let examples = corpus.examples();
    let classes = corpus.labels().len();
    let size = examples.len() * classes;
    let mut results: Vec<OutOfFold> =
        alphas.iter().map(|&alpha| OutOfFold { alpha, logits: vec![0.0; size] }).collect();
    for fold in 0..folds.count() {
        let (train, test) = (folds.train_rows(fold), folds.test_rows(fold));
        let texts = |rows: &[usize]| -> Vec<&str> { rows.iter().map(|&row| examples[row].text.as_str()).collect() };
        let train_texts = texts(&train);
        let labels: Vec<u32> = train.iter().map(|&row| examples[row].label).collect();
        if labels.iter().all(|label| *label == labels[0]) {
            let label = corpus.labels()[labels[0] as usize].clone();
            return Err(TrainError::FoldOfOneLabel { fold: fold + 1, folds: folds.count(), label });
        }
        let groups: Vec<u32> = train.iter().map(|&row| examples[row].group).collect();
        let of_fold = Examples { texts: &train_texts, labels: &labels, groups: &groups };
        let mut fitter = Fitter::new(config, of_fold, class_weight, classes)?;
        let test_texts = texts(&test);
        let test_rows = fitter.vectorizer().transform(&test_texts);
        for result in &mut results {
            let Fitted { weights, pruned } = fitter.fit(result.alpha)?;
            let logits = match pruned {
                Some(vectorizer) => weights.decision(&vectorizer.transform(&test_texts))?,
                None => weights.decision(&test_rows)?,
            };
            put_rows(&mut result.logits, &test, &logits);
            observe(TrainEvent::Fitted {
                fold: fold + 1,
                folds: folds.count(),
                alpha: result.alpha,
                converged: weights.convergence().converged,
            });
        }
    }
    Ok(results)
}

/// Writes each row of a fold's scores to its example's place in `all`.
pub(crate) fn put_rows(all: &mut [f64], rows: &[usize], scores: &Array2<f64>) {
    let classes = scores.ncols();
    for (&row, scores) in rows.iter().zip(scores.rows()) {
        for (target, &score) in all[row * classes..].iter_mut().zip(scores) {
            *target = score;
        }
    }
}

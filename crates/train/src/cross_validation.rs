//! Scores of every example by a model that never met its document.

use copydesk_features::{SparseRows, Vectorizer};

use crate::config::CheckedConfig;
use crate::corpus::Corpus;
use crate::fitting::{Samples, Weights};
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
    observe: &dyn Fn(TrainEvent),
) -> Result<Vec<OutOfFold>, TrainError> {
    let classes = corpus.labels().len();
    let size = corpus.examples().len() * classes;
    let mut results: Vec<OutOfFold> =
        alphas.iter().map(|&alpha| OutOfFold { alpha, logits: vec![0.0; size] }).collect();
    for fold in 0..folds.count() {
        let test = folds.test_rows(fold);
        let (samples, test_rows) = vectorize(corpus, config, &folds.train_rows(fold), &test)?;
        let mut last: Option<Weights> = None;
        for result in &mut results {
            let weights = samples.fit(config, result.alpha, last.as_ref())?;
            let logits = weights.fitted.decision(&test_rows)?;
            for (&row, logits) in test.iter().zip(logits.rows()) {
                for (target, &logit) in result.logits[row * classes..].iter_mut().zip(logits) {
                    *target = logit;
                }
            }
            observe(TrainEvent::Fitted {
                fold: fold + 1,
                folds: folds.count(),
                alpha: result.alpha,
                converged: weights.fitted.convergence().converged,
            });
            last = Some(weights);
        }
    }
    Ok(results)
}

fn vectorize(
    corpus: &Corpus,
    config: &CheckedConfig,
    train: &[usize],
    test: &[usize],
) -> Result<(Samples, SparseRows), TrainError> {
    let examples = corpus.examples();
    let texts = |rows: &[usize]| -> Vec<&str> { rows.iter().map(|&row| examples[row].text.as_str()).collect() };
    let groups: Vec<u32> = train.iter().map(|&row| examples[row].group).collect();
    let labels: Vec<u32> = train.iter().map(|&row| examples[row].label).collect();
    let texts_of_train = texts(train);
    let (vectorizer, rows) = Vectorizer::fit_rows(config.spec().clone(), &texts_of_train, Some(&groups))?;
    let samples = Samples::new(rows, &labels, corpus.labels().len());
    Ok((samples, vectorizer.transform(&texts(test))))
}

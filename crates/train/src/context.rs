//! Fitting what neighbouring sentences say of a sentence.

use copydesk_features::SparseRows;
use copydesk_infer::{Context, context_feature_count, context_features};
use linfa::traits::Fit;
use linfa::{DatasetBase, ParamGuard};
use ndarray::Array1;

use crate::calibration::{TemperatureFit, fit_temperature, softmax_rows};
use crate::config::CheckedConfig;
use crate::corpus::Corpus;
use crate::cross_validation::put_rows;
use crate::metrics::Evaluation;
use crate::solver::{FittedLogistic, SolverError, SparseLogistic, SparseRecords};
use crate::split::Folds;
use crate::training::{TrainError, evaluate};

/// Strength of the penalty on the context's few weights, of which every one is met in every document.
const ALPHA: f64 = 1.0;

/// A fitted context and its scores on documents that it did not meet.
pub(crate) struct ContextFit {
    pub context: Context,
    /// The probabilities of each example in its document, by a context that did not meet it.
    pub probabilities: Vec<f64>,
    pub evaluation: Evaluation,
    pub temperature_fit: TemperatureFit,
}

/// Fits a context to the out-of-fold logits of a corpus of documents.
///
/// The scores come from the same folds: the documents of each are labelled by a context fitted to those of the others.
/// (The logits of the others come from models that met the fold's documents, as is usual in stacking; the context's few
/// weights cannot tell.) The temperature is fitted to these scores. Every example counts 1, whatever the options weigh
/// labels by: neighbours tell a rare label well enough without it.
pub(crate) fn fit_context(
    corpus: &Corpus,
    config: &CheckedConfig,
    folds: &Folds,
    logits: &[f64],
    temperature: f64,
) -> Result<ContextFit, TrainError> {
    let classes = corpus.labels().len();
    let window = config.get().context_window;
    let features = corpus_features(corpus, logits, temperature, window);
    let labels = corpus.label_numbers();
    let params = SparseLogistic::params().alpha(ALPHA).tolerance(config.get().tolerance).n_classes(classes).check()?;
    let fit = |rows: &[usize]| -> Result<FittedLogistic, SolverError> {
        let targets: Array1<usize> = rows.iter().map(|&row| labels[row] as usize).collect();
        params.fit(&DatasetBase::new(SparseRecords(features.select(rows)), targets))
    };

    let mut out_of_fold = vec![0.0; logits.len()];
    for fold in 0..folds.count() {
        let fitted = fit(&folds.train_rows(fold))?;
        let test = folds.test_rows(fold);
        let scores = fitted.decision(&features.select(&test))?;
        put_rows(&mut out_of_fold, &test, &scores);
    }
    let (temperature, temperature_fit) = fit_temperature(&out_of_fold, classes, &labels);
    let probabilities = softmax_rows(&out_of_fold, classes, temperature);
    let evaluation = evaluate(corpus, config, &probabilities)?;

    let (weights, intercept) = fit(&(0..labels.len()).collect::<Vec<_>>())?.into_parts();
    let single = |values: &mut dyn Iterator<Item = f64>| values.map(|value| value as f32).collect();
    let context = Context::new(
        classes,
        window,
        temperature,
        single(&mut weights.into_iter()),
        single(&mut intercept.into_iter()),
    )?;
    Ok(ContextFit { context, probabilities, evaluation, temperature_fit })
}

/// The context features of every example, in the corpus's order. A document is the examples of one group, in that order.
fn corpus_features(corpus: &Corpus, logits: &[f64], temperature: f64, window: u32) -> SparseRows {
    let classes = corpus.labels().len();
    let width = context_feature_count(classes);
    let mut dense = vec![0.0_f32; corpus.examples().len() * width];
    for rows in &corpus.documents() {
        let scores: Vec<f64> =
            rows.iter().flat_map(|&row| &logits[row * classes..(row + 1) * classes]).copied().collect();
        let features = context_features(&scores, classes, temperature, window);
        for (&row, features) in rows.iter().zip(features.chunks_exact(width)) {
            for (target, &value) in dense[row * width..].iter_mut().zip(features) {
                *target = value as f32;
            }
        }
    }
    let columns: Vec<u32> = (0..width as u32).collect();
    let mut out = SparseRows::new(width);
    for row in dense.chunks_exact(width) {
        out.push_row(&columns, row);
    }
    out
}

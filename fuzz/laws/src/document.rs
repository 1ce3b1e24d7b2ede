//! Answers for any document.

use std::sync::LazyLock;

use copydesk_features::{QuotePolicy, Sentence, sentences};
use copydesk_infer::{Classifier, Prediction};

use crate::small::small_model;

/// The small model, made once.
pub(crate) static CLASSIFIER: LazyLock<Classifier> = LazyLock::new(|| Classifier::new(small_model()));

/// Sentences are those of the segmentation, probabilities sum to 1, a sentence has the same answer alone and in a batch,
/// and an explanation sums to the logit that decided.
pub fn document(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let labelled = CLASSIFIER.label_document(&text);
    let spans: Vec<Sentence> = sentences(&text, QuotePolicy::Split).collect();
    assert!(labelled.iter().map(|sentence| &sentence.span).eq(&spans));
    for sentence in &labelled {
        check_prediction(&sentence.prediction);
    }
    let texts: Vec<&str> = spans.iter().map(|span| &text[span.bytes.clone()]).collect();
    let batch = CLASSIFIER.classify_batch(&texts);
    assert_eq!(batch.len(), texts.len());
    for (text, prediction) in texts.iter().zip(&batch) {
        check_prediction(prediction);
        assert_eq!(&CLASSIFIER.classify(text), prediction, "{text:?} has two answers");
    }
    if let Some(&text) = texts.first() {
        check_explanation(text);
    }
}

/// Each probability is in [0, 1], they sum to 1, and the label is the most probable one.
pub(crate) fn check_prediction(prediction: &Prediction<'_>) {
    let probabilities = prediction.probabilities();
    assert!(probabilities.iter().all(|p| (0.0..=1.0).contains(p)), "{probabilities:?}");
    let sum: f64 = probabilities.iter().sum();
    assert!((sum - 1.0).abs() < 1e-9, "{probabilities:?} sum to {sum}");
    assert!(probabilities.iter().all(|&p| p <= prediction.confidence()), "{probabilities:?}");
}

/// Contributions sum to the logit, which is the scorer's up to the rounding of single precision.
fn check_explanation(text: &str) {
    let explanation = CLASSIFIER.explain(text);
    let mut worker = CLASSIFIER.worker();
    let logits = worker.logits(text);
    for (label, logit) in explanation.labels.iter().zip(logits) {
        let sum: f64 = label.contributions.iter().map(|c| c.contribution).sum();
        let size: f64 = 1.0 + label.contributions.iter().map(|c| c.contribution.abs()).sum::<f64>();
        assert!((label.intercept + sum - label.logit).abs() <= 1e-9 * size, "{label:?}");
        assert!((label.logit - logit).abs() <= 1e-6 * size, "{label:?} but the scorer has {logit}");
    }
}

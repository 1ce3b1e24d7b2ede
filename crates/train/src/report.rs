//! What a training run measured, as `scores.json` holds it.

use std::collections::HashMap;

use copydesk_infer::{Model, Provenance};
use serde::Serialize;

use crate::ablation::Ablation;
use crate::calibration::TemperatureFit;
use crate::check::texts_in_several;
use crate::config::{CheckedConfig, TrainConfig};
use crate::corpus::{Corpus, Example};
use crate::metrics::Evaluation;
use crate::search::SearchedSettings;
use crate::solver::Convergence;

/// What a training run measured.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TrainReport {
    /// The options.
    pub config: TrainConfig,
    /// Where the model comes from, as the model file says it.
    pub provenance: Provenance,
    /// Size of the model file in bytes.
    pub model_bytes: usize,
    /// Number of n-grams in each block.
    pub ngrams: Vec<(String, u32)>,
    /// The feature settings that a [`search`](crate::search) tried, in the order tried; empty without one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub search: Vec<SearchedSettings>,
    /// The strengths of penalty that were tried, in the order tried; empty without folds.
    pub alphas: Vec<AlphaScore>,
    /// The one that was used.
    pub alpha: f64,
    /// The temperature of the model.
    pub temperature: f64,
    /// Scores of all examples by models that never met their documents; none without folds. Where `alpha` was chosen
    /// by them they are a little too good.
    pub cross_validation: Option<Evaluation>,
    /// The same for sentences in the context of their documents; none without a context.
    pub cross_validation_in_context: Option<Evaluation>,
    /// What the features are worth, block by block; empty unless asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ablation: Vec<Ablation>,
    /// How the last fit ended.
    pub convergence: ConvergenceReport,
    /// What the user should know.
    pub warnings: Vec<String>,
}

/// Cross-validated scores at one strength of penalty, with the temperature fitted to it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AlphaScore {
    /// The strength of penalty.
    pub alpha: f64,
    /// Macro-F1.
    pub macro_f1: f64,
    /// Share of right answers.
    pub accuracy: f64,
    /// Mean log loss at the temperature.
    pub log_loss: f64,
    /// The temperature of least log loss.
    pub temperature: f64,
    /// What the temperature was fitted to, where not to the labels.
    #[serde(skip_serializing_if = "TemperatureFit::is_usual")]
    pub temperature_fit: TemperatureFit,
}

/// How a fit ended.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ConvergenceReport {
    /// Whether the tolerance was reached.
    pub converged: bool,
    /// The objective: summed log loss plus penalty.
    pub objective: f64,
    /// The gradient's norm, as a share of its first value.
    pub relative_gradient_norm: f64,
    /// Newton steps; none for linfa-logistic, which does not say.
    pub iterations: Option<usize>,
}

impl From<Convergence> for ConvergenceReport {
    fn from(convergence: Convergence) -> Self {
        Self {
            converged: convergence.converged,
            objective: convergence.objective,
            relative_gradient_norm: convergence.gradient_norm / convergence.initial_gradient_norm,
            iterations: convergence.steps.map(|steps| steps.newton),
        }
    }
}

impl TrainReport {
    #[expect(clippy::too_many_arguments, reason = "one for each part of a run, called once")]
    pub(crate) fn new(
        model: &Model,
        config: &CheckedConfig,
        alphas: Vec<AlphaScore>,
        alpha: f64,
        cross_validation: Option<Evaluation>,
        cross_validation_in_context: Option<Evaluation>,
        convergence: Convergence,
        warnings: Vec<String>,
    ) -> Self {
        let vectorizer = model.vectorizer();
        let names = vectorizer.spec().get().blocks.keys().cloned();
        Self {
            config: config.get().clone(),
            provenance: model.provenance().clone(),
            model_bytes: model.to_bytes().len(),
            ngrams: names.zip(vectorizer.vocabulary().block_sizes()).collect(),
            search: Vec::new(),
            ablation: Vec::new(),
            alphas,
            alpha,
            temperature: model.calibration().temperature,
            cross_validation,
            cross_validation_in_context,
            convergence: convergence.into(),
            warnings,
        }
    }
}

/// Says how many texts stand in several documents, which folds may train and test on.
pub(crate) fn copies(corpus: &Corpus) -> Option<String> {
    let said = match texts_in_several(corpus, &corpus.group_numbers()) {
        0 => return None,
        1 => "1 text of 5 words or more stands in several documents, and folds may train and test on it".to_owned(),
        texts => {
            format!("{texts} texts of 5 words or more stand in several documents, and folds may train and test on them")
        }
    };
    Some(format!(
        "{said}, so that scores may come out too good: name the documents with --group-column, or take the copies out \
         (`copydesk data check` lists them)"
    ))
}

/// Names the first text that stands in the corpus a second time with another label.
pub(crate) fn contradiction(corpus: &Corpus) -> Option<String> {
    let place = |example: &Example| format!("{}:{}", corpus.files()[example.file as usize], example.line);
    let mut first: HashMap<&str, &Example> = HashMap::new();
    for example in corpus.examples() {
        let known = *first.entry(&example.text).or_insert(example);
        if known.label != example.label {
            return Some(format!(
                "the text at {} is labelled {:?}, the same text at {} {:?}; there may be more such pairs",
                place(known),
                corpus.labels()[known.label as usize],
                place(example),
                corpus.labels()[example.label as usize]
            ));
        }
    }
    None
}

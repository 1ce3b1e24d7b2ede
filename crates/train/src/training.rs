//! From a corpus to a model: cross-validation, calibration, the final fit.

use std::collections::BTreeMap;

use copydesk_features::{FitError, RULES_VERSION, STEMMER, Vectorizer};
use copydesk_infer::{
    Calibration, ConfusionTable, Model, ModelError, ModelParts, Provenance, RiskTable, ScoredSentence, UNSURE,
};
use thiserror::Error;

use crate::ablation::{Ablation, ablate};
use crate::calibration::{fit_temperature, softmax_rows};
use crate::check::warning_of_alike_labels;
use crate::config::{Alpha, CheckedConfig, ClassWeighting, TrainConfig, WeightRule};
use crate::context::{ContextFit, fit_context};
use crate::corpus::Corpus;
use crate::cross_validation::{OutOfFold, out_of_fold};
use crate::fitting::{Examples, Fitted, Fitter};
use crate::memory;
use crate::metrics::{Bootstrap, Evaluation, MOST_LABELS, MetricsError, Outcomes};
use crate::report::{AlphaScore, TrainReport, contradiction, copies};
use crate::solver::{ClassWeight, Convergence, SolverError};
use crate::split::{Folds, SplitError, SplitRows, SplitWarning, documents};

/// Training ended without a model.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TrainError {
    /// There is nothing to tell apart.
    #[error("all {examples} examples have the label {label:?}: give examples of at least two labels")]
    OneLabel {
        /// The label.
        label: String,
        /// Number of examples.
        examples: usize,
    },
    /// A weight is given for a label that the corpus does not have.
    #[error("class_weight names the label {label:?}, the corpus has {}: use one of these", .labels.join(", "))]
    WeightOfUnknownLabel {
        /// The label named.
        label: String,
        /// The labels there are.
        labels: Vec<String>,
    },
    /// A part of the cross-validation is left with one label.
    #[error(
        "cannot cross-validate: without fold {fold} of {folds} only texts labelled {label:?} are left to train on: give more \
         documents of the other labels, or leave it out with `--cv 0`"
    )]
    FoldOfOneLabel {
        /// The fold, from 1.
        fold: u32,
        /// How many there are.
        folds: u32,
        /// The label.
        label: String,
    },
    /// More labels than scores are kept for.
    #[error(
        "{labels} labels are too many to cross-validate (at most {MOST_LABELS}): is the right column read as the label? Merge \
         rare labels, or leave cross-validation out with `--cv 0`"
    )]
    TooManyLabels {
        /// Number of labels.
        labels: usize,
    },
    /// The weights and scores would not fit into memory.
    #[error(
        "training would take about {needed_mib} MiB for {rows} texts, {ngrams} n-grams and {labels} labels, and {budget_mib} MiB \
         are there: keep fewer n-grams (max_features, min_groups), merge rare labels, or raise memory_mib"
    )]
    TooMuchMemory {
        /// Number of texts.
        rows: usize,
        /// Number of n-grams; 0 before they are known.
        ngrams: usize,
        /// Number of labels.
        labels: usize,
        /// Memory needed, in MiB, rounded up.
        needed_mib: u64,
        /// Memory allowed or left, in MiB, rounded down.
        budget_mib: u64,
    },
    /// The folds could not be made.
    #[error("cannot cross-validate: {0}; or leave it out with `--cv 0`")]
    Split(#[from] SplitError),
    /// The vocabulary could not be learnt.
    #[error(transparent)]
    Vocabulary(#[from] FitError),
    /// The weights could not be fitted.
    #[error(transparent)]
    Solver(#[from] SolverError),
    /// The cross-validated scores cannot be computed.
    #[error(transparent)]
    Metrics(#[from] MetricsError),
    /// What was fitted is no usable model.
    #[error(transparent)]
    Model(#[from] ModelError),
}

/// What training does, as it does it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum TrainEvent {
    /// A fit of the cross-validation ended.
    Fitted {
        /// Which fold, from 1.
        fold: u32,
        /// How many there are.
        folds: u32,
        /// The strength of penalty.
        alpha: f64,
        /// Whether the solver reached its tolerance.
        converged: bool,
    },
    /// A search tried feature settings.
    Searched {
        /// The settings in words.
        settings: String,
        /// The best strength of penalty with them.
        alpha: f64,
        /// The cross-validated macro-F1.
        macro_f1: f64,
    },
    /// Alpha and temperature are chosen; the last fit, on everything, begins.
    FinalFit {
        /// The strength of penalty.
        alpha: f64,
        /// The temperature.
        temperature: f64,
    },
    /// Something the user should know.
    Warning(String),
}

/// A model and how it came about.
#[derive(Debug)]
pub struct Trained {
    /// The model.
    pub model: Model,
    /// What was measured on the way.
    pub report: TrainReport,
}

/// Whether there are labels to tell apart, and no more than can be: before anything is made for each text and label.
pub(crate) fn check_labels(corpus: &Corpus, config: &TrainConfig) -> Result<(), TrainError> {
    let (examples, labels) = (corpus.examples().len(), corpus.labels().len());
    if labels < 2 {
        return Err(TrainError::OneLabel { label: corpus.labels().first().cloned().unwrap_or_default(), examples });
    }
    if config.folds > 0 && labels > MOST_LABELS {
        return Err(TrainError::TooManyLabels { labels });
    }
    memory::check(config, examples, 0, labels)
}

/// Trains a model on a corpus.
///
/// With folds, every example is scored by a model that met neither it nor its document; these scores choose alpha
/// where it is `auto`, fit the temperature and give the report's cross-validated figures. The model itself is then
/// fitted on the whole corpus. The result depends on the corpus and the options alone, not on threads.
///
/// # Errors
/// [`TrainError`] if all examples have one label, the folds cannot be made or a fit fails.
pub fn train(corpus: &Corpus, config: &CheckedConfig, observe: &dyn Fn(TrainEvent)) -> Result<Trained, TrainError> {
    check_labels(corpus, config.get())?;
    let mut warnings = Vec::new();
    let mut warn = |warning: String| {
        observe(TrainEvent::Warning(warning.clone()));
        warnings.push(warning);
    };
    if let Some(warning) = contradiction(corpus) {
        warn(warning);
    }
    if config.get().folds > 0 {
        copies(corpus).into_iter().for_each(&mut warn);
    }
    warnings_of_options(corpus, config).into_iter().for_each(&mut warn);
    let class_weight = class_weight(&config.get().class_weight, corpus.labels())?;
    let choice = choose(corpus, config, &class_weight, observe, &mut warn)?;
    observe(TrainEvent::FinalFit { alpha: choice.alpha, temperature: choice.temperature });
    // The hash has only one thread, so it goes beside the fit.
    let (fit, provenance) = rayon::join(
        || fit_all(corpus, config, &class_weight, choice.alpha),
        || provenance(corpus, config, choice.alpha),
    );
    let Final { vectorizer, weights, intercept, convergence } = fit?;
    if !convergence.converged {
        warn(format!(
            "the fit stopped before its tolerance of {} was reached: raise max_iterations or alpha",
            config.get().tolerance
        ));
    }
    let model = Model::new(ModelParts {
        labels: corpus.labels().to_vec(),
        vectorizer,
        weights: weights.into(),
        intercept,
        calibration: Calibration { temperature: choice.temperature },
        context: choice.context.as_ref().map(|fit| fit.context.clone()),
        risk: choice.risk,
        confusion: choice.confusion,
        provenance,
    })?;
    let Choice { alpha, alphas, evaluation, context, ablation, .. } = choice;
    let in_context = context.map(|fit| fit.evaluation);
    let report = TrainReport::new(&model, config, alphas, alpha, evaluation, in_context, convergence, warnings);
    Ok(Trained { model, report: TrainReport { ablation, ..report } })
}

/// What the user may not have thought of.
fn warnings_of_options(corpus: &Corpus, config: &CheckedConfig) -> Vec<String> {
    let blocks = config.spec().get().blocks.iter();
    let mut warnings: Vec<String> = blocks
        .filter(|(_, block)| block.min_groups < 2)
        .map(|(name, block)| {
            format!(
                "features.blocks.{name}.min_groups = {}: what a single document says enters the model, with names, addresses \
                 and keys that stand in it; use 2 or more where the texts are not public",
                block.min_groups
            )
        })
        .collect();
    warnings.extend(warning_of_alike_labels(corpus.labels()));
    if corpus.labels().iter().any(|label| label == UNSURE) {
        warnings.push(
            "the label \"unsure\" is also what commands answer below --min-confidence: give it another name".into(),
        );
    }
    warnings
}

/// What cross-validation chose and measured.
struct Choice {
    alpha: f64,
    temperature: f64,
    alphas: Vec<AlphaScore>,
    evaluation: Option<Evaluation>,
    context: Option<ContextFit>,
    ablation: Vec<Ablation>,
    risk: Option<RiskTable>,
    confusion: Option<ConfusionTable>,
}

fn choose(
    corpus: &Corpus,
    config: &CheckedConfig,
    class_weight: &ClassWeight,
    observe: &dyn Fn(TrainEvent),
    warn: &mut dyn FnMut(String),
) -> Result<Choice, TrainError> {
    if config.get().folds == 0 {
        let Alpha::Fixed(alpha) = config.get().alpha else {
            unreachable!("the checked options have folds where alpha is auto");
        };
        warn("without cross-validation the probabilities are not calibrated".into());
        return Ok(Choice {
            alpha,
            temperature: 1.0,
            alphas: Vec::new(),
            evaluation: None,
            context: None,
            ablation: Vec::new(),
            risk: None,
            confusion: None,
        });
    }
    let (labels, groups) = (corpus.label_numbers(), corpus.group_numbers());
    let rows = SplitRows { labels: &labels, groups: &groups, strata: None };
    let folds = Folds::new(rows, config.get().folds, config.get().seed)?;
    for warning in folds.warnings() {
        warn(describe(warning, corpus.labels()));
    }
    let mut alphas: Vec<AlphaScore> = Vec::new();
    let mut best: Option<Best> = None;
    for out in out_of_fold(corpus, config, config.alphas(), &folds, class_weight, observe)? {
        let (scores, probabilities) = score(corpus, &labels, &out)?;
        let OutOfFold { logits, .. } = out;
        // Alphas come strongest first: of equal scores the simpler model is kept.
        if best.as_ref().is_none_or(|best| scores.macro_f1 > alphas[best.at].macro_f1) {
            best = Some(Best { at: alphas.len(), logits, probabilities });
        }
        alphas.push(scores);
    }
    let Best { at, logits, probabilities } = best.expect("at least one strength was tried");
    let evaluation = evaluate(corpus, config, &probabilities)?;
    let AlphaScore { alpha, temperature, temperature_fit, .. } = alphas[at];
    temperature_fit.warning("").into_iter().for_each(&mut *warn);
    let ablation =
        if config.get().ablation { ablate(corpus, config, alpha, &folds, class_weight, observe)? } else { Vec::new() };
    let context = match config.get().context_window {
        0 => None,
        _ => Some(fit_context(corpus, config, &folds, &logits, temperature)?),
    };
    let of_context = context.as_ref().and_then(|fit| fit.temperature_fit.warning(" in context"));
    of_context.into_iter().for_each(&mut *warn);
    let (out_of_fold, in_context) = match &context {
        Some(fit) => (&fit.probabilities, true),
        None => (&probabilities, false),
    };
    let classes = corpus.labels().len();
    let risk = Some(RiskTable::new(classes, in_context, scored(corpus, out_of_fold)));
    let confusion = ConfusionTable::new(classes, in_context, scored(corpus, out_of_fold));
    Ok(Choice { alpha, temperature, alphas, evaluation: Some(evaluation), context, ablation, risk, confusion })
}

/// The strength of penalty that did best, by its place among those tried, with its out-of-fold scores.
struct Best {
    at: usize,
    logits: Vec<f64>,
    probabilities: Vec<f64>,
}

/// The examples with their out-of-fold probabilities.
fn scored<'a>(corpus: &'a Corpus, probabilities: &'a [f64]) -> impl Iterator<Item = ScoredSentence<'a>> {
    let rows = corpus.examples().iter().zip(probabilities.chunks_exact(corpus.labels().len()));
    rows.map(|(example, probabilities)| ScoredSentence {
        document: example.group,
        truth: Some(example.label as usize),
        probabilities,
    })
}

/// The scores of out-of-fold probabilities, with intervals by document.
pub(crate) fn evaluate(
    corpus: &Corpus,
    config: &CheckedConfig,
    probabilities: &[f64],
) -> Result<Evaluation, MetricsError> {
    let predicted = most_probable(probabilities, corpus.labels().len());
    let labels = corpus.label_numbers();
    let outcomes = Outcomes::new(&labels, &predicted, probabilities, corpus.labels())?;
    let bootstrap = Bootstrap { seed: config.get().seed, ..Bootstrap::default() };
    Evaluation::with_intervals(&outcomes, &corpus.group_numbers(), &bootstrap)
}

/// The scores of out-of-fold logits, and the probabilities at the temperature fitted to them.
pub(crate) fn score(
    corpus: &Corpus,
    labels: &[u32],
    OutOfFold { alpha, logits }: &OutOfFold,
) -> Result<(AlphaScore, Vec<f64>), TrainError> {
    let classes = corpus.labels().len();
    let (temperature, temperature_fit) = fit_temperature(logits, classes, labels);
    let probabilities = softmax_rows(logits, classes, temperature);
    let predicted = most_probable(&probabilities, classes);
    let Evaluation { macro_f1, accuracy, log_loss, .. } =
        Evaluation::new(&Outcomes::new(labels, &predicted, &probabilities, corpus.labels())?);
    Ok((AlphaScore { alpha: *alpha, macro_f1, accuracy, log_loss, temperature, temperature_fit }, probabilities))
}

fn describe(warning: &SplitWarning, labels: &[String]) -> String {
    match warning {
        SplitWarning::ScarceLabel { label, groups, parts } => format!(
            "label {:?} occurs in {} only, so some of the {parts} folds are without it",
            labels[*label as usize],
            documents(*groups as usize)
        ),
    }
}

/// The first of the most probable classes, row by row.
fn most_probable(probabilities: &[f64], classes: usize) -> Vec<u32> {
    let best = |row: &[f64]| (1..classes).fold(0, |best, class| if row[class] > row[best] { class } else { best });
    probabilities.chunks_exact(classes).map(|row| best(row) as u32).collect()
}

/// What the fit on the whole corpus gives.
struct Final {
    vectorizer: Vectorizer,
    /// One row of values a class, an n-gram of the vectoriser.
    weights: Vec<f32>,
    intercept: Vec<f32>,
    convergence: Convergence,
}

fn fit_all(
    corpus: &Corpus,
    config: &CheckedConfig,
    class_weight: &ClassWeight,
    alpha: f64,
) -> Result<Final, TrainError> {
    let (labels, groups) = (corpus.label_numbers(), corpus.group_numbers());
    let examples = Examples { texts: corpus.examples(), labels: &labels, groups: &groups };
    let mut fitter = Fitter::new(config, examples, class_weight, corpus.labels().len())?;
    let Fitted { weights, pruned } = fitter.fit(alpha)?;
    Ok(Final {
        vectorizer: pruned.unwrap_or_else(|| fitter.into_vectorizer()),
        weights: weights.weights().iter().map(|&weight| weight as f32).collect(),
        intercept: weights.intercept().iter().map(|&intercept| intercept as f32).collect(),
        convergence: *weights.convergence(),
    })
}

/// The numbers of the labels that the options give weights by name.
pub(crate) fn class_weight(weighting: &ClassWeighting, labels: &[String]) -> Result<ClassWeight, TrainError> {
    match weighting {
        ClassWeighting::Rule(WeightRule::None) => Ok(ClassWeight::None),
        ClassWeighting::Rule(WeightRule::Balanced) => Ok(ClassWeight::Balanced),
        ClassWeighting::ByLabel(weights) => {
            if let Some(label) = weights.keys().find(|label| !labels.contains(label)) {
                return Err(TrainError::WeightOfUnknownLabel { label: label.clone(), labels: labels.to_vec() });
            }
            Ok(ClassWeight::Explicit(labels.iter().map(|label| weights.get(label).copied().unwrap_or(1.0)).collect()))
        }
    }
}

fn provenance(corpus: &Corpus, config: &CheckedConfig, alpha: f64) -> Provenance {
    let mut counts = vec![0; corpus.labels().len()];
    for example in corpus.examples() {
        counts[example.label as usize] += 1;
    }
    let label_counts: BTreeMap<String, u64> =
        corpus.labels().iter().cloned().zip(counts).filter(|(_, count)| *count > 0).collect();
    let mut options = config.get().options();
    options.insert("alpha_in_force".into(), alpha.into());
    Provenance {
        tool: concat!("copydesk ", env!("CARGO_PKG_VERSION")).into(),
        stemmer: STEMMER.into(),
        segmenter_rules: RULES_VERSION,
        data_sha256: corpus.content_hash(),
        examples: corpus.examples().len() as u64,
        documents: corpus.groups().len() as u64,
        label_counts,
        options,
    }
}

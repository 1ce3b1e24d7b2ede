//! Labels that a model which never met the document finds hard to believe.

use serde::Serialize;

use super::place::Place;
use crate::calibration::{fit_temperature, softmax_rows};
use crate::config::{Alpha, TrainConfig};
use crate::corpus::Corpus;
use crate::cross_validation::out_of_fold;
use crate::solver::ClassWeight;
use crate::split::{Folds, SplitRows};
use crate::training::{TrainError, TrainEvent, check_labels};

/// What is known of wrong labels.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LabelErrors {
    /// They were not asked for.
    NotAsked,
    /// They cannot be looked for.
    NotAvailable {
        /// Why not.
        reason: String,
    },
    /// What was found.
    Found(LabelErrorReport),
}

/// Examples whose label is likely to be wrong, and an estimate of how many are.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LabelErrorReport {
    /// Folds of the cross-validation.
    pub folds: u32,
    /// The temperature that the probabilities were calibrated with.
    pub temperature: f64,
    /// Share of the examples whose most probable label is the given one.
    pub accuracy: f64,
    /// By confident learning, how many examples have a label that is not theirs. Texts that the model cannot tell apart
    /// count too, so it is an estimate of the labels worth reading again rather than of those that are wrong.
    pub estimate: f64,
    /// The confident joint: examples by given label (rows) and by the label that they are confidently counted under
    /// (columns), in the order of the corpus's labels.
    pub confident: Vec<Vec<u64>>,
    /// For each label the probability from which an example counts as confidently of it: the mean probability of the
    /// label over the examples that have it.
    pub thresholds: Vec<f64>,
    /// The examples whose most probable label is not the given one, the largest difference first.
    pub suspects: Vec<Suspect>,
}

/// An example whose label may be wrong.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Suspect {
    /// Where it stands, with the label given.
    pub place: Place,
    /// The most probable label.
    pub suggested: String,
    /// Probability of the label given.
    pub probability_of_label: f64,
    /// Probability of the most probable label.
    pub probability_of_suggested: f64,
    /// Whether confident learning counts it as an error too.
    pub confident: bool,
    /// The text.
    pub text: String,
}

/// Looks for wrong labels by grouped cross-validation of the default training options at their fixed strength of penalty.
pub(super) fn label_errors(corpus: &Corpus, folds: u32, seed: u64, observe: &dyn Fn(TrainEvent)) -> LabelErrors {
    match probabilities(corpus, folds, seed, observe) {
        Ok((probabilities, temperature)) => LabelErrors::Found(report(corpus, &probabilities, folds, temperature)),
        Err(error) => LabelErrors::NotAvailable { reason: error.to_string() },
    }
}

/// Calibrated out-of-fold probabilities, one row of values a label, an example; and the temperature.
fn probabilities(
    corpus: &Corpus,
    folds: u32,
    seed: u64,
    observe: &dyn Fn(TrainEvent),
) -> Result<(Vec<f64>, f64), TrainError> {
    let classes = corpus.labels().len();
    let config = TrainConfig::default();
    check_labels(corpus, &config)?;
    debug_assert!(matches!(config.alpha, Alpha::Fixed(_)), "one strength of penalty, so one set of logits");
    let config = config.check().expect("the default options are valid");
    let (labels, groups) = (corpus.label_numbers(), corpus.group_numbers());
    let folds = Folds::new(SplitRows { labels: &labels, groups: &groups, strata: None }, folds, seed)?;
    let logits =
        out_of_fold(corpus, &config, config.alphas(), &folds, &ClassWeight::None, observe)?.swap_remove(0).logits;
    let (temperature, _) = fit_temperature(&logits, classes, &labels);
    Ok((softmax_rows(&logits, classes, temperature), temperature))
}

fn report(corpus: &Corpus, probabilities: &[f64], folds: u32, temperature: f64) -> LabelErrorReport {
    let classes = corpus.labels().len();
    let labels = corpus.label_numbers();
    let learnt = ConfidentLearning::new(probabilities, classes, &labels);
    let mut suspects: Vec<(usize, f64, Suspect)> = Vec::new();
    for (row, (p, &label)) in probabilities.chunks_exact(classes).zip(&labels).enumerate() {
        let label = label as usize;
        let best = (1..classes).fold(0, |best, class| if p[class] > p[best] { class } else { best });
        if p[best] > p[label] {
            let suspect = Suspect {
                place: Place::of(corpus, row),
                suggested: corpus.labels()[best].clone(),
                probability_of_label: p[label],
                probability_of_suggested: p[best],
                confident: learnt.counted_as[row].is_some_and(|counted| counted != label),
                text: corpus.examples()[row].text.clone(),
            };
            suspects.push((row, p[best] - p[label], suspect));
        }
    }
    suspects.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    LabelErrorReport {
        folds,
        temperature,
        accuracy: 1.0 - suspects.len() as f64 / labels.len() as f64,
        estimate: learnt.estimate,
        confident: learnt.joint,
        thresholds: learnt.thresholds,
        suspects: suspects.into_iter().map(|(.., suspect)| suspect).collect(),
    }
}

/// Confident learning (Northcutt, Jiang and Chuang, "Confident Learning: Estimating Uncertainty in Dataset Labels", JAIR
/// 2021, equations 1 to 3).
struct ConfidentLearning {
    thresholds: Vec<f64>,
    /// The label that each example is confidently counted under, if any.
    counted_as: Vec<Option<usize>>,
    joint: Vec<Vec<u64>>,
    /// Examples off the diagonal of the joint, once each of its rows is scaled to the examples of the given label.
    estimate: f64,
}

impl ConfidentLearning {
    fn new(probabilities: &[f64], classes: usize, labels: &[u32]) -> Self {
        let mut sizes = vec![0_u64; classes];
        let mut thresholds = vec![0.0; classes];
        for (p, &label) in probabilities.chunks_exact(classes).zip(labels) {
            sizes[label as usize] += 1;
            thresholds[label as usize] += p[label as usize];
        }
        for (threshold, &size) in thresholds.iter_mut().zip(&sizes) {
            *threshold /= size as f64;
        }
        let mut joint = vec![vec![0; classes]; classes];
        let mut counted_as = Vec::with_capacity(labels.len());
        for (p, &label) in probabilities.chunks_exact(classes).zip(labels) {
            let reached = (0..classes).filter(|&class| p[class] >= thresholds[class]);
            let counted = reached.reduce(|best, class| if p[class] > p[best] { class } else { best });
            if let Some(counted) = counted {
                joint[label as usize][counted] += 1;
            }
            counted_as.push(counted);
        }
        let wrong = |(label, row): (usize, &Vec<u64>)| {
            let counted: u64 = row.iter().sum();
            if counted == 0 { 0.0 } else { sizes[label] as f64 * (counted - row[label]) as f64 / counted as f64 }
        };
        let estimate = joint.iter().enumerate().map(wrong).sum();
        Self { thresholds, counted_as, joint, estimate }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::tests::{corpus, two_topics};

    #[test]
    fn confident_learning_counts_what_is_above_the_thresholds() {
        // Probabilities of label 0; each row's other one is the rest.
        let first = [0.875, 0.75, 0.125, 0.4375, 0.3125, 0.125, 0.375];
        let p: Vec<f64> = first.iter().flat_map(|&p| [p, 1.0 - p]).collect();
        let learnt = ConfidentLearning::new(&p, 2, &[0, 0, 0, 0, 0, 1, 1]);
        assert_eq!(learnt.thresholds, [0.5, 0.75]);
        assert_eq!(learnt.joint, [[2, 1], [0, 1]]);
        assert_eq!(learnt.counted_as, [Some(0), Some(0), Some(1), None, None, Some(1), None]);
        // One of the three confident ones is wrong, so a third of the five.
        assert!((learnt.estimate - 5.0 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn a_planted_error_is_the_first_suspect() {
        let mut rows = two_topics(60);
        rows[10].1 = if rows[10].1 == "sea" { "hill" } else { "sea" };
        let rows: Vec<(&str, &str, &str)> =
            rows.iter().map(|(text, label, doc)| (text.as_str(), *label, doc.as_str())).collect();
        let corpus = corpus(&[&rows]);
        let LabelErrors::Found(found) = label_errors(&corpus, 5, 1, &|_| {}) else { panic!("nothing was looked for") };
        let first = &found.suspects[0];
        assert_eq!((first.place.line, first.text.as_str()), (11, rows[10].0));
        assert_ne!(first.suggested, first.place.label);
        assert!(first.confident && first.probability_of_suggested > 0.5 && first.probability_of_label < 0.5);
        assert!((found.accuracy - (1.0 - found.suspects.len() as f64 / 60.0)).abs() < 1e-12);
    }

    #[test]
    fn what_cannot_be_cross_validated_says_why() {
        let reason = |rows: &[(&str, &str, &str)], folds| match label_errors(&corpus(&[rows]), folds, 1, &|_| {}) {
            LabelErrors::NotAvailable { reason } => reason,
            other => panic!("{other:?}"),
        };
        assert!(reason(&[("one", "a", ""), ("two", "a", "")], 2).contains("\"a\""));
        assert!(reason(&[("one", "a", ""), ("two", "b", "")], 5).contains("2 documents"));
        assert!(reason(&[("one", "a", ""), ("two", "b", "")], 0).contains("folds"));
    }
}

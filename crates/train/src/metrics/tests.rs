use proptest::prelude::*;
use serde::Deserialize;

use super::ranking::{Ranking, rank};
use super::*;

/// One case of the fixture, from scikit-learn.
#[derive(Deserialize)]
struct Case {
    name: String,
    truth: Vec<u32>,
    predicted: Vec<u32>,
    probabilities: Vec<Vec<f64>>,
    accuracy: f64,
    macro_f1: f64,
    weighted_f1: f64,
    log_loss: f64,
    brier: f64,
    calibration_error: f64,
    precision: Vec<f64>,
    recall: Vec<f64>,
    f1: Vec<f64>,
    support: Vec<u64>,
    average_precision: Vec<Option<f64>>,
    roc_auc: Vec<Option<f64>>,
    confusion: Vec<Vec<u64>>,
}

#[derive(Deserialize)]
struct Fixture {
    cases: Vec<Case>,
}

pub(super) fn names(k: usize) -> Vec<String> {
    (0..k).map(|label| format!("label {label}")).collect()
}

#[test]
fn scores_are_scikit_learns() {
    let json = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/metrics.json"));
    let fixture: Fixture = serde_json::from_str(json).unwrap();
    assert!(fixture.cases.len() >= 12);
    for case in fixture.cases {
        let labels = names(case.support.len());
        let probabilities = case.probabilities.concat();
        let outcomes = Outcomes::new(&case.truth, &case.predicted, &probabilities, &labels).unwrap();
        let ours = Evaluation::new(&outcomes);
        let near = |what: &str, ours: f64, theirs: f64| {
            assert!(
                (ours - theirs).abs() <= 1e-12 * theirs.abs().max(1.0),
                "{}, {what}: {ours} for {theirs}",
                case.name
            );
        };
        near("accuracy", ours.accuracy, case.accuracy);
        near("macro-F1", ours.macro_f1, case.macro_f1);
        near("weighted F1", ours.weighted_f1, case.weighted_f1);
        near("log loss", ours.log_loss, case.log_loss);
        near("Brier", ours.brier, case.brier);
        near("calibration error", ours.calibration_error, case.calibration_error);
        assert_eq!(ours.confusion, case.confusion, "{}", case.name);
        for (label, class) in ours.classes.iter().enumerate() {
            near("precision", class.precision, case.precision[label]);
            near("recall", class.recall, case.recall[label]);
            near("F1", class.f1, case.f1[label]);
            assert_eq!(class.support, case.support[label], "{}", case.name);
            for (what, ours, theirs) in [
                ("average precision", class.average_precision, case.average_precision[label]),
                ("ROC AUC", class.roc_auc, case.roc_auc[label]),
            ] {
                assert_eq!(ours.is_some(), theirs.is_some(), "{}, {what}", case.name);
                near(what, ours.unwrap_or(0.0), theirs.unwrap_or(0.0));
            }
        }
    }
}

#[test]
fn a_ratio_of_nothing_is_0_and_flagged() {
    let labels = names(4);
    let probabilities = [0.25; 12];
    // Label 2 is never predicted, label 1 never true, label 3 neither.
    let outcomes = Outcomes::new(&[0, 0, 2], &[0, 1, 0], &probabilities, &labels).unwrap();
    let classes = Evaluation::new(&outcomes).classes;
    let flags: Vec<_> = classes.iter().map(|c| (c.precision_undefined, c.recall_undefined)).collect();
    assert_eq!(flags, [(false, false), (false, true), (true, false), (true, true)]);
    assert!(classes[1..].iter().all(|class| class.precision + class.recall + class.f1 == 0.0));
    // 0.5 for label 0 and 0 for labels 1 and 2; label 3 does not count.
    assert!((Evaluation::new(&outcomes).macro_f1 - 0.5 / 3.0).abs() < 1e-15);
}

#[test]
fn an_evaluation_survives_json() {
    let labels = names(2);
    let probabilities = [0.9, 0.1, 0.2, 0.8, 0.6, 0.4];
    let outcomes = Outcomes::new(&[0, 1, 1], &[0, 1, 0], &probabilities, &labels).unwrap();
    let options = Bootstrap { resamples: 50, ..Bootstrap::default() };
    for groups in [[0, 1, 2], [0, 0, 0]] {
        let evaluation = Evaluation::with_intervals(&outcomes, &groups, &options).unwrap();
        let json = serde_json::to_value(&evaluation).unwrap();
        let back: Evaluation = serde_json::from_value(json).unwrap();
        assert_eq!(back, evaluation);
    }
}

#[test]
fn more_labels_than_a_matrix_can_hold_are_an_error() {
    let labels = names(5000);
    let error = Outcomes::new(&[0], &[0], &vec![0.0; 5000], &labels).unwrap_err();
    assert_eq!(error, MetricsError::TooManyLabels { labels: 5000 });
}

#[test]
fn unfit_outcomes_are_errors() {
    let labels = names(2);
    let new = |truth: &[u32], predicted: &[u32], probabilities: &[f64]| {
        Outcomes::new(truth, predicted, probabilities, &labels).unwrap_err()
    };
    assert_eq!(new(&[], &[], &[]), MetricsError::NoExamples);
    assert!(matches!(new(&[0], &[], &[0.5, 0.5]), MetricsError::Lengths { what: "predicted labels", .. }));
    assert!(matches!(new(&[0], &[0], &[1.0]), MetricsError::Lengths { what: "probabilities", expected: 2, .. }));
    let out = |row, label| MetricsError::LabelOutOfRange { row, label, labels: 2 };
    assert_eq!(new(&[0, 2], &[0, 0], &[0.5; 4]), out(1, 2));
    assert_eq!(new(&[0, 1], &[3, 0], &[0.5; 4]), out(0, 3));
    for value in [-0.1, 1.1, f64::NAN] {
        assert!(matches!(new(&[0], &[0], &[0.5, value]), MetricsError::Probability { row: 0, label: 1, .. }));
    }
    assert!(matches!(new(&[0, 0], &[0, 0], &[0.5, 0.5, 0.5, 0.6]), MetricsError::Sum { row: 1, .. }));
    assert_eq!(
        Outcomes::new(&[0], &[0], &[], &[]).unwrap_err(),
        MetricsError::LabelOutOfRange { row: 0, label: 0, labels: 0 }
    );
}

proptest! {
    #[test]
    fn ranking_agrees_with_counting_pairs(examples in prop::collection::vec((0_u8..6, any::<bool>()), 1..40)) {
        let examples: Vec<(f64, bool)> = examples.iter().map(|&(score, has)| (f64::from(score), has)).collect();
        let with: Vec<f64> = examples.iter().filter(|e| e.1).map(|e| e.0).collect();
        let without: Vec<f64> = examples.iter().filter(|e| !e.1).map(|e| e.0).collect();
        let pairs = with.iter().flat_map(|a| without.iter().map(move |b| match a.total_cmp(b) {
            std::cmp::Ordering::Greater => 1.0,
            std::cmp::Ordering::Equal => 0.5,
            std::cmp::Ordering::Less => 0.0,
        }));
        let auc = pairs.sum::<f64>() / (with.len() * without.len()) as f64;
        // Precision at each positive's own score, averaged.
        let precision = with.iter().map(|score| {
            let above = |scores: &[f64]| scores.iter().filter(|other| *other >= score).count() as f64;
            above(&with) / (above(&with) + above(&without))
        });
        let average = precision.sum::<f64>() / with.len() as f64;
        let Ranking { average_precision, roc_auc } = rank(examples);
        prop_assert!(average_precision.map_or(with.is_empty(), |ours| (ours - average).abs() < 1e-12));
        prop_assert!(roc_auc.map_or(with.is_empty() || without.is_empty(), |ours| (ours - auc).abs() < 1e-12));
    }
}

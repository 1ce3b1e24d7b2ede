use serde::Deserialize;

use super::tests::names;
use super::*;

/// One case of the fixture, from scikit-learn.
#[derive(Deserialize)]
struct Case {
    name: String,
    truth: Vec<u32>,
    predicted: Vec<u32>,
    probabilities: Vec<Vec<f64>>,
    answers: Bins,
    classes: Vec<Class>,
}

#[derive(Deserialize)]
struct Class {
    thresholds: Vec<f64>,
    precision: Vec<f64>,
    recall: Vec<f64>,
    reliability: Bins,
}

#[derive(Deserialize)]
struct Bins {
    share: Vec<f64>,
    mean_probability: Vec<f64>,
}

#[derive(Deserialize)]
struct Fixture {
    cases: Vec<Case>,
}

fn assert_near(what: &str, ours: &[f64], theirs: &[f64]) {
    assert_eq!(ours.len(), theirs.len(), "{what}");
    for (ours, theirs) in ours.iter().zip(theirs) {
        assert!((ours - theirs).abs() < 1e-12, "{what}: {ours} for {theirs}");
    }
}

fn assert_same_bins(what: &str, ours: &[ReliabilityBin], theirs: &Bins) {
    let filled = |value: fn(&ReliabilityBin) -> Option<f64>| ours.iter().filter_map(value).collect::<Vec<_>>();
    assert_near(what, &filled(|bin| bin.share), &theirs.share);
    assert_near(what, &filled(|bin| bin.mean_probability), &theirs.mean_probability);
}

#[test]
fn curves_and_bins_are_scikit_learns() {
    let json = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/curves.json"));
    let fixture: Fixture = serde_json::from_str(json).unwrap();
    assert!(fixture.cases.len() >= 5);
    for case in fixture.cases {
        let labels = names(case.classes.len());
        let probabilities = case.probabilities.concat();
        let outcomes = Outcomes::new(&case.truth, &case.predicted, &probabilities, &labels).unwrap();
        let reliability = Reliability::new(&outcomes);
        assert_same_bins(&case.name, &reliability.answers, &case.answers);
        let curves = PrecisionRecallCurve::of_each_label(&outcomes);
        for ((curve, class), theirs) in curves.iter().zip(&reliability.classes).zip(&case.classes) {
            let what = format!("{}, {}", case.name, curve.label);
            let of = |value: fn(&PrecisionRecallPoint) -> f64| curve.points.iter().map(value).collect::<Vec<_>>();
            assert_near(&what, &of(|point| point.threshold), &theirs.thresholds);
            assert_near(&what, &of(|point| point.precision), &theirs.precision);
            assert_near(&what, &of(|point| point.recall), &theirs.recall);
            assert_same_bins(&what, &class.bins, &theirs.reliability);
        }
    }
}

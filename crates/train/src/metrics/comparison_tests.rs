use proptest::prelude::*;
use serde::Deserialize;

use super::bootstrap::draw;
use super::tests::names;
use super::*;

/// The distribution that gives a label of two 0.75.
fn lean(predicted: &[u32]) -> Vec<f64> {
    predicted.iter().flat_map(|&label| if label == 0 { [0.75, 0.25] } else { [0.25, 0.75] }).collect()
}

fn compare(truth: &[u32], this: &[u32], other: &[u32], groups: &[u32], options: &Bootstrap) -> Comparison {
    let labels = names(2);
    let (p, q) = (lean(this), lean(other));
    let this = Outcomes::new(truth, this, &p, &labels).unwrap();
    let other = Outcomes::new(truth, other, &q, &labels).unwrap();
    Comparison::new(&this, &other, groups, options).unwrap()
}

#[test]
fn a_comparison_worked_out_by_hand() {
    let options = Bootstrap { resamples: 100, ..Bootstrap::default() };
    let groups = [0, 1, 2, 3, 4, 5];
    let found = compare(&[0, 0, 0, 1, 1, 1], &[0, 0, 1, 1, 1, 0], &[0, 1, 1, 1, 0, 1], &groups, &options);
    let counts: Vec<_> =
        found.right.iter().map(|right| (right.both, right.only_this, right.only_other, right.neither)).collect();
    assert_eq!(counts, [(1, 1, 0, 1), (1, 1, 1, 0)]);
    assert_eq!(found.mcnemar, McNemar::new(2, 1));
    assert!((found.accuracy.difference - 1.0 / 6.0).abs() < 1e-15);
    // F1 of both labels: 2/3 here; 2/5 and 4/7 there, with the mean 17/35.
    assert!((found.macro_f1.other - 17.0 / 35.0).abs() < 1e-15);
    assert!((found.macro_f1.difference - (2.0 / 3.0 - found.macro_f1.other)).abs() < 1e-15);
    assert!(!found.is_significantly_worse() && !found.is_significantly_better());
}

#[test]
fn a_classifier_does_not_differ_from_itself() {
    let groups: Vec<u32> = (0..40).collect();
    let truth: Vec<u32> = groups.iter().map(|row| row % 2).collect();
    let predicted: Vec<u32> = groups.iter().map(|row| u32::from(row % 3 == 0)).collect();
    let found = compare(&truth, &predicted, &predicted, &groups, &Bootstrap::default());
    for difference in [found.macro_f1, found.accuracy] {
        assert_eq!(difference.interval, Some(Interval { low: 0.0, high: 0.0 }));
        assert_eq!(difference.p_value, Some(1.0));
    }
    assert!(!found.is_significantly_worse() && !found.is_significantly_better());
}

#[test]
fn a_clear_difference_is_significant_one_way_only() {
    let groups: Vec<u32> = (0..60).collect();
    let truth: Vec<u32> = groups.iter().map(|row| row % 2).collect();
    let bad: Vec<u32> = groups.iter().map(|row| if row % 4 < 2 { 1 - row % 2 } else { row % 2 }).collect();
    let options = Bootstrap::default();
    let worse = compare(&truth, &bad, &truth, &groups, &options);
    let better = compare(&truth, &truth, &bad, &groups, &options);
    assert!(worse.is_significantly_worse() && !worse.is_significantly_better());
    assert!(better.is_significantly_better() && !better.is_significantly_worse());
    // None of 2,000 differences has the other sign.
    assert!((worse.macro_f1.p_value.unwrap() - 2.0 / 2001.0).abs() < 1e-15);
    assert_eq!(worse.macro_f1.p_value, better.macro_f1.p_value);
    let (low, high) = (worse.macro_f1.interval.unwrap().low, better.macro_f1.interval.unwrap().high);
    assert!((low + high).abs() < 1e-12);
}

#[test]
fn one_document_makes_nothing_significant() {
    let found = compare(&[0, 1], &[1, 0], &[0, 1], &[3, 3], &Bootstrap::default());
    assert_eq!((found.documents, found.macro_f1.interval, found.macro_f1.p_value), (1, None, None));
    assert!(!found.is_significantly_worse());
}

#[test]
fn comparisons_are_the_same_on_any_number_of_threads() {
    let groups: Vec<u32> = (0..50).collect();
    let truth: Vec<u32> = groups.iter().map(|row| row % 2).collect();
    let this: Vec<u32> = groups.iter().map(|row| u32::from(row % 3 == 0)).collect();
    let other: Vec<u32> = groups.iter().map(|row| u32::from(row % 5 < 2)).collect();
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| compare(&truth, &this, &other, &groups, &Bootstrap::default()))
    };
    assert_eq!(on(1), on(5));
}

#[test]
fn other_examples_are_an_error() {
    let labels = names(2);
    let p = lean(&[0, 1]);
    let of = |truth: &'static [u32]| Outcomes::new(truth, &[0, 1], &p, &labels).unwrap();
    let compare = |other: &Outcomes<'_>, groups: &[u32]| {
        Comparison::new(&of(&[0, 1]), other, groups, &Bootstrap::default()).unwrap_err()
    };
    assert_eq!(compare(&of(&[0, 0]), &[0, 1]), MetricsError::DifferentTruth { row: 1 });
    assert!(matches!(compare(&of(&[0, 1]), &[0]), MetricsError::Lengths { what: "documents", .. }));
    let q = lean(&[0]);
    let shorter = Outcomes::new(&[0], &[0], &q, &labels).unwrap();
    assert!(matches!(compare(&shorter, &[0, 1]), MetricsError::Lengths { found: 1, expected: 2, .. }));
}

#[test]
fn labels_are_matched_by_name() {
    let (labels, turned) = (names(2), names(2).into_iter().rev().collect::<Vec<_>>());
    let (p, q) = (lean(&[0, 1]), lean(&[1, 1]));
    let this = Outcomes::new(&[0, 1], &[0, 1], &p, &labels).unwrap();
    let other = Outcomes::new(&[1, 0], &[1, 1], &q, &turned).unwrap();
    let found = Comparison::new(&this, &other, &[0, 1], &Bootstrap::default()).unwrap();
    assert_eq!((found.mcnemar.only_this, found.mcnemar.only_other), (1, 0));
    assert_eq!(found.right[0].both, 1);
}

#[derive(Deserialize)]
struct Case {
    only_this: u64,
    only_other: u64,
    statistic: Option<f64>,
    p_value: f64,
}

#[derive(Deserialize)]
struct Fixture {
    cases: Vec<Case>,
}

#[test]
fn mcnemars_test_is_statsmodels() {
    let json = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/mcnemar.json"));
    let fixture: Fixture = serde_json::from_str(json).unwrap();
    assert!(fixture.cases.len() >= 15);
    for case in fixture.cases {
        let ours = McNemar::new(case.only_this, case.only_other);
        assert_eq!(ours.statistic.is_some(), case.statistic.is_some(), "{ours:?}");
        assert!((ours.statistic.unwrap_or(0.0) - case.statistic.unwrap_or(0.0)).abs() < 1e-9, "{ours:?}");
        assert!((ours.p_value - case.p_value).abs() < 1e-12, "{ours:?} for {}", case.p_value);
    }
}

proptest! {
    // The interval and p-value from the documents' sums are those of the rows written out.
    #[test]
    fn differences_are_those_of_resampled_rows(
        rows in prop::collection::vec((0_u32..2, 0_u32..2, 0_u32..2, 0_u32..4), 4..24),
    ) {
        let groups: Vec<u32> = rows.iter().map(|row| row.3).collect();
        let mut documents = groups.clone();
        documents.sort_unstable();
        documents.dedup();
        prop_assume!(documents.len() > 1);
        let column = |of: fn(&(u32, u32, u32, u32)) -> u32| rows.iter().map(of).collect::<Vec<_>>();
        let options = Bootstrap { resamples: 30, ..Bootstrap::default() };
        let found = compare(&column(|r| r.0), &column(|r| r.1), &column(|r| r.2), &groups, &options);

        let labels = names(2);
        let macro_f1 = |truth: &[u32], predicted: &[u32]| {
            Evaluation::new(&Outcomes::new(truth, predicted, &lean(predicted), &labels).unwrap()).macro_f1
        };
        let mut times = vec![0; documents.len()];
        let (mut not_above, mut not_below, mut least, mut most) = (0_u32, 0_u32, f64::MAX, f64::MIN);
        for resample in 0..30 {
            draw(0, resample, &mut times);
            let copies = |row: &(u32, u32, u32, u32)| times[documents.binary_search(&row.3).unwrap()] as usize;
            let drawn: Vec<_> = rows.iter().flat_map(|row| std::iter::repeat_n(*row, copies(row))).collect();
            let truth: Vec<u32> = drawn.iter().map(|row| row.0).collect();
            let this = macro_f1(&truth, &drawn.iter().map(|row| row.1).collect::<Vec<_>>());
            let difference = this - macro_f1(&truth, &drawn.iter().map(|row| row.2).collect::<Vec<_>>());
            not_above += u32::from(difference <= 0.0);
            not_below += u32::from(difference >= 0.0);
            least = least.min(difference);
            most = most.max(difference);
        }
        let p_value = (2.0 * f64::from(not_above.min(not_below) + 1) / 31.0).min(1.0);
        prop_assert!((found.macro_f1.p_value.unwrap() - p_value).abs() < 1e-12);
        let interval = found.macro_f1.interval.unwrap();
        prop_assert!(interval.low >= least - 1e-12 && interval.high <= most + 1e-12);
    }
}

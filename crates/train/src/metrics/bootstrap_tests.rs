use proptest::prelude::*;

use super::bootstrap::{Sums, draw, percentiles};
use super::tests::names;
use super::*;

#[test]
fn unfit_bootstrap_options_are_errors() {
    let labels = names(1);
    let outcomes = Outcomes::new(&[0, 0], &[0, 0], &[1.0, 1.0], &labels).unwrap();
    let with = |groups: &[u32], resamples, confidence| {
        let options = Bootstrap { resamples, confidence, seed: 0 };
        Evaluation::with_intervals(&outcomes, groups, &options).unwrap_err()
    };
    for resamples in [0, u32::MAX] {
        assert_eq!(with(&[0, 1], resamples, 0.95), MetricsError::Resamples { resamples });
    }
    for confidence in [0.0, 1.0, 95.0, f64::NAN] {
        assert!(matches!(with(&[0, 1], 10, confidence), MetricsError::Confidence { .. }));
    }
    assert!(matches!(with(&[0], 10, 0.95), MetricsError::Lengths { what: "documents", .. }));
}

#[test]
fn one_document_gives_no_intervals_but_a_reason() {
    let labels = names(1);
    let outcomes = Outcomes::new(&[0, 0], &[0, 0], &[1.0, 1.0], &labels).unwrap();
    let evaluation = Evaluation::with_intervals(&outcomes, &[4, 4], &Bootstrap::default()).unwrap();
    assert!(
        matches!(&evaluation.uncertainty, Uncertainty::NotAvailable { reason } if reason.contains("one document")),
        "{:?}",
        evaluation.uncertainty
    );
}

/// Predictions for `documents` documents of `copies` equal rows each, a fifth of the documents wrong.
fn copied(documents: u32, copies: u32) -> (Vec<u32>, Vec<u32>, Vec<u32>) {
    let rows = (0..documents).flat_map(|document| (0..copies).map(move |_| document));
    let groups: Vec<u32> = rows.collect();
    let truth: Vec<u32> = groups.iter().map(|document| document % 2).collect();
    let predicted = groups.iter().map(|&document| if document % 5 == 0 { 1 - document % 2 } else { document % 2 });
    (truth.clone(), predicted.collect(), groups)
}

fn intervals(truth: &[u32], predicted: &[u32], groups: &[u32], options: &Bootstrap) -> Intervals {
    let labels = names(2);
    let distribution = |&label: &u32| if label == 0 { [0.7, 0.3] } else { [0.3, 0.7] };
    let probabilities = predicted.iter().map(distribution).collect::<Vec<_>>().concat();
    let outcomes = Outcomes::new(truth, predicted, &probabilities, &labels).unwrap();
    match Evaluation::with_intervals(&outcomes, groups, options).unwrap().uncertainty {
        Uncertainty::Intervals(intervals) => intervals,
        Uncertainty::NotAvailable { reason } => panic!("{reason}"),
    }
}

#[test]
fn copies_of_a_row_in_its_document_do_not_narrow_the_interval() {
    let options = Bootstrap::default();
    let (truth, predicted, groups) = copied(100, 9);
    let by_document = intervals(&truth, &predicted, &groups, &options).accuracy;
    // Accuracy 0.8 of 100 documents: the normal approximation's width is 2 · 1.96 · sqrt(0.8 · 0.2 / 100) = 0.157.
    let width = by_document.high - by_document.low;
    assert!((width - 0.157).abs() < 0.02, "{width}");
    assert!(by_document.low < 0.8 && by_document.high > 0.8);
    let each: Vec<u32> = (0..900).collect();
    let by_row = intervals(&truth, &predicted, &each, &options).accuracy;
    let ratio = width / (by_row.high - by_row.low);
    assert!((ratio - 3.0).abs() < 0.4, "{ratio}");
}

#[test]
fn intervals_are_the_same_on_any_number_of_threads() {
    let (truth, predicted, groups) = copied(60, 2);
    let options = Bootstrap { resamples: 200, ..Bootstrap::default() };
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| intervals(&truth, &predicted, &groups, &options))
    };
    let serial = on(1);
    assert_eq!(serial, on(4));
    assert_eq!(serial, on(7));
    let other = Bootstrap { seed: 1, ..options };
    assert_ne!(serial.log_loss, intervals(&truth, &predicted, &groups, &other).log_loss);
}

#[test]
fn a_label_of_too_few_resamples_has_no_interval() {
    // Label 1 is true in one document of fifty: 1/e of the resamples are without it. It is never predicted.
    let groups: Vec<u32> = (0..50).collect();
    let mut truth = vec![0; 50];
    truth[17] = 1;
    let rare = &intervals(&truth, &[0; 50], &groups, &Bootstrap::default()).classes[1];
    assert_eq!(rare.precision, None);
    assert_eq!(rare.recall, Some(Interval { low: 0.0, high: 0.0 }));
}

#[test]
fn percentiles_are_numpys() {
    // numpy.percentile([4, 1, 3, 2, 8], [10, 90]) is [1.4, 6.4].
    let interval = percentiles(vec![4.0, 1.0, 3.0, 2.0, 8.0], 0.8);
    assert!((interval.low - 1.4).abs() < 1e-12 && (interval.high - 6.4).abs() < 1e-12, "{interval:?}");
    assert_eq!(percentiles(vec![2.0], 0.95), Interval { low: 2.0, high: 2.0 });
}

/// Examples with labels out of three, in up to six documents.
fn examples() -> impl Strategy<Value = Vec<(u32, u32, [f64; 3], u32)>> {
    let distribution = (1_u32..9, 1_u32..9, 1_u32..9)
        .prop_map(|(a, b, c)| [a, b, c].map(|part| f64::from(part) / f64::from(a + b + c)));
    prop::collection::vec((0_u32..3, 0_u32..3, distribution, 0_u32..6), 2..30)
}

proptest! {
    // A resample from the documents' sums has the scores of the same rows written out.
    #[test]
    fn a_resample_scores_as_its_rows_do(examples in examples(), seed in any::<u64>()) {
        let labels = names(3);
        let written_out = |times: &dyn Fn(u32) -> u64| -> Vec<_> {
            let rows = examples.iter();
            rows.flat_map(|example| (0..times(example.3)).map(move |_| *example)).collect()
        };
        let evaluate = |rows: &[(u32, u32, [f64; 3], u32)], check: &mut dyn FnMut(&Outcomes<'_>)| {
            let truth: Vec<u32> = rows.iter().map(|row| row.0).collect();
            let predicted: Vec<u32> = rows.iter().map(|row| row.1).collect();
            let probabilities: Vec<f64> = rows.iter().flat_map(|row| row.2).collect();
            check(&Outcomes::new(&truth, &predicted, &probabilities, &labels).unwrap());
        };
        let groups: Vec<u32> = examples.iter().map(|example| example.3).collect();
        let mut known = groups.clone();
        known.sort_unstable();
        known.dedup();
        let mut times = vec![0; known.len()];
        draw(seed, 0, &mut times);
        prop_assert_eq!(times.iter().sum::<u64>(), known.len() as u64);
        let mut fast = Vec::new();
        evaluate(&examples, &mut |outcomes| {
            fast = Sums::new(outcomes, &groups).scores(&times, &mut Confusion::new(3));
        });
        let rows = written_out(&|group| times[known.binary_search(&group).unwrap()]);
        let mut naive = Vec::new();
        evaluate(&rows, &mut |outcomes| {
            let scores = Evaluation::new(outcomes);
            naive.extend([scores.accuracy, scores.macro_f1, scores.log_loss, scores.brier].map(Some));
            for class in scores.classes {
                let none = class.precision_undefined && class.recall_undefined;
                naive.push((!class.precision_undefined).then_some(class.precision));
                naive.push((!class.recall_undefined).then_some(class.recall));
                naive.push((!none).then_some(class.f1));
            }
        });
        prop_assert_eq!(fast.len(), naive.len());
        for (fast, naive) in fast.iter().zip(&naive) {
            prop_assert_eq!(fast.is_some(), naive.is_some());
            prop_assert!((fast.unwrap_or(0.0) - naive.unwrap_or(0.0)).abs() < 1e-12, "{:?} {:?}", fast, naive);
        }
    }
}

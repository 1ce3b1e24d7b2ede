use proptest::prelude::*;

use super::*;

/// Sentences of two labels, 0 the protected one: document, true label, probability of label 0.
fn table(sentences: &[(u32, usize, f64)]) -> RiskTable {
    let rows: Vec<[f64; 2]> = sentences.iter().map(|&(_, _, p)| [p, 1.0 - p]).collect();
    let scored = sentences.iter().zip(&rows).map(|(&(document, truth, _), probabilities)| ScoredSentence {
        document,
        truth: Some(truth),
        probabilities,
    });
    RiskTable::new(2, false, scored)
}

#[test]
fn a_table_tells_documents_and_misses() {
    let table =
        table(&[(7, 0, 0.9), (7, 0, 0.25), (3, 0, 0.8), (3, 1, 0.375), (9, 0, 0.5), (9, 0, 0.125), (7, 1, 0.75)]);
    let label = &table.labels()[0];
    assert_eq!(label.unharmed, [[1, 1]]);
    assert_eq!(label.harmed, [[2, 1], [2, 1]], "a tie goes to the first label");
    assert_eq!(label.probabilities, [0.125, 0.25]);
    assert_eq!((label.others, label.others_answered), (2, 1));
    assert!(label.quantiles.iter().all(|&quantile| (quantile - 0.375).abs() < f32::EPSILON));
    let other = &table.labels()[1];
    assert_eq!((&other.unharmed, &other.harmed), (&vec![[1, 1]], &vec![[1, 1]]));
    assert_eq!(other.probabilities, [0.25]);
    assert_eq!(RiskTable::from_parts(false, table.labels().to_vec()).unwrap(), table);
}

#[test]
fn the_order_of_the_sentences_and_the_names_of_documents_do_not_matter() {
    let there = [(0, 0, 0.9), (0, 0, 0.2), (1, 0, 0.1), (2, 1, 0.3)];
    let back: Vec<_> = there.iter().rev().map(|&(document, truth, p)| (9 - document, truth, p)).collect();
    assert_eq!(table(&there), table(&back));
}

#[test]
fn probabilities_are_never_rounded_up() {
    let third = table(&[(0, 0, 1.0 / 3.0), (0, 0, 0.1)]);
    assert!(third.labels()[0].probabilities.iter().zip([0.1, 1.0 / 3.0]).all(|(&p, exact)| f64::from(p) <= exact));
}

/// 400 documents of 10 sentences, the first ones of which lose as many each as told, at ever higher probabilities.
fn losing(lost: &[u32]) -> RiskTable {
    let mut sentences = Vec::new();
    for document in 0..400 {
        let misses = lost.get(document as usize).copied().unwrap_or_default();
        for at in 0..10 {
            let p = if at < misses { 0.01 + 0.001 * f64::from(document) } else { 0.9 };
            sentences.push((document, 0, p));
        }
    }
    table(&sentences)
}

#[test]
fn the_cut_off_is_the_last_before_the_first_that_fails() {
    // By hand: 400 documents without a loss win (1 + 0.02·10/16)^400 by the largest stake alone, far beyond 40. Each
    // document that loses 1 sentence has z = 1 − 0.2.
    let promise = Promise::at_most(0.02);
    let cut_off = losing(&[1; 300]).certify(0, promise).unwrap();
    let wealth = |lost: i32| {
        (0..8)
            .map(|j| {
                let stake = 0.5_f64.powi(j) / 16.0;
                let weight = if j < 7 { 0.5_f64.powi(j + 1) } else { 0.5_f64.powi(7) };
                weight * (1.0 + stake * 0.2).powi(400 - lost) * (1.0 - stake * 0.8).powi(lost)
            })
            .sum::<f64>()
    };
    let lost = i32::try_from(cut_off.lost).unwrap();
    assert!(wealth(lost) >= 20.0 && wealth(lost + 1) < 20.0, "{cut_off:?}");
    assert_eq!((cut_off.documents, cut_off.sentences), (400, 4000));
    assert!((cut_off.threshold - (0.01 + 0.001 * f64::from(lost))).abs() < 1e-6, "{cut_off:?}");
}

#[test]
fn where_all_losses_are_allowed_nothing_is_held_back() {
    let cut_off = losing(&[1]).certify(0, Promise::at_most(0.05)).unwrap();
    assert!((cut_off.threshold - 1.0).abs() < f64::EPSILON);
    assert_eq!(cut_off.lost, 1);
}

#[test]
fn what_cannot_be_promised_is_refused() {
    let small = losing(&[]).certify(0, Promise::at_most(0.001)).unwrap_err();
    let message = small.to_string();
    for part in
        ["at most 0.1 %", "confidence of 95 %", "400 documents with 4000 sentences", "6000 documents with 60000"]
    {
        assert!(message.contains(part), "{part:?} not in {message:?}");
    }
    let RiskError::TooSmall { smallest: Some(smallest), .. } = small else { panic!("{small:?}") };
    assert!(losing(&[]).certify(0, Promise::at_most(smallest)).is_ok());
    let tiny = table(&[(0, 0, 0.9), (1, 1, 0.1)]);
    assert!(tiny.certify(0, Promise::at_most(0.01)).unwrap_err().to_string().contains("cannot promise any share"));
    let none = table(&[(0, 0, 0.9)]);
    assert_eq!(none.certify(1, Promise::at_most(0.01)), Err(RiskError::NoSentences));
    assert!(matches!(none.certify(2, Promise::at_most(0.01)), Err(RiskError::NoSuchLabel { class: 2, labels: 2 })));
    for at_most in [0.0, 1.0, -0.1, f64::NAN] {
        assert!(matches!(none.certify(0, Promise::at_most(at_most)), Err(RiskError::AtMost { .. })));
    }
    for confidence in [0.0, 0.4, 1.0, f64::NAN] {
        let promise = Promise { at_most: 0.1, confidence };
        assert!(matches!(none.certify(0, promise), Err(RiskError::Confidence { .. })));
    }
}

#[test]
fn the_share_answered_lies_between_quantiles() {
    // Of 200 sentences of another label 150 are answered, at probabilities 0 to 0.149 of the protected one; the last
    // cut-off is the one loss at 0.1.
    let mut sentences: Vec<_> = (0..150).map(|at| (1000 + at, 1, f64::from(at) / 1000.0)).collect();
    sentences.extend((0..50).map(|at| (2000 + at, 1, 0.8)));
    sentences.extend((0..2000).map(|at| (at / 10, 0, if at == 0 { 0.0501 } else { 0.9 })));
    sentences.extend((0..300).map(|at| (at / 10 + 500, 0, 0.1)));
    let cut_off = table(&sentences).certify(0, Promise::at_most(0.03)).unwrap();
    assert!((cut_off.threshold - 0.1).abs() < 1e-6, "{cut_off:?}");
    assert!((cut_off.others_answered - 0.5).abs() < 0.01, "{cut_off:?}");
}

#[test]
fn parts_that_do_not_fit_are_refused() {
    type Change = fn(&mut LabelRisk);
    let cases: [(&str, Change); 12] = [
        ("group of documents is empty", |l| l.unharmed[0][1] = 0),
        ("do not ascend", |l| l.unharmed.push([1, 1])),
        ("more sentences than it has", |l| l.harmed[0] = [0, 1]),
        ("or none", |l| l.harmed[0] = [1, 0]),
        ("another number", |l| l.probabilities.push(0.1)),
        ("between 0 and 0.5", |l| l.probabilities[0] = f32::NAN),
        ("between 0 and 0.5", |l| l.probabilities[0] = -0.1),
        ("between 0 and 0.5", |l| l.quantiles[100] = 0.6),
        ("probabilities do not ascend", |l| l.quantiles[0] = 0.5),
        ("not told rightly", |l| l.others_answered = 9),
        ("not told rightly", |l| l.quantiles.truncate(50)),
        ("can be counted", |l| l.unharmed[0] = [u32::MAX, u32::MAX]),
    ];
    let whole = table(&[(0, 0, 0.9), (1, 0, 0.2), (1, 0, 0.9), (2, 1, 0.3)]);
    for (expected, change) in cases {
        let mut labels = whole.labels().to_vec();
        change(&mut labels[0]);
        let message = RiskTable::from_parts(false, labels).unwrap_err().to_string();
        assert!(message.contains(expected), "{expected:?} not in {message:?}");
    }
}

#[test]
fn a_cut_off_holds_back_what_may_be_of_the_protected_label() {
    let classifier = crate::Classifier::new(crate::model::tests::small_model());
    let (absurd, said) = (classifier.classify("absurd"), classifier.classify("said"));
    let p = absurd.probabilities()[2];
    let promise = Promise::at_most(0.01);
    let at =
        |threshold| CutOff { class: 2, threshold, promise, documents: 1, sentences: 1, lost: 0, others_answered: 1.0 };
    assert!(!at(p).allows(&absurd) && at(p.next_up()).allows(&absurd));
    assert!(at(0.0).allows(&said), "the protected label itself is never held back");
}

proptest! {
    #[test]
    fn the_promise_holds_on_the_calibration_documents_and_grows_with_what_may_be_lost(
        documents in prop::collection::vec((1..30u32, prop::collection::vec(0.0..0.5f64, 0..4)), 60..300),
        at_most in 0.05..0.4f64,
    ) {
        let mut sentences = Vec::new();
        for (document, (size, misses)) in documents.iter().enumerate() {
            let document = u32::try_from(document).unwrap();
            for at in 0..*size {
                sentences.push((document, 0, misses.get(at as usize).copied().unwrap_or(0.9)));
            }
        }
        let table = table(&sentences);
        if let Ok(cut_off) = table.certify(0, Promise::at_most(at_most)) {
            let (mut lost, mut protected) = (0.0, 0.0);
            for (size, misses) in &documents {
                let weight = 16.0 / f64::from(*size).max(16.0);
                let below = misses.iter().take(*size as usize).filter(|&&p| p < cut_off.threshold).count();
                lost += weight * below as f64;
                protected += weight * f64::from(*size);
            }
            prop_assert!(lost <= at_most * protected, "{} of {}", lost, protected);
            let more = table.certify(0, Promise::at_most(at_most * 1.5)).unwrap();
            prop_assert!(more.threshold >= cut_off.threshold);
            let surer = table.certify(0, Promise { at_most, confidence: 0.99 });
            prop_assert!(surer.is_err() || surer.is_ok_and(|surer| surer.threshold <= cut_off.threshold));
        }
    }
}

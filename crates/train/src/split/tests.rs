use proptest::prelude::*;

use super::*;

fn rows<'a>(labels: &'a [u32], groups: &'a [u32]) -> SplitRows<'a> {
    SplitRows { labels, groups, strata: None }
}

/// Documents of up to six rows with three labels, of which the last is rare.
fn documents() -> impl Strategy<Value = (Vec<u32>, Vec<u32>)> {
    let document = prop::collection::vec(prop_oneof![6 => Just(0), 3 => Just(4), 1 => Just(9)], 1..6);
    prop::collection::vec(document, 8..60).prop_map(|documents| {
        let rows = documents.iter().enumerate();
        rows.flat_map(|(group, labels)| labels.iter().map(move |&label| (label, 1000 - group as u32))).unzip()
    })
}

/// Dealing as scikit-learn writes it: the mean over all classes of the deviation over the folds, from scratch each time.
fn deal_naively(labels: &[u32], groups: &[u32], order: &[u32], folds: usize) -> Vec<u32> {
    let k = *labels.iter().max().unwrap() as usize + 1;
    let total: Vec<f64> =
        (0..k).map(|class| labels.iter().filter(|&&label| label as usize == class).count() as f64).collect();
    let mut counts = vec![vec![0.0; k]; folds];
    let mut fold_of = vec![0; order.len()];
    for &group in order {
        let mut mine = vec![0.0; k];
        for (&label, _) in labels.iter().zip(groups).filter(|&(_, &of_row)| of_row == group) {
            mine[label as usize] += 1.0;
        }
        let (mut best, mut least, mut fewest) = (0, f64::INFINITY, f64::INFINITY);
        for fold in 0..folds {
            let rows =
                |other: usize, class: usize| counts[other][class] + if other == fold { mine[class] } else { 0.0 };
            let deviation = |class: usize| {
                let shares: Vec<f64> = (0..folds).map(|other| rows(other, class) / total[class]).collect();
                let mean = shares.iter().sum::<f64>() / folds as f64;
                (shares.iter().map(|share| (share - mean).powi(2)).sum::<f64>() / folds as f64).sqrt()
            };
            let uneven = (0..k).map(deviation).sum::<f64>() / k as f64;
            let size: f64 = counts[fold].iter().sum();
            if uneven < least - 1e-12 || ((uneven - least).abs() <= 1e-12 && size < fewest) {
                (best, least, fewest) = (fold, uneven, size);
            }
        }
        fold_of[group as usize] = best as u32;
        for class in 0..k {
            counts[best][class] += mine[class];
        }
    }
    fold_of
}

#[test]
fn unshuffled_dealing_is_scikit_learns() {
    // The example in the documentation of sklearn.model_selection.StratifiedGroupKFold.
    let labels = [0, 0, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    let of_row = [1, 1, 2, 2, 3, 3, 3, 4, 5, 5, 5, 5, 6, 6, 7, 8, 8];
    let groups = Groups::new(rows(&labels, &of_row), 3).unwrap();
    let mut order: Vec<u32> = (0..8).collect();
    groups.sort_by_deviation(&mut order);
    // There the folds are 1, 0 and 2: equally good folds differ by rounding. The documents of each are the same.
    assert_eq!(deal(&groups, &order, &[1, 1, 1]), [2, 2, 1, 0, 0, 1, 1, 2]);
}

#[test]
fn shares_are_even_where_they_can_be() {
    // 30 documents of three kinds: each of 5 folds can have two of each kind, and so 4 + 2 + 2 rows.
    let mut labels = Vec::new();
    let mut groups = Vec::new();
    for document in 0..30 {
        let of_document: &[u32] = [&[0, 0][..], &[1], &[2]][document as usize % 3];
        labels.extend(of_document);
        groups.extend(of_document.iter().map(|_| document));
    }
    let folds = Folds::new(rows(&labels, &groups), 5, 3).unwrap();
    assert!(folds.warnings().is_empty());
    for fold in 0..5 {
        let test = folds.test_rows(fold);
        let count = |label| test.iter().filter(|&&row| labels[row] == label).count();
        assert_eq!([count(0), count(1), count(2)], [4, 2, 2]);
    }
}

#[test]
fn shares_are_near_on_documents_of_mixed_labels() {
    let mut draws = random::Draws::new(5, 0);
    let mut labels = Vec::new();
    let mut groups = Vec::new();
    for document in 0..300 {
        for _ in 0..=draws.below(8) {
            labels.push([0, 0, 0, 0, 0, 0, 1, 1, 1, 2][draws.below(10) as usize]);
            groups.push(document);
        }
    }
    let share =
        |rows: &[usize], label| rows.iter().filter(|&&row| labels[row] == label).count() as f64 / rows.len() as f64;
    let all: Vec<usize> = (0..labels.len()).collect();
    for seed in 0..20 {
        let folds = Folds::new(rows(&labels, &groups), 5, seed).unwrap();
        let split = TrainTest::new(rows(&labels, &groups), 0.2, seed).unwrap();
        for test in (0..5).map(|fold| folds.test_rows(fold)).chain([split.test]) {
            let size = test.len() as f64 / all.len() as f64;
            assert!((size - 0.2).abs() < 0.005, "seed {seed}: {size} of the rows");
            for label in 0..3 {
                let (here, overall) = (share(&test, label), share(&all, label));
                assert!((here - overall).abs() < 0.005, "seed {seed}, label {label}: {here} of {overall}");
            }
        }
    }
}

#[test]
fn strata_get_their_share_too() {
    // One label; 20 documents, a quarter of them of stratum 5.
    let groups: Vec<u32> = (0..20).collect();
    let strata: Vec<u32> = groups.iter().map(|group| if group % 4 == 0 { 5 } else { 2 }).collect();
    let with = SplitRows { labels: &[0; 20], groups: &groups, strata: Some(&strata) };
    for seed in 0..20 {
        let folds = Folds::new(with, 5, seed).unwrap();
        for fold in 0..5 {
            let rare = folds.test_rows(fold).iter().filter(|&&row| strata[row] == 5).count();
            assert_eq!(rare, 1, "seed {seed}");
        }
    }
}

#[test]
fn the_seed_matters() {
    let groups: Vec<u32> = (0..40).collect();
    let labels: Vec<u32> = groups.iter().map(|group| group % 2).collect();
    let with = |seed| Folds::new(rows(&labels, &groups), 4, seed).unwrap();
    assert_eq!(with(1), with(1));
    assert_ne!(with(1), with(2));
    let split = |seed| TrainTest::new(rows(&labels, &groups), 0.25, seed).unwrap();
    assert_ne!(split(1), split(2));
    assert_eq!(split(1).test.len(), 10);
    assert_eq!(split(1).test.iter().filter(|&&row| labels[row] == 1).count(), 5);
}

#[test]
fn a_side_is_never_empty() {
    for share in [0.01, 0.99] {
        let split = TrainTest::new(rows(&[0, 1, 0], &[7, 7, 8]), share, 0).unwrap();
        assert_eq!(split.train.len().min(split.test.len()), 1);
    }
}

#[test]
fn impossible_splits_are_errors() {
    let few = Folds::new(rows(&[0, 1, 0], &[1, 1, 2]), 3, 0).unwrap_err();
    assert_eq!(few, SplitError::TooFewGroups { groups: 2, parts: 3 });
    assert_eq!(few.to_string(), "2 documents cannot fill 3 parts: ask for at most 2 folds, or give more documents");
    let none = TrainTest::new(rows(&[], &[]), 0.5, 0).unwrap_err();
    assert_eq!(none, SplitError::TooFewGroups { groups: 0, parts: 2 });
    for count in [0, 1] {
        let error = Folds::new(rows(&[0, 1], &[0, 1]), count, 0).unwrap_err();
        assert_eq!(error, SplitError::TooFewFolds { folds: count });
    }
    for share in [0.0, 1.0, -0.5, 1e-9, f64::NAN, f64::INFINITY] {
        let error = TrainTest::new(rows(&[0, 1], &[0, 1]), share, 0).unwrap_err();
        assert!(matches!(error, SplitError::Share { .. }), "{share}");
    }
    let error = Folds::new(rows(&[0, 1], &[0]), 2, 0).unwrap_err();
    assert!(matches!(error, SplitError::Lengths { what: "documents", other: 1, .. }));
    let strata = SplitRows { labels: &[0, 1], groups: &[0, 1], strata: Some(&[1]) };
    let error = Folds::new(strata, 2, 0).unwrap_err();
    assert!(matches!(error, SplitError::Lengths { what: "strata", other: 1, .. }));
}

#[test]
fn a_scarce_label_is_a_warning() {
    let folds = Folds::new(rows(&[3, 3, 8, 3, 8, 8], &[0, 1, 2, 3, 2, 2]), 3, 0).unwrap();
    let scarce = SplitWarning::ScarceLabel { label: 8, groups: 1, parts: 3 };
    assert_eq!(folds.warnings(), [scarce]);
}

proptest! {
    #[test]
    fn folds_are_a_partition_that_keeps_documents_whole(
        (labels, groups) in documents(),
        count in 2_u32..8,
        seed in any::<u64>(),
    ) {
        let folds = Folds::new(rows(&labels, &groups), count, seed).unwrap();
        let mut tested = vec![0; labels.len()];
        for fold in 0..count {
            let (train, test) = (folds.train_rows(fold), folds.test_rows(fold));
            prop_assert!(!test.is_empty());
            prop_assert_eq!(train.len() + test.len(), labels.len());
            for row in test {
                tested[row] += 1;
                prop_assert!(train.iter().all(|&other| groups[other] != groups[row]));
            }
        }
        prop_assert!(tested.iter().all(|&times| times == 1));
        prop_assert_eq!(&folds, &Folds::new(rows(&labels, &groups), count, seed).unwrap());

        // The order of the rows does not matter to where a document goes.
        let backwards = |column: &[u32]| column.iter().rev().copied().collect::<Vec<u32>>();
        let (labels, groups) = (backwards(&labels), backwards(&groups));
        let reversed = Folds::new(rows(&labels, &groups), count, seed).unwrap();
        prop_assert_eq!(backwards(reversed.assignment()), folds.assignment());
    }

    #[test]
    fn a_test_set_is_near_the_share_asked_for(
        (labels, groups) in documents(),
        share in 0.1..0.9,
        seed in any::<u64>(),
    ) {
        let split = TrainTest::new(rows(&labels, &groups), share, seed).unwrap();
        prop_assert_eq!(split.train.len() + split.test.len(), labels.len());
        for &row in &split.test {
            prop_assert!(split.train.iter().all(|&other| groups[other] != groups[row]));
        }
        let asked = share * labels.len() as f64;
        prop_assert!((split.test.len() as f64 - asked).abs() <= 10.0, "{} of {asked}", split.test.len());
    }

    #[test]
    fn dealing_agrees_with_dealing_from_scratch(
        documents in prop::collection::vec(prop::collection::vec(0_u32..3, 1..5), 4..12),
        folds in 2_usize..5,
        seed in any::<u64>(),
    ) {
        let of_documents = documents.iter().enumerate();
        let (labels, of_row): (Vec<u32>, Vec<u32>) = of_documents
            .flat_map(|(group, labels)| labels.iter().map(move |&label| (label, group as u32)))
            .unzip();
        let groups = Groups::new(rows(&labels, &of_row), 2).unwrap();
        prop_assume!(groups.scarce_labels(1).is_empty() && (0..3).all(|label| labels.contains(&label)));
        let order = groups.order(seed);
        let dealt = deal(&groups, &order, &vec![1; folds]);
        prop_assert_eq!(dealt, deal_naively(&labels, &of_row, &order, folds));
    }
}

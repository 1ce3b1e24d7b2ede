use copydesk_infer::{ConfusionTable, ScoredSentence};

use super::*;

const NAMES: [&str; 2] = ["news", "plea"];

fn names() -> Vec<String> {
    NAMES.map(String::from).to_vec()
}

/// Held-out documents that each have ten sentences of either label and one error in so many of either.
fn held_out(documents: u32, errors: u32, weighting: Weighting) -> HeldOut {
    let mut sentences = Vec::new();
    for document in 0..documents {
        for truth in 0..2 {
            for at in 0..10 {
                let right = at >= errors;
                let probabilities: &[f64] = if (truth == 0) == right { &[0.8, 0.2] } else { &[0.2, 0.8] };
                sentences.push(ScoredSentence { document, truth: Some(truth), probabilities });
            }
        }
    }
    HeldOut::from_table(&ConfusionTable::new(2, false, sentences).unwrap(), &names(), weighting).unwrap()
}

fn tally(documents: usize, answers: &[(usize, usize)]) -> Tally {
    let mut tally = Tally::new(2, Weighting::Sentences);
    for _ in 0..documents {
        tally.add(answers);
    }
    tally
}

fn one(held_out: &HeldOut, part: Tally) -> Prevalence {
    prevalence(held_out, &[part], &Bootstrap::default()).unwrap().remove(0)
}

#[test]
fn errors_are_taken_out_of_the_counts() {
    let held_out = held_out(200, 1, Weighting::Sentences);
    assert_eq!((held_out.labels(), held_out.documents(), held_out.documents_by_label()), (2, 200, vec![200, 200]));
    let mut answers = vec![(0, 30); 74];
    answers.extend(vec![(1, 30); 26]);
    let found = one(&held_out, tally(100, &answers));
    let plea = found.labels[1];
    assert_eq!((found.documents, found.sentences), (100, 10_000));
    assert!((plea.naive - 0.26).abs() < 1e-12 && (plea.share - 0.2).abs() < 1e-9, "{plea:?}");
    assert!(plea.interval.low > 0.16 && plea.interval.high < 0.26, "{plea:?}");
}

#[test]
fn a_label_that_no_document_has_is_not_impossible() {
    let held_out = held_out(200, 0, Weighting::Sentences);
    for (documents, least) in [(1, 0.9), (10, 0.25), (100, 0.03)] {
        let plea = one(&held_out, tally(documents, &[(0, 9); 8])).labels[1];
        // Clopper and Pearson's upper end for none of so many, but for the draws.
        let upper = 1.0 - 0.025_f64.powf(1.0 / documents as f64);
        assert!(plea.share < 0.01 && plea.interval.low < 1e-9, "{plea:?}");
        assert!(plea.interval.high > least && plea.interval.high < upper + 0.03, "{documents}: {plea:?} {upper}");
    }
}

#[test]
fn results_depend_on_seed_and_own_documents_alone() {
    let held_out = held_out(30, 1, Weighting::Sentences);
    let (a, b) = (tally(7, &[(0, 9), (1, 9), (0, 9)]), tally(5, &[(1, 9)]));
    let both = prevalence(&held_out, &[a.clone(), b.clone()], &Bootstrap::default()).unwrap();
    assert_eq!(both[1], one(&held_out, b));
    assert_eq!(both[0], one(&held_out, a.clone()));
    let other = prevalence(&held_out, &[a], &Bootstrap { seed: 1, ..Bootstrap::default() }).unwrap();
    assert_ne!(both[0].labels[0].interval, other[0].labels[0].interval);
}

#[test]
fn very_many_documents_are_drawn_in_bags() {
    let held_out = held_out(2000, 0, Weighting::Sentences);
    let mut part = Tally::new(2, Weighting::Sentences);
    for document in 0..20_000_usize {
        part.add(&[(usize::from(document % 4 == 0), 1)]);
    }
    let plea = one(&held_out, part).labels[1];
    // Of single sentences: the binomial interval, ± 0.006.
    let Interval { low, high } = plea.interval;
    assert!((0.0100..0.0145).contains(&(high - low)) && low < 0.25 && high > 0.25, "{plea:?}");
}

#[test]
fn sentences_characters_and_documents_count_as_asked() {
    let documents: [&[(usize, usize)]; 2] = [&[(0, 90), (1, 10)], &[(1, 50), (1, 50), (1, 50), (1, 50)]];
    for (weighting, expected) in
        [(Weighting::Sentences, 5.0 / 6.0), (Weighting::Characters, 0.7), (Weighting::Documents, 0.75)]
    {
        let mut tally = Tally::new(2, weighting);
        for document in documents {
            tally.add(document);
        }
        tally.add(&[]);
        assert_eq!((tally.documents(), tally.sentences()), (2, 6));
        assert!((tally.shares()[1] - expected).abs() < 1e-12, "{weighting:?}");
    }
}

#[test]
fn what_cannot_be_known_is_said() {
    let table =
        ConfusionTable::new(2, false, [ScoredSentence { document: 0, truth: Some(0), probabilities: &[1.0, 0.0] }])
            .unwrap();
    let refused = |weighting| HeldOut::from_table(&table, &names(), weighting).unwrap_err().to_string();
    assert!(refused(Weighting::Sentences).contains("no sentences that are in truth plea"));
    assert!(refused(Weighting::Characters).contains("need labelled texts"));
    let fewer = HeldOut::from_table(&table, &names()[1..], Weighting::Sentences).unwrap_err();
    assert_eq!(fewer, PrevalenceError::Labels { found: 1, expected: 2 });
    let held_out = held_out(3, 1, Weighting::Documents);
    let refused = |part: Tally, options: &Bootstrap| prevalence(&held_out, &[part], options).unwrap_err().to_string();
    let default = Bootstrap::default();
    assert!(refused(tally(0, &[]), &default).contains("no sentences"));
    assert!(refused(Tally::new(3, Weighting::Documents), &default).contains("by 3 labels"));
    assert!(refused(tally(1, &[(0, 1)]), &Bootstrap { resamples: 0, ..default }).contains("resamples"));
}

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::spec::{FeatureSpec, Form, InverseDocumentFrequency, Norm, TermFrequency, Units};

fn spec_with(change: impl FnOnce(&mut BlockSpec)) -> CheckedSpec {
    let mut block = BlockSpec { min_groups: 1, ..BlockSpec::default() };
    change(&mut block);
    FeatureSpec { blocks: [("b".to_owned(), block)].into(), ..FeatureSpec::default() }.check().unwrap()
}

fn unigrams(vectorizer: &Vectorizer) -> Vec<&str> {
    (0..vectorizer.vocabulary().len()).map(|column| vectorizer.vocabulary().ngram(column)).collect()
}

#[test]
fn values_are_tf_times_idf_over_the_norm() {
    let spec = spec_with(|b| {
        (b.max_n, b.idf_power, b.unigram_weight) = (1, 1.0, 1.0);
        (b.tf, b.norm) = (TermFrequency::Sublinear, Norm::L2);
    });
    let texts = ["rain rain fell", "rain stopped"];
    let vectorizer = Vectorizer::fit(spec, &texts, None).unwrap();
    assert_eq!(unigrams(&vectorizer), ["fell", "rain", "stopped"]);
    let rows = vectorizer.transform(&texts);
    let rare = (3.0_f64 / 2.0).ln() + 1.0;
    let rain = 1.0 + 2.0_f64.ln();
    let norm = (rare * rare + rain * rain).sqrt();
    let row: Vec<_> = rows.row(0).iter().collect();
    assert_eq!(row[0].0, 0);
    assert!((f64::from(row[0].1) - rare / norm).abs() < 1e-7);
    assert!((f64::from(row[1].1) - rain / norm).abs() < 1e-7);
}

#[test]
fn thresholds_count_texts_and_groups() {
    let texts = ["common once", "common twice twice", "common twice", "secret secret", "secret"];
    let groups = [7, 7, 3, 5, 5];
    let fitted = |change: fn(&mut BlockSpec)| {
        let spec = spec_with(|b| {
            b.max_n = 1;
            change(b);
        });
        Vectorizer::fit(spec, &texts, Some(&groups))
    };
    let words = |change| unigrams(&fitted(change).unwrap()).join(" ");
    assert_eq!(words(|_| ()), "common once secret twice");
    assert_eq!(words(|b| b.min_texts = 2), "common secret twice");
    assert_eq!(words(|b| b.min_groups = 2), "common twice");
    assert_eq!(words(|b| b.max_share = 0.4), "once secret twice");
    assert_eq!(words(|b| b.max_features = Some(2)), "common secret");
    assert_eq!(fitted(|b| b.min_groups = 3).unwrap_err(), FitError::EmptyVocabulary { seen: 4, texts: 5 });
}

#[test]
fn nothing_to_fit_is_an_error() {
    let spec = spec_with(|_| ());
    let none: [&str; 0] = [];
    assert_eq!(Vectorizer::fit(spec.clone(), &none, None).unwrap_err(), FitError::NoTexts);
    assert_eq!(
        Vectorizer::fit(spec.clone(), &["a"], Some(&[1, 2])).unwrap_err(),
        FitError::Groups { groups: 2, texts: 1 }
    );
    assert!(matches!(Vectorizer::fit(spec, &[" ", ""], None), Err(FitError::EmptyVocabulary { .. })));
}

#[test]
fn an_idf_that_is_no_positive_number_is_refused() {
    let vectorizer = Vectorizer::fit(spec_with(|_| ()), &["one two"], None).unwrap();
    for bad in [f32::NAN, f32::INFINITY, 0.0, -1.0] {
        let mut idf = vectorizer.idf().to_vec();
        idf[1] = bad;
        let parts = Vectorizer::from_parts(vectorizer.spec().clone(), vectorizer.vocabulary().clone(), idf);
        assert!(matches!(parts, Err(VocabularyError::Idf { .. })));
    }
}

#[test]
fn fewer_columns_keep_their_ngrams_and_idf() {
    let texts = ["one two three", "two three four", "three four five"];
    let all = Vectorizer::fit(spec_with(|_| ()), &texts, None).unwrap();
    let some = all.with_columns(&[1, 4]).unwrap();
    assert_eq!(unigrams(&some), [all.vocabulary().ngram(1), all.vocabulary().ngram(4)]);
    assert_eq!(some.idf(), [all.idf()[1], all.idf()[4]]);
    for columns in [[4, 1], [1, 1]] {
        assert!(matches!(all.with_columns(&columns), Err(VocabularyError::Columns { .. })));
    }
}

#[test]
fn columns_of_blocks_in_another_order_are_refused() {
    let mut spec = spec_with(|_| ()).get().clone();
    spec.blocks.insert("c".to_owned(), spec.blocks["b"].clone());
    let all = Vectorizer::fit(spec.check().unwrap(), &["one two three"], None).unwrap();
    let second = all.vocabulary().block_columns(1).start as u32;
    let refused = all.with_columns(&[second, 0]).unwrap_err();
    assert_eq!(refused, VocabularyError::Columns { before: second, column: 0 });
    assert_eq!(all.with_columns(&[0, second]).unwrap().vocabulary().block_sizes(), [1, 1]);
}

/// scikit-learn's definition, with strings and maps.
fn naive_rows(spec: &CheckedSpec, texts: &[String]) -> Vec<BTreeMap<String, f64>> {
    let block = &spec.get().blocks["b"];
    let counts: Vec<BTreeMap<String, f64>> = texts
        .iter()
        .map(|text| {
            let mut extractor = Extractor::new(spec);
            extractor.read(text, spec);
            let mut counts = BTreeMap::new();
            extractor.for_each(0, block, |_, ngram| *counts.entry(ngram.to_owned()).or_insert(0.0) += 1.0);
            counts
        })
        .collect();
    let n = texts.len() as f64;
    let ngrams: BTreeSet<&String> = counts.iter().flat_map(BTreeMap::keys).collect();
    let df: BTreeMap<&String, f64> =
        ngrams.iter().map(|&ngram| (ngram, counts.iter().filter(|c| c.contains_key(ngram)).count() as f64)).collect();
    counts
        .iter()
        .map(|row| {
            let mut out: BTreeMap<String, f64> = row
                .iter()
                .filter(|(ngram, _)| df[ngram] >= block.min_texts as f64 && df[ngram] <= block.max_share * n)
                .map(|(ngram, &c)| {
                    let tf = match block.tf {
                        TermFrequency::Count => c,
                        TermFrequency::Binary => 1.0,
                        TermFrequency::Sublinear => 1.0 + c.ln(),
                    };
                    let idf = match block.idf {
                        InverseDocumentFrequency::Smooth => ((1.0 + n) / (1.0 + df[ngram])).ln() + 1.0,
                        InverseDocumentFrequency::Plain => (n / df[ngram]).ln() + 1.0,
                        InverseDocumentFrequency::None => 1.0,
                    };
                    let units =
                        if block.units == Units::Words { ngram.split(' ').count() } else { ngram.chars().count() };
                    let weight = if units == 1 { block.unigram_weight } else { 1.0 };
                    (ngram.clone(), tf * weight * idf.powf(block.idf_power))
                })
                .collect();
            let norm = match block.norm {
                Norm::L2 => out.values().map(|v| v * v).sum::<f64>().sqrt(),
                Norm::L1 => out.values().sum(),
                Norm::Occurrences => out.iter().map(|(ngram, v)| v * v / row[ngram]).sum::<f64>().sqrt(),
                Norm::None => 1.0,
            };
            for value in out.values_mut() {
                *value *= block.weight / norm;
            }
            out
        })
        .collect()
}

proptest! {
    #[test]
    fn rows_equal_the_naive_definition(
        texts in prop::collection::vec("([abé]{1,2}[ .’]){0,8}", 1..12),
        choice in (0..3usize, 0..3usize, 0..4usize, any::<bool>(), any::<bool>()),
        thresholds in (1..3usize, 0.5..1.0f64, 0.1..3.0f64),
        (power, unigram_weight) in (prop_oneof![Just(1.0), 0.0..=3.0f64], prop_oneof![Just(1.0), 0.01..=50.0f64]),
    ) {
        let spec = spec_with(|b| {
            b.tf = [TermFrequency::Count, TermFrequency::Binary, TermFrequency::Sublinear][choice.0];
            b.idf = [
                InverseDocumentFrequency::Smooth,
                InverseDocumentFrequency::Plain,
                InverseDocumentFrequency::None,
            ][choice.1];
            b.norm = [Norm::L2, Norm::L1, Norm::Occurrences, Norm::None][choice.2];
            if b.norm == Norm::Occurrences {
                b.tf = TermFrequency::Count;
            }
            b.units = if choice.3 { Units::Characters } else { Units::Words };
            b.form = if choice.4 && !choice.3 { Form::Stem } else { Form::Surface };
            (b.min_texts, b.max_share, b.weight) = thresholds;
            (b.idf_power, b.unigram_weight) = (power, unigram_weight);
        });
        let expected = naive_rows(&spec, &texts);
        match Vectorizer::fit(spec, &texts, None) {
            Err(_) => prop_assert!(expected.iter().all(BTreeMap::is_empty)),
            Ok(vectorizer) => {
                let rows = vectorizer.transform(&texts);
                for (row, expected) in rows.rows().zip(&expected) {
                    let found: Vec<_> = row.iter().map(|(c, v)| (vectorizer.vocabulary().ngram(c), v)).collect();
                    prop_assert_eq!(found.len(), expected.len());
                    for ((ngram, value), (name, &oracle)) in found.into_iter().zip(expected) {
                        prop_assert_eq!(ngram, name);
                        prop_assert!((f64::from(value) - oracle).abs() <= 1e-6 * oracle.max(1.0));
                    }
                }
            }
        }
    }

    #[test]
    fn the_order_of_texts_and_the_threads_change_nothing(
        texts in prop::collection::vec("([a-d]{1,2} ){0,8}", 1..40),
        rotation in 0..40usize,
    ) {
        let mut turned = texts.clone();
        turned.rotate_left(rotation % texts.len());
        let fit = |texts: &[String], threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| Vectorizer::fit(spec_with(|_| ()), texts, None)).ok()
        };
        let (one, other) = (fit(&texts, 1), fit(&turned, 3));
        prop_assert_eq!(one.is_some(), other.is_some());
        if let (Some(one), Some(other)) = (one, other) {
            prop_assert_eq!(one.vocabulary().bytes(), other.vocabulary().bytes());
            prop_assert_eq!(one.idf(), other.idf());
            prop_assert_eq!(one.transform(&texts), other.transform(&texts));
        }
    }
}

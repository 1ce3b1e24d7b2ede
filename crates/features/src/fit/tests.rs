//! Counting, naming and ranking against the plain way: all n-grams as strings in maps.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use crate::spec::{BlockSpec, CheckedSpec, FeatureSpec, Form, Norm, TermFrequency, Units};
use crate::{FitError, Vectorizer};

fn spec(blocks: &[(&str, BlockSpec)]) -> CheckedSpec {
    let blocks = blocks.iter().map(|(name, block)| ((*name).to_owned(), block.clone())).collect();
    FeatureSpec { blocks, ..FeatureSpec::default() }.check().unwrap()
}

/// Words with the tokens' texts and groups: what the thresholds see, block by block.
fn naive_ngrams(spec: &CheckedSpec, texts: &[String], groups: &[u32]) -> Vec<BTreeMap<String, u32>> {
    let mut extractor = crate::ngrams::Extractor::new(spec);
    spec.get()
        .blocks
        .values()
        .enumerate()
        .map(|(index, block)| {
            let mut seen: BTreeMap<String, (BTreeSet<usize>, BTreeSet<u32>, u64)> = BTreeMap::new();
            for (text, &group) in texts.iter().zip(groups).enumerate().map(|(at, (text, group))| ((at, text), group)) {
                extractor.read(text.1, spec);
                extractor.for_each(index, block, |_, ngram| {
                    let (of, in_groups, total) = seen.entry(ngram.to_owned()).or_default();
                    of.insert(text.0);
                    in_groups.insert(group);
                    *total += 1;
                });
            }
            let passes = |(of, in_groups, _): &(BTreeSet<usize>, BTreeSet<u32>, u64)| {
                of.len() >= block.min_texts
                    && in_groups.len() >= block.min_groups
                    && of.len() as f64 <= block.max_share * texts.len() as f64
            };
            let mut kept: Vec<(String, u32, u64)> = seen
                .into_iter()
                .filter(|(_, counts)| passes(counts))
                .map(|(ngram, (of, _, total))| (ngram, of.len() as u32, total))
                .collect();
            kept.sort_by(|a, b| b.2.cmp(&a.2).then(a.0.cmp(&b.0)));
            kept.truncate(block.max_features.unwrap_or(usize::MAX));
            kept.into_iter().map(|(ngram, texts, _)| (ngram, texts)).collect()
        })
        .collect()
}

fn text() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec!["rain", "rains", "fell", "The", "the", "a", "é", "!", "over", "now"]);
    prop::collection::vec(word, 0..12).prop_map(|words| words.join(" "))
}

proptest! {
    #[test]
    fn the_vocabulary_is_the_naive_one_and_the_rows_are_those_of_transform(
        texts in prop::collection::vec(text(), 1..30),
        documents in prop::collection::vec(0..9_u32, 30),
        (min_texts, min_groups) in (1..4_usize, 1..4_usize),
        limited: bool,
        tf in 0..3_usize,
        norm in 0..4_usize,
    ) {
        let norm = [Norm::L2, Norm::L1, Norm::Occurrences, Norm::None][norm];
        let tf = if norm == Norm::Occurrences { 0 } else { tf };
        let words = BlockSpec {
            form: Form::Stem,
            min_texts,
            min_groups,
            max_share: 0.8,
            max_features: limited.then_some(7),
            tf: [TermFrequency::Count, TermFrequency::Binary, TermFrequency::Sublinear][tf],
            norm,
            weight: 0.5,
            ..BlockSpec::default()
        };
        let (tf, norm) = (words.tf, words.norm);
        let characters =
            BlockSpec { units: Units::Characters, min_n: 2, max_n: 3, min_groups, tf, norm, ..BlockSpec::default() };
        let spec = spec(&[("chars", characters), ("words", words)]);
        let groups = &documents[..texts.len()];
        let naive = naive_ngrams(&spec, &texts, groups);
        let fitted = Vectorizer::fit_rows(spec, &texts, Some(groups));
        if naive.iter().all(BTreeMap::is_empty) {
            prop_assert!(matches!(fitted, Err(FitError::EmptyVocabulary { .. })), "a vocabulary out of nothing");
            return Ok(());
        }
        let (vectorizer, rows) = fitted.unwrap();
        let vocabulary = vectorizer.vocabulary();
        for (block, naive) in naive.iter().enumerate() {
            let ngrams = vocabulary.block_columns(block).map(|column| vocabulary.ngram(column));
            prop_assert!(ngrams.eq(naive.keys()));
        }
        prop_assert_eq!(rows.to_sparse(), vectorizer.transform(&texts));
        for block in rows.blocks() {
            let mut entries = vec![0; block.columns().len()];
            for row in 0..rows.n_rows() {
                block.row(row).ranks().for_each(|rank| entries[rank as usize] += 1);
            }
            prop_assert!(entries.is_sorted_by(|a, b| a >= b), "ranks go by the number of texts");
        }
    }
}

#[test]
fn a_long_text_names_all_its_ngrams() {
    let words: Vec<String> = (0..60_000).map(|number| format!("w{number}")).collect();
    let text = words.join(" ");
    let blocks = [BlockSpec { min_groups: 1, ..BlockSpec::default() }];
    let spec = spec(&blocks.map(|block| ("words", block)));
    let vectorizer = Vectorizer::fit(spec, &[&text], None).unwrap();
    // Pairs with the boundaries too.
    assert_eq!(vectorizer.vocabulary().len(), 60_000 + 60_001);
}

/// The n-grams of a vocabulary with the numbers of their blocks.
fn vocabulary(spec: CheckedSpec, texts: &[&String], groups: &[u32]) -> BTreeSet<(usize, String)> {
    let Ok(fitted) = Vectorizer::fit(spec, texts, Some(groups)) else {
        return BTreeSet::new();
    };
    let vocabulary = fitted.vocabulary();
    let blocks = 0..fitted.spec().get().blocks.len();
    let ngrams =
        |block| vocabulary.block_columns(block).map(move |column| (block, vocabulary.ngram(column).to_owned()));
    blocks.flat_map(ngrams).collect()
}

proptest! {
    #[test]
    fn what_fewer_documents_say_than_asked_for_is_in_no_vocabulary(
        texts in prop::collection::vec(text(), 1..20),
        documents in prop::collection::vec(0..6_u32, 20),
        least in 2..5_usize,
    ) {
        let blocks_of = |min_groups| {
            let words = |form| BlockSpec { form, min_groups, max_n: 3, ..BlockSpec::default() };
            let characters = BlockSpec { units: Units::Characters, max_n: 4, ..words(Form::Surface) };
            spec(&[("chars", characters), ("shapes", words(Form::Shape)), ("stems", words(Form::Stem)), ("words", words(Form::Surface))])
        };
        // Each document on its own, with all that it says.
        let of_document: Vec<BTreeSet<(usize, String)>> = (0..6)
            .map(|document| {
                let of = texts.iter().zip(&documents).filter(|(_, of)| **of == document).map(|(text, _)| text);
                let texts: Vec<&String> = of.collect();
                vocabulary(blocks_of(1), &texts, &vec![document; texts.len()])
            })
            .collect();
        let all: Vec<&String> = texts.iter().collect();
        for ngram in vocabulary(blocks_of(least), &all, &documents[..texts.len()]) {
            let saying = of_document.iter().filter(|said| said.contains(&ngram)).count();
            prop_assert!(saying >= least, "{ngram:?} is said by {saying} documents");
        }
    }
}

#[test]
fn neither_threads_nor_waves_nor_the_order_of_the_texts_change_the_vocabulary() {
    // Several waves: each of 16 pieces of 64 KiB.
    let texts: Vec<String> =
        (0..60_000_u32).map(|n| format!("word{} of text{} and more of it{}", n % 997, n, n % 31)).collect();
    let groups: Vec<u32> = (0..60_000).map(|n| n % 5000).collect();
    let spec = spec(&[("words", BlockSpec::default())]);
    let fit = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| Vectorizer::fit_rows(spec.clone(), &texts, Some(&groups)).unwrap())
    };
    let (one, rows) = fit(1);
    let (three, other_rows) = fit(3);
    assert_eq!(one.vocabulary().bytes(), three.vocabulary().bytes());
    assert_eq!(one.idf(), three.idf());
    assert_eq!(rows.to_sparse(), other_rows.to_sparse());
    assert_eq!(rows.to_sparse(), one.transform(&texts));

    let reversed: Vec<&String> = texts.iter().rev().collect();
    let groups: Vec<u32> = groups.iter().rev().map(|group| 7000 - group).collect();
    let back = Vectorizer::fit(spec, &reversed, Some(&groups)).unwrap();
    assert_eq!(back.vocabulary().bytes(), one.vocabulary().bytes());
    assert_eq!(back.idf(), one.idf());
}

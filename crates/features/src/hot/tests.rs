use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::hash::hash_bytes;
use crate::ngrams::Extractor;
use crate::spec::{CheckedSpec, FeatureSpec, Norm, NormalizeSpec, Stemming, TermFrequency, TokenRule, TokenSpec};

/// How often each column of each block occurs, by the plain way.
fn naive(text: &str, vectorizer: &Vectorizer) -> Vec<BTreeMap<u32, u32>> {
    let spec = vectorizer.spec();
    let mut extractor = Extractor::new(spec);
    extractor.read(text, spec);
    let blocks = spec.get().blocks.values().enumerate();
    blocks
        .map(|(index, block)| {
            let mut counts = BTreeMap::new();
            extractor.for_each(index, block, |hash, _| {
                if let Some(column) = vectorizer.vocabulary().find(hash) {
                    *counts.entry(column).or_insert(0) += 1;
                }
            });
            counts
        })
        .collect()
}

fn counted(counter: &mut NgramCounter, text: &str, vectorizer: &Vectorizer) -> Vec<BTreeMap<u32, u32>> {
    counter.clear();
    counter.read("before, before the text", vectorizer);
    counter.read(text, vectorizer);
    let vocabulary = vectorizer.vocabulary();
    let blocks = 0..vectorizer.spec().get().blocks.len();
    blocks
        .map(|block| {
            let first = vocabulary.block_columns(block).start as u32;
            let mut found = BTreeMap::new();
            match counter.count(block, 1) {
                Ngrams::Words(ngrams) => {
                    for &Counted { hash, count } in ngrams {
                        if let Some(column) = vocabulary.find(hash) {
                            assert_eq!(found.insert(column, count), None, "a column comes twice");
                        }
                    }
                }
                Ngrams::Occurrences(hashes) => {
                    for column in hashes.iter().filter_map(|&hash| vocabulary.find(hash)) {
                        *found.entry(column).or_default() += 1;
                    }
                }
                Ngrams::Characters(ngrams) => {
                    let columns = ngrams.tokens().iter().flat_map(|&word| ngrams.columns(word));
                    columns.for_each(|column| *found.entry(first + column).or_default() += 1);
                    let repeats = ngrams.repeats().iter().map(|repeat| (first + repeat.column, repeat.count));
                    let adds_up = vectorizer.spec().get().blocks.values().nth(block).unwrap().adds_up();
                    let repeated = |&(_, &count): &(_, &u32)| count > 1 && !adds_up;
                    let expected = found.iter().filter(repeated).map(|(&column, &count)| (column, count));
                    assert_eq!(repeats.collect::<BTreeMap<_, _>>(), expected.collect::<BTreeMap<_, _>>());
                }
            }
            found
        })
        .collect()
}

fn any_spec() -> impl Strategy<Value = CheckedSpec> {
    let normalize =
        any::<[bool; 6]>().prop_map(|[lowercase, compatibility, punctuation, strip_accents, fold_digits, acronyms]| {
            NormalizeSpec { lowercase, compatibility, punctuation, strip_accents, fold_digits, acronyms }
        });
    let rules = vec![TokenRule::Words, TokenRule::Parts, TokenRule::Alphanumeric, TokenRule::Whitespace];
    let tokens = (prop::sample::select(rules), any::<bool>(), 0..4usize)
        .prop_map(|(rule, marks, min_chars)| TokenSpec { rule, marks, min_chars });
    let block = (any::<bool>(), 0..3u8, 1..5usize, 0..4usize, any::<[bool; 2]>());
    let blocks = prop::collection::vec(block, 1..4);
    (normalize, tokens, blocks).prop_map(|(normalize, tokens, blocks)| {
        let blocks =
            blocks.into_iter().enumerate().map(|(place, (characters, form, min_n, more, [boundaries, adds_up]))| {
                let units = if characters { Units::Characters } else { Units::Words };
                let form = match form {
                    _ if characters => Form::Surface,
                    0 if normalize.lowercase => Form::Stem,
                    1 => Form::Shape,
                    _ => Form::Surface,
                };
                let most = if characters { 8 } else { 5 };
                let block = BlockSpec {
                    units,
                    form,
                    min_n,
                    max_n: (min_n + more).min(most),
                    boundaries,
                    min_groups: 1,
                    tf: TermFrequency::Count,
                    norm: if adds_up { Norm::Occurrences } else { Norm::L2 },
                    ..BlockSpec::default()
                };
                (format!("b{place}"), block)
            });
        let blocks = blocks.collect();
        FeatureSpec { normalize, tokens, stemmer: Stemming::English, blocks }.check().unwrap()
    })
}

/// Words, numbers and marks that the rules are about, near characters that are not ASCII.
const PIECES: [&str; 52] = [
    "the",
    "The",
    "running",
    "RUNNING",
    "donations",
    "don't",
    "don’t",
    "tax-deductible",
    "U.S.",
    "p.m.",
    "a.b.cd",
    "$1,000.50",
    "10:30",
    "3.",
    "3.é",
    "a.é",
    "a.bé",
    "-é",
    "'é",
    "1,٣",
    "٣",
    "--",
    "---",
    "----",
    "-",
    "!!!!",
    "...",
    "…",
    "_",
    "a_b",
    "naïve",
    "ﬁnal",
    "𝗗𝗼𝗻𝗮𝘁𝗲",
    "do\u{200b}nate",
    "\u{200b}",
    "\u{7f}",
    "\u{1}",
    "\u{2003}",
    "“quoted”",
    "“",
    "\"Open",
    "\"\"\"\"",
    "Capital",
    "US",
    "NHS",
    "US-led",
    "ÉU",
    "日本語",
    "é",
    "e\u{301}",
    "supercalifragilistic",
    "Ünïcödé",
];

fn any_text() -> impl Strategy<Value = String> {
    let pieces = prop::collection::vec((prop::sample::select(PIECES.to_vec()), any::<bool>()), 0..25);
    prop_oneof![
        3 => pieces.prop_map(|pieces| pieces.iter().map(|(p, space)| p.to_string() + if *space { " " } else { "" }).collect()),
        1 => "[ -~]{0,80}",
        1 => "([a-zA-Z]{1,9} ){0,30}",
        1 => any::<String>(),
        1 => "\\PC{0,40}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn the_ngrams_are_those_of_the_plain_way(
        spec in any_spec(),
        known in prop::collection::vec(any_text(), 1..6),
        others in prop::collection::vec(any_text(), 0..3),
    ) {
        if let Ok(vectorizer) = Vectorizer::fit(spec, &known, None) {
            let mut counter = NgramCounter::new(&vectorizer);
            for text in known.iter().chain(&others).chain(&known) {
                prop_assert_eq!(counted(&mut counter, text, &vectorizer), naive(text, &vectorizer), "{:?}", text);
            }
        }
    }
}

/// Stems, shapes and character n-grams: all that is remembered of words.
fn remembering(texts: &[String]) -> Vectorizer {
    let kinds = [(Units::Words, Form::Stem), (Units::Words, Form::Shape), (Units::Characters, Form::Surface)];
    let blocks = kinds.into_iter().enumerate().map(|(index, (units, form))| {
        (format!("b{index}"), BlockSpec { units, form, min_groups: 1, ..BlockSpec::default() })
    });
    let spec = FeatureSpec { blocks: blocks.collect(), ..FeatureSpec::default() };
    Vectorizer::fit(spec.check().unwrap(), texts, None).unwrap()
}

#[test]
fn words_that_were_chosen_to_meet_are_forgotten_before_the_next_texts() {
    let letters = |number: u32| (0..7).map(move |place| char::from(b'a' + (number >> (4 * place) & 15) as u8));
    let words = (0..).map(|number| letters(number).collect::<String>());
    // Their hashes want one place in a table of 512.
    let colliding = words.filter(|word| (hash_bytes(word.as_bytes()) >> 32).trailing_zeros() >= 9);
    let text = colliding.take(200).collect::<Vec<_>>().join(" ");
    let texts = [text, "It rained all day, and “nobody” came — naïvely.".to_owned()];
    let vectorizer = remembering(&texts);
    let mut counter = NgramCounter::new(&vectorizer);
    for (read, text) in texts.iter().chain(&texts).enumerate() {
        assert_eq!(counted(&mut counter, text, &vectorizer), naive(text, &vectorizer));
        assert_eq!(counter.reader.lexicon.epoch, [0, 1, 1, 2][read]);
    }
}

#[test]
fn more_words_than_are_remembered_make_no_difference() {
    let plain = (0..90_000).map(|number| format!("w{} ", letters_of(number)));
    let foreign = (0..20_000).map(|number| format!("é{}-ß ", letters_of(number)));
    let text = plain.chain(foreign).collect::<String>();
    let texts = [text.clone() + &text[text.len() - 10_000..], "w aaa bbb éaaa".to_owned()];
    let vectorizer = remembering(&texts[1..]);
    let mut counter = NgramCounter::new(&vectorizer);
    for (read, text) in texts.iter().chain(&texts).enumerate() {
        assert_eq!(counted(&mut counter, text, &vectorizer), naive(text, &vectorizer));
        assert_eq!(counter.reader.lexicon.epoch, [0, 1, 1, 2][read]);
    }
}

/// A number in letters.
fn letters_of(number: u32) -> String {
    (0..4).map(|place| char::from(b'a' + (number / 20_u32.pow(place) % 20) as u8)).collect()
}

#[test]
fn long_words_and_long_texts_are_no_exception() {
    let kinds = [Units::Words, Units::Characters].map(|units| [Norm::L2, Norm::Occurrences].map(|norm| (units, norm)));
    let blocks = kinds.into_iter().flatten().enumerate().map(|(index, (units, norm))| {
        (format!("b{index}"), BlockSpec { units, norm, min_groups: 1, ..BlockSpec::default() })
    });
    let spec = FeatureSpec { blocks: blocks.collect(), ..FeatureSpec::default() }.check().unwrap();
    let long = ["x".repeat(255), "x".repeat(256), "x".repeat(257), "é".repeat(300), "ab cd-ef, ".repeat(3000)];
    let vectorizer = Vectorizer::fit(spec, &long, None).unwrap();
    let mut counter = NgramCounter::new(&vectorizer);
    for text in long.iter().map(String::as_str).chain(["", "xx"]) {
        assert_eq!(counted(&mut counter, text, &vectorizer), naive(text, &vectorizer));
    }
}

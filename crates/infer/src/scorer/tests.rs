use copydesk_features::{
    BlockSpec, FeatureSpec, Form, InverseDocumentFrequency, NormalizeSpec, Stemming, TermFrequency, TokenRule,
    TokenSpec, Units, Vectorizer,
};
use proptest::prelude::*;

use super::*;
use crate::classifier::{Classifier, Prediction};
use crate::model::{Calibration, ModelParts, Provenance};
use crate::probabilities::softmax;

/// The logits by the plain way, the row of the text times the weights, and the sum of the sizes of all that is added.
fn naive(model: &Model, text: &str) -> (Vec<f64>, f64) {
    let mut logits: Vec<f64> = model.intercept().iter().map(|&intercept| f64::from(intercept)).collect();
    let mut size = 1.0;
    let mut rows = model.vectorizer().row_builder();
    for (column, value) in rows.row(text).iter() {
        for (logit, &weight) in logits.iter_mut().zip(model.weights_of(column)) {
            let part = f64::from(value) * f64::from(weight);
            *logit += part;
            size += part.abs();
        }
    }
    (logits, size)
}

fn any_spec() -> impl Strategy<Value = FeatureSpec> {
    let normalize =
        any::<[bool; 6]>().prop_map(|[lowercase, compatibility, punctuation, strip_accents, fold_digits, acronyms]| {
            NormalizeSpec { lowercase, compatibility, punctuation, strip_accents, fold_digits, acronyms }
        });
    let rules = vec![TokenRule::Words, TokenRule::Parts, TokenRule::Alphanumeric, TokenRule::Whitespace];
    let tokens = (prop::sample::select(rules), any::<bool>(), 0..4usize)
        .prop_map(|(rule, marks, min_chars)| TokenSpec { rule, marks, min_chars });
    let weighting = (
        prop::sample::select(vec![TermFrequency::Count, TermFrequency::Binary, TermFrequency::Sublinear]),
        prop::sample::select(vec![
            InverseDocumentFrequency::Smooth,
            InverseDocumentFrequency::Plain,
            InverseDocumentFrequency::None,
        ]),
        prop::sample::select(vec![Norm::L2, Norm::L1, Norm::Occurrences, Norm::None]),
        0.1..3.0f64,
    );
    let block = (any::<[bool; 2]>(), 0..3u8, 1..4usize, 0..4usize, weighting);
    let blocks = prop::collection::vec(block, 1..4);
    (normalize, tokens, blocks).prop_map(|(normalize, tokens, blocks)| {
        let named = blocks.into_iter().enumerate().map(|(place, ([characters, boundaries], form, min_n, more, w))| {
            let units = if characters { Units::Characters } else { Units::Words };
            let form = match form {
                _ if characters => Form::Surface,
                0 if normalize.lowercase => Form::Stem,
                1 => Form::Shape,
                _ => Form::Surface,
            };
            let (tf, idf, norm, weight) = w;
            let tf = if norm == Norm::Occurrences { TermFrequency::Count } else { tf };
            let max_n = (min_n + more).min(5);
            let block = BlockSpec { units, form, min_n, max_n, boundaries, min_groups: 1, ..BlockSpec::default() };
            (format!("b{place}"), BlockSpec { tf, idf, norm, weight, ..block })
        });
        let blocks = named.collect();
        FeatureSpec { normalize, tokens, stemmer: Stemming::English, blocks }
    })
}

const WORDS: [&str; 30] = [
    "the ",
    "The ",
    "rain ",
    "RAINING ",
    "rained ",
    "donations ",
    "don't ",
    "don’t ",
    "tax-free ",
    "U.S. ",
    "$1,000.50 ",
    "10:30 ",
    "2 ",
    "5th",
    "-- ",
    "-",
    "!!! ",
    "!",
    "... ",
    "…",
    "_",
    "naïve ",
    "ﬁnal ",
    "𝗗𝗼𝗻𝗮𝘁𝗲 ",
    "do\u{200b}nate ",
    "“",
    "” ",
    "é ",
    "日本 ",
    "donate ",
];

pub(crate) fn any_text() -> impl Strategy<Value = String> {
    let words = || prop::collection::vec(prop::sample::select(WORDS.to_vec()), 0..30).prop_map(|words| words.concat());
    prop_oneof![4 => words(), 1 => any::<String>(), 1 => "[ -~]{0,60}", 1 => words().prop_map(|text| text.repeat(20))]
}

/// A model of random weights for the n-grams of some texts.
pub(crate) fn any_model() -> impl Strategy<Value = (Model, Vec<String>)> {
    let texts = prop::collection::vec(any_text(), 1..8);
    (any_spec(), texts, 2..10usize, any::<u64>()).prop_filter_map("no n-grams", |(spec, texts, labels, seed)| {
        let vectorizer = Vectorizer::fit(spec.check().unwrap(), &texts, None).ok()?;
        let mut state = seed;
        let mut random = || {
            state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
            (state >> 40) as f32 / 16_777_216.0 * 4.0 - 2.0
        };
        let mut weights: Vec<f32> = (0..vectorizer.vocabulary().len() * labels).map(|_| random()).collect();
        if labels == 2 && seed % 2 == 0 {
            // As training makes them; they have rows of their own.
            weights.as_chunks_mut().0.iter_mut().for_each(|[one, other]| *other = -*one);
        }
        let model = Model::new(ModelParts {
            labels: (0..labels).map(|label| format!("label {label}")).collect(),
            weights: weights.into(),
            intercept: (0..labels).map(|_| random()).collect(),
            vectorizer,
            calibration: Calibration::default(),
            context: None,
            risk: None,
            confusion: None,
            provenance: Provenance::default(),
        });
        Some((model.unwrap(), texts))
    })
}

/// The share of the sum of sizes that rounding may cost. 64 numbers of 24 bits that are added up one by one lose 64 half units of
/// the last bit at most: all occurrences of an n-gram, where they are not counted, one after the other.
pub(crate) fn share_lost(model: &Model) -> f64 {
    let spec = model.vectorizer().spec().get();
    if spec.blocks.values().any(BlockSpec::adds_up) { 4e-6 } else { 3e-7 }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn the_fast_way_gives_what_the_plain_way_gives(
        (model, known) in any_model(),
        others in prop::collection::vec(any_text(), 0..3),
    ) {
        let classifier = Classifier::new(model);
        let share = share_lost(classifier.model());
        let mut worker = classifier.worker();
        for text in known.iter().chain(&others).chain(&known) {
            let (expected, size) = naive(classifier.model(), text);
            for (found, expected) in worker.logits(text).iter().zip(&expected) {
                prop_assert!((found - expected).abs() <= share * size, "{found} is not {expected} for {text:?}");
            }
            let mut probabilities = expected.clone();
            softmax(&mut probabilities, expected.len(), 1.0);
            for (found, expected) in worker.probabilities(text).iter().zip(&probabilities) {
                // Sums of a hundred and more come only without a norm.
                let tolerance = 1e-5_f64.max(share * size);
                prop_assert!((found - expected).abs() <= tolerance, "{found} is not {expected} for {text:?}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn in_groups_texts_get_what_each_gets_alone(
        (model, known) in any_model(),
        others in prop::collection::vec(any_text(), 0..40),
        long in 0..3usize,
    ) {
        let classifier = Classifier::new(model);
        let mut texts: Vec<String> = known.iter().chain(&others).cloned().collect();
        for _ in 0..long {
            // A group ends behind it, since it has enough bytes for one.
            texts.push("rain donations tax-free “U.S.” ".repeat(1000));
            texts.push(String::new());
            texts.extend(known.clone());
        }
        let mut found = Vec::new();
        classifier.worker().classify_each(&texts, |text, answer| found.push((text, answer)));
        prop_assert_eq!(found.len(), texts.len());
        let bits = |answer: &Prediction<'_>| -> Vec<u64> { answer.probabilities().iter().map(|p| p.to_bits()).collect() };
        for (text, (given, answer)) in texts.iter().zip(&found) {
            prop_assert_eq!(text, *given);
            let alone = classifier.clone();
            let alone = alone.classify(text);
            prop_assert_eq!((bits(&alone), alone.class()), (bits(answer), answer.class()));
        }
    }
}

/// They are believed when a program starts, so here they are not.
#[cfg(feature = "builtin")]
#[test]
fn embedded_tables_are_those_of_the_embedded_models() {
    for name in copydesk_models::NAMES {
        let model = Model::from_bytes(copydesk_models::bytes(name).unwrap()).unwrap();
        let specs = model.vectorizer().spec().get().blocks.values();
        let made: Vec<_> = specs.enumerate().map(|(index, spec)| table(&model, index, spec)).collect();
        let mut stored = Vec::new();
        for table in &made {
            RowTable::store(table.as_ref(), &mut stored);
        }
        let mut embedded = copydesk_models::tables(name).unwrap();
        assert!(stored == embedded, "{name}");
        for table in made {
            let used = RowTable::take_static(&mut embedded).expect("it can be used where it stands");
            assert_eq!(used.is_some(), table.is_some());
        }
        assert!(embedded.is_empty());
    }
}

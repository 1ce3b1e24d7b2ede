//! Tokens, stems and n-grams of any text by both ways.

use std::collections::BTreeMap;

use copydesk_features::{
    BlockSpec, CheckedSpec, FeatureSpec, Form, InverseDocumentFrequency, NgramCounter, Ngrams, Norm, NormalizeSpec,
    Stemming, TermFrequency, TokenRule, TokenSpec, Units, Vectorizer, for_each_token,
};

const STEMMERS: [Stemming; 14] = [
    Stemming::English,
    Stemming::Danish,
    Stemming::Dutch,
    Stemming::Finnish,
    Stemming::French,
    Stemming::German,
    Stemming::Hungarian,
    Stemming::Italian,
    Stemming::Norwegian,
    Stemming::Portuguese,
    Stemming::Romanian,
    Stemming::Russian,
    Stemming::Spanish,
    Stemming::Swedish,
];

/// The fast way and the plain way find the same n-grams, as often. The first three bytes choose how text becomes
/// features, the rest is text; a vocabulary is fitted to its first half, so that the second has strange words.
pub fn tokens(data: &[u8]) {
    let Some((&[first, second, third], text)) = data.split_first_chunk::<3>() else { return };
    let text = String::from_utf8_lossy(text);
    let spec = spec(first, second, third);
    let mut end = 0;
    for_each_token(&text, &spec, |token, range| {
        assert!(!token.is_empty() && end <= range.start && range.start < range.end, "{token:?} at {range:?}");
        end = range.end;
    });
    assert!(end <= text.len());
    let half = text.floor_char_boundary(text.len() / 2);
    let Ok(vectorizer) = Vectorizer::fit(spec, &[&text[..half]], None) else { return };
    let mut rows = vectorizer.row_builder();
    let mut counter = NgramCounter::new(&vectorizer);
    // Twice, since the second time words are known.
    for _ in 0..2 {
        let plain: BTreeMap<usize, f32> = rows.row(&text).iter().collect();
        assert_eq!(counted(&mut counter, &text, &vectorizer), plain);
    }
}

/// Blocks of all kinds whose values are the counts of n-grams.
fn spec(first: u8, second: u8, third: u8) -> CheckedSpec {
    let bit = |byte: u8, place: u8| byte & (1 << place) != 0;
    let block = |units, form, min_n, max_n| BlockSpec {
        units,
        form,
        min_n,
        max_n,
        boundaries: bit(first, 6),
        min_groups: 1,
        tf: TermFrequency::Count,
        idf: InverseDocumentFrequency::None,
        norm: Norm::None,
        ..BlockSpec::default()
    };
    let surface = 1 + usize::from(third & 1);
    let mut blocks = BTreeMap::from([
        ("characters".to_owned(), block(Units::Characters, Form::Surface, surface, 2 + usize::from(third >> 1) % 7)),
        ("shapes".to_owned(), block(Units::Words, Form::Shape, 1, 3)),
        ("words".to_owned(), block(Units::Words, Form::Surface, surface, 2)),
    ]);
    if bit(first, 0) {
        blocks.insert("stems".to_owned(), block(Units::Words, Form::Stem, 1, 2));
    }
    let rules = [TokenRule::Words, TokenRule::Alphanumeric, TokenRule::Whitespace, TokenRule::Words];
    let spec = FeatureSpec {
        normalize: NormalizeSpec {
            lowercase: bit(first, 0),
            compatibility: bit(first, 1),
            punctuation: bit(first, 2),
            strip_accents: bit(first, 3),
            fold_digits: bit(first, 4),
            acronyms: bit(first, 5),
        },
        tokens: TokenSpec {
            rule: rules[usize::from(second & 3)],
            marks: bit(first, 7),
            min_chars: usize::from((second >> 2) & 3),
        },
        stemmer: STEMMERS[usize::from(second >> 4) % STEMMERS.len()],
        blocks,
    };
    spec.check().expect("every value above is within its limits")
}

/// How often each column occurs, by the fast way.
fn counted(counter: &mut NgramCounter, text: &str, vectorizer: &Vectorizer) -> BTreeMap<usize, f32> {
    counter.read(text, vectorizer);
    let vocabulary = vectorizer.vocabulary();
    let mut found = BTreeMap::new();
    for block in 0..vectorizer.spec().get().blocks.len() {
        let first = vocabulary.block_columns(block).start as u32;
        let (ngrams, counts) = counter.count(block);
        let columns: Vec<Option<u32>> = match ngrams {
            Ngrams::Hashes(hashes) => hashes.iter().map(|&hash| vocabulary.find(hash)).collect(),
            Ngrams::Columns(columns) => columns.iter().map(|column| Some(first + column)).collect(),
        };
        assert_eq!(columns.len(), counts.len());
        for (column, &count) in columns.iter().zip(counts).filter_map(|(column, count)| Some(((*column)?, count))) {
            assert_eq!(found.insert(column as usize, count as f32), None, "column {column} comes twice");
        }
    }
    found
}

//! Tokens, stems and n-grams of any text by both ways.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};

use copydesk_features::{
    BlockSpec, CheckedSpec, Counted, FeatureSpec, Form, InverseDocumentFrequency, NgramCounter, Ngrams, Norm,
    NormalizeSpec, Stemming, TermFrequency, TokenRule, TokenSpec, Units, Vectorizer, for_each_token,
};

/// Has every printable ASCII character, and words and marks that the rules are about.
const KNOWN: &str = "!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~ \
    the The running donations don't don’t tax-deductible U.S. p.m. US NHS 10:30 $1,000.50 -- ... !!! … – — “Quoted words” \
    a b c d e f g h i j k l m n o p q r s t u v w x y z 0 1 2 3 4 5 6 7 8 9 é ü ß ﬁnal 𝗗𝗼 日本 Совет e\u{301} do\u{200b}nate";

/// Vectorisers of as many specs as the first two bytes choose, and what their counters have learnt: made when first needed.
type Made = HashMap<(u8, u8), (Vectorizer, NgramCounter)>;

thread_local! {
    static MADE: RefCell<Made> = RefCell::default();
}

/// The fast way and the plain way find the same n-grams, as often. The first two bytes choose how text becomes features;
/// every sixteenth third byte has a vocabulary fitted to the first half of the text, so that the other half has strange words.
pub fn tokens(data: &[u8]) {
    let Some((&[first, second, third], text)) = data.split_first_chunk::<3>() else { return };
    let text = String::from_utf8_lossy(text);
    if third.is_multiple_of(16) {
        let half = text.floor_char_boundary(text.len() / 2);
        if let Ok(vectorizer) = Vectorizer::fit(spec(first, second), &[&text[..half]], None) {
            check(&text, &vectorizer, &mut NgramCounter::new(&vectorizer));
        }
    } else {
        MADE.with_borrow_mut(|made| {
            let (vectorizer, counter) = made.entry((first, second)).or_insert_with(|| {
                let vectorizer = Vectorizer::fit(spec(first, second), &[KNOWN], None).expect("there are words");
                let counter = NgramCounter::new(&vectorizer);
                (vectorizer, counter)
            });
            check(&text, vectorizer, counter);
            if made.len() > 64 {
                made.clear();
            }
        });
    }
}

fn check(text: &str, vectorizer: &Vectorizer, counter: &mut NgramCounter) {
    let mut end = 0;
    for_each_token(text, vectorizer.spec(), |token, range| {
        assert!(!token.is_empty() && end <= range.start && range.start < range.end, "{token:?} at {range:?}");
        end = range.end;
    });
    assert!(end <= text.len());
    let mut rows = vectorizer.row_builder();
    let plain: BTreeMap<usize, f32> = rows.row(text).iter().collect();
    // Twice, since the second time all words are known.
    for _ in 0..2 {
        assert_eq!(counted(counter, text, vectorizer), plain);
    }
}

/// Blocks of all kinds whose values tell the counts of n-grams, half of them such that [add up](BlockSpec::adds_up).
fn spec(first: u8, second: u8) -> CheckedSpec {
    let bit = |byte: u8, place: u8| byte & (1 << place) != 0;
    let block = |units, form, min_n, max_n| BlockSpec {
        units,
        form,
        min_n,
        max_n,
        boundaries: bit(first, 6),
        min_groups: 1,
        tf: if second.count_ones().is_multiple_of(2) { TermFrequency::Count } else { TermFrequency::Sublinear },
        idf: InverseDocumentFrequency::None,
        unigram_weight: 1.0,
        norm: Norm::None,
        ..BlockSpec::default()
    };
    let longer = usize::from(first.count_ones().is_multiple_of(2));
    let mut blocks = BTreeMap::from([
        ("characters".to_owned(), block(Units::Characters, Form::Surface, 1 + longer, 2 + 3 * longer)),
        ("shapes".to_owned(), block(Units::Words, Form::Shape, 1, 3)),
        ("words".to_owned(), block(Units::Words, Form::Surface, 1 + longer, 2)),
    ]);
    if bit(first, 0) {
        blocks.insert("stems".to_owned(), block(Units::Words, Form::Stem, 1, 2));
    }
    let rules = [TokenRule::Words, TokenRule::Alphanumeric, TokenRule::Whitespace, TokenRule::Parts];
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
        stemmer: Stemming::LANGUAGES[usize::from(second >> 4) % Stemming::LANGUAGES.len()],
        blocks,
    };
    spec.check().expect("every value above is within its limits")
}

/// The value of each column, by the fast way.
fn counted(counter: &mut NgramCounter, text: &str, vectorizer: &Vectorizer) -> BTreeMap<usize, f32> {
    counter.clear();
    counter.read("before, before the text", vectorizer);
    counter.read(text, vectorizer);
    let vocabulary = vectorizer.vocabulary();
    let mut all = BTreeMap::new();
    for (block, spec) in vectorizer.spec().get().blocks.values().enumerate() {
        let first = vocabulary.block_columns(block).start as u32;
        let mut found: BTreeMap<usize, u32> = BTreeMap::new();
        match counter.count(block, 1) {
            Ngrams::Words(ngrams) => {
                for &Counted { hash, count } in ngrams {
                    if let Some(column) = vocabulary.find(hash) {
                        let before = found.insert(column as usize, count);
                        assert_eq!(before, None, "column {column} comes twice");
                    }
                }
            }
            Ngrams::Occurrences(hashes) => {
                for column in hashes.iter().filter_map(|&hash| vocabulary.find(hash)) {
                    *found.entry(column as usize).or_default() += 1;
                }
            }
            Ngrams::Characters(ngrams) => {
                for column in ngrams.tokens().iter().flat_map(|&word| ngrams.columns(word)) {
                    *found.entry((first + column) as usize).or_default() += 1;
                }
                for repeat in ngrams.repeats() {
                    let counted = found.get(&((first + repeat.column) as usize));
                    assert_eq!(counted, Some(&repeat.count), "column {} is repeated", repeat.column);
                }
            }
        }
        let values = found.into_iter().map(|(column, count)| (column, spec.tf.of(count as usize) as f32));
        all.extend(values);
    }
    all
}

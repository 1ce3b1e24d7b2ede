//! Word and character n-grams of one text, as hashes and as slices of the token buffer.

use std::ops::Range;

use crate::hash::{block_seed, extend, hash_bytes, hash_from};
use crate::shapes;
use crate::spec::{BlockSpec, CheckedSpec, Form, Units};
use crate::stems::StemCache;
use crate::tokens::{TEXT_END, TEXT_START, Token, TokenBuffer};

/// Buffers for extracting n-grams, used again from text to text. Not shared between threads.
pub(crate) struct Extractor {
    surface: TokenBuffer,
    stems: TokenBuffer,
    /// Filled only where a block asks for shapes.
    shapes: Option<TokenBuffer>,
    stem_cache: Option<StemCache>,
    char_starts: Vec<usize>,
}

impl Extractor {
    pub fn new(spec: &CheckedSpec) -> Self {
        let spec = spec.get();
        let uses = |form| spec.blocks.values().any(|block| block.form == form);
        Self {
            surface: TokenBuffer::default(),
            stems: TokenBuffer::default(),
            shapes: uses(Form::Shape).then(TokenBuffer::default),
            stem_cache: uses(Form::Stem).then(|| StemCache::new(spec.stemmer)).flatten(),
            char_starts: Vec::new(),
        }
    }

    /// Reads a text; [`for_each`](Self::for_each) then gives its n-grams.
    pub fn read(&mut self, text: &str, spec: &CheckedSpec) {
        self.surface.fill(text, spec.get());
        if let Some(cache) = &mut self.stem_cache {
            cache.fill(&self.surface, &mut self.stems);
        }
        if let Some(buffer) = &mut self.shapes {
            shapes::fill(text, spec.get(), buffer);
        }
    }

    /// Calls `sink` with the hash and the text of each n-gram of the text last read. `index` is the block's place
    /// among the spec's blocks.
    pub fn for_each(&mut self, index: usize, block: &BlockSpec, mut sink: impl FnMut(u64, &str)) {
        let mut char_starts = std::mem::take(&mut self.char_starts);
        let (tokens, seed) = (self.tokens(block.form), block_seed(index));
        match block.units {
            Units::Words => for_each_of_tokens(tokens, seed, block, |hash, units| {
                let (first, last) = (units[0], units[units.len() - 1]);
                sink(hash, tokens.slice(first.start..last.end));
            }),
            Units::Characters => {
                for token in tokens.words() {
                    for_each_window(tokens.slice(padded(token)), seed, block, &mut char_starts, &mut sink);
                }
            }
        }
        self.char_starts = char_starts;
    }

    /// Calls `sink` with the hash of each n-gram of the text last read and the numbers of the tokens that it spans. The
    /// text's boundaries are no tokens.
    pub fn for_each_place(&mut self, index: usize, block: &BlockSpec, mut sink: impl FnMut(u64, Range<usize>)) {
        let mut char_starts = std::mem::take(&mut self.char_starts);
        let (tokens, seed) = (self.tokens(block.form), block_seed(index));
        let number = |token: &Token| tokens.words().partition_point(|other| other.start < token.start);
        match block.units {
            Units::Words => for_each_of_tokens(tokens, seed, block, |hash, units| {
                let last = number(&units[units.len() - 1]);
                sink(hash, number(&units[0])..tokens.words().len().min(last + 1));
            }),
            Units::Characters => {
                for (number, token) in tokens.words().iter().enumerate() {
                    let padded = tokens.slice(padded(token));
                    for_each_window(padded, seed, block, &mut char_starts, |hash, _| sink(hash, number..number + 1));
                }
            }
        }
        self.char_starts = char_starts;
    }

    fn tokens(&self, form: Form) -> &TokenBuffer {
        match form {
            Form::Surface => &self.surface,
            Form::Stem => &self.stems,
            Form::Shape => self.shapes.as_ref().expect("there are shapes where a block has them"),
        }
    }
}

/// The n-grams of words of a buffer, as [`for_each_word_ngram`] gives them.
fn for_each_of_tokens(tokens: &TokenBuffer, seed: u64, block: &BlockSpec, sink: impl FnMut(u64, &[Token])) {
    for_each_word_ngram(tokens.with_boundaries(), |token| token.hash, seed, block, sink);
}

/// Calls `sink` with the hash and the units (tokens and, if the block has them, boundaries) of each n-gram of words.
/// `tokens` have the two boundaries around them.
pub(crate) fn for_each_word_ngram<T>(
    tokens: &[T],
    hash_of: impl Fn(&T) -> u64,
    seed: u64,
    block: &BlockSpec,
    mut sink: impl FnMut(u64, &[T]),
) {
    let words = &tokens[1..tokens.len() - 1];
    if words.is_empty() {
        return;
    }
    let units = if block.boundaries { tokens } else { words };
    for at in 0..units.len() {
        let mut hash = seed;
        for (length, last) in (1..=block.max_n).zip(&units[at..]) {
            hash = extend(hash, hash_of(last));
            let lone_boundary = length == 1 && block.boundaries && (at == 0 || at == units.len() - 1);
            if length >= block.min_n && !lone_boundary {
                sink(hash, &units[at..at + length]);
            }
        }
    }
}

/// scikit-learn's `char_wb`: each token padded with one space on each side; a padded token no longer than n gives
/// itself once and nothing for greater n.
pub(crate) fn for_each_window(
    padded: &str,
    seed: u64,
    block: &BlockSpec,
    char_starts: &mut Vec<usize>,
    mut sink: impl FnMut(u64, &str),
) {
    char_starts.clear();
    char_starts.extend(padded.char_indices().map(|(at, _)| at));
    char_starts.push(padded.len());
    let chars = char_starts.len() - 1;
    for n in block.min_n..=block.max_n {
        let windows = chars.saturating_sub(n) + 1;
        for first in 0..windows {
            let ngram = &padded[char_starts[first]..char_starts[(first + n).min(chars)]];
            sink(character_hash(seed, ngram.as_bytes()), ngram);
        }
        if windows == 1 {
            break;
        }
    }
}

fn padded(token: &Token) -> Range<usize> {
    token.start - 1..token.end + 1
}

fn character_hash(seed: u64, ngram: &[u8]) -> u64 {
    hash_from(seed, ngram)
}

/// The hash of an n-gram from its text, as extraction would give it.
pub(crate) fn hash_of_text(index: usize, block: &BlockSpec, ngram: &[u8]) -> u64 {
    let seed = block_seed(index);
    match block.units {
        Units::Words => ngram.split(|&byte| byte == b' ').fold(seed, |hash, token| extend(hash, hash_bytes(token))),
        Units::Characters => character_hash(seed, ngram),
    }
}

/// Whether an n-gram is one token or one character, by its text.
pub(crate) fn is_unigram(ngram: &[u8], units: Units) -> bool {
    match units {
        Units::Words => !ngram.contains(&b' '),
        Units::Characters => str::from_utf8(ngram).is_ok_and(|ngram| ngram.chars().nth(1).is_none()),
    }
}

/// The n-gram as shown to people: text boundaries are written `⟨start⟩` and `⟨end⟩`, the spaces of character n-grams `␣`.
///
/// ```
/// use copydesk_features::{Units, displayed_ngram};
///
/// assert_eq!(displayed_ngram("now \u{3}", Units::Words), "now ⟨end⟩");
/// assert_eq!(displayed_ngram(" ph", Units::Characters), "␣ph");
/// ```
pub fn displayed_ngram(ngram: &str, units: Units) -> String {
    match units {
        Units::Words => ngram.replace(TEXT_START, "⟨start⟩").replace(TEXT_END, "⟨end⟩"),
        Units::Characters => ngram.replace(' ', "␣"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::FeatureSpec;
    use proptest::prelude::*;

    fn spec_with(block: BlockSpec) -> CheckedSpec {
        FeatureSpec { blocks: [("b".to_owned(), block)].into(), ..FeatureSpec::default() }.check().unwrap()
    }

    fn ngrams(text: &str, block: &BlockSpec) -> Vec<String> {
        let spec = spec_with(block.clone());
        let mut extractor = Extractor::new(&spec);
        extractor.read(text, &spec);
        let mut out = Vec::new();
        extractor.for_each(0, block, |_, ngram| out.push(displayed_ngram(ngram, block.units)));
        out
    }

    #[test]
    fn word_ngrams_include_the_boundaries_but_not_alone() {
        let block = BlockSpec::default();
        assert_eq!(ngrams("Give now", &block), ["⟨start⟩ give", "give", "give now", "now", "now ⟨end⟩"]);
        let inner = BlockSpec { boundaries: false, min_n: 2, max_n: 3, ..block };
        assert_eq!(ngrams("a b c", &inner), ["a b", "a b c", "b c"]);
        assert!(ngrams(" ", &BlockSpec::default()).is_empty());
    }

    #[test]
    fn places_are_numbers_of_tokens_without_the_boundaries() {
        let places = |block: &BlockSpec| {
            let spec = spec_with(block.clone());
            let mut extractor = Extractor::new(&spec);
            extractor.read("Give now", &spec);
            let mut out = Vec::new();
            extractor.for_each_place(0, block, |_, tokens| out.push(tokens));
            out
        };
        assert_eq!(places(&BlockSpec::default()), [0..1, 0..1, 0..2, 1..2, 1..2]);
        let characters = BlockSpec { units: Units::Characters, min_n: 5, max_n: 5, ..BlockSpec::default() };
        assert_eq!(places(&characters), [0..1, 0..1, 1..2]);
    }

    #[test]
    fn stems_take_the_place_of_tokens() {
        let block = BlockSpec { form: Form::Stem, max_n: 1, ..BlockSpec::default() };
        assert_eq!(ngrams("Donations pouring in", &block), ["donat", "pour", "in"]);
    }

    #[test]
    fn character_ngrams_stay_inside_padded_tokens() {
        let block = BlockSpec { units: Units::Characters, min_n: 2, max_n: 4, ..BlockSpec::default() };
        assert_eq!(ngrams("né a", &block), ["␣n", "né", "é␣", "␣né", "né␣", "␣né␣", "␣a", "a␣", "␣a␣"]);
    }

    /// The same n-grams the slow way: all strings, no buffer, no slices.
    fn naive(text: &str, block: &BlockSpec) -> Vec<String> {
        let mut words = Vec::new();
        crate::for_each_token(text, &spec_with(block.clone()), |t, _| words.push(t.to_owned()));
        let mut out = Vec::new();
        if block.units == Units::Characters {
            for word in words {
                let chars: Vec<char> = format!(" {word} ").chars().collect();
                for n in block.min_n..=block.max_n {
                    out.extend(chars.windows(n.min(chars.len())).map(|w| w.iter().collect::<String>()));
                    if chars.len() <= n {
                        break;
                    }
                }
            }
        } else if !words.is_empty() {
            if block.boundaries {
                words.insert(0, TEXT_START.to_string());
                words.push(TEXT_END.to_string());
            }
            for n in block.min_n..=block.max_n {
                out.extend(words.windows(n).map(|w| w.join(" ")));
            }
            let boundaries = [TEXT_START.to_string(), TEXT_END.to_string()];
            out.retain(|ngram| !boundaries.contains(ngram));
        }
        out.sort();
        out
    }

    proptest! {
        #[test]
        fn extraction_equals_the_naive_way_and_hashes_fit_the_text(
            text in "[a-zé’.,! -]{0,40}|\\PC{0,30}",
            characters: bool,
            boundaries: bool,
            min_n in 1..4usize,
            more in 0..2usize,
        ) {
            let units = if characters { Units::Characters } else { Units::Words };
            let block = BlockSpec { units, boundaries, min_n, max_n: min_n + more, ..BlockSpec::default() };
            let spec = spec_with(block.clone());
            let mut extractor = Extractor::new(&spec);
            extractor.read(&text, &spec);
            let mut found = Vec::new();
            extractor.for_each(0, &block, |hash, ngram| {
                assert_eq!(hash, hash_of_text(0, &block, ngram.as_bytes()));
                found.push(ngram.to_owned());
            });
            let mut places = 0;
            extractor.for_each_place(0, &block, |_, tokens| {
                assert!(!tokens.is_empty() && tokens.len() <= block.max_n);
                places += 1;
            });
            prop_assert_eq!(places, found.len());
            found.sort();
            prop_assert_eq!(found, naive(&text, &block));
        }
    }
}

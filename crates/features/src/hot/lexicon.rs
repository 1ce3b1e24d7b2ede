//! What is found out about a token once and remembered: its normal form, its stem, its character n-grams.
//!
//! A text's tokens are few different words, and of each the stem and the known n-grams are always the same. So
//! neither stemmer nor normaliser nor the look-up of character n-grams is on the way of a text of known words. What
//! is known of a word fills one line of the cache.

use std::ops::Range;

use rust_stemmers::Stemmer;

use crate::hash::{HashedMap, block_seed, hash_bytes};
use crate::hot::reader::Rules;
use crate::hot::words::Words;
use crate::ngrams::for_each_window;
use crate::scan::scan;
use crate::shapes::{after_mark, push_shape};
use crate::spec::{BlockSpec, FeatureSpec, Form, Units};
use crate::stems::{is_stemmable, stem_or_word, stemmer};
use crate::tokens::push_token;

/// With so many words, pieces of chunks or n-grams nothing more is remembered, and all is forgotten before the next texts:
/// neither a stream of unique strings nor one long text of them must fill the memory. The table of so many words has 8 MiB.
const MAX_WORDS: usize = 60_000;
const MAX_PIECES: usize = 1 << 17;
const MAX_NGRAMS: usize = 1 << 21;

/// Chunks of more bytes are not remembered: nobody writes them twice.
const MAX_CHUNK: usize = 64;

/// What is known of a token.
#[derive(Debug, Clone, Copy, Default)]
#[repr(align(64))]
pub(super) struct Word {
    /// What the table knows the word by; 0 at places without one.
    pub key: u64,
    /// Hash of the stem of its normal form; of the normal form where no block asks for stems.
    pub stem: u64,
    /// Hashes of its shape, where a block asks for shapes: plain, with a capital, quoted, both.
    pub shapes: [u64; 4],
    /// How many words were learnt before it. One that is learnt again, since there was no room for it, has another number.
    pub number: u32,
    /// Whether what follows is inside a quotation, if the token is outside, and if it is inside.
    pub quoted_behind: [bool; 2],
}

/// A token of a chunk.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    /// Hash of its normal form.
    pub surface: u64,
    /// What the lexicon knows it by, if more is asked of tokens.
    pub key: u64,
    /// Where its bytes stand in the chunk, without what goes beyond the longest run of a mark.
    pub start: usize,
    pub end: usize,
    pub is_word: bool,
    /// Whether it begins with a capital.
    pub capital: bool,
    /// Whether what follows is inside a quotation, if the token is outside, and if it is inside.
    pub quoted_behind: [bool; 2],
}

/// A block of character n-grams.
struct Characters {
    /// Its place among the spec's blocks.
    index: usize,
    spec: BlockSpec,
}

/// The memory of one thread.
pub(super) struct Lexicon {
    /// There is one if a block asks for stems.
    stemmer: Option<Stemmer>,
    /// Whether a block asks for shapes.
    has_shapes: bool,
    characters: Vec<Characters>,
    words: Words,
    /// Where the pieces of a chunk stand, by the hash of its bytes.
    chunks: HashedMap<(u32, u32)>,
    /// The pieces of all chunks, and behind those that are remembered, of the last.
    pieces: Vec<Piece>,
    remembered: usize,
    /// For each word and each block of character n-grams: how many the vocabulary has, then their places in the block.
    ngrams: Vec<u32>,
    /// Where those of each word start.
    ngram_starts: Vec<u32>,
    /// How often all was forgotten.
    pub epoch: u64,
    /// The token being learnt, with a space on each side.
    padded: String,
    shape: String,
    char_starts: Vec<usize>,
}

impl Lexicon {
    pub fn new(spec: &FeatureSpec) -> Self {
        let blocks = || spec.blocks.values().enumerate();
        let stemmed = blocks().any(|(_, block)| block.form == Form::Stem);
        let characters = blocks().filter(|(_, block)| block.units == Units::Characters);
        Self {
            stemmer: stemmed.then(|| stemmer(spec.stemmer)).flatten(),
            has_shapes: blocks().any(|(_, block)| block.form == Form::Shape),
            characters: characters.map(|(index, block)| Characters { index, spec: block.clone() }).collect(),
            words: Words::default(),
            chunks: HashedMap::default(),
            pieces: Vec::new(),
            remembered: 0,
            ngrams: Vec::new(),
            ngram_starts: Vec::new(),
            epoch: 0,
            padded: String::new(),
            shape: String::new(),
            char_starts: Vec::new(),
        }
    }

    /// Whether more is asked of every token than the hash of its normal form.
    pub fn is_needed(&self) -> bool {
        self.stemmer.is_some() || self.has_shapes || !self.characters.is_empty()
    }

    /// Forgets all if it has become too much, or if somebody chose words that make it slow. Not to be called while numbers of
    /// words are in use.
    pub fn keep_within_bounds(&mut self) {
        if self.is_full() || self.words.is_flooded() {
            self.words = Words::default();
            self.chunks = HashedMap::default();
            self.pieces = Vec::new();
            self.remembered = 0;
            self.ngrams = Vec::new();
            self.ngram_starts = Vec::new();
            self.epoch += 1;
        }
        if self.pieces.len() > MAX_PIECES {
            self.pieces.truncate(self.remembered);
            self.pieces.shrink_to(MAX_PIECES);
        }
    }

    /// Whether nothing more is to be remembered.
    fn is_full(&self) -> bool {
        self.words.len() >= MAX_WORDS
            || self.chunks.len() >= MAX_PIECES
            || self.remembered >= MAX_PIECES
            || self.ngrams.len() >= MAX_NGRAMS
    }

    /// What is known of a token. `key` tells it from all others: the hash of the normal form of an ASCII token, of the
    /// bytes of another.
    #[inline]
    pub fn word<'a>(&mut self, key: u64, learn: impl FnOnce() -> Learn<'a>) -> Word {
        match self.words.find(key) {
            Some(word) => *word,
            None => self.learn(key, &learn()),
        }
    }

    /// Where the pieces of a chunk stand. Valid until the next call.
    pub fn chunk(&mut self, chunk: &str, rules: Rules<'_>) -> Range<usize> {
        let key = hash_bytes(chunk.as_bytes());
        if let Some(&(start, end)) = self.chunks.get(&key) {
            return start as usize..end as usize;
        }
        self.pieces.truncate(self.remembered);
        scan(chunk, &rules.spec.tokens, |raw, range, is_word| {
            self.padded.clear();
            push_token(raw, is_word, rules.spec, &mut self.padded);
            if !self.padded.is_empty() {
                let start = range.start;
                let quoted_behind = quoted_behind(&chunk[range], is_word);
                let (surface, capital) = (hash_bytes(self.padded.as_bytes()), raw.starts_with(char::is_uppercase));
                // Not by its normal form: a curly quotation mark's is the straight one, which opens and closes.
                let key = !hash_bytes(raw.as_bytes());
                self.pieces.push(Piece {
                    surface,
                    key,
                    start,
                    end: start + raw.len(),
                    is_word,
                    capital,
                    quoted_behind,
                });
            }
        });
        let (start, end) = (self.remembered, self.pieces.len());
        if chunk.len() <= MAX_CHUNK && !self.is_full() {
            self.chunks.insert(key, (start as u32, end as u32));
            self.remembered = end;
        }
        start..end
    }

    /// A piece of a chunk.
    #[inline]
    pub fn piece(&self, at: usize) -> Piece {
        self.pieces[at]
    }

    #[cold]
    fn learn(&mut self, key: u64, &Learn { raw, is_word, rules }: &Learn<'_>) -> Word {
        self.padded.clear();
        self.padded.push(' ');
        push_token(raw, is_word, rules.spec, &mut self.padded);
        let normal = &self.padded[1..];
        let surface = hash_bytes(normal.as_bytes());
        let stem = match &self.stemmer {
            Some(stemmer) if is_stemmable(normal) => hash_bytes(stem_or_word(stemmer, normal).as_bytes()),
            _ => surface,
        };
        let mut shapes = [surface; 4];
        if self.has_shapes && is_word {
            for (place, shape) in shapes.iter_mut().enumerate() {
                self.shape.clear();
                push_shape(normal, place / 2 == 1, place % 2 == 1, &mut self.shape);
                *shape = hash_bytes(self.shape.as_bytes());
            }
        }
        let number = self.ngram_starts.len() as u32;
        let word = Word { key, stem, shapes, number, quoted_behind: quoted_behind(raw, is_word) };
        self.padded.push(' ');
        self.ngram_starts.push(self.ngrams.len() as u32);
        for Characters { index, spec } in &self.characters {
            let length = self.ngrams.len();
            self.ngrams.push(0);
            let first = rules.vocabulary.block_columns(*index).start as u32;
            for_each_window(&self.padded, block_seed(*index), spec, &mut self.char_starts, |hash, _| {
                self.ngrams.extend(rules.vocabulary.find_in(*index, hash).map(|column| column - first));
            });
            self.ngrams[length] = (self.ngrams.len() - length - 1) as u32;
        }
        if !self.is_full() {
            self.words.insert(key, word);
        }
        word
    }

    /// The places in their block of a word's n-grams, repeats included. `block` counts blocks of characters only.
    #[inline]
    pub fn ngrams(&self, word: u32, block: usize) -> &[u32] {
        let mut at = self.ngram_starts[word as usize] as usize;
        for _ in 0..block {
            at += self.ngrams[at] as usize + 1;
        }
        &self.ngrams[at + 1..][..self.ngrams[at] as usize]
    }
}

/// What it takes to learn a token.
pub(super) struct Learn<'a> {
    /// As it stands in the text.
    pub raw: &'a str,
    pub is_word: bool,
    pub rules: Rules<'a>,
}

/// Whether what follows a token is inside a quotation, if the token is outside, and if it is inside.
fn quoted_behind(token: &str, is_word: bool) -> [bool; 2] {
    [false, true].map(|quoted| if is_word { quoted } else { after_mark(quoted, token) })
}

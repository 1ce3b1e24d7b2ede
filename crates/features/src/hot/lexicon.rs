//! What is found out about a token once and remembered: its normal form, its stem, its character n-grams.
//!
//! A text's tokens are few different words, and of each the stem and the known n-grams are always the same. So
//! neither stemmer nor normaliser nor the look-up of character n-grams is on the way of a text of known words.

use rust_stemmers::Stemmer;

use crate::hash::{HashedMap, block_seed, hash_bytes};
use crate::ngrams::for_each_window;
use crate::shapes::push_shape;
use crate::spec::{BlockSpec, FeatureSpec, Form, Units};
use crate::stems::{is_stemmable, stem_or_word, stemmer};
use crate::tokens::push_token;
use crate::vocabulary::Vocabulary;

/// All is forgotten before a text if there are more words or more n-grams: a stream of unique strings must not fill the
/// memory.
const MAX_WORDS: usize = 1 << 16;
const MAX_NGRAMS: usize = 1 << 21;

/// What is known of a token.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word {
    /// Hash of the normal form.
    pub surface: u64,
    /// Hash of its stem; of the normal form where no block asks for stems.
    pub stem: u64,
    /// Where its shapes stand, if a block asks for shapes.
    pub shapes: u32,
    /// Where the lists of its character n-grams start.
    pub ngrams: u32,
    /// Whether the token counts at all.
    pub kept: bool,
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
    pub has_shapes: bool,
    characters: Vec<Characters>,
    words: HashedMap<Word>,
    /// For each word the hashes of its shape: plain, with a capital, quoted, both.
    shapes: Vec<[u64; 4]>,
    shape: String,
    /// For each word and each block of character n-grams: how many the vocabulary has, then their places in the block.
    ngrams: Vec<u32>,
    /// The token being learnt, with a space on each side.
    padded: String,
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
            words: HashedMap::default(),
            shapes: Vec::new(),
            shape: String::new(),
            ngrams: Vec::new(),
            padded: String::new(),
            char_starts: Vec::new(),
        }
    }

    /// Whether more is asked of every token than the hash of its normal form.
    pub fn is_needed(&self) -> bool {
        self.stemmer.is_some() || self.has_shapes || !self.characters.is_empty()
    }

    /// Forgets all if it has become too much. Not to be called while a text is read.
    pub fn keep_within_bounds(&mut self) {
        if self.words.len() > MAX_WORDS || self.ngrams.len() > MAX_NGRAMS {
            self.words.clear();
            self.shapes.clear();
            self.ngrams.clear();
        }
    }

    /// What is known of a token. `key` tells it from all others: the hash of the normal form of an ASCII token, of the
    /// bytes of another.
    #[inline]
    pub fn word<'a>(&mut self, key: u64, learn: impl FnOnce() -> Learn<'a>) -> Word {
        match self.words.get(&key) {
            Some(&word) => word,
            None => self.learn(key, &learn()),
        }
    }

    #[cold]
    fn learn(&mut self, key: u64, token: &Learn<'_>) -> Word {
        self.padded.clear();
        self.padded.push(' ');
        push_token(token.raw, token.is_word, token.spec, &mut self.padded);
        let normal = &self.padded[1..];
        let surface = hash_bytes(normal.as_bytes());
        let stem = match &self.stemmer {
            Some(stemmer) if is_stemmable(normal) => hash_bytes(stem_or_word(stemmer, normal).as_bytes()),
            _ => surface,
        };
        if self.has_shapes {
            let mut hash_of = |quoted, capital| {
                if !token.is_word {
                    return surface;
                }
                self.shape.clear();
                push_shape(normal, quoted, capital, &mut self.shape);
                hash_bytes(self.shape.as_bytes())
            };
            self.shapes.push([hash_of(false, false), hash_of(false, true), hash_of(true, false), hash_of(true, true)]);
        }
        let shapes = self.shapes.len().saturating_sub(1) as u32;
        let word = Word { surface, stem, shapes, ngrams: self.ngrams.len() as u32, kept: !normal.is_empty() };
        self.padded.push(' ');
        for Characters { index, spec } in &self.characters {
            let length = self.ngrams.len();
            self.ngrams.push(0);
            let first = token.vocabulary.block_columns(*index).start as u32;
            for_each_window(&self.padded, block_seed(*index), spec, &mut self.char_starts, |hash, _| {
                self.ngrams.extend(token.vocabulary.find_in(*index, hash).map(|column| column - first));
            });
            self.ngrams[length] = (self.ngrams.len() - length - 1) as u32;
        }
        self.words.insert(key, word);
        word
    }

    /// The hash of a word's shape.
    #[inline]
    pub fn shape(&self, word: Word, quoted: bool, capital: bool) -> u64 {
        self.shapes[word.shapes as usize][usize::from(quoted) * 2 + usize::from(capital)]
    }

    /// The places in their block of a word's n-grams, repeats included. `block` counts blocks of characters only.
    #[inline]
    pub fn ngrams(&self, start: u32, block: usize) -> &[u32] {
        let mut at = start as usize;
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
    pub spec: &'a FeatureSpec,
    pub vocabulary: &'a Vocabulary,
}

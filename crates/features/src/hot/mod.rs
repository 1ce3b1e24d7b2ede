//! The fast way from a text to its n-grams, for inference and (`every`) for learning vocabularies of words: numbers only, no strings.
//!
//! Tokens are cut (`cuts`) and hashed (`reader`) sixteen bytes at a time (`bytes`). What cannot be had from ASCII bytes
//! alone, normal forms, stems and character n-grams, is found once a word and remembered (`lexicon`). N-grams of words
//! are hashes made of the tokens' hashes (`joined`); `distinct` counts them, `repeats` those of characters, unless occurrences just add up. [`RowBuilder`](crate::RowBuilder) goes the plain way
//! and is the oracle: both see the same n-grams.

mod bytes;
mod cuts;
mod distinct;
mod every;
mod joined;
mod lexicon;
mod reader;
mod repeats;
mod tokens;
mod words;

use std::fmt;

pub use crate::hot::distinct::Counted;
pub(crate) use crate::hot::every::WordNgrams;
pub use crate::hot::repeats::RepeatedColumn;

use crate::hash::block_seed;
use crate::hot::distinct::Distinct;
use crate::hot::joined::{Joined, Lengths};
use crate::hot::lexicon::Lexicon;
use crate::hot::reader::{Reader, Rules};
use crate::hot::repeats::Repeats;
use crate::spec::{BlockSpec, Form, Units};
use crate::vectorizer::Vectorizer;

/// Finds the distinct n-grams of texts and counts them. Keeps its memory for other texts, and remembers what it found
/// out about words; each thread needs its own.
///
/// ```
/// use copydesk_features::{FeatureSpec, NgramCounter, Ngrams, Norm, Vectorizer};
///
/// let mut spec = FeatureSpec::default();
/// let words = spec.blocks.get_mut("words").unwrap();
/// (words.min_groups, words.norm) = (1, Norm::L2);
/// let vectorizer = Vectorizer::fit(spec.check()?, &["rain, rain"], None)?;
/// let mut counter = NgramCounter::new(&vectorizer);
/// counter.clear();
/// counter.read("rain or rain", &vectorizer);
/// let Ngrams::Words(ngrams) = counter.count(0, 0) else { panic!("the block is of words") };
/// let vocabulary = vectorizer.vocabulary();
/// let twice = ngrams.iter().find(|ngram| ngram.count == 2).unwrap();
/// assert_eq!(vocabulary.find(twice.hash).map(|column| vocabulary.ngram(column as usize)), Some("rain"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct NgramCounter {
    blocks: Vec<Block>,
    reader: Reader,
    distinct: Distinct,
    repeats: Repeats,
    /// The n-grams of words of all texts, of one block at a time.
    joined: Joined,
    joined_block: Option<usize>,
    /// Where the numbers of each text's tokens end.
    word_ends: Vec<usize>,
}

/// The n-grams of one block in one text, in an order that only the text decides.
#[derive(Debug)]
pub enum Ngrams<'a> {
    /// Of a block of words: the distinct ones, those unknown to the vocabulary among them.
    Words(&'a [Counted]),
    /// The same if the block [adds up](BlockSpec::adds_up): the hash of each occurrence.
    Occurrences(&'a [u64]),
    /// Of a block of characters: those that the vocabulary has.
    Characters(CharacterNgrams<'a>),
}

/// The character n-grams of a text: those of its tokens, one after the other, and, unless the block
/// [adds up](BlockSpec::adds_up), which of them come more than once.
pub struct CharacterNgrams<'a> {
    lexicon: &'a Lexicon,
    tokens: &'a [u32],
    repeats: &'a [RepeatedColumn],
    /// The block's place among those of characters.
    place: usize,
}

impl fmt::Debug for CharacterNgrams<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { tokens, repeats, .. } = self;
        f.debug_struct("CharacterNgrams").field("tokens", tokens).field("repeats", repeats).finish_non_exhaustive()
    }
}

impl<'a> CharacterNgrams<'a> {
    /// The number of each token's word. Words are numbered from 0 on, in the order in which they are learnt; in a text of very
    /// many words one may have several numbers.
    pub fn tokens(&self) -> &'a [u32] {
        self.tokens
    }

    /// The columns of a word's n-grams, counted from the block's first; an n-gram that it has twice comes twice.
    ///
    /// # Panics
    /// If there is no such word.
    pub fn columns(&self, word: u32) -> &'a [u32] {
        self.lexicon.ngrams(word, self.place)
    }

    /// The columns that occur more than once in the text; none if the block adds up.
    pub fn repeats(&self) -> &'a [RepeatedColumn] {
        self.repeats
    }

    /// How often all words were forgotten; from then on they are numbered anew.
    pub fn epoch(&self) -> u64 {
        self.lexicon.epoch
    }
}

/// What is needed of a block's spec.
#[derive(Clone, Copy)]
struct Block {
    seed: u64,
    units: Units,
    form: Form,
    lengths: Lengths,
    adds_up: bool,
    /// How many blocks of characters come before it.
    characters_before: usize,
}

impl fmt::Debug for NgramCounter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NgramCounter").field("texts", &self.word_ends.len()).finish_non_exhaustive()
    }
}

impl NgramCounter {
    /// A counter for the n-grams of a vectoriser.
    pub fn new(vectorizer: &Vectorizer) -> Self {
        let spec = vectorizer.spec().get();
        let mut characters_before = 0;
        let blocks = spec.blocks.values().enumerate().map(|(index, block)| {
            let &BlockSpec { units, form, min_n, max_n, boundaries, .. } = block;
            let (seed, adds_up) = (block_seed(index), block.adds_up());
            let lengths = Lengths { min_n, max_n, boundaries };
            let block = Block { seed, units, form, lengths, adds_up, characters_before };
            characters_before += usize::from(units == Units::Characters);
            block
        });
        let blocks: Vec<Block> = blocks.collect();
        let characters = (0..blocks.len()).filter(|&index| blocks[index].units == Units::Characters);
        let largest = characters.map(|index| vectorizer.vocabulary().block_columns(index).len()).max().unwrap_or(0);
        Self {
            blocks,
            reader: Reader::new(spec),
            distinct: Distinct::default(),
            repeats: Repeats::new(largest),
            joined: Joined::default(),
            joined_block: None,
            word_ends: Vec::new(),
        }
    }

    /// Forgets the texts that were read. What was learnt about words stays, unless it has become too much.
    pub fn clear(&mut self) {
        self.reader.clear();
        self.distinct.give_back();
        self.repeats.give_back();
        self.word_ends.clear();
        self.joined_block = None;
    }

    /// Reads one more text, which takes memory until [`clear`](Self::clear); [`count`](Self::count) then gives its n-grams.
    /// `vectorizer` is the one that the counter was made for: what was learnt about words holds for no other.
    pub fn read(&mut self, text: &str, vectorizer: &Vectorizer) {
        self.reader.read(text, Rules { spec: vectorizer.spec().get(), vocabulary: vectorizer.vocabulary() });
        self.word_ends.push(self.reader.words.len());
        self.joined_block = None;
    }

    /// Makes the n-grams of a block of words, of all texts.
    fn join(&mut self, block: usize) {
        if self.joined_block == Some(block) {
            return;
        }
        let Block { seed, form, lengths, .. } = self.blocks[block];
        self.joined.clear();
        for text in 0..self.word_ends.len() {
            self.joined.join(seed, self.reader.tokens(form, text), lengths);
        }
        self.joined_block = Some(block);
    }

    /// The n-grams of one block, by its place among the spec's blocks, in one of the texts that were read since
    /// [`clear`](Self::clear), by its number. Valid until the next call. Ask for a block of all texts before the next block.
    ///
    /// # Panics
    /// If there is no such block or text.
    pub fn count(&mut self, block: usize, text: usize) -> Ngrams<'_> {
        let Block { units, adds_up, characters_before: place, .. } = self.blocks[block];
        match units {
            Units::Words => {
                self.join(block);
                let ngrams = self.joined.of(text);
                if adds_up { Ngrams::Occurrences(ngrams) } else { Ngrams::Words(self.distinct.count(ngrams)) }
            }
            Units::Characters => {
                let Reader { lexicon, words, .. } = &self.reader;
                let start = if text == 0 { 0 } else { self.word_ends[text - 1] };
                let tokens = &words[start..self.word_ends[text]];
                let repeats = if adds_up {
                    &[]
                } else {
                    self.repeats.find(tokens.iter().map(|&word| lexicon.ngrams(word, place)))
                };
                Ngrams::Characters(CharacterNgrams { lexicon, tokens, repeats, place })
            }
        }
    }
}

#[cfg(test)]
mod tests;

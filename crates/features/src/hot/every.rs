//! Every n-gram of a text, one after the other, for learning a vocabulary.

use crate::hash::block_seed;
use crate::hot::reader::{Reader, Rules};
use crate::ngrams::for_each_word_ngram;
use crate::spec::{BlockSpec, CheckedSpec, Units};
use crate::vocabulary::Vocabulary;

/// Finds the hashes of all n-grams of texts, for specs whose blocks are all of words: what is remembered of a word's
/// n-grams of characters is where a vocabulary has them, and here is none yet.
pub(crate) struct WordNgrams {
    reader: Reader,
    /// Empty.
    vocabulary: Vocabulary,
}

impl WordNgrams {
    /// `None` if a block is of characters.
    pub fn new(spec: &CheckedSpec) -> Option<Self> {
        let blocks = &spec.get().blocks;
        if blocks.values().any(|block| block.units == Units::Characters) {
            return None;
        }
        let vocabulary = Vocabulary::from_parts(spec, Vec::new(), Vec::new(), &vec![0; blocks.len()]).ok()?;
        Some(Self { reader: Reader::new(spec.get()), vocabulary })
    }

    /// Reads a text; [`for_each`](Self::for_each) then gives its n-grams.
    pub fn read(&mut self, text: &str, spec: &CheckedSpec) {
        self.reader.clear();
        self.reader.read(text, Rules { spec: spec.get(), vocabulary: &self.vocabulary });
    }

    /// Calls `sink` with the hash of each n-gram of the text last read, repeats included. `index` is the block's place
    /// among the spec's blocks.
    pub fn for_each(&self, index: usize, block: &BlockSpec, mut sink: impl FnMut(u64)) {
        for_each_word_ngram(
            self.reader.tokens(block.form, 0),
            |&hash| hash,
            block_seed(index),
            block,
            |hash, _| sink(hash),
        );
    }
}

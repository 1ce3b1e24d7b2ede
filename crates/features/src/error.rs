//! What can go wrong between a spec and a feature matrix.

use thiserror::Error;

use crate::spec::MAX_BLOCKS;

/// A value of a [`FeatureSpec`](crate::FeatureSpec) that cannot be used.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum SpecError {
    /// There is nothing to make features of.
    #[error("the feature spec has no blocks: give at least one under `blocks`")]
    NoBlocks,
    /// More blocks than the model file has room for.
    #[error("the feature spec has {count} blocks, at most {MAX_BLOCKS} are allowed: merge or drop some")]
    TooManyBlocks {
        /// How many there are.
        count: usize,
    },
    /// A block's name would not survive as a key in files and options.
    #[error("block name {name:?} is not usable: use 1 to 40 of a-z, 0-9 and _")]
    BlockName {
        /// The name.
        name: String,
    },
    /// A field of a block is out of its range.
    #[error("blocks.{block}.{field} = {value} is not usable: {cure}")]
    Field {
        /// The block's name.
        block: String,
        /// The field, or the pair of fields.
        field: &'static str,
        /// Its value.
        value: String,
        /// What is allowed.
        cure: String,
    },
}

/// A vectoriser could not be fitted.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum FitError {
    /// No text was given.
    #[error("there are no texts to fit a vocabulary on: give at least one")]
    NoTexts,
    /// Texts are numbered in 32 bits.
    #[error("{count} texts are more than a vocabulary can be fitted on (2^32): leave some out")]
    TooManyTexts {
        /// Number of texts.
        count: usize,
    },
    /// The groups do not belong to the texts.
    #[error("{groups} group numbers were given for {texts} texts: give one a text")]
    Groups {
        /// Number of group numbers.
        groups: usize,
        /// Number of texts.
        texts: usize,
    },
    /// The spec's thresholds, or texts without words, left nothing.
    #[error(
        "no n-gram is left in the vocabulary ({seen} were seen in {texts} texts): lower min_texts or min_groups, raise \
         max_share, or give more text"
    )]
    EmptyVocabulary {
        /// Number of distinct n-grams before the thresholds.
        seen: usize,
        /// Number of texts.
        texts: usize,
    },
    /// Column numbers are 32 bits wide.
    #[error("{count} n-grams do not fit in a vocabulary (at most 2^31): raise min_texts or set max_features")]
    TooManyFeatures {
        /// Number of n-grams.
        count: usize,
    },
}

/// Parts read from elsewhere do not make a vocabulary or a vectoriser.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum VocabularyError {
    /// The n-grams' bytes are not UTF-8.
    #[error("the vocabulary's bytes are not UTF-8 (first bad byte at {at})")]
    NotUtf8 {
        /// Byte offset of the first bad byte.
        at: usize,
    },
    /// The end offsets do not cut the bytes into n-grams.
    #[error("the vocabulary's offset {index} ({end}) does not follow the one before it inside {len} bytes")]
    Offset {
        /// Which offset.
        index: usize,
        /// Its value.
        end: usize,
        /// Number of bytes.
        len: usize,
    },
    /// The blocks' sizes do not add up to the number of n-grams, or there is not one size a block.
    #[error("the vocabulary has {ngrams} n-grams in {blocks} blocks, but the sizes given are {sizes:?}")]
    BlockSizes {
        /// Number of n-grams.
        ngrams: usize,
        /// Number of blocks in the spec.
        blocks: usize,
        /// The sizes given.
        sizes: Vec<u32>,
    },
    /// The n-grams of a block must ascend strictly in byte order.
    #[error("the vocabulary is not sorted at n-gram {index} ({ngram:?})")]
    Unsorted {
        /// Position of the n-gram that is not above the one before it.
        index: usize,
        /// The n-gram.
        ngram: String,
    },
    /// Columns to be kept must ascend strictly.
    #[error("column {column} does not belong behind column {before}: give each once, in ascending order")]
    Columns {
        /// A column.
        before: u32,
        /// The next, which is not above it.
        column: u32,
    },
    /// Two n-grams share a 64-bit hash, so one of them could never be found.
    #[error("n-grams {first:?} and {second:?} share a hash: leave one of them out")]
    Collision {
        /// One n-gram.
        first: String,
        /// The other.
        second: String,
    },
    /// There must be one hash a n-gram.
    #[error("{count} hashes for {ngrams} n-grams")]
    Hashes {
        /// Number of hashes.
        count: usize,
        /// Number of n-grams.
        ngrams: usize,
    },
    /// There must be one idf value a n-gram, from 1e-6 to 1e6.
    #[error("idf values are not usable: {count} for {ngrams} n-grams, or one is not between 1e-6 and 1e6")]
    Idf {
        /// Number of values.
        count: usize,
        /// Number of n-grams.
        ngrams: usize,
    },
}

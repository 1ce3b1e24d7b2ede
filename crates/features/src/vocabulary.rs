//! The n-grams that a fitted vectoriser knows, sorted, with hash tables to find them.

mod hashing;
mod index;

use std::borrow::Cow;
use std::ops::Range;
use std::str::Utf8Error;
use std::sync::OnceLock;

use rayon::prelude::*;

use crate::error::VocabularyError;
use crate::spec::CheckedSpec;
use crate::vocabulary::hashing::hash_at;
use crate::vocabulary::index::{Table, equal_pair};

/// N-grams that a thread checks at a time.
const PIECE: usize = 1 << 14;

/// The n-grams of all blocks. Column numbers run through the blocks in the order of their names and, inside a block,
/// through its n-grams in byte order.
#[derive(Debug, Clone)]
pub struct Vocabulary {
    /// UTF-8, and so is each n-gram by itself.
    bytes: Cow<'static, [u8]>,
    ends: Cow<'static, [u32]>,
    /// First column of each block, and the number of columns at the end.
    block_starts: Vec<u32>,
    /// The hash of each n-gram.
    hashes: Cow<'static, [u64]>,
    /// A table for each block, made when it is first asked for: a classifier has its own for n-grams of words.
    tables: Vec<OnceLock<Table>>,
}

impl Vocabulary {
    /// Puts a vocabulary together from its stored parts: the n-grams' bytes one after the other, the byte offset at
    /// which each ends, and the number of n-grams of each block of `spec`. What lives as long as the program is not copied.
    ///
    /// # Errors
    /// [`VocabularyError`] if the parts do not belong together, the n-grams of a block are not sorted or two n-grams
    /// share a hash.
    pub fn from_parts(
        spec: &CheckedSpec,
        bytes: impl Into<Cow<'static, [u8]>>,
        ends: impl Into<Cow<'static, [u32]>>,
        block_sizes: &[u32],
    ) -> Result<Self, VocabularyError> {
        let (bytes, ends) = (bytes.into(), ends.into());
        let not_utf8 = |error: Utf8Error| VocabularyError::NotUtf8 { at: error.valid_up_to() };
        check_ends(str::from_utf8(&bytes).map_err(not_utf8)?, &ends)?;
        let mut vocabulary = Self::unchecked(spec, bytes, ends, Cow::default(), block_sizes)?;
        vocabulary.check_sorted_and_hash(spec)?;
        vocabulary.check_hashes_differ()?;
        Ok(vocabulary)
    }

    /// The same for parts that [`from_parts`](Self::from_parts) took before, when the program was built, and the
    /// [`hashes`](Self::hashes) of that vocabulary. They are believed: of other parts [`ngram`](Self::ngram) may panic, and
    /// n-grams be found that are not there.
    ///
    /// # Errors
    /// [`VocabularyError`] if the numbers of n-grams differ.
    pub fn from_hashed_parts(
        spec: &CheckedSpec,
        bytes: impl Into<Cow<'static, [u8]>>,
        ends: impl Into<Cow<'static, [u32]>>,
        hashes: impl Into<Cow<'static, [u64]>>,
        block_sizes: &[u32],
    ) -> Result<Self, VocabularyError> {
        let (bytes, ends, hashes) = (bytes.into(), ends.into(), hashes.into());
        if hashes.len() != ends.len() {
            return Err(VocabularyError::Hashes { count: hashes.len(), ngrams: ends.len() });
        }
        Self::unchecked(spec, bytes, ends, hashes, block_sizes)
    }

    fn unchecked(
        spec: &CheckedSpec,
        bytes: Cow<'static, [u8]>,
        ends: Cow<'static, [u32]>,
        hashes: Cow<'static, [u64]>,
        block_sizes: &[u32],
    ) -> Result<Self, VocabularyError> {
        let block_starts = block_starts(spec, ends.len(), block_sizes)?;
        let tables = vec![OnceLock::new(); block_sizes.len()];
        Ok(Self { bytes, ends, block_starts, hashes, tables })
    }

    /// Number of n-grams (columns).
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The n-gram of a column: tokens joined by single spaces, or the characters with their padding.
    ///
    /// # Panics
    /// If `column` is not below [`len`](Self::len).
    pub fn ngram(&self, column: usize) -> &str {
        str::from_utf8(self.ngram_bytes(column)).expect("the bytes are UTF-8, and n-grams end between characters")
    }

    /// The columns of a block, by its place among the spec's blocks.
    ///
    /// # Panics
    /// If there is no such block.
    pub fn block_columns(&self, block: usize) -> Range<usize> {
        self.block_starts[block] as usize..self.block_starts[block + 1] as usize
    }

    /// The place among the spec's blocks of the block that a column belongs to.
    pub fn block_of(&self, column: usize) -> usize {
        self.block_starts.partition_point(|&start| start as usize <= column) - 1
    }

    /// All n-grams' bytes, one after the other.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The byte offset at which each n-gram ends.
    pub fn ends(&self) -> &[u32] {
        &self.ends
    }

    /// The number of n-grams of each block.
    pub fn block_sizes(&self) -> Vec<u32> {
        self.block_starts.windows(2).map(|pair| pair[1] - pair[0]).collect()
    }

    /// The hash by which [`NgramCounter`](crate::NgramCounter) knows the n-gram of a column. No two columns share one.
    /// It is not stored in models and may change with the version.
    ///
    /// # Panics
    /// If `column` is not below [`len`](Self::len).
    pub fn hash(&self, column: usize) -> u64 {
        self.hashes[column]
    }

    /// The hashes of all columns.
    pub fn hashes(&self) -> &[u64] {
        &self.hashes
    }

    /// The column of the n-gram with this hash.
    pub fn find(&self, hash: u64) -> Option<u32> {
        (0..self.tables.len()).find_map(|block| self.find_in(block, hash))
    }

    /// The column of the n-gram of a block with this hash.
    ///
    /// # Panics
    /// If there is no such block.
    pub fn find_in(&self, block: usize, hash: u64) -> Option<u32> {
        let hashes = &self.hashes[self.block_columns(block)];
        let table = self.tables[block].get_or_init(|| Table::new(hashes));
        table.find(hash, hashes).map(|place| self.block_starts[block] + place)
    }

    /// One walk for both, since the bytes are looked at anyway, in pieces that threads share.
    fn check_sorted_and_hash(&mut self, spec: &CheckedSpec) -> Result<(), VocabularyError> {
        let mut hashes = vec![0; self.len()];
        for (number, block) in spec.get().blocks.values().enumerate() {
            let columns = self.block_columns(number);
            let pieces = hashes[columns.clone()].par_chunks_mut(PIECE).enumerate();
            let checked = pieces.map(|(piece, hashes)| {
                let first = columns.start + piece * PIECE;
                let mut last: &[u8] = if piece == 0 { &[] } else { self.ngram_bytes(first - 1) };
                for (column, hash) in (first..).zip(hashes) {
                    let range = self.range(column);
                    let ngram = &self.bytes[range.clone()];
                    if !is_above(ngram, last) {
                        return Some(column);
                    }
                    *hash = hash_at(number, block, &self.bytes, range);
                    last = ngram;
                }
                None
            });
            // The first in any order of work, so that the message is always the same.
            if let Some(index) = checked.flatten().min() {
                return Err(VocabularyError::Unsorted { index, ngram: self.ngram(index).to_owned() });
            }
        }
        self.hashes = hashes.into();
        Ok(())
    }

    /// Where a column's n-gram stands.
    fn range(&self, column: usize) -> Range<usize> {
        let start = if column == 0 { 0 } else { self.ends[column - 1] };
        start as usize..self.ends[column] as usize
    }

    pub(crate) fn ngram_bytes(&self, column: usize) -> &[u8] {
        &self.bytes[self.range(column)]
    }

    fn check_hashes_differ(&self) -> Result<(), VocabularyError> {
        match equal_pair(&self.hashes) {
            None => Ok(()),
            Some((first, second)) => Err(VocabularyError::Collision {
                first: self.ngram(first).to_owned(),
                second: self.ngram(second).to_owned(),
            }),
        }
    }
}

/// Whether `ngram` comes behind `last` in the order of bytes. Most pairs differ within their first eight bytes or have
/// them in common, so these are compared as one number.
#[inline]
fn is_above(ngram: &[u8], last: &[u8]) -> bool {
    match (ngram.first_chunk::<8>(), last.first_chunk::<8>()) {
        (Some(a), Some(b)) if a != b => u64::from_be_bytes(*a) > u64::from_be_bytes(*b),
        _ => ngram > last,
    }
}

fn check_ends(text: &str, ends: &[u32]) -> Result<(), VocabularyError> {
    let mut last = 0;
    for (index, &end) in ends.iter().enumerate() {
        let end = end as usize;
        if end <= last || !text.is_char_boundary(end) {
            return Err(VocabularyError::Offset { index, end, len: text.len() });
        }
        last = end;
    }
    if last == text.len() {
        Ok(())
    } else {
        Err(VocabularyError::Offset { index: ends.len(), end: last, len: text.len() })
    }
}

fn block_starts(spec: &CheckedSpec, ngrams: usize, sizes: &[u32]) -> Result<Vec<u32>, VocabularyError> {
    let blocks = spec.get().blocks.len();
    let total: u64 = sizes.iter().map(|&size| u64::from(size)).sum();
    if sizes.len() != blocks || total != ngrams as u64 {
        return Err(VocabularyError::BlockSizes { ngrams, blocks, sizes: sizes.to_vec() });
    }
    let mut starts = vec![0];
    for size in sizes {
        starts.push(starts[starts.len() - 1] + size);
    }
    Ok(starts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ngrams::hash_of_text;
    use crate::spec::FeatureSpec;
    use proptest::prelude::*;

    fn build(words: &[&str], sizes: &[u32]) -> Result<Vocabulary, VocabularyError> {
        let spec = FeatureSpec::default().check().unwrap();
        let mut bytes = Vec::new();
        let mut ends = Vec::new();
        for word in words {
            bytes.extend_from_slice(word.as_bytes());
            ends.push(bytes.len() as u32);
        }
        Vocabulary::from_parts(&spec, bytes, ends, sizes)
    }

    #[test]
    fn every_ngram_is_found_and_others_are_not() {
        let vocabulary = build(&["a", "a b", "b", "é"], &[4]).unwrap();
        let spec = FeatureSpec::default();
        let block = &spec.blocks["words"];
        for column in 0..vocabulary.len() {
            let hash = hash_of_text(0, block, vocabulary.ngram(column).as_bytes());
            assert_eq!(vocabulary.find(hash), Some(column as u32));
            assert_eq!(vocabulary.block_of(column), 0);
        }
        assert_eq!(vocabulary.find(hash_of_text(0, block, b"c")), None);
        assert_eq!(vocabulary.ngram(3), "é");
        assert_eq!(vocabulary.block_sizes(), [4]);
    }

    #[test]
    fn hashes_taken_before_give_the_same_vocabulary() {
        let words = ["a", "a b", "b", "é"];
        let vocabulary = build(&words, &[4]).unwrap();
        let spec = FeatureSpec::default().check().unwrap();
        let again = |hashes: &[u64]| {
            let (bytes, ends) = (vocabulary.bytes().to_vec(), vocabulary.ends().to_vec());
            Vocabulary::from_hashed_parts(&spec, bytes, ends, hashes.to_vec(), &[4])
        };
        let hashed = again(vocabulary.hashes()).unwrap();
        for column in 0..words.len() {
            assert_eq!(hashed.find(vocabulary.hash(column)), Some(column as u32));
        }
        let too_few = again(&vocabulary.hashes()[1..]).map(|_| ());
        assert_eq!(too_few, Err(VocabularyError::Hashes { count: 3, ngrams: 4 }));
    }

    #[test]
    fn wherever_a_piece_begins_the_first_ngram_out_of_order_is_named() {
        for place in [1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE + 5] {
            let mut words: Vec<String> = (0..2 * PIECE + 10).map(|number| format!("word {number:09}")).collect();
            words.swap(place - 1, place);
            words.swap(2 * PIECE + 8, 2 * PIECE + 9);
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let error = build(&words, &[words.len() as u32]).unwrap_err();
            assert!(matches!(error, VocabularyError::Unsorted { index, .. } if index == place), "{error}");
        }
    }

    proptest! {
        #[test]
        fn eight_bytes_at_once_are_in_the_order_of_bytes(start in "[a-zé]{0,9}", one in "[aé]{0,3}", other in "[aé]{0,3}") {
            let (one, other) = (start.clone() + &one, start + &other);
            prop_assert_eq!(is_above(one.as_bytes(), other.as_bytes()), one > other);
        }
    }

    #[test]
    fn parts_that_do_not_fit_are_refused() {
        let spec = FeatureSpec::default().check().unwrap();
        let parts = |bytes: &[u8], ends: &[u32], sizes: &[u32]| {
            Vocabulary::from_parts(&spec, bytes.to_vec(), ends.to_vec(), sizes).map(|_| ())
        };
        assert_eq!(parts(b"\xff", &[1], &[1]), Err(VocabularyError::NotUtf8 { at: 0 }));
        assert_eq!(parts("é".as_bytes(), &[1, 2], &[2]), Err(VocabularyError::Offset { index: 0, end: 1, len: 2 }));
        assert!(matches!(parts(b"ab", &[1], &[1]), Err(VocabularyError::Offset { index: 1, .. })));
        assert!(matches!(parts(b"ab", &[1, 1, 2], &[3]), Err(VocabularyError::Offset { index: 1, .. })));
        assert!(matches!(parts(b"ab", &[1, 9], &[2]), Err(VocabularyError::Offset { index: 1, .. })));
        assert!(matches!(parts(b"ab", &[1, 2], &[1]), Err(VocabularyError::BlockSizes { .. })));
        assert!(matches!(parts(b"ab", &[1, 2], &[u32::MAX, 3]), Err(VocabularyError::BlockSizes { .. })));
        assert!(matches!(build(&["b", "a"], &[2]), Err(VocabularyError::Unsorted { index: 1, .. })));
        assert!(matches!(build(&["a", "a"], &[2]), Err(VocabularyError::Unsorted { .. })));
        assert_eq!(parts(b"", &[], &[0]), Ok(()));
    }
}

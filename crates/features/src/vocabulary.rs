//! The n-grams that a fitted vectoriser knows, sorted, with a hash table to find them.

use std::ops::Range;

use crate::error::VocabularyError;
use crate::ngrams::hash_of_text;
use crate::spec::CheckedSpec;

/// The n-grams of all blocks. Column numbers run through the blocks in the order of their names and, inside a block,
/// through its n-grams in byte order.
#[derive(Debug, Clone)]
pub struct Vocabulary {
    text: String,
    ends: Vec<u32>,
    /// First column of each block, and the number of columns at the end.
    block_starts: Vec<u32>,
    /// The hash of each n-gram.
    hashes: Vec<u64>,
    table: Table,
}

impl Vocabulary {
    /// Puts a vocabulary together from its stored parts: the n-grams' bytes one after the other, the byte offset at
    /// which each ends, and the number of n-grams of each block of `spec`.
    ///
    /// # Errors
    /// [`VocabularyError`] if the parts do not belong together, the n-grams of a block are not sorted or two n-grams
    /// share a hash.
    pub fn from_parts(
        spec: &CheckedSpec,
        bytes: Vec<u8>,
        ends: Vec<u32>,
        block_sizes: &[u32],
    ) -> Result<Self, VocabularyError> {
        let text = String::from_utf8(bytes)
            .map_err(|error| VocabularyError::NotUtf8 { at: error.utf8_error().valid_up_to() })?;
        check_ends(&text, &ends)?;
        let block_starts = block_starts(spec, ends.len(), block_sizes)?;
        let table = Table::with_capacity(ends.len());
        let mut vocabulary = Self { text, ends, block_starts, hashes: Vec::new(), table };
        vocabulary.check_sorted()?;
        vocabulary.index(spec)?;
        Ok(vocabulary)
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
        let start = if column == 0 { 0 } else { self.ends[column - 1] };
        &self.text[start as usize..self.ends[column] as usize]
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
        self.text.as_bytes()
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

    /// The column of the n-gram with this hash.
    pub fn find(&self, hash: u64) -> Option<u32> {
        self.table.find(hash, &self.hashes)
    }

    fn check_sorted(&self) -> Result<(), VocabularyError> {
        for block in 0..self.block_starts.len() - 1 {
            let mut last: &[u8] = &[];
            for column in self.block_columns(block) {
                let ngram = self.ngram_bytes(column);
                if ngram <= last {
                    return Err(VocabularyError::Unsorted { index: column, ngram: self.ngram(column).to_owned() });
                }
                last = ngram;
            }
        }
        Ok(())
    }

    /// The bytes of a column's n-gram.
    fn ngram_bytes(&self, column: usize) -> &[u8] {
        let start = if column == 0 { 0 } else { self.ends[column - 1] };
        &self.text.as_bytes()[start as usize..self.ends[column] as usize]
    }

    fn index(&mut self, spec: &CheckedSpec) -> Result<(), VocabularyError> {
        self.hashes.reserve_exact(self.len());
        for (number, block) in spec.get().blocks.values().enumerate() {
            for column in self.block_columns(number) {
                let hash = hash_of_text(number, block, self.ngram_bytes(column));
                self.hashes.push(hash);
                if let Some(other) = self.table.insert(&self.hashes, column as u32) {
                    return Err(VocabularyError::Collision {
                        first: self.ngram(other as usize).to_owned(),
                        second: self.ngram(column).to_owned(),
                    });
                }
            }
        }
        Ok(())
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

/// Open addressing with linear probing over a power of two of column numbers, at most half of the places taken.
#[derive(Debug, Clone)]
struct Table {
    columns: Vec<u32>,
    mask: usize,
}

const VACANT: u32 = u32::MAX;

impl Table {
    fn with_capacity(entries: usize) -> Self {
        let places = (entries * 2).next_power_of_two().max(2);
        Self { columns: vec![VACANT; places], mask: places - 1 }
    }

    /// Adds a column, or gives the one that has the same hash.
    fn insert(&mut self, hashes: &[u64], column: u32) -> Option<u32> {
        let hash = hashes[column as usize];
        let place = self.place(hash, hashes);
        let other = self.columns[place];
        if other != VACANT {
            return Some(other);
        }
        self.columns[place] = column;
        None
    }

    fn find(&self, hash: u64, hashes: &[u64]) -> Option<u32> {
        let column = self.columns[self.place(hash, hashes)];
        (column != VACANT).then_some(column)
    }

    /// Where the column with this hash is, or would be.
    fn place(&self, hash: u64, hashes: &[u64]) -> usize {
        let mut at = hash as usize & self.mask;
        while self.columns[at] != VACANT && hashes[self.columns[at] as usize] != hash {
            at = (at + 1) & self.mask;
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::FeatureSpec;

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

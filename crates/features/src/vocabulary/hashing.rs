//! The hashes of stored n-grams, read where they stand: when a model is loaded, all of them are hashed.

use std::ops::Range;

use crate::hash::{HASH_START, block_seed, extend, hash_end, hash_step};
use crate::ngrams::hash_of_text;
use crate::spec::{BlockSpec, Units};

const ONES: u64 = 0x0101_0101_0101_0101;

/// The hash of the n-gram at `range` of `text`, of the spec's block `index`, as extraction would give it.
#[inline]
pub(super) fn hash_at(index: usize, block: &BlockSpec, text: &[u8], range: Range<usize>) -> u64 {
    // Eight bytes are read at once, and those behind the n-gram are masked: so they must be there.
    if block.units == Units::Words && range.end + 8 <= text.len() {
        hash_words(block_seed(index), text, range)
    } else {
        hash_of_text(index, block, &text[range])
    }
}

fn hash_words(seed: u64, text: &[u8], Range { start, end }: Range<usize>) -> u64 {
    let (mut ngram, mut at) = (seed, start);
    loop {
        let (token, mut state) = (at, HASH_START);
        loop {
            let low = eight(text, at);
            let length = before_space(low).min(end - at);
            if length < 8 || at + 8 == end || text[at + 8] == b' ' {
                ngram = extend(ngram, hash_end(state, [first(low, length), 0], at + length - token));
                at += length;
                break;
            }
            at += 8;
            let high = eight(text, at);
            let length = before_space(high).min(end - at);
            if length < 8 || at + 8 == end || text[at + 8] == b' ' {
                ngram = extend(ngram, hash_end(state, [low, first(high, length)], at + length - token));
                at += length;
                break;
            }
            state = hash_step(state, [low, high]);
            at += 8;
        }
        if at == end {
            return ngram;
        }
        at += 1;
    }
}

#[inline]
fn eight(text: &[u8], at: usize) -> u64 {
    let bytes: &[u8; 8] = text[at..at + 8].try_into().expect("a range of 8 has 8 bytes");
    u64::from_le_bytes(*bytes)
}

/// How many bytes stand before the first space; 8 if there is none.
#[inline]
fn before_space(word: u64) -> usize {
    let spaces = word ^ (ONES * u64::from(b' '));
    // The lowest bit that is left belongs to the first zero byte; those above it may belong to other bytes.
    ((spaces.wrapping_sub(ONES) & !spaces & (ONES << 7)).trailing_zeros() / 8) as usize
}

/// The first `length` bytes (up to 8), the others zero.
#[inline]
fn first(word: u64, length: usize) -> u64 {
    if length == 0 { 0 } else { word & (u64::MAX >> (64 - 8 * length)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn hashes_are_those_of_the_plain_way(
            ngrams in prop::collection::vec("[a-zé! \u{2}]{1,30}|[ -~]{7,9}|[a-z]{8}( [a-z]{16})?|[a-z]{15,17}( [a-z]{31,33})?", 1..6),
            characters: bool,
        ) {
            let text = ngrams.concat();
            let units = if characters { Units::Characters } else { Units::Words };
            let block = BlockSpec { units, ..BlockSpec::default() };
            let mut start = 0;
            for ngram in &ngrams {
                let end = start + ngram.len();
                let expected = hash_of_text(1, &block, ngram.as_bytes());
                prop_assert_eq!(hash_at(1, &block, text.as_bytes(), start..end), expected, "{:?}", ngram);
                start = end;
            }
        }
    }
}

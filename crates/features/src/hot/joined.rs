//! The n-grams of tokens one after the other.

use std::ops::Range;

use crate::hash::extend;
use crate::hot::tokens::KEPT;
use crate::spec::MAX_WORD_N;

/// The hashes of the n-grams of a block in texts, one after the other. Memory is kept for other texts.
#[derive(Default)]
pub(super) struct Joined {
    /// Behind those of the texts, what was left by others.
    hashes: Vec<u64>,
    len: usize,
    /// Those of each text.
    ranges: Vec<Range<usize>>,
}

/// What is needed of a block's spec.
#[derive(Clone, Copy)]
pub(super) struct Lengths {
    pub min_n: usize,
    pub max_n: usize,
    /// Whether boundaries are units, too.
    pub boundaries: bool,
}

impl Joined {
    /// Forgets all texts, and gives back what very long ones took.
    pub fn clear(&mut self) {
        self.len = 0;
        self.hashes.truncate(KEPT);
        self.hashes.shrink_to(KEPT);
        self.ranges.clear();
    }

    /// The n-grams of a text, by its number.
    #[inline]
    pub fn of(&self, text: usize) -> &[u64] {
        &self.hashes[self.ranges[text].clone()]
    }

    /// Adds the n-grams of a text's tokens, by their hashes. They have the two boundaries around them; a boundary alone is no n-gram.
    pub fn join(&mut self, seed: u64, tokens: &[u64], lengths: Lengths) {
        let words = &tokens[1..tokens.len() - 1];
        let units = if lengths.boundaries { tokens } else { words };
        let max_n = lengths.max_n.min(units.len());
        if words.is_empty() || max_n < lengths.min_n {
            self.ranges.push(self.len..self.len);
            return;
        }
        let start = self.len;
        self.len += units.len() * max_n;
        if self.hashes.len() < self.len {
            self.hashes.resize(self.len, 0);
        }
        let hashes = &mut self.hashes[start..self.len];
        match max_n {
            1 => join_up_to::<1>(seed, units, hashes),
            2 => join_up_to::<2>(seed, units, hashes),
            3 => join_up_to::<3>(seed, units, hashes),
            4 => join_up_to::<4>(seed, units, hashes),
            MAX_WORD_N => join_up_to::<MAX_WORD_N>(seed, units, hashes),
            _ => unreachable!("a checked spec has no longer n-grams"),
        }
        if lengths.min_n > 1 {
            let kept = keep_long(hashes, max_n, lengths.min_n);
            self.ranges.push(start..start + kept);
            return;
        }
        let begin = start + close_gaps(hashes, max_n);
        self.ranges.push(if lengths.boundaries { begin + 1..self.len - 1 } else { begin..self.len });
    }
}

/// Finds the n-grams of up to `N` units, at each unit those that end there, the longest first. At the first units, those
/// that would begin before the text are gaps.
#[inline]
fn join_up_to<const N: usize>(seed: u64, units: &[u64], hashes: &mut [u64]) {
    // The n-grams that end at the last unit, the shortest first.
    let mut ending = [seed; N];
    for (&unit, hashes) in units.iter().zip(hashes.as_chunks_mut::<N>().0) {
        for longer in (1..N).rev() {
            ending[longer] = extend(ending[longer - 1], unit);
        }
        ending[0] = extend(seed, unit);
        *hashes = ending;
        hashes.reverse();
    }
}

/// Moves the n-grams of the first units behind the gaps, and says where the first n-gram is.
#[inline]
fn close_gaps(hashes: &mut [u64], max_n: usize) -> usize {
    let mut begin = max_n * (max_n - 1);
    for unit in (0..max_n - 1).rev() {
        for n in 1..=unit + 1 {
            begin -= 1;
            hashes[begin] = hashes[max_n * (unit + 1) - n];
        }
    }
    begin
}

/// Leaves out what is shorter than `min_n`, and the gaps, and says how many are left.
fn keep_long(hashes: &mut [u64], max_n: usize, min_n: usize) -> usize {
    let mut kept = 0;
    for unit in min_n - 1..hashes.len() / max_n {
        for n in min_n..=max_n.min(unit + 1) {
            hashes[kept] = hashes[max_n * unit + max_n - n];
            kept += 1;
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ngrams::for_each_word_ngram;
    use crate::spec::BlockSpec;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_ngrams_are_those_of_the_plain_way(
            tokens in prop::collection::vec(any::<u64>(), 2..12),
            min_n in 1..6usize,
            more in 0..5usize,
            boundaries: bool,
        ) {
            let block = BlockSpec { min_n, max_n: (min_n + more).min(MAX_WORD_N), boundaries, ..BlockSpec::default() };
            let mut expected = Vec::new();
            for_each_word_ngram(&tokens, |&token| token, 7, &block, |hash, _| expected.push(hash));
            let lengths = Lengths { min_n, max_n: block.max_n, boundaries };
            expected.sort_unstable();
            let mut joined = Joined { hashes: vec![1, 2, 3], ..Joined::default() };
            for _ in 0..2 {
                joined.clear();
                joined.join(7, &tokens[..2], lengths);
                joined.join(7, &tokens, lengths);
                joined.join(7, &tokens, lengths);
                for text in 1..3 {
                    let mut found = joined.of(text).to_vec();
                    found.sort_unstable();
                    prop_assert_eq!(&found, &expected);
                }
                prop_assert_eq!(joined.of(0).len(), 0);
            }
        }
    }
}

//! The n-grams of tokens one after the other.

use crate::hash::extend;
use crate::spec::MAX_WORD_N;

/// The hashes of the n-grams of one text. Memory is kept from text to text.
#[derive(Default)]
pub(super) struct Joined {
    hashes: Vec<u64>,
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
    /// The hashes of the n-grams of some tokens, by theirs. They have the two boundaries around them; a boundary alone is none.
    pub fn join(&mut self, seed: u64, tokens: &[u64], lengths: Lengths) -> &[u64] {
        let words = &tokens[1..tokens.len() - 1];
        if words.is_empty() {
            return &[];
        }
        let units = if lengths.boundaries { tokens } else { words };
        let max_n = lengths.max_n.min(units.len());
        if max_n < lengths.min_n {
            return &[];
        }
        match max_n {
            1 => self.join_up_to::<1>(seed, units),
            2 => self.join_up_to::<2>(seed, units),
            3 => self.join_up_to::<3>(seed, units),
            4 => self.join_up_to::<4>(seed, units),
            MAX_WORD_N => self.join_up_to::<MAX_WORD_N>(seed, units),
            _ => unreachable!("a checked spec has no longer n-grams"),
        }
        if lengths.min_n > 1 {
            return self.keep_long(max_n, lengths.min_n);
        }
        let begin = self.close_gaps(max_n);
        if lengths.boundaries { &self.hashes[begin + 1..self.hashes.len() - 1] } else { &self.hashes[begin..] }
    }

    /// Finds the n-grams of up to `N` units, at each unit those that end there, the longest first. At the first units, those
    /// that would begin before the text are gaps.
    fn join_up_to<const N: usize>(&mut self, seed: u64, units: &[u64]) {
        self.hashes.resize(units.len() * N, 0);
        // The n-grams that end at the last unit, the shortest first.
        let mut ending = [seed; N];
        for (&unit, hashes) in units.iter().zip(self.hashes.as_chunks_mut::<N>().0) {
            for longer in (1..N).rev() {
                ending[longer] = extend(ending[longer - 1], unit);
            }
            ending[0] = extend(seed, unit);
            *hashes = ending;
            hashes.reverse();
        }
    }

    /// Moves the n-grams of the first units behind the gaps, and says where the first n-gram is.
    fn close_gaps(&mut self, max_n: usize) -> usize {
        let mut begin = max_n * (max_n - 1);
        for unit in (0..max_n - 1).rev() {
            for n in 1..=unit + 1 {
                begin -= 1;
                self.hashes[begin] = self.hashes[max_n * (unit + 1) - n];
            }
        }
        begin
    }

    /// Leaves out what is shorter than `min_n`, and the gaps.
    fn keep_long(&mut self, max_n: usize, min_n: usize) -> &[u64] {
        let mut kept = 0;
        for unit in min_n - 1..self.hashes.len() / max_n {
            for n in min_n..=max_n.min(unit + 1) {
                self.hashes[kept] = self.hashes[max_n * unit + max_n - n];
                kept += 1;
            }
        }
        &self.hashes[..kept]
    }
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
            let mut joined = Joined { hashes: vec![1, 2, 3] };
            let mut found = joined.join(7, &tokens, lengths).to_vec();
            found.sort_unstable();
            expected.sort_unstable();
            prop_assert_eq!(found, expected);
        }
    }
}

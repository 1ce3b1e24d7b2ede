//! How often each n-gram occurs in one text.

use crate::hot::tokens::KEPT;

/// An n-gram of a text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counted {
    /// Its hash, as in [`Vocabulary::hash`](crate::Vocabulary::hash).
    pub hash: u64,
    /// How often it occurs.
    pub count: u32,
}

/// Counts hashes without a branch that depends on them, unless they were chosen so that they meet. Memory is kept from text
/// to text.
#[derive(Default)]
pub(super) struct Distinct {
    /// A table of places among `counted`, each plus `base`; what is below `base` is of an earlier text. So nothing
    /// needs to be cleared between texts.
    seen: Vec<u32>,
    base: u32,
    counted: Vec<Counted>,
    /// How many hashes the last text had.
    len: usize,
}

/// Places of the table for each hash that may come: few meet at one place.
const ROOM: usize = 4;

/// The table is not smaller than this; it has 8 KiB.
const LEAST: usize = 1 << 11;

/// Steps past places that others have, for each hash and each place of the smallest table: more, and the hashes were chosen so
/// that they meet. By chance a hash takes a sixth of a step.
const STEPS: usize = 4;

impl Distinct {
    /// The distinct ones of `hashes` in the order of their first occurrence.
    pub fn count(&mut self, hashes: &[u64]) -> &[Counted] {
        self.begin(hashes.len());
        // The places of a table of known size need no check.
        let len = match self.seen.first_chunk_mut::<LEAST>() {
            Some(seen) if hashes.len() * ROOM <= LEAST => count(hashes, seen, self.base, &mut self.counted),
            _ => count(hashes, &mut self.seen, self.base, &mut self.counted),
        };
        // Places of the table that a count left behind when it was given up are below the next base, too.
        self.len = hashes.len();
        let len = len.unwrap_or_else(|| count_sorted(hashes, &mut self.counted));
        &self.counted[..len]
    }

    /// Gives back what a very long text took.
    pub fn give_back(&mut self) {
        if self.seen.len() > ROOM * KEPT {
            *self = Self::default();
        }
    }

    /// Forgets all and makes room for up to `most` hashes.
    fn begin(&mut self, most: usize) {
        let size = (most * ROOM).next_power_of_two().max(LEAST);
        self.base = self.base.wrapping_add(self.len as u32);
        if self.seen.len() < size {
            self.seen.clear();
            self.seen.resize(size, 0);
            self.base = 1;
        } else if self.base == 0 || self.base as usize + most >= u32::MAX as usize {
            self.seen.fill(0);
            self.base = 1;
        }
        if self.counted.len() <= most {
            self.counted.resize(most + 1, Counted::default());
        }
    }
}

/// How many distinct ones there are; `None` if they meet so often that it would take too long.
#[inline(always)]
#[expect(clippy::inline_always, reason = "one of two copies is for a table of known size")]
fn count(hashes: &[u64], seen: &mut [u32], base: u32, counted: &mut [Counted]) -> Option<usize> {
    let mask = seen.len() - 1;
    let mut len = 0;
    let mut steps = STEPS * (hashes.len() + LEAST);
    for &hash in hashes {
        // Should it be new, its place is ready: then neither is a branch.
        counted[len] = Counted { hash, count: 0 };
        let mut at = hash as usize & mask;
        loop {
            let place = (seen[at].wrapping_sub(base) as usize).min(len);
            let entry = &mut counted[place];
            if entry.hash == hash {
                entry.count += 1;
                seen[at] = base + place as u32;
                len += usize::from(place == len);
                break;
            }
            at = (at + 1) & mask;
            steps -= 1;
            if steps == 0 {
                return None;
            }
        }
    }
    Some(len)
}

/// The same by sorting, whatever the hashes are.
#[cold]
fn count_sorted(hashes: &[u64], counted: &mut [Counted]) -> usize {
    let mut places: Vec<usize> = (0..hashes.len()).collect();
    places.sort_unstable_by_key(|&place| (hashes[place], place));
    let same = places.chunk_by(|&one, &other| hashes[one] == hashes[other]);
    let mut distinct: Vec<(usize, u32)> = same.map(|places| (places[0], places.len() as u32)).collect();
    distinct.sort_unstable();
    for (counted, &(place, count)) in counted.iter_mut().zip(&distinct) {
        *counted = Counted { hash: hashes[place], count };
    }
    distinct.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn counts_are_those_of_a_list(
            texts in prop::collection::vec(prop::collection::vec(0..40u64, 0..60), 1..6),
            meet: bool,
            start in prop::sample::select(vec![0, u32::MAX - 200, u32::MAX - 60]),
        ) {
            let mut distinct = Distinct::default();
            distinct.count(&[]);
            distinct.base = start;
            for text in texts {
                // Hashes of equal lower bits want one place in the table.
                let hashes: Vec<u64> = text.iter().map(|&x| if meet { x << 40 } else { x }).collect();
                let mut expected: Vec<(u64, u32)> = Vec::new();
                for &hash in &hashes {
                    match expected.iter_mut().find(|(known, _)| *known == hash) {
                        Some((_, count)) => *count += 1,
                        None => expected.push((hash, 1)),
                    }
                }
                let found: Vec<_> = distinct.count(&hashes).iter().map(|ngram| (ngram.hash, ngram.count)).collect();
                prop_assert_eq!(found, expected);
            }
        }
    }

    #[test]
    fn hashes_that_were_chosen_to_meet_are_sorted_and_leave_nothing_behind() {
        let hashes: Vec<u64> = (0..10_000).map(|number| (number % 5000) << 20).collect();
        let mut distinct = Distinct::default();
        distinct.begin(hashes.len());
        assert_eq!(count(&hashes, &mut distinct.seen, distinct.base, &mut distinct.counted), None);
        for _ in 0..2 {
            let found = distinct.count(&hashes);
            assert!(
                found.iter().eq(&(0..5000).map(|number| Counted { hash: number << 20, count: 2 }).collect::<Vec<_>>())
            );
            assert_eq!(distinct.count(&[7, 7]), [Counted { hash: 7, count: 2 }]);
        }
    }

    #[test]
    fn a_longer_text_gets_a_larger_table() {
        let mut distinct = Distinct::default();
        for most in [5, 50_000, 7] {
            let hashes: Vec<u64> = (0..most as u64).collect();
            assert_eq!(distinct.count(&hashes).len(), most);
        }
    }
}

//! How often each n-gram occurs in one text.

/// Counts hashes without a branch that depends on them. Memory is kept from text to text.
#[derive(Default)]
pub(super) struct Distinct {
    /// A table of places among `hashes`, each plus `base`; what is below `base` is of an earlier text. So nothing
    /// needs to be cleared between texts.
    seen: Vec<u32>,
    base: u32,
    hashes: Vec<u64>,
    counts: Vec<u32>,
    len: usize,
}

/// Places of the table for each hash that may come: few meet at one place.
const ROOM: usize = 4;

/// The table is not smaller than this; it has 16 KiB.
const LEAST: usize = 1 << 12;

impl Distinct {
    /// Forgets all and makes room for up to `most` hashes.
    pub fn begin(&mut self, most: usize) {
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
        if self.hashes.len() <= most {
            self.hashes.resize(most + 1, 0);
            self.counts.resize(most + 1, 0);
        }
        self.len = 0;
    }

    /// Counts all of `hashes`.
    pub fn add(&mut self, hashes: impl Iterator<Item = u64>) {
        let (seen, base) = (self.seen.as_mut_slice(), self.base);
        let (known_hashes, counts) = (self.hashes.as_mut_slice(), self.counts.as_mut_slice());
        let mask = seen.len() - 1;
        let mut len = self.len;
        for hash in hashes {
            // Tables of weights are indexed by the upper bits.
            let mut at = hash as usize & mask;
            loop {
                let place = seen[at].wrapping_sub(base) as usize;
                let known = place < len;
                let place = if known { place } else { len };
                if known && known_hashes[place] != hash {
                    at = (at + 1) & mask;
                    continue;
                }
                seen[at] = base + place as u32;
                known_hashes[place] = hash;
                counts[place] = if known { counts[place] + 1 } else { 1 };
                len += usize::from(!known);
                break;
            }
        }
        self.len = len;
    }

    /// The hashes in the order of their first occurrence.
    pub fn hashes(&self) -> &[u64] {
        &self.hashes[..self.len]
    }

    /// How often each occurred.
    pub fn counts(&self) -> &[u32] {
        &self.counts[..self.len]
    }
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
            distinct.begin(10);
            distinct.base = start;
            for text in texts {
                // Hashes of equal lower bits want one place in the table.
                let hashes: Vec<u64> = text.iter().map(|&x| if meet { x << 40 } else { x }).collect();
                let mut expected: Vec<(u64, u32)> = Vec::new();
                distinct.begin(hashes.len());
                distinct.add(hashes.iter().copied());
                for &hash in &hashes {
                    match expected.iter_mut().find(|(known, _)| *known == hash) {
                        Some((_, count)) => *count += 1,
                        None => expected.push((hash, 1)),
                    }
                }
                let found: Vec<_> = distinct.hashes().iter().copied().zip(distinct.counts().iter().copied()).collect();
                prop_assert_eq!(found, expected);
            }
        }
    }

    #[test]
    fn a_longer_text_gets_a_larger_table() {
        let mut distinct = Distinct::default();
        for most in [5, 50_000, 7] {
            distinct.begin(most);
            distinct.add(0..most as u64);
            assert_eq!(distinct.hashes().len(), most);
        }
    }
}

//! Counts of n-grams by their hashes, in a hash table that spends 20 bytes and a slot of 4 on each.

use crate::hash::HashedMap;

/// What is known of one n-gram.
#[derive(Debug, Clone, Copy)]
pub(super) struct Count {
    /// The hash in halves: a `u64` would be padded to 24 bytes.
    hash: [u32; 2],
    /// Texts that have it.
    pub texts: u32,
    /// Groups that have it.
    pub groups: u32,
    /// The last position at which it was seen.
    pub last: u32,
}

impl Count {
    pub fn hash(&self) -> u64 {
        u64::from(self.hash[0]) | u64::from(self.hash[1]) << 32
    }
}

/// N-grams numbered in the order in which they are first seen, found by open addressing with linear probing.
pub(super) struct Table {
    /// Numbers of n-grams, or [`VACANT`]; a power of two of slots, at most three quarters of them full.
    slots: Vec<u32>,
    counts: Vec<Count>,
    /// Numbers of the n-grams that found no slot soon.
    crowded: HashedMap<u32>,
}

const VACANT: u32 = u32::MAX;

/// Slots tried for one n-gram at most. Chance hardly ever takes so many, hashes that somebody chose so that they meet would
/// take all.
const LONGEST: usize = 512;

impl Table {
    pub fn new() -> Self {
        // The counts stay with the thread that makes the table, whichever makes them grow.
        Self { slots: vec![VACANT; 64], counts: Vec::with_capacity(48), crowded: HashedMap::default() }
    }

    /// The counts by number, when nothing more is counted.
    pub fn into_counts(self) -> Vec<Count> {
        self.counts
    }

    /// Counts an occurrence at a position, where the group starts at `group_start`, and gives the n-gram's number.
    /// Positions never fall from one call to the next.
    pub fn add(&mut self, hash: u64, position: u32, group_start: u32) -> u32 {
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        let halves = halves(hash);
        let next = self.counts.len() as u32;
        let mut steps = 0;
        let known = loop {
            let number = self.slots[at];
            if number == VACANT {
                self.slots[at] = next;
                break next;
            }
            if self.counts[number as usize].hash == halves {
                break number;
            }
            at = (at + 1) & mask;
            steps += 1;
            if steps == LONGEST {
                break *self.crowded.entry(hash).or_insert(next);
            }
        };
        if let Some(count) = self.counts.get_mut(known as usize) {
            count.texts += u32::from(count.last != position);
            count.groups += u32::from(count.last < group_start);
            count.last = position;
            return known;
        }
        self.counts.push(Count { hash: halves, texts: 1, groups: 1, last: position });
        if self.counts.len() * 4 > self.slots.len() * 3 {
            self.grow();
        }
        next
    }

    fn grow(&mut self) {
        let slots = self.slots.len() * 2;
        let mask = slots - 1;
        self.slots.clear();
        self.slots.resize(slots, VACANT);
        self.crowded.clear();
        for (number, count) in (0..).zip(&self.counts) {
            let home = count.hash[0] as usize;
            match (home..home + LONGEST).map(|at| at & mask).find(|&at| self.slots[at] == VACANT) {
                Some(at) => self.slots[at] = number,
                None => _ = self.crowded.insert(count.hash(), number),
            }
        }
    }
}

/// The low half, which the slots go by, and the high half.
fn halves(hash: u64) -> [u32; 2] {
    [hash as u32, (hash >> 32) as u32]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_that_were_chosen_to_meet_are_counted_like_others() {
        for shift in [0, 40] {
            let mut table = Table::new();
            for position in 0..3 {
                for number in 0..3000 {
                    assert_eq!(table.add(u64::from(number) << shift, position, position.min(1)), number);
                }
            }
            // One home has so many slots and no more.
            let slots = table.slots.iter().filter(|&&slot| slot != VACANT).count();
            assert_eq!(slots, if shift == 0 { 3000 } else { LONGEST });
            assert_eq!(slots + table.crowded.len(), 3000);
            for (number, count) in (0..).zip(table.into_counts()) {
                assert_eq!((count.hash(), count.texts, count.groups, count.last), (number << shift, 3, 2, 2));
            }
        }
    }
}

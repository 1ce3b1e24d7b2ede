//! A perfect hash function: each of a set of n-grams has a slot of its own, which is found without looking at any other.
//!
//! Hash and displace (Belazzougui, Botelho, Dietzfelbinger: *Hash, Displace, and Compress*, ESA 2009; Pibiri, Trani:
//! *`PTHash`*, SIGIR 2021). The n-grams fall into small buckets, and each bucket has a pilot: the first of 256 ways to choose
//! slots with which all its n-grams come to free ones. The largest buckets choose first.

use std::borrow::Cow;

/// For so many n-grams there are slots: more make the search shorter and take more memory, fewer the other way round. If a
/// bucket finds no pilot, which chance does not bring about, the next is tried.
const SLOTS_PER_HUNDRED: [usize; 3] = [125, 160, 200];

/// Buckets for a hundred n-grams.
const BUCKETS_PER_HUNDRED: usize = 40;

/// Frequent n-grams come to the first so many slots, as far as pilots can be found: then what most look-ups read is close together
/// and stays in the cache.
const FIRST_SLOTS: usize = 3 << 12;

/// Chance does not fill a bucket further. Nor would a larger one find a pilot.
const LARGEST: usize = 24;

/// Slots are chosen by the product with a random odd number, one for each pilot: of any two n-grams the odds are small that they
/// meet (Dietzfelbinger et al., 1997). The numbers are those of `SplitMix64`.
const MULTIPLIERS: [u64; 256] = {
    let mut multipliers = [0; 256];
    let mut state = 0_u64;
    let mut pilot = 0;
    while pilot < 256 {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        multipliers[pilot] = (mixed ^ (mixed >> 31)) | 1;
        pilot += 1;
    }
    multipliers
};

#[derive(Debug, Clone)]
pub(super) struct PerfectHash {
    /// For each bucket.
    pilots: Cow<'static, [u8]>,
    slots: usize,
}

/// The same to be asked many times.
#[derive(Clone, Copy)]
pub(super) struct Finder<'a> {
    pilots: &'a [u8],
    slots: usize,
}

impl PerfectHash {
    /// A function for n-grams by their distinct hashes; which are frequent is known by their place. `None` if there is no function, which
    /// may be for hashes that somebody chose.
    pub fn new(hashes: &[u64], frequent: impl Fn(usize) -> bool) -> Option<Self> {
        let sorted = Buckets::new(hashes, frequent)?;
        SLOTS_PER_HUNDRED.iter().find_map(|per_hundred| {
            let slots = hashes.len() * per_hundred / 100 + 1;
            Some(Self { pilots: sorted.pilots(slots)?.into(), slots })
        })
    }

    /// The function with these pilots.
    pub fn of_pilots(pilots: Cow<'static, [u8]>, slots: usize) -> Self {
        Self { pilots, slots }
    }

    pub fn pilots(&self) -> &[u8] {
        &self.pilots
    }

    /// How many slots there are: somewhat more than n-grams.
    pub fn slots(&self) -> usize {
        self.slots
    }

    pub fn finder(&self) -> Finder<'_> {
        Finder { pilots: &self.pilots, slots: self.slots }
    }
}

impl Finder<'_> {
    /// The slot of an n-gram; of one that is not of the set, any.
    #[inline]
    pub fn slot(&self, hash: u64) -> usize {
        slot(hash, self.pilots[bucket(hash, self.pilots.len())], self.slots)
    }
}

/// The bucket of a hash, by its lower half.
#[inline]
fn bucket(hash: u64, buckets: usize) -> usize {
    ((u64::from(hash as u32) * buckets as u64) >> 32) as usize
}

/// The slot of a hash in a bucket with this pilot.
#[inline]
fn slot(hash: u64, pilot: u8, slots: usize) -> usize {
    let mixed = hash.wrapping_mul(MULTIPLIERS[usize::from(pilot)]);
    ((u128::from(mixed) * slots as u128) >> 64) as usize
}

/// Hashes by bucket, those of frequent n-grams first.
struct Buckets {
    hashes: Vec<u64>,
    /// Where each bucket's hashes begin, and the end.
    starts: Vec<u32>,
    /// Where its frequent ones end.
    frequent_ends: Vec<u32>,
    /// The buckets of each size.
    of_size: [Vec<u32>; LARGEST + 1],
}

impl Buckets {
    /// `None` if a bucket is too large.
    fn new(hashes: &[u64], frequent: impl Fn(usize) -> bool) -> Option<Self> {
        let count = hashes.len() * BUCKETS_PER_HUNDRED / 100 + 1;
        let mut ends = vec![0_u32; count + 1];
        for &hash in hashes {
            ends[bucket(hash, count) + 1] += 1;
        }
        let mut of_size = [const { Vec::new() }; LARGEST + 1];
        for (bucket, &size) in (0..).zip(&ends[1..]) {
            of_size.get_mut(size as usize)?.push(bucket);
        }
        for bucket in 0..count {
            ends[bucket + 1] += ends[bucket];
        }
        let starts = ends.clone();
        let mut sorted = vec![0; hashes.len()];
        let mut sort = |frequent_ones: bool, ends: &mut [u32]| {
            for (_, &hash) in hashes.iter().enumerate().filter(|&(place, _)| frequent(place) == frequent_ones) {
                let end = &mut ends[bucket(hash, count)];
                sorted[*end as usize] = hash;
                *end += 1;
            }
        };
        sort(true, &mut ends);
        let frequent_ends = ends.clone();
        sort(false, &mut ends);
        Some(Self { hashes: sorted, starts, frequent_ends, of_size })
    }

    /// A pilot for each bucket; `None` if one has none.
    fn pilots(&self, slots: usize) -> Option<Vec<u8>> {
        let mut pilots = vec![0; self.starts.len() - 1];
        let mut taken = Taken(vec![0; slots / 64 + 1]);
        let largest_first = || self.of_size.iter().skip(1).rev().flatten().map(|&bucket| bucket as usize);
        let has_frequent = |&bucket: &usize| self.frequent_ends[bucket] > self.starts[bucket];
        for bucket in largest_first().filter(has_frequent) {
            let hashes = self.hashes_of(bucket);
            let frequent = &hashes[..(self.frequent_ends[bucket] - self.starts[bucket]) as usize];
            let first = (0..=u8::MAX).find(|&pilot| {
                frequent.iter().all(|&hash| slot(hash, pilot, slots) < FIRST_SLOTS)
                    && taken.take_all(hashes, pilot, slots)
            });
            pilots[bucket] = first.or_else(|| taken.take_somehow(hashes, slots))?;
        }
        for bucket in largest_first().filter(|bucket| !has_frequent(bucket)) {
            pilots[bucket] = taken.take_somehow(self.hashes_of(bucket), slots)?;
        }
        Some(pilots)
    }

    fn hashes_of(&self, bucket: usize) -> &[u64] {
        &self.hashes[self.starts[bucket] as usize..self.starts[bucket + 1] as usize]
    }
}

/// A bit for each slot.
struct Taken(Vec<u64>);

impl Taken {
    /// Takes slots for all hashes of a bucket by the first pilot with which they are free and distinct.
    fn take_somehow(&mut self, hashes: &[u64], slots: usize) -> Option<u8> {
        (0..=u8::MAX).find(|&pilot| self.take_all(hashes, pilot, slots))
    }

    /// Takes the slots of all hashes if they are free and distinct, or none.
    fn take_all(&mut self, hashes: &[u64], pilot: u8, slots: usize) -> bool {
        for (count, &hash) in hashes.iter().enumerate() {
            let place = slot(hash, pilot, slots);
            if self.0[place / 64] & (1 << (place % 64)) != 0 {
                for &hash in &hashes[..count] {
                    let place = slot(hash, pilot, slots);
                    self.0[place / 64] &= !(1 << (place % 64));
                }
                return false;
            }
            self.0[place / 64] |= 1 << (place % 64);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn distinct_slots(hashes: &[u64]) -> usize {
        let perfect = PerfectHash::new(hashes, |place| place % 9 == 0).unwrap();
        let mut slots: Vec<usize> = hashes.iter().map(|&hash| perfect.finder().slot(hash)).collect();
        slots.sort_unstable();
        slots.dedup();
        assert!(slots.last().is_none_or(|&slot| slot < perfect.slots()));
        slots.len()
    }

    proptest! {
        #[test]
        fn each_has_a_slot_of_its_own(hashes in prop::collection::hash_set(any::<u64>(), 0..3000)) {
            let hashes: Vec<u64> = hashes.into_iter().collect();
            prop_assert_eq!(distinct_slots(&hashes), hashes.len());
        }
    }

    #[test]
    fn so_it_is_for_many_and_for_others_a_slot_is_found() {
        let hash = |number: u64| MULTIPLIERS[(number % 256) as usize].wrapping_mul(number) ^ MULTIPLIERS[7];
        let hashes: Vec<u64> = (1..200_000).map(hash).collect();
        assert_eq!(distinct_slots(&hashes), hashes.len());
        let perfect = PerfectHash::new(&hashes, |place| place < 6000).unwrap();
        let first = hashes[..6000].iter().filter(|&&hash| perfect.finder().slot(hash) < FIRST_SLOTS).count();
        assert!(first > 5400, "{first}");
        assert!((200_000..300_000).all(|number| perfect.finder().slot(hash(number)) < perfect.slots()));
    }

    #[test]
    fn hashes_that_chance_does_not_bring_are_refused() {
        assert!(PerfectHash::new(&[5, 5], |_| false).is_none());
        let one_bucket: Vec<u64> = (0..1000).map(|number| number << 32).collect();
        assert!(PerfectHash::new(&one_bucket, |_| true).is_none());
    }
}

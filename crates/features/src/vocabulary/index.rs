//! Finding columns by hash, and hashes that two columns share.

/// The places of two equal hashes, if there are any.
///
/// A bit of a map stands for each hash; the few that find theirs set are looked at again. That is cheaper than a table of
/// all, which many programs never ask for.
pub(super) fn equal_pair(hashes: &[u64]) -> Option<(usize, usize)> {
    let mut map = BitMap::new(hashes.len() * 16);
    let mut suspects: Vec<u64> = hashes.iter().copied().filter(|&hash| map.set(hash)).collect();
    if suspects.is_empty() {
        return None;
    }
    map.clear();
    for suspect in suspects.drain(..) {
        map.set(suspect);
    }
    let met = hashes.iter().enumerate().filter(|&(_, &hash)| map.has(hash));
    let mut met: Vec<(u64, usize)> = met.map(|(place, &hash)| (hash, place)).collect();
    met.sort_unstable();
    met.windows(2).find(|pair| pair[0].0 == pair[1].0).map(|pair| (pair[0].1, pair[1].1))
}

struct BitMap {
    bits: Vec<u64>,
    /// What leaves of a hash the number of its bit.
    shift: u32,
}

impl BitMap {
    fn new(bits: usize) -> Self {
        let bits = bits.next_power_of_two().max(64);
        Self { bits: vec![0; bits / 64], shift: 64 - bits.ilog2() }
    }

    fn clear(&mut self) {
        self.bits.fill(0);
    }

    /// Sets the bit of a hash and says whether it was set.
    #[inline]
    fn set(&mut self, hash: u64) -> bool {
        let bit = hash >> self.shift;
        let (word, mask) = (&mut self.bits[(bit / 64) as usize], 1 << (bit % 64));
        let was = *word & mask != 0;
        *word |= mask;
        was
    }

    #[inline]
    fn has(&self, hash: u64) -> bool {
        let bit = hash >> self.shift;
        self.bits[(bit / 64) as usize] & (1 << (bit % 64)) != 0
    }
}

/// Places tried for one hash at most; chance takes a few.
const LONGEST: usize = 128;

/// Where each of a set of hashes stands among them.
#[derive(Debug, Clone)]
pub(super) enum Table {
    /// Open addressing with linear probing over a power of two of places, at most half of them taken: places among the hashes, each plus
    /// 1; 0 where there is none, so that fresh memory need not be filled.
    Open(Vec<u32>),
    /// The places in the order of the hashes, for hashes that somebody chose so that they meet.
    Sorted(Vec<u32>),
}

impl Table {
    /// A table of distinct hashes.
    pub fn new(hashes: &[u64]) -> Self {
        open(hashes).map_or_else(|| Self::Sorted(sorted(hashes)), Self::Open)
    }

    /// The place of a hash among those that the table was made of.
    pub fn find(&self, hash: u64, hashes: &[u64]) -> Option<u32> {
        match self {
            Self::Open(places) => {
                let mut at = hash as usize & (places.len() - 1);
                loop {
                    let place = places[at].checked_sub(1)?;
                    if hashes[place as usize] == hash {
                        return Some(place);
                    }
                    at = (at + 1) & (places.len() - 1);
                }
            }
            Self::Sorted(places) => {
                places.binary_search_by_key(&hash, |&place| hashes[place as usize]).ok().map(|at| places[at])
            }
        }
    }
}

/// `None` if a hash finds no place soon.
fn open(hashes: &[u64]) -> Option<Vec<u32>> {
    let mask = (hashes.len() * 2).next_power_of_two().max(2) - 1;
    let mut places = vec![0; mask + 1];
    for (place, &hash) in (1..).zip(hashes) {
        let mut tried = (0..LONGEST).map(|step| (hash as usize).wrapping_add(step) & mask);
        let free = tried.find(|&at| places[at] == 0)?;
        places[free] = place;
    }
    Some(places)
}

fn sorted(hashes: &[u64]) -> Vec<u32> {
    let mut places: Vec<u32> = (0..hashes.len() as u32).collect();
    places.sort_unstable_by_key(|&place| hashes[place as usize]);
    places
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Well mixed and different for different numbers.
    fn hash(number: u64) -> u64 {
        number.wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }

    proptest! {
        #[test]
        fn equal_hashes_are_found_wherever_they_are(count in 2..3000usize, one: prop::sample::Index, other: prop::sample::Index) {
            let mut hashes: Vec<u64> = (0..count as u64).map(hash).collect();
            prop_assert_eq!(equal_pair(&hashes), None);
            let (one, other) = (one.index(count), other.index(count));
            if one != other {
                hashes[one] = hashes[other];
                prop_assert_eq!(equal_pair(&hashes), Some((one.min(other), one.max(other))));
            }
        }

        #[test]
        fn hashes_of_one_bit_are_told_apart(numbers in prop::collection::vec(0..12u64, 1..10)) {
            let pair = equal_pair(&numbers);
            let repeats = (1..numbers.len()).any(|at| numbers[..at].contains(&numbers[at]));
            prop_assert_eq!(pair.is_some(), repeats);
            prop_assert!(pair.is_none_or(|(one, other)| one != other && numbers[one] == numbers[other]));
        }

        #[test]
        fn a_table_finds_what_it_has(count in 0..300u64, meet: bool) {
            let hash = |number: u64| if meet { number << 40 } else { hash(number) };
            let hashes: Vec<u64> = (0..count).map(hash).collect();
            let table = Table::new(&hashes);
            prop_assert_eq!(matches!(table, Table::Sorted(_)), meet && count > LONGEST as u64);
            for number in 0..count + 5 {
                prop_assert_eq!(table.find(hash(number), &hashes), (number < count).then_some(number as u32));
            }
        }
    }
}

//! 64-bit hashes of tokens and n-grams.
//!
//! A feature is looked up by its hash alone, so the hash has to be cheap and well mixed, but it is no secret and is
//! never stored: a model holds the n-grams themselves and hashes them when it is loaded. The mixing step is the
//! folded 64×64→128-bit multiplication of wyhash and its relatives.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher, RandomState};

const INIT: u64 = 0x2d35_8dcc_aa6c_78a5;
const MULTIPLIER: u64 = 0x8bb8_4b93_962e_acc9;
const CHAIN: u64 = 0x4b33_a62e_d433_d4a3;

#[inline]
fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    (product as u64) ^ ((product >> 64) as u64)
}

/// Hash of a byte string.
pub(crate) fn hash_bytes(bytes: &[u8]) -> u64 {
    hash_from(INIT, bytes)
}

/// Hash of a byte string from a start of one's own.
pub(crate) fn hash_from(start: u64, bytes: &[u8]) -> u64 {
    let mut state = start;
    let mut rest = bytes;
    while rest.len() > 16 {
        let (chunk, more) = rest.split_at(16);
        state = hash_step(state, [up_to_eight(&chunk[..8]), up_to_eight(&chunk[8..])]);
        rest = more;
    }
    let (low, high) = rest.split_at(rest.len().min(8));
    hash_end(state, [up_to_eight(low), up_to_eight(high)], bytes.len())
}

/// Up to eight bytes as a number, the first in the lowest place: by two reads that may overlap instead of a loop.
#[inline]
fn up_to_eight(bytes: &[u8]) -> u64 {
    let length = bytes.len();
    if let (Some(first), Some(last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        u64::from(u32::from_le_bytes(*first)) | (u64::from(u32::from_le_bytes(*last)) << (8 * (length - 4)))
    } else if length > 0 {
        let middle = length / 2;
        let (first, last) = (u64::from(bytes[0]), u64::from(bytes[length - 1]));
        first | (u64::from(bytes[middle]) << (8 * middle)) | (last << (8 * (length - 1)))
    } else {
        0
    }
}

/// Where [`hash_bytes`] starts.
pub(crate) const HASH_START: u64 = INIT;

/// Takes in sixteen bytes after which more will come.
#[inline]
pub(crate) fn hash_step(state: u64, [low, high]: [u64; 2]) -> u64 {
    fold(state ^ low, MULTIPLIER ^ high)
}

/// Takes in the last sixteen bytes or fewer (the missing ones are zeros): a string of up to sixteen bytes costs one
/// wide multiplication. The whole length goes in too, so that bytes that differ only in trailing zeros differ here.
#[inline]
pub(crate) fn hash_end(state: u64, [low, high]: [u64; 2], length: usize) -> u64 {
    // The length is spread over all bits: next to the bytes it could stand for one of them.
    fold(state ^ low, CHAIN ^ high ^ (length as u64).wrapping_mul(MULTIPLIER))
}

/// Where the n-grams of a block start: the same n-gram in two blocks has two hashes.
pub(crate) fn block_seed(block: usize) -> u64 {
    fold(INIT ^ (block as u64 + 1), CHAIN)
}

/// The hash of an n-gram extended by one more unit. The first unit extends the block's seed.
#[inline]
pub(crate) fn extend(ngram: u64, unit: u64) -> u64 {
    fold(ngram ^ unit, CHAIN)
}

/// What a map mixes into its keys. They are hashes already, but everybody can work these out and choose texts whose hashes
/// meet; where they are in a map with a secret, nobody knows.
pub(crate) struct Secret {
    add: u64,
    factor: u64,
}

impl Default for Secret {
    fn default() -> Self {
        let random = RandomState::new();
        Self { add: random.hash_one(0), factor: random.hash_one(1) | 1 }
    }
}

impl BuildHasher for Secret {
    type Hasher = SecretHasher;

    fn build_hasher(&self) -> SecretHasher {
        SecretHasher { state: self.add, factor: self.factor }
    }
}

/// See [`Secret`].
pub(crate) struct SecretHasher {
    state: u64,
    factor: u64,
}

impl Hasher for SecretHasher {
    fn finish(&self) -> u64 {
        self.state
    }

    fn write(&mut self, bytes: &[u8]) {
        self.write_u64(hash_bytes(bytes));
    }

    fn write_u64(&mut self, key: u64) {
        self.state = fold(self.state ^ key, self.factor);
    }
}

/// Map from a 64-bit hash.
pub(crate) type HashedMap<V> = HashMap<u64, V, Secret>;

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn short_strings_do_not_collide() {
        let mut seen = HashSet::new();
        for a in 0..=255u8 {
            assert!(seen.insert(hash_bytes(&[a])));
            for b in 0..=255u8 {
                assert!(seen.insert(hash_bytes(&[a, b])));
                assert!(seen.insert(hash_bytes(&[0, 0, 0, 0, 0, 0, 0, a, b])));
            }
        }
        assert!(seen.insert(hash_bytes(&[])));
    }

    #[test]
    fn two_maps_mix_a_key_differently() {
        let (one, other) = (Secret::default(), Secret::default());
        assert_ne!(one.hash_one(7_u64), other.hash_one(7_u64));
        // Keys that differ in their highest bits only do not meet in the lowest.
        let places: HashSet<u64> = (0..1000_u64).map(|key| one.hash_one(key << 48) & 0xfff).collect();
        assert!(places.len() > 700, "{} places", places.len());
    }

    #[test]
    fn two_reads_give_what_a_loop_gives() {
        let bytes = [1, 2, 0xff, 4, 0x85, 6, 7, 0xf8];
        for length in 0..=8 {
            let slow = bytes[..length].iter().rev().fold(0, |word, &byte| (word << 8) | u64::from(byte));
            assert_eq!(up_to_eight(&bytes[..length]), slow);
        }
    }

    #[test]
    fn order_block_and_length_matter() {
        let (a, b) = (hash_bytes(b"rate"), hash_bytes(b"cut"));
        let seed = block_seed(0);
        let hashes = [
            extend(seed, a),
            extend(seed, b),
            extend(extend(seed, a), b),
            extend(extend(seed, b), a),
            extend(extend(seed, a), a),
            extend(block_seed(1), a),
        ];
        assert_eq!(hashes.iter().collect::<HashSet<_>>().len(), hashes.len());
    }

    #[test]
    fn every_bit_of_the_input_moves_about_half_of_the_output() {
        let text = b"appropriation";
        let base = hash_bytes(text);
        for bit in 0..text.len() * 8 {
            let mut flipped = *text;
            flipped[bit / 8] ^= 1 << (bit % 8);
            let moved = (hash_bytes(&flipped) ^ base).count_ones();
            assert!((12..=52).contains(&moved), "bit {bit} moved {moved}");
        }
    }
}

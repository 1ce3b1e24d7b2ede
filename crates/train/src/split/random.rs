//! Draws that never change: `ChaCha8`'s specified stream, and integers from it by a fixed rule.
//!
//! The `rand` crate's ranges and shuffles may change their values from one version to the next; seeds that are written
//! in a model's provenance have to keep their meaning.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// A stream of draws, one of 2^64 independent streams of a seed.
#[derive(Debug, Clone)]
pub(crate) struct Draws(ChaCha8Rng);

impl Draws {
    /// The stream's key is the seed's eight bytes, little-endian, and zeros.
    pub fn new(seed: u64, stream: u64) -> Self {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        let mut rng = ChaCha8Rng::from_seed(key);
        rng.set_stream(stream);
        Self(rng)
    }

    /// An integer below `limit`, which is not 0, each as likely as the other (Lemire 2019, "Fast Random Integer
    /// Generation in an Interval", algorithm 5).
    pub fn below(&mut self, limit: u32) -> u32 {
        let mut product = u64::from(self.0.next_u32()) * u64::from(limit);
        if (product as u32) < limit {
            let threshold = limit.wrapping_neg() % limit;
            while (product as u32) < threshold {
                product = u64::from(self.0.next_u32()) * u64::from(limit);
            }
        }
        (product >> 32) as u32
    }

    /// A positive number of the exponential distribution with mean 1.
    pub fn exponential(&mut self) -> f64 {
        // The middle of one of 2^52 equal parts of 0 to 1: never 0, never 1.
        let uniform = ((self.0.next_u64() >> 12) as f64 + 0.5) / (1_u64 << 52) as f64;
        -libm::log(uniform)
    }

    /// Puts at most `u32::MAX` items in random order (Fisher and Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for end in (1..items.len()).rev() {
            items.swap(end, self.below(end as u32 + 1) as usize);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_draws_are_the_recorded_ones() {
        // If these change, every split and every interval that has been published changes with them.
        let mut draws = Draws::new(42, 0);
        let drawn: Vec<u32> = (0..6).map(|_| draws.below(1000)).collect();
        assert_eq!(drawn, [99, 348, 88, 285, 394, 493]);
        let mut draws = Draws::new(42, 1);
        let drawn: Vec<u32> = (0..6).map(|_| draws.below(1000)).collect();
        assert_eq!(drawn, [907, 776, 375, 201, 326, 632]);
        let mut order: Vec<u32> = (0..8).collect();
        Draws::new(7, 0).shuffle(&mut order);
        assert_eq!(order, [3, 4, 0, 7, 2, 6, 5, 1]);
    }

    #[test]
    fn exponential_draws_have_mean_and_variance_1() {
        let mut draws = Draws::new(3, 0);
        let drawn: Vec<f64> = (0..20_000).map(|_| draws.exponential()).collect();
        assert!(drawn.iter().all(|&value| value > 0.0 && value < 40.0));
        let mean = drawn.iter().sum::<f64>() / 20_000.0;
        let variance = drawn.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / 20_000.0;
        assert!((mean - 1.0).abs() < 0.03 && (variance - 1.0).abs() < 0.08, "{mean} {variance}");
    }

    #[test]
    fn draws_are_even_and_below_the_limit() {
        // 3 · 2^30 values do not divide 2^32 evenly: without rejection a third of them is twice as likely.
        let limit = 3 << 30;
        let mut draws = Draws::new(1, 0);
        let mut thirds = [0_u32; 3];
        for _ in 0..30_000 {
            thirds[(draws.below(limit) >> 30) as usize] += 1;
        }
        assert!(thirds.iter().all(|&count| (9_700..10_300).contains(&count)), "{thirds:?}");
        assert!((0..100).all(|_| draws.below(1) == 0));
    }
}

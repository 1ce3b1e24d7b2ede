//! The shipped models with bytes missing or changed: none of them loads, and each is refused with an error.
//!
//! `COPYDESK_DAMAGE=all cargo test --release -p copydesk-infer --test damage -- --nocapture` tries 100,000 bit flips of each
//! model, 5,000 places to cut it and every byte and bit of its header; without it some of each.
#![cfg(feature = "builtin")]

use copydesk_infer::{BUILTIN_MODELS, Model};

/// `SplitMix64`: the same places in every run.
struct Places(u64);

impl Places {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % limit as u64) as usize
    }
}

fn refused(bytes: &[u8], what: impl Fn() -> String) {
    let Err(error) = Model::from_bytes(bytes) else { panic!("it loads with {}", what()) };
    assert!(!error.to_string().is_empty());
}

fn flip(bytes: &mut [u8], bit: usize) {
    bytes[bit / 8] ^= 1 << (bit % 8);
    refused(bytes, || format!("bit {} of byte {} flipped", bit % 8, bit / 8));
    bytes[bit / 8] ^= 1 << (bit % 8);
}

#[test]
fn no_damage_goes_unseen() {
    let all = std::env::var_os("COPYDESK_DAMAGE").is_some_and(|value| value == "all");
    let (cuts, flips, header_step) = if all { (5_000, 100_000, 1) } else { (500, 1_000, 97) };
    for name in BUILTIN_MODELS {
        let path = format!("{}/../../models/{name}/model.safetensors", env!("CARGO_MANIFEST_DIR"));
        let mut bytes = std::fs::read(path).unwrap();
        assert!(Model::from_bytes(&bytes).is_ok());
        let header = 8 + u64::from_le_bytes(*bytes.first_chunk().unwrap()) as usize;
        for length in 0..header {
            refused(&bytes[..length], || format!("{length} bytes left"));
        }
        let mut places = Places(7);
        for _ in 0..cuts {
            let length = places.below(bytes.len());
            refused(&bytes[..length], || format!("{length} bytes left"));
        }
        let header_bits: Vec<usize> = (0..header * 8).step_by(header_step).collect();
        for &bit in &header_bits {
            flip(&mut bytes, bit);
        }
        for _ in 0..flips {
            let bit = places.below(bytes.len() * 8);
            flip(&mut bytes, bit);
        }
        println!(
            "{name}: {header} cuts in the header, {cuts} anywhere, {} bit flips in the header, {flips} anywhere: all refused",
            header_bits.len()
        );
    }
}

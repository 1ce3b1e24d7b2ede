//! The least work that any classifier by word 1-2-grams must do, as a yardstick that goes up and down with the machine.

/// A plain loop: cut runs of ASCII letters and digits, lower them, hash them, and for each word and pair of words add one
/// row of four numbers from a table.
///
/// It knows no marks, no accents, no norm, no repeats and never checks that it found what it looked for.
#[derive(Debug)]
pub struct Floor {
    rows: Vec<[f32; 4]>,
    lower: [u8; 256],
}

impl Floor {
    /// One with a table of so many rows, at least one: as many as the model beside it has n-grams.
    pub fn new(rows: usize) -> Self {
        let mut lower = [0; 256];
        for byte in u8::MIN..=u8::MAX {
            if byte.is_ascii_alphanumeric() {
                lower[usize::from(byte)] = byte.to_ascii_lowercase();
            }
        }
        Self { rows: (0..rows.max(1)).map(|row| [row as f32; 4]).collect(), lower }
    }

    /// The sum of a text's rows, and how many there were.
    pub fn sum(&self, text: &str) -> ([f32; 4], usize) {
        let mut sum = [0.0; 4];
        let mut features = 0;
        let mut add = |hash: u64| {
            let row = self.rows[((u128::from(hash) * self.rows.len() as u128) >> 64) as usize];
            sum.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
            features += 1;
        };
        let (mut last, mut hash) = (0, 0_u64);
        for byte in text.bytes().chain([b' ']) {
            let lower = self.lower[usize::from(byte)];
            if lower != 0 {
                hash = (hash.rotate_left(5) ^ u64::from(lower)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            } else if hash != 0 {
                add(hash);
                if last != 0 {
                    add(mix(last, hash ^ 0xd6e8_feb8_6659_fd93));
                }
                (last, hash) = (hash, 0);
            }
        }
        (sum, features)
    }
}

fn mix(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    (product as u64) ^ ((product >> 64) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_and_pair_adds_a_row() {
        let floor = Floor::new(1000);
        assert_eq!(floor.sum(" -- ").1, 0);
        assert_eq!(floor.sum("Rain").1, 1);
        assert_eq!(floor.sum("Rain, then 3 suns.").1, 7);
        assert_eq!(floor.sum("Rain, then"), floor.sum("rain (THEN)"));
        assert_ne!(floor.sum("rain then").0.map(f32::to_bits), floor.sum("then rain").0.map(f32::to_bits));
    }

    #[test]
    fn an_empty_model_still_has_a_floor() {
        assert_eq!(Floor::new(0).sum("rain").1, 1);
    }
}

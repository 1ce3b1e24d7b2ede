//! Whether a table may have an n-gram, in a byte an n-gram: most that it does not have need not be looked up.

/// Words of 64 bits for so many n-grams: eight bits each.
const NGRAMS_A_WORD: usize = 8;

/// Two bits of one word stand for each n-gram. All that were added are found, and about one in fifteen others.
#[derive(Debug, Clone)]
pub(super) struct Filter {
    words: Vec<u64>,
}

impl Filter {
    pub fn new(ngrams: usize) -> Self {
        Self { words: vec![0; ngrams / NGRAMS_A_WORD + 1] }
    }

    pub fn add(&mut self, hash: u64) {
        let (word, bits) = self.place(hash);
        self.words[word] |= bits;
    }

    #[inline]
    pub fn may_have(&self, hash: u64) -> bool {
        let (word, bits) = self.place(hash);
        self.words[word] & bits == bits
    }

    /// The word of a hash, by its upper half, and its bits, by the lower.
    #[inline]
    fn place(&self, hash: u64) -> (usize, u64) {
        let word = ((hash >> 32) * self.words.len() as u64) >> 32;
        (word as usize, (1 << (hash % 64)) | (1 << ((hash >> 6) % 64)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_added_is_found_and_little_else() {
        let hash =
            |number: u64| number.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ number.wrapping_mul(0xd1b5_4a32_d192_ed03) >> 31;
        for count in [0, 1, 1000, 50_000] {
            let mut filter = Filter::new(count as usize);
            (0..count).for_each(|number| filter.add(hash(number)));
            assert!((0..count).all(|number| filter.may_have(hash(number))));
            let others = (count..count + 10_000).filter(|&number| filter.may_have(hash(number))).count();
            assert!(others < 1000, "{others} of {count}");
        }
    }
}

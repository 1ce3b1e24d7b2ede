//! Eight bytes at a time: which bytes belong to words, lower case, folded digits.
//!
//! A text is copied once into a buffer with room behind it, so that eight bytes can be taken at any place of it. Of
//! each 64 bytes one number says which of them are word characters; the end of a word is then a count of zeros.

use crate::spec::{FeatureSpec, TokenRule};

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x80 * ONES;
/// The bytes of a text, ASCII made alike, and where its ASCII words are.
#[derive(Default)]
pub(super) struct Bytes {
    /// Behind the text stand 64 zeros at least.
    bytes: Vec<u8>,
    /// Bit i of number j: byte 64 j + i is an ASCII character of words.
    words: Vec<u64>,
}

impl Bytes {
    /// Takes in a text. What is not ASCII stays as it is.
    pub fn fill(&mut self, text: &str, spec: &FeatureSpec) {
        // A branch for each step would be taken for each eight bytes; so there is a loop for each choice.
        match (spec.normalize.lowercase, spec.normalize.fold_digits) {
            (true, false) => self.fill_by(text, spec.tokens.rule, lower),
            (true, true) => self.fill_by(text, spec.tokens.rule, |word| fold_digits(lower(word))),
            (false, true) => self.fill_by(text, spec.tokens.rule, fold_digits),
            (false, false) => self.fill_by(text, spec.tokens.rule, |word| word),
        }
    }

    #[inline]
    fn fill_by(&mut self, text: &str, rule: TokenRule, normal: impl Fn(u64) -> u64) {
        match rule {
            TokenRule::Words => self.fill_with(text, normal, alphanumeric),
            TokenRule::Alphanumeric => self.fill_with(text, normal, |word| alphanumeric(word) | equal(word, b'_')),
            TokenRule::Whitespace => self.fill_with(text, normal, visible),
        }
    }

    #[inline]
    fn fill_with(&mut self, text: &str, normal: impl Fn(u64) -> u64, class: impl Fn(u64) -> u64) {
        let (chunks, rest) = text.as_bytes().as_chunks::<64>();
        let blocks = chunks.len() + 2;
        if self.words.len() < blocks {
            self.words.resize(blocks, 0);
            self.bytes.resize(blocks * 64, 0);
        }
        let mut last = [[0; 64]; 2];
        last[0][..rest.len()].copy_from_slice(rest);
        let to = self.bytes.as_chunks_mut::<64>().0.iter_mut().zip(&mut self.words);
        for (from, (bytes, mask)) in chunks.iter().chain(&last).zip(to) {
            *mask = 0;
            let eights = from.as_chunks::<8>().0.iter().zip(bytes.as_chunks_mut::<8>().0);
            for (place, (from, to)) in eights.enumerate() {
                let word = u64::from_le_bytes(*from);
                *to = normal(word).to_le_bytes();
                *mask |= gather(class(word)) << (8 * place);
            }
        }
    }

    /// The first place from `at` on whose byte is no ASCII character of words.
    #[inline]
    pub fn word_end(&self, at: usize) -> usize {
        let mut block = at / 64;
        let rest = !self.words[block] >> (at % 64);
        if rest != 0 {
            return at + rest.trailing_zeros() as usize;
        }
        loop {
            block += 1;
            let other = !self.words[block];
            if other != 0 {
                return block * 64 + other.trailing_zeros() as usize;
            }
        }
    }

    /// The byte at `at`; zeros behind the text.
    #[inline]
    pub fn at(&self, at: usize) -> u8 {
        self.bytes[at]
    }

    /// Eight bytes from `at` on, the first in the lowest place.
    #[inline]
    pub fn eight(&self, at: usize) -> u64 {
        let bytes: &[u8; 8] = self.bytes[at..at + 8].try_into().expect("a range of 8 has 8 bytes");
        u64::from_le_bytes(*bytes)
    }
}

/// The first `length` bytes (1 to 8) of eight, the others zero.
#[inline]
pub(super) fn first(word: u64, length: usize) -> u64 {
    word & (u64::MAX >> (64 - 8 * length))
}

/// The high bits of eight bytes, in eight bits.
#[inline]
fn gather(word: u64) -> u64 {
    // The multiplication brings the lowest bits of the bytes together in the highest byte.
    ((word & HIGH) >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

/// The high bit of each byte that is in `low..=high`, for bytes below 128; other bits are anything.
#[inline]
fn within(word: u64, low: u8, high: u8) -> u64 {
    let plain = word & !HIGH;
    let reaches = plain + ONES * u64::from(0x80 - low);
    let exceeds = plain + ONES * u64::from(0x7f - high);
    reaches & !exceeds & !word
}

#[inline]
fn equal(word: u64, byte: u8) -> u64 {
    within(word, byte, byte)
}

#[inline]
fn alphanumeric(word: u64) -> u64 {
    within(word | (ONES * 0x20), b'a', b'z') | within(word, b'0', b'9')
}

#[inline]
fn visible(word: u64) -> u64 {
    within(word, 0x21, 0x7e)
}

/// ASCII capitals to small letters.
#[inline]
fn lower(word: u64) -> u64 {
    word | ((within(word, b'A', b'Z') & HIGH) >> 2)
}

/// ASCII digits to `0`.
#[inline]
fn fold_digits(word: u64) -> u64 {
    let digits = (within(word, b'0', b'9') & HIGH) >> 3;
    word & !(digits - (digits >> 4))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::TokenSpec;
    use proptest::prelude::*;

    fn each(word: u64, change: impl Fn(u8) -> u8) -> u64 {
        u64::from_le_bytes(word.to_le_bytes().map(change))
    }

    proptest! {
        #[test]
        fn eight_bytes_change_as_one_by_one(word: u64) {
            prop_assert_eq!(lower(word), each(word, |b| b.to_ascii_lowercase()));
            prop_assert_eq!(fold_digits(word), each(word, |b| if b.is_ascii_digit() { b'0' } else { b }));
        }

        #[test]
        fn words_end_where_their_bytes_end(text in "([a-zA-Z0-9_ .\u{7f}\u{1}é]{0,20}|[a-z]{60,140}){0,4}", rule in 0..3usize) {
            let rule = [TokenRule::Words, TokenRule::Alphanumeric, TokenRule::Whitespace][rule];
            let is_word = |byte: u8| match rule {
                TokenRule::Words => byte.is_ascii_alphanumeric(),
                TokenRule::Alphanumeric => byte.is_ascii_alphanumeric() || byte == b'_',
                TokenRule::Whitespace => byte.is_ascii_graphic(),
            };
            let mut bytes = Bytes::default();
            let tokens = TokenSpec { rule, ..TokenSpec::default() };
            let spec = FeatureSpec { tokens, ..FeatureSpec::default() };
            bytes.fill("what was there before, and more of it", &FeatureSpec::default());
            bytes.fill(&text, &spec);
            for at in 0..=text.len() {
                let length = text.as_bytes()[at..].iter().take_while(|&&byte| is_word(byte)).count();
                prop_assert_eq!(bytes.word_end(at), at + length);
                prop_assert_eq!(bytes.at(at), text.as_bytes().get(at).map_or(0, u8::to_ascii_lowercase));
            }
        }
    }
}

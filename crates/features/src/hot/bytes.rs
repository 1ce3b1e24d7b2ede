//! Sixteen bytes at a time: which bytes belong to words, lower case, folded digits.
//!
//! A text is copied once into a buffer with room behind it, so that sixteen bytes can be taken at any place of it. Of
//! each 64 bytes a few numbers say which of them are what; [`cuts`](super::cuts) makes tokens of them.

use wide::u8x16;

use crate::hot::tokens::KEPT;
use crate::spec::{FeatureSpec, TokenRule};

/// Bytes that one number of each class tells about.
pub(super) const BLOCK: usize = 64;

/// Bit i of each number is about byte i of a block.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Classes {
    /// ASCII characters of words.
    pub words: u64,
    /// Everything but ASCII's white space and control characters.
    pub visible: u64,
    /// Bytes of characters that are not ASCII.
    pub foreign: u64,
    /// ASCII capitals.
    pub capitals: u64,
}

/// The bytes of a text, ASCII made alike. Behind the text stand a zero at least and more bytes that may be anything.
#[derive(Default)]
pub(super) struct Bytes {
    bytes: Vec<u8>,
}

impl Bytes {
    /// Gives back what a very long text took.
    pub fn give_back(&mut self) {
        self.bytes.truncate(KEPT);
        self.bytes.shrink_to(KEPT);
    }

    /// Takes in a text and replaces `classes` by those of its blocks. What is not ASCII stays as it is.
    pub fn fill(&mut self, text: &str, spec: &FeatureSpec, classes: &mut Vec<Classes>) {
        // A branch for each step would be taken for each sixteen bytes; so there is a loop for each choice.
        match (spec.normalize.lowercase, spec.normalize.fold_digits) {
            (true, false) => self.fill_by(text, spec.tokens.rule, classes, lower),
            (true, true) => self.fill_by(text, spec.tokens.rule, classes, |part| fold_digits(lower(part))),
            (false, true) => self.fill_by(text, spec.tokens.rule, classes, fold_digits),
            (false, false) => self.fill_by(text, spec.tokens.rule, classes, |part| part),
        }
    }

    #[inline]
    fn fill_by(&mut self, text: &str, rule: TokenRule, classes: &mut Vec<Classes>, normal: impl Fn(u8x16) -> u8x16) {
        match rule {
            TokenRule::Words | TokenRule::Parts => self.fill_with(text, classes, normal, alphanumeric),
            TokenRule::Alphanumeric => {
                self.fill_with(text, classes, normal, |part| alphanumeric(part) | equal(part, b'_'));
            }
            TokenRule::Whitespace => self.fill_with(text, classes, normal, |part| within(part, 0x21, 0x7e)),
        }
    }

    #[inline]
    fn fill_with(
        &mut self,
        text: &str,
        classes: &mut Vec<Classes>,
        normal: impl Fn(u8x16) -> u8x16,
        is_word: impl Fn(u8x16) -> u8x16,
    ) {
        let (whole, rest) = text.as_bytes().as_chunks::<BLOCK>();
        // The last block has at least one byte behind the text, so that whatever goes on ends in it.
        let blocks = whole.len() + 1;
        if self.bytes.len() < (blocks + 1) * BLOCK {
            self.bytes.resize((blocks + 1) * BLOCK, 0);
        }
        classes.resize(blocks, Classes::default());
        let mut last = [0; BLOCK];
        last[..rest.len()].copy_from_slice(rest);
        let to = self.bytes.as_chunks_mut::<BLOCK>().0.iter_mut().zip(classes);
        for (from, (bytes, classes)) in whole.iter().chain([&last]).zip(to) {
            *classes = Classes::default();
            let parts = from.as_chunks::<16>().0.iter().zip(bytes.as_chunks_mut::<16>().0);
            for (place, (from, to)) in parts.enumerate() {
                let part = u8x16::new(*from);
                *to = normal(part).to_array();
                let shift = 16 * place;
                classes.words |= bits(is_word(part)) << shift;
                classes.visible |= bits(!(within(part, 0, b' ') | equal(part, 0x7f))) << shift;
                classes.foreign |= bits(part) << shift;
                classes.capitals |= bits(within(part, b'A', b'Z')) << shift;
            }
        }
    }

    /// The byte at `at`; zero right behind the text.
    #[inline]
    pub fn at(&self, at: usize) -> u8 {
        self.bytes[at]
    }

    /// Sixteen bytes from `at` on, as two numbers, the first byte in the lowest place.
    #[inline]
    pub fn sixteen(&self, at: usize) -> [u64; 2] {
        halves(self.bytes[at..at + 16].first_chunk().expect("a range of 16 has 16 bytes"))
    }

    /// The bytes of a block and sixteen behind it.
    #[inline]
    pub fn block_and_sixteen(&self, number: usize) -> &[u8; BLOCK + 16] {
        self.bytes[BLOCK * number..].first_chunk().expect("behind the last block there is room for another")
    }
}

/// Sixteen bytes as two numbers, the first in the lowest place.
#[inline]
pub(super) fn halves(bytes: &[u8; 16]) -> [u64; 2] {
    let all = u128::from_le_bytes(*bytes);
    [all as u64, (all >> 64) as u64]
}

/// The first `length` bytes (up to 16) of sixteen, the others zero.
#[inline]
pub(super) fn first([low, high]: [u64; 2], length: usize) -> [u64; 2] {
    /// What is kept of sixteen bytes, by length.
    const KEPT: [[u64; 2]; 17] = {
        let mut kept = [[0; 2]; 17];
        let mut length = 1;
        while length <= 16 {
            let all = u128::MAX >> (128 - 8 * length);
            kept[length] = [all as u64, (all >> 64) as u64];
            length += 1;
        }
        kept
    };
    let [keep_low, keep_high] = KEPT[length];
    [low & keep_low, high & keep_high]
}

/// The high bits of sixteen bytes.
#[inline]
fn bits(part: u8x16) -> u64 {
    u64::from(part.to_bitmask())
}

/// All bits of each byte that is in `low..=high`.
#[inline]
fn within(part: u8x16, low: u8, high: u8) -> u8x16 {
    let above = part - u8x16::splat(low);
    above.min(u8x16::splat(high - low)).simd_eq(above)
}

#[inline]
fn equal(part: u8x16, byte: u8) -> u8x16 {
    part.simd_eq(u8x16::splat(byte))
}

#[inline]
fn alphanumeric(part: u8x16) -> u8x16 {
    within(part | u8x16::splat(0x20), b'a', b'z') | within(part, b'0', b'9')
}

/// ASCII capitals to small letters.
#[inline]
fn lower(part: u8x16) -> u8x16 {
    part | (within(part, b'A', b'Z') & u8x16::splat(0x20))
}

/// ASCII digits to `0`.
#[inline]
fn fold_digits(part: u8x16) -> u8x16 {
    // Of the codes of digits only the lower four bits differ.
    part & !(within(part, b'0', b'9') & u8x16::splat(0x0f))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::TokenSpec;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn sixteen_bytes_change_as_one_by_one(bytes: [u8; 16]) {
            let part = u8x16::new(bytes);
            prop_assert_eq!(lower(part).to_array(), bytes.map(|b| b.to_ascii_lowercase()));
            prop_assert_eq!(fold_digits(part).to_array(), bytes.map(|b| if b.is_ascii_digit() { b'0' } else { b }));
        }

        #[test]
        fn classes_are_those_of_each_byte(text in "[a-zA-Z0-9_ .\u{7f}\u{1}é]{0,150}|\\PC{0,50}", rule in 0..4usize) {
            let rule = [TokenRule::Words, TokenRule::Parts, TokenRule::Alphanumeric, TokenRule::Whitespace][rule];
            let is_word = |byte: u8| match rule {
                TokenRule::Words | TokenRule::Parts => byte.is_ascii_alphanumeric(),
                TokenRule::Alphanumeric => byte.is_ascii_alphanumeric() || byte == b'_',
                TokenRule::Whitespace => byte.is_ascii_graphic(),
            };
            let (mut bytes, mut classes) = (Bytes::default(), Vec::new());
            let tokens = TokenSpec { rule, ..TokenSpec::default() };
            let spec = FeatureSpec { tokens, ..FeatureSpec::default() };
            bytes.fill(&"what was there before, and more of it".repeat(6), &FeatureSpec::default(), &mut classes);
            bytes.fill(&text, &spec, &mut classes);
            for at in 0..=text.len() {
                let byte = text.as_bytes().get(at).copied().unwrap_or(0);
                let found = classes[at / BLOCK];
                let has = |class: u64| (class >> (at % BLOCK)) & 1 == 1;
                prop_assert_eq!(has(found.words), is_word(byte));
                prop_assert_eq!(has(found.visible), !byte.is_ascii() || byte.is_ascii_graphic());
                prop_assert_eq!(has(found.foreign), !byte.is_ascii());
                prop_assert_eq!(has(found.capitals), byte.is_ascii_uppercase());
                prop_assert_eq!(bytes.at(at), byte.to_ascii_lowercase());
            }
        }
    }
}

//! What tells that a text is the one which was labelled.

use std::str::FromStr;

use sha2::{Digest, Sha256};

/// The first 8 bytes of the SHA-256 of a text in UTF-8, every run of white space (Unicode's `White_Space`) in it being one
/// space; written as 16 hexadecimal digits.
///
/// That is enough to notice a changed text: one that is not the same passes with a chance of 2^-64. It is no protection
/// against somebody who looks for another text with the same hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TextHash([u8; 8]);

impl TextHash {
    /// The hash of a text whose runs of white space are one space each and whose ends have none.
    pub fn of(text: &str) -> Self {
        let digest = Sha256::digest(fold_white_space(text));
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&digest[..8]);
        Self(bytes)
    }
}

impl FromStr for TextHash {
    type Err = ();

    /// Reads 16 hexadecimal digits.
    fn from_str(digits: &str) -> Result<Self, ()> {
        if digits.len() != 16 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(());
        }
        u64::from_str_radix(digits, 16).map(|number| Self(number.to_be_bytes())).map_err(|_| ())
    }
}

/// The text with every run of white space (Unicode's `White_Space`) as one space, and none at its ends.
pub(super) fn fold_white_space(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(word);
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digits_are_the_start_of_sha_256() {
        // The digest of "abc" from FIPS 180-2, appendix B.1.
        assert_eq!("ba7816bf8f01cfea".parse(), Ok(TextHash::of("abc")));
        assert_eq!("BA7816BF8F01CFEA".parse(), Ok(TextHash::of("abc")));
        assert_ne!(TextHash::of("abc"), TextHash::of("abd"));
    }

    #[test]
    fn other_digits_are_refused() {
        for bad in
            ["", "ba7816bf8f01cfe", "ba7816bf8f01cfea4", "ba7816bf8f01cfeg", "+a7816bf8f01cfea", "ba7816bf8f01cé"]
        {
            assert_eq!(bad.parse::<TextHash>(), Err(()), "{bad}");
        }
    }

    #[test]
    fn runs_of_white_space_are_one_space() {
        assert_eq!(fold_white_space(" a\n\t b\u{a0}\u{2003}c\r\n"), "a b c");
        assert_eq!(TextHash::of("a b"), TextHash::of("a\n  b "));
        assert_ne!(TextHash::of("a b"), TextHash::of("ab"));
    }
}

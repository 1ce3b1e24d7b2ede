//! Looking for the few bytes of a text that are not written as they are, sixteen at a time.

use wide::u8x16;

/// The place of the first byte that is one of those looked for. `marks` sets all bits of such bytes; it is asked for
/// each by itself, whatever stands beside it.
#[inline]
pub(crate) fn first_special(bytes: &[u8], marks: impl Fn(u8x16) -> u8x16) -> Option<usize> {
    let found = |part: &[u8; 16]| marks(u8x16::new(*part)).to_bitmask();
    let (parts, rest) = bytes.as_chunks::<16>();
    for (index, part) in parts.iter().enumerate() {
        let bits = found(part);
        if bits != 0 {
            return Some(16 * index + bits.trailing_zeros() as usize);
        }
    }
    if rest.is_empty() {
        return None;
    }
    let (part, start) = if let Some(part) = bytes.last_chunk::<16>() {
        // Once more some that are none of those.
        (*part, bytes.len() - 16)
    } else {
        let mut part = [0; 16];
        part[..rest.len()].copy_from_slice(rest);
        (part, 0)
    };
    let bits = found(&part);
    let at = start + bits.trailing_zeros() as usize;
    (bits != 0 && at < bytes.len()).then_some(at)
}

/// All bits of each byte that is `byte`.
#[inline]
pub(crate) fn is(part: u8x16, byte: u8) -> u8x16 {
    part.simd_eq(u8x16::splat(byte))
}

/// All bits of each byte that is at most `most`.
#[inline]
pub(crate) fn at_most(part: u8x16, most: u8) -> u8x16 {
    part.min(u8x16::splat(most)).simd_eq(part)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_first_is_found_wherever_it_stands(text in "[ab]{0,40}[\0\u{1f}é\"]?[ab\0é]{0,40}") {
            let special = |byte: u8| byte <= 0x1f || byte == b'"';
            let found = first_special(text.as_bytes(), |part| at_most(part, 0x1f) | is(part, b'"'));
            prop_assert_eq!(found, text.bytes().position(special));
        }
    }
}

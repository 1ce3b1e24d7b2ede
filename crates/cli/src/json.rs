//! JSON as `serde_json` writes it, for the lines of which there are millions.

use crate::special::{at_most, first_special, is};

/// Appends a text as a string.
pub(crate) fn push_string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    let mut rest = text.as_bytes();
    while let Some(at) = first_special(rest, |part| at_most(part, 0x1f) | is(part, b'"') | is(part, b'\\')) {
        out.extend_from_slice(&rest[..at]);
        push_escape(out, rest[at]);
        rest = &rest[at + 1..];
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}

fn push_escape(out: &mut Vec<u8>, byte: u8) {
    let short = match byte {
        0x08 => b'b',
        b'\t' => b't',
        b'\n' => b'n',
        0x0c => b'f',
        b'\r' => b'r',
        b'"' | b'\\' => byte,
        _ => {
            out.extend_from_slice(b"\\u00");
            out.extend([byte >> 4, byte & 0x0f].map(|digit| b"0123456789abcdef"[usize::from(digit)]));
            return;
        }
    };
    out.extend([b'\\', short]);
}

/// Appends a whole number.
pub(crate) fn push_integer(out: &mut Vec<u8>, mut value: u64) {
    /// Digits of the greatest number.
    const MOST: usize = 20;
    let mut digits = [b'0'; MOST];
    let mut start = MOST;
    while value > 0 || start == MOST {
        start -= 1;
        digits[start] = b'0' + (value % 10) as u8;
        value /= 10;
    }
    out.extend_from_slice(&digits[start..]);
}

/// Appends a finite number.
pub(crate) fn push_number(out: &mut Vec<u8>, value: f64) {
    out.extend_from_slice(zmij::Buffer::new().format_finite(value).as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = b"before".to_vec();
        write(&mut out);
        String::from_utf8(out).unwrap().split_off("before".len())
    }

    #[test]
    fn every_control_character_is_escaped() {
        for c in '\0'..='\u{a0}' {
            let text = format!("{c}");
            assert_eq!(written(|out| push_string(out, &text)), serde_json::to_string(&text).unwrap());
        }
    }

    proptest! {
        #[test]
        fn strings_are_those_of_serde_json(text in "([a-z .,]{0,30}|[\0-\u{20}\"\\\\/\u{7f}é“\u{1F680}]{0,3}){0,6}|\\PC{0,40}") {
            prop_assert_eq!(written(|out| push_string(out, &text)), serde_json::to_string(&text).unwrap());
        }

        #[test]
        fn numbers_are_those_of_serde_json(value: u64, shift in 0..64, share in 0.0..=1.0f64) {
            let value = value >> shift;
            prop_assert_eq!(written(|out| push_integer(out, value)), value.to_string());
            for number in [share, share * 1e-12, 0.0, 1.0] {
                prop_assert_eq!(written(|out| push_number(out, number)), serde_json::to_string(&number).unwrap());
            }
        }
    }
}

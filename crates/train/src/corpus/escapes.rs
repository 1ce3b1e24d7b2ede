//! Where the bytes of a decoded field stand in the field as it is written.

use std::ops::Range;

/// How a field is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Writing {
    /// As it is.
    Bare,
    /// Between quotation marks, those inside doubled (CSV, TSV).
    Quoted,
    /// Between quotation marks with backslash escapes (JSON).
    Json,
}

/// Appends a written field to `out` without some parts of the decoded one. The parts are in order, do not overlap and are
/// bounded by characters; the rest stays written as it was.
pub(super) fn cut(written: &str, writing: Writing, parts: &[Range<usize>], out: &mut Vec<u8>) {
    let mut walk = Walk { written, writing, at: 0, decoded: 0 };
    let mut kept = 0;
    for part in parts {
        let start = walk.to(part.start);
        out.extend_from_slice(&written.as_bytes()[kept..start]);
        kept = walk.to(part.end);
    }
    out.extend_from_slice(&written.as_bytes()[kept..]);
}

/// Walks along a written field and its decoded form side by side.
struct Walk<'a> {
    written: &'a str,
    writing: Writing,
    at: usize,
    decoded: usize,
}

impl Walk<'_> {
    /// The place in the written field of a place in the decoded one, not before the place asked for last.
    fn to(&mut self, place: usize) -> usize {
        while self.decoded < place && self.at < self.written.len() {
            let rest = &self.written[self.at..];
            // No further than asked: a long field is walked along once, however many places are asked for.
            let ahead = &rest.as_bytes()[..rest.len().min(place - self.decoded)];
            let mark = match self.writing {
                Writing::Bare => None,
                Writing::Quoted => ahead.iter().position(|&byte| byte == b'"'),
                Writing::Json => ahead.iter().position(|&byte| byte == b'\\'),
            };
            let (written, decoded) = match (mark, self.writing) {
                (Some(0), Writing::Json) => escape(rest),
                (Some(0), _) => (2, 1),
                (plain, _) => (plain.unwrap_or(ahead.len()), plain.unwrap_or(ahead.len())),
            };
            self.at += written;
            self.decoded += decoded;
        }
        self.at
    }
}

/// The lengths of the JSON escape that a text starts with, as written and decoded. The escape is known to be right.
fn escape(text: &str) -> (usize, usize) {
    let unit = |from: usize| text.get(from..from + 4).and_then(|digits| u32::from_str_radix(digits, 16).ok());
    if text.as_bytes().get(1) != Some(&b'u') {
        return (2, 1);
    }
    match unit(2).map(char::from_u32) {
        Some(Some(c)) => (6, c.len_utf8()),
        // The first of two surrogates: a character beyond the basic plane, which has four bytes.
        _ => (12, 4),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cut_to_string(written: &str, writing: Writing, parts: &[Range<usize>]) -> String {
        let mut out = Vec::new();
        cut(written, writing, parts, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn what_stays_is_written_as_before() {
        let written = r"a\/b\u00e9\ud83c\udf72é\n\u0041.";
        let text: String = serde_json::from_str(&format!("\"{written}\"")).unwrap();
        assert_eq!(text, "a/bé🍲é\nA.");
        let part = |piece: &str| {
            let start = text.find(piece).unwrap();
            start..start + piece.len()
        };
        assert_eq!(cut_to_string(written, Writing::Json, &[part("🍲")]), r"a\/b\u00e9é\n\u0041.");
        assert_eq!(cut_to_string(written, Writing::Json, &[part("b"), part("\nA")]), r"a\/\u00e9\ud83c\udf72é.");
        assert_eq!(cut_to_string(r#"he "", said"#, Writing::Quoted, &[3..5]), "he  said");
    }

    proptest! {
        #[test]
        fn cutting_and_decoding_can_change_places(
            pieces in prop::collection::vec(
                prop_oneof![
                    Just(("\"\"", "\"", r#"\""#)), Just(("é", "é", r"\u00e9")), Just(("🍲", "🍲", r"\uD83C\uDF72")),
                    Just(("x", "x", "x")), Just(("🍲", "🍲", "🍲")), Just(("\n", "\n", r"\n")), Just(("/", "/", r"\/")),
                ],
                0..12,
            ),
            cuts in prop::collection::vec(any::<bool>(), 12),
        ) {
            let joined = |of: fn(&(&'static str, &'static str, &'static str)) -> &'static str, all: bool| -> String {
                pieces.iter().zip(&cuts).filter(|&(_, &cut)| all || !cut).map(|(piece, _)| of(piece)).collect()
            };
            let (mut parts, mut at) = (Vec::new(), 0);
            for (piece, &cut) in pieces.iter().zip(&cuts) {
                if cut {
                    parts.push(at..at + piece.1.len());
                }
                at += piece.1.len();
            }
            prop_assert_eq!(cut_to_string(&joined(|p| p.0, true), Writing::Quoted, &parts), joined(|p| p.0, false));
            prop_assert_eq!(cut_to_string(&joined(|p| p.1, true), Writing::Bare, &parts), joined(|p| p.1, false));
            prop_assert_eq!(cut_to_string(&joined(|p| p.2, true), Writing::Json, &parts), joined(|p| p.2, false));
        }
    }
}

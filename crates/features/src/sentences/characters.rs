//! Character classes: which bytes deserve a look, and what kind of mark a character is.

use wide::u8x16;

/// What the scanner does at a byte; the common bytes of prose are all [`Candidate::None`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Candidate {
    None,
    /// `.`, `!`, `?`
    Stop,
    /// `"`
    Quote,
    /// `)`: may end the marker of a list item or an emoticon
    Bracket,
    /// A line break of one byte
    Line,
    /// First byte of a character that may be a stop, a quotation mark, a bullet, a line break or an emoji
    Lead,
}

const CANDIDATES: [Candidate; 256] = {
    let mut table = [Candidate::None; 256];
    table[b'.' as usize] = Candidate::Stop;
    table[b'!' as usize] = Candidate::Stop;
    table[b'?' as usize] = Candidate::Stop;
    table[b'"' as usize] = Candidate::Quote;
    table[b')' as usize] = Candidate::Bracket;
    table[b'\n' as usize] = Candidate::Line;
    table[b'\r' as usize] = Candidate::Line;
    table[0x0B] = Candidate::Line;
    table[0x0C] = Candidate::Line;
    // « » and U+0085; Arabic ؟ and ۔; Devanagari ।; punctuation, bullets and symbols; CJK and full-width; emoji.
    table[0xC2] = Candidate::Lead;
    table[0xD8] = Candidate::Lead;
    table[0xDB] = Candidate::Lead;
    table[0xE0] = Candidate::Lead;
    table[0xE2] = Candidate::Lead;
    table[0xE3] = Candidate::Lead;
    table[0xEF] = Candidate::Lead;
    table[0xF0] = Candidate::Lead;
    table
};

/// The candidate at or after `from`, with its position.
pub(super) fn next_candidate(bytes: &[u8], from: usize) -> Option<(usize, Candidate)> {
    let rest = bytes.get(from..)?;
    let candidate = |at: usize| {
        let candidate = CANDIDATES[usize::from(rest[at])];
        (candidate != Candidate::None).then_some((from + at, candidate))
    };
    let (parts, _) = rest.as_chunks::<16>();
    for (index, part) in parts.iter().enumerate() {
        let mut bits = may_be_candidates(u8x16::new(*part)).to_bitmask();
        while bits != 0 {
            let found = candidate(16 * index + bits.trailing_zeros() as usize);
            if found.is_some() {
                return found;
            }
            bits &= bits - 1;
        }
    }
    (16 * parts.len()..rest.len()).find_map(candidate)
}

/// All bits of each byte that may be a candidate: of ASCII those that are, beyond it all that may begin a character of
/// which the table knows some.
#[inline]
fn may_be_candidates(part: u8x16) -> u8x16 {
    let is = |byte: u8| part.simd_eq(u8x16::splat(byte));
    let within = |low: u8, high: u8| {
        let above = part - u8x16::splat(low);
        above.min(u8x16::splat(high - low)).simd_eq(above)
    };
    within(b'!', b'"') | within(b'\n', b'\r') | is(b'.') | is(b'?') | is(b')') | within(0xc2, 0xf0)
}

/// The character that starts at byte `at`, which is a character boundary.
pub(super) fn char_at(text: &str, at: usize) -> Option<char> {
    text[at..].chars().next()
}

/// The character that ends just before byte `at`, which is a character boundary.
pub(super) fn char_before(text: &str, at: usize) -> Option<char> {
    text[..at].chars().next_back()
}

/// White space, or a character that leaves no mark and joins nothing: what may stand between two sentences.
///
/// The invisible ones are those that mail software and web pages use as padding: soft hyphen, grapheme joiner, zero-width
/// space and non-joiner, direction marks, word joiner and byte order mark.
pub fn is_blank(c: char) -> bool {
    match c {
        '!'..='~' => false,
        '\u{AD}' | '\u{34F}' | '\u{200B}' | '\u{200C}' | '\u{200E}' | '\u{200F}' | '\u{2060}' | '\u{FEFF}' => true,
        _ => c.is_whitespace(),
    }
}

/// A character that ends a line; U+2029 and the form feed end a paragraph too.
pub(super) fn is_line_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{0B}' | '\u{0C}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// A stop that needs white space after it.
pub(super) fn is_stop(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…' | '‽' | '⁇' | '⁈' | '⁉' | '‼' | '।' | '॥' | '؟' | '۔')
}

/// A stop of a script written without spaces: a sentence ends there whatever follows.
pub(super) fn is_wide_stop(c: char) -> bool {
    matches!(c, '。' | '！' | '？' | '｡' | '．')
}

/// A bracket that closes.
pub(super) fn is_closing_bracket(c: char) -> bool {
    matches!(c, ')' | ']' | '}' | '）' | '］' | '】')
}

/// A mark that may stand before the first word of a sentence.
pub(super) fn is_opener(c: char) -> bool {
    matches!(
        c,
        '"' | '\''
            | '“'
            | '”'
            | '„'
            | '‘'
            | '’'
            | '«'
            | '‹'
            | '「'
            | '『'
            | '('
            | '['
            | '{'
            | '（'
            | '【'
            | '¿'
            | '¡'
            | '*'
            | '_'
    )
}

/// A dash, the hyphen that stands for one included.
pub(super) fn is_dash(c: char) -> bool {
    matches!(c, '-' | '–' | '—' | '―')
}

/// A mark that begins an item of a list wherever it stands.
pub(super) fn is_bullet(c: char) -> bool {
    matches!(
        c,
        '•' | '‣'
            | '⁃'
            | '◦'
            | '▪'
            | '▫'
            | '■'
            | '□'
            | '●'
            | '○'
            | '◆'
            | '►'
            | '✅'
            | '✓'
            | '✔'
            | '☑'
    )
}

/// An emoji, or a character that only modifies one.
pub(super) fn is_emoji(c: char) -> bool {
    matches!(c, '\u{1F000}'..='\u{1FAFF}' | '\u{2600}'..='\u{27BF}' | '\u{2B50}' | '\u{FE0F}' | '\u{200D}')
        && !is_bullet(c)
}

/// An emoji that shows how the writer feels, and so stands where a stop would; hearts, flags and things may be words.
pub(super) fn is_mood_emoji(c: char) -> bool {
    matches!(
        c,
        '\u{1F600}'..='\u{1F64F}' | '\u{1F910}'..='\u{1F92F}' | '\u{1F970}'..='\u{1F97A}' | '\u{1F44A}'..='\u{1F44F}' | '\u{1F389}'
    )
}

/// A heart: it ends nothing by itself ("I ❤ you"), but goes with the sentence before it.
pub(super) fn is_heart(c: char) -> bool {
    matches!(c, '❤' | '♥' | '❣' | '\u{1F493}'..='\u{1F49F}' | '\u{1F5A4}' | '\u{1F90D}' | '\u{1F90E}' | '\u{1F9E1}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn no_candidate_is_overlooked() {
        for byte in 0..=u8::MAX {
            let marked = may_be_candidates(u8x16::splat(byte)).to_bitmask() == 0xffff;
            assert!(marked || CANDIDATES[usize::from(byte)] == Candidate::None, "{byte:#x}");
        }
    }

    proptest! {
        #[test]
        fn the_next_candidate_is_the_first_of_the_table(text in "([a-zé ]{0,20}[.!?\")\n\u{b}“é]?){0,8}", from in 0..200usize) {
            let bytes = text.as_bytes();
            let of_table = |at: usize| CANDIDATES[usize::from(bytes[at])];
            let first = (from..bytes.len()).find(|&at| of_table(at) != Candidate::None);
            prop_assert_eq!(next_candidate(bytes, from), first.map(|at| (at, of_table(at))));
        }
    }
}

//! Trimming spans and counting what is in them.

use super::characters::is_blank;

/// The first position at or after `from` that is not blank.
pub(super) fn skip_blank(text: &str, from: usize) -> usize {
    text[from..].char_indices().find(|&(_, c)| !is_blank(c)).map_or(text.len(), |(offset, _)| from + offset)
}

/// The end of the text in `start..end` without the blanks at its end; `start` when all of it is blank.
pub(super) fn trim_end(text: &str, start: usize, end: usize) -> usize {
    start + text[start..end].trim_end_matches(is_blank).len()
}

/// Letters in `text`: characters of the Unicode property Alphabetic.
pub(super) fn letters(text: &str) -> usize {
    // Branch-free loops over bytes, which compilers turn into vector code.
    let ascii: usize = text.bytes().map(|byte| usize::from(byte.is_ascii_alphabetic())).sum();
    if text.is_ascii() {
        return ascii;
    }
    // Most of what is not ASCII in English are quotation marks and dashes.
    let is_letter = |c: &char| !c.is_ascii() && !('\u{2010}'..='\u{2064}').contains(c) && c.is_alphabetic();
    ascii + text.chars().filter(is_letter).count()
}

/// Characters in `text`.
pub(super) fn characters(text: &str) -> usize {
    /// As many as can be counted in a byte: so sixteen are counted at once.
    const BLOCK: usize = 255;
    let begins = |byte: u8| u8::from(byte & 0b1100_0000 != 0b1000_0000);
    let count = |block: &[u8]| block.iter().map(|&byte| begins(byte)).sum::<u8>();
    text.as_bytes().chunks(BLOCK).map(|block| usize::from(count(block))).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn punctuation_has_no_letters() {
        assert!(('\u{2010}'..='\u{2064}').all(|c| !c.is_alphabetic()));
    }

    proptest! {
        #[test]
        fn letters_and_characters_are_counted_as_by_the_standard_library(
            text in "([a-zA-Z0-9 .“”’—éß\u{2065}Ж中\u{1F680}]|[a-z ]{1,300}|\\PC){0,20}",
        ) {
            prop_assert_eq!(letters(&text), text.chars().filter(|c| c.is_alphabetic()).count());
            prop_assert_eq!(characters(&text), text.chars().count());
        }
    }
}

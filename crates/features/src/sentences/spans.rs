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
    if text.is_ascii() {
        // A branch-free loop over bytes, which compilers turn into vector code.
        text.bytes().map(|byte| usize::from(byte.is_ascii_alphabetic())).sum()
    } else {
        text.chars().filter(|c| c.is_alphabetic()).count()
    }
}

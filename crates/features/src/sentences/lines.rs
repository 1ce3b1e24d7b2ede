//! Whether a single line break ends a sentence or only wraps one.

use super::abbreviations::is_starter;
use super::characters::{char_at, is_dash, is_line_break};
use super::context::word_at;
use super::lists::begins_item;

/// No text is wrapped by hand narrower than this many characters.
const NARROWEST: usize = 40;
/// Nor wider than this.
const WIDEST: usize = 120;

/// The line that ends at a break and what is known of its neighbours.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'a> {
    /// The line, without the blanks around it.
    pub(super) text: &'a str,
    /// Characters in the line, and in the line before it in the same paragraph.
    pub(super) chars: usize,
    pub(super) previous_chars: usize,
    /// Where the next line begins, its indentation skipped.
    pub(super) next: usize,
}

impl Line<'_> {
    /// Whether the break after this line is one that the writer meant.
    ///
    /// Text wrapped to a width fills its lines: had the first word of the next line fitted on this one, it would stand
    /// there. So a break after a line with room to spare was meant, if the next line begins as a sentence may. The width is
    /// taken from the neighbouring lines, within what is usual for wrapped text.
    pub(super) fn ends_sentence(&self, text: &str) -> bool {
        let Some(last) = self.text.chars().next_back() else {
            return false;
        };
        if begins_item(text, self.next) || is_ruler(self.text) || is_ruler(after(text, self.next, 3)) {
            return true;
        }
        let first = char_at(text, self.next);
        if first.is_none_or(|c| c.is_lowercase() || matches!(c, ',' | ';' | ':' | ')' | '.' | '&' | '%')) {
            return false;
        }
        if last == ',' {
            return is_greeting(self.text);
        }
        if last == ';' || last == '(' || last == '&' || is_dash(last) || ends_open(self.text) {
            return false;
        }
        if self.chars > WIDEST {
            return true;
        }
        let room = self.previous_chars.max(next_line(text, self.next)).max(NARROWEST);
        self.chars + 1 + word_length(text, self.next) <= room
    }

    /// Whether the line is longer than any that is wrapped by hand: then it is a paragraph.
    pub(super) fn is_paragraph(&self) -> bool {
        self.chars > WIDEST
    }
}

/// At most `count` bytes of ASCII at `at`.
fn after(text: &str, at: usize, count: usize) -> &str {
    let bytes = &text.as_bytes()[at..];
    let length = bytes.iter().take(count).take_while(|byte| byte.is_ascii()).count();
    &text[at..at + length]
}

/// A line drawn with characters: "***", "-----".
fn is_ruler(line: &str) -> bool {
    line.len() >= 3 && line.bytes().all(|byte| matches!(byte, b'*' | b'-' | b'=' | b'_' | b'~' | b'#'))
}

/// The salutation or the close of a letter: "Dear friends,", "Best regards,".
fn is_greeting(line: &str) -> bool {
    line.len() < NARROWEST
        && [
            "Best",
            "Cheers",
            "Dear",
            "Friend",
            "Friends",
            "Hello",
            "Hey",
            "Hi",
            "Love",
            "Many",
            "Kind",
            "Regards",
            "Respectfully",
            "Sincerely",
            "Thank",
            "Thanks",
            "Warmly",
            "Yours",
        ]
        .contains(&word_at(line, 0))
}

/// Whether the line ends with a word that cannot end a sentence or a heading.
fn ends_open(line: &str) -> bool {
    let word = line.rsplit(|c: char| !c.is_alphabetic()).next().unwrap_or("");
    [
        "a", "an", "and", "as", "at", "but", "by", "for", "from", "in", "of", "on", "or", "that", "the", "their", "to",
        "with",
    ]
    .contains(&word)
        && !is_starter(word)
}

/// Characters of the line at `at`, as far as they matter.
fn next_line(text: &str, at: usize) -> usize {
    text[at..].chars().take(WIDEST).take_while(|&c| !is_line_break(c)).count()
}

/// Characters of the word at `at`, as far as they matter.
fn word_length(text: &str, at: usize) -> usize {
    text[at..].chars().take(WIDEST).take_while(|c| !c.is_whitespace()).count()
}

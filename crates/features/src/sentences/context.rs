//! What stands on either side of a possible boundary: the word before it and the first word after it.

use super::abbreviations::is_starter;
use super::characters::{char_at, is_blank, is_bullet, is_dash, is_emoji, is_line_break, is_opener};
use super::limits::RUN;

/// How far back a word is followed, in bytes: enough for any abbreviation, and it bounds the work per stop.
const REACH: usize = 40;

/// The word that ends where a stop begins, with the dots and apostrophes inside it ("U.S", "O'Neil", "2.5").
#[derive(Debug, Clone, Copy)]
pub(super) struct Before<'a> {
    pub(super) token: &'a str,
    /// Where the token starts.
    pub(super) start: usize,
    /// The character before the token.
    pub(super) prior: Option<char>,
}

impl<'a> Before<'a> {
    pub(super) fn read(text: &'a str, end: usize) -> Self {
        let mut start = end;
        let mut prior = None;
        for c in text[..end].chars().rev() {
            if !(c.is_alphanumeric() || matches!(c, '.' | '\'' | '’' | '&' | '°' | 'º')) || end - start > REACH {
                prior = Some(c);
                break;
            }
            start -= c.len_utf8();
        }
        let token = &text[start..end];
        let trimmed = token.trim_start_matches(['\'', '’', '.']);
        if trimmed.len() < token.len() {
            prior = Some('\'');
        }
        Self { token: trimmed, start: end - trimmed.len(), prior }
    }

    /// Short pieces of letters with dots between them: "U.S", "Ph.D", "a.m".
    pub(super) fn is_dotted(&self) -> bool {
        self.token.contains('.')
            && self
                .token
                .split('.')
                .all(|piece| (1..=3).contains(&piece.len()) && piece.bytes().all(|byte| byte.is_ascii_alphabetic()))
            && self.token.split('.').any(|piece| piece.len() == 1)
    }

    /// The one letter that the token is.
    pub(super) fn letter(&self) -> Option<char> {
        let mut chars = self.token.chars();
        let first = chars.next().filter(|c| c.is_alphabetic())?;
        chars.next().is_none().then_some(first)
    }
}

/// The blank between two words, by its strongest part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Gap {
    None,
    Space,
    Line,
    Paragraph,
}

/// Reads the blanks at `from`: what kind of gap they make, and where they end or are no longer followed.
pub(super) fn read_gap(text: &str, from: usize) -> (Gap, usize) {
    let mut gap = Gap::None;
    let mut after_return = false;
    for (offset, c) in text[from..].char_indices() {
        if !is_blank(c) {
            return (gap, from + offset);
        }
        if offset >= RUN {
            return (Gap::Paragraph, from + offset);
        }
        let kind = match c {
            '\u{2029}' | '\u{0C}' => Gap::Paragraph,
            '\n' if after_return => gap,
            _ if is_line_break(c) && gap >= Gap::Line => Gap::Paragraph,
            _ if is_line_break(c) => Gap::Line,
            _ if c.is_whitespace() => Gap::Space,
            // An invisible character does not part two words.
            _ => Gap::None,
        };
        gap = gap.max(kind);
        after_return = c == '\r';
    }
    (gap, text.len())
}

/// What the text after a gap begins with, opening marks aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum First {
    End,
    /// A capital letter, a letter of a script without cases, or a name such as "eBay"
    Upper,
    Lower,
    Digit,
    /// A dash, currency sign, bullet, arrow, emoji, ellipsis, `#` or `@`
    Symbol,
    Other,
}

/// The gap after a possible boundary and the first word that follows.
#[derive(Debug, Clone, Copy)]
pub(super) struct After<'a> {
    pub(super) gap: Gap,
    pub(super) first: First,
    /// An opening mark stands before the word.
    pub(super) opened: bool,
    /// Where the word starts, after opening marks.
    pub(super) at: usize,
    /// The ASCII letters at `at`.
    pub(super) word: &'a str,
}

impl<'a> After<'a> {
    pub(super) fn read(text: &'a str, from: usize) -> Self {
        let (gap, start) = read_gap(text, from);
        let mut at = text[start..]
            .char_indices()
            .find(|&(offset, c)| offset >= RUN || !is_opener(c))
            .map_or(text.len(), |(offset, _)| start + offset);
        // Tokenised text sets opening marks off with a space.
        at += usize::from(at > start && text[at..].starts_with(' '));
        let word = word_at(text, at);
        Self { gap, first: first(text, at), opened: at > start, at, word }
    }

    /// Whether a sentence may begin here if something other than a stop ended the one before: with a capital letter, or
    /// in a new paragraph.
    pub(super) fn may_begin_sentence(&self) -> bool {
        self.gap == Gap::Paragraph || self.gap >= Gap::Space && self.first == First::Upper
    }

    /// Whether the word is one that sentences often begin with, standing alone ("A total", not "A. Roe").
    pub(super) fn is_starter(&self, text: &str) -> bool {
        matches!(self.word, "Mr" | "Mrs" | "Ms")
            || is_starter(self.word)
                && char_at(text, self.at + self.word.len())
                    .is_none_or(|c| is_blank(c) || matches!(c, ',' | '\'' | '’' | ':'))
    }

    /// Whether the word is the pronoun "I".
    pub(super) fn is_pronoun(&self, text: &str) -> bool {
        self.word == "I" && self.is_starter(text)
    }
}

/// The ASCII letters at `at`, as far as a word of print may reach.
pub(super) fn word_at(text: &str, at: usize) -> &str {
    let letters = text.as_bytes()[at..].iter().take(REACH).take_while(|byte| byte.is_ascii_alphabetic()).count();
    &text[at..at + letters]
}

fn first(text: &str, at: usize) -> First {
    let Some(c) = char_at(text, at) else {
        return First::End;
    };
    if c.is_lowercase() {
        // "eBay", "iPhone", "wikiHow": a name, wherever its capital is.
        if word_at(text, at).bytes().any(|byte| byte.is_ascii_uppercase()) { First::Upper } else { First::Lower }
    } else if c.is_alphabetic() {
        First::Upper
    } else if c.is_numeric() {
        First::Digit
    } else if is_dash(c)
        || is_bullet(c)
        || is_emoji(c)
        || matches!(c, '$' | '£' | '€' | '¥' | '₹' | '#' | '@' | '>' | '→' | '|' | '…')
        || text[at..].starts_with("...")
    {
        First::Symbol
    } else {
        First::Other
    }
}

//! Where tokens begin and end in the raw text.

use std::ops::Range;
use std::sync::LazyLock;

use unicode_normalization::char::is_combining_mark;

use crate::normalize::is_hidden;
use crate::spec::{TokenRule, TokenSpec};

/// Longest run of one mark that is told apart: `!!!!!` is the token `!!!`.
pub(crate) const MAX_RUN: usize = 3;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Space,
    Letter,
    Digit,
    Mark,
    Hidden,
}

const ASCII_KINDS: [Kind; 128] = {
    let mut kinds = [Kind::Mark; 128];
    let mut byte = 0;
    while byte < 128 {
        let c = byte as u8;
        if c.is_ascii_alphabetic() {
            kinds[byte] = Kind::Letter;
        } else if c.is_ascii_digit() {
            kinds[byte] = Kind::Digit;
        } else if c <= b' ' || c == 0x7f {
            kinds[byte] = Kind::Space;
        }
        byte += 1;
    }
    kinds
};

/// Scripts and marks below this are those of most texts: their kinds are looked up once.
const TABULATED: usize = 0x2100;

fn kind(c: char) -> Kind {
    static KINDS: LazyLock<Box<[Kind]>> = LazyLock::new(|| {
        (0..TABULATED as u32).map(|code| char::from_u32(code).map_or(Kind::Mark, kind_by_properties)).collect()
    });
    if (c as usize) < TABULATED { KINDS[c as usize] } else { kind_by_properties(c) }
}

fn kind_by_properties(c: char) -> Kind {
    if c.is_ascii() {
        ASCII_KINDS[c as usize]
    } else if is_hidden(c) {
        Kind::Hidden
    } else if c.is_whitespace() || c.is_control() {
        Kind::Space
    } else if c.is_alphabetic() || is_combining_mark(c) {
        Kind::Letter
    } else if c.is_numeric() {
        Kind::Digit
    } else {
        Kind::Mark
    }
}

fn char_at(text: &str, at: usize) -> Option<(char, Kind)> {
    match text.as_bytes().get(at) {
        Some(&byte) if byte.is_ascii() => Some((char::from(byte), ASCII_KINDS[usize::from(byte)])),
        Some(_) => text[at..].chars().next().map(|c| (c, kind(c))),
        None => None,
    }
}

/// Calls `sink` with each raw token, its range and whether it is a word (not a mark).
pub(crate) fn scan(text: &str, spec: &TokenSpec, mut sink: impl FnMut(&str, Range<usize>, bool)) {
    let mut at = 0;
    while let Some(step) = step(text, at, spec) {
        if !step.raw.is_empty() {
            sink(&text[step.raw], at..step.end, step.is_word);
        }
        at = step.next;
    }
}

/// What stands at one place of a text.
pub(crate) struct Step {
    /// The bytes that make a token; empty where none starts.
    pub raw: Range<usize>,
    /// Where the token ends in the text. A long run of one mark ends later than `raw`.
    pub end: usize,
    /// Whether it is a word (not a mark).
    pub is_word: bool,
    /// Where to go on.
    pub next: usize,
}

/// The token at `at`, a character boundary, or what is there instead of one; `None` at the end of the text.
pub(crate) fn step(text: &str, at: usize, spec: &TokenSpec) -> Option<Step> {
    let (c, kind) = char_at(text, at)?;
    let word = match spec.rule {
        TokenRule::Words => word_end(text, at, true),
        TokenRule::Parts => word_end(text, at, false),
        TokenRule::Alphanumeric => alphanumeric_end(text, at),
        TokenRule::Whitespace => whitespace_end(text, at),
    };
    if word.end > at {
        return Some(Step { raw: at..word.end, end: word.end, is_word: true, next: word.next });
    }
    let after = at + c.len_utf8();
    if kind != Kind::Mark || !spec.marks {
        return Some(Step { raw: at..at, end: at, is_word: false, next: after });
    }
    let mut end = after;
    let mut run = 1;
    while char_at(text, end).is_some_and(|(next, _)| next == c) {
        end += c.len_utf8();
        run += 1;
    }
    Some(Step { raw: at..at + run.min(MAX_RUN) * c.len_utf8(), end, is_word: false, next: end })
}

/// Where a word that starts at some place ends (`end` equals the start where there is none) and where to go on.
struct WordEnd {
    end: usize,
    next: usize,
}

fn alphanumeric_end(text: &str, start: usize) -> WordEnd {
    let mut end = start;
    while let Some((c, _)) = char_at(text, end) {
        if !(c.is_alphanumeric() || c == '_') {
            break;
        }
        end += c.len_utf8();
    }
    WordEnd { end, next: end }
}

fn whitespace_end(text: &str, start: usize) -> WordEnd {
    let length = text[start..].find(|c: char| c.is_whitespace() || c.is_control()).unwrap_or(text.len() - start);
    WordEnd { end: start + length, next: start + length }
}

/// `hyphens` tells whether hyphens join the halves of a word.
fn word_end(text: &str, start: usize, hyphens: bool) -> WordEnd {
    let mut at = start;
    let mut end = start;
    let mut last = Kind::Space;
    // Letters since the last separator: an initialism's segments have one each.
    let mut letters = 0;
    while let Some((c, kind)) = char_at(text, at) {
        match kind {
            Kind::Letter | Kind::Digit => {
                letters = if kind == Kind::Letter { letters + 1 } else { 0 };
                last = kind;
                at += c.len_utf8();
                end = at;
            }
            Kind::Hidden if end > start => at += c.len_utf8(),
            Kind::Mark if end > start && at == end && joins(text, at, c, last, letters, hyphens) => {
                letters = 0;
                at += c.len_utf8();
            }
            _ => break,
        }
    }
    WordEnd { end, next: at }
}

/// Whether the mark `c` at `at` holds two halves of one word together.
fn joins(text: &str, at: usize, c: char, last: Kind, letters: usize, hyphens: bool) -> bool {
    let after = at + c.len_utf8();
    let Some((next, next_kind)) = char_at(text, after) else {
        return false;
    };
    match c {
        '-' | '‐' | '‑' => hyphens && matches!(next_kind, Kind::Letter | Kind::Digit),
        '\'' | '’' => matches!(next_kind, Kind::Letter | Kind::Digit),
        ',' | ':' => last == Kind::Digit && next_kind == Kind::Digit,
        '.' if last == Kind::Digit => next_kind == Kind::Digit,
        '.' => {
            let second = char_at(text, after + next.len_utf8());
            letters == 1 && next_kind == Kind::Letter && second.is_none_or(|(_, kind)| kind != Kind::Letter)
        }
        _ => false,
    }
}

//! Quotation marks: whether the text at hand stands inside a quotation, and how much of a sentence does.

use super::characters::{char_at, char_before, is_blank, is_closing_bracket, is_dash, is_opener, is_stop};
use super::spans::letters;

/// The quotations open at one place of the text, and the tally of the sentence under way.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Quotes {
    double: bool,
    single: bool,
    /// Letters of the sentence up to `tallied`, inside quotations and in all; exact only once a mark has been met.
    inside: usize,
    total: usize,
    tallied: usize,
}

impl Quotes {
    pub(super) fn open(&self) -> bool {
        self.double || self.single
    }

    pub(super) fn double_open(&self) -> bool {
        self.double
    }

    /// Forgets the open quotations: a paragraph has ended at `at`.
    pub(super) fn end_paragraph(&mut self, text: &str, at: usize) {
        self.set(text, at, false, false);
    }

    /// Starts the tally of a sentence that begins at `start`.
    pub(super) fn begin_sentence(&mut self, start: usize) {
        self.inside = 0;
        self.total = 0;
        self.tallied = start;
    }

    /// The first `count` bytes of the text, all before the sentence, are gone from memory.
    pub(super) fn forget(&mut self, count: usize) {
        self.tallied -= count;
    }

    /// Ends the tally at `end`: whether at least half of the sentence's letters stand inside quotations.
    pub(super) fn end_sentence(&mut self, text: &str, end: usize) -> bool {
        if self.total == 0 && !self.open() && self.inside == 0 {
            return false;
        }
        self.tally(text, end);
        self.inside > 0 && 2 * self.inside >= self.total
    }

    /// Reads the mark `c` at byte `at`; other characters change nothing.
    pub(super) fn mark(&mut self, text: &str, at: usize, c: char) {
        let (double, single) = match c {
            '"' => (self.straight(text, at), self.single),
            '“' | '„' | '‟' | '«' | '「' | '『' => (true, self.single),
            '”' | '»' | '」' | '』' => (false, self.single),
            '‘' => (self.double, self.single || opens_single(text, at)),
            '’' => (self.double, self.single && before_word(text, at, c)),
            _ => return,
        };
        self.set(text, at, double, single);
    }

    /// Whether a mark at `at` closes a quotation when it follows a stop at once.
    pub(super) fn closes_after_stop(&self, text: &str, at: usize, c: char) -> bool {
        match c {
            '"' => self.double || !before_word(text, at, c),
            '\'' | '’' => !before_word(text, at, c),
            '”' | '»' | '」' | '』' => true,
            _ => false,
        }
    }

    /// The state after a straight mark, which does not say by itself whether it opens or closes.
    fn straight(&self, text: &str, at: usize) -> bool {
        let before = char_before(text, at);
        let after = char_at(text, at + 1);
        let may_open = before.is_none_or(|c| is_blank(c) || is_opener(c) || is_dash(c));
        let may_close = after.is_none_or(|c| is_blank(c) || is_stop(c) || is_closing_bracket(c) || ",;:".contains(c));
        match (may_open, may_close) {
            (true, false) => true,
            // `5"` outside a quotation is a measure, any other lone closing mark a slip.
            (false, true) => false,
            (true, true) => !self.double,
            (false, false) => !self.double && !before.is_some_and(char::is_numeric),
        }
    }

    fn set(&mut self, text: &str, at: usize, double: bool, single: bool) {
        if (double || single) != self.open() {
            self.tally(text, at);
        }
        self.double = double;
        self.single = single;
    }

    fn tally(&mut self, text: &str, end: usize) {
        if end <= self.tallied {
            return;
        }
        let count = letters(&text[self.tallied..end]);
        self.total += count;
        if self.open() {
            self.inside += count;
        }
        self.tallied = end;
    }
}

/// Whether a letter or digit follows the mark `c` at `at`.
fn before_word(text: &str, at: usize, c: char) -> bool {
    char_at(text, at + c.len_utf8()).is_some_and(char::is_alphanumeric)
}

/// Whether ‘ at `at` opens a quotation: not after a letter, and not where software has turned an apostrophe the wrong way
/// ("‘90s", "‘tis").
fn opens_single(text: &str, at: usize) -> bool {
    let before = char_before(text, at);
    if !before.is_none_or(|c| is_blank(c) || is_opener(c) || is_dash(c)) {
        return false;
    }
    let after = &text[at + '‘'.len_utf8()..];
    // One letter more than the longest elision has.
    let length = after.bytes().take(6).take_while(u8::is_ascii_alphanumeric).count();
    let word = &after[..length];
    if word.len() >= 2 && word.as_bytes()[..2].iter().all(u8::is_ascii_digit) {
        return false;
    }
    !["tis", "twas", "em", "til", "cause", "n"].iter().any(|elision| word.eq_ignore_ascii_case(elision))
        && after.chars().next().is_some_and(|c| !is_blank(c) && !is_stop(c))
}

//! English sentences by rule, as spans of the untouched text.
//!
//! One pass looks for the few bytes at which a sentence may end (stops, line breaks, quotation marks, bullets) and decides
//! there from the word before and the word after. Every look back and ahead is bounded (`limits`), so the time is linear in
//! the text whatever it holds, and a text that comes in pieces (`stream`) has the same sentences. Nothing is kept but the
//! sentence under way.
//!
//! The files: `characters` says what kind of mark a character is, `context` reads the words around a boundary, `stops`,
//! `lines` and `lists` decide about boundaries, `abbreviations` holds the words they need, `quotes` follows quotations and
//! `spans` trims and counts.

mod abbreviations;
mod characters;
mod context;
mod limits;
mod lines;
mod lists;
#[cfg(test)]
mod properties;
mod quotes;
mod spans;
mod stops;
mod stream;
#[cfg(test)]
mod tests;

use std::iter::FusedIterator;
use std::ops::Range;

use characters::{
    Candidate, char_at, char_before, is_bullet, is_dash, is_emoji, is_line_break, is_mood_emoji, is_opener, is_stop,
    is_wide_stop, next_candidate,
};
use context::{After, Before, First, Gap, read_gap};
use limits::{AHEAD, BLANK, LINE, LONG, RUN, tail};
use lines::Line;
use lists::{Ending, Marker, may_begin_item};
use quotes::Quotes;
use spans::{characters, skip_blank, trim_end};

pub use characters::is_blank;
pub use limits::MAX_SENTENCE_BYTES;
pub use stream::{SentenceStream, StreamedSentence};

/// Version of the rules. It changes whenever any text that people write is split differently, and models record it, because
/// the rules decide what a sentence is.
pub const RULES_VERSION: u32 = 1;

/// What to do with a boundary inside quotation marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuotePolicy {
    /// Sentences inside a quotation are sentences of their own.
    #[default]
    Split,
    /// A quotation is not split inside, except at the end of a paragraph and where a line break ends a sentence.
    Keep,
}

/// One sentence as two spans of the same text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// Byte offsets; both ends are character boundaries.
    pub bytes: Range<usize>,
    /// Offsets in Unicode scalar values.
    pub chars: Range<usize>,
    /// At least half of the sentence's letters (Unicode property Alphabetic), and at least one, stand inside quotations.
    ///
    /// A quotation runs from an opening mark (`"`, “, „, «, 「, 『, or ‘ before a word) to a closing one (`"`, ”, », 」, 』,
    /// or ’ not before a letter or digit, a plural's apostrophe included); nested quotations count once. A straight mark opens or closes by the blanks and
    /// punctuation beside it, and changes the state where these do not tell. Straight single quotes are taken for
    /// apostrophes. A quotation that is not closed runs to the end of its paragraph: a blank line, a line break that ends
    /// a sentence without a stop, or the end of a line too long to be wrapped by hand. The next paragraph carries it on
    /// only if it opens with a quotation mark of its own, as newspapers print it.
    pub quoted: bool,
}

/// The sentences of `text`, in order.
///
/// The spans are trimmed, never empty, and do not overlap; only white space and invisible characters (zero-width space,
/// soft hyphen, byte order mark and the like) stand outside them. The boundaries of [`QuotePolicy::Keep`] are some of those
/// of [`QuotePolicy::Split`]. None is longer than [`MAX_SENTENCE_BYTES`]. Time is linear in the length of the text; the
/// iterator allocates nothing. [`SentenceStream`] finds the same sentences in a text that comes in pieces.
///
/// ```
/// use copydesk_features::{QuotePolicy, sentences};
///
/// let text = "Dr. Roe left at 5 p.m. on Friday. “Why so early?” asked the mayor.";
/// let found: Vec<_> = sentences(text, QuotePolicy::Split)
///     .map(|sentence| &text[sentence.bytes])
///     .collect();
/// assert_eq!(found, ["Dr. Roe left at 5 p.m. on Friday.", "“Why so early?” asked the mayor."]);
/// ```
pub fn sentences(text: &str, quotes: QuotePolicy) -> Sentences<'_> {
    Sentences { text, whole: true, state: State::new(quotes) }
}

/// Iterator over the sentences of a text; see [`sentences`].
#[derive(Debug, Clone)]
pub struct Sentences<'a> {
    text: &'a str,
    /// Whether the text ends where `text` does; otherwise more of it is to come, and nothing is decided that could depend
    /// on that.
    whole: bool,
    state: State,
}

/// What is known at one place of a text. Positions are byte offsets.
#[derive(Debug, Clone, Copy)]
struct State {
    policy: QuotePolicy,
    /// Bytes before it have been scanned.
    position: usize,
    /// Where the sentence under way begins.
    start: usize,
    /// Where the last sentence that `Split` would begin does: `start`, or under `Keep` a place in an open quotation.
    unit: usize,
    /// Where the first word of that begins, after bullets and opening marks. Both policies so see the same context.
    content: usize,
    /// Text that has yet to come decides where `unit` and `content` are.
    unsettled: bool,
    /// Bytes whose characters have been counted, and the number of characters from the start of the text.
    counted: (usize, usize),
    quotes: Quotes,
    /// The last list item's marker.
    list: Option<Marker>,
    line_start: usize,
    /// Characters of the line before in the same paragraph, as far as they matter.
    previous_line: usize,
    done: bool,
}

impl State {
    fn new(policy: QuotePolicy) -> Self {
        Self {
            policy,
            position: 0,
            start: 0,
            unit: 0,
            content: 0,
            unsettled: true,
            counted: (0, 0),
            quotes: Quotes::default(),
            list: None,
            line_start: 0,
            previous_line: 0,
            done: false,
        }
    }
}

/// A boundary: the end of one sentence and, blanks skipped, the start of the next.
#[derive(Debug, Clone, Copy)]
struct Cut {
    at: usize,
    /// The layout ends the sentence, so a quotation does not hold it together.
    hard: bool,
}

impl Cut {
    fn soft(at: usize) -> Self {
        Self { at, hard: false }
    }
}

impl Iterator for Sentences<'_> {
    type Item = Sentence;

    fn next(&mut self) -> Option<Sentence> {
        if self.state.unsettled {
            self.settle();
        }
        while let Some(cut) = self.next_cut() {
            if let Some(sentence) = self.cut(cut) {
                return Some(sentence);
            }
        }
        None
    }
}

impl FusedIterator for Sentences<'_> {}

impl Sentences<'_> {
    /// The next boundary; none at the end of the text, or as long as more text may change it.
    fn next_cut(&mut self) -> Option<Cut> {
        while !self.state.done {
            let found = next_candidate(self.text.as_bytes(), self.state.position);
            let reached = found.map_or(self.text.len(), |(at, _)| at);
            if let Some(cut) = self.overlong(reached) {
                return Some(cut);
            }
            let Some((at, candidate)) = found.filter(|_| self.whole || reached + AHEAD <= self.text.len()) else {
                self.state.position = reached;
                if !self.whole {
                    return None;
                }
                self.state.done = true;
                return Some(Cut { at: reached, hard: true });
            };
            let cut = match candidate {
                Candidate::Stop => self.stop(at),
                Candidate::Quote => self.quotation_mark(at, '"'),
                Candidate::Bracket => self.bracket(at),
                Candidate::Line => self.line_break(at),
                Candidate::Lead | Candidate::None => self.character(at),
            };
            if cut.is_some() {
                return cut;
            }
        }
        None
    }

    /// The end of a sentence that has become too long without a boundary, if that is before the candidate at `reached`.
    ///
    /// It is never before what has been scanned: the state of lists and quotations is that of the place.
    fn overlong(&mut self, reached: usize) -> Option<Cut> {
        let soft = self.state.unit + LONG;
        if reached <= soft {
            return None;
        }
        let hard = self.text.floor_char_boundary(soft + BLANK).max(self.state.position);
        let from = self.text.floor_char_boundary(soft).max(self.state.position);
        let blank = self.text[from..hard.min(reached)].find(is_blank).map(|offset| from + offset);
        let at = blank.or((reached >= soft + BLANK).then_some(hard))?;
        self.state.position = at;
        Some(Cut { at, hard: true })
    }

    /// Ends the sentence under way at `cut`, if there is anything in it and the policy lets it end there.
    fn cut(&mut self, cut: Cut) -> Option<Sentence> {
        if cut.at <= self.state.start {
            return None;
        }
        let kept = self.state.policy == QuotePolicy::Keep
            && !cut.hard
            && self.state.quotes.open()
            && cut.at - self.state.start < LONG;
        let sentence = (!kept).then(|| {
            let bytes = self.state.start..trim_end(self.text, self.state.start, cut.at);
            let quoted = self.state.quotes.end_sentence(self.text, bytes.end);
            let first = self.count_to(bytes.start);
            let last = self.count_to(bytes.end);
            self.state.start = cut.at;
            Sentence { bytes, chars: first..last, quoted }
        });
        self.state.unit = cut.at;
        self.settle();
        sentence
    }

    /// Finds where the sentence after a boundary begins, and its first word.
    fn settle(&mut self) {
        let unit = skip_blank(self.text, self.state.unit);
        if self.state.start == self.state.unit {
            self.state.start = unit;
            self.state.quotes.begin_sentence(unit);
        }
        self.state.unit = unit;
        // Not past the line, and not without end: a wall of bullets would be read over and over.
        let content = self.text[unit..].char_indices().find(|&(offset, c)| {
            offset >= RUN || is_line_break(c) || !(is_blank(c) || is_bullet(c) || is_opener(c) || is_dash(c))
        });
        self.state.content = content.map_or(self.text.len(), |(offset, _)| unit + offset);
        self.state.unsettled = !self.whole && content.is_none();
    }

    /// Characters before byte `end`; each byte is counted once.
    fn count_to(&mut self, end: usize) -> usize {
        let (from, count) = self.state.counted;
        self.state.counted = (end, count + characters(&self.text[from..end]));
        self.state.counted.1
    }

    fn character(&mut self, at: usize) -> Option<Cut> {
        let c = char_at(self.text, at)?;
        if is_stop(c) || is_wide_stop(c) {
            return self.stop(at);
        }
        if is_line_break(c) {
            return self.line_break(at);
        }
        if is_bullet(c) {
            self.state.position = at + c.len_utf8();
            let begins = at > self.state.content && char_before(self.text, at).is_some_and(is_blank);
            return begins.then(|| Cut::soft(at));
        }
        if is_emoji(c) {
            return self.emoji(at);
        }
        self.quotation_mark(at, c)
    }

    fn quotation_mark(&mut self, at: usize, c: char) -> Option<Cut> {
        self.state.quotes.mark(self.text, at, c);
        self.state.position = at + c.len_utf8();
        None
    }

    /// Emoji that show a mood end a sentence as a stop does, if a capital letter follows.
    fn emoji(&mut self, at: usize) -> Option<Cut> {
        let end = emoji_end(self.text, at);
        self.state.position = end;
        if at <= self.state.content || !self.text[at..end].chars().any(is_mood_emoji) {
            return None;
        }
        let after = After::read(self.text, end);
        after.may_begin_sentence().then(|| Cut::soft(end))
    }

    /// A closing bracket ends the marker of a list item, "2)", or an emoticon, ":-)".
    fn bracket(&mut self, at: usize) -> Option<Cut> {
        let text = self.text;
        self.state.position = at + 1;
        let before = &text[..at];
        let before = before.strip_suffix('-').unwrap_or(before);
        if before.ends_with([':', ';']) {
            let parted = char_before(text, before.len() - 1).is_none_or(is_blank);
            let after = After::read(text, at + 1);
            let ends = parted && after.may_begin_sentence();
            return ends.then(|| Cut::soft(at + 1));
        }
        let before = Before::read(text, at);
        if before.prior == Some('(') {
            return None;
        }
        let marker = Marker::read(before.token, Ending::Bracket)?;
        let after = After::read(text, at + 1);
        if after.gap == Gap::None {
            return None;
        }
        self.item(marker, before.start, after.first)
    }

    /// Notes the marker of a list item at `start`; the item ends the sentence before it when it continues a list.
    fn item(&mut self, marker: Marker, start: usize, first: First) -> Option<Cut> {
        if start == self.state.content {
            self.state.list = Some(marker);
            return None;
        }
        if first == First::Upper && marker.continues(self.state.list) && may_begin_item(self.text, start) {
            self.state.list = Some(marker);
            return Some(Cut::soft(start));
        }
        None
    }

    fn line_break(&mut self, at: usize) -> Option<Cut> {
        let text = self.text;
        let (gap, next) = read_gap(text, at);
        let line = tail(text, at, LINE.min(at - self.state.line_start));
        let inner = line.trim_matches(is_blank);
        let line = Line { text: inner, chars: characters(inner), previous_chars: self.state.previous_line, next };
        self.state.position = next;
        self.state.line_start = next;
        let paragraph = gap == Gap::Paragraph;
        self.state.previous_line = if paragraph { 0 } else { line.chars };
        let ends = paragraph || line.ends_sentence(text);
        if ends || line.is_paragraph() {
            self.state.quotes.end_paragraph(text, at);
        }
        ends.then_some(Cut { at, hard: true })
    }
}

/// The end of the run of emoji at `at`, as far as it is followed.
fn emoji_end(text: &str, at: usize) -> usize {
    text[at..]
        .char_indices()
        .find(|&(offset, c)| offset >= RUN || !is_emoji(c))
        .map_or(text.len(), |(offset, _)| at + offset)
}

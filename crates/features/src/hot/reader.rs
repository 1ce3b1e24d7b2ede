//! From a text to the hashes of its tokens.
//!
//! Tokens of ASCII bytes alone are cut, made alike and hashed eight bytes at a time. Wherever a byte that is not ASCII
//! could matter, the scanner and the normaliser of the plain way are asked, so that both ways see the same tokens.

use crate::hash::{HASH_START, hash_bytes, hash_end, hash_step};
use crate::hot::bytes::{Bytes, first};
use crate::hot::lexicon::{Learn, Lexicon, Word};
use crate::normalize::is_acronym;
use crate::scan::{MAX_RUN, step};
use crate::shapes::after_mark;
use crate::spec::{FeatureSpec, TokenRule};
use crate::tokens::{MAX_TOKEN_BYTES, TEXT_END, TEXT_START};
use crate::vocabulary::Vocabulary;

/// The tokens of one text.
pub(super) struct Reader {
    bytes: Bytes,
    pub lexicon: Lexicon,
    /// Hashes of the normal forms with the two boundaries around them.
    pub surface: Vec<u64>,
    /// The same of the stems. Like the next, of use only if the lexicon is needed.
    pub stems: Vec<u64>,
    /// The same of the shapes, of use only if a block asks for them.
    pub shapes: Vec<u64>,
    /// Whether what is read is inside a quotation.
    quoted: bool,
    /// Where the lexicon has the tokens' character n-grams.
    pub ngrams: Vec<u32>,
}

/// What decides about tokens besides their bytes.
#[derive(Clone, Copy)]
struct Rules<'a> {
    spec: &'a FeatureSpec,
    vocabulary: &'a Vocabulary,
}

impl Reader {
    pub fn new(spec: &FeatureSpec) -> Self {
        Self {
            bytes: Bytes::default(),
            lexicon: Lexicon::new(spec),
            surface: Vec::new(),
            stems: Vec::new(),
            shapes: Vec::new(),
            quoted: false,
            ngrams: Vec::new(),
        }
    }

    /// Replaces the tokens by those of `text`.
    pub fn read(&mut self, text: &str, spec: &FeatureSpec, vocabulary: &Vocabulary) {
        self.lexicon.keep_within_bounds();
        self.bytes.fill(text, spec);
        let (start, end) = (boundary_hash(TEXT_START), boundary_hash(TEXT_END));
        self.surface.clear();
        self.surface.push(start);
        self.stems.clear();
        self.stems.push(start);
        self.shapes.clear();
        self.shapes.push(start);
        self.quoted = false;
        self.ngrams.clear();
        let rules = Rules { spec, vocabulary };
        if self.lexicon.is_needed() {
            self.read_tokens::<true>(text, rules);
        } else {
            self.read_tokens::<false>(text, rules);
        }
        self.surface.push(end);
        self.stems.push(end);
        self.shapes.push(end);
    }

    fn read_tokens<const LEXICON: bool>(&mut self, text: &str, rules: Rules<'_>) {
        let joining = rules.spec.tokens.rule == TokenRule::Words;
        let mut at = 0;
        while at < text.len() {
            let mut end = self.bytes.word_end(at);
            if end == at {
                at = match self.bytes.at(at) {
                    0..=b' ' | 0x7f => at + 1,
                    0x80.. => self.read_any(text, at, rules),
                    mark => self.read_mark::<LEXICON>(mark, text, at, rules),
                };
                continue;
            }
            if rules.spec.normalize.acronyms && matches!(end - at, 2..=3) && is_acronym(&text[at..end]) {
                at = self.read_any(text, at, rules);
                continue;
            }
            let mut next = self.bytes.at(end);
            if next == b' ' {
                self.push_word::<LEXICON>(text, at, end, rules);
                at = end + 1;
                continue;
            }
            while joining && self.joins(at, end) {
                end = self.bytes.word_end(end + 1);
                next = self.bytes.at(end);
            }
            if next.is_ascii() && !(joining && self.is_unclear(end)) {
                self.push_word::<LEXICON>(text, at, end, rules);
                at = end;
            } else {
                at = self.read_any(text, at, rules);
            }
        }
    }

    /// The scanner's rules for the mark behind a word's letters and digits `start..end`, as far as ASCII goes.
    #[inline]
    fn joins(&self, start: usize, end: usize) -> bool {
        let (last, next) = (self.bytes.at(end - 1), self.bytes.at(end + 1));
        match self.bytes.at(end) {
            b'\'' | b'-' => next.is_ascii_alphanumeric(),
            b',' | b':' => last.is_ascii_digit() && next.is_ascii_digit(),
            b'.' if last.is_ascii_digit() => next.is_ascii_digit(),
            b'.' => {
                let second = self.bytes.at(end + 2);
                let alone = end - start == 1 || !self.bytes.at(end - 2).is_ascii_alphabetic();
                alone && next.is_ascii_alphabetic() && second.is_ascii() && !second.is_ascii_alphabetic()
            }
            _ => false,
        }
    }

    /// Whether a character that is not ASCII decides if the word goes on behind the mark at `end`.
    #[inline]
    fn is_unclear(&self, end: usize) -> bool {
        let (mark, next, second) = (self.bytes.at(end), self.bytes.at(end + 1), self.bytes.at(end + 2));
        matches!(mark, b'\'' | b'-' | b',' | b':' | b'.') && !(next.is_ascii() && second.is_ascii())
    }

    /// Adds the ASCII word `start..end`.
    #[inline]
    fn push_word<const LEXICON: bool>(&mut self, text: &str, start: usize, end: usize, rules: Rules<'_>) {
        let kept = end.min(start + MAX_TOKEN_BYTES);
        if kept - start < rules.spec.tokens.min_chars {
            return;
        }
        let mut state = HASH_START;
        let mut at = start;
        while kept - at > 8 {
            state = hash_step(state, self.bytes.eight(at));
            at += 8;
        }
        let hash = hash_end(state, first(self.bytes.eight(at), kept - at), kept - start);
        self.push::<LEXICON>(hash, &text[start..end], true, rules);
    }

    /// Adds a run of one ASCII mark and says where to go on.
    #[inline]
    fn read_mark<const LEXICON: bool>(&mut self, mark: u8, text: &str, at: usize, rules: Rules<'_>) -> usize {
        let mut end = at + 1;
        while self.bytes.at(end) == mark {
            end += 1;
        }
        if rules.spec.tokens.marks {
            let length = (end - at).min(MAX_RUN);
            let hash = if mark == b'-' && length > 1 && rules.spec.normalize.punctuation {
                hash_bytes("—".as_bytes())
            } else {
                hash_end(HASH_START, first(u64::from(mark) * 0x01_01_01, length), length)
            };
            self.quoted = after_mark(self.quoted, &text[at..end]);
            self.push::<LEXICON>(hash, &text[at..at + length], false, rules);
        }
        end
    }

    /// Adds an ASCII token by the hash of its normal form.
    #[inline]
    fn push<const LEXICON: bool>(&mut self, hash: u64, raw: &str, is_word: bool, rules: Rules<'_>) {
        self.surface.push(hash);
        if LEXICON {
            let Rules { spec, vocabulary } = rules;
            let word = self.lexicon.word(hash, || Learn { raw, is_word, spec, vocabulary });
            self.push_learnt(word, raw);
        }
    }

    /// Adds what the lexicon knows of a token whose normal form has been added.
    #[inline]
    fn push_learnt(&mut self, word: Word, raw: &str) {
        self.stems.push(word.stem);
        self.ngrams.push(word.ngrams);
        if self.lexicon.has_shapes {
            let capital = self.shapes.len() > 1 && raw.starts_with(char::is_uppercase);
            self.shapes.push(self.lexicon.shape(word, self.quoted, capital));
        }
    }

    /// Adds whatever stands at `at`, by the scanner and the normaliser, and says where to go on.
    #[inline(never)]
    fn read_any(&mut self, text: &str, at: usize, rules: Rules<'_>) -> usize {
        let Rules { spec, vocabulary } = rules;
        let Some(step) = step(text, at, &spec.tokens) else {
            return text.len();
        };
        if !step.raw.is_empty() {
            let (raw, is_word) = (&text[step.raw], step.is_word);
            let word = self.lexicon.word(raw_key(raw), || Learn { raw, is_word, spec, vocabulary });
            if !is_word {
                self.quoted = after_mark(self.quoted, raw);
            }
            if word.kept {
                self.surface.push(word.surface);
                self.push_learnt(word, raw);
            }
        }
        step.next
    }
}

/// The lexicon's key of a token that may be anything. ASCII tokens are kept apart from those whose normal form is known:
/// theirs is not.
fn raw_key(raw: &str) -> u64 {
    !hash_bytes(raw.as_bytes())
}

fn boundary_hash(boundary: char) -> u64 {
    hash_bytes(boundary.encode_utf8(&mut [0; 4]).as_bytes())
}

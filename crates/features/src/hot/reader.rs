//! From a text to the hashes of its tokens.
//!
//! Tokens of ASCII bytes are cut, made alike and hashed sixteen bytes at a time. What stands between white space and is
//! not all ASCII is cut by the scanner and made alike by the normaliser of the plain way, so that both ways see the same
//! tokens; the lexicon remembers what came out.

use crate::hash::{HASH_START, hash_bytes, hash_end, hash_step};
use crate::hot::bytes::{BLOCK, Bytes, first};
use crate::hot::cuts::Cutter;
use crate::hot::lexicon::{Learn, Lexicon, Word};
use crate::normalize::is_acronym;
use crate::scan::MAX_RUN;
use crate::shapes::after_mark;
use crate::spec::{FeatureSpec, Form};
use crate::tokens::{MAX_TOKEN_BYTES, TEXT_END, TEXT_START};
use crate::vocabulary::Vocabulary;

/// The tokens of one text.
pub(super) struct Reader {
    bytes: Bytes,
    cutter: Cutter,
    pub lexicon: Lexicon,
    /// Hashes of the normal forms with the two boundaries around them.
    surface: Vec<u64>,
    /// The same of the stems. Like the next, of use only if the lexicon is needed.
    stems: Vec<u64>,
    /// The same of the shapes, of use only if a block asks for them.
    shapes: Vec<u64>,
    /// Whether what is read is inside a quotation.
    quoted: bool,
    /// The numbers of the tokens in the lexicon.
    pub words: Vec<u32>,
}

/// What decides about tokens besides their bytes.
#[derive(Clone, Copy)]
pub(super) struct Rules<'a> {
    pub spec: &'a FeatureSpec,
    pub vocabulary: &'a Vocabulary,
}

impl Reader {
    pub fn new(spec: &FeatureSpec) -> Self {
        Self {
            bytes: Bytes::default(),
            cutter: Cutter::default(),
            lexicon: Lexicon::new(spec),
            surface: Vec::new(),
            stems: Vec::new(),
            shapes: Vec::new(),
            quoted: false,
            words: Vec::new(),
        }
    }

    /// Replaces the tokens by those of `text`.
    pub fn read(&mut self, text: &str, rules: Rules<'_>) {
        self.lexicon.keep_within_bounds();
        self.cutter.cut(text, &mut self.bytes, rules.spec);
        let (start, end) = (boundary_hash(TEXT_START), boundary_hash(TEXT_END));
        for tokens in [&mut self.surface, &mut self.stems, &mut self.shapes] {
            tokens.clear();
            tokens.push(start);
        }
        self.quoted = false;
        self.words.clear();
        if self.lexicon.is_needed() {
            self.read_tokens::<true>(text, rules);
        } else {
            self.read_tokens::<false>(text, rules);
        }
        self.surface.push(end);
        self.stems.push(end);
        self.shapes.push(end);
    }

    /// The hashes of the tokens in one form, with the two boundaries around them.
    pub fn tokens(&self, form: Form) -> &[u64] {
        match form {
            Form::Surface => &self.surface,
            Form::Stem => &self.stems,
            Form::Shape => &self.shapes,
        }
    }

    fn read_tokens<const LEXICON: bool>(&mut self, text: &str, rules: Rules<'_>) {
        for block in 0..self.cutter.cuts.len() {
            let cuts = self.cutter.cuts[block];
            let mut starts = cuts.starts;
            while starts != 0 {
                let bit = starts.trailing_zeros();
                starts &= starts - 1;
                let start = BLOCK * block + bit as usize;
                if is_set(cuts.special, bit) {
                    self.read_special::<LEXICON>(text, block, bit, rules);
                    continue;
                }
                let end = self.cutter.end(block, bit, cuts.rest);
                let length = end - start;
                if length < rules.spec.tokens.min_chars && is_set(cuts.words, bit) {
                    continue;
                }
                let hash = if length <= 16 {
                    hash_end(HASH_START, first(self.bytes.sixteen(start), length), length)
                } else {
                    self.hash_long(start, length)
                };
                self.surface.push(hash);
                if LEXICON {
                    self.push_known(hash, &text[start..end], is_set(cuts.words, bit), rules);
                }
            }
        }
    }

    /// The hash of a word of more than sixteen bytes.
    #[cold]
    fn hash_long(&self, start: usize, length: usize) -> u64 {
        let length = length.min(MAX_TOKEN_BYTES);
        let (mut state, mut at) = (HASH_START, start);
        while start + length - at > 16 {
            state = hash_step(state, self.bytes.sixteen(at));
            at += 16;
        }
        hash_end(state, first(self.bytes.sixteen(at), start + length - at), length)
    }

    /// Adds what the lexicon knows of an ASCII token, by the hash of its normal form.
    #[inline]
    fn push_known(&mut self, hash: u64, raw: &str, is_word: bool, rules: Rules<'_>) {
        let word = self.lexicon.word(hash, || Learn { raw, is_word, rules });
        self.push_learnt(&word, raw.as_bytes()[0].is_ascii_uppercase());
        self.quoted = word.quoted_behind[usize::from(self.quoted)];
    }

    /// Adds what the lexicon knows of a token whose normal form has been added.
    #[inline]
    fn push_learnt(&mut self, word: &Word, capital: bool) {
        self.stems.push(word.stem);
        self.words.push(word.number);
        let capital = capital && self.shapes.len() > 1;
        self.shapes.push(word.shapes[usize::from(self.quoted) * 2 + usize::from(capital)]);
    }

    /// Adds the tokens that start with a special byte.
    #[inline(never)]
    fn read_special<const LEXICON: bool>(&mut self, text: &str, block: usize, bit: u32, rules: Rules<'_>) {
        let cuts = self.cutter.cuts[block];
        let start = BLOCK * block + bit as usize;
        if is_set(cuts.chunks, bit) {
            self.read_chunk::<LEXICON>(&text[start..self.cutter.chunk_end(start)], rules);
            return;
        }
        let raw = &text[start..self.cutter.end(block, bit, cuts.rest)];
        let is_word = is_set(cuts.words, bit);
        if !is_word {
            let kept = &raw[..raw.len().min(MAX_RUN)];
            let is_dash = kept.len() > 1 && kept.starts_with('-') && rules.spec.normalize.punctuation;
            let hash = hash_bytes(if is_dash { "—".as_bytes() } else { kept.as_bytes() });
            self.surface.push(hash);
            if LEXICON {
                let quoted = after_mark(self.quoted, raw);
                self.push_known(hash, kept, false, rules);
                self.quoted = quoted;
            }
            return;
        }
        if raw.len() < rules.spec.tokens.min_chars {
            return;
        }
        let hash = if is_acronym(raw) {
            hash_bytes(raw.as_bytes())
        } else if raw.len() <= 16 {
            hash_end(HASH_START, first(self.bytes.sixteen(start), raw.len()), raw.len())
        } else {
            self.hash_long(start, raw.len())
        };
        self.surface.push(hash);
        if LEXICON {
            self.push_known(hash, raw, true, rules);
        }
    }

    /// Adds the tokens of a chunk that is not all ASCII.
    fn read_chunk<const LEXICON: bool>(&mut self, chunk: &str, rules: Rules<'_>) {
        for at in self.lexicon.chunk(chunk, rules) {
            let piece = self.lexicon.piece(at);
            self.surface.push(piece.surface);
            if LEXICON {
                self.quoted = piece.quoted_behind[usize::from(self.quoted)];
                self.push_learnt(&self.lexicon.word_of(piece), piece.capital);
            }
        }
    }
}

#[inline]
fn is_set(bits: u64, bit: u32) -> bool {
    (bits >> bit) & 1 == 1
}

fn boundary_hash(boundary: char) -> u64 {
    hash_bytes(boundary.encode_utf8(&mut [0; 4]).as_bytes())
}

//! From a text to the hashes of its tokens.
//!
//! Tokens of ASCII bytes are cut, made alike and hashed sixteen bytes at a time. What stands between white space and is
//! not all ASCII is cut by the scanner and made alike by the normaliser of the plain way, so that both ways see the same
//! tokens; the lexicon remembers what came out.

use crate::hash::{HASH_START, hash_bytes, hash_end, hash_step};
use crate::hot::bytes::{BLOCK, Bytes, first, halves};
use crate::hot::cuts::{Cutter, Starts};
use crate::hot::lexicon::{Learn, Lexicon, Word};
use crate::hot::tokens::{KEPT, Tokens};
use crate::normalize::is_acronym;
use crate::scan::MAX_RUN;
use crate::shapes::after_mark;
use crate::spec::{FeatureSpec, Form};
use crate::tokens::{MAX_TOKEN_BYTES, TEXT_END, TEXT_START};
use crate::vocabulary::Vocabulary;

/// Bytes that are hashed in one step.
const SHORT: usize = 16;

/// The tokens of some texts.
pub(super) struct Reader {
    bytes: Bytes,
    cutter: Cutter,
    /// The tokens of the block that is being read, and their hashes if they are short.
    starts: Starts,
    hashes: [u64; BLOCK],
    pub lexicon: Lexicon,
    /// Hashes of the normal forms with the two boundaries around them.
    surface: Tokens,
    /// The same of the stems. Like the next, of use only if the lexicon is needed.
    stems: Tokens,
    /// The same of the shapes, of use only if a block asks for them.
    shapes: Tokens,
    /// Whether what is read is inside a quotation.
    quoted: bool,
    /// The numbers of the tokens in the lexicon, of one text after the other.
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
            starts: Starts::default(),
            hashes: [0; BLOCK],
            lexicon: Lexicon::new(spec),
            surface: Tokens::default(),
            stems: Tokens::default(),
            shapes: Tokens::default(),
            quoted: false,
            words: Vec::new(),
        }
    }

    /// Forgets all texts, and gives back what very long ones took.
    pub fn clear(&mut self) {
        self.lexicon.keep_within_bounds();
        self.bytes.give_back();
        self.cutter.give_back();
        [&mut self.surface, &mut self.stems, &mut self.shapes].into_iter().for_each(Tokens::clear);
        self.words.clear();
        self.words.shrink_to(KEPT);
    }

    /// Adds the tokens of a text.
    pub fn read(&mut self, text: &str, rules: Rules<'_>) {
        self.cutter.cut(text, &mut self.bytes, rules.spec);
        let (start, end) = (boundary_hash(TEXT_START), boundary_hash(TEXT_END));
        for tokens in [&mut self.surface, &mut self.stems, &mut self.shapes] {
            tokens.begin(start);
        }
        self.quoted = false;
        if self.lexicon.is_needed() {
            self.read_tokens::<true>(text, rules);
        } else {
            self.read_tokens::<false>(text, rules);
        }
        self.surface.push(end);
        self.stems.push(end);
        self.shapes.push(end);
    }

    /// The hashes of a text's tokens in one form, with the two boundaries around them.
    pub fn tokens(&self, form: Form, text: usize) -> &[u64] {
        match form {
            Form::Surface => self.surface.of(text),
            Form::Stem => self.stems.of(text),
            Form::Shape => self.shapes.of(text),
        }
    }

    fn read_tokens<const LEXICON: bool>(&mut self, text: &str, rules: Rules<'_>) {
        let min_chars = rules.spec.tokens.min_chars;
        for number in 0..self.cutter.blocks() {
            let bytes = self.bytes.block_and_sixteen(number);
            let mut some_long = false;
            let block = self.cutter.next(number, &mut self.starts, |place, bit, length| {
                let start = bit as usize % BLOCK;
                let sixteen = bytes[start..start + 16].first_chunk().expect("a range of 16 has 16 bytes");
                self.hashes[place] = hash_end(HASH_START, first(halves(sixteen), length.min(SHORT)), length);
                some_long |= length > SHORT;
            });
            let len = self.starts.len;
            if !(LEXICON || some_long || block.any_special()) && min_chars <= 1 {
                self.surface.extend(&self.hashes[..len]);
                continue;
            }
            for place in 0..len {
                let (bit, length) = (self.starts.bits[place], self.starts.lengths[place]);
                let start = BLOCK * number + usize::from(bit);
                if block.is_special(bit) {
                    if block.is_chunk(bit) {
                        self.read_chunk::<LEXICON>(&text[start..self.cutter.chunk_end(start)], rules);
                    } else {
                        self.read_special::<LEXICON>(&text[start..start + length], start, block.is_word(bit), rules);
                    }
                    continue;
                }
                if length < min_chars && block.is_word(bit) {
                    continue;
                }
                let hash = if length <= SHORT { self.hashes[place] } else { self.hash_long(start, length) };
                self.surface.push(hash);
                if LEXICON {
                    let is_word = block.is_word(bit);
                    let learn = || Learn { raw: &text[start..start + length], is_word, rules };
                    self.push_known(hash, text.as_bytes()[start], learn);
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

    /// Adds what the lexicon knows of an ASCII token, by the hash of its normal form, or learns now.
    #[inline]
    fn push_known<'a>(&mut self, hash: u64, first: u8, learn: impl FnOnce() -> Learn<'a>) {
        let word = self.lexicon.word(hash, learn);
        self.push_learnt(&word, first.is_ascii_uppercase());
        self.quoted = word.quoted_behind[usize::from(self.quoted)];
    }

    /// Adds what the lexicon knows of a token whose normal form has been added.
    #[inline]
    fn push_learnt(&mut self, word: &Word, capital: bool) {
        self.stems.push(word.stem);
        self.words.push(word.number);
        let capital = capital && !self.shapes.is_at_start();
        self.shapes.push(word.shapes[usize::from(self.quoted) * 2 + usize::from(capital)]);
    }

    /// Adds a token that is a run of a mark or perhaps an acronym, and where it starts.
    #[inline(never)]
    fn read_special<const LEXICON: bool>(&mut self, raw: &str, start: usize, is_word: bool, rules: Rules<'_>) {
        if !is_word {
            let kept = &raw[..raw.len().min(MAX_RUN)];
            let is_dash = kept.len() > 1 && kept.starts_with('-') && rules.spec.normalize.punctuation;
            let hash = hash_bytes(if is_dash { "—".as_bytes() } else { kept.as_bytes() });
            self.surface.push(hash);
            if LEXICON {
                let quoted = after_mark(self.quoted, raw);
                self.push_known(hash, kept.as_bytes()[0], || Learn { raw: kept, is_word: false, rules });
                self.quoted = quoted;
            }
            return;
        }
        if raw.len() < rules.spec.tokens.min_chars {
            return;
        }
        let hash = if is_acronym(raw) {
            hash_bytes(raw.as_bytes())
        } else if raw.len() <= SHORT {
            hash_end(HASH_START, first(self.bytes.sixteen(start), raw.len()), raw.len())
        } else {
            self.hash_long(start, raw.len())
        };
        self.surface.push(hash);
        if LEXICON {
            self.push_known(hash, raw.as_bytes()[0], || Learn { raw, is_word: true, rules });
        }
    }

    /// Adds the tokens of a chunk that is not all ASCII.
    #[inline(never)]
    fn read_chunk<const LEXICON: bool>(&mut self, chunk: &str, rules: Rules<'_>) {
        for at in self.lexicon.chunk(chunk, rules) {
            let piece = self.lexicon.piece(at);
            self.surface.push(piece.surface);
            if LEXICON {
                self.quoted = piece.quoted_behind[usize::from(self.quoted)];
                let (raw, is_word) = (&chunk[piece.start..piece.end], piece.is_word);
                let word = self.lexicon.word(piece.key, || Learn { raw, is_word, rules });
                self.push_learnt(&word, piece.capital);
            }
        }
    }
}

fn boundary_hash(boundary: char) -> u64 {
    hash_bytes(boundary.encode_utf8(&mut [0; 4]).as_bytes())
}

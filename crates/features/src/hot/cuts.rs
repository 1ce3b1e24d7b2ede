//! Where the tokens of a text start and go on, 64 bytes at a time.
//!
//! What belongs together is found for all bytes of a block at once, by shifting its classes past each other. Only what is
//! rare is looked at one by one: marks between two word characters, runs of one mark, characters that are not ASCII.

use crate::hot::bytes::{BLOCK, Bytes, Classes};
use crate::hot::tokens::KEPT;
use crate::spec::{FeatureSpec, TokenRule};

/// Bit i of each number is about byte i of a block.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Cuts {
    /// First bytes of tokens, and of chunks that hold characters that are not ASCII.
    starts: u64,
    /// Bytes of tokens behind their first.
    rest: u64,
    /// Bytes of words, marks that join their halves among them.
    words: u64,
    /// First bytes of what is rare: chunks, runs of a mark, what may be an acronym. Of no meaning at other places.
    special: u64,
    /// First bytes of chunks: what stands between white space if not all of it is ASCII.
    chunks: u64,
}

/// The tokens and chunks that start in one block. Those behind `len` are of another.
pub(super) struct Starts {
    pub len: usize,
    /// Their places in the block.
    pub bits: [u8; BLOCK],
    /// How many bytes a token has; see [`Cutter::chunk_end`].
    pub lengths: [usize; BLOCK],
    /// The bytes of the block before that are of tokens; none once a text is read, since a byte stands behind its last.
    last: u64,
    /// Whether a token of an earlier block has its end here or later; not so once a text is read.
    open: bool,
}

impl Default for Starts {
    fn default() -> Self {
        Self { len: 0, bits: [0; BLOCK], lengths: [0; BLOCK], last: 0, open: false }
    }
}

impl Cuts {
    /// Whether what starts at a bit is a word.
    #[inline]
    pub fn is_word(&self, bit: u8) -> bool {
        is_set(self.words, bit)
    }

    /// Whether it is a chunk, a run of a mark or perhaps an acronym.
    #[inline]
    pub fn is_special(&self, bit: u8) -> bool {
        is_set(self.special, bit)
    }

    /// Whether one of all that start in the block is.
    #[inline]
    pub fn any_special(&self) -> bool {
        self.special & self.starts != 0
    }

    pub fn is_chunk(&self, bit: u8) -> bool {
        is_set(self.chunks, bit)
    }
}

#[inline]
fn is_set(bits: u64, bit: u8) -> bool {
    (bits >> (bit % 64)) & 1 == 1
}

/// The cuts of one text.
#[derive(Default)]
pub(super) struct Cutter {
    classes: Vec<Classes>,
    cuts: Vec<Cuts>,
}

impl Cutter {
    /// Forgets a very long text, and gives back what it took.
    pub fn give_back(&mut self) {
        if self.classes.len() > KEPT / BLOCK {
            *self = Self::default();
        }
    }

    /// Replaces the cuts by those of `text`, which goes into `bytes`.
    pub fn cut(&mut self, text: &str, bytes: &mut Bytes, spec: &FeatureSpec) {
        bytes.fill(text, spec, &mut self.classes);
        self.cuts.clear();
        self.cuts.reserve(self.classes.len());
        let joining = matches!(spec.tokens.rule, TokenRule::Words | TokenRule::Parts);
        let hyphens = spec.tokens.rule == TokenRule::Words;
        let (mut last_words, mut last_marks, mut foreign) = (0, 0, 0);
        for (block, classes) in self.classes.iter().enumerate() {
            let next = self.classes.get(block + 1).copied().unwrap_or_default();
            let (mut words, mut marks) = (classes.words, classes.visible & !classes.words & !classes.foreign);
            if joining {
                let mut between = marks & behind(words, last_words) & before(words, next.words);
                while between != 0 {
                    let at = BLOCK * block + between.trailing_zeros() as usize;
                    words |= u64::from(joins(bytes, at, hyphens)) << (at % BLOCK);
                    between &= between - 1;
                }
                marks &= !words;
            }
            if !spec.tokens.marks {
                marks = 0;
            }
            let mut special = 0;
            let mut same = marks & behind(marks, last_marks);
            let mut pairs = same;
            while pairs != 0 {
                let at = BLOCK * block + pairs.trailing_zeros() as usize;
                if bytes.at(at) != bytes.at(at - 1) {
                    same &= !(1 << (at % BLOCK));
                } else if at.is_multiple_of(BLOCK) {
                    self.cuts[block - 1].special |= 1 << (BLOCK - 1);
                } else {
                    special |= 1 << (at % BLOCK - 1);
                }
                pairs &= pairs - 1;
            }
            let inside = words & behind(words, last_words);
            let starts = (words ^ inside) | (marks ^ same);
            if spec.normalize.acronyms {
                special |= starts & words & classes.capitals & before(classes.capitals, next.capitals);
            }
            self.cuts.push(Cuts { starts, rest: inside | same, words, special, chunks: 0 });
            (last_words, last_marks) = (words, marks);
            foreign |= classes.foreign;
        }
        if foreign != 0 {
            self.cut_chunks();
        }
    }

    /// Makes one token of each chunk that is not all ASCII.
    fn cut_chunks(&mut self) {
        let mut block = 0;
        while let Some(classes) = self.classes.get(block) {
            if classes.foreign == 0 {
                block += 1;
                continue;
            }
            let at = BLOCK * block + classes.foreign.trailing_zeros() as usize;
            let (start, end) = (self.chunk_start(at), self.chunk_end(at));
            for block in start / BLOCK..=end / BLOCK {
                let range = bits_in(block, start, end);
                self.cuts[block].starts &= !range;
                self.cuts[block].rest &= !range;
                self.cuts[block].special &= !range;
                self.classes[block].foreign &= !range;
            }
            let (first, bit) = (&mut self.cuts[start / BLOCK], 1 << (start % BLOCK));
            first.starts |= bit;
            first.special |= bit;
            first.chunks |= bit;
        }
    }

    /// Where the run of visible characters around `at` starts.
    fn chunk_start(&self, at: usize) -> usize {
        let mut block = at / BLOCK;
        let mut hidden = !self.classes[block].visible & bits_in(block, 0, at);
        while hidden == 0 && block > 0 {
            block -= 1;
            hidden = !self.classes[block].visible;
        }
        BLOCK * block + BLOCK - hidden.leading_zeros() as usize
    }

    /// Where it ends.
    pub fn chunk_end(&self, at: usize) -> usize {
        let mut block = at / BLOCK;
        let mut hidden = !self.classes[block].visible & (u64::MAX << (at % BLOCK));
        while hidden == 0 {
            // Behind the text is a zero, which is not visible.
            block += 1;
            hidden = !self.classes[block].visible;
        }
        BLOCK * block + hidden.trailing_zeros() as usize
    }

    pub fn blocks(&self) -> usize {
        self.cuts.len()
    }

    /// Replaces what was found in the block before by what starts in a block, and calls `each` with place, bit and length of each.
    #[inline]
    pub fn next(&self, number: usize, found: &mut Starts, mut each: impl FnMut(usize, u32, usize)) -> Cuts {
        let block = self.cuts[number];
        let bytes = block.starts | block.rest;
        let (mut starts, mut ends) = (block.starts, behind(bytes, found.last) & !block.rest);
        found.last = bytes;
        if found.open && ends != 0 {
            ends &= ends - 1;
            found.open = false;
        }
        let mut len = 0;
        while ends != 0 && starts != 0 {
            let bit = starts.trailing_zeros();
            let length = (ends.trailing_zeros() - bit) as usize;
            (found.bits[len % BLOCK], found.lengths[len % BLOCK]) = (bit as u8, length);
            each(len % BLOCK, bit, length);
            len += 1;
            starts &= starts - 1;
            ends &= ends - 1;
        }
        if starts != 0 {
            let bit = starts.trailing_zeros();
            let length = self.end_in_a_later_block(number) - bit as usize;
            (found.bits[len % BLOCK], found.lengths[len % BLOCK]) = (bit as u8, length);
            each(len % BLOCK, bit, length);
            found.open = true;
            len += 1;
        }
        found.len = len;
        block
    }

    /// Where a token that does not end in its block ends, seen from the block's first byte.
    #[cold]
    fn end_in_a_later_block(&self, number: usize) -> usize {
        // The byte behind the text is of no token.
        let behind = self.cuts[number + 1..].iter().position(|block| block.rest != u64::MAX);
        let further = 1 + behind.expect("the text ends");
        BLOCK * further + (!self.cuts[number + further].rest).trailing_zeros() as usize
    }
}

#[inline]
fn behind(class: u64, last: u64) -> u64 {
    (class << 1) | (last >> 63)
}

/// The bits before those of a class. `next` is the class in the block behind.
#[inline]
fn before(class: u64, next: u64) -> u64 {
    (class >> 1) | (next << 63)
}

/// The bits of a block that stand for places in `start..end`.
fn bits_in(block: usize, start: usize, end: usize) -> u64 {
    let place = |at: usize| at.saturating_sub(BLOCK * block).min(BLOCK) as u32;
    let below = |place: u32| 1_u64.checked_shl(place).map_or(u64::MAX, |bit| bit - 1);
    below(place(end)) & !below(place(start))
}

/// The scanner's rules for a mark between two ASCII letters or digits, as far as ASCII goes.
fn joins(bytes: &Bytes, at: usize, hyphens: bool) -> bool {
    let (last, next) = (bytes.at(at - 1), bytes.at(at + 1));
    match bytes.at(at) {
        b'-' => hyphens,
        b'\'' => true,
        b',' | b':' => last.is_ascii_digit() && next.is_ascii_digit(),
        b'.' if last.is_ascii_digit() => next.is_ascii_digit(),
        b'.' => {
            let alone = at == 1 || !bytes.at(at - 2).is_ascii_alphabetic();
            alone && next.is_ascii_alphabetic() && !bytes.at(at + 2).is_ascii_alphabetic()
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::step;
    use crate::spec::TokenSpec;
    use proptest::prelude::*;

    /// Start and end of each token and chunk, the block that it starts in, and where.
    fn all(cutter: &Cutter) -> Vec<(usize, usize, Cuts, u8)> {
        let mut starts = Starts::default();
        let mut all = Vec::new();
        for number in 0..cutter.blocks() {
            let block = cutter.next(number, &mut starts, |_, _, _| ());
            for (&bit, &length) in starts.bits.iter().zip(&starts.lengths).take(starts.len) {
                let start = BLOCK * number + usize::from(bit);
                all.push((start, start + length, block, bit));
            }
        }
        all
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn tokens_of_ascii_are_those_of_the_scanner(
            text in "([a-cA-C3]{1,4}|[-'.,:!_ ]{1,2}|[a-z]{50,80}|[.]{60,70}){0,60}",
            rule in 0..4usize,
            marks: bool,
        ) {
            let rule = [TokenRule::Words, TokenRule::Parts, TokenRule::Alphanumeric, TokenRule::Whitespace][rule];
            let tokens = TokenSpec { rule, marks, ..TokenSpec::default() };
            let spec = FeatureSpec { tokens, ..FeatureSpec::default() };
            let (mut bytes, mut cutter) = (Bytes::default(), Cutter::default());
            cutter.cut(&"é before".repeat(20), &mut bytes, &spec);
            cutter.cut(&text, &mut bytes, &spec);
            let mut found = Vec::new();
            for (start, end, block, bit) in all(&cutter) {
                found.push((start, end, block.is_word(bit)));
            }
            let mut expected = Vec::new();
            let mut at = 0;
            while let Some(step) = step(&text, at, &spec.tokens) {
                if !step.raw.is_empty() {
                    expected.push((at, step.end, step.is_word));
                }
                at = step.next;
            }
            prop_assert_eq!(found, expected);
        }

        #[test]
        fn chunks_that_are_not_ascii_stand_between_white_space(text in "([ab.]{0,70}|é{0,40}|[ \n])*") {
            let spec = FeatureSpec::default();
            let (mut bytes, mut cutter) = (Bytes::default(), Cutter::default());
            cutter.cut(&text, &mut bytes, &spec);
            let mut found = Vec::new();
            for (start, _, block, bit) in all(&cutter) {
                if block.is_chunk(bit) {
                    found.push(&text[start..cutter.chunk_end(start)]);
                }
            }
            let expected: Vec<&str> = text.split([' ', '\n']).filter(|chunk| !chunk.is_ascii()).collect();
            prop_assert_eq!(found, expected);
        }
    }
}

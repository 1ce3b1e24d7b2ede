//! Where the tokens of a text start and go on, 64 bytes at a time.
//!
//! What belongs together is found for all bytes of a block at once, by shifting its classes past each other. Only what is
//! rare is looked at one by one: marks between two word characters, runs of one mark, characters that are not ASCII.

use crate::hot::bytes::{BLOCK, Bytes, Classes};
use crate::spec::{FeatureSpec, TokenRule};

/// Bit i of each number is about byte i of a block.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Cuts {
    /// First bytes of tokens, and of chunks that hold characters that are not ASCII.
    pub starts: u64,
    /// Bytes of tokens behind their first.
    pub rest: u64,
    /// Bytes of words, marks that join their halves among them.
    pub words: u64,
    /// First bytes of what is rare: chunks, runs of a mark, what may be an acronym. Of no meaning at other places.
    pub special: u64,
    /// First bytes of chunks: what stands between white space if not all of it is ASCII.
    pub chunks: u64,
}

/// The cuts of one text.
#[derive(Default)]
pub(super) struct Cutter {
    classes: Vec<Classes>,
    pub cuts: Vec<Cuts>,
}

impl Cutter {
    /// Replaces the cuts by those of `text`, which goes into `bytes`.
    pub fn cut(&mut self, text: &str, bytes: &mut Bytes, spec: &FeatureSpec) {
        bytes.fill(text, spec, &mut self.classes);
        self.cuts.clear();
        self.cuts.reserve(self.classes.len());
        let joining = spec.tokens.rule == TokenRule::Words;
        let (mut last_words, mut last_marks, mut foreign) = (0, 0, 0);
        for (block, classes) in self.classes.iter().enumerate() {
            let next = self.classes.get(block + 1).copied().unwrap_or_default();
            let (mut words, mut marks) = (classes.words, classes.visible & !classes.words & !classes.foreign);
            if joining {
                let mut between = marks & behind(words, last_words) & before(words, next.words);
                while between != 0 {
                    let at = BLOCK * block + between.trailing_zeros() as usize;
                    words |= u64::from(joins(bytes, at)) << (at % BLOCK);
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

    /// Where the token ends whose first byte is at `bit` of `block`, which has this `rest`.
    #[inline]
    pub fn end(&self, block: usize, bit: u32, rest: u64) -> usize {
        let after = (!rest >> bit) >> 1;
        if after != 0 {
            return BLOCK * block + (bit + 1 + after.trailing_zeros()) as usize;
        }
        self.end_in_a_later_block(block)
    }

    #[cold]
    fn end_in_a_later_block(&self, mut block: usize) -> usize {
        loop {
            // The byte behind the text is of no token.
            block += 1;
            let after = !self.cuts[block].rest;
            if after != 0 {
                return BLOCK * block + after.trailing_zeros() as usize;
            }
        }
    }
}

/// The bits behind those of a class. `last` is the class in the block before.
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
fn joins(bytes: &Bytes, at: usize) -> bool {
    let (last, next) = (bytes.at(at - 1), bytes.at(at + 1));
    match bytes.at(at) {
        b'\'' | b'-' => true,
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

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn tokens_of_ascii_are_those_of_the_scanner(
            text in "([a-cA-C3]{1,4}|[-'.,:!_ ]{1,2}|[a-z]{50,80}|[.]{60,70}){0,60}",
            rule in 0..3usize,
            marks: bool,
        ) {
            let rule = [TokenRule::Words, TokenRule::Alphanumeric, TokenRule::Whitespace][rule];
            let tokens = TokenSpec { rule, marks, ..TokenSpec::default() };
            let spec = FeatureSpec { tokens, ..FeatureSpec::default() };
            let (mut bytes, mut cutter) = (Bytes::default(), Cutter::default());
            cutter.cut(&"é before".repeat(20), &mut bytes, &spec);
            cutter.cut(&text, &mut bytes, &spec);
            let mut found = Vec::new();
            for (block, cuts) in cutter.cuts.iter().enumerate() {
                for bit in (0..64).filter(|bit| (cuts.starts >> bit) & 1 == 1) {
                    let is_word = (cuts.words >> bit) & 1 == 1;
                    found.push((BLOCK * block + bit as usize, cutter.end(block, bit, cuts.rest), is_word));
                }
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
            for (block, cuts) in cutter.cuts.iter().enumerate() {
                for bit in (0..64).filter(|bit| (cuts.chunks >> bit) & 1 == 1) {
                    let at = BLOCK * block + bit;
                    found.push(&text[at..cutter.chunk_end(at)]);
                }
            }
            let expected: Vec<&str> = text.split([' ', '\n']).filter(|chunk| !chunk.is_ascii()).collect();
            prop_assert_eq!(found, expected);
        }
    }
}

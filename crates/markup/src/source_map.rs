//! A text put together from pieces of a source, and where each piece comes from.

use std::ops::Range;

/// Characters of the source are counted anew from every so many bytes.
const STEP: usize = 1024;

/// A stretch of the text that stands somewhere in the source.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Piece {
    text: Range<usize>,
    source: Range<usize>,
    /// Whether the text is the source's, byte for byte; otherwise all of it stands for all of that.
    verbatim: bool,
}

/// What separates that which comes next from that which is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Gap {
    None,
    Blank,
    Line,
    Paragraph,
}

/// Puts a text together. Runs of white space become one blank, or the line or paragraph break that is due.
#[derive(Debug)]
pub(super) struct Builder<'a> {
    source: &'a str,
    text: String,
    pieces: Vec<Piece>,
    gap: Gap,
}

impl<'a> Builder<'a> {
    pub fn new(source: &'a str) -> Self {
        Self { source, text: String::new(), pieces: Vec::new(), gap: Gap::None }
    }

    /// What comes next is at least so far from what is there.
    pub fn separate(&mut self, gap: Gap) {
        self.gap = self.gap.max(gap);
    }

    /// Adds a stretch of the source; line breaks in it stay if `lines` are to be kept.
    pub fn verbatim(&mut self, range: Range<usize>, lines: bool) {
        let blank = |byte: u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'\x0c');
        let bytes = &self.source.as_bytes()[..range.end];
        let mut at = range.start;
        while at < range.end {
            if blank(bytes[at]) {
                let kept = lines && bytes[at] == b'\n';
                self.separate(if !kept {
                    Gap::Blank
                } else if self.gap == Gap::Line {
                    Gap::Paragraph
                } else {
                    Gap::Line
                });
                at += 1;
            } else {
                let end = bytes[at..].iter().position(|&byte| blank(byte)).map_or(range.end, |length| at + length);
                self.push(&self.source[at..end], at..end, true);
                at = end;
            }
        }
    }

    /// Adds a text that stands for a stretch of the source.
    pub fn replaced(&mut self, text: &str, range: Range<usize>) {
        if text.bytes().all(|byte| byte.is_ascii_whitespace()) {
            self.separate(Gap::Blank);
        } else {
            self.push(text, range, false);
        }
    }

    fn push(&mut self, text: &str, source: Range<usize>, verbatim: bool) {
        let gap = std::mem::replace(&mut self.gap, Gap::None);
        if let Some(last) = self.pieces.last_mut().filter(|last| last.verbatim && verbatim) {
            let between = self.source.get(last.source.end..source.start);
            if (gap, between) == (Gap::None, Some("")) || (gap, between) == (Gap::Blank, Some(" ")) {
                self.text.push_str(&self.source[last.source.end..source.end]);
                last.source.end = source.end;
                last.text.end = self.text.len();
                return;
            }
        }
        if !self.text.is_empty() {
            self.text.push_str(match gap {
                Gap::None => "",
                Gap::Blank => " ",
                Gap::Line => "\n",
                Gap::Paragraph => "\n\n",
            });
        }
        let start = self.text.len();
        self.text.push_str(text);
        self.pieces.push(Piece { text: start..self.text.len(), source, verbatim });
    }

    pub fn finish(self) -> (String, SourceMap) {
        let mut counts = vec![0];
        for chunk in self.source.as_bytes().chunks(STEP) {
            counts.push(counts[counts.len() - 1] + chars_in(chunk));
        }
        let map = SourceMap { source: self.source.as_bytes().to_vec(), pieces: self.pieces, counts };
        (self.text, map)
    }
}

/// Characters that begin in some bytes of UTF-8.
fn chars_in(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte & 0xc0 != 0x80).count()
}

/// From places in a text to places in its source.
#[derive(Debug)]
pub(super) struct SourceMap {
    source: Vec<u8>,
    /// In the order of the text, which is that of the source.
    pieces: Vec<Piece>,
    /// Characters before every `STEP`th byte of the source.
    counts: Vec<usize>,
}

impl SourceMap {
    /// The first byte in the source of the character that begins at a byte of the text.
    pub fn start(&self, at: usize) -> usize {
        let after = self.pieces.partition_point(|piece| piece.text.end <= at);
        match self.pieces.get(after) {
            Some(piece) if piece.verbatim && at >= piece.text.start => piece.source.start + (at - piece.text.start),
            Some(piece) => piece.source.start,
            None => self.source.len(),
        }
    }

    /// The byte in the source behind the character that ends at a byte of the text.
    pub fn end(&self, at: usize) -> usize {
        let from = self.pieces.partition_point(|piece| piece.text.start < at);
        match from.checked_sub(1).map(|last| &self.pieces[last]) {
            Some(piece) if piece.verbatim && at <= piece.text.end => piece.source.start + (at - piece.text.start),
            Some(piece) => piece.source.end,
            None => 0,
        }
    }

    /// The characters of the source before a byte.
    pub fn chars_before(&self, byte: usize) -> usize {
        let step = byte / STEP;
        self.counts[step] + chars_in(&self.source[step * STEP..byte])
    }
}

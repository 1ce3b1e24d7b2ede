//! The sentences of a text that comes in pieces.

#[cfg(test)]
mod tests;

use super::limits::BEHIND;
use super::{QuotePolicy, Sentence, Sentences, State};

/// Blanks before a sentence are kept so far.
const MAX_GAP: usize = 64 << 10;

/// Finds the sentences of a text that comes in pieces: those that [`sentences`](crate::sentences) finds in the whole text,
/// however it is cut.
///
/// A sentence is given as soon as no text to come can change it: when about 1.5 KiB more is there, or the text has ended.
/// Memory is that of the greatest piece and a few times [`MAX_SENTENCE_BYTES`](crate::MAX_SENTENCE_BYTES), whatever
/// the text holds.
///
/// ```
/// use copydesk_features::{QuotePolicy, SentenceStream};
///
/// let mut stream = SentenceStream::new(QuotePolicy::Split);
/// for piece in ["It rai", "ned. The dam", " held."] {
///     stream.push(piece);
/// }
/// stream.finish();
/// assert_eq!(stream.next_sentence().map(|found| found.text), Some("It rained."));
/// assert_eq!(stream.next_sentence().map(|found| found.text), Some("The dam held."));
/// assert_eq!(stream.next_sentence(), None);
/// ```
#[derive(Debug, Clone)]
pub struct SentenceStream {
    /// The end of the text so far. Positions in `state` and `end` are offsets in it.
    buffer: String,
    /// Bytes of the text before the buffer.
    dropped: usize,
    /// Where the last sentence that was given ends.
    end: usize,
    state: State,
    finished: bool,
}

/// A sentence of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamedSentence<'a> {
    /// Where it stands in the text, from the beginning of the stream.
    pub span: Sentence,
    /// The blanks between the sentence before, or the start of the text, and this one. Of more than 64 KiB, the last.
    pub gap: &'a str,
    /// The sentence.
    pub text: &'a str,
}

impl SentenceStream {
    /// A stream at its beginning.
    pub fn new(quotes: QuotePolicy) -> Self {
        Self { buffer: String::new(), dropped: 0, end: 0, state: State::new(quotes), finished: false }
    }

    /// Goes on with `piece`. Take the sentences out before the next piece: they wait in memory.
    ///
    /// # Panics
    /// After [`finish`](Self::finish).
    pub fn push(&mut self, piece: &str) {
        assert!(!self.finished, "the text has ended");
        self.forget();
        self.buffer.push_str(piece);
    }

    /// Says that the text ends here.
    pub fn finish(&mut self) {
        self.finished = true;
    }

    /// The next sentence; none if that takes more of the text.
    pub fn next_sentence(&mut self) -> Option<StreamedSentence<'_>> {
        let mut sentences = Sentences { text: &self.buffer, whole: self.finished, state: self.state };
        let found = sentences.next();
        self.state = sentences.state;
        let Sentence { bytes, chars, quoted } = found?;
        let gap = &self.buffer[self.gap_start(bytes.start)..bytes.start];
        let text = &self.buffer[bytes.clone()];
        self.end = bytes.end;
        let bytes = self.dropped + bytes.start..self.dropped + bytes.end;
        Some(StreamedSentence { span: Sentence { bytes, chars, quoted }, gap, text })
    }

    /// The blanks behind the last sentence, or a text that is nothing but blanks; of more than 64 KiB, the last. Whole once
    /// the stream is finished and all sentences are taken out.
    pub fn rest(&self) -> &str {
        &self.buffer[self.gap_start(self.buffer.len())..]
    }

    fn gap_start(&self, gap_end: usize) -> usize {
        self.end.max(self.buffer.floor_char_boundary(gap_end.saturating_sub(MAX_GAP)))
    }

    /// Drops what nobody looks back on, if that is worth moving the rest.
    fn forget(&mut self) {
        let State { position, start, .. } = self.state;
        let kept = self.gap_start(start).min(self.buffer.floor_char_boundary(position.saturating_sub(BEHIND)));
        if kept <= self.buffer.len() / 2 {
            return;
        }
        let mut sentences = Sentences { text: &self.buffer, whole: false, state: self.state };
        sentences.forget(kept);
        self.state = sentences.state;
        self.buffer.drain(..kept);
        self.dropped += kept;
        self.end = self.end.saturating_sub(kept);
    }
}

impl Sentences<'_> {
    /// Takes the first `count` bytes of the text, which hold nothing of the sentence under way, out of the state.
    fn forget(&mut self, count: usize) {
        if self.state.counted.0 < count {
            self.count_to(count);
        }
        let state = &mut self.state;
        state.counted.0 -= count;
        state.position -= count;
        state.start -= count;
        state.unit -= count;
        state.content -= count;
        state.quotes.forget(count);
        state.line_start = state.line_start.saturating_sub(count);
    }
}

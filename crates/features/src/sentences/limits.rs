//! How far the rules look. Every look ahead and back has a limit that no prose reaches, so that the sentences of a stream
//! are found with little of it in memory, and are those of the whole text.

/// A run of stops, emoji, opening marks or blanks is followed about so many bytes. Blanks that go on count as the end of a
/// paragraph, any other run as two.
pub(super) const RUN: usize = 256;

/// Bytes from a candidate on that can decide about it: runs of stops, emoji, blanks and opening marks, and after them a
/// title, some names and a verb, or the next line as far as its length matters.
pub(super) const AHEAD: usize = 4 * RUN + 512;

/// A line is looked back on for so many bytes: even of the widest characters more than twice what is wrapped by hand.
pub(super) const LINE: usize = 1024;

/// Bytes before a candidate that can decide about it.
pub(super) const BEHIND: usize = 2 * LINE;

/// Where nothing ends a sentence for so many bytes, the next blank does.
pub(super) const LONG: usize = 30 << 10;

/// How far that blank is looked for; then the sentence ends between two characters.
pub(super) const BLANK: usize = 1 << 10;

/// The greatest length of a sentence in bytes.
///
/// After 30 KiB without a boundary the next blank is one, or the place where a KiB more has none. A quotation kept whole
/// ([`QuotePolicy::Keep`](crate::QuotePolicy::Keep)) ends at the first boundary inside it after 30 KiB.
pub const MAX_SENTENCE_BYTES: usize = 64 << 10;

// A quotation that is nearly too long, and then the longest stretch without a boundary.
const _: () = assert!(2 * LONG + BLANK + AHEAD <= MAX_SENTENCE_BYTES);

/// At most about `reach` bytes of `text` before byte `end`, which is a character boundary.
pub(super) fn tail(text: &str, end: usize, reach: usize) -> &str {
    &text[text.floor_char_boundary(end.saturating_sub(reach))..end]
}

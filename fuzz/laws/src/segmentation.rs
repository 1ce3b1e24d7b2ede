//! Sentences of any text.

use copydesk_features::{QuotePolicy, Sentence, sentences};

/// The sentences of any text, with what stands between them, are the text; spans are right in bytes and in characters, and
/// sentences kept whole in quotations begin and end where split ones do.
pub fn segmentation(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let split: Vec<Sentence> = sentences(&text, QuotePolicy::Split).collect();
    let keep: Vec<Sentence> = sentences(&text, QuotePolicy::Keep).collect();
    partition(&text, &split);
    partition(&text, &keep);
    let starts = |at: usize| split.binary_search_by_key(&at, |sentence| sentence.bytes.start).is_ok();
    let ends = |at: usize| split.binary_search_by_key(&at, |sentence| sentence.bytes.end).is_ok();
    for sentence in &keep {
        assert!(starts(sentence.bytes.start) && ends(sentence.bytes.end), "{sentence:?} of kept quotations is cut");
    }
}

/// Sentences follow one another, are not empty, and nothing but blanks stands between them.
fn partition(text: &str, sentences: &[Sentence]) {
    let (mut bytes, mut chars) = (0, 0);
    for sentence in sentences {
        assert!(bytes <= sentence.bytes.start && sentence.bytes.start < sentence.bytes.end, "{sentence:?}");
        let gap = &text[bytes..sentence.bytes.start];
        assert!(is_blank(gap), "{gap:?} belongs to no sentence");
        chars += gap.chars().count();
        assert_eq!(sentence.chars.start, chars, "{sentence:?}");
        let inner = &text[sentence.bytes.clone()];
        chars += inner.chars().count();
        assert_eq!(sentence.chars.end, chars, "{sentence:?}");
        assert_eq!(inner.trim(), inner, "white space belongs to a sentence");
        bytes = sentence.bytes.end;
    }
    assert!(is_blank(&text[bytes..]), "{:?} belongs to no sentence", &text[bytes..]);
}

/// Whether a text has only white space and characters that leave no mark.
fn is_blank(text: &str) -> bool {
    const INVISIBLE: [char; 8] =
        ['\u{AD}', '\u{34F}', '\u{200B}', '\u{200C}', '\u{200E}', '\u{200F}', '\u{2060}', '\u{FEFF}'];
    text.chars().all(|c| c.is_whitespace() || INVISIBLE.contains(&c))
}

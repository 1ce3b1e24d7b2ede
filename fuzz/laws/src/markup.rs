//! Markdown and HTML of any bytes.

use copydesk_features::{QuotePolicy, Sentence, sentences};
use copydesk_markup::Article;

/// Any bytes as HTML: see `check`.
pub fn html(data: &[u8]) {
    let source = String::from_utf8_lossy(data);
    check(&source, &Article::from_html(&source));
}

/// Any bytes as Markdown: see `check`.
pub fn markdown(data: &[u8]) {
    let source = String::from_utf8_lossy(data);
    check(&source, &Article::from_markdown(&source));
}

/// Characters of the text stand in the source where the article says, in their order; no sentence stands nowhere.
fn check(source: &str, article: &Article) {
    let (mut last, mut chars) = (0, 0);
    for (at, character) in article.text().char_indices() {
        let place = article.in_source(&Sentence { bytes: at..at + character.len_utf8(), chars: 0..0, quoted: false });
        // Breaks between blocks may stand for nothing.
        let (start, end) = (place.bytes.start, place.bytes.end);
        assert!(last <= start && start <= source.len() && end <= source.len(), "{character:?} at {place:?}");
        assert!(source.is_char_boundary(start) && source.is_char_boundary(end), "{character:?} at {place:?}");
        chars += source[last..start].chars().count();
        assert_eq!(chars, place.chars.start, "{character:?} at {place:?}");
        last = start;
        if character.is_ascii_alphanumeric() && end == start + 1 {
            assert_eq!(source[start..].chars().next(), Some(character), "{place:?}");
        }
    }
    for sentence in sentences(article.text(), QuotePolicy::Split) {
        let place = article.in_source(&sentence);
        assert!(place.bytes.start < place.bytes.end && place.chars.start < place.chars.end, "{place:?}");
    }
}

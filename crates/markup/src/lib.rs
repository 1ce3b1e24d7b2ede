//! Markdown and HTML as text: what a reader sees, and where it stands in the source.
//!
//! ```
//! use copydesk_features::{QuotePolicy, sentences};
//! use copydesk_markup::Article;
//!
//! let source = "<p>The council <b>voted</b>.</p><script>no()</script>";
//! let article = Article::from_html(source);
//! assert_eq!(article.text(), "The council voted.");
//! let sentence = sentences(article.text(), QuotePolicy::Split).next().unwrap();
//! assert_eq!(&source[article.in_source(&sentence).bytes], "The council <b>voted</b>.");
//! ```

mod elements;
mod html;
mod markdown;
mod source_map;
#[cfg(test)]
mod tests;

use copydesk_features::Sentence;
use source_map::{Builder, SourceMap};

/// A text to label, with its places in the source it comes from.
#[derive(Debug)]
pub struct Article {
    text: String,
    /// `None` where the text is the source itself.
    map: Option<SourceMap>,
}

impl Article {
    /// A source that is text already.
    pub fn from_text(source: String) -> Self {
        Self { text: source, map: None }
    }

    /// The text of `CommonMark` with tables, footnotes and front matter; code blocks and pictures are left out.
    pub fn from_markdown(source: &str) -> Self {
        let mut builder = Builder::new(source);
        markdown::read(source, start(source), &mut builder);
        Self::built(builder)
    }

    /// The text of a page without scripts, styles, navigation and what is hidden.
    pub fn from_html(source: &str) -> Self {
        let mut builder = Builder::new(source);
        html::read(source, start(source)..source.len(), &mut builder);
        Self::built(builder)
    }

    fn built(builder: Builder<'_>) -> Self {
        let (text, map) = builder.finish();
        Self { text, map: Some(map) }
    }

    /// The text as a reader sees it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The same, without its places.
    pub fn into_text(self) -> String {
        self.text
    }

    /// Where a sentence of the text stands in the source: from its first character to its last, with all markup between.
    pub fn in_source(&self, sentence: &Sentence) -> Sentence {
        let Some(map) = &self.map else { return sentence.clone() };
        let bytes = map.start(sentence.bytes.start)..map.end(sentence.bytes.end);
        let chars = map.chars_before(bytes.start)..map.chars_before(bytes.end);
        Sentence { bytes, chars, quoted: sentence.quoted }
    }
}

/// Where the page begins: a byte order mark is no part of it.
fn start(source: &str) -> usize {
    const MARK: char = '\u{feff}';
    if source.starts_with(MARK) { MARK.len_utf8() } else { 0 }
}

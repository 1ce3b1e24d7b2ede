//! Markdown and HTML as text: what a reader sees, and where it stands in the source.

mod elements;
mod html;
mod markdown;
mod source_map;
#[cfg(test)]
mod tests;

use std::path::Path;

use clap::ValueEnum;
use copydesk_infer::Sentence;

use super::Source;
use crate::failure::Failure;
use source_map::{Builder, SourceMap};

/// Markup is read whole; more than this is no article.
const MOST_BYTES: usize = 64 << 20;

/// How a file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReadAs {
    /// As it is
    Text,
    /// Markdown with tables, footnotes and front matter; without code blocks and pictures
    Markdown,
    /// What a reader sees: without scripts, styles, navigation and what is hidden
    Html,
}

impl ReadAs {
    /// What the ending of a file name tells, before that of a packed file.
    fn of_path(path: &Path) -> Self {
        let packed = path.extension().is_some_and(|ending| ending == "gz" || ending == "zst");
        let path = if packed { Path::new(path.file_stem().unwrap_or_default()) } else { path };
        match path.extension().and_then(|ending| ending.to_str()).map(str::to_ascii_lowercase).as_deref() {
            Some("md" | "markdown") => Self::Markdown,
            Some("html" | "htm" | "xhtml") => Self::Html,
            _ => Self::Text,
        }
    }

    /// What a source is, by the option or else by its ending.
    pub fn of(asked: Option<Self>, source: &Source) -> Self {
        asked.unwrap_or_else(|| match source {
            Source::Stdin | Source::Unusable { .. } => Self::Text,
            Source::File(path) => Self::of_path(path),
        })
    }
}

/// A text to label, with its places in the source it comes from.
#[derive(Debug)]
pub(crate) struct Article {
    text: String,
    /// `None` where the text is the source itself.
    map: Option<SourceMap>,
}

impl Article {
    /// Reads a source whole.
    pub fn read(source: &Source, asked: Option<ReadAs>) -> Result<Self, Failure> {
        let read_as = ReadAs::of(asked, source);
        let content = source.read_text()?;
        if read_as != ReadAs::Text && content.len() > MOST_BYTES {
            return Err(Failure::BadData(format!(
                "{} has {} MiB: Markdown and HTML are read whole, up to {} MiB: cut it, or give --read-as text",
                source.name(),
                content.len() >> 20,
                MOST_BYTES >> 20
            )));
        }
        Ok(Self::new(content, read_as))
    }

    /// The text in a source.
    pub fn new(content: String, read_as: ReadAs) -> Self {
        let mut builder = Builder::new(&content);
        match read_as {
            ReadAs::Text => return Self { text: content, map: None },
            ReadAs::Markdown => markdown::read(&content, &mut builder),
            ReadAs::Html => html::read(&content, 0..content.len(), &mut builder),
        }
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

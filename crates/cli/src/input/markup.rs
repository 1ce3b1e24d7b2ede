//! How a file is read: as text, Markdown or HTML.

use std::path::Path;

use clap::ValueEnum;
use copydesk_markup::Article;

use super::Source;
use crate::failure::Failure;

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

/// Reads a source whole.
pub(crate) fn read_article(source: &Source, asked: Option<ReadAs>) -> Result<Article, Failure> {
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
    Ok(match read_as {
        ReadAs::Text => Article::from_text(content),
        ReadAs::Markdown => Article::from_markdown(&content),
        ReadAs::Html => Article::from_html(&content),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_tell_markup() {
        let of = |name: &str| ReadAs::of(None, &Source::File(name.into()));
        assert_eq!(
            [of("a.HTML"), of("a.htm"), of("a.md"), of("a.markdown")],
            [ReadAs::Html, ReadAs::Html, ReadAs::Markdown, ReadAs::Markdown]
        );
        assert_eq!([of("a.txt"), of("html"), ReadAs::of(None, &Source::Stdin)], [ReadAs::Text; 3]);
        assert_eq!(ReadAs::of(Some(ReadAs::Text), &Source::File("a.md".into())), ReadAs::Text);
    }
}

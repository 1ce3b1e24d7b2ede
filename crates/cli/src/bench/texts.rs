//! The texts that are measured: the user's files, or an article that is built in.

use std::path::PathBuf;

use crate::failure::Failure;
use crate::input::{Pieces, Source};
use crate::progress::ReadProgress;

/// Nobody's time budget needs more. What lies behind in the files is not read.
const MOST: usize = 16 << 20;

const ARTICLE: &str = include_str!("article.txt");
/// So often the article makes a text in which starting and ending do not count, and which is always measured whole.
const TIMES: usize = 32;

/// Documents, and where they come from.
#[derive(Debug)]
pub(super) struct Texts {
    pub documents: Vec<String>,
    pub source: String,
}

impl Texts {
    pub fn builtin() -> Self {
        Self { documents: vec![ARTICLE.repeat(TIMES)], source: format!("a built-in article, {TIMES} times over") }
    }

    /// The files' texts, each a document.
    pub fn read(files: &[PathBuf]) -> Result<Self, Failure> {
        let (mut documents, mut bytes, mut whole) = (Vec::new(), 0, true);
        let sources = Source::all(files);
        for source in &sources {
            let mut document = String::new();
            let mut pieces = Pieces::open(source, &ReadProgress::none())?;
            while bytes < MOST
                && let Some(piece) = pieces.next()?
            {
                let part = &piece[..piece.floor_char_boundary(MOST - bytes)];
                document.push_str(part);
                // A character that does not fit ends the reading as well.
                bytes = if part.len() < piece.len() { MOST } else { bytes + part.len() };
            }
            whole = bytes < MOST;
            documents.push(document);
            if !whole {
                break;
            }
        }
        let name = match &sources[..] {
            [source] => source.name(),
            sources => format!("{} files", sources.len()),
        };
        let source = if whole { name } else { format!("the first {} MiB of {name}", MOST >> 20) };
        Ok(Self { documents, source })
    }

    /// The beginning: so many bytes or a little less, but at least a character where there is one.
    pub fn beginning(&self, bytes: usize) -> Vec<&str> {
        let mut left = bytes;
        let mut taken = Vec::new();
        for document in &self.documents {
            let end = document.floor_char_boundary(left);
            let end = if taken.is_empty() && end == 0 { document.ceil_char_boundary(1) } else { end };
            if end > 0 {
                taken.push(&document[..end]);
            }
            if end < document.len() {
                break;
            }
            left = left.saturating_sub(end);
        }
        taken
    }

    pub fn bytes(&self) -> usize {
        self.documents.iter().map(String::len).sum()
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_beginning_is_whole_characters_of_whole_documents() {
        let documents = ["", "äöü", "xyz"].map(str::to_owned).to_vec();
        let texts = Texts { documents, source: String::new() };
        assert_eq!(texts.bytes(), 9);
        assert_eq!(texts.beginning(100), ["äöü", "xyz"]);
        assert_eq!(texts.beginning(7), ["äöü", "x"]);
        assert_eq!(texts.beginning(5), ["äö"]);
        assert_eq!(texts.beginning(0), ["ä"]);
    }

    #[test]
    fn no_more_is_read_than_can_be_measured() {
        let folder = tempfile::tempdir().unwrap();
        let (short, long) = (folder.path().join("short.txt"), folder.path().join("long.txt"));
        fs::write(&short, "Rain.").unwrap();
        fs::write(&long, "ä".repeat(MOST / 2 + 9)).unwrap();
        let texts = Texts::read(&[short.clone(), long.clone(), short.clone()]).unwrap();
        assert_eq!(texts.documents.iter().map(String::len).collect::<Vec<_>>(), [5, MOST - 6]);
        assert_eq!(texts.source, "the first 16 MiB of 3 files");
        assert_eq!(Texts::read(std::slice::from_ref(&short)).unwrap().source, short.display().to_string());
    }

    #[test]
    fn the_article_is_the_example_of_the_data_sets() {
        let example = concat!(env!("CARGO_MANIFEST_DIR"), "/../../datasets/examples/library-vote.txt");
        assert_eq!(fs::read_to_string(example).unwrap(), ARTICLE);
    }
}

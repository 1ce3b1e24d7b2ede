//! Finding the sentences of a stand-off data set in the copies of their texts that the user has.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde_json::Value;
use thiserror::Error;

use super::field::FieldFault;
use super::hash::fold_white_space;
use super::{Standoff, StandoffError, StandoffSentence, TextHash, TextPlace};
use crate::corpus::{Labels, ReadOptions, Record, RecordReader};

/// Local copies of texts: folders of collections, and files with texts by sentence.
///
/// Of each collection one file is held in memory, so a file is read once if the sentences of it follow each other. The
/// texts that are given by sentence are held whole.
#[derive(Debug, Default)]
pub struct LocalCopies {
    folders: BTreeMap<String, Folder>,
    texts: HashMap<String, String>,
}

#[derive(Debug)]
struct Folder {
    path: PathBuf,
    /// The file read last, by its path in the data set.
    last: Option<(PathBuf, Result<Value, Missing>)>,
}

/// What was found of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lookup {
    /// Its text, white space folded; the hash agrees.
    Rebuilt(String),
    /// There is a text in its place, but the hash is not that of the sentence.
    Changed,
    /// There is no text in its place.
    Missing(Missing),
}

/// Why there is no text for a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Missing {
    /// No text was given for it, and no folder for its collection.
    #[error("no folder is given for the source `{0}`, and no text for the sentence")]
    NoFolder(String),
    /// Its place is not known, so its text has to be given.
    #[error("its place in the source is not known, and no text is given for the sentence")]
    NoPlace,
    /// Its file cannot be read.
    #[error("cannot read {path}: {reason}")]
    File {
        /// The file.
        path: String,
        /// The operating system's reason.
        reason: String,
    },
    /// Its file is not JSON.
    #[error("{path} is not JSON: {reason}")]
    Json {
        /// The file.
        path: String,
        /// What the parser found wrong.
        reason: String,
    },
    /// Its field leads to no string.
    #[error("{path}: {reason} `{field}`")]
    Field {
        /// The file.
        path: String,
        /// The field.
        field: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// Its string ends before the sentence does.
    #[error("{path}: `{field}` ends before character {end}")]
    Short {
        /// The file.
        path: String,
        /// The field.
        field: String,
        /// Where the sentence should end.
        end: usize,
    },
}

impl LocalCopies {
    /// Adds the folder with the copy of a collection; `false` if the collection has one already.
    pub fn add_folder(&mut self, source: &str, folder: &Path) -> bool {
        let before = self.folders.insert(source.to_owned(), Folder { path: folder.to_owned(), last: None });
        before.is_none()
    }

    /// Adds texts by sentence: the columns `id` and `text` of a CSV, TSV, JSONL or Parquet file.
    ///
    /// # Errors
    /// If the file cannot be read as such, or names a sentence that has a text already.
    pub fn add_texts(&mut self, path: &Path) -> Result<(), StandoffError> {
        let options = ReadOptions { extra: vec!["id".to_owned()], ..ReadOptions::default() };
        let mut reader = RecordReader::open(path, &options, Labels::Ignored)?;
        let mut record = Record::default();
        while reader.read(&mut record)? {
            let id = std::mem::take(&mut record.extra[0]);
            if self.texts.contains_key(&id) {
                let file = reader.name().to_owned();
                return Err(StandoffError::Twice { file, line: record.line, column: "id", value: id });
            }
            self.texts.insert(id, fold_white_space(&record.text));
        }
        Ok(())
    }

    /// Looks a sentence of `data` up, first in its collection's folder, then among the texts by sentence: the first text
    /// whose hash agrees.
    pub fn find(&mut self, data: &Standoff, sentence: &StandoffSentence) -> Lookup {
        let in_folder = find_in_folder(&mut self.folders, data, sentence);
        if let Ok(text) = in_folder
            && TextHash::of(text) == sentence.hash
        {
            return Lookup::Rebuilt(fold_white_space(text));
        }
        match (self.texts.get(&sentence.id), in_folder) {
            (Some(text), _) if TextHash::of(text) == sentence.hash => Lookup::Rebuilt(text.clone()),
            (None, Err(missing)) => Lookup::Missing(missing),
            _ => Lookup::Changed,
        }
    }
}

fn find_in_folder<'a>(
    folders: &'a mut BTreeMap<String, Folder>,
    data: &Standoff,
    sentence: &StandoffSentence,
) -> Result<&'a str, Missing> {
    let document = &data.documents()[sentence.document];
    let (Some(place), Some(span)) = (&document.place, &sentence.span) else {
        return Err(Missing::NoPlace);
    };
    let Some(folder) = folders.get_mut(&document.source) else {
        return Err(Missing::NoFolder(document.source.clone()));
    };
    folder.find(place, span)
}

impl Folder {
    fn find(&mut self, place: &TextPlace, span: &Range<usize>) -> Result<&str, Missing> {
        if self.last.as_ref().is_none_or(|(path, _)| path != place.path()) {
            self.last = Some((place.path().to_owned(), read(&self.path.join(place.path()))));
        }
        let (_, content) = self.last.as_ref().expect("it was just read");
        let content = content.as_ref().map_err(Clone::clone)?;
        let path = || self.path.join(place.path()).display().to_string();
        let field = || place.field().to_string();
        let whole = place.field().find(content).map_err(|fault| {
            let reason = match fault {
                FieldFault::Absent => "there is no field",
                FieldFault::Ambiguous => "there are several fields",
                FieldFault::NotText => "there is no string in the field",
            };
            Missing::Field { path: path(), field: field(), reason }
        })?;
        characters(whole, span).ok_or_else(|| Missing::Short { path: path(), field: field(), end: span.end })
    }
}

fn read(path: &Path) -> Result<Value, Missing> {
    let name = || path.display().to_string();
    let bytes = fs::read(path).map_err(|error| Missing::File { path: name(), reason: error.to_string() })?;
    let json = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
    serde_json::from_slice(json).map_err(|error| Missing::Json { path: name(), reason: error.to_string() })
}

/// The characters of a range; `None` if the text ends before it does.
fn characters<'a>(text: &'a str, span: &Range<usize>) -> Option<&'a str> {
    let mut places = text.char_indices().map(|(at, _)| at).chain([text.len()]);
    let start = places.nth(span.start)?;
    let end = places.nth(span.end - span.start - 1)?;
    Some(&text[start..end])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn characters_are_those_counted_one_by_one(text in "\\PC{0,12}", start in 0..14_usize, length in 1..14_usize) {
            let counted: String = text.chars().skip(start).take(length).collect();
            let whole = counted.chars().count() == length;
            prop_assert_eq!(characters(&text, &(start..start + length)), whole.then_some(counted.as_str()));
        }
    }

    #[test]
    fn characters_are_scalar_values() {
        assert_eq!(characters("né 😀 x", &(1..4)), Some("é 😀"));
        assert_eq!(characters("né", &(0..2)), Some("né"));
        assert_eq!(characters("né", &(1..3)), None);
        assert_eq!(characters("né", &(7..9)), None);
        assert_eq!(characters("né", &(1..usize::MAX)), None);
    }
}

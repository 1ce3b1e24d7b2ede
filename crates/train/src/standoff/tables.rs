//! The two tables of a stand-off data set, checked whole.

use std::collections::{HashMap, HashSet};
use std::io::BufRead;
use std::ops::Range;
use std::path::{Component, Path, PathBuf};

use super::{Field, StandoffError, TextHash};
use crate::compression::Input;
use crate::corpus::{Format, Labels, ReadOptions, Record, RecordReader};

/// Labels for sentences of texts that are not here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standoff {
    documents: Vec<StandoffDocument>,
    sentences: Vec<StandoffSentence>,
}

/// A document and where its text stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandoffDocument {
    /// Its name, unique in the data set.
    pub name: String,
    /// The collection that it is from.
    pub source: String,
    /// Its place there; `None` where it is not known.
    pub place: Option<TextPlace>,
}

/// A string in a JSON file of a collection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextPlace {
    path: PathBuf,
    field: Field,
}

impl TextPlace {
    /// The file, relative to the collection's folder; it never leads out of it.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The string in the file.
    pub fn field(&self) -> &Field {
        &self.field
    }
}

/// A labelled sentence without its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandoffSentence {
    /// Its name, unique in the data set.
    pub id: String,
    /// Its document's place in [`Standoff::documents`].
    pub document: usize,
    /// Where it stands in the document's string, in Unicode scalar values; `None` where that is not known. Never empty.
    pub span: Option<Range<usize>>,
    /// The hash of its text.
    pub hash: TextHash,
    /// Its label.
    pub label: String,
    /// Whether whoever labelled it did not hesitate.
    pub certain: bool,
}

impl Standoff {
    /// Reads the table of labels and the table of documents that goes with it.
    ///
    /// # Errors
    /// The first [`StandoffError`] met, with its file and line.
    pub fn read(labels: &Path, documents: &Path) -> Result<Self, StandoffError> {
        let (documents, numbers) = read_documents(Table::open(documents, DOCUMENTS)?)?;
        let sentences = read_sentences(Table::open(labels, SENTENCES)?, &numbers)?;
        Ok(Self { documents, sentences })
    }

    /// As [`read`](Self::read), from any input; messages call the tables `labels` and `documents`.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn from_readers<L: BufRead, D: BufRead>(labels: L, documents: D) -> Result<Self, StandoffError> {
        let (documents, numbers) = read_documents(Table::new(documents, "documents", DOCUMENTS)?)?;
        let sentences = read_sentences(Table::new(labels, "labels", SENTENCES)?, &numbers)?;
        Ok(Self { documents, sentences })
    }

    /// Applies a table of corrections: columns `id`, `label` and `certain`; others, such as a reason, are not looked at.
    ///
    /// # Errors
    /// The first [`StandoffError`] met, with its file and line: a sentence that is not there, or corrected twice.
    pub fn correct(&mut self, corrections: &Path) -> Result<(), StandoffError> {
        let mut table = Table::open(corrections, CORRECTIONS)?;
        let mut places: HashMap<String, usize> =
            self.sentences.iter().enumerate().map(|(place, sentence)| (sentence.id.clone(), place)).collect();
        while table.next()? {
            let certain = &table.row.extra[0];
            let Some(place) = places.remove(&table.row.text) else {
                return Err(table.fault("id", &table.row.text, "a sentence of the data that no other row corrects"));
            };
            self.sentences[place].certain =
                certain.parse().map_err(|_| table.fault("certain", certain, "true or false"))?;
            self.sentences[place].label.clone_from(&table.row.label);
        }
        Ok(())
    }

    /// The documents, in the order of their table.
    pub fn documents(&self) -> &[StandoffDocument] {
        &self.documents
    }

    /// The sentences, in the order of their table.
    pub fn sentences(&self) -> &[StandoffSentence] {
        &self.sentences
    }
}

/// The numbers of documents by name, and the file that they are in.
struct Numbers {
    file: String,
    by_name: HashMap<String, usize>,
}

fn read_documents<R: BufRead>(mut table: Table<R>) -> Result<(Vec<StandoffDocument>, Numbers), StandoffError> {
    let mut documents = Vec::new();
    let mut by_name = HashMap::new();
    while table.next()? {
        let [source, path, field] = table.row.extra.as_slice() else { unreachable!("three columns were asked for") };
        let place = if path.is_empty() && field.is_empty() {
            None
        } else {
            Some(TextPlace {
                path: inner_path(path)
                    .ok_or_else(|| table.fault("path", path, "a relative path that stays inside its folder"))?,
                field: Field::new(field).ok_or_else(|| {
                    table.fault("field", field, "the keys that lead to a string, with dots between them")
                })?,
            })
        };
        let name = table.row.text.clone();
        if name.is_empty() {
            return Err(table.fault("doc", "", "the name of a document"));
        }
        if source.is_empty() {
            return Err(table.fault("source", "", "the name of a collection"));
        }
        if by_name.insert(name.clone(), documents.len()).is_some() {
            return Err(table.twice("doc", &name));
        }
        documents.push(StandoffDocument { name, source: source.clone(), place });
    }
    Ok((documents, Numbers { file: table.name().to_owned(), by_name }))
}

fn read_sentences<R: BufRead>(
    mut table: Table<R>,
    documents: &Numbers,
) -> Result<Vec<StandoffSentence>, StandoffError> {
    let mut sentences = Vec::new();
    let mut ids = HashSet::new();
    while table.next()? {
        let row = &table.row;
        let [document, start, end, hash, certain] = row.extra.as_slice() else {
            unreachable!("five columns were asked for")
        };
        if row.text.is_empty() {
            return Err(table.fault("id", "", "the name of a sentence"));
        }
        if !ids.insert(row.text.clone()) {
            return Err(table.twice("id", &row.text));
        }
        let Some(&document) = documents.by_name.get(document) else {
            return Err(StandoffError::NoSuchDocument {
                file: table.name().to_owned(),
                line: row.line,
                document: document.clone(),
                documents: documents.file.clone(),
            });
        };
        sentences.push(StandoffSentence {
            id: row.text.clone(),
            document,
            span: table.span(start, end)?,
            hash: hash.parse().map_err(|()| table.fault("sha256", hash, "16 hexadecimal digits"))?,
            label: row.label.clone(),
            certain: certain.parse().map_err(|_| table.fault("certain", certain, "true or false"))?,
        });
    }
    Ok(sentences)
}

/// A path below some folder, whatever the folder: no root, no drive, no way up.
fn inner_path(path: &str) -> Option<PathBuf> {
    let path = PathBuf::from(path);
    let inside = path.components().all(|part| matches!(part, Component::Normal(_)));
    (inside && path.file_name().is_some()).then_some(path)
}

/// The columns of a table: that of its rows' names, and others.
#[derive(Clone, Copy)]
struct Columns {
    name: &'static str,
    others: &'static [&'static str],
    labels: Labels,
}

const DOCUMENTS: Columns = Columns { name: "doc", others: &["source", "path", "field"], labels: Labels::Ignored };
const SENTENCES: Columns =
    Columns { name: "id", others: &["doc", "start", "end", "sha256", "certain"], labels: Labels::Required };
const CORRECTIONS: Columns = Columns { name: "id", others: &["certain"], labels: Labels::Required };

impl Columns {
    fn options(self) -> ReadOptions {
        ReadOptions {
            format: Some(Format::Tsv),
            text: self.name.to_owned(),
            extra: self.others.iter().map(|&column| column.to_owned()).collect(),
            quoting: false,
            ..ReadOptions::default()
        }
    }
}

/// A table that is being read, with the row that was read last.
struct Table<R> {
    reader: RecordReader<R>,
    row: Record,
}

impl Table<Input> {
    fn open(path: &Path, columns: Columns) -> Result<Self, StandoffError> {
        Ok(Self { reader: RecordReader::open(path, &columns.options(), columns.labels)?, row: Record::default() })
    }
}

impl<R: BufRead> Table<R> {
    fn new(input: R, name: &str, columns: Columns) -> Result<Self, StandoffError> {
        let reader = RecordReader::new(input, name, Format::Tsv, &columns.options(), columns.labels)?;
        Ok(Self { reader, row: Record::default() })
    }

    fn name(&self) -> &str {
        self.reader.name()
    }

    fn next(&mut self) -> Result<bool, StandoffError> {
        Ok(self.reader.read(&mut self.row)?)
    }

    fn span(&self, start: &str, end: &str) -> Result<Option<Range<usize>>, StandoffError> {
        if start.is_empty() && end.is_empty() {
            return Ok(None);
        }
        let first = start.parse().map_err(|_| self.fault("start", start, "a whole number"))?;
        let past = end.parse().map_err(|_| self.fault("end", end, "a whole number"))?;
        if past <= first {
            return Err(self.fault("end", end, "larger than `start`"));
        }
        Ok(Some(first..past))
    }

    fn fault(&self, column: &'static str, value: &str, expected: &'static str) -> StandoffError {
        let file = self.name().to_owned();
        StandoffError::Value { file, line: self.row.line, column, value: value.to_owned(), expected }
    }

    fn twice(&self, column: &'static str, value: &str) -> StandoffError {
        StandoffError::Twice { file: self.name().to_owned(), line: self.row.line, column, value: value.to_owned() }
    }
}

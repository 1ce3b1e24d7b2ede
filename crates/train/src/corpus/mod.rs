//! Corpora: labelled texts from CSV, TSV, JSON Lines and Parquet files, also compressed ones.
//!
//! [`Corpus::read`] reads files whole, for training and evaluation. [`RecordReader`] gives one record after the other
//! from any input, labelled or not, for classifying a stream. [`RowReader`] gives whole rows, for writing them anew.

mod cells;
mod delimited;
mod error;
mod escapes;
mod filters;
mod groups;
mod json_lines;
mod lines;
#[cfg(feature = "parquet")]
mod moments;
mod numbering;
mod options;
#[cfg(feature = "parquet")]
mod parquet;
mod record;
mod rows;

#[cfg(test)]
mod error_tests;
#[cfg(test)]
mod tests;

use std::io::BufRead;
use std::path::Path;

use sha2::{Digest, Sha256};

pub use error::{CorpusError, ErrorKind};
pub use filters::FilterColumns;
pub use groups::Groups;
pub use options::{Format, Labels, ReadOptions};
pub use record::{Record, RecordReader};
pub use rows::{Row, RowReader, Value};

use groups::Group;
use numbering::Numbering;

/// One labelled text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// The text, untouched.
    pub text: String,
    /// The label's place in [`Corpus::labels`].
    pub label: u32,
    /// The document's place in [`Corpus::groups`].
    pub group: u32,
    /// The columns of [`ReadOptions::extra`], in their order.
    pub extra: Vec<String>,
    /// The input's place in [`Corpus::files`].
    pub file: u32,
    /// The line of the input where the row starts, from 1.
    pub line: u64,
}

impl AsRef<str> for Example {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

/// Labelled texts in the order of their files and rows; at least one.
///
/// Examples of one document form a group, which splits keep together. Documents are told apart by name in the whole
/// corpus: one name in two files is one document, so that a text cut over several files cannot be trained on and tested
/// on. A row without a document name is a group of its own, named `file:line`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Corpus {
    examples: Vec<Example>,
    labels: Vec<String>,
    groups: Vec<Group>,
    group_names: Vec<String>,
    extra: Vec<String>,
    files: Vec<String>,
    unlabelled: usize,
}

impl Corpus {
    /// Reads files into one corpus, in the order given.
    ///
    /// # Errors
    /// The first [`CorpusError`] met; [`Empty`](CorpusError::Empty) for a file without rows, or if there are no files;
    /// [`AllFiltered`](CorpusError::AllFiltered) for a file of which the filters leave nothing;
    /// [`AllUnlabelled`](CorpusError::AllUnlabelled) for one of which the want of labels does;
    /// [`NoSuchColumn`](CorpusError::NoSuchColumn) for a filter whose column no file has.
    pub fn read<P: AsRef<Path>>(paths: &[P], options: &ReadOptions) -> Result<Self, CorpusError> {
        let mut filters = FilterColumns::default();
        let corpus = Self::read_part(paths, options, &mut filters)?;
        filters.check(options)?;
        Ok(corpus)
    }

    /// As [`read`](Self::read), where several corpora are read with the same filters: `filters` is to be
    /// [checked](FilterColumns::check) when all are read.
    ///
    /// # Errors
    /// As [`read`](Self::read), but for the columns of filters.
    pub fn read_part<P: AsRef<Path>>(
        paths: &[P],
        options: &ReadOptions,
        filters: &mut FilterColumns,
    ) -> Result<Self, CorpusError> {
        let mut builder = Builder::default();
        for path in paths {
            builder.add(RecordReader::open(path.as_ref(), options, Labels::Required)?, options, filters)?;
        }
        builder.finish(options)
    }

    /// Reads one input, which messages call `name`, in the given format (not that of the options).
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn from_reader<R: BufRead>(
        input: R,
        name: &str,
        format: Format,
        options: &ReadOptions,
    ) -> Result<Self, CorpusError> {
        let mut builder = Builder::default();
        let mut filters = FilterColumns::default();
        builder.add(RecordReader::new(input, name, format, options, Labels::Required)?, options, &mut filters)?;
        filters.check(options)?;
        builder.finish(options)
    }

    /// The examples.
    pub fn examples(&self) -> &[Example] {
        &self.examples
    }

    /// The names of the labels, sorted by their bytes.
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// The documents, in the order of first appearance.
    pub fn groups(&self) -> Groups<'_> {
        Groups { each: &self.groups, names: &self.group_names, files: &self.files }
    }

    /// The names of the inputs.
    pub fn files(&self) -> &[String] {
        &self.files
    }

    /// How many rows were left out for want of a label (see [`ReadOptions::skip_unlabelled`]).
    pub fn unlabelled(&self) -> usize {
        self.unlabelled
    }

    /// The corpus of some of the examples, given by their places. Labels and documents keep their numbers, so a label or
    /// document may be left without an example.
    ///
    /// # Panics
    /// If a place is not below the number of examples.
    #[must_use]
    pub fn select(&self, rows: &[usize]) -> Self {
        Self {
            examples: rows.iter().map(|&row| self.examples[row].clone()).collect(),
            labels: self.labels.clone(),
            groups: self.groups.clone(),
            group_names: self.group_names.clone(),
            extra: self.extra.clone(),
            files: self.files.clone(),
            unlabelled: self.unlabelled,
        }
    }

    /// The label number of each example.
    pub fn label_numbers(&self) -> Vec<u32> {
        self.examples.iter().map(|example| example.label).collect()
    }

    /// The group number of each example.
    pub fn group_numbers(&self) -> Vec<u32> {
        self.examples.iter().map(|example| example.group).collect()
    }

    /// The places of the examples of each group, in the corpus's order: the sentences of each document.
    pub fn documents(&self) -> Vec<Vec<usize>> {
        let mut documents = vec![Vec::new(); self.groups.len()];
        for (row, example) in self.examples.iter().enumerate() {
            documents[example.group as usize].push(row);
        }
        documents
    }

    /// An extra column as numbers, one an example, with the values that they stand for, sorted; `None` if the column
    /// was not read.
    pub fn extra_numbers(&self, column: &str) -> Option<(Vec<u32>, Vec<String>)> {
        let at = self.extra.iter().position(|name| name == column)?;
        let mut numbering = Numbering::default();
        let mut numbers: Vec<u32> = self.examples.iter().map(|example| numbering.number(&example.extra[at])).collect();
        let (values, places) = numbering.into_sorted();
        for number in &mut numbers {
            *number = places[*number as usize];
        }
        Some((numbers, values))
    }

    /// The SHA-256 of all labels, document names and texts in order, as 64 hexadecimal digits.
    ///
    /// Each string goes in with its length in bytes before it (64 bits, little-endian), so no two different corpora
    /// share an input to the hash. File names, line numbers and extra columns do not count; a row that is a document of
    /// its own has an empty document name here.
    pub fn content_hash(&self) -> String {
        let mut hash = Sha256::new();
        let mut add = |text: &str| {
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text);
        };
        for example in &self.examples {
            add(&self.labels[example.label as usize]);
            add(self.groups().given_name(example.group as usize).unwrap_or_default());
            add(&example.text);
        }
        format!("{:x}", hash.finalize())
    }
}

/// A corpus whose labels are not sorted yet.
#[derive(Default)]
struct Builder {
    examples: Vec<Example>,
    labels: Numbering,
    groups: Vec<Group>,
    group_names: Numbering,
    /// The group of each name.
    groups_by_name: Vec<u32>,
    files: Vec<String>,
    unlabelled: usize,
}

impl Builder {
    fn add<R: BufRead>(
        &mut self,
        mut reader: RecordReader<R>,
        options: &ReadOptions,
        filters: &mut FilterColumns,
    ) -> Result<(), CorpusError> {
        let file = self.files.len() as u32;
        let before = self.examples.len();
        let mut record = Record::default();
        while reader.read(&mut record)? {
            if self.examples.len() == u32::MAX as usize {
                return Err(CorpusError::TooLarge { file: reader.name().to_owned(), line: record.line });
            }
            let group = self.group(&record, file);
            self.examples.push(Example {
                text: std::mem::take(&mut record.text),
                label: self.labels.number(&record.label),
                group,
                extra: std::mem::take(&mut record.extra),
                file,
                line: record.line,
            });
        }
        if self.examples.len() == before {
            return Err(no_rows(&reader, options));
        }
        self.unlabelled += reader.unlabelled();
        filters.add(&reader);
        self.files.push(reader.name().to_owned());
        Ok(())
    }

    /// The number of a record's document. A corpus has at most `u32::MAX` rows, so no more documents.
    fn group(&mut self, record: &Record, file: u32) -> u32 {
        let next = self.groups.len() as u32;
        if record.group.is_empty() {
            self.groups.push(Group::Row { file, line: record.line });
            return next;
        }
        let name = self.group_names.number(&record.group);
        if name as usize == self.groups_by_name.len() {
            self.groups.push(Group::Named(name));
            self.groups_by_name.push(next);
        }
        self.groups_by_name[name as usize]
    }

    fn finish(self, options: &ReadOptions) -> Result<Corpus, CorpusError> {
        let mut examples = self.examples;
        if examples.is_empty() {
            return Err(CorpusError::Empty { file: "(no files)".to_owned() });
        }
        let (labels, places) = self.labels.into_sorted();
        for example in &mut examples {
            example.label = places[example.label as usize];
        }
        Ok(Corpus {
            examples,
            labels,
            groups: self.groups,
            group_names: self.group_names.into_names(),
            extra: options.extra.clone(),
            files: self.files,
            unlabelled: self.unlabelled,
        })
    }
}

fn no_rows<R: BufRead>(reader: &RecordReader<R>, options: &ReadOptions) -> CorpusError {
    let file = reader.name().to_owned();
    if reader.unlabelled() > 0 {
        return CorpusError::AllUnlabelled { file, column: reader.label_column().to_owned() };
    }
    if options.filters.is_empty() {
        return CorpusError::Empty { file };
    }
    let filters: Vec<String> = options.filters.iter().map(|(column, value)| format!("{column}={value}")).collect();
    CorpusError::AllFiltered { file, filters: filters.join(" and ") }
}

//! Reading one record at a time, from a file or any other input.

use std::fs::File;
use std::io::BufRead;
use std::path::Path;

use copydesk_infer::MAX_LABEL_CHARS;

use crate::compression::{Input, decompressed};

use super::delimited::Delimited;
use super::json_lines::JsonLines;
use super::lines::Lines;
use super::options::Columns;
#[cfg(feature = "parquet")]
use super::parquet::ParquetRows;
use super::{CorpusError, Format, Labels, ReadOptions};

/// One row of a corpus file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Record {
    /// The text, untouched. It may be empty or all white space, which can be classified too.
    pub text: String,
    /// The label without white space around it; never empty, unless labels are ignored: then always empty.
    pub label: String,
    /// The document's name, untouched; empty if the row is a document of its own.
    pub group: String,
    /// The columns of [`ReadOptions::extra`], in their order. A JSON null is empty.
    pub extra: Vec<String>,
    /// The line where the row starts, from 1. The header counts. For Parquet the number of the row, from 1.
    pub line: u64,
}

/// Reads records from CSV, TSV or JSON Lines in memory of about twice the longest row, which may have 64 MiB, or from
/// Parquet in memory of some pages of the wanted columns.
///
/// [`read`](Self::read) uses one record's buffers again; as an iterator it makes a new record each time and ends after
/// an error.
#[derive(Debug)]
pub struct RecordReader<R> {
    lines: Lines<R>,
    columns: Columns,
    source: Source,
    finished: bool,
    /// Whether any row has had the column of each filter.
    filters_met: Vec<bool>,
    unlabelled: usize,
}

#[derive(Debug)]
enum Source {
    Delimited(Delimited),
    JsonLines(JsonLines),
    #[cfg(feature = "parquet")]
    Parquet(Box<ParquetRows>),
}

impl Source {
    fn cell(&self, slot: usize) -> Option<&str> {
        match self {
            Self::Delimited(source) => source.cell(slot),
            Self::JsonLines(source) => source.cell(slot),
            #[cfg(feature = "parquet")]
            Self::Parquet(source) => source.cell(slot),
        }
    }
}

impl RecordReader<Input> {
    /// Opens a file, which may be packed with gzip or Zstandard. Its format is that of the options, or else what its
    /// extension tells.
    ///
    /// # Errors
    /// If the file is not there, is a directory or is of unknown format, and as [`new`](Self::new).
    pub fn open(path: &Path, options: &ReadOptions, labels: Labels) -> Result<Self, CorpusError> {
        let name = path.display().to_string();
        let open = |source| CorpusError::Open { path: name.clone(), source };
        let file = File::open(path).map_err(open)?;
        if file.metadata().map_err(open)?.is_dir() {
            return Err(CorpusError::Directory { path: name });
        }
        let Some(format) = options.format.or_else(|| Format::of_path(path)) else {
            return Err(CorpusError::UnknownExtension { path: name });
        };
        let (_, input) = decompressed(file).map_err(open)?;
        Self::new(input, &name, format, options, labels)
    }
}

impl<R: BufRead> RecordReader<R> {
    /// Reads from `input`, which messages call `name`, in the given format (not that of the options). The header of CSV
    /// and TSV is read at once; Parquet, which is read from its end, is copied to a temporary file first.
    ///
    /// # Errors
    /// If the header is missing or malformed, or a column is not in it.
    pub fn new(
        input: R,
        name: &str,
        format: Format,
        options: &ReadOptions,
        labels: Labels,
    ) -> Result<Self, CorpusError> {
        let columns = Columns::new(options, labels);
        let mut lines = Lines::new(input, name);
        let source = match format {
            Format::Csv | Format::Tsv => {
                Source::Delimited(Delimited::new(format, options.quoting, &columns, &mut lines)?)
            }
            Format::JsonLines => Source::JsonLines(JsonLines::new(&columns)),
            #[cfg(feature = "parquet")]
            Format::Parquet => Source::Parquet(Box::new(ParquetRows::new(lines.input(), name, &columns)?)),
            #[cfg(not(feature = "parquet"))]
            Format::Parquet => return Err(CorpusError::NoParquet { file: name.to_owned() }),
        };
        let filters_met = vec![false; columns.filters.len()];
        Ok(Self { lines, columns, source, finished: false, filters_met, unlabelled: 0 })
    }

    /// How messages name the input.
    pub fn name(&self) -> &str {
        &self.lines.name
    }

    /// Reads the next record into `record`; `false` at the end, where `record` stays as it was.
    ///
    /// # Errors
    /// Any of [`CorpusError`]'s about content. What follows the bad row is then not to be relied on. A row without a label
    /// is told once the rows after it have been read, with the number of such rows.
    pub fn read(&mut self, record: &mut Record) -> Result<bool, CorpusError> {
        let line = loop {
            let Some(line) = self.next_row()? else {
                return Ok(false);
            };
            if !self.passes() {
                continue;
            }
            if !self.lacks_label() {
                break line;
            }
            self.unlabelled += 1;
            if !self.columns.skip_unlabelled {
                return Err(self.empty_label(line)?);
            }
        };
        let cell = |slot| self.source.cell(slot);
        record.line = line;
        fill(&mut record.text, cell(self.columns.text));
        fill(&mut record.group, cell(self.columns.group));
        record.extra.resize_with(self.columns.extra.len(), String::new);
        for (target, &slot) in record.extra.iter_mut().zip(&self.columns.extra) {
            fill(target, cell(slot));
        }
        fill(&mut record.label, self.columns.label.and_then(cell).map(str::trim));
        if let Some(slot) = self.columns.label {
            self.check_label(&record.label, slot, line)?;
        }
        Ok(true)
    }

    fn check_label(&self, label: &str, slot: usize, line: u64) -> Result<(), CorpusError> {
        let file = || self.lines.name.clone();
        let column = || self.columns.names[slot].clone();
        let length = label.chars().count();
        // It is a text, read from the wrong column.
        if length > MAX_LABEL_CHARS {
            return Err(CorpusError::LongLabel { file: file(), line, column: column(), length });
        }
        if label.contains(|c: char| c.is_control() || is_invisible_order(c)) {
            let label = label.to_owned();
            return Err(CorpusError::ControlInLabel { file: file(), line, column: column(), label });
        }
        Ok(())
    }

    fn next_row(&mut self) -> Result<Option<u64>, CorpusError> {
        match &mut self.source {
            Source::Delimited(source) => source.read(&mut self.lines),
            Source::JsonLines(source) => source.read(&self.columns, &mut self.lines),
            #[cfg(feature = "parquet")]
            Source::Parquet(source) => source.read(&self.columns),
        }
    }

    /// Whether the row has the values that the filters want.
    fn passes(&mut self) -> bool {
        let mut passes = true;
        for ((slot, value), met) in self.columns.filters.iter().zip(&mut self.filters_met) {
            if let Some(cell) = self.source.cell(*slot) {
                *met = true;
                passes &= cell == value;
            }
        }
        passes
    }

    /// Whether the row has no label where it should have one.
    fn lacks_label(&self) -> bool {
        let cell = |slot| self.source.cell(slot).unwrap_or_default();
        self.columns.label.is_some_and(|slot| cell(slot).trim().is_empty())
    }

    /// The error for the first row without a label, at a line: counts the others.
    fn empty_label(&mut self, line: u64) -> Result<CorpusError, CorpusError> {
        while self.next_row()?.is_some() {
            if self.passes() && self.lacks_label() {
                self.unlabelled += 1;
            }
        }
        let (file, column) = (self.lines.name.clone(), self.label_column().to_owned());
        Ok(CorpusError::EmptyLabel { file, line, column, rows: self.unlabelled })
    }

    /// The name of the label's column; empty if labels are ignored.
    pub(super) fn label_column(&self) -> &str {
        self.columns.label.map_or("", |slot| &self.columns.names[slot])
    }

    /// Rows read so far that were left out for want of a label (see [`ReadOptions::skip_unlabelled`]).
    pub fn unlabelled(&self) -> usize {
        self.unlabelled
    }

    /// Whether any row read so far had the column of each filter.
    pub(super) fn filters_met(&self) -> &[bool] {
        &self.filters_met
    }

    /// The first place without the column of a filter, with the columns that are there.
    pub(super) fn first_lacking(&self) -> Option<&(u64, Vec<String>)> {
        match &self.source {
            Source::Delimited(source) => source.lacking(),
            Source::JsonLines(source) => source.lacking(),
            #[cfg(feature = "parquet")]
            Source::Parquet(source) => source.lacking(),
        }
    }
}

/// Line and paragraph separators, and the marks that turn the direction of text: a label with one of them breaks a table or
/// looks like another label.
fn is_invisible_order(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn fill(target: &mut String, value: Option<&str>) {
    target.clear();
    target.push_str(value.unwrap_or_default());
}

impl<R: BufRead> Iterator for RecordReader<R> {
    type Item = Result<Record, CorpusError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.finished {
            return None;
        }
        let mut record = Record::default();
        let read = self.read(&mut record);
        self.finished = !matches!(read, Ok(true));
        match read {
            Ok(true) => Some(Ok(record)),
            Ok(false) => None,
            Err(error) => Some(Err(error)),
        }
    }
}

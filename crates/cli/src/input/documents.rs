//! The rows of a table as texts.

use copydesk_train::{CorpusError, Format, Input, Labels, ReadOptions, Record, RecordReader};

use super::Source;
use crate::failure::Failure;
use crate::records::InputFormat;

/// Reads one column of a table, row after row.
pub(crate) struct Documents {
    reader: RecordReader<Input>,
    record: Record,
    rows: u64,
}

impl Documents {
    /// Opens a table in the format given, or else the one that its name tells.
    pub fn open(source: &Source, column: &str, format: Option<InputFormat>) -> Result<Self, Failure> {
        let input = source.open()?;
        let format = source.table_format(format)?;
        let options = ReadOptions { text: column.to_owned(), ..ReadOptions::default() };
        let reader = RecordReader::new(input, &source.name(), format, &options, Labels::Ignored)?;
        Ok(Self { reader, record: Record::default(), rows: 0 })
    }

    /// The next text and the line where its row starts; `None` at the end. A table has to have rows.
    pub fn next(&mut self) -> Result<Option<(u64, String)>, Failure> {
        if self.reader.read(&mut self.record)? {
            self.rows += 1;
            return Ok(Some((self.record.line, std::mem::take(&mut self.record.text))));
        }
        if self.rows == 0 {
            let name = self.reader.name();
            return Err(Failure::BadData(format!("{name} has no rows: give a table with at least one")));
        }
        Ok(None)
    }
}

impl Source {
    /// The format of a table: the one given, or else the one that its name tells.
    pub fn table_format(&self, given: Option<InputFormat>) -> Result<Format, Failure> {
        let told = || match self {
            Self::File(path) => Format::of_path(path),
            Self::Stdin | Self::Unusable { .. } => None,
        };
        given.map(Format::from).or_else(told).ok_or_else(|| CorpusError::UnknownExtension { path: self.name() }.into())
    }
}

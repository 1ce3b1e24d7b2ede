//! The rows of a table as texts.

use std::mem;

use copydesk_train::{CorpusError, Format, Input, Labels, ReadOptions, Record, RecordReader};

use super::Source;
use crate::failure::Failure;
use crate::progress::ReadProgress;
use crate::records::InputFormat;

/// Reads one column of a table, row after row.
pub(crate) struct Documents {
    reader: RecordReader<Input>,
    record: Record,
    rows: u64,
    /// What is wrong behind the rows that were given.
    failure: Option<Failure>,
}

impl Documents {
    /// Opens a table in the format given, or else the one that its name tells.
    pub fn open(
        source: &Source,
        column: &str,
        format: Option<InputFormat>,
        progress: &ReadProgress,
    ) -> Result<Self, Failure> {
        let (_, input) = source.open_packed(progress)?;
        let format = source.table_format(format)?;
        let options = ReadOptions { text: column.to_owned(), ..ReadOptions::default() };
        let reader = RecordReader::new(input, &source.name(), format, &options, Labels::Ignored)?;
        Ok(Self { reader, record: Record::default(), rows: 0, failure: None })
    }

    /// Takes what is wrong behind the rows that were given, if it has been met: the next rows would be it.
    pub fn take_failure(&mut self) -> Option<Failure> {
        self.failure.take()
    }

    /// The next text and the line where its row starts; `None` at the end. A table has to have rows.
    fn next(&mut self) -> Result<Option<(u64, &str)>, Failure> {
        if self.reader.read(&mut self.record)? {
            self.rows += 1;
            return Ok(Some((self.record.line, &self.record.text)));
        }
        if self.rows == 0 {
            let name = self.reader.name();
            return Err(Failure::BadData(format!("{name} has no rows: give a table with at least one")));
        }
        Ok(None)
    }
}

/// Rows are read together until there are so many, or they have so many bytes of text: memory stays constant.
const ROWS: usize = 1024;
const BYTES: usize = 64 << 10;
/// Of their memory so many bytes are used again; what a long row took is given back.
const KEPT: usize = 4 * BYTES;

/// Some rows of a table, in memory that is used again.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    text: String,
    /// Where the text of each ends in `text`, and the line where it starts.
    ends: Vec<(usize, u64)>,
}

impl Rows {
    pub fn clear(&mut self) {
        self.text.clear();
        self.text.shrink_to(KEPT);
        self.ends.clear();
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The bytes of all texts.
    pub fn bytes(&self) -> usize {
        self.text.len()
    }

    /// Reads rows until there are enough, or no more; `false` if there are none. What is wrong behind some rows is told in
    /// place of the next.
    pub fn fill(&mut self, documents: &mut Documents) -> Result<bool, Failure> {
        documents.failure.take().map_or(Ok(()), Err)?;
        documents.failure = self.read(documents).err();
        if self.is_empty() { documents.failure.take().map_or(Ok(false), Err) } else { Ok(true) }
    }

    fn read(&mut self, documents: &mut Documents) -> Result<(), Failure> {
        while self.ends.len() < ROWS && self.text.len() < BYTES {
            let Some((line, text)) = documents.next()? else { break };
            self.text.push_str(text);
            self.ends.push((self.text.len(), line));
        }
        Ok(())
    }

    /// Each row's line and text.
    pub fn iter(&self) -> impl Iterator<Item = (u64, &str)> {
        let mut start = 0;
        self.ends.iter().map(move |&(end, line)| (line, &self.text[mem::replace(&mut start, end)..end]))
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

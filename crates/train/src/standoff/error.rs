//! What can be wrong with the tables of a stand-off data set.

use crate::corpus::{CorpusError, ErrorKind};

/// Why a stand-off data set, or a file of texts for it, could not be read. Lines count from 1.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StandoffError {
    /// A file cannot be read as a table.
    #[error(transparent)]
    Table(#[from] CorpusError),
    /// A value is not what its column has to hold.
    #[error("{file}:{line}: `{column}` is `{value}`: it has to be {expected}")]
    Value {
        /// The table.
        file: String,
        /// The line.
        line: u64,
        /// The column.
        column: &'static str,
        /// The value found.
        value: String,
        /// What is allowed.
        expected: &'static str,
    },
    /// A name that has to be unique is there twice.
    #[error("{file}:{line}: there is another row whose `{column}` is `{value}`: remove one of them")]
    Twice {
        /// The table of the second.
        file: String,
        /// The line of the second.
        line: u64,
        /// The column.
        column: &'static str,
        /// The name.
        value: String,
    },
    /// A sentence belongs to a document that the table of documents lacks.
    #[error(
        "{file}:{line}: the document `{document}` is not in {documents}: add it there, or use the table that belongs to these labels"
    )]
    NoSuchDocument {
        /// The table of labels.
        file: String,
        /// The line.
        line: u64,
        /// The document's name.
        document: String,
        /// The table of documents.
        documents: String,
    },
}

impl StandoffError {
    /// Whether there was no input, or bad data in it.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Table(error) => error.kind(),
            _ => ErrorKind::BadData,
        }
    }
}

//! What can be wrong with a corpus: where it is wrong and how to put it right.

use std::io;

use copydesk_infer::MAX_LABEL_CHARS;

use crate::nearest::nearest_name;

/// The two ways in which reading a corpus fails, for a command line's exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The input cannot be opened or read at all (`EX_NOINPUT`, 66).
    NoInput,
    /// The input was read and its content is wrong (`EX_DATAERR`, 65).
    BadData,
}

/// Why a corpus could not be read. Lines and columns of text count from 1.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CorpusError {
    /// The file cannot be opened.
    #[error("cannot read {path}: {source}")]
    Open {
        /// The path as given.
        path: String,
        /// The operating system's reason.
        source: io::Error,
    },
    /// The path is a directory.
    #[error("{path} is a directory: name the files in it")]
    Directory {
        /// The path as given.
        path: String,
    },
    /// Reading broke off.
    #[error("{file}:{line}: cannot read on: {source}")]
    Read {
        /// The input.
        file: String,
        /// The line that was being read.
        line: u64,
        /// The operating system's reason.
        source: io::Error,
    },
    /// The file name does not tell the format.
    #[error(
        "{path}: the name does not tell the format (known: .csv, .tsv, .jsonl, .ndjson, .parquet, each also with .gz or .zst): give the format as csv, tsv, jsonl or parquet"
    )]
    UnknownExtension {
        /// The path as given.
        path: String,
    },
    /// The input holds no row.
    #[error("{file}: there are no rows: give a file with at least one example")]
    Empty {
        /// The input, or inputs.
        file: String,
    },
    /// The input holds no row that the filters keep.
    #[error("{file}: there are no rows where {filters}: change the filter, or leave the file out")]
    AllFiltered {
        /// The input.
        file: String,
        /// The filters, as `column=value`.
        filters: String,
    },
    /// The input is UTF-16 or UTF-32.
    #[error("{file}:1: the file is encoded in UTF-16 or UTF-32: save it as UTF-8")]
    Utf16 {
        /// The input.
        file: String,
    },
    /// A line is not UTF-8.
    #[error("{file}:{line}:{byte}: invalid UTF-8 at byte {byte} of the line: save the file as UTF-8")]
    InvalidUtf8 {
        /// The input.
        file: String,
        /// The line.
        line: u64,
        /// The first bad byte's place in the line, from 1.
        byte: usize,
    },
    /// A text ends within a character, unless its last letter is one of another encoding.
    #[error("{file}:{line}:{byte}: the file ends within a character, or is no UTF-8: give the whole file, as UTF-8")]
    CutCharacter {
        /// The input.
        file: String,
        /// The last line.
        line: u64,
        /// The place of the character in the line, in bytes from 1.
        byte: usize,
    },
    /// The content is no text.
    #[error("{file}:{line}:{byte}: the file is binary and no text: save it as CSV (UTF-8), or give its format")]
    Binary {
        /// The input.
        file: String,
        /// The line.
        line: u64,
        /// The first byte's place in the line that is not UTF-8, from 1.
        byte: usize,
    },
    /// Lines end as those of old Macintosh programs.
    #[error("{file}:1: the lines end in carriage returns (CR) alone: save the file with line feeds (LF or CRLF)")]
    CarriageReturns {
        /// The input.
        file: String,
    },
    /// A table is separated by semicolons, which spreadsheets of many countries call CSV.
    #[error("{file}:{line}: the columns are separated by `;`: export the table with commas in place of `;`, or as TSV")]
    Semicolons {
        /// The input.
        file: String,
        /// The header's line.
        line: u64,
    },
    /// A column that was asked for is not there.
    #[error("{file}:{line}: there is no column `{column}`{}: {}", did_you_mean(.nearest.as_deref()), name_columns(.present))]
    NoSuchColumn {
        /// The input.
        file: String,
        /// The header's line, or the JSON object's.
        line: u64,
        /// The column asked for.
        column: String,
        /// The columns that are there.
        present: Vec<String>,
        /// The one among them that is spelled most alike, if any is.
        nearest: Option<String>,
    },
    /// Two columns, or two keys of a JSON object, have one name.
    #[error("{file}:{line}: there are two columns `{column}`: rename or remove one")]
    DuplicateColumn {
        /// The input.
        file: String,
        /// The header's line, or the JSON object's.
        line: u64,
        /// The name.
        column: String,
    },
    /// A row has more or fewer fields than the header.
    #[error(
        "{file}:{line}: the row has {found} field{} and the header {expected}: quote a field that holds the separator, or complete the row",
        if *.found == 1 { "" } else { "s" }
    )]
    Ragged {
        /// The input.
        file: String,
        /// The line where the row starts.
        line: u64,
        /// Fields in the row.
        found: usize,
        /// Fields in the header.
        expected: usize,
    },
    /// A quoted field does not end.
    #[error(
        "{file}:{line}: a quotation mark opens a field here and none closes it: close it; where the text begins with a mark, \
         put the field in quotation marks and double those inside (\"\"\"Fog\"\", it said\")"
    )]
    UnclosedQuote {
        /// The input.
        file: String,
        /// The line where the quoted field starts.
        line: u64,
    },
    /// A quoted field goes on after its closing quotation mark.
    #[error(
        "{file}:{line}:{byte}: text follows the quotation mark that closes a field: double each mark inside the field (\"\"\"Fog\"\", it said\")"
    )]
    TextAfterQuote {
        /// The input.
        file: String,
        /// The line of the closing mark.
        line: u64,
        /// The place of the text in the line, in bytes from 1.
        byte: usize,
    },
    /// A line is not a JSON object.
    #[error("{file}:{line}:{column}: {reason}: each line has to be one whole JSON object")]
    Json {
        /// The input.
        file: String,
        /// The line.
        line: u64,
        /// The place in the line, in bytes from 1.
        column: usize,
        /// What the JSON parser found wrong.
        reason: String,
    },
    /// A JSON value has a type that its column cannot have.
    #[error("{file}:{line}: `{column}` is {found}: it has to be {expected}")]
    WrongType {
        /// The input.
        file: String,
        /// The line.
        line: u64,
        /// The key.
        column: String,
        /// The type found.
        found: &'static str,
        /// The types allowed.
        expected: &'static str,
    },
    /// A row is too long to be one text: a quotation mark is not closed, or lines have no ends.
    #[error(
        "{file}:{line}: the row that starts here has more than {} MiB: close its quotation mark, end its line, or cut it into \
         rows, each of one text",
        super::lines::LONGEST_ROW >> 20
    )]
    TooLong {
        /// The input.
        file: String,
        /// The line where the row starts.
        line: u64,
    },
    /// The content is not Parquet, or damaged.
    #[error("{file}: cannot read it as Parquet: {reason}: write or download the file again")]
    Parquet {
        /// The input.
        file: String,
        /// What the reader found wrong.
        reason: String,
    },
    /// This build cannot read Parquet.
    #[error("{file}: this build of copydesk reads no Parquet: build it with the feature `parquet`")]
    NoParquet {
        /// The input.
        file: String,
    },
    /// Rows have no label.
    #[error("{file}:{line}: the label (column `{column}`) is empty; {}", name_unlabelled(*.rows))]
    EmptyLabel {
        /// The input.
        file: String,
        /// The line where the first such row starts.
        line: u64,
        /// The label's column.
        column: String,
        /// How many rows of the input have no label.
        rows: usize,
    },
    /// Rows without a label were to be left out, and none has one.
    #[error("{file}: no row has a label (column `{column}`): name the column of labels, or leave the file out")]
    AllUnlabelled {
        /// The input.
        file: String,
        /// The label's column.
        column: String,
    },
    /// A label that could not stand in a table or a model.
    #[error(
        "{file}:{line}: the label {label:?} (column `{column}`) has a line break, a control character or a mark of direction in it: take it out"
    )]
    ControlInLabel {
        /// The input.
        file: String,
        /// The line where the row starts.
        line: u64,
        /// The label's column.
        column: String,
        /// The label.
        label: String,
    },
    /// A label that is more likely a text.
    #[error(
        "{file}:{line}: the label (column `{column}`) has {length} characters, {limit} are allowed: name the column of labels",
        limit = MAX_LABEL_CHARS
    )]
    LongLabel {
        /// The input.
        file: String,
        /// The line where the row starts.
        line: u64,
        /// The label's column.
        column: String,
        /// The label's length in characters.
        length: usize,
    },
    /// There are more rows than 32 bits can number.
    #[error("{file}:{line}: the corpus has more than {limit} rows: read less of it", limit = u32::MAX)]
    TooLarge {
        /// The input.
        file: String,
        /// The line of the first row too many.
        line: u64,
    },
}

impl CorpusError {
    /// Whether there was no input, or bad data in it.
    pub fn kind(&self) -> ErrorKind {
        match self {
            // Compressed data that are cut off or damaged.
            Self::Read { source, .. } if source.kind() == io::ErrorKind::InvalidData => ErrorKind::BadData,
            Self::Open { .. } | Self::Directory { .. } | Self::Read { .. } => ErrorKind::NoInput,
            _ => ErrorKind::BadData,
        }
    }

    /// The error for a `column` that is not among those `present`.
    pub(super) fn no_such_column(file: &str, line: u64, column: &str, present: Vec<String>) -> Self {
        let nearest = nearest_name(column, present.iter().map(String::as_str)).map(str::to_owned);
        Self::NoSuchColumn { file: file.to_owned(), line, column: column.to_owned(), present, nearest }
    }
}

fn name_unlabelled(rows: usize) -> String {
    match rows {
        1 => "1 row has none: give it a label, or leave it out".to_owned(),
        _ => format!("{rows} rows have none: give them labels, or leave them out"),
    }
}

fn did_you_mean(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |name| format!(" (did you mean `{name}`?)"))
}

fn name_columns(present: &[String]) -> String {
    /// A file without a header can put a whole text into each "name".
    const LONGEST: usize = 40;
    /// More names than this hide the cure.
    const MOST: usize = 20;
    if present.is_empty() {
        return "there are no columns".to_owned();
    }
    let mut names: Vec<String> = present
        .iter()
        .take(MOST)
        .map(|name| match name.char_indices().nth(LONGEST) {
            Some((end, _)) => format!("`{}…`", &name[..end]),
            None => format!("`{name}`"),
        })
        .collect();
    if present.len() > MOST {
        names.push(format!("{} more", present.len() - MOST));
    }
    format!("the columns are {}", names.join(", "))
}

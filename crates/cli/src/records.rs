//! Reading tables of texts, and its options, as several commands have them.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use copydesk_train::{Corpus, CorpusError, ErrorKind, FilterColumns, Format, ReadOptions};

use crate::failure::Failure;
use crate::input::Source;
use crate::output::note;

/// Where to find texts, labels and documents in CSV, TSV, JSONL and Parquet.
#[derive(Debug, Args)]
pub(crate) struct CorpusArgs {
    /// Column with the texts
    #[arg(long, value_name = "NAME", default_value = "text")]
    pub text_column: String,

    /// Column with the labels
    #[arg(long, value_name = "NAME", default_value = "label")]
    pub label_column: String,

    /// Column that names the document a text belongs to; texts of a document are never split between folds
    /// [default: `doc` where there is such a column, otherwise each text is a document]
    #[arg(long, value_name = "NAME")]
    pub group_column: Option<String>,

    /// Read only rows whose column has this value, as in `certain=true`; may be repeated. A row that does not have the
    /// column at all is read too, if others have it
    #[arg(long = "where", value_name = "COLUMN=VALUE", value_parser = parse_filter)]
    pub filters: Vec<(String, String)>,

    /// Leave out rows whose label is empty or missing, and say how many there are; without this they are an error
    #[arg(long)]
    pub skip_unlabelled: bool,

    /// Format of the data, where the file names do not tell
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub input_format: Option<InputFormat>,
}

impl CorpusArgs {
    pub fn options(&self) -> ReadOptions {
        ReadOptions {
            format: self.input_format.map(Into::into),
            text: self.text_column.clone(),
            label: self.label_column.clone(),
            group: self.group_column.clone(),
            filters: self.filters.clone(),
            skip_unlabelled: self.skip_unlabelled,
            ..ReadOptions::default()
        }
    }
}

/// A corpus that was read with [`CorpusArgs`]; says how many rows were left out, or how to leave them out.
pub(crate) fn told(read: Result<Corpus, CorpusError>) -> Result<Corpus, Failure> {
    let corpus = read.map_err(|error| match error {
        // "..., or leave them out"
        CorpusError::EmptyLabel { .. } => Failure::BadData(format!("{error} with --skip-unlabelled")),
        error => error.into(),
    })?;
    match corpus.unlabelled() {
        0 => {}
        1 => note("left out 1 row without a label"),
        rows => note(&format!("left out {rows} rows without a label")),
    }
    Ok(corpus)
}

/// Parses a column and the value that it must have.
pub(crate) fn parse_filter(argument: &str) -> Result<(String, String), String> {
    match argument.split_once('=') {
        Some((column, value)) if !column.is_empty() => Ok((column.to_owned(), value.to_owned())),
        _ => Err("give a column and a value, as in certain=true".to_owned()),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum InputFormat {
    Csv,
    Tsv,
    Jsonl,
    Parquet,
}

impl From<InputFormat> for Format {
    fn from(format: InputFormat) -> Self {
        match format {
            InputFormat::Csv => Self::Csv,
            InputFormat::Tsv => Self::Tsv,
            InputFormat::Jsonl => Self::JsonLines,
            InputFormat::Parquet => Self::Parquet,
        }
    }
}

/// Reads labelled tables: files, all in a directory, or those that a pattern matches.
pub(crate) fn read_corpus(arguments: &[PathBuf], options: &ReadOptions) -> Result<Corpus, Failure> {
    told(Corpus::read(&paths(arguments)?, options))
}

/// As [`read_corpus`], where several corpora are read with the same filters, whose columns are checked after the last.
pub(crate) fn read_part(
    arguments: &[PathBuf],
    options: &ReadOptions,
    filters: &mut FilterColumns,
) -> Result<Corpus, Failure> {
    told(Corpus::read_part(&paths(arguments)?, options, filters))
}

/// The files that arguments name.
pub(crate) fn paths(arguments: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut paths = Vec::new();
    for source in Source::tables(arguments) {
        match source {
            Source::File(path) => paths.push(path),
            Source::Stdin => return Err(Failure::Usage("standard input is not read here: give a file".to_owned())),
            Source::Unusable { .. } => drop(source.open()?),
        }
    }
    Ok(paths)
}

/// How messages about data as a whole name its files.
pub(crate) fn name_files(files: &[PathBuf]) -> String {
    match files {
        [] => String::new(),
        [file] => file.display().to_string(),
        [first, rest @ ..] => format!("{} and {} more", first.display(), rest.len()),
    }
}

impl From<CorpusError> for Failure {
    fn from(error: CorpusError) -> Self {
        if let CorpusError::UnknownExtension { path } = &error {
            let ending = Path::new(path).extension().unwrap_or_default().to_ascii_lowercase();
            let path = if path == "-" { "standard input" } else { path };
            return Self::Usage(match ending.to_str() {
                Some("xlsx" | "xls" | "ods") => {
                    format!("{path} is a spreadsheet, which is not read: save it as CSV (UTF-8)")
                }
                Some("json") => format!(
                    "{path} is JSON, and JSON Lines is needed, an object a line: make it with \
                     jq -c '.[]' file.json > file.jsonl, or give --input-format jsonl if it is that"
                ),
                _ => format!("the format of {path} is not known: give --input-format csv, tsv, jsonl or parquet"),
            });
        }
        let message = error.to_string();
        match error.kind() {
            ErrorKind::NoInput => Self::NoInput(message),
            ErrorKind::BadData => Self::BadData(message),
        }
    }
}

//! Reading tables of texts, and its options, as several commands have them.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use copydesk_train::{Corpus, CorpusError, ErrorKind, Format, ReadOptions};

use crate::failure::Failure;
use crate::input::Source;

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
    /// column at all is read too
    #[arg(long = "where", value_name = "COLUMN=VALUE", value_parser = parse_filter)]
    pub filters: Vec<(String, String)>,

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
            ..ReadOptions::default()
        }
    }
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
    let mut paths = Vec::new();
    for source in Source::tables(arguments) {
        match source {
            Source::File(path) => paths.push(path),
            Source::Stdin => paths.push("-".into()),
            Source::Unusable { .. } => drop(source.open()?),
        }
    }
    Ok(Corpus::read(&paths, options)?)
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
            let path = if path == "-" { "standard input" } else { path };
            return Self::Usage(format!(
                "the format of {path} is not known: give --input-format csv, tsv, jsonl or parquet"
            ));
        }
        let message = error.to_string();
        match error.kind() {
            ErrorKind::NoInput => Self::NoInput(message),
            ErrorKind::BadData => Self::BadData(message),
        }
    }
}

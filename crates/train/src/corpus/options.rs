//! What to read from a corpus file and how.

use std::path::Path;

/// The file formats that a corpus can have. All text is UTF-8; a byte order mark is skipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values (RFC 4180) with a header row.
    Csv,
    /// Tab-separated values with a header row; quoted as CSV is, unless [`ReadOptions::quoting`] is off.
    Tsv,
    /// One JSON object a line.
    JsonLines,
    /// Apache Parquet; needs the feature `parquet`.
    Parquet,
}

impl Format {
    /// The format that a file name's extension tells, in either case: `csv`, `tsv`, `jsonl`, `ndjson`, `parquet`, each
    /// also with `.gz` or `.zst` after it.
    pub fn of_path(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "csv" => Some(Self::Csv),
            "tsv" => Some(Self::Tsv),
            "jsonl" | "ndjson" => Some(Self::JsonLines),
            "parquet" => Some(Self::Parquet),
            // The rest is shorter by an extension, so this ends.
            "gz" | "zst" => Self::of_path(Path::new(path.file_stem()?)),
            _ => None,
        }
    }
}

/// Whether the label column is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Labels {
    /// Every row has to have a label: for training and evaluation.
    Required,
    /// Labels are not looked at, nor need they be there: for classifying.
    Ignored,
}

/// Which columns (JSON: keys) to read, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadOptions {
    /// The format of files; `None` tells it from each file's extension.
    pub format: Option<Format>,
    /// The column of the text: `text`.
    pub text: String,
    /// The column of the label: `label`.
    pub label: String,
    /// The column of the document that a row belongs to. With `None` it is `doc` where there is such a column, otherwise
    /// each row is a document of its own. A named column has to be there.
    pub group: Option<String>,
    /// Columns to keep as strings, in this order. Each has to be there.
    pub extra: Vec<String>,
    /// Columns and the values that they must have: other rows are passed over. A row without such a column (CSV, TSV: a
    /// file without it) is kept, so that one filter can serve files with the column and files without. A JSON null is
    /// the empty value. A column that no row of any file has is an error.
    pub filters: Vec<(String, String)>,
    /// Whether a quotation mark at the start of a CSV or TSV field opens a quoted field (the default). Turn it off for
    /// files whose writer never quotes.
    pub quoting: bool,
    /// Whether rows whose label is empty, null or, in a JSON object, not there are left out and counted. Otherwise they
    /// are an error where labels are required.
    pub skip_unlabelled: bool,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            format: None,
            text: "text".to_owned(),
            label: "label".to_owned(),
            group: None,
            extra: Vec::new(),
            filters: Vec::new(),
            quoting: true,
            skip_unlabelled: false,
        }
    }
}

/// The group column when none is named.
const DEFAULT_GROUP: &str = "doc";

/// The distinct columns to read, each a slot, and the part that each plays.
#[derive(Debug)]
pub(super) struct Columns {
    pub names: Vec<String>,
    pub text: usize,
    pub label: Option<usize>,
    pub skip_unlabelled: bool,
    pub group: usize,
    pub extra: Vec<usize>,
    /// The slots of the filters with the values wanted there.
    pub filters: Vec<(usize, String)>,
    /// The slots from here on may be missing: those that only the filters and the unnamed group use.
    optional_from: usize,
}

impl Columns {
    pub fn new(options: &ReadOptions, labels: Labels) -> Self {
        let mut names: Vec<String> = Vec::new();
        let text = slot(&mut names, &options.text);
        let label = (labels == Labels::Required).then(|| slot(&mut names, &options.label));
        let extra: Vec<usize> = options.extra.iter().map(|name| slot(&mut names, name)).collect();
        let named_group = options.group.as_ref().map(|name| slot(&mut names, name));
        let optional_from = names.len();
        let group = named_group.unwrap_or_else(|| slot(&mut names, DEFAULT_GROUP));
        let filters = options.filters.iter().map(|(name, value)| (slot(&mut names, name), value.clone())).collect();
        let skip_unlabelled = options.skip_unlabelled;
        Self { names, text, label, skip_unlabelled, group, extra, filters, optional_from }
    }

    /// Texts alone, each a column that has to be there.
    pub fn wanted(texts: &[String]) -> Self {
        let mut names = Vec::new();
        for text in texts {
            slot(&mut names, text);
        }
        let optional_from = names.len();
        let (extra, filters) = (Vec::new(), Vec::new());
        Self { names, text: 0, label: None, skip_unlabelled: false, group: 0, extra, filters, optional_from }
    }

    /// Whether a filter's column is missing where `has` tells the slots that are there.
    pub fn lacks_filter(&self, has: impl Fn(usize) -> bool) -> bool {
        self.filters.iter().any(|(slot, _)| !has(*slot))
    }

    /// Whether the column of a slot may be missing.
    pub fn is_optional(&self, slot: usize) -> bool {
        slot >= self.optional_from
    }

    /// Whether a single object may lack the column of a slot.
    pub fn is_optional_in_object(&self, slot: usize) -> bool {
        self.is_optional(slot) || (self.skip_unlabelled && self.label == Some(slot))
    }
}

/// The slot of a column, a new one where it has none yet.
fn slot(names: &mut Vec<String>, name: &str) -> usize {
    names.iter().position(|known| known == name).unwrap_or_else(|| {
        names.push(name.to_owned());
        names.len() - 1
    })
}

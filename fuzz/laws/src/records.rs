//! Tables and JSON Lines of any bytes.

use std::io::BufReader;

use copydesk_train::{CorpusError, Format, Labels, ReadOptions, Record, RecordReader};

/// Any bytes as CSV: see `check`.
pub fn csv(data: &[u8]) {
    check(data, Format::Csv);
}

/// Any bytes as TSV, quoted or not: see `check`.
pub fn tsv(data: &[u8]) {
    check(data, Format::Tsv);
}

/// Any bytes as JSON Lines: see `check`.
pub fn json_lines(data: &[u8]) {
    check(data, Format::JsonLines);
}

/// Records are the same whatever pieces the input comes in, their lines ascend, labels are clean, and an error ends
/// the reading and names a place.
fn check(data: &[u8], format: Format) {
    let unquoted = ReadOptions { quoting: false, ..ReadOptions::default() };
    let extra = ReadOptions {
        extra: vec!["source".to_owned(), "text".to_owned()],
        filters: vec![("kind".to_owned(), "kept".to_owned())],
        ..ReadOptions::default()
    };
    for (options, labels) in
        [(ReadOptions::default(), Labels::Required), (unquoted, Labels::Ignored), (extra, Labels::Required)]
    {
        let whole = read(data, data.len().max(1), format, &options, labels);
        let pieces = read(data, 3, format, &options, labels);
        assert_eq!(whole, pieces);
    }
}

/// The records before the end or the first error, and the error.
fn read(
    data: &[u8],
    piece: usize,
    format: Format,
    options: &ReadOptions,
    labels: Labels,
) -> (Vec<Record>, Option<String>) {
    let input = BufReader::with_capacity(piece, data);
    let mut reader = match RecordReader::new(input, "input", format, options, labels) {
        Ok(reader) => reader,
        Err(error) => return (Vec::new(), Some(message(&error))),
    };
    let mut records: Vec<Record> = Vec::new();
    while let Some(record) = reader.next() {
        match record {
            Ok(record) => {
                assert!(records.last().is_none_or(|last| last.line < record.line), "lines do not ascend");
                assert_eq!(record.label.is_empty(), labels == Labels::Ignored, "{record:?}");
                assert!(!record.label.contains(char::is_control), "{record:?}");
                assert_eq!(record.extra.len(), options.extra.len());
                records.push(record);
            }
            Err(error) => {
                assert!(reader.next().is_none(), "reading goes on after an error");
                return (records, Some(message(&error)));
            }
        }
    }
    (records, None)
}

fn message(error: &CorpusError) -> String {
    let message = error.to_string();
    assert!(message.starts_with("input:"), "{message:?} does not name its place");
    message
}

//! Rows as they are written, so that some columns' texts can be cut and every other byte kept.

use std::borrow::Cow;
use std::io::BufRead;
use std::ops::Range;

use serde::de::MapAccess;
use serde_json::value::RawValue;

use super::cells::Kind;
use super::delimited::Delimited;
use super::escapes::{Writing, cut};
use super::json_lines::{Fault, Slots, keys, read_object};
use super::lines::{Lines, UTF8_MARK};
use super::options::Columns;
use super::{CorpusError, Format};

/// A row, or what stands between rows, with the texts of the wanted columns.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    /// The line where the row starts, from 1.
    pub line: u64,
    /// One entry a wanted column; `None` where the row does not have it, or it is null. What is no row, as a header or a
    /// blank line, has none of them.
    pub values: Vec<Option<Value>>,
    /// The row with its line break.
    written: String,
    /// Where the row begins, after blank lines.
    start: usize,
    /// Whether the row would be a blank line, and so no row, with an empty value.
    alone: bool,
}

/// A text of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    /// The text, decoded.
    pub text: String,
    /// Where it is written in the row, without quotation marks.
    span: Range<usize>,
    writing: Writing,
}

impl Row {
    /// The row as it is written, with its line break and without blank lines before it.
    pub fn written(&self) -> &str {
        &self.written[self.start..]
    }

    /// The bytes that the row takes: as it is written, with blank lines before it, and the texts of the wanted columns.
    pub fn size(&self) -> usize {
        self.written.len() + self.values.iter().flatten().map(|value| value.text.len()).sum::<usize>()
    }

    /// Appends the row to `out` without some parts of its texts, given by value in bytes of the decoded text. The parts
    /// of a value are in order, do not overlap and are bounded by characters. Every other byte is kept.
    pub fn write_without(&self, parts: &[Vec<Range<usize>>], out: &mut Vec<u8>) {
        let bytes = self.written.as_bytes();
        let mut values: Vec<_> =
            self.values.iter().zip(parts).filter_map(|(value, parts)| value.as_ref().zip(Some(parts))).collect();
        values.sort_by_key(|(value, _)| value.span.start);
        let mut kept = 0;
        for (value, parts) in values.into_iter().filter(|(_, parts)| !parts.is_empty()) {
            out.extend_from_slice(&bytes[kept..value.span.start]);
            let begin = out.len();
            cut(&self.written[value.span.clone()], value.writing, parts, out);
            if value.writing == Writing::Bare && (out[begin..].starts_with(b"\"") || (self.alone && out.len() == begin))
            {
                // What is left would open a quoted field, or be a blank line.
                let field = String::from_utf8_lossy(&out[begin..]).replace('"', "\"\"");
                out.truncate(begin);
                out.extend_from_slice(format!("\"{field}\"").as_bytes());
            }
            kept = value.span.end;
        }
        out.extend_from_slice(&bytes[kept..]);
    }

    /// Appends what stands before the row and not the row.
    pub fn write_dropped(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.written.as_bytes()[..self.start]);
    }
}

/// Reads the rows of CSV, TSV or JSON Lines as they are written, together the whole input byte for byte.
#[derive(Debug)]
pub struct RowReader<R> {
    lines: Lines<R>,
    names: Vec<String>,
    source: Source,
    /// The header, or the byte order mark of a format without one, until it is read.
    head: Option<String>,
    /// Whether any object had one of the columns, and the keys of the first object that had none.
    met: bool,
    present: Option<Vec<String>>,
}

#[derive(Debug)]
enum Source {
    Delimited(Delimited),
    JsonLines,
}

impl<R: BufRead> RowReader<R> {
    /// Reads from `input`, which messages call `name`. Of CSV and TSV each column has to be in the header; a JSON object may
    /// lack them.
    ///
    /// # Errors
    /// If the header is missing or malformed, or a column is not in it, or the format is Parquet, which has no rows to be
    /// kept as they are written.
    pub fn new(input: R, name: &str, format: Format, columns: &[String]) -> Result<Self, CorpusError> {
        let columns = Columns::wanted(columns);
        let mut lines = Lines::new(input, name);
        let mut head = None;
        let source = match format {
            Format::Csv | Format::Tsv => {
                let source = Delimited::new(format, true, &columns, &mut lines)?;
                let mark = if lines.marked { UTF8_MARK } else { "" };
                head = Some(format!("{mark}{}", source.written()));
                Source::Delimited(source)
            }
            Format::JsonLines => Source::JsonLines,
            Format::Parquet => {
                let reason = "its rows are not written one after the other".to_owned();
                return Err(CorpusError::Parquet { file: name.to_owned(), reason });
            }
        };
        Ok(Self { lines, names: columns.names, source, head, met: false, present: None })
    }

    /// Reads the next row, or what stands between rows; `false` at the end.
    ///
    /// # Errors
    /// Any of [`CorpusError`]'s about content; [`NoSuchColumn`](CorpusError::NoSuchColumn) at the end if no JSON object had
    /// any of the columns.
    pub fn read(&mut self, row: &mut Row) -> Result<bool, CorpusError> {
        row.line = 1;
        row.values.clear();
        row.start = 0;
        row.written.clear();
        row.alone = false;
        if let Some(head) = self.head.take() {
            row.written = head;
            return Ok(true);
        }
        match &mut self.source {
            Source::Delimited(source) => {
                let read = source.read(&mut self.lines)?;
                row.written.push_str(source.written());
                let Some(line) = read else { return Ok(!row.written.is_empty()) };
                row.line = line;
                row.start = source.start();
                row.alone = source.width() == 1;
                row.values.extend((0..self.names.len()).map(|slot| {
                    let (span, writing) = source.span(slot)?;
                    Some(Value { text: source.cell(slot)?.to_owned(), span, writing })
                }));
                Ok(true)
            }
            Source::JsonLines => self.read_object(row),
        }
    }

    fn read_object(&mut self, row: &mut Row) -> Result<bool, CorpusError> {
        let Some((line, json)) = self.lines.next()? else {
            return match self.present.take().filter(|_| !self.met) {
                Some(present) => Err(CorpusError::no_such_column(&self.lines.name, 1, &self.names[0], present)),
                None => Ok(false),
            };
        };
        row.line = line;
        row.written.push_str(json);
        if !json.trim().is_empty() {
            row.values.resize(self.names.len(), None);
            match literals(json, &self.names, &mut row.values) {
                Ok(true) => self.met = true,
                Ok(false) if self.present.is_none() => self.present = Some(keys(json)),
                Ok(false) => {}
                Err(fault) => return Err(fault.at(&self.lines.name, line)),
            }
        }
        if line == 1 && self.lines.marked {
            row.written.insert_str(0, UTF8_MARK);
            row.start = UTF8_MARK.len();
            for value in row.values.iter_mut().flatten() {
                value.span = value.span.start + UTF8_MARK.len()..value.span.end + UTF8_MARK.len();
            }
        }
        Ok(true)
    }
}

/// Finds the wanted string literals in a line with one JSON object; whether it has any of the keys.
fn literals(json: &str, names: &[String], values: &mut [Option<Value>]) -> Result<bool, Fault> {
    let mut found: Vec<Option<&RawValue>> = vec![None; names.len()];
    read_object(json, names, found.as_mut_slice())?;
    let any = found.iter().any(Option::is_some);
    for (slot, literal) in found.into_iter().enumerate() {
        let Some(literal) = literal.map(RawValue::get) else { continue };
        if literal == "null" {
            continue;
        }
        if !literal.starts_with('"') {
            let (column, found) = (names[slot].clone(), kind_of(literal).name());
            return Err(Fault::Type { column, found, expected: "a string or null" });
        }
        // The literal is a part of the line: `RawValue` borrows from what is parsed.
        let start = literal.as_ptr().addr() - json.as_ptr().addr();
        let text =
            serde_json::from_str::<CowText<'_>>(literal).map_err(|error| Fault::Json { error, before: start })?.0;
        let span = start + 1..start + literal.len() - 1;
        values[slot] = Some(Value { text: text.into_owned(), span, writing: Writing::Json });
    }
    Ok(any)
}

#[derive(serde::Deserialize)]
struct CowText<'a>(#[serde(borrow)] Cow<'a, str>);

fn kind_of(literal: &str) -> Kind {
    match literal.as_bytes().first() {
        Some(b'[') => Kind::Array,
        Some(b'{') => Kind::Object,
        Some(b't' | b'f') => Kind::Boolean,
        _ if literal.contains(['.', 'e', 'E']) => Kind::Fraction,
        _ => Kind::Integer,
    }
}

/// The literals of the wanted keys, as they are written.
impl<'de> Slots<'de> for [Option<&'de RawValue>] {
    fn take<A: MapAccess<'de>>(&mut self, slot: usize, map: &mut A) -> Result<bool, A::Error> {
        Ok(self[slot].replace(map.next_value()?).is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rows(input: &str, format: Format, columns: &[&str]) -> Result<Vec<Row>, CorpusError> {
        let columns: Vec<String> = columns.iter().map(ToString::to_string).collect();
        let mut reader = RowReader::new(input.as_bytes(), "f", format, &columns)?;
        let (mut rows, mut row) = (Vec::new(), Row::default());
        while reader.read(&mut row)? {
            rows.push(row.clone());
        }
        Ok(rows)
    }

    fn text(row: &Row, slot: usize) -> Option<&str> {
        row.values.get(slot)?.as_ref().map(|value| value.text.as_str())
    }

    /// The rows without every occurrence of `<...>` in their texts.
    fn cut_marked(rows: &[Row]) -> String {
        let mut out = Vec::new();
        for row in rows {
            let parts: Vec<Vec<Range<usize>>> = (0..row.values.len())
                .map(|slot| {
                    let text = text(row, slot).unwrap_or("");
                    text.match_indices('<').map(|(at, _)| at..at + text[at..].find('>').unwrap() + 1).collect()
                })
                .collect();
            row.write_without(&parts, &mut out);
        }
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn all_but_the_parts_is_kept_in_csv() {
        let input = "\u{feff}\"n\",title,body\r\n\r\n1,<a>b,\"x \"\"<q\"\"\r\ny>\"\" z\"\r\n\n2, <t>,<u>\"v\n";
        let found = rows(input, Format::Csv, &["body", "title"]).unwrap();
        assert_eq!(found.iter().map(|row| row.line).collect::<Vec<_>>(), [1, 3, 6]);
        assert_eq!((text(&found[1], 0), text(&found[1], 1)), (Some("x \"<q\"\r\ny>\" z"), Some("<a>b")));
        let expected = "\u{feff}\"n\",title,body\r\n\r\n1,b,\"x \"\"\"\" z\"\r\n\n2, ,\"\"\"v\"\n";
        assert_eq!(cut_marked(&found), expected);
        let mut out = Vec::new();
        found[2].write_dropped(&mut out);
        assert_eq!(out, b"\n", "the blank line before the row stays");
    }

    #[test]
    fn an_emptied_row_stays_a_row() {
        let found = rows("body\n<x>\na\n\n", Format::Tsv, &["body"]).unwrap();
        assert_eq!(cut_marked(&found), "body\n\"\"\na\n\n");
    }

    #[test]
    fn all_but_the_parts_is_kept_in_json() {
        let input = concat!(
            "\u{feff}{\"n\": 1.50, \"body\" : \"\\u00e9<\\n\\/>\\/é\",\"o\":{\"body\":\"<k>\"}, \"n\":1e3}\r\n",
            "  \n",
            "{\"title\":\"<x>\",\"body\":null}\n",
            "{}"
        );
        let found = rows(input, Format::JsonLines, &["body", "title"]).unwrap();
        assert_eq!(text(&found[0], 0), Some("é<\n/>/é"));
        assert_eq!(found[3].values, [None, None]);
        assert_eq!(cut_marked(&found), input.replace("<\\n\\/>", "").replace("<x>", ""));
    }

    #[test]
    fn wrong_rows_are_named() {
        let fault = |input: &str| rows(input, Format::JsonLines, &["body"]).unwrap_err().to_string();
        assert!(fault("{}\n{\"body\":7}").starts_with("f:2: `body` is an integer"));
        assert!(fault("{\"body\":[]}").starts_with("f:1: `body` is an array"));
        assert!(fault("{\"body\":\"a\",\"body\":\"b\"}").starts_with("f:1: there are two columns `body`"));
        assert!(fault("{\"body\":\"a\"} x").starts_with("f:1:14: trailing"));
        assert!(fault("{\"body\":\"\\ud800\"}").starts_with("f:1:1"));
        assert!(fault("{\"bdy\":\"a\"}\n").contains("did you mean `bdy`?"));
        assert!(
            rows("a,b\n1,2\n", Format::Csv, &["body"]).unwrap_err().to_string().contains("there is no column `body`")
        );
    }

    proptest! {
        #[test]
        fn rows_together_are_the_input(
            cells in prop::collection::vec(("[a\",\r\n é\t]{0,8}", "[b\"\n,]{0,4}"), 0..8),
            blank in "[\r\n]{0,3}",
            separator in prop_oneof![Just((b',', Format::Csv)), Just((b'\t', Format::Tsv))],
            crlf in any::<bool>(),
        ) {
            let mut writer = csv::WriterBuilder::new()
                .delimiter(separator.0)
                .terminator(if crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') })
                .from_writer(Vec::new());
            writer.write_record(["text", "note"]).unwrap();
            for (text, note) in &cells {
                writer.write_record([text, note]).unwrap();
            }
            let table = String::from_utf8(writer.into_inner().unwrap()).unwrap() + &blank.replace('\r', "\r\n");
            let found = rows(&table, separator.1, &["text"]).unwrap();
            prop_assert_eq!(cut_marked(&found), table);
            let texts: Vec<&str> = found.iter().filter_map(|row| text(row, 0)).collect();
            prop_assert_eq!(texts, cells.iter().map(|(text, _)| text.as_str()).collect::<Vec<_>>());
        }

        #[test]
        fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..64), head in any::<bool>()) {
            let mut input = if head { b"text,label\n".to_vec() } else { b"{\"text\":\"a\",".to_vec() };
            input.extend(bytes);
            for format in [Format::Csv, Format::Tsv, Format::JsonLines] {
                let Ok(mut reader) = RowReader::new(&input[..], "f", format, &["text".to_owned()]) else { continue };
                let mut row = Row::default();
                while let Ok(true) = reader.read(&mut row) {}
            }
        }
    }
}

//! CSV and TSV: rows of fields under a header.
//!
//! The quoting is RFC 4180's, read strictly. A lenient parser, the csv crate's among them, takes a quotation mark that is
//! never closed and text after a closing mark without a word, and either joins rows into one text; in a corpus that is
//! a wrong example nobody sees. A test holds this parser to the csv crate's on well-formed input.

use std::io::BufRead;
use std::ops::Range;

use super::escapes::Writing;
use super::lines::{LONGEST_ROW, Lines};
use super::options::Columns;
use super::{CorpusError, Format};

/// Splits lines into the fields of a row. Its buffers are used again for each row.
#[derive(Debug)]
pub(super) struct Delimited {
    separator: char,
    quoting: bool,
    fields: String,
    /// Where each field ends in `fields`.
    ends: Vec<usize>,
    /// The row as it is written, after the blank lines before it.
    written: String,
    /// Where the row itself begins in `written`.
    start: usize,
    /// Where each field stands in `written`, without its quotation marks, and how it is written.
    spans: Vec<(Range<usize>, Writing)>,
    /// Where the quoted field that is open began.
    opened: usize,
    /// Fields in the header.
    width: usize,
    /// The field of each wanted column.
    places: Vec<Option<usize>>,
    /// The header's line and names, if it lacks the column of a filter.
    lacking: Option<(u64, Vec<String>)>,
}

/// What a line left open.
enum Line {
    /// The row ends with the line.
    Complete,
    /// A quoted field goes on in the next line; whether it began in this one.
    Open { began_here: bool },
    /// Text follows a closing quotation mark, at this byte of the line.
    TextAfterQuote(usize),
}

impl Delimited {
    /// Reads the header and finds the wanted columns in it.
    pub fn new<R: BufRead>(
        format: Format,
        quoting: bool,
        columns: &Columns,
        lines: &mut Lines<R>,
    ) -> Result<Self, CorpusError> {
        let mut this = Self {
            separator: if format == Format::Tsv { '\t' } else { ',' },
            quoting,
            fields: String::new(),
            ends: Vec::new(),
            written: String::new(),
            start: 0,
            spans: Vec::new(),
            opened: 0,
            width: 0,
            places: Vec::new(),
            lacking: None,
        };
        let Some(line) = this.read_fields(lines)? else {
            return Err(CorpusError::Empty { file: lines.name.clone() });
        };
        let header: Vec<String> = (0..this.ends.len()).map(|at| this.field(at).to_owned()).collect();
        this.width = header.len();
        // Only a wanted column has to be unique: spreadsheets export unnamed columns by the dozen.
        for (slot, name) in columns.names.iter().enumerate() {
            let mut places = (0..header.len()).filter(|&at| header[at] == *name);
            let place = places.next();
            if places.next().is_some() {
                return Err(CorpusError::DuplicateColumn { file: lines.name.clone(), line, column: name.clone() });
            }
            if place.is_none() && !columns.is_optional(slot) {
                if matches!(&header[..], [only] if only.contains(';')) {
                    return Err(CorpusError::Semicolons { file: lines.name.clone(), line });
                }
                return Err(CorpusError::no_such_column(&lines.name, line, name, header));
            }
            this.places.push(place);
        }
        if columns.lacks_filter(|slot| this.places[slot].is_some()) {
            this.lacking = Some((line, header));
        }
        Ok(this)
    }

    /// Reads the next row; the line where it starts, or `None` at the end.
    pub fn read<R: BufRead>(&mut self, lines: &mut Lines<R>) -> Result<Option<u64>, CorpusError> {
        let Some(line) = self.read_fields(lines)? else {
            return Ok(None);
        };
        if self.ends.len() != self.width {
            return Err(CorpusError::Ragged {
                file: lines.name.clone(),
                line,
                found: self.ends.len(),
                expected: self.width,
            });
        }
        Ok(Some(line))
    }

    /// The row's field of a wanted column; `None` if the file does not have the column.
    pub fn cell(&self, slot: usize) -> Option<&str> {
        self.places[slot].map(|at| self.field(at))
    }

    /// The header's line and names, if it lacks the column of a filter.
    pub fn lacking(&self) -> Option<&(u64, Vec<String>)> {
        self.lacking.as_ref()
    }

    /// What was read last as it is written: blank lines and then the row, or blank lines alone at the end of the input.
    pub fn written(&self) -> &str {
        &self.written
    }

    /// Where the row itself begins in what is written.
    pub fn start(&self) -> usize {
        self.start
    }

    /// Where the row's field of a wanted column is written, and how.
    pub fn span(&self, slot: usize) -> Option<(Range<usize>, Writing)> {
        self.places[slot].map(|at| self.spans[at].clone())
    }

    /// How many fields a row has.
    pub fn width(&self) -> usize {
        self.width
    }

    fn field(&self, at: usize) -> &str {
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.fields[start..self.ends[at]]
    }

    fn read_fields<R: BufRead>(&mut self, lines: &mut Lines<R>) -> Result<Option<u64>, CorpusError> {
        self.fields.clear();
        self.ends.clear();
        self.written.clear();
        self.spans.clear();
        let mut first = None;
        // The line where the quoted field that is open began.
        let mut open: Option<u64> = None;
        loop {
            let Some((number, line)) = lines.next()? else {
                return match open {
                    Some(line) => Err(CorpusError::UnclosedQuote { file: lines.name.clone(), line }),
                    None => Ok(None),
                };
            };
            if number == 1 && holds_carriage_returns(line) {
                return Err(CorpusError::CarriageReturns { file: lines.name.clone() });
            }
            if self.written.len() + line.len() > LONGEST_ROW {
                return Err(CorpusError::TooLong { file: lines.name.clone(), line: first.unwrap_or(number) });
            }
            let offset = self.written.len();
            self.written.push_str(line);
            if open.is_none() && without_terminator(line).is_empty() {
                continue;
            }
            if first.is_none() {
                self.start = offset;
            }
            let start = *first.get_or_insert(number);
            match self.split(line, offset, open.is_some()) {
                Line::Complete => return Ok(Some(start)),
                Line::Open { began_here } => {
                    if began_here {
                        open = Some(number);
                    }
                }
                // The first line, with quoted names.
                Line::TextAfterQuote(byte) if self.width == 0 && line.as_bytes().get(byte - 1) == Some(&b';') => {
                    return Err(CorpusError::Semicolons { file: lines.name.clone(), line: number });
                }
                Line::TextAfterQuote(byte) => {
                    return Err(CorpusError::TextAfterQuote { file: lines.name.clone(), line: number, byte });
                }
            }
        }
    }

    /// Adds the fields of one line, which begins at `offset` of the row. `quoted`: whether it starts inside a quoted field.
    fn split(&mut self, line: &str, offset: usize, mut quoted: bool) -> Line {
        let mut rest = line;
        let mut began_here = false;
        loop {
            let place = offset + line.len() - rest.len();
            if quoted {
                let Some(mark) = rest.find('"') else {
                    self.fields.push_str(rest);
                    return Line::Open { began_here };
                };
                self.fields.push_str(&rest[..mark]);
                rest = &rest[mark + 1..];
                if let Some(after) = rest.strip_prefix('"') {
                    self.fields.push('"');
                    rest = after;
                    continue;
                }
                quoted = false;
                self.end_field(self.opened..place + mark, Writing::Quoted);
                if without_terminator(rest).is_empty() {
                    return Line::Complete;
                }
                let Some(after) = rest.strip_prefix(self.separator) else {
                    return Line::TextAfterQuote(line.len() - rest.len() + 1);
                };
                rest = after;
            } else if let Some(after) = rest.strip_prefix('"').filter(|_| self.quoting) {
                quoted = true;
                began_here = true;
                self.opened = place + 1;
                rest = after;
            } else if let Some(end) = rest.find(self.separator) {
                self.fields.push_str(&rest[..end]);
                self.end_field(place..place + end, Writing::Bare);
                rest = &rest[end + 1..];
            } else {
                let field = without_terminator(rest);
                self.fields.push_str(field);
                self.end_field(place..place + field.len(), Writing::Bare);
                return Line::Complete;
            }
        }
    }

    fn end_field(&mut self, span: Range<usize>, writing: Writing) {
        self.ends.push(self.fields.len());
        self.spans.push((span, writing));
    }
}

/// Whether a first line holds others, which end in carriage returns alone. A quoted name may have one in it, but what has no
/// line feed at all would be a header without rows.
fn holds_carriage_returns(line: &str) -> bool {
    line.trim_end_matches(['\r', '\n']).contains('\r') && !(line.ends_with('\n') && line.contains('"'))
}

fn without_terminator(line: &str) -> &str {
    let line = line.strip_suffix('\n').unwrap_or(line);
    line.strip_suffix('\r').unwrap_or(line)
}

//! The texts of all inputs, in batches of one input each.

use std::iter;
use std::mem;
use std::sync::Arc;

use super::Args;
use crate::failure::Failure;
use crate::input::{Documents, Pieces, Rows, Source};
use crate::progress::ReadProgress;
use crate::special::{first_special, is};

/// The longest line in bytes: a line is one text, and is read whole.
const MAX_LINE: usize = 4 << 20;
/// Of the memory for answers so many bytes are used again; what a long text took is given back.
const KEPT: usize = 1 << 20;

/// Texts that are classified together, and their answers.
#[derive(Default)]
pub(super) struct Batch {
    /// The name of their file.
    pub file: Arc<str>,
    /// Lines with their ends, and the number of the first.
    lines: String,
    first: u64,
    /// Rows of a table, if it is one.
    rows: Rows,
    /// What is wrong with the file behind these texts.
    pub failure: Option<Failure>,
    /// The answers as they are written.
    pub out: Vec<u8>,
}

impl Batch {
    fn clear(&mut self) {
        self.lines.clear();
        self.rows.clear();
        self.out.clear();
        self.out.shrink_to(KEPT);
        self.failure = None;
    }

    pub fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.rows.is_empty()
    }

    /// The bytes of all texts.
    pub fn bytes(&self) -> usize {
        self.lines.len() + self.rows.bytes()
    }

    /// The texts, and a place to write to.
    pub fn texts(&mut self) -> (impl Iterator<Item = Text<'_>>, &mut Vec<u8>) {
        let rows = self.rows.iter().map(|(line, text)| Text { line, text });
        let (mut rest, mut line) = (self.lines.as_str(), self.first);
        let lines = iter::from_fn(move || {
            if rest.is_empty() {
                return None;
            }
            let (text, others) = match line_break(rest) {
                Some(at) => (&rest[..at], &rest[at + 1..]),
                None => (rest, ""),
            };
            let text = Text { line, text: text.strip_suffix('\r').unwrap_or(text) };
            (rest, line) = (others, line + 1);
            Some(text)
        });
        (rows.chain(lines), &mut self.out)
    }
}

/// A text and its line.
pub(super) struct Text<'a> {
    pub line: u64,
    pub text: &'a str,
}

impl AsRef<str> for Text<'_> {
    fn as_ref(&self) -> &str {
        self.text
    }
}

fn line_break(text: &str) -> Option<usize> {
    first_special(text.as_bytes(), |part| is(part, b'\n'))
}

/// Reads batch after batch, source after source.
pub(super) struct Reading<'a> {
    args: &'a Args,
    sources: &'a [Source],
    progress: &'a ReadProgress,
    /// The source that is read, of which `sources` has those behind it.
    now: Option<Now>,
    /// Whether one bad source costs the others nothing.
    several: bool,
}

struct Now {
    file: Arc<str>,
    texts: Texts,
}

enum Texts {
    Lines(Lines),
    Rows(Box<Table>),
}

impl<'a> Reading<'a> {
    pub fn new(args: &'a Args, sources: &'a [Source], progress: &'a ReadProgress) -> Self {
        Self { args, sources, progress, now: None, several: sources.len() > 1 }
    }

    /// Reads the next batch, which may be of no texts and a failure; `false` behind the last source. A failure of the only
    /// source is an error.
    pub fn read(&mut self, batch: &mut Batch) -> Result<bool, Failure> {
        batch.clear();
        let read = if let Some(now) = &mut self.now {
            now.read(batch)
        } else {
            let Some((source, others)) = self.sources.split_first() else { return Ok(false) };
            self.sources = others;
            self.open(source).and_then(|now| self.now.insert(now).read(batch))
        };
        match read {
            Ok(true) => return Ok(true),
            Ok(false) => {}
            Err(failure) if self.several => batch.failure = Some(failure),
            Err(failure) => return Err(failure),
        }
        self.now = None;
        if batch.failure.is_some() { Ok(true) } else { self.read(batch) }
    }

    fn open(&self, source: &Source) -> Result<Now, Failure> {
        let texts = if let Some(column) = &self.args.text_column {
            let documents = Documents::open(source, column, self.args.input_format, self.progress)?;
            Texts::Rows(Box::new(Table { documents, given: false }))
        } else {
            source.refuse_table("give it on standard input to classify its lines as they are")?;
            Texts::Lines(Lines::open(source, self.progress)?)
        };
        Ok(Now { file: source.name().into(), texts })
    }
}

impl Now {
    /// Reads the next texts; `false` if there are none.
    fn read(&mut self, batch: &mut Batch) -> Result<bool, Failure> {
        if !Arc::ptr_eq(&batch.file, &self.file) {
            batch.file = Arc::clone(&self.file);
        }
        match &mut self.texts {
            Texts::Lines(lines) => lines.read(batch),
            Texts::Rows(table) => table.read(&mut batch.rows),
        }
    }
}

/// Reads the rows of a table.
struct Table {
    documents: Documents,
    /// Whether any rows have been given.
    given: bool,
}

impl Table {
    fn read(&mut self, rows: &mut Rows) -> Result<bool, Failure> {
        let filled = rows.fill(&mut self.documents)?;
        // What goes wrong among the first rows may be no table: then nothing is answered.
        if !mem::replace(&mut self.given, true)
            && let Some(failure) = self.documents.take_failure()
        {
            rows.clear();
            return Err(failure);
        }
        Ok(filled)
    }
}

/// Reads the lines of a text. The whole lines of a piece are answered before the next piece is read.
struct Lines {
    pieces: Pieces,
    source: Source,
    /// What has been read of the next line.
    rest: String,
    /// Lines before that.
    before: u64,
    /// Whether any line has been given.
    given: bool,
}

impl Lines {
    fn open(source: &Source, progress: &ReadProgress) -> Result<Self, Failure> {
        let pieces = Pieces::open(source, progress)?;
        Ok(Self { pieces, source: source.clone(), rest: String::new(), before: 0, given: false })
    }

    fn read(&mut self, batch: &mut Batch) -> Result<bool, Failure> {
        loop {
            let begun = self.rest.len();
            // A carriage return is not of the line.
            if begun > MAX_LINE + 1 {
                return Err(self.too_long());
            }
            match self.pieces.next()? {
                Some(piece) => {
                    let Some(last) = piece.rfind('\n') else {
                        self.rest.push_str(piece);
                        continue;
                    };
                    batch.lines.push_str(&self.rest);
                    batch.lines.push_str(&piece[..=last]);
                    self.rest.clear();
                    self.rest.push_str(&piece[last + 1..]);
                }
                None => mem::swap(&mut batch.lines, &mut self.rest),
            }
            if !self.given {
                if batch.lines.starts_with('\u{feff}') {
                    batch.lines.drain(..'\u{feff}'.len_utf8());
                }
                if batch.lines.is_empty() {
                    return Err(self.source.empty());
                }
            }
            // Only the first line can have more than a piece.
            if begun > 0 && batch.lines.len() > MAX_LINE {
                let line = &batch.lines[..line_break(&batch.lines).unwrap_or(batch.lines.len())];
                if line.strip_suffix('\r').unwrap_or(line).len() > MAX_LINE {
                    batch.lines.clear();
                    return Err(self.too_long());
                }
            }
            batch.first = self.before + 1;
            self.given = true;
            self.before = self.pieces.line() - 1;
            return Ok(!batch.lines.is_empty());
        }
    }

    fn too_long(&self) -> Failure {
        Failure::BadData(format!(
            "{}:{}: longer than {} MiB, and each line is one text: put texts on lines of their own, or split a document into \
             sentences with copydesk label",
            self.source.name(),
            self.before + 1,
            MAX_LINE >> 20
        ))
    }
}

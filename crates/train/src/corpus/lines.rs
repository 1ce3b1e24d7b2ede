//! The lines of an input: numbered, checked to be UTF-8, in one buffer that is used again.

use std::io::{BufRead, Read};

use super::CorpusError;

pub(super) const UTF8_MARK: &str = "\u{feff}";

/// A row may have so many bytes. A file that unpacks to one endless line then ends with an error, not without memory.
pub(super) const LONGEST_ROW: usize = 64 << 20;

/// So many bytes behind a byte that is no text are looked through for zeros, which binary files have.
const LOOKED_AT: u64 = 512;

/// Reads an input line by line. A bad byte is found with its line whatever the format, since no UTF-8 sequence holds a
/// line feed.
#[derive(Debug)]
pub(super) struct Lines<R> {
    input: R,
    /// How messages name the input.
    pub name: String,
    buffer: Vec<u8>,
    number: u64,
    /// Whether the input began with a byte order mark. The first line comes without it.
    pub marked: bool,
}

impl<R: BufRead> Lines<R> {
    pub fn new(input: R, name: &str) -> Self {
        Self { input, name: name.to_owned(), buffer: Vec::new(), number: 0, marked: false }
    }

    /// The input, for what is not read by lines.
    #[cfg(feature = "parquet")]
    pub fn input(&mut self) -> &mut R {
        &mut self.input
    }

    /// The next line with its terminator, and its number from 1; `None` at the end.
    pub fn next(&mut self) -> Result<Option<(u64, &str)>, CorpusError> {
        self.buffer.clear();
        let number = self.number + 1;
        let read = self.input.by_ref().take(LONGEST_ROW as u64 + 1).read_until(b'\n', &mut self.buffer);
        let length = read.map_err(|source| CorpusError::Read { file: self.name.clone(), line: number, source })?;
        if length == 0 {
            return Ok(None);
        }
        if length > LONGEST_ROW {
            return Err(CorpusError::TooLong { file: self.name.clone(), line: number });
        }
        self.number = number;
        let mut start = 0;
        if number == 1 {
            if is_utf16(&self.buffer) {
                return Err(CorpusError::Utf16 { file: self.name.clone() });
            }
            self.marked = self.buffer.starts_with(UTF8_MARK.as_bytes());
            if self.marked {
                start = UTF8_MARK.len();
            }
        }
        match std::str::from_utf8(&self.buffer[start..]) {
            Ok(line) => Ok(Some((number, line))),
            Err(error) => {
                let (file, line, byte) = (self.name.clone(), number, start + error.valid_up_to() + 1);
                // Binary files may begin with a line of text. Nothing else is read after an error.
                let mut next = Vec::new();
                let _ = self.input.by_ref().take(LOOKED_AT).read_to_end(&mut next);
                Err(if self.buffer.contains(&0) || next.contains(&0) {
                    CorpusError::Binary { file, line, byte }
                } else if error.error_len().is_none() {
                    CorpusError::CutCharacter { file, line, byte }
                } else {
                    CorpusError::InvalidUtf8 { file, line, byte }
                })
            }
        }
    }
}

/// Whether the first line has a UTF-16 or UTF-32 byte order mark, or two ASCII letters in UTF-16 without one.
fn is_utf16(line: &[u8]) -> bool {
    match line {
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [0, 0, 0xFE, 0xFF, ..] => true,
        [a, b, c, d, ..] => (*a == 0 && *c == 0 && *b != 0 && *d != 0) || (*b == 0 && *d == 0 && *a != 0 && *c != 0),
        _ => false,
    }
}

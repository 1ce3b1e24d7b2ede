//! Writing to standard output.

use std::fmt;
use std::io::{self, Stdout, Write};

use serde::Serialize;

use crate::failure::Failure;
use crate::special::{at_most, first_special, is};
use crate::terminal::printable_lines;

/// What is written at a time.
const BUFFER: usize = 1 << 16;

/// Standard output with a buffer, whose errors are failures of the command.
pub(crate) struct Output {
    out: Stdout,
    buffer: Vec<u8>,
}

impl Output {
    pub fn new() -> Self {
        Self { out: io::stdout(), buffer: Vec::new() }
    }

    pub fn text(&mut self, text: &str) -> Result<(), Failure> {
        self.bytes(|buffer| buffer.extend_from_slice(text.as_bytes()))
    }

    /// Writes what `append` appends.
    pub fn bytes(&mut self, append: impl FnOnce(&mut Vec<u8>)) -> Result<(), Failure> {
        append(&mut self.buffer);
        if self.buffer.len() < BUFFER { Ok(()) } else { self.empty() }
    }

    /// Writes a text for reading: what names in it hold commands no terminal.
    pub fn readable(&mut self, text: &str) -> Result<(), Failure> {
        self.text(&printable_lines(text))
    }

    pub fn line(&mut self, line: &(impl fmt::Display + ?Sized)) -> Result<(), Failure> {
        self.bytes(|buffer| writeln!(buffer, "{line}").expect("memory can be written"))
    }

    /// Writes a value as one line of JSON.
    pub fn json(&mut self, value: &impl Serialize) -> Result<(), Failure> {
        serde_json::to_writer(&mut self.buffer, value).map_err(|error| Failure::stdout(&error.into()))?;
        self.text("\n")
    }

    /// Writes what is left in the buffer, for a reader who waits.
    pub fn flush(&mut self) -> Result<(), Failure> {
        self.empty()?;
        self.out.flush().map_err(|error| Failure::stdout(&error))
    }

    /// To be called at the end: an error in writing what is left in the buffer is a failure too.
    pub fn finish(mut self) -> Result<(), Failure> {
        self.flush()
    }

    fn empty(&mut self) -> Result<(), Failure> {
        let written = self.out.write_all(&self.buffer);
        self.buffer.clear();
        written.map_err(|error| Failure::stdout(&error))
    }
}

/// What was answered before a failure is written all the same.
impl Drop for Output {
    fn drop(&mut self) {
        let _ = self.flush();
    }
}

/// Writes a line or several to stderr, whatever names they hold. Nobody may be there to read it, as in `copydesk train … 2>&1 | head -1`: the work goes on.
pub(crate) fn note(line: &str) {
    let _ = writeln!(io::stderr(), "{}", printable_lines(line));
}

/// A text on one line for reading: runs of white space and control characters become one space.
pub(crate) struct OneLine<'a>(pub &'a str);

impl OneLine<'_> {
    /// Appends it.
    pub fn push(&self, out: &mut Vec<u8>) {
        if is_on_one_line(self.0) {
            out.extend_from_slice(self.0.as_bytes());
        } else {
            write!(out, "{self}").expect("memory can be written");
        }
    }
}

impl fmt::Display for OneLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if is_on_one_line(self.0) {
            return f.write_str(self.0);
        }
        let mut words = self.0.split(is_blank).filter(|word| !word.is_empty());
        f.write_str(words.next().unwrap_or_default())?;
        for word in words {
            f.write_str(" ")?;
            f.write_str(word)?;
        }
        Ok(())
    }
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || c.is_control()
}

/// Whether a text is what [`OneLine`] shows already, as most sentences are: writing it whole is several times faster.
fn is_on_one_line(text: &str) -> bool {
    let bytes = text.as_bytes();
    // Every pair is looked at, so that many are at once.
    let is_space = |byte: u8| u8::from(byte == b' ');
    let pairs = bytes.iter().zip(bytes.get(1..).unwrap_or_default());
    let doubled = pairs.fold(0, |any, (&one, &next)| any | (is_space(one) & is_space(next))) > 0;
    if doubled || text.starts_with(' ') || text.ends_with(' ') {
        return false;
    }
    // Control characters, and the first bytes of all blanks that are not ASCII.
    let marks = |part| {
        let leads = is(part, 0xc2) | is(part, 0xe1) | is(part, 0xe2) | is(part, 0xe3);
        at_most(part, 0x1f) | is(part, 0x7f) | leads
    };
    let mut rest = text;
    while let Some(at) = first_special(rest.as_bytes(), marks) {
        let c = rest[at..].chars().next().expect("a text goes on where one of its bytes was found");
        if is_blank(c) {
            return false;
        }
        rest = &rest[at + c.len_utf8()..];
    }
    true
}

/// As [`OneLine`], for what is cut or aligned afterwards.
pub(crate) fn one_line(text: &str) -> String {
    OneLine(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_text_on_one_line_has_single_spaces() {
        assert_eq!(one_line(" a\n\n b\u{1b}[31m\tc "), "a b [31m c");
    }

    #[test]
    fn no_blank_is_overlooked() {
        for c in ('\0'..=char::MAX).filter(|&c| is_blank(c)) {
            assert_eq!(is_on_one_line(&format!("a{c}b")), c == ' ', "{c:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_on_one_line_is_written_as_it_is(text in "([aé’ ]|[a-z]{20}|  |\n|\u{a0}|\u{85}|\u{2028}|\u{7f}){0,8}") {
            let words: Vec<&str> = text.split(is_blank).filter(|word| !word.is_empty()).collect();
            prop_assert_eq!(one_line(&text), words.join(" "));
            prop_assert_eq!(is_on_one_line(&text), words.join(" ") == text);
        }
    }
}

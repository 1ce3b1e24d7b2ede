//! Writing to standard output.

use std::fmt;
use std::io::{self, BufWriter, StdoutLock, Write};

use serde::Serialize;

use crate::failure::Failure;
use crate::terminal::printable_lines;

/// Standard output with a buffer, whose errors are failures of the command.
pub(crate) struct Output(BufWriter<StdoutLock<'static>>);

impl Output {
    pub fn new() -> Self {
        Self(BufWriter::with_capacity(1 << 16, io::stdout().lock()))
    }

    pub fn text(&mut self, text: &str) -> Result<(), Failure> {
        self.0.write_all(text.as_bytes()).map_err(|error| Failure::stdout(&error))
    }

    /// Writes a text for reading: what names in it hold commands no terminal.
    pub fn readable(&mut self, text: &str) -> Result<(), Failure> {
        self.text(&printable_lines(text))
    }

    pub fn line(&mut self, line: &(impl fmt::Display + ?Sized)) -> Result<(), Failure> {
        writeln!(self.0, "{line}").map_err(|error| Failure::stdout(&error))
    }

    /// Writes a value as one line of JSON.
    pub fn json(&mut self, value: &impl Serialize) -> Result<(), Failure> {
        serde_json::to_writer(&mut self.0, value).map_err(|error| Failure::stdout(&error.into()))?;
        self.text("\n")
    }

    /// Writes what is left in the buffer, for a reader who waits.
    pub fn flush(&mut self) -> Result<(), Failure> {
        self.0.flush().map_err(|error| Failure::stdout(&error))
    }

    /// To be called at the end: an error in writing what is left in the buffer is a failure too.
    pub fn finish(mut self) -> Result<(), Failure> {
        self.flush()
    }
}

/// Writes a line or several to stderr, whatever names they hold. Nobody may be there to read it, as in `copydesk train … 2>&1 | head -1`: the work goes on.
pub(crate) fn note(line: &str) {
    let _ = writeln!(io::stderr(), "{}", printable_lines(line));
}

/// A text on one line for reading: runs of white space and control characters become one space.
pub(crate) struct OneLine<'a>(pub &'a str);

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
    let mut between = true;
    for c in text.chars() {
        if is_blank(c) && (c != ' ' || between) {
            return false;
        }
        between = c == ' ';
    }
    !between || text.is_empty()
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

    proptest! {
        #[test]
        fn what_is_on_one_line_is_written_as_it_is(text in "([aé’ ]|  |\n|\u{a0}|\u{85}|\u{2028}|\u{7f}){0,8}") {
            let words: Vec<&str> = text.split(is_blank).filter(|word| !word.is_empty()).collect();
            prop_assert_eq!(one_line(&text), words.join(" "));
            prop_assert_eq!(is_on_one_line(&text), words.join(" ") == text);
        }
    }
}

//! Reading a text of any size, a piece at a time.

use std::io::{self, Read};
use std::str;

use copydesk_train::Input;

use super::{Source, is_utf16, not_utf8, unreadable, utf16};
use crate::failure::Failure;
use crate::progress::ReadProgress;

/// Bytes that are read at a time; a pipe gives fewer.
const PIECE: usize = 64 << 10;
/// Bytes of a character at most: a part of one that is kept leaves room for a whole piece, which buffered readers pass on
/// as it is.
const LONGEST: usize = 4;
/// With fewer bytes nobody can say whether a file is binary.
const FEW: usize = 16;

/// The pieces of a text, each as much as the system gives at once: what comes slowly is seen as it comes.
pub(crate) struct Pieces {
    input: Input,
    name: String,
    buffer: Vec<u8>,
    /// Bytes of the buffer that were given as the last piece, and all that are filled. Those between are part of a character
    /// or begin with what is not UTF-8.
    given: usize,
    filled: usize,
    /// The line and the column in bytes where the next piece begins, from 1.
    line: u64,
    column: usize,
    /// Whether what may say that the text is UTF-16 has been read.
    begun: bool,
    /// Whether what was read first has zero bytes in it, as in binary files.
    zeros: bool,
}

impl Pieces {
    pub fn open(source: &Source, progress: &ReadProgress) -> Result<Self, Failure> {
        Ok(Self::new(source.open_packed(progress)?.1, source.name()))
    }

    /// The pieces of an input, which messages call `name`.
    pub fn new(input: Input, name: String) -> Self {
        let buffer = vec![0; PIECE + LONGEST];
        Self { input, name, buffer, given: 0, filled: 0, line: 1, column: 1, begun: false, zeros: false }
    }

    /// The next piece, or none at the end. A byte that is not UTF-8 is an error after the text before it was given.
    pub fn next(&mut self) -> Result<Option<&str>, Failure> {
        self.buffer.copy_within(self.given..self.filled, 0);
        self.filled -= self.given;
        self.given = 0;
        let mut ended = false;
        loop {
            let (valid, bad) = match str::from_utf8(&self.buffer[..self.filled]) {
                Ok(text) => (text.len(), false),
                Err(error) => (error.valid_up_to(), ended || error.error_len().is_some()),
            };
            if bad && valid == 0 {
                // The first read may have given no more than the bytes that would tell a packing. What follows them tells a
                // binary file; if it cannot be read, that is not what is wrong first.
                if !ended && self.filled < FEW {
                    self.fill().ok();
                }
                return Err(not_utf8(&self.name, self.line, self.column, &self.buffer[..self.filled], self.zeros));
            }
            if valid > 0 {
                self.given = valid;
                break;
            }
            if ended {
                return Ok(None);
            }
            ended = self.fill()?;
        }
        let piece = str::from_utf8(&self.buffer[..self.given]).expect("it was found to be UTF-8");
        let last = piece.bytes().rposition(|byte| byte == b'\n');
        self.line += line_breaks(piece.as_bytes());
        self.column = last.map_or(self.column + piece.len(), |last| piece.len() - last);
        Ok(Some(piece))
    }

    /// The line that the next piece goes on with, from 1.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// Whether nothing has been given.
    pub fn is_empty(&self) -> bool {
        self.line == 1 && self.column == 1
    }

    /// Reads on; whether the input has ended.
    fn fill(&mut self) -> Result<bool, Failure> {
        loop {
            let count = match self.input.read(&mut self.buffer[self.filled..]) {
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(unreadable(&self.name, &error)),
            };
            self.filled += count;
            let ended = count == 0;
            if !self.begun && self.filled < 2 && !ended {
                continue;
            }
            if !self.begun && is_utf16(&self.buffer[..self.filled]) {
                return Err(utf16(&self.name));
            }
            if !self.begun {
                self.begun = true;
                self.zeros = self.buffer[..self.filled].contains(&0);
            }
            return Ok(ended);
        }
    }
}

fn line_breaks(bytes: &[u8]) -> u64 {
    let count = |bytes: &[u8]| bytes.iter().map(|&byte| u8::from(byte == b'\n')).sum::<u8>();
    // Sums of one byte, so that many are added at once.
    bytes.chunks(255).map(|block| u64::from(count(block))).sum()
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::io::BufReader;

    use super::*;

    /// Gives one part a read, and an interruption before each.
    struct Parts(VecDeque<Vec<u8>>, bool);

    impl Read for Parts {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.1 = !self.1;
            if self.1 {
                return Err(io::ErrorKind::Interrupted.into());
            }
            let Some(part) = self.0.pop_front() else { return Ok(0) };
            buffer[..part.len()].copy_from_slice(&part);
            Ok(part.len())
        }
    }

    /// What is given of parts, and the message at the end if they are refused.
    fn read(parts: &[&[u8]]) -> (Vec<String>, Option<String>) {
        let parts = parts.iter().map(|part| part.to_vec()).collect();
        let mut pieces = Pieces::new(Box::new(BufReader::with_capacity(1, Parts(parts, false))), "a.txt".to_owned());
        let mut given = Vec::new();
        loop {
            match pieces.next() {
                Ok(Some(piece)) => given.push(piece.to_owned()),
                Ok(None) => return (given, None),
                Err(failure) => return (given, Some(failure.message().unwrap().to_owned())),
            }
        }
    }

    #[test]
    fn characters_may_be_cut_anywhere() {
        let text = "né\u{1F680}\n—\u{FEFF}x";
        for length in 1..6 {
            let parts: Vec<&[u8]> = text.as_bytes().chunks(length).collect();
            let (given, refused) = read(&parts);
            assert_eq!((given.concat().as_str(), refused), (text, None), "{length}");
        }
        assert_eq!(read(&[]), (vec![], None));
    }

    #[test]
    fn what_is_not_utf_8_is_named_with_its_place_after_the_text_before_it() {
        for (parts, before, place) in [
            (&[&b"ok\nfine "[..], b"\xe9t"][..], "ok\nfine ", "a.txt:2:6: byte 0xe9"),
            (&[b"ok\nf", b"ine \xe9t\n"], "ok\nfine ", "a.txt:2:6: byte 0xe9"),
            (&[b"one\ntwo\n", b"\xf0\x9f", b"\x9a"], "one\ntwo\n", "a.txt:3:1: byte 0xf0"),
            (&[b"\xc3\xa9\xe2\x80", b"x"], "é", "a.txt:1:3: byte 0xe2"),
            (&[b"\xff"], "", "a.txt:1:1: byte 0xff"),
        ] {
            let (given, refused) = read(parts);
            assert_eq!(given.concat(), before);
            assert!(refused.as_ref().is_some_and(|message| message.starts_with(place)), "{refused:?}");
        }
    }

    #[test]
    fn every_line_break_counts() {
        for length in [0, 1, 255, 256, 1000] {
            assert_eq!(line_breaks(&vec![b'\n'; length]), length as u64);
        }
        assert_eq!(line_breaks(b"\na\r\nb\r"), 2);
    }

    #[test]
    fn utf_16_is_refused_however_it_comes() {
        for parts in [&[&b"\xff\xfeh\0"[..]][..], &[b"\xff", b"\xfe"], &[b"h", b"\0i\0"], &[b"\0", b"h\0i"], &[b"\0"]] {
            let (given, refused) = read(parts);
            assert!(given.is_empty() && refused.is_some_and(|message| message.contains("UTF-16")));
        }
    }
}

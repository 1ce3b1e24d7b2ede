//! Reading documents: files, all files in a directory, those that a pattern matches, or standard input, as UTF-8 text,
//! unpacked where they are compressed.

mod documents;
mod ended;
mod files;
mod pieces;

pub(crate) mod markup;

use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};

use copydesk_train::{Compression, Input, decompressed};

use crate::failure::Failure;
use crate::output::note;
use crate::progress::ReadProgress;
pub(crate) use documents::{Documents, Rows};
use ended::Ended;
use files::{ARTICLES, has_ending};
pub(crate) use files::{Found, TABLES, TEXTS};

pub(crate) use pieces::Pieces;

/// A file, or standard input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    Stdin,
    File(PathBuf),
    /// What an argument named and cannot be read. Opening it says why, so that one bad argument of many does not cost the
    /// others.
    Unusable {
        path: PathBuf,
        reason: String,
    },
}

impl Source {
    /// The texts that the arguments name: standard input where there are none, or for `-`.
    pub fn all(arguments: &[PathBuf]) -> Vec<Self> {
        Self::found(arguments, ARTICLES).into_iter().map(|found| found.source).collect()
    }

    /// As [`all`](Self::all), for tables.
    pub fn tables(arguments: &[PathBuf]) -> Vec<Self> {
        Self::found(arguments, TABLES).into_iter().map(|found| found.source).collect()
    }

    /// What the arguments name; of a directory the files with these endings.
    pub fn found(arguments: &[PathBuf], endings: &[&str]) -> Vec<Found> {
        if arguments.is_empty() {
            return files::find("-".as_ref(), endings);
        }
        arguments.iter().flat_map(|argument| files::find(argument, endings)).collect()
    }

    /// The name in messages and output.
    pub fn name(&self) -> String {
        match self {
            Self::Stdin => "-".into(),
            Self::File(path) | Self::Unusable { path, .. } => path.display().to_string(),
        }
    }

    /// The length, if it is known before it is read. A file that cannot be read adds nothing.
    pub fn bytes(&self) -> Option<u64> {
        match self {
            Self::Stdin => None,
            Self::File(path) => match path.metadata() {
                Ok(file) => file.is_file().then_some(file.len()),
                Err(_) => Some(0),
            },
            Self::Unusable { .. } => Some(0),
        }
    }

    /// Whether reading may take for ever, as of a pipe.
    pub fn may_wait(&self) -> bool {
        self.bytes().is_none()
    }

    /// The file, where it is one.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            Self::Stdin | Self::Unusable { .. } => None,
        }
    }

    /// Refuses a file that is a table by its name, where no column was named: nobody means its commas and quotation marks to
    /// be read as text. `otherwise` says how it can be read as it is.
    pub fn refuse_table(&self, otherwise: &str) -> Result<(), Failure> {
        match self {
            Self::File(path) if has_ending(path, TABLES) && path.is_file() => Err(Failure::BadData(format!(
                "{} is a table: name the column with the texts (--text-column NAME), or {otherwise}",
                path.display()
            ))),
            _ => Ok(()),
        }
    }

    /// Opens the source for reading, unpacked.
    pub fn open(&self) -> Result<Input, Failure> {
        Ok(self.open_packed(&ReadProgress::none())?.1)
    }

    /// As [`open`](Self::open), with how the source is compressed; `progress` counts the bytes before they are unpacked.
    pub fn open_packed(&self, progress: &ReadProgress) -> Result<(Compression, Input), Failure> {
        let fail = |error| unreadable(&self.name(), &error);
        match self {
            Self::Stdin => {
                if io::stdin().is_terminal() {
                    note("copydesk: reading from the terminal; end with Ctrl-D");
                }
                decompressed(Ended::new(progress.count(io::stdin()))).map_err(fail)
            }
            Self::File(path) => {
                let file = File::open(path).map_err(fail)?;
                if file.metadata().map_err(fail)?.is_dir() {
                    let name = path.display();
                    return Err(Failure::NoInput(format!("{name} is a directory: name the files in it")));
                }
                decompressed(Ended::new(progress.count(file))).map_err(fail)
            }
            Self::Unusable { path, reason } => Err(Failure::NoInput(format!("{} {reason}", path.display()))),
        }
    }

    /// The whole text, untouched, so that offsets in it are offsets in the source; it may be empty.
    pub fn read(&self) -> Result<String, Failure> {
        let mut bytes = Vec::new();
        let name = self.name();
        self.open()?.read_to_end(&mut bytes).map_err(|error| unreadable(&name, &error))?;
        decode(bytes, &name)
    }

    /// As [`read`](Self::read), for commands that can do nothing with an empty text.
    pub fn read_text(&self) -> Result<String, Failure> {
        let text = self.read()?;
        if text.is_empty() { Err(self.empty()) } else { Ok(text) }
    }

    /// There is no text in it.
    pub fn empty(&self) -> Failure {
        let name = if *self == Self::Stdin { "standard input".to_owned() } else { self.name() };
        Failure::BadData(format!("{name} is empty: give a file with text in it"))
    }
}

/// The failure of reading a source: compressed data that are cut off or damaged are bad data, all else is no input.
pub(crate) fn unreadable(name: &str, error: &io::Error) -> Failure {
    let message = format!("cannot read {name}: {error}");
    if error.kind() == io::ErrorKind::InvalidData { Failure::BadData(message) } else { Failure::NoInput(message) }
}

/// Bytes as text, or an error that names the place.
fn decode(bytes: Vec<u8>, name: &str) -> Result<String, Failure> {
    if is_utf16(&bytes) {
        return Err(utf16(name));
    }
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let bytes = error.as_bytes();
        let before = &bytes[..valid];
        let line = before.split(|&byte| byte == b'\n').count() as u64;
        let column = valid - before.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1) + 1;
        not_utf8(name, line, column, &bytes[valid..], before.contains(&0))
    })
}

/// The failure at `rest`, which begins with what is not UTF-8. `zeros`: whether there were zero bytes before it.
fn not_utf8(name: &str, line: u64, column: usize, rest: &[u8], zeros: bool) -> Failure {
    let begun = str::from_utf8(rest).is_err_and(|error| error.error_len().is_none());
    let (fault, cure) = if zeros || rest.contains(&0) {
        ("is not UTF-8, and there are zero bytes: the file is binary and no text", "give text in UTF-8")
    } else if begun {
        // A last letter of another encoding looks like that, too.
        ("is not UTF-8, but may begin a character that the end cuts off", "give the whole file, as UTF-8")
    } else {
        ("is not UTF-8", "convert the file (iconv -f WINDOWS-1252 -t UTF-8)")
    };
    Failure::BadData(format!("{name}:{line}:{column}: byte 0x{:02x} {fault}: {cure}", rest[0]))
}

fn utf16(name: &str) -> Failure {
    Failure::BadData(format!("{name} is UTF-16: convert it to UTF-8 (iconv -f UTF-16 -t UTF-8)"))
}

/// Whether a text starts with UTF-16's byte order mark or, for want of one, with the zero byte of an ASCII letter, which
/// would pass for UTF-8.
fn is_utf16(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") || bytes.iter().take(2).any(|&byte| byte == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(bytes: &[u8]) -> String {
        decode(bytes.to_vec(), "a.txt").unwrap_err().message().unwrap().to_owned()
    }

    #[test]
    fn bad_bytes_are_named_with_their_place() {
        assert!(message(b"ok\nfine \xe9t\xe9\n").starts_with("a.txt:2:6: byte 0xe9 is not UTF-8"));
        assert!(message(b"caf\xc3").starts_with("a.txt:1:4: byte 0xc3 is not UTF-8, but may begin a character"));
        assert!(message(b"caf\xc3\n").contains("iconv"), "more follows");
        assert!(message(b"PK\x03\x04\xe9\0").contains("is binary") && message(b"PK\x03\0\xe9").contains("is binary"));
        for utf16 in [b"\xff\xfeh\0i\0", b"\xfe\xff\0h\0i", b"h\0i\0!\0", b"\0h\0i\0!"] {
            assert!(message(utf16).contains("UTF-16"), "{utf16:?}");
        }
    }

    #[test]
    fn a_dash_or_nothing_is_standard_input() {
        assert_eq!(Source::all(&[]), [Source::Stdin]);
        assert_eq!(Source::all(&["-".into(), "b".into()]), [Source::Stdin, Source::File("b".into())]);
    }
}

//! Reading documents: files or standard input, as UTF-8 text.

use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// A file named on the command line, or standard input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    Stdin,
    File(PathBuf),
}

impl Source {
    /// The sources for the arguments: standard input where there are none, or for `-`.
    pub fn all(arguments: &[PathBuf]) -> Vec<Self> {
        if arguments.is_empty() {
            return vec![Self::Stdin];
        }
        arguments
            .iter()
            .map(|path| if path == Path::new("-") { Self::Stdin } else { Self::File(path.clone()) })
            .collect()
    }

    /// The name in messages and output.
    pub fn name(&self) -> String {
        match self {
            Self::Stdin => "-".into(),
            Self::File(path) => path.display().to_string(),
        }
    }

    /// Opens the source for reading.
    pub fn open(&self) -> Result<Box<dyn Read>, Failure> {
        match self {
            Self::Stdin => {
                if io::stdin().is_terminal() {
                    eprintln!("copydesk: reading from the terminal; end with Ctrl-D");
                }
                Ok(Box::new(io::stdin().lock()))
            }
            Self::File(path) => {
                let fail = |error| Failure::NoInput(format!("cannot read {}: {error}", path.display()));
                let file = File::open(path).map_err(fail)?;
                if file.metadata().map_err(fail)?.is_dir() {
                    let name = path.display();
                    return Err(Failure::NoInput(format!("{name} is a directory: name the files in it")));
                }
                Ok(Box::new(file))
            }
        }
    }

    /// The whole text, untouched, so that offsets in it are offsets in the source.
    pub fn read_text(&self) -> Result<String, Failure> {
        let mut bytes = Vec::new();
        let name = self.name();
        self.open()?
            .read_to_end(&mut bytes)
            .map_err(|error| Failure::NoInput(format!("cannot read {name}: {error}")))?;
        if bytes.is_empty() {
            return Err(Failure::BadData(format!("{name} is empty: give a file with text in it")));
        }
        decode(bytes, &name, 1)
    }
}

/// Bytes as text, or an error that names the place. `first_line` is the number of their first line.
pub(crate) fn decode(bytes: Vec<u8>, name: &str, first_line: usize) -> Result<String, Failure> {
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let bytes = error.as_bytes();
        if first_line == 1 && (bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff")) {
            return Failure::BadData(format!("{name} is UTF-16: convert it to UTF-8 (iconv -f UTF-16 -t UTF-8)"));
        }
        let before = &bytes[..valid];
        let line = first_line + before.split(|&byte| byte == b'\n').count() - 1;
        let column = valid - before.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1) + 1;
        Failure::BadData(format!(
            "{name}:{line}:{column}: byte 0x{:02x} is not UTF-8: convert the file (iconv -f WINDOWS-1252 -t UTF-8)",
            bytes[valid]
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(bytes: &[u8]) -> String {
        decode(bytes.to_vec(), "a.txt", 1).unwrap_err().message().unwrap().to_owned()
    }

    #[test]
    fn bad_bytes_are_named_with_their_place() {
        assert!(message(b"ok\nfine \xe9t\xe9\n").starts_with("a.txt:2:6: byte 0xe9 is not UTF-8"));
        assert!(message(b"\xff\xfeh\0i\0").contains("UTF-16"));
    }

    #[test]
    fn a_dash_or_nothing_is_standard_input() {
        assert_eq!(Source::all(&[]), [Source::Stdin]);
        assert_eq!(Source::all(&["-".into(), "b".into()]), [Source::Stdin, Source::File("b".into())]);
    }
}

//! Compressed inputs and outputs: gzip and Zstandard, told by their first bytes whatever the name.
//!
//! Everything streams: a small file that unpacks to a huge one costs time, not memory.

use std::fmt;
use std::io::{self, BufRead, BufReader, Cursor, Read, Write};

use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;

const BUFFER: usize = 1 << 16;

/// How the bytes of a file are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    /// Not at all.
    Plain,
    /// gzip (RFC 1952), one member or several.
    Gzip,
    /// Zstandard (RFC 8878), one frame or several.
    Zstandard,
}

impl Compression {
    /// The compression that the first four bytes of a file tell. None of these can begin a text in UTF-8.
    fn of_head(head: &[u8]) -> Self {
        match head {
            [0x1F, 0x8B, ..] => Self::Gzip,
            // The second is a frame that decoders skip; some writers begin with one.
            [0x28, 0xB5, 0x2F, 0xFD] | [0x50..=0x5F, 0x2A, 0x4D, 0x18] => Self::Zstandard,
            _ => Self::Plain,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Gzip => "gzip",
            Self::Zstandard => "Zstandard",
        }
    }

    /// A writer that packs what is written to it and passes it on to `out`.
    ///
    /// # Errors
    /// If a Zstandard encoder cannot be set up.
    pub fn writer<W: Write>(self, out: W) -> io::Result<CompressedWriter<W>> {
        Ok(CompressedWriter(Some(match self {
            Self::Plain => Encoder::Plain(out),
            Self::Gzip => {
                let gate = Gate { out, open: true };
                Encoder::Gzip(GzEncoder::new(gate, flate2::Compression::default()))
            }
            Self::Zstandard => {
                let mut encoder = zstd::stream::write::Encoder::new(out, zstd::DEFAULT_COMPRESSION_LEVEL)?;
                // As the command-line tool does; without it damage can go unseen.
                encoder.include_checksum(true)?;
                Encoder::Zstandard(encoder)
            }
        })))
    }
}

/// An input, unpacked if it is compressed.
pub type Input = Box<dyn BufRead + Send>;

/// Unpacks an input if its first bytes say that it is compressed, and tells how it was.
///
/// Data that are cut off or damaged give an error of the kind [`InvalidData`](io::ErrorKind::InvalidData) when reading
/// gets there; the system's errors stay as they are.
///
/// # Errors
/// If the first bytes cannot be read.
pub fn decompressed<R: Read + Send + 'static>(mut input: R) -> io::Result<(Compression, Input)> {
    let mut head = Vec::with_capacity(4);
    input.by_ref().take(4).read_to_end(&mut head)?;
    let compression = Compression::of_head(&head);
    let whole = BufReader::with_capacity(BUFFER, Cursor::new(head).chain(input));
    let decoder: Box<dyn Read + Send> = match compression {
        Compression::Plain => return Ok((compression, Box::new(whole))),
        Compression::Gzip => Box::new(MultiGzDecoder::new(whole)),
        Compression::Zstandard => Box::new(zstd::stream::read::Decoder::with_buffer(whole)?),
    };
    Ok((compression, Box::new(BufReader::with_capacity(BUFFER, Unpacked { decoder, compression }))))
}

/// A decoder whose errors say what is wrong with the file.
struct Unpacked {
    decoder: Box<dyn Read + Send>,
    compression: Compression,
}

impl Read for Unpacked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.decoder.read(buffer).map_err(|error| {
            if error.raw_os_error().is_some() || error.kind() == io::ErrorKind::Interrupted {
                return error;
            }
            let name = self.compression.name();
            let reason = if error.kind() == io::ErrorKind::UnexpectedEof {
                format!("the {name} data end too early: the file is cut off, get it again")
            } else {
                format!("the {name} data are damaged ({error}): get the file again")
            };
            io::Error::new(io::ErrorKind::InvalidData, reason)
        })
    }
}

/// Packs what is written to it. [`finish`](Self::finish) writes the end. Dropped without it, what was written is cut off, and
/// a reader of it is told so.
pub struct CompressedWriter<W: Write>(Option<Encoder<W>>);

enum Encoder<W: Write> {
    Plain(W),
    Gzip(GzEncoder<Gate<W>>),
    Zstandard(zstd::stream::write::Encoder<'static, W>),
}

impl<W: Write> fmt::Debug for CompressedWriter<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CompressedWriter").finish_non_exhaustive()
    }
}

impl<W: Write> CompressedWriter<W> {
    /// Writes what is left and gives the output back.
    ///
    /// # Errors
    /// If the output cannot be written.
    pub fn finish(mut self) -> io::Result<W> {
        match self.0.take().expect("only this takes it, and consumes the writer") {
            Encoder::Plain(out) => Ok(out),
            Encoder::Gzip(encoder) => Ok(encoder.finish()?.out),
            Encoder::Zstandard(encoder) => encoder.finish(),
        }
    }

    fn encoder(&mut self) -> &mut dyn Write {
        match self.0.as_mut().expect("it is there until the writer is finished") {
            Encoder::Plain(out) => out,
            Encoder::Gzip(encoder) => encoder,
            Encoder::Zstandard(encoder) => encoder,
        }
    }
}

impl<W: Write> Write for CompressedWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.encoder().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.encoder().flush()
    }
}

impl<W: Write> Drop for CompressedWriter<W> {
    fn drop(&mut self) {
        if let Some(Encoder::Gzip(encoder)) = &mut self.0 {
            encoder.get_mut().open = false;
        }
    }
}

/// Keeps an encoder from ending its data when it is dropped, as if they were whole.
struct Gate<W> {
    out: W,
    open: bool,
}

impl<W: Write> Write for Gate<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.open { self.out.write(bytes) } else { Ok(bytes.len()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.open { self.out.flush() } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ALL: [Compression; 3] = [Compression::Plain, Compression::Gzip, Compression::Zstandard];

    fn packed(text: &[u8], compression: Compression) -> Vec<u8> {
        let mut writer = compression.writer(Vec::new()).unwrap();
        writer.write_all(text).unwrap();
        writer.finish().unwrap()
    }

    fn unpacked(bytes: &[u8]) -> io::Result<(Compression, Vec<u8>)> {
        let (compression, mut input) = decompressed(Cursor::new(bytes.to_vec()))?;
        let mut text = Vec::new();
        input.read_to_end(&mut text)?;
        Ok((compression, text))
    }

    #[test]
    fn parts_one_after_the_other_are_one_text() {
        for compression in ALL {
            let bytes = [packed(b"one\n", compression), packed(b"two\n", compression)].concat();
            assert_eq!(unpacked(&bytes).unwrap(), (compression, b"one\ntwo\n".to_vec()));
        }
    }

    #[test]
    fn what_is_cut_off_or_damaged_is_told() {
        let text: Vec<u8> = (0..5000_u32).flat_map(|n| (n.wrapping_mul(2_654_435_761)).to_le_bytes()).collect();
        for compression in [Compression::Gzip, Compression::Zstandard] {
            let whole = packed(&text, compression);
            for end in [4, 9, 100, whole.len() / 2, whole.len() - 1] {
                let error = unpacked(&whole[..end]).map(|_| "read though cut off").unwrap_err();
                assert_eq!(error.kind(), io::ErrorKind::InvalidData);
                assert!(error.to_string().contains("end too early"), "{compression:?} at {end}: {error}");
            }
            let mut damaged = whole;
            for byte in &mut damaged[40..80] {
                *byte = !*byte;
            }
            let error = unpacked(&damaged).map(|_| "read in spite of the damage").unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::InvalidData, "{compression:?}: {error}");
        }
    }

    #[test]
    fn what_is_not_finished_is_cut_off() {
        for compression in [Compression::Gzip, Compression::Zstandard] {
            let mut bytes = Vec::new();
            let mut writer = compression.writer(&mut bytes).unwrap();
            writer.write_all(b"not all").unwrap();
            writer.flush().unwrap();
            drop(writer);
            assert!(!bytes.is_empty());
            assert!(unpacked(&bytes).is_err(), "{compression:?}");
        }
    }

    #[test]
    fn errors_of_the_system_stay_what_they_are() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::from_raw_os_error(5))
            }
        }
        let head = packed(b"text", Compression::Gzip)[..12].to_vec();
        let (_, mut input) = decompressed(Cursor::new(head).chain(Broken)).unwrap();
        assert_eq!(input.read_to_end(&mut Vec::new()).unwrap_err().raw_os_error(), Some(5));
    }

    proptest! {
        #[test]
        fn unpacking_gives_back_what_was_packed(text in "[ -~\n]{0,60}", which in 0..3_usize) {
            let (found, back) = unpacked(&packed(text.as_bytes(), ALL[which])).unwrap();
            prop_assert_eq!((found, back), (ALL[which], text.into_bytes()));
        }
    }
}

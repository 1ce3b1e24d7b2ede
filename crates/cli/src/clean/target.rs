//! Where a cleaned input is written, packed as it came.

use std::fs::{self, File};
use std::io::{self, BufWriter, Stdout, Write};
use std::path::{Path, PathBuf};

use copydesk_train::{AtomicFile, CompressedWriter, Compression};

use super::destination::Destination;
use crate::failure::Failure;

/// The output for one input.
pub(super) struct Target {
    out: CompressedWriter<BufWriter<Sink>>,
    /// For messages, as the writer has the sink.
    name: Option<PathBuf>,
}

impl Target {
    pub fn create(destination: &Destination, compression: Compression) -> Result<Self, Failure> {
        let (sink, name) = match destination {
            Destination::Stdout => (Sink::Stdout(io::stdout()), None),
            Destination::File(path) => (Sink::create(path)?, Some(path.clone())),
            Destination::InPlace(path) => (Sink::replacing(path)?, Some(path.clone())),
        };
        let out = compression.writer(BufWriter::with_capacity(1 << 16, sink));
        let out = out.map_err(|error| failure(name.as_deref(), &error))?;
        Ok(Self { out, name })
    }

    pub fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.out.write_all(bytes).map_err(|error| self.failure(&error))
    }

    /// What a failed write means.
    pub fn failure(&self, error: &io::Error) -> Failure {
        failure(self.name.as_deref(), error)
    }

    /// The writer itself, whose errors [`failure`](Self::failure) explains.
    #[cfg(feature = "parquet")]
    pub fn writer(&mut self) -> &mut (impl Write + Send + use<>) {
        &mut self.out
    }

    /// Writes what is left. A file appears under its name.
    pub fn commit(self) -> Result<(), Failure> {
        let name = self.name;
        let fail = |error: &io::Error| failure(name.as_deref(), error);
        let mut out = self.out.finish().map_err(|error| fail(&error))?;
        out.flush().map_err(|error| fail(&error))?;
        let (sink, _) = out.into_parts();
        sink.commit()
    }
}

fn failure(name: Option<&Path>, error: &io::Error) -> Failure {
    match name {
        None => Failure::stdout(error),
        // A pipe by name, as `/dev/stdout`.
        Some(_) if error.kind() == io::ErrorKind::BrokenPipe => Failure::ClosedPipe,
        Some(path) => Failure::Write(format!("cannot write {}: {error}", path.display())),
    }
}

/// A place to write to.
pub(super) enum Sink {
    Stdout(Stdout),
    /// A file that appears when it is whole.
    File {
        file: AtomicFile,
        path: PathBuf,
    },
    /// A device or pipe, as `/dev/stderr`, which is written to and not replaced.
    Special {
        file: File,
        path: PathBuf,
    },
}

impl Sink {
    pub fn create(path: &Path) -> Result<Self, Failure> {
        let path = path.to_owned();
        if fs::metadata(&path).is_ok_and(|of| !of.is_file() && !of.is_dir()) {
            return match File::options().write(true).open(&path) {
                Ok(file) => Ok(Self::Special { file, path }),
                Err(error) => Err(Failure::CannotCreate(format!("cannot write {}: {error}", path.display()))),
            };
        }
        let file = AtomicFile::create(&path)?;
        Ok(Self::File { file, path })
    }

    /// A file in the place of another, whose permissions it keeps.
    fn replacing(path: &Path) -> Result<Self, Failure> {
        let before = fs::metadata(path).map_err(|error| failure(Some(path), &error))?;
        if !before.is_file() {
            return Err(Failure::CannotCreate(format!("{} is no file that could be replaced", path.display())));
        }
        Ok(Self::File { file: AtomicFile::create(path)?, path: path.to_owned() })
    }

    /// What a failed write means.
    pub fn failure(&self, error: &io::Error) -> Failure {
        match self {
            Self::Stdout(_) => failure(None, error),
            Self::File { path, .. } | Self::Special { path, .. } => failure(Some(path), error),
        }
    }

    pub fn commit(self) -> Result<(), Failure> {
        match self {
            Self::Stdout(mut out) => out.flush().map_err(|error| failure(None, &error)),
            Self::File { file, .. } => Ok(file.commit()?),
            Self::Special { .. } => Ok(()),
        }
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Stdout(out) => out.write(bytes),
            Self::File { file, .. } => file.write(bytes),
            Self::Special { file, .. } => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Stdout(out) => out.flush(),
            Self::File { file, .. } => file.flush(),
            Self::Special { file, .. } => file.flush(),
        }
    }
}

//! A file that is written piece by piece.

use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::operations::{Disk, Operations};
use super::{SaveError, SaveStep, begin, take_place};

/// A file that is written piece by piece and appears under its name only when it is whole.
///
/// What stood there before stays until [`commit`](Self::commit), and its permissions stay after it. Dropped without it,
/// nothing is left behind.
#[derive(Debug)]
pub struct AtomicFile {
    temporary: NamedTempFile,
    target: PathBuf,
    /// The path as it was given.
    path: PathBuf,
}

impl AtomicFile {
    /// Begins a file in the folder of the one that it is to replace. Folders on the way are made.
    ///
    /// # Errors
    /// [`SaveError`] with the system's reason; also for a device or a FIFO, which has no content to replace.
    pub fn create(path: &Path) -> Result<Self, SaveError> {
        match begin(&Disk, path)? {
            Some((temporary, target)) => Ok(Self { temporary, target, path: path.into() }),
            None => Err(SaveStep::Create.failed(path)(io::Error::other("it is a device or a pipe, not a file"))),
        }
    }

    /// Syncs the file and puts it in its place.
    ///
    /// # Errors
    /// [`SaveError`] with the system's reason; the new file is removed.
    pub fn commit(self) -> Result<(), SaveError> {
        Disk.sync(self.temporary.as_file()).map_err(SaveStep::Write.failed(&self.path))?;
        take_place(&Disk, self.temporary, &self.target, &self.path)
    }

    /// Takes back all that was written after the first `length` bytes.
    ///
    /// # Errors
    /// The system's reason.
    pub fn cut_back(&mut self, length: u64) -> io::Result<()> {
        self.temporary.as_file().set_len(length)?;
        self.temporary.seek(SeekFrom::Start(length)).map(|_| ())
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.temporary.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.temporary.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_file_appears_when_it_is_whole() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("file");
        fs::write(&path, b"old").unwrap();
        let mut file = AtomicFile::create(&path).unwrap();
        file.write_all(b"new, and more").unwrap();
        drop(file);
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 1);
        let mut file = AtomicFile::create(&path).unwrap();
        file.write_all(b"new, and more").unwrap();
        file.cut_back(3).unwrap();
        file.write_all(b"er").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"old");
        file.commit().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"newer");
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 1);
    }
}

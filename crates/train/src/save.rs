//! Writing files so that a reader sees the old content or the new one, never a part.

use std::fs::{self, File};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use tempfile::NamedTempFile;
use thiserror::Error;

/// A file could not be written. What stood there before is untouched.
#[derive(Debug, Error)]
#[error("cannot write {path}: {source}")]
pub struct SaveError {
    /// The file.
    pub path: PathBuf,
    /// The system's reason.
    pub source: io::Error,
}

/// Replaces a file: writes the bytes to a temporary file in the same folder, syncs it and renames it into place.
/// Folders on the way are made.
///
/// # Errors
/// [`SaveError`] with the system's reason; the temporary file is removed.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), SaveError> {
    replace(path, bytes).map_err(|source| SaveError { path: path.into(), source })
}

/// The temporary files that are not in place yet.
static UNFINISHED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// Removes the temporary files of [`write_atomically`] and lets it begin and end no more: other threads that call it wait for
/// ever. For a process that is about to exit, as on Ctrl-C.
pub fn stop_saving() {
    let mut unfinished = UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner);
    for path in unfinished.drain(..) {
        // Whoever removed it before did what is wanted.
        let _ = fs::remove_file(path);
    }
    std::mem::forget(unfinished);
}

/// A temporary file that [`stop_saving`] knows.
#[derive(Debug)]
struct Unfinished(NamedTempFile);

impl Unfinished {
    fn new(builder: &tempfile::Builder<'_, '_>, folder: &Path) -> io::Result<Self> {
        let mut unfinished = UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner);
        let file = builder.tempfile_in(folder)?;
        unfinished.push(file.path().to_owned());
        Ok(Self(file))
    }

    fn persist(self, path: &Path) -> io::Result<()> {
        let mut unfinished = UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner);
        unfinished.retain(|temporary| temporary != self.0.path());
        self.0.persist(path).map_err(|error| error.error)?;
        Ok(())
    }
}

fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = temporary(path)?;
    file.0.write_all(bytes)?;
    put_in_place(file, path)
}

/// A new file beside the one that it is to replace. Folders on the way are made.
fn temporary(path: &Path) -> io::Result<Unfinished> {
    let folder = folder_of(path);
    fs::create_dir_all(folder)?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".copydesk-").suffix(".tmp");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As a new file would have them: the process' umask still applies.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    Unfinished::new(&builder, folder)
}

fn put_in_place(file: Unfinished, path: &Path) -> io::Result<()> {
    file.0.as_file().sync_all()?;
    file.persist(path)?;
    // Makes the rename itself last. Not every system can open a folder, and the file is whole either way.
    if let Ok(folder) = File::open(folder_of(path)) {
        let _ = folder.sync_all();
    }
    Ok(())
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// A file that is written piece by piece and appears under its name only when it is whole.
///
/// What stood there before stays until [`commit`](Self::commit). Dropped without it, nothing is left behind.
#[derive(Debug)]
pub struct AtomicFile {
    file: Unfinished,
    path: PathBuf,
}

impl AtomicFile {
    /// Begins a file in the same folder. Folders on the way are made.
    ///
    /// # Errors
    /// [`SaveError`] with the system's reason.
    pub fn create(path: &Path) -> Result<Self, SaveError> {
        let file = temporary(path).map_err(|source| SaveError { path: path.into(), source })?;
        Ok(Self { file, path: path.into() })
    }

    /// Syncs the file and puts it in its place.
    ///
    /// # Errors
    /// [`SaveError`] with the system's reason; the new file is removed.
    pub fn commit(self) -> Result<(), SaveError> {
        put_in_place(self.file, &self.path).map_err(|source| SaveError { path: self.path, source })
    }

    /// Gives the file the permissions that another has.
    ///
    /// # Errors
    /// The system's reason.
    pub fn set_permissions(&self, permissions: fs::Permissions) -> io::Result<()> {
        self.file.0.as_file().set_permissions(permissions)
    }

    /// Takes back all that was written after the first `length` bytes.
    ///
    /// # Errors
    /// The system's reason.
    pub fn cut_back(&mut self, length: u64) -> io::Result<()> {
        self.file.0.as_file().set_len(length)?;
        self.file.0.seek(SeekFrom::Start(length)).map(|_| ())
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_made_and_nothing_else_is_left() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("a/b/model");
        write_atomically(&path, b"one").unwrap();
        write_atomically(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

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

    #[test]
    fn a_target_that_cannot_be_replaced_is_an_error_and_stays() {
        let root = tempfile::tempdir().unwrap();
        let error = write_atomically(root.path(), b"x").unwrap_err();
        assert!(error.to_string().starts_with("cannot write"));
        let file = root.path().join("file");
        fs::write(&file, b"kept").unwrap();
        assert!(write_atomically(&file.join("below"), b"x").is_err());
        assert_eq!(fs::read(&file).unwrap(), b"kept");
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 1);
    }
}

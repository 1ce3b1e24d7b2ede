//! Writing files so that a reader sees the old content or the new one, never a part.

use std::fs::{self, File};
use std::io::{self, Write};
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
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    fs::create_dir_all(folder)?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".copydesk-").suffix(".tmp");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As a new file would have them: the process' umask still applies.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut file = Unfinished::new(&builder, folder)?;
    file.0.write_all(bytes)?;
    file.0.as_file().sync_all()?;
    file.persist(path)?;
    // Makes the rename itself last. Not every system can open a folder, and the file is whole either way.
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
    Ok(())
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

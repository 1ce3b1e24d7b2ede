//! Writing files so that a reader sees the old content or the new one, never a part.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

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
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
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

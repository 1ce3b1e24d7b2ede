//! Where a path leads.

use std::fs::{self, Permissions};
use std::io;
use std::path::{Path, PathBuf};

/// What is to be written at a path.
pub(super) enum Place {
    /// A file, to be replaced or made.
    File {
        /// The file itself, where the path given is a symbolic link to it.
        path: PathBuf,
        /// Those of the file that is there.
        permissions: Option<Permissions>,
    },
    /// A device or a FIFO, which has no content to replace: renaming a file over it would take it away.
    Stream,
}

impl Place {
    /// Follows symbolic links. A folder, a loop of links and a file in the place of a folder are errors.
    pub fn find(path: &Path) -> io::Result<Self> {
        match fs::metadata(path) {
            Ok(found) if found.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
            Ok(found) if found.is_file() => {
                let path = if path.is_symlink() { path.canonicalize()? } else { path.to_owned() };
                Ok(Self::File { path, permissions: Some(found.permissions()) })
            }
            Ok(_) => Ok(Self::Stream),
            Err(error) if error.kind() == io::ErrorKind::NotFound => match fs::read_link(path) {
                // A link to a file that is not there yet. Links of links end, or else the error were another.
                Ok(target) => Self::find(&folder_of(path).join(target)),
                Err(_) => Ok(Self::File { path: path.to_owned(), permissions: None }),
            },
            Err(error) => Err(error),
        }
    }
}

/// The folder that a file is in.
pub(super) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

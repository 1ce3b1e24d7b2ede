//! Writing files so that a reader sees the old content or the new one, never a part.
//!
//! The bytes go to a temporary file in the folder of the target, are synced and renamed over it. A process that is killed
//! in between leaves its temporary file behind, `.copydesk-` and six characters and `.tmp`, which nothing reads
//! ([`leftovers`]). A symbolic link stays what it is: the file that it points to is replaced. What is no file at all, such
//! as `/dev/stdout` or a FIFO, is written to.

mod atomic_file;
mod leftovers;
mod operations;
mod place;
#[cfg(test)]
mod tests;
mod unfinished;

use std::fs::OpenOptions;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;
use thiserror::Error;

pub use atomic_file::AtomicFile;
use operations::{Disk, Operations};
use place::Place;
pub use unfinished::stop_saving;

/// Bytes written at once.
const PIECE: usize = 1 << 20;

/// A file could not be written. What stood there before is untouched, unless [`write_together`] says otherwise.
#[derive(Debug, Error)]
#[error("cannot write {path}: {source}")]
pub struct SaveError {
    /// The file.
    pub path: PathBuf,
    /// What was tried.
    pub step: SaveStep,
    /// The system's reason.
    pub source: io::Error,
}

/// The two ways in which saving fails, for a command line's exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SaveStep {
    /// The file cannot be made or replaced there (`EX_CANTCREAT`, 73).
    Create,
    /// Its content cannot be written, as on a full disk (`EX_IOERR`, 74).
    Write,
}

impl SaveStep {
    fn failed(self, path: &Path) -> impl FnOnce(io::Error) -> SaveError {
        move |source| SaveError { path: path.into(), step: self, source }
    }
}

/// Replaces a file by one with these bytes. Folders on the way are made; the permissions of the file stay.
///
/// # Errors
/// [`SaveError`] with the system's reason; the temporary file is removed.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), SaveError> {
    replace(&Disk, &[(path, bytes)])
}

/// Replaces files that belong together, each as [`write_atomically`] does. All are written and synced before the first
/// takes its place, so that a full disk changes none. They take their places in the order given: put last the one that
/// readers go by.
///
/// # Errors
/// [`SaveError`] names the file that could not be written. If it is one that could not take its place, those before it
/// have, and those after it are as they were.
pub fn write_together(files: &[(&Path, &[u8])]) -> Result<(), SaveError> {
    replace(&Disk, files)
}

/// Refuses a place where no file can be made, to be asked before the work whose result is to go there. Leaves nothing.
///
/// # Errors
/// [`SaveError`] with the system's reason.
pub fn check_place(path: &Path) -> Result<(), SaveError> {
    let create = || -> io::Result<()> {
        if let Place::File { path, .. } = Place::find(path)? {
            let folder = place::folder_of(&path).ancestors().find(|folder| folder.is_dir()).unwrap_or(Path::new("."));
            Disk.create_temporary(folder, None)?;
        }
        Ok(())
    };
    create().map_err(SaveStep::Create.failed(path))
}

/// A file that is written but has not its place yet. The temporary file is removed when this is dropped.
enum Staged {
    File { temporary: NamedTempFile, target: PathBuf },
    Stream,
}

fn replace(operations: &impl Operations, files: &[(&Path, &[u8])]) -> Result<(), SaveError> {
    let mut staged = Vec::with_capacity(files.len());
    for (path, bytes) in files {
        staged.push(stage(operations, path, bytes)?);
    }
    for ((path, bytes), staged) in files.iter().zip(staged) {
        match staged {
            Staged::File { temporary, target } => take_place(operations, temporary, &target, path)?,
            Staged::Stream => {
                let opened = OpenOptions::new().write(true).open(path);
                let mut stream = opened.map_err(SaveStep::Create.failed(path))?;
                operations.write(&mut stream, bytes).map_err(SaveStep::Write.failed(path))?;
            }
        }
    }
    Ok(())
}

fn stage(operations: &impl Operations, path: &Path, bytes: &[u8]) -> Result<Staged, SaveError> {
    let Some((mut temporary, target)) = begin(operations, path)? else {
        return Ok(Staged::Stream);
    };
    for piece in bytes.chunks(PIECE) {
        operations.write(temporary.as_file_mut(), piece).map_err(SaveStep::Write.failed(path))?;
    }
    operations.sync(temporary.as_file()).map_err(SaveStep::Write.failed(path))?;
    Ok(Staged::File { temporary, target })
}

/// A temporary file and the place that it is to take; `None` for what is no file.
fn begin(operations: &impl Operations, path: &Path) -> Result<Option<(NamedTempFile, PathBuf)>, SaveError> {
    let create = || -> io::Result<_> {
        let Place::File { path: target, permissions } = Place::find(path)? else {
            return Ok(None);
        };
        let folder = place::folder_of(&target);
        operations.create_folders(folder)?;
        leftovers::remove_old(folder);
        Ok(Some((operations.create_temporary(folder, permissions)?, target)))
    };
    create().map_err(SaveStep::Create.failed(path))
}

fn take_place(
    operations: &impl Operations,
    temporary: NamedTempFile,
    target: &Path,
    path: &Path,
) -> Result<(), SaveError> {
    operations.rename(temporary, target).map_err(SaveStep::Create.failed(path))?;
    // Makes the rename itself last.
    operations.sync_folder(place::folder_of(target)).map_err(SaveStep::Write.failed(path))
}

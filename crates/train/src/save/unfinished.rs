//! The temporary files that have not their place yet, so that a process that is told to stop can remove them.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::NamedTempFile;

static UNFINISHED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn unfinished() -> MutexGuard<'static, Vec<PathBuf>> {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes the temporary files of all saving under way and lets it begin and end no more: other threads that save wait for
/// ever. For a process that is about to exit, as on Ctrl-C.
pub fn stop_saving() {
    let mut unfinished = unfinished();
    for path in unfinished.drain(..) {
        // Whoever removed it before did what is wanted.
        let _ = fs::remove_file(path);
    }
    std::mem::forget(unfinished);
}

/// Makes a temporary file that [`stop_saving`] knows.
pub(super) fn create(builder: &tempfile::Builder<'_, '_>, folder: &Path) -> io::Result<NamedTempFile> {
    let mut unfinished = unfinished();
    let file = builder.tempfile_in(folder)?;
    unfinished.push(file.path().to_owned());
    Ok(file)
}

/// Gives a temporary file its place, unless saving was stopped.
pub(super) fn rename(file: NamedTempFile, target: &Path) -> io::Result<()> {
    let mut unfinished = unfinished();
    unfinished.retain(|temporary| temporary != file.path());
    file.persist(target).map(drop).map_err(|error| error.error)
}

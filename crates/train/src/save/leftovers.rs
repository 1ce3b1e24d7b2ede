//! Temporary files of processes that were killed while they saved.

use std::fs;
use std::path::Path;
use std::time::Duration;

pub(super) const PREFIX: &str = ".copydesk-";
pub(super) const SUFFIX: &str = ".tmp";

/// No save goes on for so long after its last write, so a temporary file of that age has lost its process.
const OLD: Duration = Duration::from_hours(24);

/// Removes those of a folder that are more than a day old. Nothing depends on it, so what fails is left.
pub(super) fn remove_old(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let ours = name.to_str().is_some_and(|name| name.starts_with(PREFIX) && name.ends_with(SUFFIX));
        // Of a symbolic link this is the link itself, which is no file.
        let old = || {
            let found = entry.metadata().ok()?;
            Some(found.is_file() && found.modified().ok()?.elapsed().ok()? > OLD)
        };
        if ours && old() == Some(true) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

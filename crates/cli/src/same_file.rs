//! Outputs that would take away what is read, or never end.

use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::input::Source;

/// Links that are followed one after the other, as Linux does.
const MOST_LINKS: usize = 40;

/// Refuses to write a file over one that the command reads. `option` is how the output was named.
pub(crate) fn refuse_to_replace<'a>(
    inputs: impl IntoIterator<Item = &'a Path>,
    output: &Path,
    option: &str,
) -> Result<(), Failure> {
    match inputs.into_iter().find(|input| is_same(input, output)) {
        Some(input) => Err(Failure::Usage(format!(
            "{option} would replace {}, which is read here: give another name",
            input.display()
        ))),
        None => Ok(()),
    }
}

fn is_same(one: &Path, other: &Path) -> bool {
    // What is no file, such as a terminal, has no content to lose.
    let file = |path: &Path| path.canonicalize().ok().filter(|path| path.is_file());
    matches!((file(one), file(other)), (Some(one), Some(other)) if one == other)
}

/// Where a file is or would be, however its path is written and whatever links lead to it.
pub(crate) fn place_of(path: &Path) -> PathBuf {
    let mut path = path.to_owned();
    // A link to what is not there yet. Links in a circle are told of when they are opened.
    for _ in 0..MOST_LINKS {
        let Ok(target) = fs::read_link(&path) else { break };
        path = path.parent().map_or_else(|| target.clone(), |folder| folder.join(&target));
    }
    let of_name = || Some(path.parent()?.join(".").canonicalize().ok()?.join(path.file_name()?));
    path.canonicalize().ok().or_else(of_name).unwrap_or(path)
}

/// Refuses to read a file that standard output goes to: `copydesk classify a.txt >> a.txt` would read its own answers for
/// ever.
#[cfg(unix)]
pub(crate) fn refuse_endless<'a>(inputs: impl IntoIterator<Item = &'a Source>) -> Result<(), Failure> {
    use std::fs::{File, Metadata};
    use std::io::{stdin, stdout};
    use std::os::fd::{AsFd, BorrowedFd};
    use std::os::unix::fs::MetadataExt;

    let of_stream = |stream: BorrowedFd<'_>| File::from(stream.try_clone_to_owned().ok()?).metadata().ok();
    let Some(output) = of_stream(stdout().as_fd()).filter(Metadata::is_file) else {
        return Ok(());
    };
    let of_input = |source: &Source| match source {
        Source::Stdin => of_stream(stdin().as_fd()),
        Source::File(path) => path.metadata().ok(),
        Source::Unusable { .. } => None,
    };
    let same = |input: Metadata| (input.dev(), input.ino()) == (output.dev(), output.ino());
    match inputs.into_iter().find(|source| of_input(source).is_some_and(same)) {
        Some(source) => {
            let name = source.name();
            Err(Failure::Usage(format!("{name} is the file that the output goes to: write to another")))
        }
        None => Ok(()),
    }
}

/// Only Unix tells which file a stream is.
#[cfg(not(unix))]
pub(crate) fn refuse_endless<'a>(_inputs: impl IntoIterator<Item = &'a Source>) -> Result<(), Failure> {
    Ok(())
}

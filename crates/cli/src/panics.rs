//! Which panics are shown.

use std::ffi::OsStr;
use std::panic;
use std::path::{Component, Path};

/// Shows no panics of the parquet crate: what reads Parquet makes errors of them, and says so.
pub(crate) fn leave_out_parquets() {
    let shown = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        if !panic.location().is_some_and(|place| is_of_parquet(place.file())) {
            shown(panic);
        }
    }));
}

/// Whether a source file is in a folder such as `parquet-60.1.0`.
fn is_of_parquet(file: &str) -> bool {
    let mut folders = Path::new(file).components().map(Component::as_os_str);
    folders.any(|folder: &OsStr| folder.to_str().is_some_and(|name| name.starts_with("parquet-")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_crate_is_known_by_its_folder() {
        assert!(is_of_parquet("registry/src/parquet-60.1.0/src/column/reader/decoder.rs"));
        assert!(
            !is_of_parquet("crates/cli/src/clean/parquet.rs") && !is_of_parquet("registry/src/zstd-0.14.4/src/lib.rs")
        );
    }
}

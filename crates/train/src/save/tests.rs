use std::cell::Cell;
use std::fs::{self, File, FileTimes, Permissions};
use std::time::{Duration, SystemTime};

use super::*;

/// Disk full, quota exceeded, input/output error, read-only file system.
#[cfg(target_os = "linux")]
const REASONS: [i32; 4] = [28, 122, 5, 30];
#[cfg(not(target_os = "linux"))]
const REASONS: [i32; 1] = [28];

/// The file system, of which one operation fails.
struct Failing {
    /// Operations until then.
    left: Cell<usize>,
    reason: i32,
}

impl Failing {
    fn at(operation: usize, reason: i32) -> Self {
        Self { left: Cell::new(operation), reason }
    }

    fn next(&self) -> io::Result<()> {
        let Some(left) = self.left.get().checked_sub(1) else {
            self.left.set(usize::MAX);
            return Err(io::Error::from_raw_os_error(self.reason));
        };
        self.left.set(left);
        Ok(())
    }

    /// Whether all operations came before the one that was to fail.
    fn was_spared(&self) -> bool {
        self.left.get() < usize::MAX / 2
    }
}

impl Operations for Failing {
    fn create_folders(&self, folder: &Path) -> io::Result<()> {
        self.next()?;
        Disk.create_folders(folder)
    }

    fn create_temporary(&self, folder: &Path, permissions: Option<Permissions>) -> io::Result<NamedTempFile> {
        self.next()?;
        Disk.create_temporary(folder, permissions)
    }

    fn write(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        if let Err(error) = self.next() {
            // A disk is full in the middle of a write.
            Disk.write(file, &bytes[..bytes.len() / 2])?;
            return Err(error);
        }
        Disk.write(file, bytes)
    }

    fn sync(&self, file: &File) -> io::Result<()> {
        self.next()?;
        Disk.sync(file)
    }

    fn rename(&self, file: NamedTempFile, target: &Path) -> io::Result<()> {
        self.next()?;
        Disk.rename(file, target)
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        self.next()?;
        Disk.sync_folder(folder)
    }
}

const NAMES: [&str; 3] = ["scores.json", "card.md", "model.safetensors"];

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Saves three files with the n-th operation failing, for every n; what is left is handed to `check` with the error.
fn fail_everywhere(old: Option<&[u8]>, check: impl Fn(usize, &SaveError, [Option<Vec<u8>>; 3])) -> usize {
    // The model takes several writes.
    let new = vec![b'n'; 2 * PIECE + 1];
    let mut failures = 0;
    for reason in REASONS {
        for operation in 0.. {
            let root = tempfile::tempdir().unwrap();
            let folder = root.path().join("model");
            if let Some(old) = old {
                fs::create_dir(&folder).unwrap();
                for name in NAMES {
                    fs::write(folder.join(name), old).unwrap();
                }
            }
            let paths = NAMES.map(|name| folder.join(name));
            let files = [(&*paths[0], &new[..9]), (&*paths[1], &new[..9]), (&*paths[2], &new[..])];
            let operations = Failing::at(operation, reason);
            let result = replace(&operations, &files);
            let found = paths.each_ref().map(|path| fs::read(path).ok());
            if operations.was_spared() {
                result.unwrap();
                assert!(files.iter().zip(&found).all(|((_, new), found)| found.as_deref() == Some(new)));
                break;
            }
            failures += 1;
            let error = result.unwrap_err();
            assert_eq!(error.source.raw_os_error(), Some(reason));
            for ((path, new), found) in files.iter().zip(&found) {
                let whole = found.as_deref() == old || found.as_deref() == Some(new);
                assert!(whole, "operation {operation} leaves a part of {}", path.display());
            }
            if folder.exists() {
                assert!(names(&folder).iter().all(|name| NAMES.contains(&name.as_str())), "operation {operation}");
            }
            check(operation, &error, found);
        }
    }
    failures / REASONS.len()
}

#[test]
fn whichever_operation_fails_each_file_is_the_old_or_the_new_one() {
    // Three times: folders, temporary file, writes and sync; the last file takes three writes. Then three times: rename, sync
    // of the folder.
    let (staging, all) = (3 * 4 + 2, 3 * 6 + 2);
    for old in [None, Some(&b"old"[..])] {
        let failures = fail_everywhere(old, |operation, error, found| {
            let taken = found.map(|found| found.as_deref() != old);
            assert!(taken.is_sorted_by(|a, b| a >= b), "the first are the first to take their places: {taken:?}");
            let failed = NAMES.iter().position(|name| error.path.ends_with(name)).unwrap();
            let before = taken.iter().filter(|taken| **taken).count();
            if operation < staging {
                assert_eq!(before, 0, "a disk that fills up changes no file");
            } else {
                assert_eq!(before, (operation - staging).div_ceil(2), "{error}");
                assert_eq!(failed, (operation - staging) / 2, "{error}");
            }
        });
        assert_eq!(failures, all);
    }
}

#[test]
fn folders_are_made_and_nothing_else_is_left() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("a/b/model");
    check_place(&path).unwrap();
    assert!(names(root.path()).is_empty());
    write_atomically(&path, b"one").unwrap();
    write_atomically(&path, b"two").unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"two");
    assert_eq!(names(path.parent().unwrap()), ["model"]);
}

#[test]
fn a_target_that_cannot_be_replaced_is_an_error_and_stays() {
    let root = tempfile::tempdir().unwrap();
    let file = root.path().join("file");
    fs::write(&file, b"kept").unwrap();
    for target in [root.path(), &file.join("below")] {
        for error in [write_atomically(target, b"x").unwrap_err(), check_place(target).unwrap_err()] {
            assert_eq!(error.step, SaveStep::Create);
            assert!(error.to_string().starts_with("cannot write"), "{error}");
        }
    }
    assert_eq!(fs::read(&file).unwrap(), b"kept");
    assert_eq!(names(root.path()), ["file"]);
}

#[cfg(unix)]
#[test]
fn links_permissions_and_devices_stay() {
    use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};
    let root = tempfile::tempdir().unwrap();
    let (file, link, looped) = (root.path().join("file"), root.path().join("link"), root.path().join("loop"));
    fs::write(&file, b"old").unwrap();
    fs::set_permissions(&file, Permissions::from_mode(0o600)).unwrap();
    symlink("file", &link).unwrap();
    symlink("loop", &looped).unwrap();
    write_atomically(&link, b"new").unwrap();
    assert!(link.is_symlink());
    assert_eq!(fs::read(&file).unwrap(), b"new");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(write_atomically(&looped, b"x").unwrap_err().step, SaveStep::Create);

    let (ahead, dangling) = (root.path().join("ahead"), root.path().join("dangling"));
    symlink("ahead", &dangling).unwrap();
    write_atomically(&dangling, b"made").unwrap();
    assert!(dangling.is_symlink());
    assert_eq!(fs::read(&ahead).unwrap(), b"made");

    // As root, a rename would put a file in the place of the device.
    let null = Path::new("/dev/null");
    check_place(null).unwrap();
    write_atomically(null, b"x").unwrap();
    assert!(fs::metadata(null).unwrap().file_type().is_char_device());
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_device_is_told() {
    let error = write_atomically(Path::new("/dev/full"), b"x").unwrap_err();
    assert_eq!(error.step, SaveStep::Write);
}

#[test]
fn old_leftovers_are_removed_and_young_ones_stay() {
    let root = tempfile::tempdir().unwrap();
    let aged = |name: &str, hours: u64| {
        let file = File::create(root.path().join(name)).unwrap();
        let then = SystemTime::now() - Duration::from_hours(hours);
        file.set_times(FileTimes::new().set_modified(then)).unwrap();
    };
    aged(".copydesk-abcdef.tmp", 25);
    // Somebody else may be saving just now.
    aged(".copydesk-ghijkl.tmp", 1);
    aged("notes.tmp", 1000);
    write_atomically(&root.path().join("model"), b"x").unwrap();
    assert_eq!(names(root.path()), [".copydesk-ghijkl.tmp", "model", "notes.tmp"]);
}

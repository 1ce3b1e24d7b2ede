//! Alone in its process, which can save nothing afterwards.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::path::Path;
use std::time::Duration;
use std::{fs, thread};

use copydesk_train::{stop_saving, write_atomically};

fn temporary(folder: &Path) -> usize {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.starts_with(".copydesk-")).count()
}

#[test]
fn nothing_half_written_stays_when_saving_is_stopped() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().to_owned();
    let target = folder.join("model");
    write_atomically(&target, b"old").unwrap();
    let bytes = vec![b'x'; 8 << 20];
    let path = target.clone();
    thread::spawn(move || {
        loop {
            write_atomically(&path, &bytes).unwrap();
        }
    });
    while temporary(&folder) == 0 {
        thread::yield_now();
    }
    stop_saving();
    assert_eq!(temporary(&folder), 0);
    thread::sleep(Duration::from_millis(100));
    assert_eq!(temporary(&folder), 0);
    let kept = fs::read(&target).unwrap();
    assert!(kept == b"old" || kept.len() == 8 << 20, "{} bytes", kept.len());
}

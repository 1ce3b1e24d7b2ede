//! Readers and disks that go away.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Read, Write};
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::run::{ARTICLE, Folder, HELD_OUT, NOTICES, command, read, small_model};

#[test]
fn a_reader_that_goes_away_ends_the_command_quietly() {
    let folder = Folder::new();
    let long = folder.file("long.txt", read(ARTICLE).repeat(200));
    for arguments in [
        &["label", &long][..],
        &["label", "--format", "jsonl", &long],
        &["label", "--format", "html", &long],
        &["label", "--format", "article", &long],
        &["classify", &long],
        &["classify", "--format", "tsv", &long],
        &["inspect", "news-en", "--top", "20000"],
        &["--help"],
        &["label", "--help"],
    ] {
        let mut child = command(arguments).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "", "{arguments:?}");
    }
}

/// An answer is there when the text that decides about it is, although more may come.
#[test]
fn answers_come_while_the_input_waits() {
    for arguments in [&["label", "--format", "jsonl"][..], &["classify"]] {
        let mut child = command(arguments).stdin(Stdio::piped()).spawn().unwrap();
        let mut input = child.stdin.take().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut first = String::new();
        input.write_all(&b"It rained all day.\n".repeat(200)).unwrap();
        output.read_line(&mut first).unwrap();
        let first: Value = serde_json::from_str(&first).unwrap();
        assert_eq!(first["text"], "It rained all day.", "{arguments:?}");
        drop(input);
        let mut rest = String::new();
        output.read_to_string(&mut rest).unwrap();
        assert_eq!(rest.lines().count(), 199, "{arguments:?}");
        assert!(child.wait().unwrap().success());
    }
}

/// What cannot be written is no reason to wait for more of the input.
#[test]
fn an_output_that_is_gone_ends_the_command_while_the_input_waits() {
    for arguments in [
        &["label", "--format", "tsv"][..],
        &["classify"],
        &["clean", "--drop", "appeal"],
        &["clean", "--drop", "appeal", "--text-column", "body", "--input-format", "jsonl"],
    ] {
        let mut child = command(arguments).env("RAYON_NUM_THREADS", "3").stdin(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let mut input = child.stdin.take().unwrap();
        let line = b"{\"body\": \"It rained all day. Please donate today.\"}\n";
        // The command may end before it has read all of that.
        let _ = input.write_all(&line.repeat(20_000));
        let began = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            assert!(began.elapsed() < Duration::from_mins(1), "{arguments:?} waits for more");
            thread::sleep(Duration::from_millis(20));
        };
        assert_eq!(status.code(), Some(0), "{arguments:?}");
        drop(input);
    }
}

#[test]
fn training_goes_on_when_nobody_reads_its_progress() {
    let folder = Folder::new();
    let out = folder.path("model");
    let mut child = command(&["train", NOTICES, "--out", &out]).spawn().unwrap();
    drop(child.stderr.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    File::open(folder.path("model/card.md")).unwrap();
}

#[test]
fn a_check_fails_when_nobody_reads_the_tables() {
    let mut child = command(&["eval", small_model(), HELD_OUT, "--fail-if", "accuracy < 1"]).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().starts_with("failed: --fail-if 'accuracy < 1': it is 0."));
}

#[test]
fn a_failure_keeps_its_code_when_nobody_reads_the_message() {
    let mut child = command(&["label", "missing.txt"]).spawn().unwrap();
    drop(child.stderr.take());
    assert_eq!(child.wait().unwrap().code(), Some(66));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    for arguments in [&["label", ARTICLE][..], &["classify", ARTICLE], &["explain", "Rain."], &["inspect", "news-en"]] {
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = command(arguments).stdout(Stdio::from(full)).output().unwrap();
        assert_eq!(output.status.code(), Some(74), "{arguments:?}");
        let message = String::from_utf8(output.stderr).unwrap();
        assert!(message.starts_with("copydesk: cannot write to standard output: "), "{message}");
        assert_eq!(message.lines().count(), 1);
    }
}

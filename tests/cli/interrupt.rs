//! Ctrl-C, with a real signal.

use std::io::{BufRead, BufReader, Read};
use std::process::Command;

use crate::run::{Folder, NOTICES, command, read};

#[cfg(unix)]
#[test]
fn an_interrupted_training_leaves_nothing_and_says_so() {
    let folder = Folder::new();
    let notices = read(NOTICES);
    let (header, rows) = notices.split_once('\n').unwrap();
    let many = folder.file("many.csv", format!("{header}\n{}", rows.repeat(300)));
    let out = folder.path("model");
    let mut child = command(&["train", &many, "--search", "--cv", "12", "--out", &out]).spawn().unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    stderr.read_line(&mut line).unwrap();
    assert!(line.starts_with("read "), "{line}");
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let mut rest = String::new();
    stderr.read_to_string(&mut rest).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130), "{rest}");
    assert_eq!(rest.lines().last(), Some("copydesk: interrupted: what was not finished is removed"));
    assert_eq!(folder.names(), ["many.csv"]);
}

//! `copydesk completions` and `copydesk man`.

use std::process::Command;

use crate::run::{Folder, copydesk, read};

const COMMANDS: [&str; 12] = [
    "label",
    "classify",
    "clean",
    "train",
    "eval",
    "explain",
    "inspect",
    "data",
    "split",
    "share",
    "completions",
    "man",
];

#[test]
fn every_shell_gets_a_script_that_knows_the_commands() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = copydesk(&["completions", shell]).ok();
        for command in COMMANDS {
            assert!(script.contains(command), "{shell}: {command}");
        }
        assert!(script.contains("min-confidence"), "{shell}");
    }
    assert_eq!(copydesk(&["completions", "tcsh"]).code, 2);
}

#[test]
fn shells_that_are_there_can_read_their_scripts() {
    let folder = Folder::new();
    for shell in ["bash", "zsh", "fish"] {
        let file = folder.file(shell, copydesk(&["completions", shell]).ok());
        let Ok(output) = Command::new(shell).args(["-n", &file]).output() else {
            eprintln!("skipped: there is no {shell}");
            continue;
        };
        assert!(output.status.success() && output.stderr.is_empty(), "{shell}: {output:?}");
    }
}

#[test]
fn there_is_a_manual_page_for_each_command() {
    let folder = Folder::new();
    let out = folder.path("man1");
    let run = copydesk(&["man", "--out", &out]);
    let count = std::fs::read_dir(&out).unwrap().count();
    assert_eq!(run.err, format!("wrote {count} pages into {out}\n"));
    run.ok();
    for page in ["copydesk", "copydesk-label", "copydesk-train", "copydesk-data-check", "copydesk-man"] {
        let text = read(&format!("{out}/{page}.1"));
        assert!(text.contains(&format!(".TH {page} 1")) && text.contains(".SH OPTIONS"), "{page}");
    }
    assert_eq!(copydesk(&["man"]).ok(), read(&format!("{out}/copydesk.1")));
    let Ok(shown) = Command::new("man").args(["--warnings", "-l", &format!("{out}/copydesk-label.1")]).output() else {
        eprintln!("skipped: there is no `man` to read the pages with");
        return;
    };
    let (text, warnings) = (String::from_utf8_lossy(&shown.stdout), String::from_utf8_lossy(&shown.stderr));
    // A system without documentation has a `man` that only says so.
    if text.contains("SYNOPSIS") {
        assert!(text.contains("copydesk label article.txt") && warnings.is_empty(), "{warnings}\n{text}");
    }
}

#[test]
fn a_place_that_holds_no_pages_is_an_error() {
    let folder = Folder::new();
    let file = folder.file("man1", "a file");
    let run = copydesk(&["man", "--out", &file]);
    assert_eq!((run.code, run.out.as_str()), (73, ""));
}

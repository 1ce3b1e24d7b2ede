//! `copydesk label --format article`: what a reader in a terminal sees.

use std::process::Command;

use crate::run::{ARTICLE, BOARD, Folder, command, copydesk, read, small_model};

/// The output in so many columns.
fn shown(columns: &str, arguments: &[&str]) -> String {
    let arguments = [&["label", "--format", "article"], arguments].concat();
    let output = command(&arguments).env("COLUMNS", columns).output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    String::from_utf8(output.stdout).unwrap()
}

/// The text without what stands in brackets, and without the table behind it.
fn article(shown: &str) -> String {
    let (text, _) = shown.trim_end().rsplit_once("\n\n").unwrap();
    text.split('[').map(|part| part.split_once(']').map_or(part, |(_, rest)| rest)).collect()
}

fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

#[test]
fn it_is_the_text_in_lines_that_fit() {
    for columns in ["20", "57", "80", "400"] {
        let shown = shown(columns, &[ARTICLE]);
        assert_eq!(words(&article(&shown)), words(&read(ARTICLE)));
        let most = columns.parse::<usize>().unwrap().min(100);
        for line in shown.lines() {
            assert!(line.chars().count() <= most && line == line.trim_end(), "{line:?}");
        }
        let paragraphs = |text: &str| text.split("\n\n").count();
        // The table stands behind an empty line too.
        assert_eq!(paragraphs(&shown), paragraphs(read(ARTICLE).trim_end()) + 1);
    }
}

#[test]
fn tags_say_what_colours_say() {
    let plain = shown("80", &[ARTICLE]);
    assert!(!plain.contains('\u{1b}'));
    let coloured = shown("80", &["--color", "always", ARTICLE]);
    let mut without = String::new();
    for part in coloured.split('\u{1b}') {
        without += part.strip_prefix('[').map_or(part, |part| part.split_once('m').unwrap().1);
    }
    assert_eq!(without, plain);
    for label in ["[reporting", "[opinion", "[appeal"] {
        assert!(plain.contains(label), "{plain}");
    }
}

#[test]
fn colours_are_for_terminals_and_for_who_asks() {
    let coloured = |set: &[(&str, &str)], arguments: &[&str]| {
        let arguments = [&["label", "--format", "article", "--model", small_model(), BOARD], arguments].concat();
        let mut command = command(&arguments);
        command.env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE").envs(set.iter().copied());
        String::from_utf8(command.output().unwrap().stdout).unwrap().contains('\u{1b}')
    };
    assert!(!coloured(&[], &[]), "a pipe is no terminal");
    assert!(coloured(&[], &["--color", "always"]));
    assert!(coloured(&[("NO_COLOR", "1")], &["--color", "always"]), "an option goes before the environment");
    assert!(coloured(&[("CLICOLOR_FORCE", "1")], &[]));
    assert!(!coloured(&[("CLICOLOR_FORCE", "1")], &["--color", "never"]));
    assert!(!coloured(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], &[]));
}

/// Runs the binary in a terminal by means of `script`; nothing where there is none.
fn in_a_terminal(arguments: &[&str], set: &[(&str, &str)]) -> Option<String> {
    let binary = env!("CARGO_BIN_EXE_copydesk");
    let line = [&[binary], arguments].concat().join(" ");
    let mut command = Command::new("script");
    command
        .args(["-qec", &format!("stty rows 24 columns 44; {line}"), "/dev/null"])
        .current_dir(env!("CARGO_MANIFEST_DIR"));
    command.env("TERM", "xterm");
    // `CI` lets colours into dumb terminals.
    for name in ["COLUMNS", "NO_COLOR", "CLICOLOR_FORCE", "CI"] {
        command.env_remove(name);
    }
    let output = command.envs(set.iter().copied()).stdin(std::process::Stdio::null()).output().ok()?;
    Some(String::from_utf8(output.stdout).unwrap().replace("\r\n", "\n"))
}

#[test]
fn in_a_terminal_it_is_the_default_and_as_wide_as_the_terminal() {
    let arguments = ["label", ARTICLE];
    let Some(found) = in_a_terminal(&arguments, &[]) else {
        eprintln!("skipped: there is no `script` to make a terminal with");
        return;
    };
    assert_eq!(found, shown("44", &["--color", "always", ARTICLE]));
    for set in [("NO_COLOR", "1"), ("TERM", "dumb")] {
        assert_eq!(in_a_terminal(&arguments, &[set]).unwrap(), shown("44", &[ARTICLE]), "{set:?}");
    }
}

#[test]
fn no_text_commands_the_terminal() {
    let folder = Folder::new();
    let file = folder.file("a.txt", "Rain \u{1b}]0;owned\u{7}at\u{9b}2J night.\u{8}\n\u{1b}[2JFog \u{202e}and so on.");
    let shown = shown("80", &["--model", small_model(), &file]);
    assert!(shown.contains("Rain ␛]0;owned␇at�2J night."), "{shown}");
    assert!(!shown.contains(|c: char| c.is_control() && c != '\n') && !shown.contains('\u{202e}'));
}

#[test]
fn several_documents_have_names_and_one_table() {
    let text = shown("80", &[BOARD, ARTICLE]);
    let heads: Vec<&str> = text.lines().filter(|line| line.starts_with("==> ")).collect();
    assert_eq!(heads, [format!("==> {BOARD} <=="), format!("==> {ARTICLE} <==")]);
    let sentences = copydesk(&["label", "--format", "jsonl", BOARD, ARTICLE]).json_lines();
    let table = text.trim_end().rsplit_once("\n\n").unwrap().1;
    for row in table.lines().skip(1) {
        let cells: Vec<&str> = row.split_whitespace().filter(|cell| !cell.starts_with('█') && *cell != "%").collect();
        let of_label = sentences.iter().filter(|sentence| sentence["label"] == cells[0]).count();
        assert_eq!(cells[1].parse::<usize>().unwrap(), of_label, "{row}");
    }
    assert_eq!(table.lines().count(), 4);
}

#[test]
fn a_document_of_white_space_shows_nothing() {
    let folder = Folder::new();
    assert_eq!(shown("80", &[&folder.file("a.txt", " \n\n")]), "");
}

//! Output that people read, kept as files. `UPDATE_GOLDEN=1 cargo test -p copydesk --test cli golden` writes them anew.

use std::path::{Path, PathBuf};
use std::{env, fs};

use crate::run::{BOARD, Folder, HELD_OUT, NOTICES, NOTICES_CONFIG, Run, command, copydesk, read, small_model};

pub fn assert_golden(name: &str, found: &str) {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    if env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, found).unwrap();
        return;
    }
    let expected = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let first = expected.lines().zip(found.lines()).position(|(a, b)| a != b);
    assert!(
        expected == found,
        "{name} differs from line {} on; if that is right, run again with UPDATE_GOLDEN=1. Found:\n{found}",
        first.unwrap_or(expected.lines().count().min(found.lines().count())) + 1
    );
}

/// The text with numbers cut after six decimals: what lies behind is the solver's last steps.
fn shortened(text: &str) -> String {
    let mut short = String::new();
    // Digits since a decimal point, or none outside of decimals.
    let mut decimals: Option<usize> = None;
    for c in text.chars() {
        decimals = match (c, decimals) {
            ('.', _) => Some(0),
            ('0'..='9', Some(count)) => Some(count + 1),
            _ => None,
        };
        if decimals.is_none_or(|count| count <= 6) {
            short.push(c);
        } else if decimals == Some(7) {
            short.push('…');
        }
    }
    short
}

/// A release changes no golden file.
const VERSION: &str = env!("CARGO_PKG_VERSION");

const COMMANDS: &[&[&str]] = &[
    &["label"],
    &["classify"],
    &["clean"],
    &["train"],
    &["eval"],
    &["explain"],
    &["inspect"],
    &["bench"],
    &["data"],
    &["data", "check"],
    &["data", "curve"],
    &["data", "join"],
    &["data", "split"],
    &["serve"],
    &["share"],
    &["completions"],
    &["man"],
];

#[test]
fn help() {
    assert_golden("help.txt", &copydesk(&["--help"]).ok());
    for command in COMMANDS {
        let name = format!("help-{}.txt", command.join("-"));
        assert_golden(&name, &copydesk(&[*command, &["--help"]].concat()).ok());
    }
}

#[test]
fn labelled_sentences() {
    for format in ["text", "jsonl", "tsv", "html"] {
        let arguments = ["label", "--model", small_model(), "--format", format, "--min-confidence", "0.6", BOARD];
        assert_golden(&format!("board.{format}"), &shortened(&copydesk(&arguments).ok()));
    }
}

#[test]
fn an_article_in_a_terminal() {
    for (columns, color) in [("60", "never"), ("72", "always"), ("20", "never")] {
        let arguments = ["label", "--model", small_model(), "--format", "article", "--color", color, BOARD];
        let output = command(&arguments).env("COLUMNS", columns).output().unwrap();
        assert_golden(&format!("board-{columns}-{color}.article"), &String::from_utf8(output.stdout).unwrap());
    }
}

#[test]
fn an_article_with_markup() {
    for source in ["board.md", "board-page.html"] {
        let file = format!("tests/data/{source}");
        let arguments = ["label", "--model", small_model(), "--format", "jsonl", &file];
        assert_golden(&format!("{source}.jsonl"), &shortened(&copydesk(&arguments).ok()));
    }
}

#[test]
fn an_explanation() {
    let arguments = ["explain", "--model", small_model(), "--top", "6", "Fog and rain: the soup is on."];
    assert_golden("explain.txt", &copydesk(&arguments).ok());
}

#[test]
fn a_measurement() {
    assert_golden("eval.txt", &copydesk(&["eval", small_model(), HELD_OUT]).ok());
}

#[test]
fn a_comparison() {
    let folder = Folder::new();
    let flat = folder.path("flat");
    copydesk(&["train", NOTICES, "--config", NOTICES_CONFIG, "--set", "alpha=30", "--out", &flat]).ok();
    let run = copydesk(&["eval", &flat, HELD_OUT, "--against", small_model(), "--slice", "doc", "--errors", "2"]);
    let shown = run.ok().replace(small_model(), "the small model");
    assert_golden("eval-against.txt", &shown);
}

/// Standard output and what was said beside it, without the path of the small model and of the test's folder.
fn both(run: Run, folder: &Folder) -> String {
    let said = format!("{}--- stderr ---\n{}", run.out, run.err);
    run.ok();
    shortened(&said.replace(small_model(), "the small model").replace(&folder.path(""), ""))
}

#[test]
fn classified_texts() {
    for format in ["jsonl", "tsv"] {
        let arguments = ["classify", "--model", small_model(), "--format", format, "--min-confidence", "0.6", BOARD];
        assert_golden(&format!("classify.{format}"), &shortened(&copydesk(&arguments).ok()));
    }
}

#[test]
fn a_cleaned_text_and_its_audit() {
    let folder = Folder::new();
    let audit = folder.path("cuts.jsonl");
    let run = copydesk(&["clean", "--model", small_model(), "--drop", "weather", "--audit", &audit, BOARD]);
    assert_golden("clean.txt", &both(run, &folder));
    assert_golden("clean-audit.jsonl", &shortened(&read(&audit)));
}

#[test]
fn a_training() {
    let folder = Folder::new();
    let run = copydesk(&["train", NOTICES, "--config", NOTICES_CONFIG, "--out", &folder.path("model")]);
    assert_golden("train.txt", &both(run, &folder));
}

#[test]
fn an_explanation_for_programs() {
    let arguments = ["explain", "--model", small_model(), "--format", "json", "Fog and soup."];
    assert_golden("explain.json", &shortened(&copydesk(&arguments).ok()));
}

#[test]
fn what_is_in_a_model() {
    let shown = copydesk(&["inspect", small_model(), "--top", "3"]).ok();
    assert_golden("inspect.txt", &shortened(&shown.replace(VERSION, "VERSION")));
}

#[test]
fn care_of_data() {
    let folder = Folder::new();
    let checked = copydesk(&["data", "check", NOTICES, HELD_OUT, "--cv", "3", "--top", "3"]);
    assert_golden("data-check.txt", &both(checked, &folder));
    let curve = copydesk(&["data", "curve", NOTICES, "--config", NOTICES_CONFIG, "--test", HELD_OUT, "--points", "2"]);
    assert_golden("data-curve.txt", &both(curve, &folder));
    let split = copydesk(&["data", "split", NOTICES, "--test", "25%", "--dev", "15%", "--out", &folder.path("parts")]);
    assert_golden("data-split.txt", &both(split, &folder));
}

#[test]
fn shares() {
    let folder = Folder::new();
    for (format, name) in [("text", "txt"), ("json", "json"), ("jsonl", "jsonl"), ("tsv", "tsv")] {
        let options = ["--rows-are-sentences", "--by", "file", "--resamples", "200", "--format", format];
        let run = copydesk(&[&["share", "--model", small_model()], &options[..], &[NOTICES, HELD_OUT]].concat());
        assert_golden(&format!("share.{name}"), &both(run, &folder));
    }
}

#[test]
fn the_manual_page() {
    assert_golden("man.txt", &copydesk(&["man"]).ok().replace(VERSION, "VERSION"));
}

#[test]
fn decimals_are_cut_and_nothing_else() {
    assert_eq!(shortened("a.b 0.12345678,1234567890 3.5 p.m."), "a.b 0.123456…,1234567890 3.5 p.m.");
}

#[test]
fn help_fits_a_terminal() {
    for command in COMMANDS {
        for line in
            copydesk(&[*command, &["--help"]].concat()).ok().lines().filter(|line| line.starts_with("  copydesk "))
        {
            assert!(line.chars().count() <= 90, "an example is long: {line}");
        }
    }
}

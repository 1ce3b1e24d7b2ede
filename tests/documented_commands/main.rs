//! The documentation, run: every command in a fenced block, and every output shown, line by line.
//!
//! `page` says how a page marks what is not run, `shown` what `…` stands for. What was skipped is printed:
//! `cargo test --test documented_commands -- --nocapture`. With `UPDATE_GOLDEN=1` outputs in which no line is left out are
//! written anew, so that an empty block under a command is filled.
#![cfg(all(unix, feature = "serve"))]
#![allow(clippy::unwrap_used, reason = "tests, whose inputs are small")]

mod page;
mod session;
mod shown;

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use session::{Outcome, Session};

fn place_of(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn text_of(path: &str) -> String {
    fs::read_to_string(place_of(path)).unwrap()
}

/// Runs a page from its top to its end and fails with all that is not as shown.
fn check(path: &str) -> Session {
    let updates = std::env::var_os("UPDATE_GOLDEN").is_some();
    let page = page::read(&text_of(path));
    let mut corrections = Vec::new();
    let mut wrong: Vec<String> = page
        .strays
        .iter()
        .map(|line| {
            format!("{path}:{line}: an output that stands under no command: put it right under one, or give the block a language")
        })
        .collect();
    let mut session = Session::new();
    for step in &page.steps {
        let place = format!("{path}:{}", step.line);
        match session.run(step) {
            Outcome::Skipped(why) => println!("{place}: skipped, {why}: {}", step.script),
            Outcome::Ran(code, output) if code != step.exit_code => {
                wrong.push(format!("{place}: exit code {code}, not {}\n{}\n{output}", step.exit_code, step.script));
            }
            Outcome::Ran(_, output) => match &step.shown {
                Some(shown) if shown::shows(&shown.text, &output) => {}
                Some(shown) if updates && !shown::leaves_lines_out(&shown.text) => {
                    corrections.push((shown.lines.clone(), output));
                }
                Some(shown) => {
                    wrong.push(format!("{place}: {}\n--- shown\n{}\n--- real\n{output}", step.script, shown.text));
                }
                None => {}
            },
        }
    }
    correct(path, corrections);
    assert!(wrong.is_empty(), "{} things are not as {path} says\n\n{}", wrong.len(), wrong.join("\n\n"));
    session
}

/// Writes outputs over those on a page, which are in order.
fn correct(path: &str, corrections: Vec<(Range<usize>, String)>) {
    if corrections.is_empty() {
        return;
    }
    let mut lines: Vec<String> = text_of(path).lines().map(str::to_owned).collect();
    for (range, output) in corrections.into_iter().rev() {
        lines.splice(range, output.trim_end().lines().map(str::to_owned));
    }
    fs::write(place_of(path), lines.join("\n") + "\n").unwrap();
}

#[test]
fn the_readme_is_true() {
    check("README.md");
}

#[test]
fn the_guide_is_true() {
    let session = check("docs/guide.md");
    assert!(session.read("letters.html").contains("</html>"));
}

#[test]
fn the_page_on_shares_is_true() {
    check("docs/share.md");
}

#[test]
fn the_page_on_the_server_is_true() {
    check("docs/serve.md");
}

/// Programs in the documentation are copies of examples, which are compiled with the tests.
#[test]
fn programs_are_examples() {
    let examples: Vec<String> = fs::read_dir(place_of("crates/infer/examples"))
        .unwrap()
        .map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap())
        .collect();
    for path in ["README.md", "docs/guide.md"] {
        for program in page::read(&text_of(path)).programs {
            let lines: Vec<&str> = program.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
            let is_copy = |example: &String| {
                let of_example: Vec<&str> = example.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
                lines.iter().all(|line| of_example.contains(line))
            };
            assert!(examples.iter().any(is_copy), "{path}: this is in no file of crates/infer/examples\n{program}");
        }
    }
}

#[test]
fn links_lead_to_files() {
    let mut pages = vec![PathBuf::from("README.md")];
    pages.extend(
        fs::read_dir(place_of("docs")).unwrap().map(|entry| Path::new("docs").join(entry.unwrap().file_name())),
    );
    pages.retain(|page| page.extension().is_some_and(|ending| ending == "md"));
    for page in pages {
        let text = fs::read_to_string(place_of(page.to_str().unwrap())).unwrap();
        let targets = text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target);
        for target in targets.filter(|target| !target.starts_with("http") && !target.starts_with('#')) {
            let file = page.parent().unwrap().join(target.split('#').next().unwrap());
            assert!(place_of(file.to_str().unwrap()).exists(), "{}: {target} is not there", page.display());
        }
    }
}

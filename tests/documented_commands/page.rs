//! What a page of the documentation asks a reader to run, and what it shows as the answer.

use std::ops::Range;

/// The programs with which a command begins.
const PROGRAMS: [&str; 7] = ["copydesk", "cargo", "curl", "cp", "echo", "head", "sed"];

/// Commands that are run together, and what the page shows of their output.
#[derive(Debug, PartialEq, Eq)]
pub struct Step {
    /// The line of the page on which the commands begin, from 1.
    pub line: usize,
    /// The commands, as a shell reads them.
    pub script: String,
    /// The output, if the page shows any.
    pub shown: Option<Shown>,
    /// The exit code that the page promises.
    pub exit_code: i32,
    /// Why a test cannot run this.
    pub not_run: Option<String>,
}

/// An output on a page.
#[derive(Debug, PartialEq, Eq)]
pub struct Shown {
    pub text: String,
    /// Its lines on the page, from 0.
    pub lines: Range<usize>,
}

/// What a page holds.
#[derive(Debug, Default)]
pub struct Page {
    pub steps: Vec<Step>,
    /// Programs in Rust.
    pub programs: Vec<String>,
    /// Outputs that stand under no command, by line.
    pub strays: Vec<usize>,
}

/// A fenced block.
struct Block {
    line: usize,
    language: String,
    lines: Vec<String>,
    /// The comments right before it.
    remarks: Vec<String>,
    /// Whether nothing but blank lines stands between it and the block before.
    follows: bool,
}

/// Reads a page. In a block without a language stand commands, or the output of those in the block right before; in one of
/// `console`, commands after a dollar sign, each with its output. The comment `<!-- not run: WHY -->` before a block excepts it,
/// `<!-- exit code 1 -->` promises another exit code than 0.
pub fn read(markdown: &str) -> Page {
    let mut page = Page::default();
    let mut waits_for_output = false;
    for block in blocks(markdown) {
        let is_output = block.language.is_empty() && !is_command(&block.lines);
        match block.language.as_str() {
            "console" => page.steps.extend(console(&block)),
            "rust" => page.programs.push(block.lines.join("\n")),
            "" if !is_output => page.steps.push(step(&block, block.line, block.lines.join("\n"))),
            "" if waits_for_output && block.follows => {
                let last = page.steps.last_mut().expect("a command waits for its output");
                let first = block.line - 1;
                last.shown = Some(Shown { text: block.lines.join("\n"), lines: first..first + block.lines.len() });
            }
            "" => page.strays.push(block.line),
            _ => {}
        }
        waits_for_output = block.language.is_empty() && !is_output;
    }
    page
}

fn is_command(lines: &[String]) -> bool {
    let first = lines.first().and_then(|line| line.split_whitespace().next());
    first.is_some_and(|word| PROGRAMS.contains(&word))
}

fn step(block: &Block, line: usize, script: String) -> Step {
    let remark = |start: &str| block.remarks.iter().find_map(|remark| remark.strip_prefix(start));
    Step {
        line,
        script,
        shown: None,
        exit_code: remark("exit code ").map_or(0, |code| code.parse().expect("an exit code is a number")),
        not_run: remark("not run: ").map(str::to_owned),
    }
}

fn console(block: &Block) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for (line, text) in (block.line..).zip(&block.lines) {
        if let Some(command) = text.strip_prefix("$ ") {
            steps.push(step(block, line, command.to_owned()));
        } else if let Some(last) = steps.last_mut() {
            let shown = last.shown.get_or_insert_with(|| Shown { text: String::new(), lines: line - 1..line - 1 });
            if !shown.lines.is_empty() {
                shown.text.push('\n');
            }
            shown.text.push_str(text);
            shown.lines.end = line;
        }
    }
    steps
}

fn blocks(markdown: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut remarks = Vec::new();
    let mut follows = false;
    let mut open = false;
    for (number, line) in markdown.lines().enumerate() {
        match (line.strip_prefix("```"), open) {
            (Some(_), true) => (open, follows) = (false, true),
            (Some(language), false) => {
                open = true;
                blocks.push(Block {
                    line: number + 2,
                    language: language.trim().to_owned(),
                    lines: Vec::new(),
                    remarks: std::mem::take(&mut remarks),
                    follows,
                });
            }
            (None, true) => blocks.last_mut().expect("a block is open").lines.push(line.to_owned()),
            (None, false) => {
                let remark = line.trim().strip_prefix("<!--").and_then(|rest| rest.strip_suffix("-->"));
                if let Some(remark) = remark {
                    remarks.push(remark.trim().to_owned());
                } else if !line.trim().is_empty() {
                    remarks.clear();
                    follows = false;
                }
            }
        }
    }
    assert!(!open, "the last block is not closed");
    blocks
}

#[test]
fn reads_commands_outputs_and_remarks() {
    let page = read(
        "```\ncopydesk label a.txt \\\n  --format tsv\n```\n\n```\nrow\n```\n\nText.\n\n<!-- not run: needs the net -->\n```\ncurl x\n```\n\
         <!-- exit code 1 -->\n\n```\ncopydesk eval\n```\nThen:\n```\nstray\n```\n```console\n$ copydesk a\n1\n\n2\n$ copydesk b\n```\n```toml\na = 1\n```\n",
    );
    let told: Vec<_> = page
        .steps
        .iter()
        .map(|step| {
            (
                step.line,
                step.script.as_str(),
                step.shown.as_ref().map(|shown| (shown.text.as_str(), shown.lines.clone())),
                step.exit_code,
                step.not_run.as_deref(),
            )
        })
        .collect();
    let expected = [
        (2, "copydesk label a.txt \\\n  --format tsv", Some(("row", 6..7)), 0, None),
        (14, "curl x", None, 0, Some("needs the net")),
        (19, "copydesk eval", None, 1, None),
        (26, "copydesk a", Some(("1\n\n2", 26..29)), 0, None),
        (30, "copydesk b", None, 0, None),
    ];
    assert_eq!(told, expected);
    assert_eq!(page.strays, [23]);
}

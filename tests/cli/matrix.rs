//! Every subcommand in every situation that goes wrong: the exit code and what is said, as a table to read.
//!
//! `UPDATE_GOLDEN=1 cargo test -p copydesk --test cli matrix` writes `tests/golden/matrix.txt` anew.
//!
//! A file without permission can be read by root, who runs tests in containers. The unreadable file is therefore a link to
//! `/proc/self/mem`, which is opened by everybody and read by nobody from its start.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Stdio;

use crate::golden::assert_golden;
use crate::run::{BOARD, Folder, HELD_OUT, NOTICES, NOTICES_CONFIG, Run, command, copydesk, small_model};

/// A subcommand, and how it is called.
struct Case {
    command: &'static str,
    /// The ending of its input, if it reads a file.
    ending: Option<&'static str>,
    /// The arguments of a run that goes well: `IN` is the input, `OUT` a place to write to, `MODEL` the small model.
    /// Without them the command does not end by itself.
    arguments: Option<&'static str>,
    /// A file of the repository that is the input when all goes well.
    input: &'static str,
}

const fn case(
    command: &'static str,
    ending: Option<&'static str>,
    arguments: Option<&'static str>,
    input: &'static str,
) -> Case {
    Case { command, ending, arguments, input }
}

const CASES: &[Case] = &[
    case("label", Some("txt"), Some("--model MODEL IN"), BOARD),
    case("classify", Some("csv"), Some("--model MODEL --text-column text IN"), NOTICES),
    case("clean", Some("txt"), Some("--model MODEL --drop weather IN"), BOARD),
    case("train", Some("csv"), Some("IN --config CONFIG --out OUT"), NOTICES),
    case("eval", Some("csv"), Some("MODEL IN"), HELD_OUT),
    case("explain", None, Some("--model MODEL Fog."), ""),
    case("inspect", Some("safetensors"), Some("IN"), "MODEL"),
    case("data check", Some("csv"), Some("--no-label-errors IN"), NOTICES),
    case("data curve", Some("csv"), Some("--config CONFIG --points 2 IN --test HELD_OUT"), NOTICES),
    case("data join", Some("tsv"), Some("IN --text TEXTS --out OUT"), "LABELS"),
    case("data split", Some("csv"), Some("--test 25% IN --out OUT"), NOTICES),
    #[cfg(feature = "serve")]
    case("serve", None, None, ""),
    case("share", Some("csv"), Some("--model MODEL --text-column text --resamples 100 IN"), NOTICES),
    // What it says on stderr depends on how busy the machine is: tests/cli/bench.rs has its errors.
    case("bench", None, None, ""),
    case("completions", None, Some("fish"), ""),
    case("man", None, Some(""), ""),
    case("help", None, Some("label"), ""),
];

/// What a run without a word of help needs, and the names that messages give to it.
struct Setting {
    folder: Folder,
    names: Vec<(String, &'static str)>,
}

impl Setting {
    fn new() -> Self {
        let folder = Folder::new();
        // A sentence with the first digits of its SHA-256.
        let labels = "id\tdoc\tstart\tend\tsha256\tlabel\tcertain\ns1\td1\t0\t9\t2ab6e1d3be2c7076\tweather\ttrue\n";
        let labels = folder.file("labels.tsv", labels);
        folder.file("documents.tsv", "doc\tsource\tpath\tfield\nd1\tnews\ta.json\ttext\n");
        let texts = folder.file("texts.csv", "id,text\ns1,Fog at 9.\n");
        let names = vec![
            (labels, "LABELS"),
            (texts, "TEXTS"),
            (folder.path("out"), "OUT"),
            (folder.path(""), ""),
            (format!("{}/model.safetensors", small_model()), "MODEL"),
            (small_model().to_owned(), "MODEL"),
            (NOTICES_CONFIG.to_owned(), "CONFIG"),
            (HELD_OUT.to_owned(), "HELD_OUT"),
        ];
        Self { folder, names }
    }

    /// The words of a command with the input in its place.
    fn words(&self, case: &Case, arguments: &str, input: &str) -> Vec<String> {
        let filled = arguments.split_whitespace().map(|word| match word {
            "IN" => self.path_of(input),
            word => self.path_of(word),
        });
        case.command.split(' ').map(str::to_owned).chain(filled).collect()
    }

    fn path_of(&self, name: &str) -> String {
        let known = self.names.iter().rev().find(|(_, known)| !known.is_empty() && *known == name);
        known.map_or_else(|| name.to_owned(), |(path, _)| path.clone())
    }

    /// A message with names in the place of paths that differ from run to run.
    fn without_paths(&self, line: &str) -> String {
        self.names.iter().fold(line.to_owned(), |line, (path, name)| line.replace(path, name))
    }
}

/// Where standard output goes.
enum Out {
    Pipe,
    /// A pipe that nobody reads, as in `| head -0`.
    Closed,
    Full,
}

fn run(words: &[String], out: &Out) -> Run {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let stdout = match out {
        Out::Pipe => return copydesk(&words),
        Out::Closed => {
            let (reader, writer) = io::pipe().unwrap();
            drop(reader);
            Stdio::from(writer)
        }
        Out::Full => File::options().write(true).open("/dev/full").unwrap().into(),
    };
    Run::new(command(&words).stdout(stdout).output().unwrap())
}

#[test]
fn every_command_in_every_bad_situation() {
    let setting = Setting::new();
    let mut table = String::from(
        "# What a user sees when something is wrong: situation, exit code, and what stderr says (its first line, if nothing failed).\n\
         # The input that is wrong stands in the place of IN; MODEL and CONFIG are those of the tests.\n",
    );
    for case in CASES {
        let shown = case.arguments.map_or_else(String::new, |arguments| format!(" {arguments}"));
        let _ = writeln!(table, "\ncopydesk {}{}", case.command, shown.trim_end());
        let mut row = |situation: &str, words: &[String], out: &Out| {
            clear(&setting.folder.path("out"));
            let run = run(words, out);
            assert!(!run.err.contains("panicked"), "{words:?}: {}", run.err);
            assert!(run.code < 2 || run.out.is_empty(), "{words:?} failed and wrote {}", run.out);
            assert!(run.code == 0 || !run.err.is_empty(), "{words:?} failed without a word");
            assert!(situation != "all well" || run.code == 0, "{words:?}: {}", run.err);
            let line = setting.without_paths(&told(&run.err));
            let _ = writeln!(table, "{}", format!("  {situation:<15} {:>3}  {line}", run.code).trim_end());
        };
        // What `share` says then depends on the built-in model, which is trained anew now and then.
        if case.arguments.is_some() && case.command != "share" {
            row("no arguments", &setting.words(case, "", ""), &Out::Pipe);
        }
        row("bad flag", &setting.words(case, "--no-such-flag", ""), &Out::Pipe);
        let Some(arguments) = case.arguments else { continue };
        if let Some(ending) = case.ending {
            let [missing, unreadable, folder] =
                ["missing", "unreadable", "folder"].map(|name| setting.folder.path(&format!("{name}.{ending}")));
            let empty = setting.folder.file(&format!("empty.{ending}"), "");
            if !fs::exists(&folder).unwrap() {
                fs::create_dir(&folder).unwrap();
                symlink("/proc/self/mem", &unreadable).unwrap();
            }
            for (situation, input) in [
                ("missing file", missing),
                ("unreadable file", unreadable),
                ("a folder", folder),
                ("empty file", empty),
            ] {
                row(situation, &setting.words(case, arguments, &input), &Out::Pipe);
            }
        }
        if arguments.contains("MODEL") {
            let missing = setting.folder.path("no-model");
            row("missing model", &setting.words(case, &arguments.replace("MODEL", &missing), case.input), &Out::Pipe);
            row("unknown model", &setting.words(case, &arguments.replace("MODEL", "no-model"), case.input), &Out::Pipe);
        }
        let words = setting.words(case, arguments, case.input);
        row("all well", &words, &Out::Pipe);
        row("stdout closed", &words, &Out::Closed);
        row("stdout full", &words, &Out::Full);
    }
    assert_golden("matrix.txt", &table);
}

/// Removes a file or folder of the run before.
fn clear(path: &str) {
    let path = Path::new(path);
    if path.is_dir() {
        fs::remove_dir_all(path).unwrap();
    } else if path.exists() {
        fs::remove_file(path).unwrap();
    }
}

/// What went wrong, with what is indented below it (the arguments that are missing); else the first line.
fn told(text: &str) -> String {
    let failure = |line: &&str| line.starts_with("copydesk: ") || line.starts_with("error: ");
    let first = text.lines().find(failure).or_else(|| text.lines().next()).unwrap_or_default();
    let after = text.lines().skip_while(|line| *line != first).skip(1);
    let below = after.take_while(|line| line.starts_with("  ") && first.ends_with(':'));
    [first].into_iter().chain(below.map(str::trim)).collect::<Vec<_>>().join(" ")
}

#[test]
fn every_command_is_in_the_table() {
    let mut found = Vec::new();
    for name in names_below(&[]) {
        let below = if name == "help" { Vec::new() } else { names_below(&[&name]) };
        if below.is_empty() {
            found.push(name);
        } else {
            let named = below.iter().filter(|below| *below != "help").map(|below| format!("{name} {below}"));
            found.extend(named);
        }
    }
    let mut listed: Vec<&str> = CASES.iter().map(|case| case.command).collect();
    found.sort();
    listed.sort_unstable();
    assert_eq!(found, listed, "a command that is not in the table: add it to CASES");
}

/// The names of a command's subcommands, as its help tells them.
fn names_below(command: &[&str]) -> Vec<String> {
    let help = copydesk(&[command, &["--help"]].concat()).ok();
    let Some((_, commands)) = help.split_once("\nCommands:\n") else { return Vec::new() };
    let names = commands.lines().take_while(|line| !line.is_empty());
    // Names stand two blanks in; the rest of a description further.
    names
        .filter_map(|line| line.strip_prefix("  ").filter(|line| !line.starts_with(' ')))
        .map(|line| line.split(' ').next().unwrap().to_owned())
        .collect()
}

#[test]
fn help_that_cannot_be_written_is_an_error() {
    for words in [&["--help"][..], &["label", "--help"], &["--version"], &["help", "eval"]] {
        let words: Vec<String> = words.iter().map(ToString::to_string).collect();
        assert_eq!(run(&words, &Out::Full).code, 74, "{words:?}");
        let closed = run(&words, &Out::Closed);
        assert_eq!((closed.code, closed.err.as_str()), (0, ""), "{words:?}");
    }
}

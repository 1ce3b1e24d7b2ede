//! Tables that nobody would write, in every command that reads them.

use std::fs;
use std::io::{Read, Write};
use std::process::{Command, Stdio};

use crate::run::{Folder, Run, command_within, copydesk, copydesk_within, small_model};

/// Runs each command that reads labelled tables on a file, which is to be refused with this place and these words.
#[track_caller]
fn assert_refused_by_all(file: &str, place: &str, parts: &[&str]) {
    let folder = Folder::new();
    let out = folder.path("model");
    for arguments in [
        &["train", file, "--out", &out][..],
        &["eval", small_model(), file],
        &["data", "check", file],
        &["data", "curve", file, "--test", file],
        &["classify", "--model", small_model(), "--text-column", "text", file],
    ] {
        let run = copydesk_within(2048, "", arguments);
        assert_refused(arguments, &run, place, parts);
    }
    assert!(!fs::exists(&out).unwrap());
}

#[track_caller]
fn assert_refused(arguments: &[&str], run: &Run, place: &str, parts: &[&str]) {
    assert_eq!((run.code, run.out.as_str()), (65, ""), "{arguments:?}: {}", run.err);
    assert_eq!(run.err.lines().count(), 1, "{arguments:?}: {}", run.err);
    assert!(run.err.len() < 1000, "{arguments:?}: a message of {} bytes", run.err.len());
    for part in [place].iter().chain(parts) {
        assert!(run.err.contains(part), "{arguments:?}: {part:?} is not in {:?}", run.err);
    }
}

#[test]
fn csv_that_is_not_what_it_seems() {
    let folder = Folder::new();
    for (name, content, place, parts) in [
        ("ragged.csv", "text,label\nrain,x\nfog,y,z\n".to_owned(), "ragged.csv:3:", &["3 fields", "2"][..]),
        ("short.csv", "doc,text,label\nd,rain,x\nd,fog\n".to_owned(), "short.csv:3:", &["2 fields", "3"]),
        ("open.csv", "text,label\n\"rain,x\nfog,y\n".to_owned(), "open.csv:2:", &["quotation mark", "close it"]),
        ("after.csv", "text,label\n\"rain\"s,x\n".to_owned(), "after.csv:2:7:", &["follows the quotation mark"]),
        ("twice.csv", "text,label,text\nrain,x,fog\n".to_owned(), "twice.csv:1:", &["two columns `text`"]),
        ("none.csv", "tekst,label\nrain,x\n".to_owned(), "none.csv:1:", &["no column `text`", "`tekst`"]),
        ("wide.csv", format!("{}\nrain,x\n", "a,".repeat(100_000)), "wide.csv:1:", &["no column `text`"]),
        ("long.csv", format!("{}\nrain\n", "a".repeat(1 << 20)), "long.csv:1:", &["no column `text`"]),
        ("latin.csv", "text,label\nrain,x\n".to_owned() + "caf\u{0}", "latin.csv:3:", &["1 field "]),
    ] {
        assert_refused_by_all(&folder.file(name, content), place, parts);
    }
    assert_refused_by_all(&folder.file("bytes.csv", b"text,label\nrain,x\nsm\xf8r,y\n"), "bytes.csv:3:3", &["UTF-8"]);
}

#[test]
fn json_that_is_not_what_it_seems() {
    let folder = Folder::new();
    let good = "{\"text\":\"rain\",\"label\":\"x\"}\n";
    let deep = "[".repeat(100_000);
    for (name, line, place, part) in [
        ("deep", format!("{{\"text\":\"a\",\"label\":\"x\",\"y\":{deep}"), ":2:", "EOF"),
        ("deeper", format!("{{\"text\":{deep}"), ":2:", "EOF"),
        ("objects", "{\"a\":".repeat(100_000), ":2:", "EOF"),
        ("brackets", deep.clone(), ":2:1:", "JSON object"),
        ("lone", "{\"text\":\"\\ud800\",\"label\":\"x\"}".into(), ":2:1", "hex escape"),
        ("trailing", "{\"text\":\"\\udc00\",\"label\":\"x\"}".into(), ":2:1", "hex escape"),
        ("pair", "{\"text\":\"\\ud800\\u0041\",\"label\":\"x\"}".into(), ":2:21:", "hex escape"),
        ("number", "{\"text\":7,\"label\":\"x\"}".into(), ":2:", "`text` is an integer"),
        ("null", "{\"text\":null,\"label\":\"x\"}".into(), ":2:", "`text` is null"),
        ("list", "{\"text\":[\"a\"],\"label\":\"x\"}".into(), ":2:", "`text` is an array"),
        ("object", "{\"text\":{},\"label\":\"x\"}".into(), ":2:", "`text` is an object"),
        ("huge", "{\"text\":1e999,\"label\":\"x\"}".into(), ":2:", "number out of range"),
        ("twice", "{\"text\":\"a\",\"text\":\"b\",\"label\":\"x\"}".into(), ":2:", "two columns `text`"),
        ("cut", "{\"text\":\"a\",\"label\":".into(), ":2:20:", "EOF"),
        ("two", format!("{} {}", good.trim(), good.trim()), ":2:", "trailing characters"),
        ("control", "{\"text\":\"a\u{1}\",\"label\":\"x\"}".into(), ":2:", "control character"),
        ("nan", "{\"text\":NaN,\"label\":\"x\"}".into(), ":2:", "expected value"),
    ] {
        let name = format!("{name}.jsonl");
        let file = folder.file(&name, format!("{good}{line}\n"));
        assert_refused_by_all(&file, &format!("{name}{place}"), &[part]);
    }
}

#[test]
fn json_that_is_odd_and_right() {
    let folder = Folder::new();
    let lines = "\u{feff}{\"text\":\"rain\\ud83d\\ude00\",\"label\":7,\"x\":[[[]]],\"n\":-0.0}\r\n\n\
                 {\"label\":true,\"n\":12345678901234567890123,\"text\":\"\"}\n";
    let deep = format!("{{\"y\":{}{},\"text\":\"fog\"}}\n", "[".repeat(100_000), "]".repeat(100_000));
    let file = folder.file("odd.jsonl", lines.to_owned() + &deep);
    let rows = copydesk(&["classify", "--model", small_model(), "--text-column", "text", &file]).json_lines();
    let texts: Vec<&str> = rows.iter().map(|row| row["text"].as_str().unwrap()).collect();
    assert_eq!(texts, ["rain😀", "", "fog"], "what nobody asked for may be as deep as it likes");
    assert_eq!((&rows[0]["line"], &rows[1]["line"]), (&1.into(), &3.into()));
}

#[test]
fn labels_that_cannot_be_shown() {
    let folder = Folder::new();
    for (label, part) in [
        ("", "is empty"),
        (" \\t ", "is empty"),
        ("a\\u0000b", "control character"),
        ("a\\nb", "line break"),
        ("a\\u001b[31m", "control character"),
        ("a\\u202eb", "mark of direction"),
        (&"x".repeat(100_000), "100000 characters"),
    ] {
        let good = "{\"text\":\"rain\",\"label\":\"x\"}\n";
        let file = folder.file("a.jsonl", format!("{good}{{\"text\":\"fog\",\"label\":\"{label}\"}}\n"));
        let out = folder.path("model");
        for arguments in
            [&["train", &file, "--out", &out][..], &["eval", small_model(), &file], &["data", "check", &file]]
        {
            assert_refused(arguments, &copydesk(arguments), "a.jsonl:2:", &[part]);
        }
    }
}

#[test]
fn a_row_without_an_end_is_not_read_to_the_end() {
    let folder = Folder::new();
    // 80 MiB, of which a reader without a limit would hold some 160.
    let rest = "rain,x\n".repeat((80 << 20) / 7);
    let open = folder.file("open.csv", format!("text,label\n\"{rest}"));
    let line = folder.file("line.jsonl", format!("{{\"text\":\"{}", "rain ".repeat((80 << 20) / 5)));
    for (file, place) in [(&open, "open.csv:2:"), (&line, "line.jsonl:1:")] {
        let arguments = ["classify", "--model", small_model(), "--text-column", "text", file];
        assert_refused(&arguments, &copydesk_within(512, "", &arguments), place, &["more than 64 MiB"]);
    }
}

#[test]
fn long_rows_are_read() {
    let folder = Folder::new();
    let text = "rain and fog ".repeat((1 << 20) / 13);
    let rows: String = ["x", "y"]
        .iter()
        .flat_map(|label| (0..3).map(move |_| label))
        .map(|label| format!("\"{text}\",{label}\n"))
        .collect();
    let file = folder.file("long.csv", format!("text,label\n{rows}"));
    let out = folder.path("m");
    copydesk_within(1024, "", &["train", &file, "--cv", "2", "--out", &out]).ok();
    copydesk_within(1024, "", &["eval", &out, &file]).ok();
    copydesk_within(2048, "", &["data", "check", "--cv", "2", &file]).ok();
}

/// Runs a command with little memory on 600 rows, each with 512 KiB in a column that nobody asks for; `at` tells how many
/// short rows come before each. Gives how many bytes were given and how many came back.
fn bytes_of_wide_rows(command: &str, format: &str, at: fn(usize) -> usize) -> (usize, usize) {
    let wide = "y".repeat(512 << 10);
    let row = |note: &str| match format {
        "csv" => format!("fog,{note}\n"),
        _ => format!("{{\"text\":\"fog\",\"note\":\"{note}\"}}\n"),
    };
    let (wide, short) = (row(&wide), row(""));
    let mut options = vec![command, "--model", small_model(), "--text-column", "text", "--input-format", format];
    if command == "clean" {
        options.extend(["--drop", "weather", "--min-confidence", "1"]);
    }
    let mut child = command_within(280, "", &options).stdin(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut output = child.stdout.take().unwrap();
    let (mut given, mut written) = (0, 0);
    std::thread::scope(|scope| {
        let given = &mut given;
        scope.spawn(move || {
            let mut give = |text: &str| {
                *given += text.len();
                input.write_all(text.as_bytes()).is_ok()
            };
            let header = if format == "csv" { "text,note\n" } else { "" };
            let _ = give(header) && (0..600).all(|n| give(&short.repeat(at(n))) && give(&wide));
        });
        let mut buffer = vec![0; 1 << 16];
        while let Ok(count @ 1..) = output.read(&mut buffer) {
            written += count;
        }
    });
    let run = Run::new(child.wait_with_output().unwrap());
    assert_eq!(run.code, 0, "{command} {format}: {}", run.err);
    (given, written)
}

#[test]
fn columns_that_nobody_asks_for_take_no_memory() {
    for format in ["csv", "jsonl"] {
        for short in [|_| 0, |n| n] {
            let (given, written) = bytes_of_wide_rows("clean", format, short);
            assert_eq!(given, written, "nothing is as sure as that, so nothing is cut");
            let (_, written) = bytes_of_wide_rows("classify", format, short);
            assert!(written > 0);
        }
    }
}

#[test]
fn fifos_and_loops_of_links() {
    let folder = Folder::new();
    let content = "text,label\nrain,x\nfog,weather\n";
    let file = folder.file("file.csv", content);
    let fifo = folder.path("fifo.csv");
    assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    let run = |file: &str| copydesk(&["eval", small_model(), file, "--json"]).ok();
    let found = std::thread::scope(|scope| {
        scope.spawn(|| fs::write(&fifo, content).unwrap());
        run(&fifo)
    });
    assert_eq!(found.replace(&fifo, &file), run(&file));
    std::os::unix::fs::symlink("loop.csv", folder.path("loop.csv")).unwrap();
    let looped = folder.path("loop.csv");
    for arguments in [&["eval", small_model(), &looped][..], &["data", "check", &looped]] {
        let run = copydesk(arguments);
        assert_eq!(run.code, 66, "{}", run.err);
        assert!(run.err.contains("loop.csv") && run.err.contains("symbolic links"), "{}", run.err);
    }
}

//! Texts that nobody would write: bad bytes, no line ends, no words, far too much of something.
//!
//! The limit on memory is what the test asserts; a command that took quadratic time would hit the ten minutes after which
//! a run is given up.

use std::fs;
use std::io::Write;
use std::process::Command;

use copydesk_train::Compression;
use serde_json::Value;

use crate::run::{Folder, Run, copydesk, copydesk_reading, copydesk_within, read, small_model};

const MIB: usize = 1 << 20;

/// Enough addresses, in MiB, for the program, its threads and a model of its own; a text is never in memory whole.
const LITTLE: u64 = 400;

fn label(file: &str) -> Run {
    copydesk(&["label", "--format", "jsonl", "--model", small_model(), file])
}

/// Checks a failure: one line with the place, nothing on standard output.
#[track_caller]
fn assert_refused(run: &Run, code: i32, parts: &[&str]) {
    assert_eq!((run.code, run.out.as_str(), run.err.lines().count()), (code, "", 1), "{}", run.err);
    for part in parts {
        assert!(run.err.contains(part), "{part:?} is not in {:?}", run.err);
    }
}

/// Checks that the sentences are what stands at their offsets, in order, and that only blanks lie between them.
#[track_caller]
fn assert_covers(text: &str, sentences: &[Value]) {
    let (mut end, mut characters) = (0, 0);
    let blank = |gap: &str| gap.chars().all(|c| c.is_whitespace() || c.is_control() || c == '\u{feff}');
    for sentence in sentences {
        let at = |field: &str| sentence[field].as_u64().unwrap() as usize;
        let found = text.get(at("start")..at("end")).unwrap();
        assert!(sentence["text"] == found, "{:?} is not {found:?}", sentence["text"]);
        assert!(at("start") >= end && blank(&text[end..at("start")]), "{:?}", &text[end..at("start")]);
        characters += text[end..at("start")].chars().count();
        assert_eq!(at("char_start"), characters);
        characters += found.chars().count();
        end = at("end");
    }
    assert!(blank(&text[end..]), "{:?}", &text[end..]);
}

#[test]
fn bad_bytes_are_named_to_the_column() {
    let folder = Folder::new();
    for (name, bytes, place) in [
        ("lone", &b"Rain.\nFog\xff.\n"[..], "2:4"),
        ("cut", b"Rain.\nFo\xe2\x80", "2:3"),
        ("overlong", b"\xc0\xaf", "1:1"),
        ("surrogate", b"a\xed\xa0\x80", "1:2"),
        ("beyond", b"\xf4\x90\x80\x80", "1:1"),
        ("late", &[&b"Rain fell over the bay.\n".repeat(9999)[..], b"\x80"].concat(), "10000:1"),
    ] {
        let file = folder.file(name, bytes);
        for command in ["label", "classify"] {
            let run = copydesk(&[command, "--model", small_model(), &file]);
            assert_eq!(run.code, 65, "{name}: {}", run.err);
            assert!(run.err.contains(&format!("{name}:{place}: byte 0x")) && run.err.contains("UTF-8"), "{}", run.err);
        }
        let run = copydesk_reading(&["explain", "--model", small_model(), "-"], bytes);
        assert_refused(&run, 65, &[&format!("-:{place}: byte 0x")]);
    }
}

#[test]
fn utf16_is_named_and_not_guessed_at() {
    let folder = Folder::new();
    let units: Vec<u16> = "Rain fell.\n".encode_utf16().collect();
    let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
    let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
    for bytes in [[&b"\xff\xfe"[..], &little].concat(), [&b"\xfe\xff"[..], &big].concat(), little, big] {
        let file = folder.file("a.txt", bytes);
        for command in ["label", "classify"] {
            assert_refused(&copydesk(&[command, &file]), 65, &["a.txt", "UTF-16", "UTF-8"]);
        }
    }
}

#[test]
fn line_ends_marks_and_control_characters_keep_their_places() {
    let folder = Folder::new();
    for (name, text) in [
        ("nul", "Rain fell.\0 Fog lay\0 there."),
        ("mark", "\u{feff}Rain fell. Fog lay there."),
        ("marks", "Rain \u{feff}fell.\u{feff} Fog lay there.\u{feff}"),
        ("cr", "Rain fell\rFog lay there.\rIt rained."),
        ("crlf", "Rain fell.\r\n\r\nFog lay there.\r\n"),
        ("separators", "Rain fell.\u{2028}Fog lay there.\u{2029}It rained.\u{85}Snow."),
        ("vertical", "Rain fell.\u{b}Fog.\u{c}Snow."),
        ("directions", "\u{202e}Rain fell.\u{202c} \u{2066}Fog.\u{2069}"),
        ("escapes", "Rain \u{1b}[31mfell.\u{1b}[0m Fog.\u{7f}"),
        ("private", "\u{e000} fell. \u{10ffff} rose. \u{fffe}"),
    ] {
        let sentences = label(&folder.file(name, text)).json_lines();
        assert!(!sentences.is_empty(), "{name}");
        assert_covers(text, &sentences);
        let shown = copydesk(&["label", "--model", small_model(), &folder.path(name)]).ok();
        assert!(!shown.contains(['\0', '\u{1b}', '\u{7f}', '\r', '\u{b}']), "{name}: {shown:?}");

        let lines = copydesk(&["classify", "--model", small_model(), &folder.path(name)]).json_lines();
        let expected: Vec<&str> = text.trim_start_matches('\u{feff}').lines().collect();
        let texts: Vec<&str> = lines.iter().map(|line| line["text"].as_str().unwrap()).collect();
        assert_eq!(texts, expected, "{name}: a line of classify ends at a line feed and nowhere else");
    }
}

#[test]
fn nothing_and_blanks() {
    let folder = Folder::new();
    let empty = folder.file("empty", "");
    for command in ["label", "classify"] {
        assert_refused(&copydesk(&[command, &empty]), 65, &["is empty"]);
    }
    for text in ["\n", " ", "\u{feff}", "\r\n\r\n", "\u{2028}", "\0\0\0a"] {
        let run = label(&folder.file("blank", text));
        assert!(run.code == 0 && run.out.is_empty() || text.contains('\0'), "{text:?}: {} {}", run.code, run.err);
    }
}

/// Runs `label` and `clean` on a text in little memory, and `classify`, to which a line is one text, in so much.
fn assert_bounded(name: &str, text: &[u8], mib: u64) {
    let folder = Folder::new();
    let file = folder.file(name, text);
    let cleaned = copydesk_within(
        LITTLE,
        "",
        &["clean", "--drop", "weather", "--out", "/dev/null", "--model", small_model(), &file],
    );
    assert_eq!(cleaned.code, 0, "clean {name}: {}", cleaned.err);
    for (command, mib) in [("label", LITTLE), ("classify", mib)] {
        let run = copydesk_within(mib, "", &[command, "--format", "jsonl", "--model", small_model(), &file]);
        assert!(!run.err.contains("panicked") && !run.err.contains("allocation"), "{command} {name}: {}", run.err);
        match run.code {
            0 => {
                let rows = run.json_lines();
                let probabilities = rows.iter().flat_map(|row| row["probabilities"].as_object().unwrap().values());
                assert!(probabilities.into_iter().all(|p| p.as_f64().is_some_and(|p| (0.0..=1.0).contains(&p))));
                if command == "label" {
                    assert_covers(std::str::from_utf8(text).unwrap(), &rows);
                }
            }
            // A documented limit, with the place and the cure.
            65 => assert!(
                command == "classify" && run.err.contains(&format!("{name}:1: longer than 4 MiB")),
                "{}",
                run.err
            ),
            code => panic!("{command} {name}: {code} {}", run.err),
        }
    }
}

#[test]
fn a_million_combining_marks() {
    assert_bounded("marks", format!("a{} b.", "\u{301}".repeat(1_000_000)).as_bytes(), 1024);
}

#[test]
fn a_line_of_16_mib() {
    assert_bounded("line", "word and more ".repeat(16 * MIB / 14).as_bytes(), 2048);
    assert_huge_is_bounded("longer", "word and more. ", 18 * MIB / 15);
}

#[test]
fn a_word_of_16_mib() {
    assert_bounded("word", "a".repeat(16 * MIB).as_bytes(), 1024);
}

#[test]
fn a_million_tokens_in_a_sentence() {
    assert_bounded("tokens", "a 1 ".repeat(500_000).as_bytes(), 1024);
}

#[test]
fn a_million_quotation_marks_stops_and_bullets() {
    for (name, piece) in
        [("quotes", "\""), ("opening", "“‘("), ("stops", "."), ("bullets", "• "), ("emoji", "👍🏽"), ("ellipses", "… ")]
    {
        assert_bounded(name, piece.repeat(1_000_000 / piece.len()).as_bytes(), 1024);
    }
}

#[test]
fn ten_million_empty_lines() {
    let folder = Folder::new();
    let file = folder.file("lines", "\n".repeat(10_000_000));
    let run = copydesk_within(512, "", &["label", "--format", "jsonl", "--model", small_model(), &file]);
    assert_eq!(run.ok(), "");
    let some = folder.file("some", "\n".repeat(100_000));
    let run = copydesk_within(512, "", &["classify", "--format", "tsv", "--model", small_model(), &some]);
    assert_eq!(run.ok().lines().count(), 100_001, "an empty line is a text too");
}

/// A file of many equal pieces, written without holding it.
fn huge(folder: &Folder, name: &str, piece: &str, times: usize) -> String {
    let path = folder.path(name);
    let mut file = fs::File::create(&path).unwrap();
    let block = piece.repeat(1 << 16);
    for _ in 0..times >> 16 {
        file.write_all(block.as_bytes()).unwrap();
    }
    path
}

/// Runs `label` and `classify` on a file of a gigabyte or so; what they write is counted and dropped.
fn assert_huge_is_bounded(name: &str, piece: &str, times: usize) {
    let folder = Folder::new();
    let file = huge(&folder, name, piece, times);
    for command in ["label", "classify"] {
        let script = "trap '' PIPE; exec >/dev/null;";
        let run = copydesk_within(LITTLE, script, &[command, "--format", "tsv", "--model", small_model(), &file]);
        assert_eq!(run.code, if command == "label" { 0 } else { 65 }, "{command} {name}: {}", run.err);
    }
}

#[test]
#[ignore = "takes minutes and a gigabyte of disk"]
fn a_line_of_1_gib() {
    assert_huge_is_bounded("line", "word and more. ", (1 << 30) / 15);
    assert_huge_is_bounded("line", "word and more ", (1 << 30) / 14);
}

#[test]
#[ignore = "takes minutes"]
fn a_word_of_100_mb_and_ten_million_tokens() {
    assert_huge_is_bounded("word", "a", 100_000_000);
    // 20 MB in one line: more than `classify` takes.
    assert_huge_is_bounded("tokens", "a 1 ", 5_000_000);
}

#[test]
#[ignore = "takes many minutes and a gigabyte of disk"]
fn a_billion_empty_lines() {
    let folder = Folder::new();
    let file = huge(&folder, "lines", "\n", 1_000_000_000);
    let run = copydesk_within(LITTLE, "", &["label", "--format", "jsonl", "--model", small_model(), &file]);
    assert_eq!(run.ok(), "");
}

#[test]
fn fifos_give_what_files_give_and_loops_of_links_are_told() {
    let folder = Folder::new();
    let text = "Rain fell.\nFog lay there.\n";
    let file = folder.file("file", text);
    let fifo = folder.path("fifo");
    assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    for command in ["label", "classify"] {
        let run = |file: &str| copydesk(&[command, "--format", "tsv", "--model", small_model(), file]).ok();
        let expected = run(&file);
        let found = std::thread::scope(|scope| {
            scope.spawn(|| fs::write(&fifo, text).unwrap());
            run(&fifo)
        });
        assert_eq!(found.replace(&fifo, &file), expected);
    }
    std::os::unix::fs::symlink("loop", folder.path("loop")).unwrap();
    for command in ["label", "classify"] {
        assert_refused(&copydesk(&[command, &folder.path("loop")]), 66, &["loop", "symbolic links"]);
    }
}

#[test]
fn a_file_that_the_output_goes_to_is_not_read() {
    let folder = Folder::new();
    let text = "Rain fell.\n".repeat(20_000);
    let file = folder.file("file", &text);
    let appending = || fs::OpenOptions::new().append(true).open(&file).unwrap();
    for command in ["label", "classify"] {
        for named in [&[&*file][..], &["-"], &[]] {
            let arguments = [&[command, "--model", small_model()], named].concat();
            let mut run = crate::run::command(&arguments);
            run.stdout(appending()).stdin(fs::File::open(&file).unwrap());
            let output = run.output().unwrap();
            let err = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(2), "{arguments:?}: {err}");
            assert!(err.contains("is the file that the output goes to"), "{err}");
            assert!(read(&file) == text, "nothing is added");
        }
    }
}

/// Some bytes over and over, packed.
fn bomb(piece: &str, times: usize, compression: Compression) -> Vec<u8> {
    let mut packed = compression.writer(Vec::new()).unwrap();
    let block = piece.repeat(1 << 12);
    for _ in 0..times >> 12 {
        packed.write_all(block.as_bytes()).unwrap();
    }
    packed.finish().unwrap()
}

#[test]
fn packed_files_that_unpack_to_far_more_take_little_memory() {
    let folder = Folder::new();
    for (ending, compression) in [("gz", Compression::Gzip), ("zst", Compression::Zstandard)] {
        let blanks = folder.file(&format!("blanks.txt.{ending}"), bomb("    \n", 10_000_000, compression));
        let size = fs::metadata(&blanks).unwrap().len();
        assert!(size < 500_000, "{size} bytes that unpack to 50 MB");
        let run = copydesk_within(LITTLE, "", &["label", "--format", "jsonl", "--model", small_model(), &blanks]);
        assert_eq!(run.ok(), "");
        let line = folder.file(&format!("line.txt.{ending}"), bomb("word and ", 2_000_000, compression));
        let run = copydesk_within(LITTLE, "", &["classify", "--model", small_model(), &line]);
        assert_refused(&run, 65, &[&format!("line.txt.{ending}:1: longer than 4 MiB")]);
        let row = folder.file(&format!("row.jsonl.{ending}"), bomb("{\"text\":\"a\",", 6_000_000, compression));
        for arguments in [&["train", "--out", &folder.path("m"), &row][..], &["eval", small_model(), &row]] {
            assert_refused(
                &copydesk_within(LITTLE, "", arguments),
                65,
                &[&format!("row.jsonl.{ending}:1: "), "64 MiB"],
            );
        }
    }
}

#[test]
fn explain_takes_long_texts() {
    let text = "rain and fog and 1 ".repeat(MIB / 19);
    let run = copydesk_reading(&["explain", "--model", small_model(), "-", "--format", "json"], text.as_bytes());
    assert!(run.json()["labels"].as_array().unwrap().len() > 1);
    let run = copydesk_reading(&["explain", "--model", small_model(), "-"], "\0\u{202e}\n".as_bytes());
    assert!(run.code == 0 || run.code == 65, "{}", run.err);
}

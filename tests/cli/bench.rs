//! `copydesk bench`: what it tells, never how long anything took.

use serde_json::Value;

use crate::run::{ARTICLE, BOARD, Folder, LABELS, copydesk, copydesk_reading, read, small_model};

const QUICK: [&str; 3] = ["bench", "--seconds", "0.01"];

fn measured(arguments: &[&str]) -> Value {
    copydesk(&[&QUICK[..], &["--json", "--model", small_model()], arguments].concat()).json()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is a number"))
}

#[test]
fn every_stage_is_measured_beside_the_floor() {
    let shown = measured(&["--threads", "2", BOARD]);
    let names: Vec<_> = shown["stages"].as_array().unwrap().iter().map(|s| s["name"].as_str().unwrap()).collect();
    assert_eq!(
        names,
        [
            "floor",
            "split into sentences",
            "classify, one call each",
            "classify, a worker",
            "classify, in a batch, 1 thread",
            "classify, in a batch, 2 threads",
            "label documents, 1 thread",
            "label documents, 2 threads"
        ]
    );
    let text = &shown["text"];
    let bytes = read(BOARD).len();
    assert_eq!((&text["source"], &text["documents"], &text["bytes"]), (&BOARD.into(), &1.into(), &bytes.into()));
    assert_eq!((&text["bytes_read"], &text["unit"]), (&text["bytes"], &"sentence".into()));
    for stage in shown["stages"].as_array().unwrap() {
        let seconds = number(&stage["seconds"]["median"]);
        assert!(number(&stage["seconds"]["least"]) > 0.0 && number(&stage["seconds"]["least"]) <= seconds, "{stage}");
        for (field, expected) in [
            ("mb_per_s", bytes as f64 / seconds / 1e6),
            ("sentences_per_s", number(&text["sentences"]) / seconds),
            ("ns_per_sentence", seconds * 1e9 / number(&text["sentences"])),
        ] {
            assert!((number(&stage[field]) / expected - 1.0).abs() < 1e-9, "{field} of {stage}");
        }
        assert!(number(&stage["times_floor"]) > 0.0 && number(&stage["passes"]) >= 1.0, "{stage}");
    }
    assert!((number(&shown["stages"][0]["times_floor"]) - 1.0).abs() < 1e-9);
    assert!(number(&shown["runs"]) >= 5.0);
    assert!(number(&shown["load"]["median"]) > 0.0);
    assert_eq!(shown["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(shown["model"]["name"], small_model());
}

#[test]
fn labels_are_those_of_classify_and_the_checksum_is_of_them() {
    let shown = measured(&[BOARD]);
    let sentences: String = copydesk(&["label", "--model", small_model(), "--format", "jsonl", "--no-context", BOARD])
        .json_lines()
        .iter()
        .map(|sentence| format!("{}\n", sentence["label"].as_str().unwrap()))
        .collect();
    let labels = shown["text"]["labels"].as_array().unwrap();
    assert_eq!(labels.len(), LABELS.len());
    for (counted, label) in labels.iter().zip(LABELS) {
        assert_eq!(counted["label"], label);
        assert_eq!(counted["sentences"], sentences.lines().filter(|found| *found == label).count(), "{label}");
    }
    let checksum = |arguments: &[&str]| measured(arguments)["text"]["checksum"].as_str().unwrap().to_owned();
    assert_eq!(checksum(&["--threads", "1", BOARD]), checksum(&["--threads", "3", BOARD]));
    assert_ne!(checksum(&[BOARD]), checksum(&[BOARD, BOARD]));
}

#[test]
fn lines_are_classified_as_classify_does() {
    let shown = measured(&["--threads", "1", "--lines", BOARD]);
    let lines = read(BOARD).lines().count();
    assert_eq!((&shown["text"]["unit"], &shown["text"]["sentences"]), (&"line".into(), &lines.into()));
    let labels = copydesk(&["classify", "--model", small_model(), "--format", "jsonl", BOARD]).json_lines();
    for counted in shown["text"]["labels"].as_array().unwrap() {
        let found = labels.iter().filter(|line| line["label"] == counted["label"]).count();
        assert_eq!(counted["sentences"], found, "{counted}");
    }
    let names: Vec<_> = shown["stages"].as_array().unwrap().iter().map(|s| s["name"].as_str().unwrap()).collect();
    let expected = ["floor", "classify, one call each", "classify, a worker", "classify, in a batch, 1 thread"];
    assert_eq!(names, expected);
    let table = copydesk(&[&QUICK[..], &["--model", small_model(), "--lines", BOARD]].concat());
    assert!(
        table.out.contains(&format!(": {lines} lines in 1 document, ")) && table.out.contains("  ns a line  "),
        "{}",
        table.out
    );
}

#[test]
fn without_a_file_it_measures_the_example() {
    let shown = measured(&["--threads", "1"]);
    let text = &shown["text"];
    assert_eq!(text["source"], "a built-in article, 32 times over");
    assert_eq!(text["bytes_read"], read(ARTICLE).len() * 32);
    assert_eq!(text["bytes"], text["bytes_read"]);
    let table = copydesk(&[&QUICK[..], &["--model", small_model(), "--threads", "1"]].concat());
    let lines: Vec<&str> = table.out.lines().collect();
    assert!(lines[0].starts_with(concat!("copydesk ", env!("CARGO_PKG_VERSION"), " on ")), "{}", table.out);
    assert!(lines[1].ends_with(" n-grams, 3 labels"));
    assert!(lines[2].contains("a built-in article, 32 times over: ") && lines[2].ends_with(" runs"));
    let checksum = text["checksum"].as_str().unwrap();
    assert!(lines[3].ends_with(&format!("; checksum {checksum}, the same in every run")), "{}", table.out);
    for stage in shown["stages"].as_array().unwrap() {
        let name = stage["name"].as_str().unwrap();
        assert_eq!(lines.iter().filter(|line| line.starts_with(name)).count(), 1, "{name}");
    }
    assert!(!table.out.contains("2 threads") && lines.last().unwrap().starts_with("load of the model: "));
    assert_eq!(table.err.contains("this is a debug build"), cfg!(debug_assertions));
    assert_eq!(table.code, 0);
}

#[test]
fn texts_can_come_from_standard_input() {
    let run = copydesk_reading(
        &[&QUICK[..], &["--json", "--model", small_model(), "--threads", "1", "-"]].concat(),
        "Fog will lie over the harbour. Bring a coat!".as_bytes(),
    );
    let shown = run.json();
    assert_eq!((&shown["text"]["source"], &shown["text"]["sentences"]), (&"-".into(), &2.into()));
}

#[test]
fn what_cannot_be_measured_is_said() {
    let folder = Folder::new();
    let blank = folder.file("blank.txt", " \n\n");
    let latin = folder.file("latin.txt", b"caf\xe9");
    for (arguments, code, message) in [
        (&[blank.as_str()][..], 65, "has no sentence: give a file with text in it"),
        (&["--lines", &blank], 65, "has no line: give a file with text in it"),
        (&[latin.as_str()], 65, "is not UTF-8"),
        (&["no-such-file.txt"], 66, "cannot read no-such-file.txt"),
        (&["--seconds", "0"], 2, "give a number of seconds from 0.001 to 3600"),
        (&["--threads", "0"], 2, "--threads"),
        (&["--model", "no-model"], 2, "no-model"),
    ] {
        let run = copydesk(&[&["bench"], arguments].concat());
        assert_eq!(run.code, code, "{arguments:?}: {}", run.err);
        assert!(run.err.contains(message) && run.out.is_empty(), "{arguments:?}: {}", run.err);
    }
}

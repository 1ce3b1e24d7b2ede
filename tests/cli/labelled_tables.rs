//! Labelled tables as people have them: filters on columns that are not there, rows that nobody has labelled yet, copies.

use crate::run::{Folder, Run, copydesk, small_model};

/// Twelve texts of five words and more with three columns, in two labels.
fn rows() -> Vec<String> {
    let row = |n: usize| match n % 2 {
        0 => format!("Rain and fog in valley {n},weather,2026-0{}", n / 4 + 1),
        _ => format!("Simmer the leeks for {n} minutes,soup,2026-0{}", n / 4 + 1),
    };
    (0..12).map(row).collect()
}

fn table(rows: &[String]) -> String {
    format!("text,label,month\n{}\n", rows.join("\n"))
}

/// Runs each command that reads labelled data on a file.
fn all(folder: &Folder, file: &str, options: &[&str]) -> Vec<Run> {
    let (model, parts) = (folder.path("model"), folder.path("parts"));
    [
        &["train", file, "--cv", "2", "--out", &model][..],
        &["eval", small_model(), file],
        &["data", "check", "--no-label-errors", file],
        &["data", "split", file, "--test", "50%", "--out", &parts],
        &["data", "curve", file, "--test", file, "--points", "1"],
    ]
    .map(|arguments| copydesk(&[arguments, options].concat()))
    .into()
}

#[test]
fn a_filter_on_a_column_that_is_not_there_is_refused() {
    let folder = Folder::new();
    let file = folder.file("later.csv", table(&rows()));
    let said =
        "later.csv:1: there is no column `mont` (did you mean `month`?): the columns are `text`, `label`, `month`";
    for run in all(&folder, &file, &["--where", "mont=2026-01"]) {
        assert_eq!((run.code, run.out.as_str()), (65, ""), "{}", run.err);
        assert!(run.err.contains(said), "{}", run.err);
    }
    let calibration = ["--calibration", &file, "--calibration-where", "mont=2026-01"];
    let run = copydesk(&[&["share", "--model", small_model()], &calibration[..], &[&file]].concat());
    assert!(run.code == 65 && run.err.contains(said), "{}", run.err);
    assert!(folder.names().iter().all(|name| name == "later.csv"), "nothing is written");
}

#[test]
fn a_filter_serves_files_with_its_column_and_files_without() {
    let folder = Folder::new();
    let with = folder.file("with.csv", table(&rows()));
    let without = folder.file("without.csv", "text,label\nSnow.,weather\nLeeks.,soup\n");
    let check = ["data", "check", "--no-label-errors", "--where", "month=2026-01"];
    let out = copydesk(&[&check[..], &[&without, &with]].concat()).ok();
    assert!(out.starts_with("6 examples "), "{out}");
    let curve = ["data", "curve", "--points", "1", "--where", "month=2026-01"];
    copydesk(&[&curve[..], &[&with, "--test", &without]].concat()).ok();
    copydesk(&[&curve[..], &[&without, "--test", &with]].concat()).ok();
}

#[test]
fn rows_without_a_label_are_counted_and_can_be_left_out() {
    let folder = Folder::new();
    let some = ["Nobody has read this one yet,,2026-01".to_owned(), "Nor this one at all, ,2026-02".to_owned()];
    let file = folder.file("some.csv", table(&[&rows()[..6], &some, &rows()[6..]].concat()));
    let said = "some.csv:8: the label (column `label`) is empty; 2 rows have none: give them labels, or leave them out \
                with --skip-unlabelled";
    for run in all(&folder, &file, &[]) {
        assert_eq!((run.code, run.out.as_str()), (65, ""), "{}", run.err);
        assert!(run.err.contains(said), "{}", run.err);
    }
    for run in all(&folder, &file, &["--skip-unlabelled"]) {
        assert_eq!(run.code, 0, "{}", run.err);
        assert!(run.err.contains("left out 2 rows without a label\n"), "{}", run.err);
    }
    let parts = crate::run::read(&folder.path("parts/train.csv")) + &crate::run::read(&folder.path("parts/test.csv"));
    assert!(parts.matches("2026").count() == 12 && !parts.contains("Nobody"), "{parts}");
    // The model is the one of the data without these rows.
    let whole = folder.file("whole.csv", table(&rows()));
    let train = |file: &str, name: &str, options: &[&str]| {
        let out = folder.path(name);
        copydesk(&[&["train", file, "--cv", "2", "--out", &out], options].concat()).ok();
        std::fs::read(format!("{out}/model.safetensors")).unwrap()
    };
    assert!(train(&whole, "one", &[]) == train(&file, "two", &["--skip-unlabelled"]));
    let calibration = copydesk(&["share", "--model", small_model(), "--calibration", &file, &whole]);
    assert!(calibration.code == 65 && calibration.err.trim_end().ends_with("or leave them out"), "{}", calibration.err);
}

#[test]
fn copies_that_folds_and_parts_may_be_tested_on_are_told() {
    let folder = Folder::new();
    let single = folder.file("single.csv", table(&rows()));
    let doubled: Vec<String> = rows().iter().flat_map(|row| [row.clone(), row.clone()]).collect();
    let twice = folder.file("twice.csv", table(&doubled));
    let train = |files: &[&str], options: &[&str]| {
        let out = folder.path("model");
        let run = copydesk(&[&["train"], files, &["--out", &out], options].concat());
        assert_eq!(run.code, 0, "{}", run.err);
        run.err
    };
    let said = "warning: 12 texts of 5 words or more stand in several documents, and folds may train and test on them";
    for files in [&[&*twice][..], &[&single, &single]] {
        let err = train(files, &["--cv", "2"]);
        assert!(err.contains(said) && err.contains("--group-column") && err.contains("data check"), "{err}");
        assert!(!train(files, &["--cv", "0"]).contains("several documents"), "no folds, no scores");
    }
    assert!(!train(&[&single], &["--cv", "2"]).contains("several documents"));
    assert!(!train(&[&twice], &["--cv", "2", "--group-column", "text"]).contains("several documents"));

    let split = |options: &[&str]| {
        let out = folder.path("parts");
        copydesk(&[&["data", "split", &twice, "--folds", "3", "--out", &out], options].concat()).err
    };
    let err = split(&[]);
    assert!(err.contains(" of 5 words or more stand in several parts, where a model is tested on"), "{err}");
    assert!(!split(&["--group-column", "text"]).contains("several parts"));

    let check = |file: &str, options: &[&str]| {
        copydesk(&[&["data", "check", "--no-label-errors", "--fail-if-any", file], options].concat())
    };
    let run = check(&twice, &[]);
    assert_eq!(run.code, 1, "{}", run.err);
    let listed = "12 texts of 5 words or more in several documents of one file\n  ";
    assert!(run.out.contains(listed), "{}", run.out);
    assert_eq!(check(&single, &[]).code, 0);
    let grouped = check(&twice, &["--group-column", "text"]);
    assert!(grouped.code == 0 && grouped.out.contains("12 texts of 5 words or more repeated within one document"));
}

#[test]
fn files_that_are_no_such_tables_are_told_the_true_cause() {
    let folder = Folder::new();
    for (name, content, code, said) in [
        ("a.xlsx", "PK".as_bytes(), 2, "a.xlsx is a spreadsheet, which is not read: save it as CSV (UTF-8)"),
        ("a.ods", b"PK", 2, "save it as CSV (UTF-8)"),
        (
            "a.json",
            b"[{}]",
            2,
            "JSON Lines is needed, an object a line: make it with jq -c '.[]' file.json > file.jsonl",
        ),
        ("semicolons.csv", b"text;label\nrain;x\n", 65, "semicolons.csv:1: the columns are separated by `;`: export"),
        ("cr.csv", b"text,label\rrain,x\r", 65, "cr.csv:1: the lines end in carriage returns (CR) alone: save"),
        (
            "cut.csv",
            b"text,label\nrain,caf\xc3",
            65,
            "cut.csv:2:9: the file ends within a character, or is no UTF-8: give the whole",
        ),
        ("zip.csv", b"PK\x03\x04\x14\0\x08\xe9", 65, "zip.csv:1:8: the file is binary and no text: save it as CSV"),
        ("open.csv", b"text,label\n\"rain,x\n", 65, "(\"\"\"Fog\"\", it said\")"),
        ("after.csv", b"text,label\n\"rain\"s,x\n", 65, "double each mark inside the field (\"\"\"Fog\"\", it said\")"),
    ] {
        let file = folder.file(name, content);
        for run in all(&folder, &file, &[]) {
            assert_eq!((run.code, run.out.as_str()), (code, ""), "{name}: {}", run.err);
            assert!(run.err.contains(said) && !run.err.contains("without quoting"), "{name}: {}", run.err);
            assert!(!run.err.contains("iconv") && !run.err.contains("did you mean"), "{name}: {}", run.err);
        }
    }
    let bin = folder.file("a.txt", b"\x89PNG\r\n\x1a\n\0\0\0");
    let run = copydesk(&["label", "--model", small_model(), &bin]);
    assert!(run.code == 65 && run.err.contains("is binary") && !run.err.contains("iconv"), "{}", run.err);
    let cut = folder.file("b.txt", b"Fog.\nRain at the caf\xc3");
    let run = copydesk(&["label", "--model", small_model(), &cut]);
    assert!(run.code == 65 && run.err.contains("b.txt:2:16: byte 0xc3 is not UTF-8, but may begin a character"));
}

#[test]
fn labelled_data_do_not_come_from_standard_input() {
    let folder = Folder::new();
    let file = folder.file("a.csv", table(&rows()));
    let out = folder.path("model");
    for arguments in [
        &["train", "-", "--out", &out][..],
        &["train", "-", "--input-format", "csv", "--out", &out],
        &["eval", small_model(), &file, "-"],
        &["data", "check", "-"],
        &["data", "curve", &file, "--test", "-"],
        &["share", "--model", small_model(), "--calibration", "-", &file],
    ] {
        let run = copydesk(arguments);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{arguments:?}: {}", run.err);
        assert!(run.err.contains("standard input is not read here: give a file"), "{arguments:?}: {}", run.err);
    }
}

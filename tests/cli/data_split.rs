//! `copydesk data split`: parts that hold every row once, as it was written.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use crate::run::{Folder, NOTICES, copydesk, copydesk_reading, read};

/// Rows with all that a CSV can hold, four a document, and the text that each is known by.
fn table() -> (String, Vec<String>) {
    let header = "\u{feff}doc,text,label,note\r\n".to_owned();
    let rows: Vec<String> = (0..48)
        .map(|row| {
            let label = ["wet", "dry", "dry"][row % 3];
            let note = ["\"a \"\"b\"\",\r\nc\"", "é 🍲", "", "  x  "][row % 4];
            format!("d{},text number {row},{label},{note}\r\n", row / 4)
        })
        .collect();
    (header, rows)
}

/// The documents of a part.
fn documents(rows: &[&String]) -> BTreeSet<String> {
    rows.iter().map(|row| row.split_once(',').unwrap().0.to_owned()).collect()
}

/// Splits a table and checks that each file is the header and some of the rows in their order, and that together they hold
/// every row once and every document in one part. The rows of each part.
fn split_and_check<'a>(
    folder: &Folder,
    rows: &'a [String],
    arguments: &[&str],
    parts: &[&str],
) -> Vec<Vec<&'a String>> {
    let header = table().0;
    let file = folder.file("in.csv", header.clone() + &rows.concat());
    let out = folder.path("parts");
    copydesk(&[&["data", "split", &file, "--out", &out], arguments].concat()).ok();
    let mut left: Vec<&String> = rows.iter().collect();
    let mut found = Vec::new();
    for part in parts {
        let content = read(&format!("{out}/{part}.csv"));
        let inside: Vec<&String> = rows.iter().filter(|row| content.contains(&***row)).collect();
        assert_eq!(content, header.clone() + &inside.iter().map(|row| row.as_str()).collect::<String>(), "{part}");
        assert!(!inside.is_empty(), "{part}");
        left.retain(|row| !inside.contains(row));
        found.push(inside);
    }
    assert!(left.is_empty(), "{left:?}");
    let whole: usize = found.iter().map(Vec::len).sum();
    assert_eq!(whole, rows.len(), "no row stands in two parts");
    let all: BTreeSet<String> = documents(&rows.iter().collect::<Vec<_>>());
    assert_eq!(found.iter().map(|part| documents(part).len()).sum::<usize>(), all.len(), "no document in two parts");
    found
}

#[test]
fn rows_are_dealt_by_whole_documents_as_they_were_written() {
    let (_, mut rows) = table();
    // The last line of a file may lack its end.
    let last = rows.pop().unwrap();
    rows.push(last.trim_end().to_owned());
    for seed in ["1", "2", "3"] {
        let folder = Folder::new();
        let parts = split_and_check(&folder, &rows, &["--test", "25%", "--seed", seed], &["train", "test"]);
        assert_eq!(parts.iter().map(Vec::len).collect::<Vec<_>>(), [36, 12], "seed {seed}");
        let wet = parts[1].iter().filter(|row| row.contains(",wet,")).count();
        assert!((3..=5).contains(&wet), "the labels have their share: {wet} of 4");
        let options = ["--test", "25%", "--dev", "0.25", "--seed", seed];
        let parts = split_and_check(&Folder::new(), &rows, &options, &["train", "dev", "test"]);
        assert_eq!(parts.iter().map(Vec::len).collect::<Vec<_>>(), [24, 12, 12], "seed {seed}");
        let names = ["fold-1", "fold-2", "fold-3", "fold-4"];
        let parts = split_and_check(&Folder::new(), &rows, &["--folds", "4", "--seed", seed], &names);
        assert!(parts.iter().all(|part| part.len() == 12), "seed {seed}");
    }
}

#[test]
fn the_seed_decides() {
    let folder = Folder::new();
    let (header, rows) = table();
    let file = folder.file("in.csv", header + &rows.concat());
    let test = |seed: &str, out: &str| {
        let out = folder.path(out);
        copydesk(&["data", "split", &file, "--test", "25%", "--seed", seed, "--out", &out]).ok();
        (read(&format!("{out}/train.csv")), read(&format!("{out}/test.csv")))
    };
    assert_eq!(test("7", "one"), test("7", "two"));
    let tests: BTreeSet<String> = (1..6).map(|seed| test(&seed.to_string(), "other").1).collect();
    assert!(tests.len() > 1);
}

#[test]
fn json_lines_stay_as_they_are() {
    let folder = Folder::new();
    let lines: Vec<String> = (0..20)
        .map(|row| {
            let label = ["1", "\"b\\u00e9\"", "true"][row % 3];
            format!("{{ \"n\":1.50, \"text\" : \"t\\u00e9 {row}\",\"label\": {label}, \"o\":{{\"text\":null}}}}\r\n")
        })
        .collect();
    let input = format!("{}\r\n  \r\n{}", lines[..9].concat(), lines[9..].concat());
    let out = folder.path("parts");
    let arguments = ["data", "split", "-", "--input-format", "jsonl", "--test", "0.3", "--out", &out];
    copydesk_reading(&arguments, input.as_bytes()).ok();
    let (train, test) = (read(&format!("{out}/train.jsonl")), read(&format!("{out}/test.jsonl")));
    for (part, count) in [(&train, 14), (&test, 6)] {
        let inside: String = lines.iter().filter(|line| part.contains(&***line)).map(String::as_str).collect();
        assert_eq!(*part, inside);
        assert_eq!(part.lines().count(), count);
    }
}

#[test]
fn what_came_packed_is_packed_so_again() {
    let folder = Folder::new();
    let tool =
        std::process::Command::new("gzip").args(["-nc", NOTICES]).current_dir(env!("CARGO_MANIFEST_DIR")).output();
    let Ok(packed) = tool else {
        eprintln!("skipped: there is no gzip");
        return;
    };
    let file = folder.file("in.csv.gz", &packed.stdout);
    let (out, plain) = (folder.path("packed"), folder.path("plain"));
    let table = copydesk(&["data", "split", &file, "--test", "30%", "--out", &out]).ok();
    assert_eq!(table, copydesk(&["data", "split", NOTICES, "--test", "30%", "--out", &plain]).ok());
    for part in ["train", "test"] {
        let path = format!("{out}/{part}.csv.gz");
        assert!(fs::read(&path).unwrap().starts_with(b"\x1f\x8b"));
        let unpacked = std::process::Command::new("gzip").args(["-dc", &path]).output().unwrap();
        assert!(unpacked.stdout == fs::read(format!("{plain}/{part}.csv")).unwrap(), "{part}");
    }
}

#[test]
fn filters_pass_rows_over() {
    let folder = Folder::new();
    let (header, rows) = table();
    let file = folder.file("in.csv", header + &rows.concat());
    let out = folder.path("parts");
    copydesk(&["data", "split", &file, "--where", "label=dry", "--test", "50%", "--out", &out]).ok();
    let both = read(&format!("{out}/train.csv")) + &read(&format!("{out}/test.csv"));
    assert_eq!((both.matches(",dry,").count(), both.matches(",wet,").count()), (32, 0));
}

#[test]
fn what_cannot_be_split_is_refused_and_nothing_is_written() {
    let folder = Folder::new();
    let one = folder.file("one.csv", "doc,text,label\na,Fog.,wet\na,Sun.,dry\na,Rain.,wet\n");
    let two = folder.file("two.csv", "doc,text,label\na,Fog.,wet\nb,Sun.,dry\nb,Rain.,wet\n");
    let train = folder.file("train.csv", "text,label\nFog.,wet\nSun.,dry\nRain.,wet\n");
    let here = folder.path("");
    let out = folder.path("parts");
    let cases: &[(&[&str], i32, &str)] = &[
        (&[&one, "--test", "50%", "--out", &out], 65, "all texts are of one document, `a`"),
        (&[&two, "--folds", "3", "--out", &out], 65, "2 documents cannot fill 3 parts"),
        (&[&two, "--test", "0.3", "--dev", "0.3", "--out", &out], 65, "2 documents cannot fill 3 parts"),
        (&[&two, "--test", "60%", "--dev", "40%", "--out", &out], 2, "leave nothing to train on"),
        (&[&train, "--test", "34%", "--out", &here], 2, "--out would replace"),
        (&[&two, "--test", "20", "--out", &out], 2, "for per cent write 20%"),
        (&[&two, "--out", &out], 2, "--test <SHARE>"),
        (&[&two, "--test", "50%"], 2, "--out <DIR>"),
        (&[&two, "--test", "50%", "--label-column", "class", "--out", &out], 65, "there is no column `class`"),
        (&[&folder.path("no.csv"), "--test", "50%", "--out", &out], 66, "no.csv"),
        (&["-", "--test", "50%", "--out", &out], 2, "--input-format"),
        (&[&two, "--test", "50%", "--out", &one], 73, "one.csv"),
    ];
    for (arguments, code, message) in cases {
        let run = copydesk(&[&["data", "split"], *arguments].concat());
        assert_eq!((run.code, run.out.as_str()), (*code, ""), "{arguments:?}: {}", run.err);
        assert!(run.err.contains(message), "{arguments:?}: {}", run.err);
    }
    assert_eq!(folder.names(), ["one.csv", "train.csv", "two.csv"]);
    assert!(read(&train).starts_with("text,label\nFog"));
}

#[test]
fn a_spoilt_split_is_warned_of() {
    let folder = Folder::new();
    let mut rows: String = (0..30).map(|row| format!("big,Fog {row}.,wet\n")).collect();
    rows += "b,Sun.,dry\nc,Rain.,wet\nd,Hail.,wet\n";
    let file = folder.file("in.csv", format!("doc,text,label\n{rows}"));
    let out = folder.path("parts");
    copydesk(&["data", "split", &file, "--test", "30%", "--dev", "30%", "--out", &out]).ok();
    let run = copydesk(&["data", "split", &file, "--test", "50%", "--out", &out]);
    assert!(run.err.contains("no text with the label `dry` in"), "{}", run.err);
    assert!(
        run.err.contains("50.0 % was asked for: documents are kept whole, and the largest, `big`, has 90.9 %"),
        "{}",
        run.err
    );
    assert!(run.err.contains("dev.csv is of an earlier split"), "{}", run.err);
    run.ok();
}

#[test]
fn the_table_counts_labels_texts_and_documents() {
    let folder = Folder::new();
    let (header, rows) = table();
    let file = folder.file("in.csv", header + &rows.concat());
    let table = copydesk(&["data", "split", &file, "--test", "25%", "--out", &folder.path("parts")]).ok();
    let lines: BTreeMap<&str, Vec<&str>> = table
        .lines()
        .map(|line| line.split_at("share of texts".len()))
        .map(|(name, numbers)| (name.trim(), numbers.split_whitespace().collect()))
        .collect();
    assert_eq!(lines["label"], ["all", "train", "test"]);
    assert_eq!(lines["texts"], ["48", "36", "12"]);
    assert_eq!(lines["documents"], ["12", "9", "3"]);
    assert_eq!(lines["share of texts"], ["100.0", "%", "75.0", "%", "25.0", "%"]);
    let sum = |at: usize| ["dry", "wet"].iter().map(|label| lines[label][at].parse::<usize>().unwrap()).sum::<usize>();
    assert_eq!((sum(0), sum(1), sum(2)), (48, 36, 12));
}

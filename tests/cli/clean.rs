//! `copydesk clean`: what is cut, and that every other byte stays.

use std::fs;
use std::ops::Range;
use std::process::Stdio;

use copydesk_train::{Format, Labels, ReadOptions, Record, RecordReader};
use proptest::prelude::*;
use serde_json::Value;

use crate::run::{ARTICLE, BOARD, Folder, Run, command, copydesk, copydesk_reading, read, small_model};

/// Cleans with the small model.
fn clean(arguments: &[&str]) -> Run {
    copydesk(&[&["clean", "--model", small_model(), "--drop", "weather"], arguments].concat())
}

fn json_lines(path: &str) -> Vec<Value> {
    read(path).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn span(cut: &Value) -> Range<usize> {
    let at = |key: &str| usize::try_from(cut[key].as_u64().unwrap()).unwrap();
    at("start")..at("end")
}

/// A text without the audited spans, each of which has to hold the text that the audit tells.
fn without<'a>(text: &str, cuts: impl Iterator<Item = &'a Value>) -> String {
    let (mut left, mut kept) = (String::new(), 0);
    for cut in cuts {
        let span = span(cut);
        assert_eq!(cut["text"], text[span.clone()]);
        left += &text[kept..span.start];
        kept = span.end;
    }
    left + &text[kept..]
}

#[test]
fn the_example_article_loses_its_appeals_and_nothing_else() {
    let folder = Folder::new();
    let audit = folder.path("cuts.jsonl");
    let run = copydesk(&["clean", "--drop", "appeal", ARTICLE, "--audit", &audit]);
    let text = read(ARTICLE);
    let sentences = copydesk(&["label", "--format", "jsonl", ARTICLE]).json_lines();
    let appeals: Vec<&Value> = sentences.iter().filter(|sentence| sentence["label"] == "appeal").collect();
    assert!(appeals.len() >= 3);
    let last = span(appeals[appeals.len() - 3]).start..span(appeals[appeals.len() - 1]).end;
    let paragraph = &text[text.find("The Harbour Review has no owner").unwrap()..];
    assert_eq!(&text[last], paragraph.trim_end(), "the last paragraph is three appeals");
    let summary = format!("cut {} of {} sentences", appeals.len(), sentences.len());
    assert!(run.err.starts_with(&summary) && run.err.contains("appeal; "), "{}", run.err);
    assert_eq!(run.err.lines().count(), 1);
    assert_eq!(run.ok(), without(&text, appeals.iter().copied()));

    let cuts = json_lines(&audit);
    assert_eq!(cuts.len(), appeals.len());
    for (cut, appeal) in cuts.iter().zip(appeals) {
        for (key, other) in [
            ("file", "file"),
            ("index", "index"),
            ("start", "start"),
            ("end", "end"),
            ("label", "label"),
            ("probability", "confidence"),
        ] {
            assert_eq!(cut[key], appeal[other], "{key}");
        }
        let alone = copydesk(&["explain", "--format", "json", cut["text"].as_str().unwrap()]).json();
        let label = alone["labels"].as_array().unwrap().iter().find(|label| label["label"] == "appeal").unwrap();
        assert_eq!(cut["alone"], label["probability"]);
        for (reason, ngram) in cut["reasons"].as_array().unwrap().iter().zip(label["contributions"].as_array().unwrap())
        {
            assert_eq!((&reason["ngram"], &reason["adds"]), (&ngram["ngram"], &ngram["contribution"]));
        }
    }
}

#[test]
fn dropped_labels_and_confidence_decide() {
    let text = read(BOARD);
    let sentences = copydesk(&["label", "--model", small_model(), "--format", "jsonl", BOARD]).json_lines();
    let left = |keep: &dyn Fn(&Value) -> bool| without(&text, sentences.iter().filter(|sentence| !keep(sentence)));
    assert_eq!(clean(&[BOARD]).ok(), left(&|sentence| sentence["label"] != "weather"));
    let sure = |sentence: &Value| sentence["label"] == "weather" && sentence["confidence"].as_f64().unwrap() >= 0.7;
    let run = clean(&["--min-confidence", "0.7", BOARD]);
    assert_eq!(run.ok(), left(&|sentence| !sure(sentence)));
    let two = copydesk(&["clean", "--model", small_model(), "--drop", "weather,soup & bread", BOARD]);
    assert_eq!(two.ok(), left(&|sentence| sentence["label"] == "fundstück"));
    assert_eq!(clean(&["--min-confidence", "1", BOARD]).ok(), text);
}

#[test]
fn marks_and_line_ends_stay() {
    let text = "\u{feff}Fog and rain.\r\n\r\n  Lost: a key.\u{a0}\r\n";
    let run = copydesk_reading(&["clean", "--model", small_model(), "--drop", "weather"], text.as_bytes());
    assert_eq!(run.ok(), "\u{feff}\r\n\r\n  Lost: a key.\u{a0}\r\n");
    let arguments = ["clean", "--model", small_model(), "--drop", "weather", "--tidy"];
    assert_eq!(copydesk_reading(&arguments, text.as_bytes()).ok(), "\u{feff}Lost: a key.\u{a0}\r\n");
    assert_eq!(copydesk_reading(&arguments, b"").ok(), "");
}

/// The columns n, text and note of a table.
fn columns(table: &[u8], format: Format) -> Vec<[String; 3]> {
    let options = ReadOptions { extra: vec!["n".into(), "note".into()], ..ReadOptions::default() };
    let mut reader = RecordReader::new(table, "table", format, &options, Labels::Ignored).unwrap();
    let (mut rows, mut row) = (Vec::new(), Record::default());
    while reader.read(&mut row).unwrap() {
        rows.push([row.extra[0].clone(), row.text.clone(), row.extra[1].clone()]);
    }
    rows
}

fn table(texts: &[String], format: Format) -> String {
    let field = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let separator = if format == Format::Tsv { '\t' } else { ',' };
    let row = |(n, text): (usize, &String)| match format {
        // Escapes that a writer need not have used have to stay as well.
        Format::JsonLines => {
            let text = serde_json::to_string(text).unwrap().replace('/', "\\/").replace('é', "\\u00e9");
            format!("{{\"n\": {n}, \"text\" :{text}, \"o\":{{\"text\":\"Fog.\"}},\"note\":\"R\\u0061in.\"}}\n")
        }
        _ => format!("{n}{separator}{}{separator}\"Rain.\"\r\n", field(text)),
    };
    let head = match format {
        Format::JsonLines => String::new(),
        _ => format!("n{separator}text{separator}note\r\n"),
    };
    head + &texts.iter().enumerate().map(row).collect::<String>()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]
    #[test]
    fn output_is_input_without_the_audited_spans(
        texts in prop::collection::vec(
            "((Fog and rain|Soup is on|Lost: a key/é|<b>Snow</b>|“Wind”, \"he\" said|🍲)[.!?]?[ \t\n]{0,2}(\r\n)?){0,6}", 20..40,
        ),
        tidy in any::<bool>(),
    ) {
        let folder = Folder::new();
        let audit = folder.path("cuts.jsonl");
        let tidy: &[&str] = if tidy { &["--tidy"] } else { &[] };
        for (name, format) in [("a.jsonl", Format::JsonLines), ("a.csv", Format::Csv), ("a.tsv", Format::Tsv)] {
            let input = table(&texts, format);
            let file = folder.file(name, &input);
            let arguments = ["--text-column", "text", "--audit", &audit, &file];
            let output = clean(&[&arguments, tidy].concat()).ok();
            let cuts = json_lines(&audit);
            let (before, after) = (columns(input.as_bytes(), format), columns(output.as_bytes(), format));
            prop_assert_eq!(before.len(), after.len());
            for (row, (before, after)) in before.iter().zip(&after).enumerate() {
                let line = if format == Format::JsonLines { row as u64 + 1 } else { 0 };
                let first = before[1].clone();
                let ours = |cut: &&Value| match format {
                    Format::JsonLines => cut["line"] == line,
                    // A row's line depends on the line breaks in the rows before it.
                    _ => cut["line"] == 2 + texts[..row].iter().map(|t| t.matches('\n').count() as u64 + 1).sum::<u64>(),
                };
                prop_assert_eq!(&after[1], &without(&first, cuts.iter().filter(ours)));
                prop_assert_eq!((&before[0], &before[2]), (&after[0], &after[2]));
            }
            prop_assert!(cuts.iter().all(|cut| cut["column"] == "text" && cut["file"] == file));
            // Written as before: what is not cut out of the texts is the same byte for byte.
            let kept: Vec<String> = after.iter().map(|row| row[1].clone()).collect();
            prop_assert_eq!(output, table(&kept, format));
        }
        for text in texts.iter().take(3) {
            let file = folder.file("a.txt", text);
            let output = clean(&[&["--audit", &audit, &file], tidy].concat()).ok();
            prop_assert_eq!(output, without(text, json_lines(&audit).iter()));
        }
    }
}

#[test]
fn rows_without_the_column_stay_and_emptied_ones_can_be_left_out() {
    let folder = Folder::new();
    let lines = [
        "{\"body\":\"Fog and rain.\"}",
        "{\"body\":null, \"n\":1e2}",
        "{\"n\":2}",
        "",
        "{\"body\":\"Lost: a key. Fog.\"}",
    ];
    let file = folder.file("a.jsonl", lines.join("\n"));
    let kept = ["{\"body\":\"\"}", lines[1], lines[2], "", "{\"body\":\"Lost: a key. \"}"];
    assert_eq!(clean(&["--text-column", "body", &file]).ok(), kept.join("\n"));
    let run = clean(&["--text-column", "body", "--drop-empty", &file]);
    assert!(run.err.ends_with("; 1 rows left out\n"), "{}", run.err);
    assert_eq!(run.ok(), kept[1..].join("\n"));

    let file = folder.file("a.csv", "title,body\n\"Fog, rain.\",Fog.\nLost: a key,Snow and fog.\n");
    let run =
        clean(&["--text-column", "body", "--text-column", "title", "--text-column", "body", "--drop-empty", &file]);
    assert_eq!(run.ok(), "title,body\nLost: a key,\n");
}

#[test]
fn packed_tables_are_packed_again_and_directories_keep_their_names() {
    use copydesk_train::{Compression, decompressed};
    use std::io::{Cursor, Read, Write};
    let folder = Folder::new();
    fs::create_dir_all(folder.path("in/b")).unwrap();
    let content = "{\"text\":\"Fog and rain. Lost: a key.\"}\n";
    let all = [
        ("in/a.jsonl.gz", Compression::Gzip),
        ("in/b/c.jsonl.zst", Compression::Zstandard),
        ("in/d.jsonl", Compression::Plain),
    ];
    for (name, compression) in all {
        let mut writer = compression.writer(Vec::new()).unwrap();
        writer.write_all(content.as_bytes()).unwrap();
        folder.file(name, writer.finish().unwrap());
    }
    let out = folder.path("out");
    assert_eq!(clean(&["--text-column", "text", &folder.path("in"), "--out", &out]).ok(), "");
    for (name, compression) in all {
        let bytes = fs::read(folder.path(&name.replace("in/", "out/"))).unwrap();
        let (found, mut input) = decompressed(Cursor::new(bytes)).unwrap();
        let mut text = String::new();
        input.read_to_string(&mut text).unwrap();
        assert_eq!((found, text.as_str()), (compression, "{\"text\":\" Lost: a key.\"}\n"), "{name}");
    }
}

#[test]
fn a_file_can_be_cleaned_in_its_place() {
    let folder = Folder::new();
    let rainy = folder.file("rainy.txt", "Fog and rain. Lost: a key.\n");
    let dry = folder.file("dry.txt", "Lost: a key.\n");
    #[cfg(unix)]
    {
        use std::os::unix::fs::{PermissionsExt, symlink};
        fs::set_permissions(&rainy, fs::Permissions::from_mode(0o640)).unwrap();
        symlink("rainy.txt", folder.path("link.txt")).unwrap();
    }
    let before = fs::metadata(&dry).unwrap().modified().unwrap();
    let file = if cfg!(unix) { folder.path("link.txt") } else { rainy.clone() };
    let run = clean(&["--in-place", &file, &dry, "missing.txt"]);
    assert_eq!((run.code, run.out.as_str()), (66, ""));
    assert!(run.err.contains("missing.txt") && run.err.contains("cut 1 of 3 sentences"), "{}", run.err);
    assert_eq!(read(&rainy), " Lost: a key.\n");
    assert_eq!(fs::metadata(&dry).unwrap().modified().unwrap(), before, "nothing is cut, nothing is written");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&rainy).unwrap().permissions().mode() & 0o777, 0o640);
        assert!(fs::symlink_metadata(folder.path("link.txt")).unwrap().is_symlink());
        assert_eq!(folder.names(), ["dry.txt", "link.txt", "rainy.txt"]);
    }
}

#[test]
fn blanks_in_front_and_between_stay() {
    let folder = Folder::new();
    let blanks = "\n".repeat(200_000);
    for (text, cleaned) in [
        ("\nLost: a key.".to_owned(), "\nLost: a key.".to_owned()),
        ("  Fog and rain.".into(), "  ".into()),
        ("\u{a0}\u{200b}\u{2028}Lost: a key. Fog.\n".into(), "\u{a0}\u{200b}\u{2028}Lost: a key. \n".into()),
        (
            format!("{blanks}Lost: a key.{blanks}Fog and rain.{blanks}\u{200b}Lost: a dog.{blanks}"),
            format!("{blanks}Lost: a key.{blanks}{blanks}\u{200b}Lost: a dog.{blanks}"),
        ),
    ] {
        let file = folder.file("a.txt", &text);
        assert!(clean(&[&file]).ok() == cleaned, "{:?}", &text[..text.len().min(40)]);
        let stdin = copydesk_reading(&["clean", "--model", small_model(), "--drop", "weather"], text.as_bytes());
        assert!(stdin.ok() == cleaned, "{:?}", &text[..text.len().min(40)]);
        assert_eq!(clean(&["--tidy", &file]).code, 0);
    }
}

#[test]
fn tables_and_markup_are_not_cut_as_plain_text() {
    let folder = Folder::new();
    let table = folder.file("a.CSV", "Lost: a key.\nFog and rain.\n");
    let packed = folder.file("b.jsonl.gz", "");
    let page = folder.file("c.html", "<p>Fog and rain.</p>\n");
    let notes = folder.file("d.md", "> Fog and rain.\n");
    let text = folder.file("e.txt", "Fog and rain. Lost: a key.");
    for (file, part) in [
        (&table, "a.CSV is a table: name the column with the texts (--text-column NAME), or give --read-as text"),
        (&packed, "b.jsonl.gz is a table"),
        (&page, "c.html is Markdown or HTML"),
        (&notes, "d.md is Markdown or HTML"),
    ] {
        let run = clean(&[file]);
        assert_eq!((run.code, run.out.as_str()), (65, ""), "{file}: {}", run.err);
        assert!(run.err.contains(part), "{file}: {}", run.err);
    }
    assert_eq!(clean(&["--read-as", "text", &table]).ok(), "Lost: a key.\n\n");
    let run = clean(&["--in-place", &page, &text]);
    assert_eq!((run.code, read(&page), read(&text)), (65, "<p>Fog and rain.</p>\n".into(), " Lost: a key.".into()));
}

#[test]
fn a_failure_leaves_no_file_and_no_audit_of_it() {
    let folder = Folder::new();
    let bad = folder.file("bad.jsonl", "{\"text\":\"Fog and rain.\"}\n{\"text\":7}\n");
    let good = folder.file("good.jsonl", "{\"text\":\"Fog. Lost: a key.\"}\n");
    let (out, audit) = (folder.path("out"), folder.path("cuts.jsonl"));
    let run = clean(&["--text-column", "text", &bad, &good, "--out", &out, "--audit", &audit]);
    assert_eq!((run.code, run.out.as_str()), (65, ""));
    assert!(run.err.contains("bad.jsonl:2: `text` is an integer"), "{}", run.err);
    assert_eq!(fs::read_dir(&out).unwrap().count(), 1);
    assert_eq!(read(&format!("{out}/good.jsonl")), "{\"text\":\" Lost: a key.\"}\n");
    let cuts = json_lines(&audit);
    assert_eq!(cuts.len(), 1);
    assert_eq!(cuts[0]["file"], good);
    assert_eq!(clean(&["--text-column", "text", &bad, "--in-place"]).code, 65);
    assert!(read(&bad).contains("Fog and rain."));
    assert_eq!(folder.names(), ["bad.jsonl", "cuts.jsonl", "good.jsonl", "out"]);
}

#[test]
fn what_cannot_be_done_is_refused() {
    let folder = Folder::new();
    let file = folder.file("a.txt", "Fog.\n");
    let table = folder.file("a.csv", "text\nFog.\n");
    let (below, again) = (format!("{file}/below.txt"), folder.path("./a.txt"));
    for (arguments, code, part) in [
        (
            &["clean", "--drop", "apeal, opinion", &file][..],
            2,
            "--drop: there is no label `apeal` (did you mean `appeal`?)",
        ),
        (&["clean", "--drop", "appeal", "missing.md"], 66, "missing.md"),
        (&["clean", &file], 2, "--drop"),
        (&["clean", "--drop", "appeal", "--lose-at-most", "1%", "--protect", "appeal", &file], 2, "at once"),
        (&["clean", "--drop", "appeal", "--labels", "opinion,reporting", &file], 2, "no sentence gets this label"),
        (&["clean", "--drop", "appeal", "--in-place", &file, &again], 2, "name it once"),
        (&["clean", "--drop", "appeal", &file, "--out", &file], 2, "--in-place"),
        (&["clean", "--drop", "appeal", &file, "--audit", &file], 2, "--audit"),
        (&["clean", "--drop", "appeal", "--in-place"], 2, "standard input"),
        (&["clean", "--drop", "appeal", "--drop-empty", &file], 2, "--text-column"),
        (&["clean", "--drop", "appeal", "--text-column", "text", &file], 2, "--input-format"),
        (&["clean", "--drop", "appeal", "--text-column", "body", &table], 65, "no column `body`"),
        (&["clean", "--drop", "appeal", "missing.txt"], 66, "missing.txt"),
        (&["clean", "--drop", "appeal", &file, "--out", &below], 73, "below.txt"),
        (&["clean", "--drop", "appeal", &file, "--audit", &below], 73, "below.txt"),
    ] {
        let run = copydesk(arguments);
        assert_eq!((run.code, run.out.as_str()), (code, ""), "{arguments:?}: {}", run.err);
        assert!(run.err.contains(part), "{arguments:?}: {}", run.err);
    }
    assert_eq!(folder.names(), ["a.csv", "a.txt"]);
}

#[test]
fn a_reader_that_goes_away_ends_it_quietly_and_a_full_disk_does_not() {
    let folder = Folder::new();
    let long = folder.file("long.txt", read(ARTICLE).repeat(100));
    let audit = folder.path("cuts.jsonl");
    let mut child = command(&["clean", "--drop", "appeal", &long, "--audit", &audit]).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
    assert_eq!(folder.names(), ["long.txt"], "the audit of what was not written is none");
    if cfg!(target_os = "linux") {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = command(&["clean", "--drop", "appeal", ARTICLE]).stdout(Stdio::from(full)).output().unwrap();
        assert_eq!(output.status.code(), Some(74));
        for option in ["--out", "--audit"] {
            let run = copydesk(&["clean", "--drop", "appeal", ARTICLE, option, "/dev/full"]);
            assert_eq!(run.code, 74, "{option}: {}", run.err);
            assert!(run.err.contains("cannot write /dev/full"), "{option}: {}", run.err);
        }
        assert!(!fs::metadata("/dev/full").unwrap().is_file());
    }
}

//! Where texts and tables come from: directories, patterns, packed files, pipes.

use std::fs;
use std::io::Write;

use copydesk_train::Compression;
use serde_json::Value;

use crate::run::{
    ARTICLE, BOARD, Folder, NOTICES, NOTICES_CONFIG, assert_same_row, copydesk, copydesk_reading, read, small_model,
    tsv,
};

/// Bytes packed as one member or frame.
fn packed(bytes: impl AsRef<[u8]>, compression: Compression) -> Vec<u8> {
    let mut writer = compression.writer(Vec::new()).unwrap();
    writer.write_all(bytes.as_ref()).unwrap();
    writer.finish().unwrap()
}

fn files(sentences: &[Value]) -> Vec<&str> {
    let mut files: Vec<&str> = sentences.iter().map(|sentence| sentence["file"].as_str().unwrap()).collect();
    files.dedup();
    files
}

fn label(arguments: &[&str]) -> Vec<Value> {
    copydesk(&[&["label", "--model", small_model(), "--format", "jsonl"], arguments].concat()).json_lines()
}

#[test]
fn a_directory_is_the_texts_below_it_and_a_pattern_those_it_matches() {
    let folder = Folder::new();
    fs::create_dir_all(folder.path("a/b")).unwrap();
    for name in ["z.txt", "a/2.md", "a/b/1.TXT", "a/.hidden.txt", "a/table.csv"] {
        folder.file(name, "Rain at night.\n");
    }
    folder.file("a/b/3.txt.gz", packed("Rain at night.\n", Compression::Gzip));
    let all = ["a/2.md", "a/b/1.TXT", "a/b/3.txt.gz", "z.txt"].map(|name| folder.path(name));
    assert_eq!(files(&label(&[&folder.path("")])), all);
    assert_eq!(files(&label(&[&folder.path("**/*.txt*")])), all[2..]);
    assert_eq!(files(&label(&[&folder.path("a/b/*"), &folder.path("z.txt")])), all[1..]);
}

#[test]
fn packed_input_is_read_as_what_is_in_it() {
    let folder = Folder::new();
    let text = read(ARTICLE);
    let (first, second) = text.split_at(text.find("\n\n").unwrap());
    for (ending, compression) in [("gz", Compression::Gzip), ("zst", Compression::Zstandard)] {
        // Two members, as `cat a.gz b.gz` makes them, and a name that does not tell.
        let bytes = [packed(first, compression), packed(second, compression)].concat();
        let plain_name = folder.file("article.txt", &bytes);
        let named = folder.file(&format!("article.txt.{ending}"), &bytes);
        let mut expected = copydesk(&["label", ARTICLE]).ok();
        for file in [&plain_name, &named] {
            assert_eq!(copydesk(&["label", file]).ok(), expected, "{file}");
        }
        assert_eq!(copydesk_reading(&["label"], &bytes).ok(), expected, "{ending} on standard input");

        expected = copydesk(&["classify", "--text-column", "text", NOTICES]).ok();
        let table = packed(read(NOTICES), compression);
        let named = folder.file(&format!("notices.csv.{ending}"), &table);
        let found = copydesk(&["classify", "--text-column", "text", &named]).ok();
        assert_eq!(found.replace(&named, NOTICES), expected);
        let piped = ["classify", "--text-column", "text", "--input-format", "csv"];
        let found = copydesk_reading(&piped, &table).ok();
        assert_eq!(found.replace("\"file\":\"-\"", &format!("\"file\":\"{NOTICES}\"")), expected);

        let out = folder.path(ending);
        copydesk(&["train", &named, "--config", NOTICES_CONFIG, "--out", &out]).ok();
        let model = |folder: &str| fs::read(format!("{folder}/model.safetensors")).unwrap();
        assert_eq!(model(&out), model(small_model()), "the same texts make the same model");
    }
}

#[test]
fn packed_data_that_are_cut_off_or_damaged_are_bad_data() {
    let folder = Folder::new();
    for compression in [Compression::Gzip, Compression::Zstandard] {
        let table: String = (0..400).map(|n| format!("Fog {}.\n", n * 7919 % 1000)).collect();
        let whole = packed(format!("text\n{table}"), compression);
        let cut = folder.file("cut.csv", &whole[..whole.len() / 2]);
        let text = folder.file("cut.csv.txt", &whole[..whole.len() / 2]);
        for command in [
            &["label", &text][..],
            &["classify", &text],
            &["classify", "--text-column", "text", &cut],
            &["clean", "--drop", "appeal", &text, "--out", &folder.path("clean.csv")],
            &["clean", "--drop", "appeal", "--text-column", "text", &cut, "--out", &folder.path("clean.csv")],
            &["train", &cut, "--label-column", "text", "--out", &folder.path("model")],
        ] {
            let run = copydesk(command);
            assert_eq!(run.code, 65, "{command:?}: {}", run.err);
            assert!(run.err.contains("cut.csv") && run.err.contains("get it again"), "{command:?}: {}", run.err);
        }
        assert_eq!(folder.names(), ["cut.csv", "cut.csv.txt"]);
    }
}

#[test]
fn what_cannot_be_found_is_no_input_and_costs_nothing_else() {
    let folder = Folder::new();
    fs::create_dir(folder.path("empty")).unwrap();
    folder.file("empty/picture.png", "");
    let (empty, pattern) = (folder.path("empty"), folder.path("*.txt"));
    let table = folder.file("a.csv", "text,label\nrain,weather\n");
    for (bad, part) in [(&empty, "is a directory without files to read"), (&pattern, "as a pattern matches none")] {
        for command in [
            &["label", bad][..],
            &["classify", bad],
            &["classify", "--text-column", "text", bad],
            &["clean", "--drop", "appeal", bad],
            &["eval", small_model(), bad],
            &["train", &table, bad, "--out", &folder.path("model")],
        ] {
            let run = copydesk(command);
            assert_eq!((run.code, run.out.as_str()), (66, ""), "{command:?}");
            let line = run.err.lines().next().unwrap();
            assert!(line.starts_with("copydesk: ") && line.contains(part), "{command:?}: {}", run.err);
        }
        let run = copydesk(&["label", bad, BOARD]);
        assert_eq!(run.code, 66);
        assert!(run.out.ends_with(&copydesk(&["label", BOARD]).ok()), "{}", run.out);
    }
    let run = copydesk(&["classify", "missing.txt", BOARD]);
    assert_eq!((run.code, run.out), (66, copydesk(&["classify", BOARD]).ok()));
}

#[cfg(unix)]
#[test]
fn a_named_pipe_is_read_like_a_file() {
    let folder = Folder::new();
    let pipe = folder.path("pipe.jsonl");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    std::thread::scope(|scope| {
        scope.spawn(|| fs::write(&pipe, "{\"text\":\"Fog.\"}\n").unwrap());
        let answers = copydesk(&["classify", "--model", small_model(), "--text-column", "text", &pipe]).json_lines();
        assert_eq!(answers[0]["text"], "Fog.");
    });
}

#[test]
fn the_text_in_each_row_is_a_document_for_label() {
    let folder = Folder::new();
    let texts = [read(BOARD), String::new(), read(ARTICLE)];
    let rows: String =
        texts.iter().map(|text| format!("{}\n\n", serde_json::json!({ "n": 1, "body": text }))).collect();
    let table = folder.file("a.jsonl", rows);
    let mut expected = Vec::new();
    for (file, line) in [(BOARD, 1), (ARTICLE, 5)] {
        for mut sentence in label(&[file]) {
            sentence["file"] = table.clone().into();
            sentence["line"] = line.into();
            expected.push(sentence);
        }
    }
    assert_eq!(label(&["--text-column", "body", &table]), expected);
    let arguments = ["label", "--model", small_model(), "--text-column", "body", &table, "--format"];
    let rows = tsv(&copydesk(&[&arguments[..], &["tsv"]].concat()).ok());
    assert_eq!(rows.len(), expected.len());
    rows.iter().zip(&expected).for_each(|(row, object)| assert_same_row(row, object));
    let text = copydesk(&[&arguments[..], &["text"]].concat()).ok();
    let heads: Vec<&str> = text.lines().filter(|line| line.starts_with("==> ")).collect();
    assert_eq!(heads, [1, 3, 5].map(|line| format!("==> {table}:{line} <==")));
    let bad = folder.file("b.jsonl", "{\"body\":\"Fog.\"}\n{\"body\":7}\n");
    let run = copydesk(&["label", "--text-column", "body", &bad]);
    assert_eq!(run.code, 65);
    assert!(run.out.contains("Fog.") && run.err.contains("b.jsonl:2"), "what came before the error is written");
}

//! The number of threads changes no byte of what is written.

use std::fs;
use std::process::Output;

use crate::run::{ARTICLE, Folder, command, read};

/// What a command writes and says with so many threads.
fn run(arguments: &[&str], threads: &str) -> Output {
    command(arguments).env("RAYON_NUM_THREADS", threads).output().unwrap()
}

#[test]
fn any_number_of_threads_writes_the_same() {
    let folder = Folder::new();
    let article = read(ARTICLE);
    let long = folder.file("long.txt", article.repeat(150));
    let short = folder.file("short.txt", &article);
    let empty = folder.file("empty.txt", "");
    // Its first megabyte is as it should be.
    let broken = folder.file("broken.txt", [article.repeat(250).as_bytes(), b"Rain.\xff\n"].concat());
    let row = |at: usize| {
        format!("{}\n", serde_json::json!({"id": at, "body": article.chars().take(at % 700).collect::<String>()}))
    };
    let rows = folder.file("rows.jsonl", (0..1500).map(row).collect::<String>());
    let cut_off = folder.file("cut.jsonl", (0..700).map(row).collect::<String>() + "{\"body\": \"Rain");
    let audit = folder.path("audit.jsonl");
    let texts = [&*long, &short, "missing.txt", &empty, &broken, &short];
    let tables = [&*rows, &cut_off, &rows];
    let column = ["--text-column", "body"];
    for arguments in [
        [&["classify"], &texts[..]].concat(),
        [&["classify", "--format", "tsv"], &column[..], &tables].concat(),
        [&["label", "--format", "jsonl"], &texts[..]].concat(),
        [&["label", "--format", "text", "--no-context"], &texts[..]].concat(),
        [&["label", "--format", "tsv"], &column[..], &tables].concat(),
        [&["clean", "--drop", "appeal,opinion", "--tidy"], &texts[..4]].concat(),
        [&["clean", "--drop", "opinion", "--audit", &audit, &long][..]].concat(),
        [&["clean", "--drop", "appeal", "--audit", &audit], &column[..], &tables].concat(),
    ] {
        let one = run(&arguments, "1");
        let told = fs::read(&audit).unwrap_or_default();
        assert!(!one.stdout.is_empty(), "{arguments:?}");
        for threads in ["2", "5"] {
            assert!(run(&arguments, threads) == one, "{arguments:?} with {threads} threads");
            assert!(fs::read(&audit).unwrap_or_default() == told, "the audit of {arguments:?} with {threads} threads");
        }
    }
}

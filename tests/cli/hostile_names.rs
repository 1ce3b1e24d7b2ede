//! Names of files, documents and values that would command a terminal.

use std::fs;

use crate::run::{Folder, HELD_OUT, NOTICES, NOTICES_CONFIG, copydesk, read, small_model};

#[test]
fn no_name_commands_a_terminal() {
    let folder = Folder::new();
    let table: String = read(NOTICES).lines().map(|line| format!("{line},\"x\u{1b}[5my\"\n")).collect();
    let table = table.replacen("\"x\u{1b}[5my\"", "place", 1).replace("\nn0", "\nn\u{1b}[1m0");
    let hostile = folder.file("a\u{1b}[31mb\u{9b}1m\u{202e}.csv", table);
    fs::copy(&hostile, folder.path("copy.csv")).unwrap();
    let (copy, out) = (folder.path("copy.csv"), folder.path("out\u{1b}[1m"));
    let model = folder.path("m\u{1b}[31m/model.safetensors");
    fs::create_dir(folder.path("m\u{1b}[31m")).unwrap();
    fs::copy(format!("{}/model.safetensors", small_model()), &model).unwrap();
    let missing = format!("{hostile}.gone");
    let runs: &[&[&str]] = &[
        &["train", &hostile, "--config", NOTICES_CONFIG, "--out", &out],
        &["eval", &model, &hostile, "--slice", "place", "--against", &model],
        &["data", "check", &hostile, &copy, "--no-label-errors"],
        &["data", "curve", NOTICES, "--points", "1", "--test", &hostile],
        &["data", "split", &hostile, "--test", "80%", "--out", &out],
        &["share", "--model", &model, "--rows-are-sentences", "--by", "place", "--resamples", "50", &hostile],
        &["share", "--model", &model, "--calibration", HELD_OUT, "--by", "file", "--resamples", "50", &hostile],
        &["label", "--model", &model, "--text-column", "text", &hostile],
        &["label", "--model", &model, "--text-column", "text", "--format", "article", &hostile],
        &["clean", "--model", &model, "--drop", "weather", "--text-column", "text", &hostile, "--out", &out],
        &["inspect", &model],
        &["man", "--out", &out],
        &["label", &missing],
        &["train", &missing, "--out", &out],
        &["eval", &missing, &missing],
    ];
    for arguments in runs {
        let run = copydesk(arguments);
        for (stream, text) in [("stdout", &run.out), ("stderr", &run.err)] {
            let obeyed = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
            assert!(!text.contains(obeyed), "{arguments:?}, {stream}: {text:?}");
        }
        assert!(run.code != 2, "{arguments:?}: {}", run.err);
    }
}

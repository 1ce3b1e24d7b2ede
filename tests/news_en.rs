//! The built-in models are what their data and committed options give, bit for bit.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::fs;
use std::path::Path;
use std::process::Command;

/// A safetensors file's header and tensors: a length in 8 bytes, so many bytes of JSON, the rest.
fn parts(bytes: &[u8]) -> (&str, &[u8]) {
    let length = u64::from_le_bytes(bytes[..8].try_into().unwrap());
    let (header, tensors) = bytes[8..].split_at(usize::try_from(length).unwrap());
    (std::str::from_utf8(header).unwrap(), tensors)
}

/// Says where two models differ.
fn difference(committed: &[u8], rebuilt: &[u8]) -> String {
    let ((header, tensors), (new_header, new_tensors)) = (parts(committed), parts(rebuilt));
    let mut found = String::new();
    if header != new_header {
        let at = header.bytes().zip(new_header.bytes()).take_while(|(a, b)| a == b).count();
        let near = |text: &str| {
            let bytes = &text.as_bytes()[at.saturating_sub(60)..(at + 60).min(text.len())];
            String::from_utf8_lossy(bytes).into_owned()
        };
        found += &format!("the headers differ at byte {at}:\n  {}\n  {}\n", near(header), near(new_header));
    }
    if tensors != new_tensors {
        let differing = tensors.iter().zip(new_tensors).filter(|(a, b)| a != b).count();
        let (old, new) = (tensors.len(), new_tensors.len());
        found += &format!("the tensors differ: {old} and {new} bytes, {differing} of those in common not the same\n");
    }
    found
}

/// Trains a model anew from `data` by its committed options and compares all its files.
fn assert_rebuilds(name: &str, data: &[&Path]) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let models = root.join("models").join(name);
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join(name);
    let run = Command::new(env!("CARGO_BIN_EXE_copydesk"))
        .current_dir(root)
        .arg("train")
        .args(data)
        .arg("--config")
        .arg(models.join("train.toml"))
        .arg("--out")
        .arg(&out)
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let committed = |file: &str| fs::read(models.join(file)).unwrap();
    let rebuilt = |file: &str| fs::read(out.join(file)).unwrap();
    let (old, new) = (committed("model.safetensors"), rebuilt("model.safetensors"));
    assert!(old == new, "models/{name} is not what its options give: {}", difference(&old, &new));
    for file in ["scores.json", "card.md"] {
        let [old, new] = [committed(file), rebuilt(file)].map(|bytes| String::from_utf8(bytes).unwrap());
        let differing = old.lines().zip(new.lines()).find(|(a, b)| a != b);
        assert!(old == new, "models/{name}/{file} is of another run: {differing:?}");
    }
}

const WRITTEN: &str = "datasets/news-en/train.jsonl";

#[test]
fn the_open_model_can_be_rebuilt_bit_for_bit() {
    assert_rebuilds("news-en-open", &[Path::new(WRITTEN)]);
}

#[test]
fn the_default_model_can_be_rebuilt_bit_for_bit_where_its_texts_are() {
    let Some(texts) = std::env::var_os("COPYDESK_NEWS_WEB_TEXTS") else {
        eprintln!("skipped: COPYDESK_NEWS_WEB_TEXTS names no copy of the texts of datasets/news-web");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let joined = folder.path().join("news-web.jsonl");
    let join = Command::new(env!("CARGO_BIN_EXE_copydesk"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["data", "join", "datasets/news-web/labels.tsv", "--certain"])
        .args(["--overrides", "datasets/news-web/overrides.tsv", "--text"])
        .arg(texts)
        .arg("--out")
        .arg(&joined)
        .output()
        .unwrap();
    assert!(join.status.success(), "{}", String::from_utf8_lossy(&join.stderr));
    assert_rebuilds("news-en", &[Path::new(WRITTEN), &joined]);
}

#[test]
fn a_difference_is_named() {
    let model =
        |header: &str, tensors: &[u8]| [&(header.len() as u64).to_le_bytes(), header.as_bytes(), tensors].concat();
    let committed = model("{\"a\":1}", &[1, 2, 3]);
    assert_eq!(difference(&committed, &committed), "");
    assert!(difference(&committed, &model("{\"a\":2}", &[1, 2, 3])).starts_with("the headers differ at byte 5"));
    assert!(difference(&committed, &model("{\"a\":1}", &[1, 0, 3])).contains("3 and 3 bytes, 1 of those"));
}

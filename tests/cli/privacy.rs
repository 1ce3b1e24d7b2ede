//! What only one document says is in nothing that `train` leaves or says.

use std::fs;
use std::path::Path;

use copydesk_infer::Model;
use serde_json::json;

use crate::run::{Folder, Run, copydesk};

/// What stands in one document of the training data and in no other. Words that others use too would prove nothing.
const SECRETS: [&str; 8] = [
    "zelda.quixworth@example.org",
    "Quixworth",
    "Zelda",
    "qz_live_9f8X7kJv2LmQwZxR",
    "7f3e9a1cd4b85260",
    "020-7946-0853",
    "Przybyszewski",
    "GB29QZXK60161331926819",
];

/// Blocks of every kind: words of one to three, stems, shapes, and characters of two to eight.
const BLOCKS: [&str; 9] = [
    "features.blocks.words.max_n=3",
    "features.blocks.stems.form=stem",
    "features.blocks.stems.max_n=3",
    "features.blocks.shapes.form=shape",
    "features.blocks.shapes.max_n=3",
    "features.blocks.chars.units=characters",
    "features.blocks.chars.min_n=2",
    "features.blocks.chars.max_n=8",
    "context_window=2",
];

fn documents(with_secrets: bool) -> Vec<(String, String, &'static str)> {
    let mut rows = Vec::new();
    for doc in 0..24 {
        let fell = ["Rain", "Snow", "Hail"][doc % 3];
        let place = ["bay", "town", "hills", "coast"][doc % 4];
        rows.push((
            format!("d{doc}"),
            format!("{fell} fell over the {place} on day {}, the office said.", doc % 5),
            "weather",
        ));
        rows.push((
            format!("d{doc}"),
            format!("Please give {} pounds to the fund for the {place} today!", doc % 5),
            "plea",
        ));
    }
    if with_secrets {
        // Several times, so that no count of texts keeps them out.
        for secret in SECRETS.iter().chain(&SECRETS) {
            rows.push(("secret".to_owned(), format!("Please write to {secret}, the office said."), "plea"));
        }
    }
    rows
}

fn train(folder: &Folder, with_secrets: bool, options: &[String]) -> Run {
    let rows: String = documents(with_secrets)
        .into_iter()
        .map(|(doc, text, label)| json!({"doc": doc, "text": text, "label": label}).to_string() + "\n")
        .collect();
    let (data, out) = (folder.file("data.jsonl", rows), folder.path("m"));
    let mut arguments = vec!["train", &data, "--alpha", "0.1", "--out", &out];
    let blocks: Vec<String> = BLOCKS.iter().map(ToString::to_string).collect();
    for option in blocks.iter().chain(options) {
        arguments.extend(["--set", option]);
    }
    let run = copydesk(&arguments);
    assert_eq!(run.code, 0, "{}", run.err);
    run
}

/// The n-grams in a model's vocabulary.
fn ngrams(model: &str) -> Vec<String> {
    let model = Model::load(Path::new(model).join("model.safetensors")).unwrap();
    let vocabulary = model.vectorizer().vocabulary();
    (0..vocabulary.len()).map(|column| vocabulary.ngram(column).to_owned()).collect()
}

/// Letters and digits alone, in lower case: n-grams have blanks where texts may have none.
fn squeezed(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The longest run of characters of a secret that some n-gram gives away and that the other documents do not have.
fn given_away(ngrams: &[String]) -> Vec<String> {
    let others: String = documents(false).iter().map(|(_, text, _)| squeezed(text) + "\n").collect();
    let mut found = Vec::new();
    for secret in SECRETS.map(squeezed) {
        let starts: Vec<usize> = secret.char_indices().map(|(at, _)| at).collect();
        let pieces = starts.iter().flat_map(|&start| (start + 2..=secret.len()).map(move |end| (start, end)));
        for piece in pieces.map(|(start, end)| &secret[start..end]).filter(|piece| !others.contains(piece)) {
            if ngrams.iter().any(|ngram| squeezed(ngram).contains(piece)) {
                found.push(piece.to_owned());
            }
        }
    }
    found
}

fn assert_nowhere(what: &str, bytes: &[u8]) {
    let lower = String::from_utf8_lossy(bytes).to_lowercase();
    for secret in SECRETS {
        assert!(!lower.contains(&secret.to_lowercase()), "{secret:?} is in {what}");
    }
}

#[test]
fn secrets_of_one_document_are_not_in_what_train_leaves() {
    let folder = Folder::new();
    let run = train(&folder, true, &[]);
    assert_nowhere("standard output", run.out.as_bytes());
    assert_nowhere("standard error", run.err.as_bytes());
    for file in ["model.safetensors", "scores.json", "card.md"] {
        assert_nowhere(file, &fs::read(folder.path(&format!("m/{file}"))).unwrap());
    }
    let inspected = copydesk(&["inspect", &folder.path("m"), "--top", "100000"]).ok();
    assert_nowhere("inspect", inspected.as_bytes());
    assert!(!run.err.contains("warning: features"), "{}", run.err);

    // Nor is a piece of them: every n-gram is said by two documents, so by one that has no secrets.
    let ngrams = ngrams(&folder.path("m"));
    assert!(ngrams.len() > 500, "characters and shapes are among the {} n-grams", ngrams.len());
    assert_eq!(given_away(&ngrams), [""; 0]);
}

#[test]
fn asked_for_they_are_and_a_warning_says_so() {
    let folder = Folder::new();
    let blocks = ["words", "stems", "shapes", "chars"].map(|block| format!("features.blocks.{block}.min_groups=1"));
    let run = train(&folder, true, &blocks);
    for block in ["words", "stems", "shapes", "chars"] {
        let warning =
            format!("warning: features.blocks.{block}.min_groups = 1: what a single document says enters the model");
        assert!(run.err.contains(&warning), "{}", run.err);
    }
    let card = fs::read_to_string(folder.path("m/card.md")).unwrap();
    assert!(card.contains("min_groups = 1: what a single document says"), "the card warns too");
    assert!(given_away(&ngrams(&folder.path("m"))).len() > 100, "the search above finds what there is");
}

#[test]
fn errors_of_an_evaluation_are_printed_because_they_are_asked_for() {
    let folder = Folder::new();
    train(&folder, true, &[]);
    let data = folder.path("data.jsonl");
    let wrong = folder.file("wrong.jsonl", fs::read_to_string(&data).unwrap().replace("\"plea\"", "\"weather\""));
    let shown = copydesk(&["eval", &folder.path("m"), &wrong]).ok();
    assert!(shown.contains("Please"), "the surest errors are part of what eval is for: {shown}");
    let silent = copydesk(&["eval", &folder.path("m"), &wrong, "--errors", "0"]).ok();
    assert!(!silent.contains("Please"));
    assert_nowhere("eval --errors 0", silent.as_bytes());
    let json = copydesk(&["eval", &folder.path("m"), &wrong, "--errors", "0", "--json"]).ok();
    assert_nowhere("eval --errors 0 --json", json.as_bytes());
}

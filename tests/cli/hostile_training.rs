//! Training data that nobody can learn from, and options that overflow: a model that works, or an error with its cause.

use std::fs;

use serde_json::{Value, json};

use crate::run::{Folder, Run, copydesk, read};

/// A table of texts, labels and documents.
fn table(rows: impl IntoIterator<Item = (String, String, String)>) -> String {
    rows.into_iter()
        .map(|(text, label, doc)| json!({"text": text, "label": label, "doc": doc}).to_string() + "\n")
        .collect()
}

/// Rows whose texts say their labels, each in a document of its own.
fn learnable(labels: &[&str]) -> String {
    let row = |n: usize| {
        let label = labels[n % labels.len()];
        (format!("{label} again, {}", ["here", "there"][n / labels.len() % 2]), label.to_owned(), format!("d{n}"))
    };
    table((0..8 * labels.len()).map(row))
}

fn train(folder: &Folder, rows: &str, options: &[&str]) -> Run {
    let (data, out) = (folder.file("data.jsonl", rows), folder.path("m"));
    copydesk(&[&["train", &data, "--out", &out], options].concat())
}

/// Checks that training was refused with these words and left nothing.
#[track_caller]
fn assert_refused(rows: &str, options: &[&str], parts: &[&str]) {
    let folder = Folder::new();
    let run = train(&folder, rows, options);
    assert_eq!(run.code, 65, "{options:?}: {}", run.err);
    let last = run.err.lines().last().unwrap();
    assert!(last.starts_with("copydesk: ") && last.contains("data.jsonl"), "{}", run.err);
    for part in parts {
        assert!(last.contains(part), "{part:?} is not in {last:?}");
    }
    assert_eq!(folder.names(), ["data.jsonl"]);
}

/// Checks that training gave a model whose every number is one; what it said.
#[track_caller]
fn assert_usable(rows: &str, options: &[&str]) -> String {
    let folder = Folder::new();
    let run = train(&folder, rows, options);
    assert_eq!((run.code, run.out.as_str()), (0, ""), "{options:?}: {}", run.err);
    for text in [&run.err, &read(&folder.path("m/card.md"))] {
        let words = text.split(|c: char| !c.is_alphanumeric());
        assert!(words.into_iter().all(|word| word != "NaN" && word != "inf"), "{options:?}: {text}");
    }
    // What is not a number would be null there.
    let scores: Value = serde_json::from_str(&read(&folder.path("m/scores.json"))).unwrap();
    let measured = &scores["cross_validation"];
    for figure in ["macro_f1", "accuracy", "log_loss", "brier", "calibration_error"] {
        assert!(measured.is_null() || measured[figure].is_f64(), "{figure}");
    }
    assert!(scores["temperature"].as_f64().unwrap() > 0.0 && scores["convergence"]["objective"].is_f64());
    let lines =
        copydesk(&["classify", "--model", &folder.path("m"), "--text-column", "text", &folder.path("data.jsonl")]);
    for row in lines.json_lines() {
        let probabilities: Vec<f64> =
            row["probabilities"].as_object().unwrap().values().map(|p| p.as_f64().unwrap()).collect();
        assert!(probabilities.iter().all(|p| (0.0..=1.0).contains(p)), "{probabilities:?}");
        assert!((probabilities.iter().sum::<f64>() - 1.0).abs() < 1e-9, "{probabilities:?}");
    }
    copydesk(&["explain", "--model", &folder.path("m"), "a text"]).ok();
    run.err
}

fn rows(count: usize, text: impl Fn(usize) -> String, label: impl Fn(usize) -> String) -> String {
    table((0..count).map(|n| (text(n), label(n), format!("d{n}"))))
}

fn either(n: usize) -> String {
    ["x", "y"][n % 2].to_owned()
}

#[test]
fn too_little_to_learn_from() {
    assert_refused("", &[], &["no rows"]);
    assert_refused("\n\n", &[], &["no rows"]);
    assert_refused(&rows(1, |_| "rain".into(), either), &[], &["label \"x\"", "at least two labels"]);
    assert_refused(&rows(2, |_| "rain".into(), either), &[], &["2 documents cannot fill 5 parts", "--cv 0"]);
    assert_refused(&rows(2, |n| format!("rain{n}"), either), &["--cv", "0"], &["no n-gram is left", "min_groups"]);
    assert_refused(
        &rows(30, |n| format!("rain {n}"), |_| "x".into()),
        &[],
        &["all 30 examples", "at least two labels"],
    );
    assert_refused(&rows(30, |_| String::new(), either), &[], &["no n-gram is left"]);
    assert_refused(&rows(30, |_| " \u{2028}\u{200b}\t".into(), either), &[], &["no n-gram is left"]);
}

#[test]
fn documents_that_cannot_be_dealt_to_folds() {
    let one = table((0..20).map(|n| (format!("rain {}", n % 3), either(n), "d".into())));
    assert_refused(&one, &[], &["1 document cannot fill 5 parts: give more documents", "--cv 0"]);
    assert_usable(&one, &["--cv", "0", "--set", "features.blocks.words.min_groups=1"]);
    let three = table((0..30).map(|n| (format!("rain {}", n % 3), either(n), format!("d{}", n % 3))));
    assert_refused(&three, &["--cv", "4"], &["3 documents cannot fill 4 parts: ask for at most 3 folds"]);
    assert_usable(&three, &["--cv", "3"]);
    assert_refused(&three, &["--cv", "4294967295"], &["3 documents"]);
    // One label in one document: some fold is trained without it.
    let rare = rows(40, |n| format!("rain {}", n % 3), |n| if n == 7 { "y".into() } else { "x".into() });
    assert_refused(&rare, &[], &["without fold", "only texts labelled \"x\"", "--cv 0"]);
    assert_usable(&rare, &["--cv", "0"]);
}

#[test]
fn labels_that_the_texts_do_not_tell() {
    let equal = assert_usable(&rows(40, |_| "rain".into(), either), &[]);
    assert!(equal.contains("labelled \"x\", the same text at"), "{equal}");
    assert_usable(&rows(40, |n| format!("rain {}", n / 2), either), &[]);
    assert_usable(&rows(60, |n| format!("rain {}", n / 6), |n| format!("l{}", n % 6)), &["--alpha", "auto"]);
    let noise = |n: usize| format!("{} {}", ["rain", "fog", "snow"][n * 7 % 3], ["fell", "lay"][n * 5 % 2]);
    assert_usable(&rows(60, noise, |n| format!("l{}", n * n % 4)), &["--set", "context_window=3"]);
}

#[test]
fn names_of_labels() {
    let said = assert_usable(&learnable(&["unsure", "sure"]), &[]);
    assert!(said.contains("warning: the label \"unsure\""), "{said}");
    let odd =
        ["`code`|cell", "</script><b>", "../../etc", "-", "NULL", "\\", "\"quoted\"", "ünïcödé 👍🏽", &"w".repeat(200)];
    let folder = Folder::new();
    let run = train(&folder, &learnable(&odd), &[]);
    assert_eq!(run.code, 0, "{}", run.err);
    let card = read(&folder.path("m/card.md"));
    let table: Vec<&str> =
        card.lines().skip_while(|line| *line != "| label | examples |").skip(2).take(odd.len()).collect();
    assert!(table.iter().all(|line| line.replace("\\|", "").matches('|').count() == 3), "{table:?}");
    for format in ["text", "tsv", "jsonl", "html"] {
        let page = copydesk(&["label", "--model", &folder.path("m"), "--format", format, "tests/data/board.txt"]).ok();
        assert!(format != "html" || !page.contains("</script><b>"));
    }
}

#[test]
fn options_beyond_all_measure() {
    let data = learnable(&["rain", "fog", "snow"]);
    for options in [
        &["--alpha", "1e-300"][..],
        &["--alpha", "5e-324"],
        &["--alpha", "1e300"],
        &["--alpha", "1e-300", "--solver", "linfa"],
        &["--alpha", "1e300", "--solver", "linfa"],
        &["--set", "class_weight={rain=1e-300,fog=1,snow=1}"],
        &["--set", "class_weight={rain=5e-324,fog=5e-324,snow=5e-324}"],
        &["--set", "features.blocks.words.weight=1e-6"],
        &["--set", "features.blocks.words.weight=1e6", "--set", "features.blocks.words.norm=none"],
        &["--set", "tolerance=1e-300"],
        &["--set", "max_iterations=1"],
        &["--set", "max_ngrams=1"],
        &["--set", "features.blocks.words.max_features=1"],
        &["--set", "context_window=100"],
        &["--set", "seed=9223372036854775807"],
    ] {
        assert_usable(&data, options);
    }
    for (options, part) in [
        (&["--set", "class_weight={rain=1e300,fog=1e300,snow=1}"][..], "solver failed"),
        (&["--set", "linfa.memory_mib=0", "--solver", "linfa"], "budget is 0 MiB"),
        (&["--set", "features.blocks.words.min_texts=1000"], "no n-gram is left"),
    ] {
        assert_refused(&data, options, &[part]);
    }
    for (options, part) in [
        (["--alpha", "nan"], "alpha"),
        (["--alpha", "inf"], "alpha"),
        (["--alpha", "-1"], "alpha"),
        (["--alpha", "0"], "alpha"),
        (["--alpha", "1e-400"], "alpha"),
        (["--set", "class_weight={rain=nan}"], "class_weight"),
        (["--set", "class_weight={rain=0}"], "class_weight"),
        (["--set", "class_weight={rain=-inf}"], "class_weight"),
        (["--set", "features.blocks.words.weight=nan"], "weight"),
        (["--set", "tolerance=0"], "tolerance"),
        (["--set", "memory_mib=-1"], "memory_mib"),
    ] {
        let folder = Folder::new();
        let run = train(&folder, &data, &options);
        assert_eq!(run.code, 2, "{options:?}: {}", run.err);
        assert!(run.err.contains(part) && run.err.lines().count() == 1, "{}", run.err);
    }
}

#[test]
fn ten_thousand_labels_are_refused_where_they_do_not_fit() {
    let label = |n: usize| format!("l{}", n % 10_000);
    let data = rows(20_000, |n| format!("word{} and w{}", n % 10_000, n % 7), label);
    assert_refused(&data, &[], &["10000 labels", "at most 4096", "--cv 0"]);
    let budget = ["--cv", "0", "--set", "memory_mib=1000"];
    assert_refused(&data, &budget, &["10000 labels", "20000 texts", "1000 MiB are there", "min_groups", "memory_mib"]);
    // The texts and labels alone are too many: that is told before the texts are read into n-grams.
    assert_refused(&data, &["--cv", "0", "--set", "memory_mib=100"], &["0 n-grams"]);
}

#[test]
fn three_hundred_labels_are_learnt() {
    let label = |n: usize| format!("l{}", n % 300);
    let data = rows(1200, |n| format!("word{} and w{}", n % 300, n % 7), label);
    let folder = Folder::new();
    let run = train(&folder, &data, &["--cv", "2", "--alpha", "0.01"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.err.contains("and 280 more") && run.err.contains("matrix of 300 labels is left out"), "{}", run.err);
    let card = fs::metadata(folder.path("m/card.md")).unwrap().len();
    assert!(card < 100_000, "a card of {card} bytes");
    let scores: Value = serde_json::from_str(&read(&folder.path("m/scores.json"))).unwrap();
    assert!(scores["cross_validation"]["accuracy"].as_f64().unwrap() > 0.9);
}

//! `copydesk train`: the files it leaves, on which options, and what it says.

use std::fs;

use serde_json::Value;

use crate::run::{
    Folder, HELD_OUT, LABELS, NOTICES, NOTICES_CONFIG, Run, assert_same_bits, command, copydesk, read, small_model,
};

const FILES: [&str; 3] = ["card.md", "model.safetensors", "scores.json"];

/// Trains on the notices into `folder/name`; what the command said.
fn train(folder: &Folder, name: &str, arguments: &[&str]) -> String {
    let out = folder.path(name);
    let run = copydesk(&[&["train", NOTICES, "--out", &out], arguments].concat());
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(run.out, "", "data go to files, all else to stderr");
    run.err
}

fn scores(folder: &Folder, name: &str) -> Value {
    serde_json::from_str(&read(&folder.path(&format!("{name}/scores.json")))).unwrap()
}

fn model(folder: &Folder, name: &str) -> Vec<u8> {
    fs::read(folder.path(&format!("{name}/model.safetensors"))).unwrap()
}

#[test]
fn the_same_data_and_options_give_the_same_files() {
    let runs = [("1", "one"), ("2", "two"), ("8", "eight"), ("8", "again")];
    for solver in ["sparse", "linfa"] {
        let folder = Folder::new();
        for (threads, name) in runs {
            // The card is named after the folder.
            let options = ["--config", NOTICES_CONFIG, "--solver", solver, "--alpha", "auto", "--threads", threads];
            train(&folder, &format!("{name}/notices"), &options);
        }
        for file in FILES {
            let bytes = |name: &str| fs::read(folder.path(&format!("{name}/notices/{file}"))).unwrap();
            for (threads, name) in runs {
                assert!(bytes(name) == bytes("one"), "{file} of {solver} on {threads} threads");
            }
        }
    }
}

#[test]
fn a_folder_or_a_file_can_be_named() {
    let folder = Folder::new();
    train(&folder, "deep/er/notices", &["--config", NOTICES_CONFIG]);
    train(&folder, "notices.safetensors", &["--config", NOTICES_CONFIG]);
    assert_eq!(folder.names(), ["card.md", "deep", "notices.safetensors", "scores.json"]);
    let mut names: Vec<_> =
        fs::read_dir(folder.path("deep/er/notices")).unwrap().map(|e| e.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, FILES);
    assert_eq!(fs::read(folder.path("notices.safetensors")).unwrap(), model(&folder, "deep/er/notices"));
    for file in ["card.md", "scores.json"] {
        assert_eq!(read(&folder.path(file)), read(&folder.path(&format!("deep/er/notices/{file}"))));
    }
    assert!(read(&folder.path("card.md")).starts_with("# Model card: notices\n"));
}

#[test]
fn any_labels_can_be_learnt_and_used() {
    let model = small_model();
    let inspected = copydesk(&["inspect", model, "--format", "json"]).json();
    let labels: Vec<&str> =
        inspected["labels"].as_array().unwrap().iter().map(|l| l["label"].as_str().unwrap()).collect();
    assert_eq!(labels, LABELS);
    let report = copydesk(&["eval", model, NOTICES, "--json"]).json();
    assert_eq!(report["scores"]["accuracy"], 1.0, "the model knows what it was trained on");
    let answers = copydesk(&["classify", "--model", model, "--text-column", "text", HELD_OUT]).json_lines();
    assert_eq!(answers[0]["label"], "weather");
    assert_eq!(answers[1]["label"], "fundstück");
    assert_eq!(answers[2]["label"], "soup & bread");
}

#[test]
fn other_columns_and_formats_can_be_named() {
    let folder = Folder::new();
    let rows: Vec<(String, String, String)> = {
        let answers = copydesk(&["classify", "--model", small_model(), "--text-column", "text", NOTICES]).json_lines();
        let docs: Vec<String> = read(NOTICES).lines().skip(1).map(|line| line[..3].to_owned()).collect();
        let field = |answer: &Value, name: &str| answer[name].as_str().unwrap().to_owned();
        answers.iter().zip(docs).map(|(a, doc)| (field(a, "text"), field(a, "label"), doc)).collect()
    };
    let jsonl: String = rows
        .iter()
        .map(|(text, label, doc)| format!("{}\n", serde_json::json!({"t": text, "l": label, "d": doc})))
        .collect();
    let first = folder.file("first.data", jsonl.lines().take(20).map(|line| format!("{line}\n")).collect::<String>());
    let second = folder.file("second.data", jsonl.lines().skip(20).map(|line| format!("{line}\n")).collect::<String>());
    let out = folder.path("notices");
    let columns = ["--text-column", "t", "--label-column", "l", "--group-column", "d", "--input-format", "jsonl"];
    let arguments = [&["train", &first, &second, "--config", NOTICES_CONFIG, "--out", &out], &columns[..]].concat();
    copydesk(&arguments).ok();
    let expected = fs::read(format!("{}/model.safetensors", small_model())).unwrap();
    assert!(model(&folder, "notices") == expected, "the same corpus in another form gives the same model");
}

#[test]
fn options_come_from_file_then_set_then_flags() {
    let folder = Folder::new();
    let config = folder.file("o.toml", "alpha = 2.0\nseed = 5\nfolds = 3\nclass_weight = \"balanced\"\n");
    let set = ["--set", "seed=6", "--set", "folds=4", "--set", "features.blocks.words.max_n=3"];
    train(&folder, "m", &[&["--config", &config, "--cv", "2"], &set[..]].concat());
    let report = scores(&folder, "m");
    let config = &report["config"];
    assert_eq!(config["alpha"], 2.0);
    assert_eq!(config["class_weight"], "balanced");
    assert_eq!(config["seed"], 6);
    assert_eq!(config["folds"], 2);
    assert_eq!(config["features"]["blocks"]["words"]["max_n"], 3);
    assert_eq!(report["provenance"]["options"]["seed"], 6);

    train(&folder, "empty", &["--config", &folder.file("empty.toml", "")]);
    train(&folder, "default", &[]);
    assert!(model(&folder, "empty") == model(&folder, "default"), "an empty file changes no option");
}

#[test]
fn alpha_auto_takes_the_best_of_those_tried() {
    let folder = Folder::new();
    let said = train(&folder, "m", &["--alpha", "auto"]);
    let report = scores(&folder, "m");
    let tried = report["alphas"].as_array().unwrap();
    assert!(tried.len() > 3);
    let f1 = |score: &Value| score["macro_f1"].as_f64().unwrap();
    let best = tried.iter().map(f1).fold(0.0, f64::max);
    let chosen = tried.iter().find(|score| score["alpha"] == report["alpha"]).unwrap();
    assert!(f1(chosen) >= best);
    assert_eq!(report["config"]["alpha"], "auto");
    assert_eq!(report["provenance"]["options"]["alpha_in_force"], report["alpha"]);
    let marked: Vec<&str> = said.lines().filter(|line| line.ends_with('<')).collect();
    assert_eq!(marked.len(), 1);
    assert_eq!(marked[0].split_whitespace().next().unwrap(), report["alpha"].to_string().trim_end_matches(".0"));

    let fixed = report["alpha"].to_string();
    train(&folder, "fixed", &["--alpha", &fixed]);
    // Not to the last bit: of several strengths, each fit starts where the one before ended.
    let temperature = |report: &Value| report["temperature"].as_f64().unwrap();
    let difference = temperature(&scores(&folder, "fixed")) / temperature(&report) - 1.0;
    assert!(difference.abs() < 1e-3, "the same as with that alpha given: {difference}");
}

#[test]
fn a_search_tells_what_it_tried_and_takes_the_best() {
    let folder = Folder::new();
    let told = train(&folder, "one", &["--search", "--cv", "3", "--threads", "1"]);
    train(&folder, "two", &["--search", "--cv", "3", "--threads", "2"]);
    assert_eq!(model(&folder, "one"), model(&folder, "two"));
    let scores = scores(&folder, "one");
    let tried = scores["search"].as_array().unwrap();
    assert_eq!(tried[0]["settings"], "words 1-2, counts");
    let f1 = |tried: &Value| tried["macro_f1"].as_f64().unwrap();
    let chosen = tried.iter().rfind(|tried| tried["better"] == true).unwrap();
    assert!(tried.iter().all(|other| f1(other) <= f1(chosen)));
    for tried in tried {
        assert!(told.contains(tried["settings"].as_str().unwrap()), "{told}");
    }
    let blocks = scores["config"]["features"]["blocks"].as_object().unwrap();
    let characters = chosen["settings"].as_str().unwrap().contains("characters");
    assert_eq!(blocks.contains_key("chars"), characters);
}

#[test]
fn linfa_is_a_choice() {
    let folder = Folder::new();
    train(&folder, "m", &["--solver", "linfa", "--set", "linfa.max_features=40"]);
    let report = scores(&folder, "m");
    assert_eq!(report["config"]["solver"], "linfa");
    let ngrams: u64 = report["ngrams"].as_array().unwrap().iter().map(|block| block[1].as_u64().unwrap()).sum();
    assert_eq!(ngrams, 40);
    let measured = copydesk(&["eval", &folder.path("m"), NOTICES, "--json"]).json();
    assert!(measured["scores"]["accuracy"].as_f64().unwrap() > 0.8);
}

#[test]
fn scores_card_and_summary_hold_the_same_figures() {
    let folder = Folder::new();
    let said = train(&folder, "m", &["--config", NOTICES_CONFIG]);
    let (report, card) = (scores(&folder, "m"), read(&folder.path("m/card.md")));
    let measured = &report["cross_validation"];
    let shown = |value: &Value| format!("{:.3}", value.as_f64().unwrap());
    for (field, in_card, in_summary) in [
        ("macro_f1", "macro-F1", "macro-F1"),
        ("accuracy", "accuracy", "accuracy"),
        ("log_loss", "log loss", "log loss"),
        ("brier", "Brier score", "Brier score"),
        ("calibration_error", "expected calibration error", "calibration error"),
    ] {
        let figure = shown(&measured[field]);
        assert!(card.contains(&format!("\n| {in_card} | {figure} | ")), "{field} {figure} in the card");
        assert!(said.contains(&format!("\n{in_summary:<18} {figure}")), "{field} {figure} in the summary");
    }
    for (class, counts) in measured["classes"].as_array().unwrap().iter().zip(measured["confusion"].as_array().unwrap())
    {
        let label = class["label"].as_str().unwrap();
        let [precision, recall, f1] = ["precision", "recall", "f1"].map(|field| shown(&class[field]));
        let row = format!("\n| `{label}` | {precision} | {recall} | {f1} | ");
        assert!(card.contains(&row), "{row}");
        let in_summary = said.lines().find(|line| line.starts_with(label)).unwrap();
        let figures: Vec<&str> = in_summary[label.len()..].split_whitespace().take(3).collect();
        assert_eq!(figures, [precision, recall, f1]);
        let counts: Vec<String> = counts.as_array().unwrap().iter().map(Value::to_string).collect();
        assert!(card.contains(&format!("\n| `{label}` | {} |\n", counts.join(" | "))), "{label}'s confusion");
    }
    assert_eq!(report["provenance"]["examples"], 40);
    assert_eq!(report["provenance"]["documents"], 12);
    assert!(card.contains("40 examples in 12 documents"));
    assert!(card.contains(report["provenance"]["data_sha256"].as_str().unwrap()));

    let bytes = model(&folder, "m").len();
    assert_eq!(report["model_bytes"], bytes);
    assert!(said.contains(&format!("({bytes} bytes, ")) && card.contains(&format!("{bytes} bytes")));
    let inspected = copydesk(&["inspect", &folder.path("m"), "--format", "json"]).json();
    assert_eq!(inspected["provenance"], report["provenance"]);
    let temperature = |value: &Value| value["temperature"].as_f64().unwrap();
    assert_same_bits(temperature(&inspected["calibration"]), temperature(&report), "temperature");
}

#[test]
fn a_run_that_fails_leaves_the_model_as_it_was() {
    let folder = Folder::new();
    train(&folder, "m", &["--config", NOTICES_CONFIG]);
    let before = model(&folder, "m");
    let out = folder.path("m");
    let one_class = folder.file("one.csv", "text,label\nrain,weather\nfog,weather\n");
    assert_eq!(copydesk(&["train", &one_class, "--out", &out]).code, 65);
    assert_eq!(copydesk(&["train", NOTICES, "--cv", "500", "--out", &out]).code, 65);
    fs::remove_file(folder.path("m/card.md")).unwrap();
    fs::create_dir(folder.path("m/card.md")).unwrap();
    let blocked = copydesk(&["train", NOTICES, "--alpha", "7", "--out", &out]);
    assert_eq!(blocked.code, 73, "{}", blocked.err);
    assert!(blocked.err.contains("card.md"), "{}", blocked.err);
    assert!(model(&folder, "m") == before);
    assert_eq!(fs::read_dir(&out).unwrap().count(), FILES.len(), "nothing is left lying about");
}

#[test]
fn without_cross_validation_there_are_no_scores() {
    let folder = Folder::new();
    let said = train(&folder, "m", &["--cv", "0"]);
    let report = scores(&folder, "m");
    assert!(report["cross_validation"].is_null());
    assert_eq!(report["temperature"], 1.0);
    assert!(said.contains("warning: ") && said.contains("not calibrated"), "{said}");
    assert!(read(&folder.path("m/card.md")).contains("without cross-validation"));
}

/// Two classes that no word is common to, in documents of one text.
fn obvious(rows: usize) -> String {
    let row = |n: usize| match n % 2 {
        0 => format!("a hot soup with bread and {},food\n", ["salt", "leek", "corn"][n / 2 % 3]),
        _ => format!("cold rain fell over every {},weather\n", ["hill", "lake", "road"][n / 2 % 3]),
    };
    "text,label\n".to_owned() + &(0..rows).map(row).collect::<String>()
}

#[test]
fn few_texts_that_are_all_told_apart_make_no_sure_answers() {
    let folder = Folder::new();
    let data = folder.file("obvious.csv", obvious(50));
    let model = folder.path("m");
    let run = copydesk(&["train", &data, "--set", "context_window=2", "--out", &model]);
    assert_eq!(run.code, 0, "{}", run.err);
    let said = "warning: the held-out answers are all right, so they do not tell how sure the model may be";
    assert!(
        run.err.contains(said) && run.err.contains("warning: the held-out answers in context are all right"),
        "{}",
        run.err
    );
    let report = scores(&folder, "m");
    assert_eq!(report["cross_validation"]["accuracy"], 1.0);
    assert_eq!(report["alphas"][0]["temperature_fit"], "smoothed_labels");
    assert!(report["temperature"].as_f64().unwrap() > 0.02, "{}", report["temperature"]);
    let card = read(&folder.path("m/card.md"));
    assert!(
        card.contains("probabilities fitted to smoothed labels")
            && card.contains("- the held-out answers are all right")
    );
    assert!(!card.contains("calibrated"), "{card}");
    let texts = folder.file("new.txt", "Zebras quarrel.\nhot soup with bread\n");
    let answers = copydesk(&["classify", "--model", &model, &texts]).json_lines();
    let sure = |at: usize| {
        let all = answers[at]["probabilities"].as_object().unwrap().values();
        all.map(|p| p.as_f64().unwrap()).fold(0.0, f64::max)
    };
    assert!(sure(0) < 0.6, "no known word: {}", answers[0]);
    assert!((0.9..0.99).contains(&sure(1)), "a known text: {}", answers[1]);
}

#[test]
fn held_out_answers_without_information_are_warned_of() {
    let folder = Folder::new();
    // Each label has the same texts.
    let rows: String = (0..40).map(|n| format!("rain {},{}\n", n / 2 % 4, ["x", "y"][n % 2])).collect();
    let data = folder.file("noise.csv", format!("text,label\n{rows}"));
    let run = copydesk(&["train", &data, "--out", &folder.path("m")]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.err.contains("warning: the held-out answers carry no information"), "{}", run.err);
    assert!(run.err.contains("probabilities are close to equal"), "{}", run.err);
    assert_eq!(scores(&folder, "m")["alphas"][0]["temperature_fit"], "no_information");
    assert!(!read(&folder.path("m/card.md")).contains("calibrated"));
}

#[test]
fn a_model_named_as_a_built_in_one_is_noted() {
    let folder = Folder::new();
    let data = folder.file("obvious.csv", obvious(20));
    for (name, noted) in [("news-en", true), ("news-en/", true), ("./news-en", false), ("mine", false)] {
        let run = Run::new(command(&["train", &data, "--out", name]).current_dir(folder.path("")).output().unwrap());
        assert_eq!(run.code, 0, "{}", run.err);
        let note = "news-en is also the name of a built-in model: say ./news-en to use this one";
        assert_eq!(run.err.contains(note), noted, "{name}: {}", run.err);
    }
}

#[test]
fn labels_that_differ_only_in_case_are_told() {
    let folder = Folder::new();
    let rows = obvious(48)
        + "a hot soup with salt,Food\nbread and leek,Food\nbread and corn,Food\nhot leek,Food\nhot corn,Food\n";
    let data = folder.file("a.csv", rows);
    let run = copydesk(&["train", &data, "--out", &folder.path("m")]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.err.contains("warning: the labels `Food` and `food` differ only in case or blanks"), "{}", run.err);
    let checked = copydesk(&["data", "check", &data, "--no-label-errors"]).ok();
    assert!(checked.contains("\n1 set of labels that differ only in case or blanks\n  `Food`, `food`\n"), "{checked}");
    let checked = copydesk(&["data", "check", &data, "--no-label-errors", "--json"]).json();
    assert_eq!(checked["alike_labels"], serde_json::json!([["Food", "food"]]));
}

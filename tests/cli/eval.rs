//! `copydesk eval`: the table and the JSON, and labels that do not match.

use serde_json::Value;

use crate::run::{Folder, HELD_OUT, LABELS, NOTICES, copydesk, read, small_model};

fn table(data: &str, arguments: &[&str]) -> String {
    copydesk(&[&["eval", small_model(), data], arguments].concat()).ok()
}

fn json(data: &str, arguments: &[&str]) -> Value {
    copydesk(&[&["eval", small_model(), data, "--json"], arguments].concat()).json()
}

fn strings(values: &Value) -> Vec<&str> {
    values.as_array().unwrap().iter().map(|value| value.as_str().unwrap()).collect()
}

/// The words of the line that starts with a label, after it. With `last`, of the last such line: the confusion matrix.
fn line_of<'a>(table: &'a str, name: &str, last: bool) -> Vec<&'a str> {
    let mut lines = table.lines().filter(|line| line.starts_with(&format!("{name} ")));
    let line = if last { lines.next_back() } else { lines.next() };
    line.unwrap_or_else(|| panic!("no line {name} in\n{table}"))[name.len()..].split_whitespace().collect()
}

fn assert_agree(table: &str, report: &Value) {
    let shown = |value: &Value| format!("{:.3}", value.as_f64().unwrap());
    let scores = &report["scores"];
    let intervals = &scores["uncertainty"]["intervals"];
    for (name, field) in
        [("macro-F1", "macro_f1"), ("accuracy", "accuracy"), ("log loss", "log_loss"), ("Brier score", "brier")]
    {
        let range = &intervals[field];
        let expected = [shown(&scores[field]), shown(&range["low"]), "–".to_owned(), shown(&range["high"])];
        assert_eq!(line_of(table, name, false), expected, "{name}");
    }
    assert_eq!(line_of(table, "calibration error", false), [shown(&scores["calibration_error"])]);
    assert!(table.contains(&format!("{} examples; ", scores["examples"])));
    for (class, row) in scores["classes"].as_array().unwrap().iter().zip(scores["confusion"].as_array().unwrap()) {
        let label = class["label"].as_str().unwrap();
        let words = line_of(table, label, false);
        for (at, field) in ["precision", "recall"].iter().enumerate() {
            let undefined = class[format!("{field}_undefined")] == true;
            let expected = if undefined { "–".to_owned() } else { shown(&class[field]) };
            assert_eq!(words[at], expected, "{label}'s {field}");
        }
        assert_eq!(words[words.len() - 2..], [class["support"].to_string(), class["predicted"].to_string()], "{label}");
        let counts: Vec<String> = row.as_array().unwrap().iter().map(Value::to_string).collect();
        assert_eq!(line_of(table, label, true), counts, "{label}'s confusion");
    }
}

#[test]
fn table_and_json_agree() {
    let report = json(HELD_OUT, &[]);
    assert_agree(&table(HELD_OUT, &[]), &report);
    assert_eq!(report["scores"]["examples"], 8);
    assert_eq!(strings(&report["labels"]), LABELS);
    let f1: f64 =
        report["scores"]["classes"].as_array().unwrap().iter().map(|class| class["f1"].as_f64().unwrap()).sum();
    assert!((report["scores"]["macro_f1"].as_f64().unwrap() - f1 / 3.0).abs() < 1e-12);
}

#[test]
fn the_figures_are_those_of_the_answers() {
    let answers = copydesk(&["classify", "--model", small_model(), "--text-column", "text", HELD_OUT]).json_lines();
    let truth: Vec<String> =
        read(HELD_OUT).lines().skip(1).map(|line| line.rsplit(',').next().unwrap().to_owned()).collect();
    let right = answers.iter().zip(&truth).filter(|(answer, label)| answer["label"] == **label).count();
    let p_of_truth = |(answer, label): (&Value, &String)| answer["probabilities"][label].as_f64().unwrap();
    let log_loss = answers.iter().zip(&truth).map(p_of_truth).map(|p| -p.ln()).sum::<f64>() / 8.0;
    let scores = &json(HELD_OUT, &[])["scores"];
    assert!(right < 8, "something has to be wrong for the test to tell");
    assert_eq!(scores["accuracy"], right as f64 / 8.0);
    assert!((scores["log_loss"].as_f64().unwrap() - log_loss).abs() < 1e-12);
}

#[test]
fn labels_that_do_not_match_are_reported() {
    let folder = Folder::new();
    let rows = "Rain at night.,weather\nFog.,weather\nThe lot is full.,parking\nTwo spaces left.,parking\nA hat was found.,fundstück\n";
    let file = folder.file("a.csv", format!("text,label\n{rows}"));
    let report = json(&file, &[]);
    assert_eq!(report["unknown_to_model"], serde_json::json!([{"label": "parking", "examples": 2}]));
    assert_eq!(strings(&report["absent_from_data"]), ["soup & bread"]);
    assert_eq!(report["left_out"], serde_json::json!([]));
    assert_eq!(report["scores"]["examples"], 5, "examples of unknown labels count");
    let parking = &report["scores"]["classes"][3];
    assert_eq!((&parking["label"], &parking["recall"]), (&"parking".into(), &0.0.into()));
    let table = table(&file, &[]);
    assert!(table.contains("the model lacks labels of the data (counted as wrong): parking (2 examples)\n"), "{table}");
    assert!(table.contains("the data lack labels of the model: soup & bread\n"), "{table}");
    assert_agree(&table, &report);

    let clean = copydesk(&["eval", small_model(), NOTICES]).ok();
    assert!(!clean.contains("lack") && !clean.contains("left out"));
}

#[test]
fn a_restricted_choice_counts_what_it_leaves_out() {
    let arguments = ["--labels", "weather,fundstück"];
    let report = json(HELD_OUT, &arguments);
    assert_eq!(strings(&report["labels"]), ["fundstück", "weather"]);
    assert_eq!(report["left_out"], serde_json::json!([{"label": "soup & bread", "examples": 3}]));
    assert_eq!(report["scores"]["examples"], 5);
    assert_eq!(report["absent_from_data"], serde_json::json!([]));
    let table = table(HELD_OUT, &arguments);
    assert!(table.contains("left out, as --labels asks: soup & bread (3 examples)\n"), "{table}");
    assert_agree(&table, &report);
}

#[test]
fn intervals_depend_on_the_seed_alone() {
    let low =
        |arguments: &[&str]| json(HELD_OUT, arguments)["scores"]["uncertainty"]["intervals"]["log_loss"]["low"].clone();
    assert_eq!(low(&[]), low(&["--seed", "1"]));
    assert_ne!(low(&["--resamples", "50", "--seed", "2"]), low(&["--resamples", "50", "--seed", "3"]));
}

#[test]
fn one_document_has_no_intervals_and_says_so() {
    let folder = Folder::new();
    let file = folder.file("a.csv", "text,label,doc\nRain.,weather,d\nA hat was found.,fundstück,d\n");
    assert!(table(&file, &[]).contains("no intervals: "));
}

//! `copydesk classify`: lines and tables in, the library's numbers out.

use copydesk_infer::Classifier;
use serde_json::Value;

use crate::run::{Folder, assert_same_bits, assert_same_row, copydesk, copydesk_reading, small_model, tsv};

const TEXTS: [&str; 6] = [
    "The council voted 7 to 2 on Monday.",
    "",
    "   ",
    "What a disgrace, “they” said: naïve \\ backs\tlash!",
    "Rain at night & soup 🍲",
    "Give $5 today.",
];

fn classify(arguments: &[&str]) -> Vec<Value> {
    copydesk(&[&["classify"], arguments].concat()).json_lines()
}

/// Checks the answers for some texts against the library's, to the last bit.
fn assert_as_library(answers: &[Value], texts: &[&str], classifier: &Classifier) {
    assert_eq!(answers.len(), texts.len());
    for (answer, &text) in answers.iter().zip(texts) {
        let prediction = classifier.classify(text);
        assert_eq!(answer["text"], text);
        assert_eq!(answer["label"], prediction.label(), "{text:?}");
        assert_same_bits(answer["confidence"].as_f64().unwrap(), prediction.confidence(), text);
        assert_eq!(answer["probabilities"].as_object().unwrap().len(), prediction.labels().len());
        for (label, &p) in prediction.labels().iter().zip(prediction.probabilities()) {
            assert_same_bits(answer["probabilities"][label].as_f64().unwrap(), p, label);
        }
    }
}

fn lines(answers: &[Value]) -> Vec<u64> {
    answers.iter().map(|answer| answer["line"].as_u64().unwrap()).collect()
}

fn texts(answers: &[Value]) -> Vec<&str> {
    answers.iter().map(|answer| answer["text"].as_str().unwrap()).collect()
}

#[test]
fn lines_get_the_numbers_of_the_library() {
    let folder = Folder::new();
    let file = folder.file("lines.txt", TEXTS.join("\n"));
    let answers = classify(&[&file]);
    assert_as_library(&answers, &TEXTS, &Classifier::builtin().unwrap());
    assert_eq!(lines(&answers), [1, 2, 3, 4, 5, 6]);
    let mut fields: Vec<&String> = answers[0].as_object().unwrap().keys().collect();
    fields.sort();
    assert_eq!(fields, ["confidence", "file", "label", "line", "probabilities", "text"]);
    assert_eq!(answers[0]["file"], file);

    let model = format!("{}/model.safetensors", small_model());
    let small = Classifier::load(&model).unwrap();
    assert_as_library(&classify(&["--model", small_model(), &file]), &TEXTS, &small);
    assert_as_library(&classify(&["--model", &model, &file]), &TEXTS, &small);
    let restricted = Classifier::builtin().unwrap().restricted_to(&["opinion", "reporting"]).unwrap();
    assert_as_library(&classify(&["--labels", "reporting,opinion", &file]), &TEXTS, &restricted);
}

#[test]
fn tables_get_the_numbers_of_the_library() {
    let folder = Folder::new();
    let csv_row = |(n, text): (usize, &&str)| format!("{n},\"{}\"\n", text.replace('"', "\"\""));
    let csv: String = TEXTS.iter().enumerate().map(csv_row).collect();
    // Tabs cannot stand in a TSV's fields without quotation marks.
    let tsv: String = TEXTS.iter().map(|text| format!("\"{text}\"\tx\n")).collect();
    let jsonl: String = TEXTS.iter().map(|text| format!("{}\n", serde_json::json!({"n": 1, "body": text}))).collect();
    let library = Classifier::builtin().unwrap();
    for (name, content, first) in
        [("a.csv", format!("n,body\n{csv}"), 2), ("a.tsv", format!("body\tn\n{tsv}"), 2), ("a.jsonl", jsonl, 1)]
    {
        let file = folder.file(name, &content);
        let answers = classify(&["--text-column", "body", &file]);
        assert_as_library(&answers, &TEXTS, &library);
        assert_eq!(lines(&answers), (first..first + 6).collect::<Vec<u64>>(), "{name}");

        let format = name.rsplit('.').next().unwrap();
        let arguments = ["classify", "--text-column", "body", "--input-format", format, "-"];
        let piped = copydesk_reading(&arguments, content.as_bytes()).json_lines();
        assert_as_library(&piped, &TEXTS, &library);
        assert_eq!(piped[0]["file"], "-");
    }
}

#[test]
fn a_row_has_the_line_where_it_starts() {
    let folder = Folder::new();
    let file = folder.file("a.csv", "text\r\n\"one\r\ntwo\"\r\n\r\nthree\r\n");
    let answers = classify(&["--text-column", "text", &file]);
    assert_eq!(lines(&answers), [2, 5]);
    assert_eq!(texts(&answers), ["one\r\ntwo", "three"]);
}

#[test]
fn empty_lines_keep_their_place() {
    let answers = copydesk_reading(&["classify"], b"\nrain\n\n\nfog\n\n").json_lines();
    assert_eq!(texts(&answers), ["", "rain", "", "", "fog", ""]);
    assert_eq!(lines(&answers), [1, 2, 3, 4, 5, 6]);
}

#[test]
fn byte_order_mark_and_carriage_returns_are_no_text() {
    let answers = copydesk_reading(&["classify"], "\u{feff}rain\r\n\u{feff}fog\r\nsnow".as_bytes()).json_lines();
    assert_eq!(texts(&answers), ["rain", "\u{feff}fog", "snow"], "a mark is one only at the start");
    let folder = Folder::new();
    let file = folder.file("a.csv", "\u{feff}text,n\r\nrain,1\r\n");
    assert_eq!(texts(&classify(&["--text-column", "text", &file])), ["rain"]);
}

#[test]
fn long_inputs_keep_their_order() {
    let input: String = (1..=9000).map(|n| format!("bulletin {n} of the day\n")).collect();
    let answers = copydesk_reading(&["classify", "--model", small_model()], input.as_bytes()).json_lines();
    assert_eq!(lines(&answers), (1..=9000).collect::<Vec<u64>>());
    for answer in &answers {
        assert_eq!(answer["text"], format!("bulletin {} of the day", answer["line"]));
    }
}

#[test]
fn rows_before_a_bad_one_are_answered_unless_it_is_among_the_first() {
    let folder = Folder::new();
    let good = folder.file("good.csv", "text\nfog\n");
    for rows in [1, 5000] {
        let table = format!("text\n{}\"open\n", "rain\n".repeat(rows));
        let file = folder.file("bad.csv", table);
        let answered = if rows == 1 { 0 } else { rows };
        for (files, others) in [(&[&*file][..], 0), (&[&*good, &file, &good], 2)] {
            let arguments = [&["classify", "--model", small_model(), "--text-column", "text"], files].concat();
            let run = copydesk(&arguments);
            assert_eq!((run.code, run.out.lines().count()), (65, answered + others), "{}", run.err);
            assert!(run.err.contains(&format!("bad.csv:{}:", rows + 2)), "{}", run.err);
        }
    }
}

#[test]
fn tsv_tells_the_same_as_json_lines() {
    let folder = Folder::new();
    let file = folder.file("lines.txt", TEXTS.join("\r\n"));
    let arguments = ["--model", small_model(), "--min-confidence", "0.5", &file, &file];
    let answers = classify(&arguments);
    let rows = tsv(&copydesk(&[&["classify", "--format", "tsv"], &arguments[..]].concat()).ok());
    assert_eq!(rows.len(), answers.len());
    assert_eq!(rows.len(), 2 * TEXTS.len());
    rows.iter().zip(&answers).for_each(|(row, answer)| assert_same_row(row, answer));
    assert!(answers.iter().any(|answer| answer["label"] == "unsure"));
    for answer in &answers {
        assert_eq!(answer["label"] == "unsure", answer["confidence"].as_f64().unwrap() < 0.5);
    }
}

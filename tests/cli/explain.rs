//! `copydesk explain`: contributions that sum to the logit.

use serde_json::Value;

use crate::run::{assert_same_bits, copydesk, copydesk_reading, small_model};

const TEXTS: [&str; 4] = ["The owner can collect the wet bread at night.", "Give $5 — we need YOU!", "zzz qqq", "Fog"];

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

#[test]
fn contributions_and_intercept_sum_to_the_logit() {
    for model in [small_model(), "news-en"] {
        for text in TEXTS {
            let explanation = copydesk(&["explain", "--model", model, "--format", "json", text]).json();
            let answer = &copydesk_reading(&["classify", "--model", model], text.as_bytes()).json_lines()[0];
            assert_eq!(explanation["label"], answer["label"]);
            let labels = explanation["labels"].as_array().unwrap();
            assert_eq!(labels.len(), answer["probabilities"].as_object().unwrap().len());
            for label in labels {
                let contributions = label["contributions"].as_array().unwrap();
                let sum: f64 = contributions.iter().map(|c| number(&c["contribution"])).sum();
                let logit = number(&label["logit"]);
                assert!((sum + number(&label["intercept"]) - logit).abs() < 1e-9, "{text}: {sum} {logit}");
                for c in contributions {
                    assert!((number(&c["value"]) * number(&c["weight"]) - number(&c["contribution"])).abs() < 1e-12);
                    assert!(!c["ngram"].as_str().unwrap().is_empty() && !c["block"].as_str().unwrap().is_empty());
                }
                let name = label["label"].as_str().unwrap();
                assert_same_bits(number(&label["probability"]), number(&answer["probabilities"][name]), name);
            }
        }
    }
}

#[test]
fn known_words_are_named_and_unknown_ones_add_nothing() {
    let contributions = |text: &str| {
        let explanation = copydesk(&["explain", "--model", small_model(), "--format", "json", text]).json();
        explanation["labels"][2]["contributions"].as_array().unwrap().clone()
    };
    assert!(contributions("Fog").iter().any(|c| c["ngram"] == "fog" && number(&c["contribution"]) > 0.0));
    assert!(contributions("zzz qqq").is_empty());
}

/// The numbers in the column `adds` of the text output, intercept and rest included.
fn added(shown: &str) -> f64 {
    let sign = |word: &&str| word.starts_with(['+', '-']) && word.len() > 1;
    shown
        .split("\n\n")
        .nth(2)
        .unwrap()
        .lines()
        .skip(1)
        .map(|line| line.split_whitespace().find(sign).unwrap().parse::<f64>().unwrap())
        .sum()
}

#[test]
fn text_shows_the_label_that_classify_gives() {
    for text in TEXTS {
        let answer = &copydesk_reading(&["classify", "--model", small_model()], text.as_bytes()).json_lines()[0];
        let table = copydesk(&["explain", "--model", small_model(), "--top", "3", text]).ok();
        let head = format!("{}  probability {:.3}, ", answer["label"].as_str().unwrap(), number(&answer["confidence"]));
        assert!(table.starts_with(&head), "{table}");
        let logit: f64 = table.lines().next().unwrap().rsplit(' ').next().unwrap().parse().unwrap();
        let lines = table.split("\n\n").nth(2).unwrap().lines().count();
        assert!(lines <= 2 + 3 + 1, "columns, intercept, three n-grams and the rest:\n{table}");
        assert!((added(&table) - logit).abs() < 5e-5 * (lines as f64), "{table}");
    }
}

#[test]
fn another_label_can_be_asked_for() {
    let table = copydesk(&["explain", "--model", small_model(), "--label", "soup & bread", "Fog"]).ok();
    assert!(table.starts_with("soup & bread  probability "), "{table}");
}

#[test]
fn standard_input_is_a_text_too() {
    let expected = copydesk(&["explain", "Rain at night."]).ok();
    for arguments in [&["explain", "-"][..], &["explain"]] {
        assert_eq!(copydesk_reading(arguments, b"Rain at night.\n").ok(), expected);
    }
}

#[test]
fn words_that_decided_are_highlighted_with_colours_and_without() {
    let text = "The soup is on: fog at night, and \u{1b}[31mno soup.";
    let explain = |color: &str| copydesk(&["explain", "--model", small_model(), "--color", color, text]).ok();
    let plain = explain("never");
    let words = plain.split("\n\n").nth(1).unwrap();
    assert!(words.contains("{+fog+}") && words.contains("[-soup-]") && words.contains("␛[31mno"), "{words}");
    assert_eq!(
        words.replace("{+", "").replace("+}", "").replace("[-", "").replace("-]", ""),
        text.replace('\u{1b}', "␛")
    );
    assert!(!plain.contains('\u{1b}'));
    let coloured = explain("always");
    let words = coloured.split("\n\n").nth(1).unwrap();
    assert!(words.contains("mfog\u{1b}[0m") && words.contains("\u{1b}[4msoup\u{1b}[0m"), "{words:?}");
}

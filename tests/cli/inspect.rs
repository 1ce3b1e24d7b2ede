//! `copydesk inspect`: all that is in a model file.

use crate::run::{LABELS, NOTICES, copydesk, read, small_model};

#[test]
fn json_holds_labels_blocks_options_and_provenance() {
    let shown = copydesk(&["inspect", small_model(), "--format", "json", "--top", "5"]).json();
    assert_eq!(shown["format"], 1);
    for (label, name) in shown["labels"].as_array().unwrap().iter().zip(LABELS) {
        assert_eq!(label["label"], name);
        assert!(label["intercept"].is_f64());
        let weights: Vec<f64> =
            label["heaviest"].as_array().unwrap().iter().map(|w| w["weight"].as_f64().unwrap()).collect();
        assert_eq!(weights.len(), 5);
        assert!(weights.is_sorted_by(|a, b| a >= b) && weights[0] > 0.0, "{weights:?}");
    }
    let scores: serde_json::Value = serde_json::from_str(&read(&format!("{}/scores.json", small_model()))).unwrap();
    assert_eq!(shown["blocks"].as_array().unwrap().len(), 1);
    assert_eq!(shown["blocks"][0]["name"], "words");
    assert_eq!(shown["blocks"][0]["ngrams"], scores["ngrams"][0][1]);
    assert_eq!(shown["features"], scores["config"]["features"]);
    assert!(shown["calibration"]["temperature"].as_f64().unwrap() > 0.0);
    assert_eq!(shown["risk_table"]["in_context"], false);
    let weather = &shown["risk_table"]["labels"][2];
    assert_eq!((&weather["label"], &weather["sentences"]), (&"weather".into(), &14.into()));
    let provenance = &shown["provenance"];
    assert_eq!(provenance["tool"], concat!("copydesk ", env!("CARGO_PKG_VERSION")));
    assert_eq!(provenance["examples"], read(NOTICES).lines().count() - 1);
    assert_eq!(provenance["documents"], 12);
    assert_eq!(provenance["label_counts"]["weather"], 14);
    for (option, value) in
        [("alpha", "0.3"), ("alpha_in_force", "0.3"), ("folds", "4"), ("seed", "3"), ("solver", "\"sparse\"")]
    {
        assert_eq!(provenance["options"][option].to_string(), value, "{option}");
    }
}

#[test]
fn text_holds_the_same() {
    let json = copydesk(&["inspect", small_model(), "--format", "json", "--top", "4"]).json();
    let text = copydesk(&["inspect", small_model(), "--top", "4"]).ok();
    let temperature = json["calibration"]["temperature"].to_string();
    assert!(text.starts_with(&format!("model format 1, temperature {temperature}\n")), "{text}");
    assert!(text.contains(&format!("\nstems: {} n-grams\n", json["blocks"][0]["ngrams"])), "{text}");
    for label in json["labels"].as_array().unwrap() {
        let head =
            format!("\n{} (intercept {:+.4})", label["label"].as_str().unwrap(), label["intercept"].as_f64().unwrap());
        let part = text.split(&head).nth(1).unwrap_or_else(|| panic!("{head} in\n{text}"));
        for (line, ngram) in part.lines().skip(1).zip(label["heaviest"].as_array().unwrap()) {
            let (weight, idf) = (ngram["weight"].as_f64().unwrap(), ngram["idf"].as_f64().unwrap());
            let expected = format!("  {weight:+.4}  idf {idf:>5.2}  stems  {}", ngram["ngram"].as_str().unwrap());
            assert_eq!(line, expected);
        }
    }
    assert!(text.contains(" of 14 weather sentences missed, "), "{text}");
    for part in
        ["\nfeatures:\n", "stemmer = \"english\"", "\nprovenance:\n", "alpha = 0.3", "weather = 14", "documents = 12"]
    {
        assert!(text.contains(part), "{part} in\n{text}");
    }
    assert!(text.contains(json["provenance"]["data_sha256"].as_str().unwrap()));
}

#[test]
fn a_model_can_be_named_by_file_folder_or_name() {
    let by = |model: &str| copydesk(&["inspect", model, "--top", "3"]).ok();
    assert_eq!(by(small_model()), by(&format!("{}/model.safetensors", small_model())));
    assert_eq!(by("news-en"), by("models/news-en"));
}

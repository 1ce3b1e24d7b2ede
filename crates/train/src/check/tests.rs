//! Invented corpora, and the report as a whole.

use super::*;
use crate::corpus::{Format, ReadOptions};

/// A corpus of files `part0`, `part1` … with rows of text, label and document (empty for none).
pub(super) fn corpus(parts: &[&[(&str, &str, &str)]]) -> Corpus {
    let folder = tempfile::tempdir().unwrap();
    let options = ReadOptions { format: Some(Format::JsonLines), ..ReadOptions::default() };
    let paths: Vec<_> = (0..parts.len()).map(|part| folder.path().join(format!("part{part}"))).collect();
    for (path, rows) in paths.iter().zip(parts) {
        let line = |(text, label, doc): &(&str, &str, &str)| {
            serde_json::json!({ "text": text, "label": label, "doc": doc }).to_string() + "\n"
        };
        std::fs::write(path, rows.iter().map(line).collect::<String>()).unwrap();
    }
    Corpus::read(&paths, &options).unwrap()
}

/// A place without the folder of its file.
pub(super) fn at(place: &Place) -> String {
    place.to_string().rsplit('/').next().unwrap().to_owned()
}

/// Texts of two labels that hardly share a word, two a document.
pub(super) fn two_topics(texts: usize) -> Vec<(String, &'static str, String)> {
    let words = [["ferry", "harbour", "tide", "anchor", "gull"], ["summit", "meadow", "ridge", "goat", "path"]];
    let row = |number: usize| {
        let topic = number % 2;
        let word = |step: usize| words[topic][(number / 2 + step) % 5];
        let text = format!("The {} met the {} near the {} number {number}.", word(0), word(number / 10 + 1), word(3));
        (text, ["sea", "hill"][topic], format!("d{}", number / 4))
    };
    (0..texts).map(row).collect()
}

fn topics_in_two_parts() -> Corpus {
    let rows = two_topics(80);
    let rows: Vec<(&str, &str, &str)> =
        rows.iter().map(|(text, label, doc)| (text.as_str(), *label, doc.as_str())).collect();
    corpus(&[&rows[..60], &rows[60..]])
}

#[test]
fn the_report_is_the_same_on_any_number_of_threads() {
    let corpus = topics_in_two_parts();
    let json = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let report = pool.install(|| check_corpus(&corpus, &CheckOptions::default(), &|_| {}));
        serde_json::to_string(&report).unwrap()
    };
    let report = json(1);
    assert!(report.contains("\"found\"") && report.contains("\"ferry\""));
    assert_eq!(report, json(3));
}

#[test]
fn each_defect_counts_and_short_copies_do_not() {
    let without = CheckOptions { folds: None, ..CheckOptions::default() };
    let defective = |parts: &[&[(&str, &str, &str)]]| check_corpus(&corpus(parts), &without, &|_| {}).has_defects();
    let clean: &[(&str, &str, &str)] = &[("The tide took the old pier.", "a", "1"), ("Sign up", "b", "1")];
    assert!(!defective(&[clean, &[("Sign up!", "b", "2"), ("A pier of the town was old.", "a", "2")]]));
    assert!(defective(&[clean, &[("The tide took the old pier.", "a", "2")]]), "a copy");
    let twice = |doc| ("The tide took the old pier.", "a", doc);
    assert!(defective(&[&[twice("1"), twice("2")]]) && defective(&[&[twice(""), twice("")]]), "a copy within a file");
    assert!(!defective(&[&[twice("1"), twice("1")]]), "a document may repeat itself");
    assert!(defective(&[clean, &[("Sign up!", "a", "2")]]), "a contradiction, however short");
    assert!(defective(&[clean, &[("Nothing of the kind.", "a", "1")]]), "a straddling document");
    assert_eq!(check_corpus(&corpus(&[clean]), &without, &|_| {}).label_errors, LabelErrors::NotAsked);
}

#[test]
fn a_corpus_of_one_label_is_reported_all_the_same() {
    let report = check_corpus(&corpus(&[&[("One.", "a", ""), ("Two.", "a", "")]]), &CheckOptions::default(), &|_| {});
    assert!(report.giveaways.is_empty());
    assert!((report.shortcuts.accuracy.baseline - 1.0).abs() < 1e-12);
    assert!(matches!(report.label_errors, LabelErrors::NotAvailable { .. }));
}

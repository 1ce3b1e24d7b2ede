//! `copydesk label --lose-at-most`: promises, what they rest on, and when there is none.

use std::sync::OnceLock;

use serde_json::Value;

use crate::run::{BOARD, Folder, NOTICES, NOTICES_CONFIG, Run, copydesk, read, small_model};

/// Sentences of a label of the small model's training data.
fn sentences(label: &str) -> Vec<String> {
    let rows = read(NOTICES);
    let ours = rows.lines().filter_map(|row| row.strip_suffix(&format!(",{label}")));
    ours.map(|row| row.split_once(',').unwrap().1.trim_matches('"').to_owned()).collect()
}

/// 400 documents of five sentences on the weather and one on soup. In one of twelve documents a sentence that sounds like
/// soup is on the weather in truth.
fn diary() -> String {
    let (weather, soup) = (sentences("weather"), sentences("soup & bread"));
    assert!(weather.len() > 5 && soup.len() > 5);
    let mut table = "doc,text,label\n".to_owned();
    for document in 0..400 {
        for at in 0..5 {
            let text = if at == 0 && document % 12 == 0 {
                format!("Rain and {}", soup[document / 12 % soup.len()])
            } else {
                format!("{} Again.", weather[(document + at) % weather.len()])
            };
            table += &format!("d{document},\"{text}\",weather\n");
        }
        table += &format!("d{document},\"{}\",soup & bread\n", soup[document % soup.len()]);
    }
    table
}

fn label(arguments: &[&str]) -> Run {
    copydesk(&[&["label", "--model", small_model(), "--protect", "weather"], arguments].concat())
}

/// The cut-off that stands on stderr.
fn cut_off(run: &Run) -> f64 {
    let line = run.err.lines().find(|line| line.starts_with("cut-off: ")).unwrap();
    line.split("is ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap()
}

/// A model trained on the diary, which has scores of its own.
fn diary_model() -> &'static str {
    static MODEL: OnceLock<(Folder, String)> = OnceLock::new();
    let (_, model) = MODEL.get_or_init(|| {
        let folder = Folder::new();
        let (data, model) = (folder.file("diary.csv", diary()), folder.path("model"));
        copydesk(&["train", &data, "--config", NOTICES_CONFIG, "--out", &model]).ok();
        (folder, model)
    });
    model
}

#[test]
fn sentences_that_may_be_of_the_protected_label_are_unsure() {
    let folder = Folder::new();
    let data = folder.file("diary.csv", diary());
    let promise = ["--lose-at-most", "4%", "--calibration", &data];
    let jsonl = ["--format", "jsonl", BOARD];
    let run = label(&[&promise[..], &jsonl].concat());
    for part in [
        "promise: at most 4 % of the sentences that are in truth weather",
        "with a confidence of 95 %",
        "rests on: 400 documents with 2000 such sentences",
        "still answered: about ",
    ] {
        assert!(run.err.contains(part), "{part:?} not in {}", run.err);
    }
    let limit = cut_off(&run);
    assert!(limit > 0.0 && limit < 0.5, "{limit}");
    let held_back = |mut sentence: Value| {
        if sentence["label"] != "weather" && sentence["probabilities"]["weather"].as_f64().unwrap() >= limit {
            sentence["label"] = "unsure".into();
        }
        sentence
    };
    let free: Vec<Value> = label_free(&jsonl);
    let expected: Vec<Value> = free.iter().cloned().map(held_back).collect();
    assert_eq!(run.json_lines(), expected);
    assert_ne!(expected, free, "the cut-off holds something back");

    let text = label(&[&promise[..], &[BOARD]].concat()).ok();
    let labels: Vec<bool> = text.lines().map(|line| line.starts_with("unsure ")).collect();
    assert_eq!(labels, expected.iter().map(|sentence| sentence["label"] == "unsure").collect::<Vec<_>>());
    let html = label(&[&promise[..], &["--format", "html", BOARD]].concat()).ok();
    assert_eq!(html.matches("<small>unsure ").count(), labels.iter().filter(|&&unsure| unsure).count());
}

fn label_free(arguments: &[&str]) -> Vec<Value> {
    copydesk(&[&["label", "--model", small_model()], arguments].concat()).json_lines()
}

#[test]
fn both_limits_hold_together() {
    let folder = Folder::new();
    let data = folder.file("diary.csv", diary());
    let with = |more: &[&str]| {
        let shared = ["--lose-at-most", "0.04", "--calibration", &data, "--format", "jsonl", BOARD];
        label(&[&shared[..], more].concat()).json_lines()
    };
    for (promised, both) in with(&[]).iter().zip(with(&["--min-confidence", "0.7"])) {
        let sure = promised["confidence"].as_f64().unwrap() >= 0.7;
        assert_eq!(both["label"], if sure { promised["label"].clone() } else { "unsure".into() });
    }
}

#[test]
fn a_model_with_scores_of_its_own_needs_no_other_data() {
    let run = |more: &[&str]| {
        let shared = ["label", "--model", diary_model(), "--lose-at-most", "6 %", "--protect", "weather", BOARD];
        copydesk(&[&shared[..], more].concat())
    };
    let (plain, surer) = (run(&[]), run(&["--risk-confidence", "99%"]));
    assert!(plain.err.contains("cross-validated scores of the training data of"), "{}", plain.err);
    assert!(surer.err.contains("with a confidence of 99 %"), "{}", surer.err);
    assert!(plain.ok().lines().count() > 3);
    assert_eq!(surer.code, 0);

    let restricted = run(&["--labels", "weather,soup & bread"]);
    assert_eq!(restricted.code, 2);
    assert!(restricted.err.contains("leave out --labels, or give"), "{}", restricted.err);
}

#[test]
fn the_training_data_are_no_calibration_data() {
    let folder = Folder::new();
    let data = folder.file("again.csv", diary());
    let shared = ["label", "--model", diary_model(), "--protect", "weather", BOARD];
    let run = copydesk(&[&shared[..], &["--lose-at-most", "5%", "--calibration", &data]].concat());
    assert!(run.err.contains("warning: the model was trained on"), "{}", run.err);
    assert_eq!(run.code, 0);
}

#[test]
fn what_the_data_cannot_promise_is_refused() {
    let tiny = label(&["--lose-at-most", "1%", "--calibration", "tests/data/held-out.csv", BOARD]);
    assert_eq!((tiny.code, tiny.out.as_str()), (65, ""));
    for part in
        ["too small to promise that at most 1 % are lost", "About ", "documents with", "more where the model errs"]
    {
        assert!(tiny.err.contains(part), "{part:?} not in {}", tiny.err);
    }
    let own = label(&["--lose-at-most", "1%", BOARD]);
    assert_eq!(own.code, 65);
    assert!(own.err.contains("label weather: the calibration data are too small"), "{}", own.err);
}

#[test]
fn a_model_without_scores_of_its_own_asks_for_data() {
    let folder = Folder::new();
    let model = folder.path("blind");
    copydesk(&["train", NOTICES, "--config", NOTICES_CONFIG, "--cv", "0", "--out", &model]).ok();
    let run = copydesk(&["label", "--model", &model, "--lose-at-most", "1%", "--protect", "weather", BOARD]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("give labelled documents with --calibration"), "{}", run.err);
}

#[test]
fn wrong_usage_is_said() {
    let cases: [(&[&str], i32, &str); 9] = [
        (&["--lose-at-most", "0"], 2, "as 1% or 0.01"),
        (&["--lose-at-most", "100%"], 2, "as 1% or 0.01"),
        (&["--lose-at-most", "5"], 2, "write 5%"),
        (&["--lose-at-most", "few"], 2, "as 1% or 0.01"),
        (&["--lose-at-most", "1%", "--risk-confidence", "1"], 2, "less than 1"),
        (&["--lose-at-most", "1%", "--protect", "snow"], 2, "--protect: there is no label `snow`"),
        (&["--lose-at-most", "1%"], 2, "with --protect: the labels are"),
        (&["--protect", "weather"], 2, "--lose-at-most"),
        (&["--lose-at-most", "1%", "--protect", "weather", "--calibration", "missing.csv"], 66, "missing.csv"),
    ];
    for (arguments, code, expected) in cases {
        let run = copydesk(&[&["label", "--model", small_model(), BOARD], arguments].concat());
        assert_eq!(run.code, code, "{arguments:?}: {}", run.err);
        assert!(run.err.contains(expected), "{expected:?} not in {}", run.err);
        assert_eq!(run.out, "");
    }
}

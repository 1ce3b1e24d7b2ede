//! `copydesk label`: the contract of its formats.

use copydesk_infer::{Classifier, LabelledSentence, MAX_SENTENCE_BYTES};
use serde_json::Value;

use crate::run::{
    ARTICLE, BOARD, Folder, HELD_OUT, LABELS, assert_same_row, copydesk, copydesk_reading, probabilities, read,
    small_model, tsv,
};

fn label(arguments: &[&str]) -> Vec<Value> {
    copydesk(&[&["label", "--format", "jsonl"], arguments].concat()).json_lines()
}

fn number(value: &Value) -> usize {
    usize::try_from(value.as_u64().unwrap()).unwrap()
}

/// What has to hold of the sentences of one document, whatever the model.
fn assert_contract(file: &str, sentences: &[Value]) {
    const FIELDS: [&str; 11] = [
        "char_end",
        "char_start",
        "confidence",
        "end",
        "file",
        "index",
        "label",
        "probabilities",
        "quoted",
        "start",
        "text",
    ];
    let text = read(file);
    let mut last_end = 0;
    for (index, sentence) in sentences.iter().enumerate() {
        let mut fields: Vec<&String> = sentence.as_object().unwrap().keys().collect();
        fields.sort();
        assert_eq!(fields, FIELDS);
        assert_eq!(sentence["file"], file);
        assert_eq!(number(&sentence["index"]), index);
        assert!(sentence["quoted"].is_boolean());

        let (start, end) = (number(&sentence["start"]), number(&sentence["end"]));
        assert_eq!(sentence["text"].as_str().unwrap(), &text[start..end]);
        assert_eq!(number(&sentence["char_start"]), text[..start].chars().count());
        assert_eq!(number(&sentence["char_end"]), text[..end].chars().count());
        assert!(last_end <= start && start < end);
        assert!(text[last_end..start].trim().is_empty(), "left out: {:?}", &text[last_end..start]);
        last_end = end;

        let chances = probabilities(sentence);
        let max = chances.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        assert!(chances.iter().all(|p| (0.0..=1.0).contains(p)));
        assert!((chances.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert!((sentence["confidence"].as_f64().unwrap() - max).abs() == 0.0);
        let label = sentence["label"].as_str().unwrap();
        assert!((sentence["probabilities"][label].as_f64().unwrap() - max).abs() == 0.0, "{label} is the argmax");
    }
    assert!(text[last_end..].trim().is_empty());
}

#[test]
fn sentences_keep_the_contract() {
    let article = label(&[ARTICLE]);
    assert_contract(ARTICLE, &article);
    let board = label(&["--model", small_model(), BOARD]);
    assert_contract(BOARD, &board);
    let mut labels: Vec<&String> = board[0]["probabilities"].as_object().unwrap().keys().collect();
    labels.sort();
    assert_eq!(labels, LABELS);
    let quoted =
        |part: &str| board.iter().find(|s| s["text"].as_str().unwrap().contains(part)).unwrap()["quoted"] == true;
    assert!(quoted("Expect showers") && !quoted("Simmer the leeks"));
}

/// A document of many pieces, also where characters are cut, gets what the library says of the whole.
#[test]
fn long_documents_get_the_answers_of_the_library() {
    let article = format!("{}\n\n“Über alles,” er sagt: “Naïve – no?” 🎉 ", read(ARTICLE)).repeat(300);
    let classifier = Classifier::builtin().unwrap();
    let expected = classifier.label_document(&article);
    let found = copydesk_reading(&["label", "--format", "jsonl"], article.as_bytes()).json_lines();
    assert_eq!(found.len(), expected.len());
    for (found, LabelledSentence { span, prediction }) in found.iter().zip(&expected) {
        assert_eq!(found["text"], article[span.bytes.clone()]);
        assert_eq!((number(&found["start"]), number(&found["char_end"])), (span.bytes.start, span.chars.end));
        assert_eq!((&found["label"], &found["quoted"]), (&prediction.label().into(), &span.quoted.into()));
        assert_eq!(found["confidence"], prediction.confidence());
    }
    let page = copydesk_reading(&["label", "--format", "html"], article.as_bytes()).ok();
    assert_eq!(page.matches("<mark").count(), expected.len());
    let text = page.split_once("<article").unwrap().1.split_once("</article>").unwrap().0;
    assert_eq!(text.matches("</p>\n<p>").count(), article.matches("\n\n").count(), "paragraphs stay");
}

/// A line of one word is a sentence of its greatest length after another.
#[test]
fn a_line_without_an_end_is_cut() {
    let sentences = copydesk_reading(&["label", "--format", "jsonl"], &vec![b'x'; 1 << 20]).json_lines();
    assert_eq!(number(&sentences.last().unwrap()["end"]), 1 << 20);
    assert!(sentences.iter().all(|s| s["text"].as_str().unwrap().len() <= MAX_SENTENCE_BYTES));
}

#[test]
fn the_example_article_ends_in_appeals() {
    let sentences = label(&[ARTICLE]);
    assert!(sentences.len() >= 15, "{} sentences", sentences.len());
    for sentence in &sentences[sentences.len() - 2..] {
        assert_eq!(sentence["label"], "appeal", "{}", sentence["text"]);
    }
}

#[test]
fn below_the_confidence_asked_for_the_label_is_unsure() {
    let free = label(&[ARTICLE]);
    let mut confidences: Vec<f64> = free.iter().map(|s| s["confidence"].as_f64().unwrap()).collect();
    confidences.sort_by(f64::total_cmp);
    let limit = confidences[confidences.len() / 2];
    let asked = label(&["--min-confidence", &limit.to_string(), ARTICLE]);
    assert!(asked.iter().any(|s| s["label"] == "unsure") && asked.iter().any(|s| s["label"] != "unsure"));
    for (mut free, asked) in free.into_iter().zip(asked) {
        if free["confidence"].as_f64().unwrap() < limit {
            free["label"] = "unsure".into();
        }
        assert_eq!(asked, free);
    }
}

#[test]
fn a_quotation_can_be_kept_whole() {
    let folder = Folder::new();
    let file =
        folder.file("a.txt", "The clerk wrote: “It rained all day. Then it snowed. We went home.” Nobody replied.");
    let split = label(&["--quotes", "split", &file]);
    let kept = label(&["--quotes", "keep", &file]);
    assert!(kept.len() < split.len(), "{} {}", kept.len(), split.len());
    assert_eq!(label(&[&file]), split, "split is the default");
    assert!(label(&["--quotes", "keep", ARTICLE]).len() <= label(&[ARTICLE]).len());
    assert_contract(&file, &kept);
}

#[test]
fn labels_can_be_restricted() {
    for sentence in label(&["--labels", "reporting,opinion", ARTICLE]) {
        assert_eq!(sentence["probabilities"]["appeal"], 0.0);
        assert_ne!(sentence["label"], "appeal");
    }
}

#[test]
fn tsv_tells_the_same_as_json_lines() {
    let arguments = ["--model", small_model(), "--min-confidence", "0.6", BOARD, ARTICLE];
    let objects = label(&arguments);
    let table = copydesk(&[&["label", "--format", "tsv"], &arguments[..]].concat()).ok();
    let rows = tsv(&table);
    assert_eq!(rows.len(), objects.len());
    rows.iter().zip(&objects).for_each(|(row, object)| assert_same_row(row, object));
    assert!(objects.iter().any(|object| object["text"].as_str().unwrap().contains('\n')), "an escape is needed");
}

#[test]
fn text_is_one_line_a_sentence() {
    let sentences = label(&[ARTICLE]);
    let text = copydesk(&["label", ARTICLE]).ok();
    assert_eq!(text.lines().count(), sentences.len());
    for (line, sentence) in text.lines().zip(&sentences) {
        let words: Vec<&str> = line.split_whitespace().collect();
        assert_eq!(words[0], sentence["label"]);
        assert_eq!(words[1], format!("{:.2}", sentence["confidence"].as_f64().unwrap()));
        let expected: Vec<&str> = sentence["text"].as_str().unwrap().split_whitespace().collect();
        assert_eq!(words[2..], expected);
    }
    let board = copydesk(&["label", "--model", small_model(), BOARD]).ok();
    assert!(board.lines().any(|line| line.ends_with("collect them before Dr. Vale locks up at 5.30 p.m.")), "{board}");
}

#[test]
fn standard_input_is_a_document_too() {
    let text = read(ARTICLE);
    let mut expected = label(&[ARTICLE]);
    for sentence in &mut expected {
        sentence["file"] = "-".into();
    }
    for arguments in [&["label", "--format", "jsonl", "-"][..], &["label", "--format", "jsonl"]] {
        assert_eq!(copydesk_reading(arguments, text.as_bytes()).json_lines(), expected);
    }
}

#[test]
fn several_files_are_several_documents() {
    let together = label(&[BOARD, ARTICLE]);
    assert_eq!(together, [label(&[BOARD]), label(&[ARTICLE])].concat());
    let text = copydesk(&["label", BOARD, ARTICLE]).ok();
    let heads: Vec<&str> = text.lines().filter(|line| line.starts_with("==> ")).collect();
    assert_eq!(heads, [format!("==> {BOARD} <=="), format!("==> {ARTICLE} <==")]);
}

#[test]
fn one_bad_file_of_many_does_not_cost_the_others() {
    for format in ["article", "text", "jsonl", "tsv", "html"] {
        let run = copydesk(&["label", "--format", format, "missing.txt", BOARD, "tests/cli", ARTICLE]);
        assert_eq!(run.code, 66);
        assert_eq!(run.out, copydesk(&["label", "--format", format, BOARD, ARTICLE]).ok());
        assert_eq!(run.err.lines().count(), 2);
        assert!(run.err.lines().all(|line| line.starts_with("copydesk: ")), "{}", run.err);
        assert!(run.err.contains("missing.txt") && run.err.contains("tests/cli is a directory"));
    }
}

#[test]
fn a_byte_order_mark_and_carriage_returns_are_no_words() {
    let folder = Folder::new();
    let file = folder.file("a.txt", "\u{feff}It rained.\r\n\r\nIt snowed.\r\n");
    let sentences = label(&[&file]);
    let texts: Vec<&str> = sentences.iter().map(|s| s["text"].as_str().unwrap()).collect();
    assert_eq!(texts, ["It rained.", "It snowed."]);
    assert_eq!((number(&sentences[0]["start"]), number(&sentences[0]["char_start"])), (3, 1));
}

#[test]
fn a_document_of_white_space_has_no_sentences() {
    assert_eq!(copydesk_reading(&["label"], b" \n\n").ok(), "");
}

#[test]
fn options_without_an_effect_are_refused() {
    let cases: &[&[&str]] = &[
        &["--no-reasons"],
        &["--no-reasons", "--format", "tsv"],
        &["--input-format", "csv"],
        &["--read-as", "html", "--text-column", "text"],
        &["--protect", "weather"],
        &["--calibration", HELD_OUT],
        &["--lose-at-most", "1%", "--calibration-text-column", "text"],
        &["--lose-at-most", "1%", "--calibration-label-column", "label"],
    ];
    for options in cases {
        let run = copydesk(&[&["label", "--model", small_model()], *options, &[BOARD]].concat());
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{options:?}: {}", run.err);
    }
}

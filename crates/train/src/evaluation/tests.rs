use super::*;
use crate::config::TrainConfig;
use crate::corpus::{Format, ReadOptions};
use crate::training::train;

const TRAINING: &str = "doc,text,label
a,it rained in the valley,wet
a,the sun shone on the hill,dry
b,it rained on the hill,wet
b,the sun shone in the valley,dry
c,rain fell,wet
c,sun came,dry
";

const TEST: &str = "doc,desk,text,label
d,north,it rained “a lot”,wet
d,south,the sun shone,wet
e,north,the sun shone on the hill,wet
e,south,the sun shone in the valley,dry
f,,it rained,fog
";

fn corpus(csv: &str, extra: &[&str]) -> Corpus {
    let extra = extra.iter().map(ToString::to_string).collect();
    let options = ReadOptions { extra, ..ReadOptions::default() };
    Corpus::from_reader(csv.as_bytes(), "weather.csv", Format::Csv, &options).unwrap()
}

fn classifier(csv: &str) -> Classifier {
    let config = TrainConfig { folds: 0, ..TrainConfig::default() }.check().unwrap();
    Classifier::new(train(&corpus(csv, &[]), &config, &|_| ()).unwrap().model)
}

#[test]
fn a_report_slices_by_words_marks_and_columns() {
    let corpus = corpus(TEST, &["desk"]);
    let options = EvalOptions { slices: vec!["desk".into()], ..EvalOptions::default() };
    let classifier = classifier(TRAINING);
    let predictions = Predictions::new(&classifier, &corpus, &[], false).unwrap();
    let report = evaluate(&predictions, &options).unwrap();
    let by: Vec<&SliceBy> = report.slicings.iter().map(|slicing| &slicing.by).collect();
    assert_eq!(by, [&SliceBy::Words, &SliceBy::Quoted, &SliceBy::Column("desk".into())]);
    let slices = |at: usize| -> Vec<(&str, u64, u64)> {
        let slices = report.slicings[at].slices.iter();
        slices.map(|slice| (slice.value.as_str(), slice.examples, slice.documents)).collect()
    };
    assert_eq!(slices(0), [("1–10", 5, 3)]);
    assert_eq!(slices(1), [("no quotation mark", 4, 3), ("quotation mark", 1, 1)]);
    assert_eq!(slices(2), [("north", 2, 2), ("south", 2, 2), ("", 1, 1)]);
    let whole = &report.slicings[0].slices[0];
    assert_eq!(whole.accuracy.to_bits(), report.scores.accuracy.to_bits());
    assert_eq!(whole.macro_f1.to_bits(), report.scores.macro_f1.to_bits());
    let right: f64 = report.slicings[2].slices.iter().map(|slice| slice.accuracy * slice.examples as f64).sum();
    assert!((right / 5.0 - report.scores.accuracy).abs() < 1e-12);
}

#[test]
fn the_surest_mistakes_come_first_with_their_place() {
    let corpus = corpus(TEST, &[]);
    let classifier = classifier(TRAINING);
    let predictions = Predictions::new(&classifier, &corpus, &[], false).unwrap();
    let errors = |most| evaluate(&predictions, &EvalOptions { errors: most, ..EvalOptions::default() }).unwrap().errors;
    let all = errors(10);
    let mut lines: Vec<u64> = all.iter().map(|error| error.line).collect();
    assert!(all.is_sorted_by(|a, b| a.confidence >= b.confidence), "{all:?}");
    lines.sort_unstable();
    assert_eq!(lines, [3, 4, 6]);
    let fog = all.iter().find(|error| error.line == 6).unwrap();
    assert_eq!((fog.truth.as_str(), fog.answer.as_str(), fog.truth_probability), ("fog", "wet", 0.0));
    assert_eq!((fog.file.as_str(), fog.document.as_str(), fog.text.as_str()), ("weather.csv", "f", "it rained"));
    assert_eq!(errors(2), all[..2]);
    assert_eq!(errors(0), []);
}

#[test]
fn a_column_that_was_not_read_is_an_error() {
    let corpus = corpus(TEST, &[]);
    let classifier = classifier(TRAINING);
    let predictions = Predictions::new(&classifier, &corpus, &[], false).unwrap();
    let options = EvalOptions { slices: vec!["desk".into()], ..EvalOptions::default() };
    let error = evaluate(&predictions, &options).unwrap_err();
    assert!(matches!(&error, EvalError::NoSuchColumn { column } if column == "desk"), "{error}");
}

#[test]
fn models_with_other_labels_compare_on_the_same_examples() {
    let corpus = corpus(TEST, &[]);
    let (this, other) = (classifier(TRAINING), classifier(&TRAINING.replace(",dry", ",bright")));
    let this = Predictions::new(&this, &corpus, &[], false).unwrap();
    let other = Predictions::new(&other, &corpus, &[], false).unwrap();
    let found = compare(&this, &other, &Bootstrap::default()).unwrap();
    let right: Vec<_> =
        found.right.iter().map(|r| (r.label.as_str(), r.both, r.only_this, r.only_other, r.neither)).collect();
    assert_eq!(right, [("dry", 0, 1, 0, 0), ("wet", 1, 0, 0, 2), ("fog", 0, 0, 0, 1)]);
}

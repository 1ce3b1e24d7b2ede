//! `copydesk data curve`: what a model scores when it has read less.

use std::path::PathBuf;

use clap::Args as ClapArgs;
use copydesk_train::{Corpus, CurvePoint, FilterColumns, Interval, TrainConfig, learning_curve};
use serde::Serialize;

use crate::failure::Failure;
use crate::output::{Output, note};
use crate::progress::StepProgress;
use crate::records::{CorpusArgs, name_files, read_part};
use crate::train::read_config;

/// Draw a learning curve: train on growing parts of labelled texts and measure each model
///
/// Documents are put in random order and doubled from point to point, so that each part holds the one before. Each model
/// is measured on every test file, choosing between the labels that the file has.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  copydesk data curve labelled.csv --test held-out.csv
  copydesk data curve datasets/news-en/train.jsonl --config models/news-en/train.toml \\
    --test datasets/news-en/test.jsonl --points 6")]
pub(crate) struct Args {
    /// Labelled texts to train on: CSV, TSV, JSONL or Parquet, also packed with gzip or zstd; files, directories or quoted
    /// patterns
    #[arg(value_name = "DATA", required = true)]
    data: Vec<PathBuf>,

    /// Labelled texts to measure on, as DATA; may be repeated
    #[arg(long, value_name = "FILE", required = true)]
    test: Vec<PathBuf>,

    #[command(flatten)]
    columns: CorpusArgs,

    /// Options of the training as TOML; folds are left out
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Number of points, each with twice the documents of the one before
    #[arg(long, value_name = "N", default_value_t = 6, value_parser = clap::value_parser!(u32).range(1..=20))]
    points: u32,

    /// Write all numbers as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Curve<'a> {
    tests: Vec<String>,
    points: &'a [CurvePoint],
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let config = TrainConfig { folds: 0, ..read_config(args.config.as_deref())? }
        .check()
        .map_err(|error| Failure::Usage(error.to_string()))?;
    let (options, mut filters) = (args.columns.options(), FilterColumns::default());
    let corpus = read_part(&args.data, &options, &mut filters)?;
    let tests: Vec<Corpus> = args
        .test
        .iter()
        .map(|path| read_part(std::slice::from_ref(path), &options, &mut filters))
        .collect::<Result<_, _>>()?;
    filters.check(&options)?;
    for (path, test) in args.test.iter().zip(&tests) {
        if test.content_hash() == corpus.content_hash() {
            note(&format!(
                "warning: the models are trained on {}: these scores say nothing about other texts",
                path.display()
            ));
        }
    }
    let progress = StepProgress::new(u64::from(args.points));
    progress.begin("training and measuring the first model".to_owned());
    let observe = |point: &CurvePoint| {
        let line = format!("{} documents done", point.documents);
        progress.done(Some(&line));
        progress.begin(line);
    };
    let curve = learning_curve(&corpus, &tests, &config, args.points, &observe)
        .map_err(|error| Failure::BadData(format!("{}: {error}", name_files(&args.data))))?;
    drop(progress);
    let names: Vec<String> = args.test.iter().map(|path| path.display().to_string()).collect();
    let mut output = Output::new();
    if args.json {
        output.json(&Curve { tests: names, points: &curve })?;
    } else {
        output.readable(&table(&names, &curve))?;
    }
    output.finish()
}

/// One row a point, as Markdown.
fn table(names: &[String], curve: &[CurvePoint]) -> String {
    let mut text =
        format!("| documents | examples | {} |\n|---|---|{}\n", names.join(" | "), "---|".repeat(names.len()));
    for point in curve {
        let scores: Vec<String> =
            point.scores.iter().map(|score| format!("{:.3}{}", score.macro_f1, range(score.interval))).collect();
        text += &format!("| {} | {} | {} |\n", point.documents, point.examples, scores.join(" | "));
    }
    text
}

fn range(interval: Option<Interval>) -> String {
    interval.map(|i| format!(" ({:.3} – {:.3})", i.low, i.high)).unwrap_or_default()
}

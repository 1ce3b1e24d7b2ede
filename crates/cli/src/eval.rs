//! `copydesk eval`: measure a model on labelled texts.

use std::path::PathBuf;

use clap::Args as ClapArgs;
use copydesk_train::{Bootstrap, Corpus, EvalError, EvalReport, LabelCount, evaluate};

use crate::failure::Failure;
use crate::model;
use crate::output::Output;
use crate::records::{CorpusArgs, name_files};
use crate::scores;

/// Measure a model on labelled texts
///
/// Precision, recall and F1 by label, macro-F1, accuracy, log loss, Brier score, calibration error and the confusion
/// matrix, with intervals from resampling whole documents.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  copydesk eval news-en labelled.jsonl
  copydesk eval my-model labelled.csv --text-column sentence --label-column class
  copydesk eval news-en two-labels.jsonl --labels reporting,opinion --json

Examples with a label that the model lacks count as wrong and are reported; labels of the model that the data lack \
are reported too. With --labels, examples of other labels are left out and counted.")]
pub(crate) struct Args {
    /// Model file, folder with a model, or name of a built-in model
    #[arg(value_name = "MODEL")]
    model: String,

    /// Labelled texts: CSV, TSV or JSONL
    #[arg(value_name = "DATA", required = true)]
    data: Vec<PathBuf>,

    #[command(flatten)]
    columns: CorpusArgs,

    /// Choose between these labels only and leave out examples of others
    #[arg(long, value_name = "LABEL,LABEL", value_delimiter = ',')]
    labels: Vec<String>,

    /// Resamples of the bootstrap
    #[arg(long, value_name = "N", default_value_t = 2000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    resamples: u32,

    /// Seed of the bootstrap
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,

    /// Write all numbers as JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let classifier = model::load(&args.model, &[])?;
    let corpus = Corpus::read(&args.data, &args.columns.options())?;
    let bootstrap = Bootstrap { resamples: args.resamples, seed: args.seed, ..Bootstrap::default() };
    let report = evaluate(&classifier, &corpus, &args.labels, &bootstrap).map_err(|error| match error {
        EvalError::Restriction(error) => error.into(),
        other => Failure::BadData(format!("{}: {other}", name_files(&args.data))),
    })?;
    let mut output = Output::new();
    if args.json {
        output.json(&report)?;
    } else {
        output.text(&differences(&report))?;
        output.text(&scores::table(&report.scores))?;
    }
    output.finish()
}

/// What is not the same in the model and the data, a line each.
fn differences(report: &EvalReport) -> String {
    let mut lines = String::new();
    if !report.unknown_to_model.is_empty() {
        lines +=
            &format!("the model lacks labels of the data (counted as wrong): {}\n", list(&report.unknown_to_model));
    }
    if !report.absent_from_data.is_empty() {
        lines += &format!("the data lack labels of the model: {}\n", report.absent_from_data.join(", "));
    }
    if !report.left_out.is_empty() {
        lines += &format!("left out, as --labels asks: {}\n", list(&report.left_out));
    }
    lines
}

fn list(counts: &[LabelCount]) -> String {
    let counts: Vec<String> = counts.iter().map(|c| format!("{} ({} examples)", c.label, c.examples)).collect();
    counts.join(", ")
}

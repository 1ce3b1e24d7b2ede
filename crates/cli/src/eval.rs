//! `copydesk eval`: measure a model on labelled texts.

mod comparison;
mod gate;
mod html;
mod slices;

use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;
use copydesk_train::{
    Bootstrap, Comparison, EvalError, EvalOptions, EvalReport, LabelCount, Predictions, ReadOptions, check_place,
    compare, evaluate, labels_scored, write_atomically,
};
use serde::Serialize;

use crate::calibration::was_trained_on;
use crate::failure::Failure;
use crate::input::Source;
use crate::labels::label_name;
use crate::model::{self, MODEL_FILE};
use crate::output::{Output, note};
use crate::percent::resamples;
use crate::progress::StepProgress;
use crate::records::{CorpusArgs, name_files, read_corpus};
use crate::same_file::{place_of, refuse_to_replace};
use crate::scores;
use gate::{Checked, Condition};

/// Measure a model on labelled texts
///
/// Precision, recall and F1 by label, macro-F1, accuracy, log loss, Brier score, calibration error and the confusion
/// matrix, with intervals from resampling whole documents; scores by length, by quotation marks and by any column; the
/// errors that the model was surest of.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  copydesk eval news-en labelled.jsonl
  copydesk eval my-model labelled.csv --text-column sentence --label-column class
  copydesk eval news-en two-labels.jsonl --labels reporting,opinion --json
  copydesk eval news-en labelled.jsonl --slice genre --errors 30 --json=scores.json
  copydesk eval news-en documents.jsonl --context --html report.html
  copydesk eval my-model labelled.jsonl --against news-en
  copydesk eval my-model labelled.jsonl --fail-if 'recall[appeal] < 0.9'

Examples with a label that the model lacks count as wrong and are reported; labels of the model that the data lack \
are reported too. With --labels, examples of other labels are left out and counted.

--against draws documents with replacement, the same ones for both models, and looks at the difference in macro-F1. \
The exit code is 1 if MODEL is significantly worse: if the 95 % interval of MODEL's macro-F1 less OTHER's (percentiles \
of the resampled differences) lies wholly below 0. McNemar's test is shown beside it and decides nothing: it takes \
sentences of one document for independent.

--fail-if takes a metric, one of < <= > >=, and a number. Metrics: accuracy, macro_f1, weighted_f1, log_loss, brier, \
calibration_error; of one label precision[LABEL], recall[LABEL], f1[LABEL], average_precision[LABEL], roc_auc[LABEL]. \
The exit code is 1 if a condition holds, or if its metric is not defined on the data.")]
pub(crate) struct Args {
    /// Name of a built-in model, model file, or folder with a model (a folder that has such a name: `./NAME`)
    #[arg(value_name = "MODEL")]
    model: String,

    /// Labelled texts: CSV, TSV, JSONL or Parquet, also packed with gzip or zstd; files, directories or quoted patterns
    #[arg(value_name = "DATA", required = true)]
    data: Vec<PathBuf>,

    #[command(flatten)]
    columns: CorpusArgs,

    /// Choose between these labels only and leave out examples of others
    #[arg(long, value_name = "LABEL,LABEL", value_delimiter = ',', value_parser = label_name())]
    labels: Vec<String>,

    /// Label each text among those of its document (see --group-column), as `copydesk label` does with its sentences
    #[arg(long)]
    context: bool,

    /// Resamples of the bootstrap, 20 or more
    #[arg(long, value_name = "N", default_value_t = 2000, value_parser = resamples)]
    resamples: u32,

    /// Seed of the bootstrap
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,

    /// Score each value of this column on its own, too; may be repeated
    #[arg(long = "slice", value_name = "COLUMN")]
    slices: Vec<String>,

    /// Errors to show: those that the model was surest of
    #[arg(long, value_name = "N", default_value_t = 10)]
    errors: usize,

    /// Compare with another model on the same texts; exit with 1 if MODEL is significantly worse, as told below
    #[arg(long, value_name = "OTHER")]
    against: Option<String>,

    /// Exit with 1 if this holds, as in `macro_f1 < 0.8` or `recall[appeal] < 0.9`; may be repeated
    #[arg(long, value_name = "CONDITION", value_parser = Condition::parse)]
    fail_if: Vec<Condition>,

    /// Write everything as JSON, with whole texts and curves: instead of the tables, or into a file with `--json=FILE`
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true, default_missing_value = "-")]
    json: Option<PathBuf>,

    /// Write one page with plots of everything into a file, for a browser
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

/// Everything that `eval` finds out, as it stands in the JSON.
#[derive(Debug, Serialize)]
struct Findings {
    /// The model as it was named.
    model: String,
    /// The model that it is compared with.
    against: Option<String>,
    /// Whether texts were labelled among those of their documents.
    in_context: bool,
    #[serde(flatten)]
    report: EvalReport,
    comparison: Option<Comparison>,
    /// The conditions of `--fail-if`.
    checks: Vec<Checked>,
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let json = args.json.as_deref().filter(|file| *file != Path::new("-"));
    for (file, option) in [(json, "--json"), (args.html.as_deref(), "--html")] {
        if let Some(file) = file {
            let models = [Some(&args.model), args.against.as_ref()].into_iter().flatten();
            let models: Vec<PathBuf> =
                models.flat_map(|model| [model.into(), Path::new(model).join(MODEL_FILE)]).collect();
            let data = Source::tables(&args.data);
            let inputs = data.iter().filter_map(Source::file).chain(models.iter().map(PathBuf::as_path));
            refuse_to_replace(inputs, file, option)?;
            check_place(file)?;
        }
    }
    if let (Some(json), Some(html)) = (json, &args.html)
        && place_of(json) == place_of(html)
    {
        let name = html.display();
        return Err(Failure::Usage(format!("--json and --html would both write {name}: give two names")));
    }
    let findings = find_out(args)?;
    if let Some(file) = json {
        let mut json = serde_json::to_vec(&findings).map_err(|error| Failure::CannotCreate(error.to_string()))?;
        json.push(b'\n');
        write_atomically(file, &json)?;
    }
    if let Some(file) = &args.html {
        write_atomically(file, html::page(&findings, &name_files(&args.data)).as_bytes())?;
    }
    match print(args, &findings) {
        // The verdict stands even if nobody reads the tables to their end, as in `copydesk eval … | head`.
        Ok(()) | Err(Failure::ClosedPipe) => verdict(&findings),
        failure => failure,
    }
}

fn print(args: &Args, findings: &Findings) -> Result<(), Failure> {
    let mut output = Output::new();
    if args.json.as_deref() == Some(Path::new("-")) {
        output.json(findings)?;
    } else {
        output.readable(&tables(findings))?;
    }
    output.finish()
}

fn find_out(args: &Args) -> Result<Findings, Failure> {
    let classifier = model::load(&args.model, &[])?;
    let other = args.against.as_deref().map(|model| model::load(model, &[])).transpose()?;
    let options = ReadOptions { extra: args.slices.clone(), ..args.columns.options() };
    let corpus = read_corpus(&args.data, &options)?;
    for (name, classifier) in
        [("the model", Some(&classifier)), (args.against.as_deref().unwrap_or_default(), other.as_ref())]
    {
        if classifier.is_some_and(|classifier| was_trained_on(classifier, &corpus)) {
            note(&format!(
                "warning: {name} was trained on {}: these scores say nothing about other texts",
                name_files(&args.data)
            ));
        }
    }
    let labels = labels_scored(&classifier, &corpus, &args.labels);
    if let Some(unfit) = args.fail_if.iter().find_map(|condition| condition.unfit_for(&labels)) {
        return Err(Failure::Usage(unfit));
    }
    let fail = |error| match error {
        EvalError::Restriction(error) => error.into(),
        EvalError::NoContext => Failure::Usage(format!("{}: {error}", args.model)),
        other => Failure::BadData(format!("{}: {other}", name_files(&args.data))),
    };
    let bootstrap = Bootstrap { resamples: args.resamples, seed: args.seed, ..Bootstrap::default() };
    let options = EvalOptions { bootstrap, slices: args.slices.clone(), errors: args.errors };
    let progress = StepProgress::new(if other.is_some() { 4 } else { 2 });
    let texts = corpus.examples().len();
    progress.begin(format!("classifying {texts} texts"));
    let predictions = Predictions::new(&classifier, &corpus, &args.labels, args.context).map_err(fail)?;
    progress.done(None);
    progress.begin(format!("scoring, with {} resamples", args.resamples));
    let report = evaluate(&predictions, &options).map_err(fail)?;
    progress.done(None);
    let comparison = match &other {
        Some(other) => {
            let in_context = args.context && other.model().context().is_some();
            progress.begin(format!("classifying {texts} texts with the other model"));
            let others = Predictions::new(other, &corpus, &args.labels, in_context).map_err(fail)?;
            progress.done(None);
            progress.begin("comparing".to_owned());
            Some(compare(&predictions, &others, &bootstrap).map_err(fail)?)
        }
        None => None,
    };
    let checks = args.fail_if.iter().map(|condition| condition.check(&report.scores)).collect();
    Ok(Findings {
        model: args.model.clone(),
        against: args.against.clone(),
        in_context: args.context,
        report,
        comparison,
        checks,
    })
}

fn tables(findings: &Findings) -> String {
    let report = &findings.report;
    let mut text = differences(report) + &scores::table(&report.scores);
    for slicing in &report.slicings {
        text += &format!("\n{}", slices::table(slicing));
    }
    if !report.errors.is_empty() {
        text += &format!("\n{}", slices::errors(&report.errors, wrong(report)));
    }
    if let (Some(found), Some(other)) = (&findings.comparison, &findings.against) {
        text += &format!("\n{}", comparison::table(found, other));
    }
    text
}

/// The number of wrong answers.
fn wrong(report: &EvalReport) -> u64 {
    let right: u64 = report.scores.confusion.iter().enumerate().map(|(label, row)| row[label]).sum();
    report.scores.examples - right
}

/// Says what became of the conditions; a failure if one holds or the other model is significantly better.
fn verdict(findings: &Findings) -> Result<(), Failure> {
    for check in &findings.checks {
        note(&check.line());
    }
    let worse = findings.comparison.as_ref().is_some_and(Comparison::is_significantly_worse);
    if worse || findings.checks.iter().any(|check| check.failed) { Err(Failure::Silent(1)) } else { Ok(()) }
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

//! `copydesk share`: the share of each label in a corpus.

mod by;
mod chart;
mod held_out;
mod reading;
mod report;

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};
use copydesk_train::{Bootstrap, FEW_DOCUMENTS, Prevalence, Weighting, check_place, prevalence, write_atomically};

use crate::calibration::CalibrationArgs;
use crate::failure::Failure;
use crate::input::Source;
use crate::input::markup::ReadAs;
use crate::model::ModelArgs;
use crate::output::{Output, note};
use crate::percent::{confidence, resamples};
use crate::same_file::{refuse_endless, refuse_to_replace};
use by::By;
use held_out::known_errors;
use reading::{Reader, TableArgs};
use report::Report;

/// Estimate the share of each label in a corpus, the model's errors taken out
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  copydesk share articles/*.txt
  copydesk share --text-column body --by outlet articles.csv
  copydesk share --text-column body --by date:month --svg months.svg articles.jsonl
  copydesk share --rows-are-sentences --by file --format tsv 2023.jsonl 2024.jsonl
  copydesk share --calibration labelled.jsonl --weight characters articles/*.html

Counting answers counts errors too: of sentences without a single appeal, a model that takes one in a hundred for an \
appeal finds 1 %. How often the model takes which label for which is known from held-out documents, and the share \
given is the one that most likely leads to the answers counted (adjusted classify and count). `counted` is the share \
of the answers as they are. The interval holds the share in documents like these; it rests on resampling the documents of the \
corpus and the held-out ones, whole, and on the fewest and most that one more document could add, so that few documents \
make a wide interval.

The assumption: a sentence of a given label is mistaken for another as often here as in the held-out documents, \
whatever the shares are. Texts of another kind or time break it, and nothing shown here would tell: label some \
documents of the corpus and give them with --calibration.

There is no --min-confidence: leaving out sentences that are hard to tell would leave out more of one label than of \
another and so change the shares.

JSON Lines and TSV fields: by, value (both null or empty for the whole corpus), label, share, low, high, counted, \
documents, sentences.")]
pub(crate) struct Args {
    /// Text, Markdown or HTML files in UTF-8, one document each, or tables (CSV, TSV, JSONL, Parquet) with --text-column or by their ending; `-` or
    /// none for standard input
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,

    /// How to read the files that are no tables [default: by their endings, `.md`, `.markdown`, `.html`, `.htm`,
    /// `.xhtml`; others as text]
    #[arg(long, value_enum)]
    read_as: Option<ReadAs>,

    #[command(flatten)]
    model: ModelArgs,

    /// Also give the shares by the values of this column of the tables; `COLUMN:month` and `COLUMN:year` take these parts
    /// of ISO dates (`2026-01-31`, also with a time; dates and times of Parquet are such), `file` goes by the file
    #[arg(long, value_name = "COLUMN")]
    by: Option<By>,

    /// What the shares are shares of
    #[arg(long, value_enum, default_value_t = Weight::Sentences)]
    weight: Weight,

    /// What to write
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,

    /// Draw the shares with their intervals into this file too
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,

    /// How sure it has to be that an interval holds the share
    #[arg(long, value_name = "P", default_value = "0.95", value_parser = confidence)]
    confidence: f64,

    /// How often to resample for the intervals, 20 times or more
    #[arg(long, value_name = "N", default_value_t = 2000, value_parser = resamples)]
    resamples: u32,

    /// Decides the draws of the resampling
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,

    #[command(flatten, next_help_heading = "Tables")]
    table: TableArgs,

    #[command(flatten, next_help_heading = "Where the error rates come from")]
    calibration: CalibrationArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A table for reading
    Text,
    /// One JSON object with everything
    Json,
    /// One JSON object a line: a value and a label
    Jsonl,
    /// Tab-separated values with a header
    Tsv,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Weight {
    /// Each sentence counts 1
    Sentences,
    /// Each sentence counts its characters
    Characters,
    /// Each document counts 1, its sentences in equal parts
    Documents,
}

impl From<Weight> for Weighting {
    fn from(weight: Weight) -> Self {
        match weight {
            Weight::Sentences => Self::Sentences,
            Weight::Characters => Self::Characters,
            Weight::Documents => Self::Documents,
        }
    }
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let options = Bootstrap { resamples: args.resamples, confidence: args.confidence, seed: args.seed };
    let classifier = args.model.load()?;
    let weighting = args.weight.into();
    let known = known_errors(&args.calibration, &args.model, &classifier, weighting)?;
    let mut reader =
        Reader::new(&classifier, &known.labels, weighting, args.by.as_ref(), &args.table).reading_as(args.read_as);
    let sources = if args.table.asked() { Source::tables(&args.files) } else { Source::all(&args.files) };
    if let Some(file) = &args.svg {
        refuse_to_replace(sources.iter().filter_map(Source::file).chain(args.calibration.files()), file, "--svg")?;
        check_place(file)?;
    }
    refuse_endless(&sources)?;
    for source in sources {
        reader.read(&source)?;
    }
    let (whole, values) = reader.finish()?;
    let (names, tallies): (Vec<String>, Vec<_>) = values.into_iter().unzip();
    let estimate =
        |parts: &[_]| prevalence(&known.held_out, parts, &options).map_err(|error| Failure::Usage(error.to_string()));
    let whole = estimate(&[whole])?.remove(0);
    let values: Vec<(String, Prevalence)> = names.into_iter().zip(estimate(&tallies)?).collect();
    let report = Report {
        labels: &known.labels,
        shares_of: args.weight,
        confidence: args.confidence,
        errors_from: &known.source,
        whole,
        by: args.by.as_ref(),
        values,
    };
    for warning in &known.warnings {
        note(warning);
    }
    warn(&report);
    if let Some(file) = &args.svg {
        write_atomically(file, chart::svg(&report).as_bytes())?;
    }
    let mut output = Output::new();
    report.write(args.format, &mut output)?;
    output.finish()
}

/// Says where an interval tells more of how few documents there are than of the share.
fn warn(report: &Report<'_>) {
    let few: Vec<&str> = report
        .values
        .iter()
        .filter(|(_, part)| part.documents < FEW_DOCUMENTS)
        .map(|(name, _)| name.as_str())
        .collect();
    if report.whole.documents < FEW_DOCUMENTS {
        note(&format!(
            "warning: fewer than {FEW_DOCUMENTS} documents ({}): the intervals are wide",
            report.whole.documents
        ));
    } else if let [first, rest @ ..] = &few[..] {
        let more = if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
        note(&format!(
            "warning: fewer than {FEW_DOCUMENTS} documents for {first:?}{more}: the intervals are wide there"
        ));
    }
}

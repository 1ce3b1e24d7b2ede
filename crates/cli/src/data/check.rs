//! `copydesk data check`: what is wrong with labelled data, or may be.

mod report;

use std::path::PathBuf;

use clap::Args as ClapArgs;
use copydesk_train::{CheckOptions, CorpusReport, check_corpus};

use crate::failure::Failure;
use crate::output::Output;
use crate::progress::TrainProgress;
use crate::records::{CorpusArgs, read_corpus};

/// Check labelled data for copies, contradictions, giveaways and labels that are likely to be wrong
///
/// Looks for copies and near copies within and across files, contradictory labels, documents cut over files, n-grams that
/// give a label away, length and punctuation by label, and labels that are likely to be wrong.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  copydesk data check datasets/news-en/train.jsonl datasets/news-en/test.jsonl
  copydesk data check labelled.csv --text-column sentence --label-column class --top 50
  copydesk data check train.csv test.csv --no-label-errors --fail-if-any > report.txt
  copydesk data check train.csv --json > report.json

Each file counts as a part of its own, such as the training and the test part. Copies are texts that are \
the same but for case, white space and punctuation. Near copies are texts of five words and more whose \
sets of word 3-grams have a Jaccard similarity of at least 0.7. Texts of fewer words, such as a \
button's, are counted as repeats but are no near copies, and no defect if they stand in several files. \
Without a column that names documents each row is one: a row that stands there twice is a copy.")]
pub(crate) struct Args {
    /// Labelled texts: CSV, TSV, JSONL or Parquet, also packed with gzip or zstd; files, directories or quoted patterns
    #[arg(value_name = "DATA", required = true)]
    data: Vec<PathBuf>,

    #[command(flatten)]
    columns: CorpusArgs,

    /// Folds of the cross-validation that looks for wrong labels
    #[arg(long, value_name = "K", default_value_t = 5, value_parser = clap::value_parser!(u32).range(2..))]
    cv: u32,

    /// Write everything as JSON, with no list cut
    #[arg(long, conflicts_with = "top")]
    json: bool,

    /// Lines to show of each list
    #[arg(long, value_name = "N", default_value_t = 20)]
    top: usize,

    /// Do not look for wrong labels, which takes most of the time
    #[arg(long)]
    no_label_errors: bool,

    /// Exit with 1 if a text has several labels, a text of five words or more stands in several documents or files, or a
    /// document in several files
    #[arg(long)]
    fail_if_any: bool,
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let corpus = read_corpus(&args.data, &args.columns.options())?;
    let folds = (!args.no_label_errors).then_some(args.cv);
    let progress = TrainProgress::new(u64::from(folds.unwrap_or(0)));
    let options = CheckOptions { folds, ..CheckOptions::default() };
    let report = check_corpus(&corpus, &options, &|event| progress.show(event));
    progress.finish();
    let mut output = Output::new();
    if args.json {
        output.json(&report)?;
    } else {
        output.readable(&report::text(&report, args.top))?;
    }
    output.finish()?;
    verdict(args.fail_if_any, &report)
}

fn verdict(fail_if_any: bool, report: &CorpusReport) -> Result<(), Failure> {
    if fail_if_any && report.has_defects() { Err(Failure::Silent(1)) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use copydesk_train::{Corpus, Format, ReadOptions};

    use super::*;

    #[test]
    fn defects_fail_where_that_is_asked_for() {
        let report = |csv: &str| {
            let corpus = Corpus::from_reader(csv.as_bytes(), "part.csv", Format::Csv, &ReadOptions::default()).unwrap();
            check_corpus(&corpus, &CheckOptions { folds: None, ..CheckOptions::default() }, &|_| {})
        };
        let contradictory = report("text,label\nShame!,view\nshame,fact\n");
        assert!(matches!(verdict(true, &contradictory), Err(Failure::Silent(1))));
        assert!(verdict(false, &contradictory).is_ok());
        let doubled = report("text,label\nThey met in the old hall.,fact\nThey met in the old hall.,fact\n");
        assert!(matches!(verdict(true, &doubled), Err(Failure::Silent(1))));
        assert!(verdict(true, &report("text,label\nShame!,view\nThey met.,fact\n")).is_ok());
    }
}

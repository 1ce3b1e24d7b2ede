//! `copydesk classify`: whole texts in, one answer a text out.

mod reading;
mod writing;

use std::mem;
use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};
use copydesk_infer::Classifier;

use crate::failure::Failure;
use crate::in_order::{Steps, in_order};
use crate::input::Source;
use crate::model::{ModelArgs, probability};
use crate::output::Output;
use crate::progress::ReadProgress;
use crate::records::InputFormat;
use crate::same_file::refuse_endless;
use reading::{Batch, Reading};
use writing::Writing;

/// Label whole texts: one a line, or a column of CSV, TSV, JSONL or Parquet
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  copydesk classify lines.txt
  copydesk classify --text-column headline --format tsv stories.csv
  copydesk classify --text-column body dumps/ 'more/**/*.jsonl.gz' > labels.jsonl
  unzip -p dump.zip | copydesk classify --text-column body --input-format jsonl -

JSON Lines fields: file, line, text, label, confidence, probabilities (by label). In TSV, tabs, line breaks and \
backslashes of the text are written \\t, \\n, \\r and \\\\.

Lines are answered as they come, in constant memory; one may have up to 4 MiB. Where a line is longer or not UTF-8, the answers \
for those before it stay, and the exit code is 65.")]
pub(crate) struct Args {
    /// Files in UTF-8, directories or quoted patterns as 'news/**/*.txt', also packed with gzip or zstd; `-` or none for
    /// standard input
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,

    #[command(flatten)]
    model: ModelArgs,

    /// Read CSV, TSV, JSONL or Parquet and classify this column; without it each line is a text
    #[arg(long, value_name = "NAME")]
    text_column: Option<String>,

    /// Format of the tables, where the file names do not tell
    #[arg(long, value_enum, value_name = "FORMAT", requires = "text_column")]
    input_format: Option<InputFormat>,

    /// What to write
    #[arg(long, value_enum, default_value_t = Format::Jsonl)]
    format: Format,

    /// Call a text `unsure` if its label is less probable than this
    #[arg(long, value_name = "P", default_value = "0", value_parser = probability)]
    min_confidence: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// One JSON object a line
    Jsonl,
    /// Tab-separated values with a header
    Tsv,
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    // It lives as long as the program: taking all its memory apart would take longer than ending.
    let classifier: &Classifier = Box::leak(Box::new(args.model.load()?));
    let sources = if args.text_column.is_some() { Source::tables(&args.files) } else { Source::all(&args.files) };
    refuse_endless(&sources)?;
    let progress = ReadProgress::new(&sources);
    let mut reading = Reading::new(args, &sources, &progress);
    let writing = Writing::new(args.format, args.min_confidence, classifier.labels());
    let mut output = Output::new();
    let (mut begun, mut failed) = (false, 0);
    let steps = Steps {
        read: |batch: &mut Batch| reading.read(batch),
        bytes: Batch::bytes,
        memory: || classifier.worker(),
        work: |worker: &mut _, batch: &mut _| writing.answer(worker, batch),
        write: |batch: &mut Batch| {
            // The head waits for the first answers: a command that only failed writes nothing.
            if !batch.is_empty() && !mem::replace(&mut begun, true) {
                output.text(&writing.head())?;
            }
            output.bytes(|buffer| buffer.extend_from_slice(&batch.out))?;
            output.flush()?;
            if let Some(failure) = batch.failure.take() {
                // One bad file of many must not cost the others.
                progress.beside(|| failure.report());
                failed = failed.max(failure.exit_code());
            }
            Ok(())
        },
        may_wait: sources.iter().any(Source::may_wait),
    };
    in_order(rayon::current_num_threads(), steps)?;
    output.finish()?;
    if failed == 0 { Ok(()) } else { Err(Failure::Silent(failed)) }
}

//! `copydesk data split`: labelled data in parts to train and to test on.

#[cfg(feature = "parquet")]
mod parquet;
mod parts;
mod report;
mod rows;

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;
use copydesk_train::{Compression, Corpus, CorpusError, Format, check_place, write_together};

use crate::failure::Failure;
use crate::input::{Source, unreadable};
use crate::output::{Output, note};
use crate::percent::share;
use crate::progress::ReadProgress;
use crate::records::{CorpusArgs, told};
use crate::same_file::refuse_to_replace;
use parts::Parts;

/// Split labelled data into a training and a test part, by whole documents
///
/// Documents are dealt so that each part gets its share of the texts and of each label. The rows of a part stand as they
/// were written and in their order; CSV and TSV keep their header, blank lines between rows are left out. The same seed
/// gives the same files.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  copydesk data split labelled.csv --test 20% --out parts
  copydesk data split labelled.jsonl --test 20% --dev 10% --seed 7 --out parts
  copydesk data split labelled.csv --folds 5 --group-column article --out folds
  copydesk data split packed.tsv.gz --test 0.2 --where certain=true --out parts

Writes train.csv, test.csv and, with --dev, dev.csv into DIR; with --folds fold-1.csv and so on. The files have the \
format and the packing of the input, and replace those of their names that are there. A table of labels by part goes to \
stdout. A part without a label, a text in several parts, and a part far from the size asked for, is warned of: documents are never cut.")]
pub(crate) struct Args {
    /// Labelled texts: CSV, TSV, JSONL or Parquet, also packed with gzip or zstd; `-` is standard input
    #[arg(value_name = "DATA")]
    data: PathBuf,

    /// Share of the texts to test on, as 20% or 0.2
    #[arg(long, value_name = "SHARE", value_parser = share, required_unless_present = "folds")]
    test: Option<f64>,

    /// Share of the texts for choosing options, as 10% or 0.1
    #[arg(long, value_name = "SHARE", value_parser = share, conflicts_with = "folds")]
    dev: Option<f64>,

    /// Make K parts of one size for cross-validation instead
    #[arg(long, value_name = "K", conflicts_with = "test", value_parser = clap::value_parser!(u32).range(2..=1000))]
    folds: Option<u32>,

    /// Seed of the shuffling
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,

    /// Folder for the parts; it is made where it is missing
    #[arg(long, value_name = "DIR")]
    out: PathBuf,

    #[command(flatten)]
    columns: CorpusArgs,
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let sizes = parts::sizes(args)?;
    let source = if args.data == Path::new("-") { Source::Stdin } else { Source::File(args.data.clone()) };
    let name = source.name();
    let Some(format) = args.columns.options().format.or_else(|| Format::of_path(&args.data)) else {
        return Err(CorpusError::UnknownExtension { path: name }.into());
    };
    let (compression, mut input) = source.open_packed(&ReadProgress::none())?;
    let ending = ending(format, compression);
    let files: Vec<PathBuf> = sizes.iter().map(|part| args.out.join(format!("{}.{ending}", part.name))).collect();
    for file in &files {
        refuse_to_replace(source.file(), file, "--out")?;
        check_place(file)?;
    }
    let mut bytes = Vec::new();
    input.read_to_end(&mut bytes).map_err(|error| unreadable(&name, &error))?;
    let corpus = told(Corpus::from_reader(&bytes[..], &name, format, &args.columns.options()))?;
    let parts = parts::deal(args, &corpus, sizes).map_err(|reason| Failure::BadData(format!("{name}: {reason}")))?;
    let contents = match format {
        #[cfg(feature = "parquet")]
        Format::Parquet => parquet::contents(&bytes, &name, &corpus, &parts)?,
        _ => rows::contents(&bytes, &name, format, &args.columns.text_column, &corpus, &parts)?,
    };
    let packed: Vec<Vec<u8>> = contents.iter().map(|content| pack(compression, content)).collect();
    let outputs: Vec<(&Path, &[u8])> =
        files.iter().map(PathBuf::as_path).zip(packed.iter().map(Vec::as_slice)).collect();
    write_together(&outputs)?;
    for warning in report::warnings(&corpus, &parts, &left_over(args, &files, &ending)) {
        note(&format!("warning: {warning}"));
    }
    let mut output = Output::new();
    output.readable(&report::table(&corpus, &parts))?;
    output.finish()
}

/// The ending of a file name that tells this format and packing.
fn ending(format: Format, compression: Compression) -> String {
    let format = match format {
        Format::Csv => "csv",
        Format::Tsv => "tsv",
        Format::JsonLines => "jsonl",
        Format::Parquet => "parquet",
    };
    let packing = match compression {
        Compression::Plain => "",
        Compression::Gzip => ".gz",
        Compression::Zstandard => ".zst",
    };
    format!("{format}{packing}")
}

fn pack(compression: Compression, content: &[u8]) -> Vec<u8> {
    let pack = || -> std::io::Result<Vec<u8>> {
        let mut writer = compression.writer(Vec::new())?;
        writer.write_all(content)?;
        writer.finish()
    };
    pack().expect("memory takes every byte")
}

/// Parts in the folder that this split did not write: those of an earlier one, whose texts may stand in the new parts too.
fn left_over(args: &Args, written: &[PathBuf], ending: &str) -> Vec<PathBuf> {
    let next_fold = format!("fold-{}", args.folds.unwrap_or(0) + 1);
    let names = ["train", "dev", "test", &next_fold];
    let files = names.iter().map(|name| args.out.join(format!("{name}.{ending}")));
    files.filter(|file| !written.contains(file) && file.exists()).collect()
}

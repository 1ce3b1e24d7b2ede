//! `copydesk clean`: the input without the sentences of some labels, every other byte untouched.

mod audit;
mod cuts;
mod destination;
#[cfg(feature = "parquet")]
mod parquet;
mod rows;
mod summary;
mod target;
mod text;

use std::path::{Path, PathBuf};

use clap::{Args as ClapArgs, ValueEnum};
use copydesk_infer::Classifier;
#[cfg(not(feature = "parquet"))]
use copydesk_train::CorpusError;
use copydesk_train::Format;

use crate::failure::Failure;
use crate::input::markup::ReadAs;
use crate::input::{Found, Pieces, Source, TABLES, TEXTS};
use crate::label::Quotes;
use crate::label::promise::{PromiseArgs, Rule};
use crate::labels::{label_name, no_such_label};
use crate::model::{ModelArgs, probability};
use crate::output::note;
use crate::progress::ReadProgress;
use crate::records::InputFormat;
use crate::same_file::refuse_endless;
use audit::Audit;
use cuts::Cutter;
use destination::{Destination, destinations};
use summary::Summary;
use target::Target;

/// Cut the sentences of some labels out of texts and tables, and leave every other byte as it is
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  copydesk clean --drop appeal article.txt --audit cuts.jsonl > clean.txt
  copydesk clean --drop appeal,opinion --lose-at-most 1% articles/ --out clean/
  copydesk clean --drop appeal --text-column body dump.jsonl.gz --out clean.jsonl.gz
  copydesk clean --drop appeal --text-column body stories.parquet --out clean.parquet

What is cut is the sentence and nothing else: the blanks and line breaks around it stay, unless --tidy is given. Of tables \
only the named columns change; a row without such a column, or with null in it, stays as it is. CSV, TSV and JSONL keep \
every other byte, and what stays of a text keeps its escapes. Parquet keeps schema, metadata, row groups and the bytes of \
the other columns. What came packed with gzip or zstd is packed so again.

--audit writes an object a cut: file, line and column (tables; for Parquet line is the row's number from 1), index (the \
sentence's in its text, from 0), start, end (bytes in the text: of the file, or of the column's decoded value), text (all \
that was cut, so that it can be put back), label, probability, alone (the label's probability for the sentence without its \
neighbours), reasons (the n-grams that speak most for or against the label, with what each adds to its score when the \
sentence stands alone). The input without the bytes from start to end is the output.

Files appear under their names only when they are whole. Among several inputs one that cannot be used is named and left \
out; the others are cleaned.")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(crate) struct Args {
    /// Files in UTF-8, directories or quoted patterns as 'news/**/*.txt', also packed with gzip or zstd; `-` or none for
    /// standard input. Without --text-column each file is one plain text
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,

    /// Read files as plain text whose names end like Markdown, HTML or a table: marks and tags are then cut with the sentences
    /// that they stand in
    #[arg(long, value_enum, value_name = "text", conflicts_with = "text_column")]
    read_as: Option<PlainText>,

    /// The labels whose sentences are cut
    #[arg(long, value_name = "LABEL,LABEL", value_delimiter = ',', required = true, value_parser = label_name())]
    drop: Vec<String>,

    /// Cut a sentence only if its label is at least so probable
    #[arg(long, value_name = "P", default_value = "0", value_parser = probability)]
    min_confidence: f64,

    /// Also cut the blanks and line breaks that a cut sentence leaves doubled
    #[arg(long)]
    tidy: bool,

    /// Read CSV, TSV, JSONL or Parquet and clean the texts in this column, each row's by itself; may be repeated
    #[arg(long, value_name = "NAME")]
    text_column: Vec<String>,

    /// Format of the tables, where the file names do not tell
    #[arg(long, value_enum, value_name = "FORMAT", requires = "text_column")]
    input_format: Option<InputFormat>,

    /// Leave out a row of which nothing but blanks is left after cutting; not for Parquet
    #[arg(long, requires = "text_column")]
    drop_empty: bool,

    /// Where to write: a file, or for several inputs a directory, in which each keeps its name [default: standard output,
    /// one after the other]
    #[arg(long, value_name = "FILE|DIR")]
    out: Option<PathBuf>,

    /// Replace each file by its cleaned content. A file of which nothing is cut is not touched
    #[arg(long, conflicts_with = "out")]
    in_place: bool,

    /// Write what was cut, and why, to this file as JSON Lines
    #[arg(long, value_name = "FILE")]
    audit: Option<PathBuf>,

    #[command(flatten)]
    model: ModelArgs,

    /// Label each sentence as if it stood alone, also where the model can look at its neighbours
    #[arg(long)]
    no_context: bool,

    /// Split sentences inside quotations, or keep a quotation whole
    #[arg(long, value_enum, default_value_t = Quotes::Split)]
    quotes: Quotes,

    #[command(flatten, next_help_heading = "To lose few sentences of one label")]
    promise: PromiseArgs,
}

/// The one thing that files without columns can be read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum PlainText {
    Text,
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let mut classifier = args.model.load()?;
    if args.no_context {
        classifier = classifier.without_context();
    }
    let dropped = dropped(args, &classifier)?;
    let endings = if args.text_column.is_empty() { TEXTS } else { TABLES };
    let found = Source::found(&args.files, endings);
    refuse_endless(found.iter().map(|found| &found.source))?;
    let destinations = destinations(&found, args.out.as_deref(), args.in_place, args.audit.as_deref())?;
    let in_context = classifier.model().context().is_some() && !args.no_context;
    let cut_off = args.promise.cut_off(&args.model.model, &classifier, &args.model.labels, in_context)?;
    let rule = Rule { min_confidence: args.min_confidence, cut_off };
    let cutter = Cutter { classifier: &classifier, rule, dropped, quotes: args.quotes.into(), tidy: args.tidy };
    let audit = args.audit.as_deref().map(Audit::create).transpose()?;
    let mut columns = args.text_column.clone();
    columns.sort();
    columns.dedup();
    let mut run = Run { args, columns, cutter: &cutter, audit, total: Summary::new(classifier.labels()) };
    let (mut done, mut failed, mut stopped) = (0, 0, None);
    for (found, destination) in found.iter().zip(&destinations) {
        match run.clean(found, destination) {
            Ok(()) => done += 1,
            // One bad input of many must not cost the others; an output that is gone does.
            Err(failure @ (Failure::NoInput(_) | Failure::BadData(_))) if destinations.len() > 1 => {
                failure.report();
                failed = failed.max(failure.exit_code());
            }
            Err(failure) => {
                stopped = Some(failure);
                break;
            }
        }
    }
    let to_files = destinations.iter().all(|destination| *destination != Destination::Stdout);
    if let Some(audit) = run.audit.filter(|_| stopped.is_none() || (to_files && done > 0)) {
        // Also where the run stopped: the files before have lost what it tells of.
        audit.commit()?;
    }
    if let Some(failure) = stopped {
        return Err(failure);
    }
    note(&run.total.text(args.drop_empty));
    if failed == 0 { Ok(()) } else { Err(Failure::Silent(failed)) }
}

/// Refuses what is Markdown or HTML by its name: its sentences begin and end amid its marks and tags, of which some would be cut.
fn refuse_markup(source: &Source) -> Result<(), Failure> {
    if ReadAs::of(None, source) == ReadAs::Text || !source.file().is_some_and(Path::is_file) {
        return Ok(());
    }
    Err(Failure::BadData(format!(
        "{} is Markdown or HTML, whose marks and tags would be cut, too: make text of it first, or give --read-as text to clean it \
         as it is (`copydesk label --format jsonl` tells where its sentences stand)",
        source.name()
    )))
}

/// Which labels are dropped, by class.
fn dropped(args: &Args, classifier: &Classifier) -> Result<Vec<bool>, Failure> {
    let labels = classifier.labels();
    if let Some(unknown) = args.drop.iter().find(|label| !labels.contains(label)) {
        return Err(Failure::Usage(format!("--drop: {}", no_such_label(unknown, labels))));
    }
    let chosen = &args.model.labels;
    if let Some(never) = args.drop.iter().find(|label| !chosen.is_empty() && !chosen.contains(label)) {
        return Err(Failure::Usage(format!(
            "--drop {never}: no sentence gets this label with --labels {}",
            chosen.join(",")
        )));
    }
    if let Some(protected) = args.promise.protected_name().filter(|label| args.drop.iter().any(|drop| drop == label)) {
        return Err(Failure::Usage(format!("the label {protected} cannot be dropped and protected at once")));
    }
    Ok(labels.iter().map(|label| args.drop.contains(label)).collect())
}

/// One run over several inputs.
struct Run<'a> {
    args: &'a Args,
    /// The columns to clean, each once.
    columns: Vec<String>,
    cutter: &'a Cutter<'a>,
    audit: Option<Audit>,
    total: Summary,
}

impl Run<'_> {
    /// Cleans one input. Without success no file is written, and the audit does not tell of it, unless it went to standard
    /// output.
    fn clean(&mut self, found: &Found, destination: &Destination) -> Result<(), Failure> {
        let mut summary = self.total.empty();
        let begun = self.audit.as_ref().map_or(0, Audit::length);
        if let Err(failure) = self.write(&found.source, destination, &mut summary) {
            if let Some(audit) = self.audit.as_mut().filter(|_| *destination != Destination::Stdout) {
                audit.cut_back(begun)?;
            }
            return Err(failure);
        }
        self.total.add(&summary);
        Ok(())
    }

    fn write(&mut self, source: &Source, destination: &Destination, summary: &mut Summary) -> Result<(), Failure> {
        if self.args.text_column.is_empty() && self.args.read_as.is_none() {
            source.refuse_table("give --read-as text to clean it as it is")?;
            refuse_markup(source)?;
        }
        let (compression, input) = source.open_packed(&ReadProgress::none())?;
        let name = source.name();
        let table = !self.args.text_column.is_empty();
        let format = table.then(|| source.table_format(self.args.input_format)).transpose()?;
        if format == Some(Format::Parquet) && self.args.drop_empty {
            return Err(Failure::Usage(format!(
                "{name} is Parquet, of which no rows can be left out: omit --drop-empty"
            )));
        }
        let mut target = Target::create(destination, compression)?;
        // Where it is a file that cannot be written, what was cut out of others before has to be told first.
        let may_wait = source.may_wait() && *destination == Destination::Stdout;
        match format {
            #[cfg(feature = "parquet")]
            Some(Format::Parquet) => parquet::clean(self, source, input, compression, &mut target, summary)?,
            #[cfg(not(feature = "parquet"))]
            Some(Format::Parquet) => return Err(CorpusError::NoParquet { file: name }.into()),
            Some(format) => rows::clean(self, input, &name, format, may_wait, &mut target, summary)?,
            None => {
                text::clean(self, Pieces::new(input, name.clone()), &name, may_wait, &mut target, summary)?;
            }
        }
        if let Some(audit) = &mut self.audit {
            // Told before it is done: what is cut out of a file must not be lost with the audit.
            audit.flush()?;
        }
        if self.args.in_place && summary.cut_bytes() == 0 { Ok(()) } else { target.commit() }
    }
}

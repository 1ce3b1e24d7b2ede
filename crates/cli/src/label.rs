//! `copydesk label`: documents in, labelled sentences out.

mod article;
mod html;
mod jsonl;
mod marking;
pub(crate) mod promise;
mod reading;
mod record;
mod shares;
mod strength;
mod text;
mod tsv;
mod writer;

use std::io::{self, IsTerminal};
use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};
use copydesk_infer::{Classifier, QuotePolicy};

use crate::failure::Failure;
use crate::in_order::{Steps, in_order};
use crate::input::Source;
use crate::input::markup::ReadAs;
use crate::model::{ModelArgs, probability};
use crate::output::Output;
use crate::progress::ReadProgress;
use crate::records::InputFormat;
use crate::same_file::refuse_endless;
use crate::terminal::ColorArgs;
use marking::Marking;
use promise::{PromiseArgs, Rule};
use reading::{Portion, Reading};

/// Split documents into sentences and label each
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  copydesk label article.txt
  copydesk label --format html article.txt > article.html
  copydesk label --format article --color always article.txt | less -R
  copydesk label --format jsonl *.txt > sentences.jsonl
  copydesk label --text-column body --format tsv stories.jsonl.gz > sentences.tsv
  curl -s https://example.org/story.txt | copydesk label --min-confidence 0.8
  copydesk label --lose-at-most 1% --calibration labelled.jsonl article.txt

JSON Lines fields: file, line (of the row, for tables), index, start, end (bytes), char_start, char_end, text, label, confidence, \
probabilities (by label), quoted. The text is text[start..end] of the file, untouched; of Markdown and HTML it is what a \
reader sees there, and start and end are places in the file with its markup. In TSV, tabs, line breaks and \
backslashes of the text are written \\t, \\n, \\r and \\\\.

Documents of text may be of any size: they are read, labelled and written a piece at a time, in constant memory. A sentence is written \
as soon as the text that decides about it is there: some 1.5 KiB behind it, and as many sentences as the model looks at. A \
sentence of more than 64 KiB is cut. Where a document is not UTF-8, what was written before stays, and the exit code is 65. \
Markdown and HTML are read whole, up to 64 MiB.

--lose-at-most finds the greatest cut-off that keeps its promise with the confidence asked for, and says on stderr what it \
rests on; where the data are too few for any, the exit code is 65. The promise is about documents like those that it \
rests on: of other outlets, years or genres more may be lost. The default data are those of the training, scored by \
models that did not meet them and had a little less to learn from; labelled documents of your own kind are better.")]
pub(crate) struct Args {
    /// Text, Markdown or HTML files in UTF-8, one document each, directories or quoted patterns as 'news/**/*.txt', also packed
    /// with gzip or zstd; `-` or none for standard input
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,

    /// How to read the files [default: by their endings, `.md`, `.markdown`, `.html`, `.htm`, `.xhtml`; others as text]
    #[arg(long, value_enum, conflicts_with = "text_column")]
    read_as: Option<ReadAs>,

    #[command(flatten)]
    model: ModelArgs,

    /// Read CSV, TSV, JSONL or Parquet and label the text in this column, each row's as a document
    #[arg(long, value_name = "NAME")]
    text_column: Option<String>,

    /// Format of the tables, where the file names do not tell
    #[arg(long, value_enum, value_name = "FORMAT", requires = "text_column")]
    input_format: Option<InputFormat>,

    /// What to write [default: `article` in a terminal, `text` elsewhere]
    #[arg(long, value_enum)]
    format: Option<Format>,

    #[command(flatten)]
    color: ColorArgs,

    /// Leave out of a page which words decided: it is then written several times faster and less than half as long
    #[arg(long)]
    no_reasons: bool,

    /// Call a sentence `unsure` if its label is less probable than this
    #[arg(long, value_name = "P", default_value = "0", value_parser = probability)]
    min_confidence: f64,

    /// Label each sentence as if it stood alone, also where the model can look at its neighbours
    #[arg(long)]
    no_context: bool,

    /// Split sentences inside quotations, or keep a quotation whole
    #[arg(long, value_enum, default_value_t = Quotes::Split)]
    quotes: Quotes,

    #[command(flatten, next_help_heading = "To lose few sentences of one label")]
    promise: PromiseArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// The text as it runs, wrapped, each sentence in its label's colour, and the share of each label
    Article,
    /// A line a sentence: label, confidence and sentence
    Text,
    /// One JSON object a line
    Jsonl,
    /// Tab-separated values with a header
    Tsv,
    /// One page for a browser, with the words that decided and the share of each label
    Html,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Quotes {
    Split,
    Keep,
}

impl From<Quotes> for QuotePolicy {
    fn from(quotes: Quotes) -> Self {
        match quotes {
            Quotes::Split => Self::Split,
            Quotes::Keep => Self::Keep,
        }
    }
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    if args.no_reasons && args.format != Some(Format::Html) {
        return Err(Failure::Usage("--no-reasons is for pages: add --format html, or leave it out".to_owned()));
    }
    let mut classifier = args.model.load()?;
    if args.no_context {
        classifier = classifier.without_context();
    }
    let in_context = classifier.model().context().is_some() && !args.no_context;
    let cut_off = args.promise.cut_off(&args.model.model, &classifier, &args.model.labels, in_context)?;
    let rule = Rule { min_confidence: args.min_confidence, cut_off };
    label(args, &classifier, rule)
}

fn label<'a>(args: &Args, classifier: &'a Classifier, rule: Rule) -> Result<(), Failure> {
    let rows = args.text_column.is_some();
    let sources = if rows { Source::tables(&args.files) } else { Source::all(&args.files) };
    refuse_endless(&sources)?;
    let progress = ReadProgress::new(&sources);
    let mut reading = Reading::new(args, &sources, &progress);
    let writer = args.writer(classifier, rows || sources.len() > 1);
    let mut marking = Marking { classifier, rule, writer, output: Output::new(), document: None };
    let quotes = args.quotes.into();
    let mut failed = 0;
    let steps = Steps {
        read: |portion: &mut Portion<'a>| Ok(reading.read(portion)),
        bytes: |portion: &Portion<'a>| portion.passage.bytes() + portion.rows.bytes(),
        memory: || classifier.worker(),
        work: |worker: &mut _, portion: &mut Portion<'a>| portion.label(worker, quotes),
        write: |portion: &mut Portion<'a>| {
            marking.write(portion)?;
            if let Some(failure) = portion.failure.take() {
                // One bad file of many must not cost the others.
                progress.beside(|| failure.report());
                failed = failed.max(failure.exit_code());
            }
            Ok(())
        },
        may_wait: sources.iter().any(Source::may_wait),
    };
    in_order(rayon::current_num_threads(), steps)?;
    marking.finish()?;
    if failed == 0 { Ok(()) } else { Err(Failure::Silent(failed)) }
}

impl Args {
    fn format(&self) -> Format {
        self.format.unwrap_or(if io::stdout().is_terminal() { Format::Article } else { Format::Text })
    }
}

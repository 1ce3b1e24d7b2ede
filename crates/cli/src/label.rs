//! `copydesk label`: documents in, labelled sentences out.

mod html;
mod jsonl;
mod marking;
mod promise;
mod record;
mod text;
mod tsv;
mod writer;

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};
use copydesk_infer::QuotePolicy;

use crate::failure::Failure;
use crate::input::Source;
use crate::model::{ModelArgs, probability};
use crate::output::Output;
use marking::Marking;
use promise::{PromiseArgs, Rule};
use writer::writer;

/// Split documents into sentences and label each
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  copydesk label article.txt
  copydesk label --format jsonl *.txt > sentences.jsonl
  curl -s https://example.org/story.txt | copydesk label --min-confidence 0.8
  copydesk label --lose-at-most 1% --calibration labelled.jsonl article.txt

JSON Lines fields: file, index, start, end (bytes), char_start, char_end, text, label, confidence, \
probabilities (by label), quoted. The text is text[start..end] of the file, untouched. In TSV, tabs, line breaks and \
backslashes of the text are written \\t, \\n, \\r and \\\\.

Documents may be of any size: they are read, labelled and written a piece at a time, in constant memory. A sentence is written \
as soon as the text that decides about it is there: some 1.5 KiB behind it, and as many sentences as the model looks at. A \
sentence of more than 64 KiB is cut. Where a document is not UTF-8, what was written before stays, and the exit code is 65.

--lose-at-most finds the greatest cut-off that keeps its promise with the confidence asked for, and says on stderr what it \
rests on; where the data are too few for any, the exit code is 65. The promise is about documents like those that it \
rests on: of other outlets, years or genres more may be lost. The default data are those of the training, scored by \
models that did not meet them and had a little less to learn from; labelled documents of your own kind are better.")]
pub(crate) struct Args {
    /// Text files in UTF-8, one document each; `-` or none for standard input
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,

    #[command(flatten)]
    model: ModelArgs,

    /// What to write
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,

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
    /// Label, confidence and sentence, for reading
    Text,
    /// One JSON object a line
    Jsonl,
    /// Tab-separated values with a header
    Tsv,
    /// One page to look at
    Html,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Quotes {
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
    let mut classifier = args.model.load()?;
    if args.no_context {
        classifier = classifier.without_context();
    }
    let in_context = classifier.model().context().is_some() && !args.no_context;
    let cut_off = args.promise.cut_off(&args.model.model, &classifier, &args.model.labels, in_context)?;
    let rule = Rule { min_confidence: args.min_confidence, cut_off };
    let sources = Source::all(&args.files);
    let mut output = Output::new();
    let mut writer = writer(args.format, &classifier, sources.len() > 1);
    let mut failed = 0;
    for source in &sources {
        let mut marking = Marking { rule, writer: &mut *writer, output: &mut output };
        // One bad file of many must not cost the others.
        if let Some(failure) = marking.read(source, classifier.document(args.quotes.into()))? {
            failure.report();
            failed = failed.max(failure.exit_code());
        }
    }
    writer.finish(&mut output)?;
    output.finish()?;
    if failed == 0 { Ok(()) } else { Err(Failure::Silent(failed)) }
}

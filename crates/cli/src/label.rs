//! `copydesk label`: documents in, labelled sentences out.

mod html;
mod promise;

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};
use copydesk_infer::{Classifier, LabelledSentence, QuotePolicy};
use serde::Serialize;

use crate::failure::Failure;
use crate::input::Source;
use crate::model::{ModelArgs, probability};
use crate::output::{ByLabel, Output, UNSURE, one_line, tsv_field};
use crate::same_file::refuse_endless;
use promise::{PromiseArgs, Rule};

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

/// A document and its labelled sentences.
struct Document<'a> {
    file: String,
    text: String,
    sentences: Vec<LabelledSentence<'a>>,
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    refuse_endless(&args.files)?;
    let mut classifier = args.model.load()?;
    if args.no_context {
        classifier = classifier.without_context();
    }
    let in_context = classifier.model().context().is_some() && !args.no_context;
    let cut_off = args.promise.cut_off(&args.model.model, &classifier, &args.model.labels, in_context)?;
    let rule = Rule { min_confidence: args.min_confidence, cut_off };
    let sources = Source::all(&args.files);
    let mut output = Output::new();
    // The head of the output waits for the first document: a command that only failed writes nothing.
    let mut begun = false;
    let mut failed = 0;
    for source in &sources {
        let text = match source.read_text() {
            Ok(text) => text,
            // One bad file of many must not cost the others.
            Err(failure) if sources.len() > 1 => {
                failure.report();
                failed = failed.max(failure.exit_code());
                continue;
            }
            Err(failure) => return Err(failure),
        };
        let sentences = classifier.label_document_with(&text, args.quotes.into());
        if !begun {
            args.begin(&classifier, &mut output)?;
        }
        let document = Document { file: source.name(), text, sentences };
        if sources.len() > 1 && args.format == Format::Text {
            let gap = if begun { "\n" } else { "" };
            output.line(&format!("{gap}==> {} <==", document.file))?;
        }
        args.write(&document, rule, &mut output)?;
        begun = true;
    }
    if begun && args.format == Format::Html {
        output.text(html::END)?;
    }
    output.finish()?;
    if failed == 0 { Ok(()) } else { Err(Failure::Silent(failed)) }
}

impl Args {
    fn begin(&self, classifier: &Classifier, output: &mut Output) -> Result<(), Failure> {
        match self.format {
            Format::Text | Format::Jsonl => Ok(()),
            Format::Html => output.text(&html::begin(classifier.labels())),
            Format::Tsv => {
                let labels: Vec<String> =
                    classifier.labels().iter().map(|label| format!("p_{}", tsv_field(label))).collect();
                output.line(&format!(
                    "file\tindex\tstart\tend\tchar_start\tchar_end\tlabel\tconfidence\t{}\tquoted\ttext",
                    labels.join("\t")
                ))
            }
        }
    }

    fn write(&self, document: &Document<'_>, rule: Rule, output: &mut Output) -> Result<(), Failure> {
        match self.format {
            Format::Html => output.text(&html::document(document, rule)),
            Format::Text => write_text(document, rule, output),
            Format::Jsonl => records(document, rule).try_for_each(|record| output.json(&record)),
            Format::Tsv => records(document, rule).try_for_each(|record| output.line(&record.tsv())),
        }
    }
}

fn write_text(document: &Document<'_>, rule: Rule, output: &mut Output) -> Result<(), Failure> {
    let labels = document.sentences.first().map_or(&[][..], |s| s.prediction.labels());
    let width = labels.iter().map(|label| label.chars().count()).max().unwrap_or(0).max(UNSURE.len());
    records(document, rule).try_for_each(|record| {
        output.line(&format!("{:width$}  {:.2}  {}", record.label, record.confidence, one_line(record.text)))
    })
}

fn records<'a>(document: &'a Document<'a>, rule: Rule) -> impl Iterator<Item = Record<'a>> {
    document.sentences.iter().enumerate().map(move |(index, sentence)| Record {
        file: &document.file,
        index,
        start: sentence.span.bytes.start,
        end: sentence.span.bytes.end,
        char_start: sentence.span.chars.start,
        char_end: sentence.span.chars.end,
        text: &document.text[sentence.span.bytes.clone()],
        label: rule.label(&sentence.prediction).unwrap_or(UNSURE),
        confidence: sentence.prediction.confidence(),
        probabilities: ByLabel { labels: sentence.prediction.labels(), values: sentence.prediction.probabilities() },
        quoted: sentence.span.quoted,
    })
}

/// One sentence, as JSON Lines and TSV give it.
#[derive(Serialize)]
struct Record<'a> {
    file: &'a str,
    index: usize,
    start: usize,
    end: usize,
    char_start: usize,
    char_end: usize,
    text: &'a str,
    label: &'a str,
    confidence: f64,
    probabilities: ByLabel<'a>,
    quoted: bool,
}

impl Record<'_> {
    fn tsv(&self) -> String {
        let probabilities: Vec<String> = self.probabilities.values.iter().map(f64::to_string).collect();
        format!(
            "{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}",
            tsv_field(self.file),
            self.index,
            self.start,
            self.end,
            self.char_start,
            self.char_end,
            tsv_field(self.label),
            self.confidence,
            probabilities.join("\t"),
            self.quoted,
            tsv_field(self.text)
        )
    }
}

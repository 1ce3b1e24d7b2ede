//! `copydesk classify`: whole texts in, one answer a text out.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};
use copydesk_infer::{ByLabel, Classifier, Prediction, UNSURE};
use serde::Serialize;

use crate::failure::Failure;
use crate::input::{Documents, Pieces, Source};
use crate::model::{ModelArgs, probability};
use crate::output::Output;
use crate::progress::ReadProgress;
use crate::records::InputFormat;
use crate::same_file::refuse_endless;
use crate::tsv::{TsvField, TsvNumbers, tsv_header};

/// Texts of a table are classified in batches of so many: memory stays constant however long the input is.
const BATCH: usize = 4096;
/// The longest line in bytes: a line is one text, and is read whole.
const MAX_LINE: usize = 4 << 20;

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
    let mut sink = Sink { args, classifier, output: Output::new(), begun: false, progress };
    let mut failed = 0;
    for source in &sources {
        let read = match &args.text_column {
            Some(column) => sink.table(source, column),
            None => sink.lines(source),
        };
        match read {
            // One bad file of many must not cost the others; an output that is gone does.
            Err(failure @ (Failure::NoInput(_) | Failure::BadData(_))) if sources.len() > 1 => {
                sink.progress.beside(|| failure.report());
                failed = failed.max(failure.exit_code());
            }
            read => read?,
        }
    }
    sink.output.finish()?;
    if failed == 0 { Ok(()) } else { Err(Failure::Silent(failed)) }
}

struct Sink<'a> {
    args: &'a Args,
    classifier: &'a Classifier,
    output: Output,
    /// Whether the head of the output is written. It waits for the first answers: a command that only failed writes
    /// nothing.
    begun: bool,
    progress: ReadProgress,
}

/// Texts that wait for being classified together, with their line numbers.
#[derive(Default)]
struct Batch {
    texts: Vec<String>,
    lines: Vec<u64>,
}

impl Batch {
    fn push(&mut self, text: String, line: u64) {
        self.texts.push(text);
        self.lines.push(line);
    }
}

impl Sink<'_> {
    fn begin(&mut self) -> Result<(), Failure> {
        if std::mem::replace(&mut self.begun, true) || self.args.format == Format::Jsonl {
            return Ok(());
        }
        self.output.line(&format_args!("file\tline\tlabel\tconfidence\t{}\ttext", tsv_header(self.classifier.labels())))
    }

    /// Classifies each line. The lines of a piece are answered before the next piece is read.
    fn lines(&mut self, source: &Source) -> Result<(), Failure> {
        let name = source.name();
        let mut pieces = Pieces::open(source, &self.progress)?;
        // What has been read of the next line.
        let mut text = String::new();
        let mut done = 0;
        while let Some(piece) = pieces.next()? {
            let known = text.len();
            text.push_str(piece);
            let end = text[known..].rfind('\n').map_or(0, |at| known + at + 1);
            done += self.classify_lines(&name, done, &text[..end])?;
            text.drain(..end);
            // A carriage return is not of the line.
            if text.len() > MAX_LINE + 1 {
                return Err(too_long(&name, done + 1));
            }
        }
        done += self.classify_lines(&name, done, &text)?;
        if done == 0 {
            return Err(source.empty());
        }
        Ok(())
    }

    /// Classifies the lines of `text` after the first `before` lines of a file, and counts them.
    fn classify_lines(&mut self, name: &str, before: u64, text: &str) -> Result<u64, Failure> {
        let text = if before == 0 { text.strip_prefix('\u{feff}').unwrap_or(text) } else { text };
        let mut texts: Vec<&str> =
            text.split_terminator('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)).collect();
        let count = texts.len() as u64;
        let long = texts.iter().position(|line| line.len() > MAX_LINE);
        texts.truncate(long.unwrap_or(texts.len()));
        self.write(name, &texts, |index| before + 1 + index as u64)?;
        self.output.flush()?;
        long.map_or(Ok(count), |long| Err(too_long(name, before + 1 + long as u64)))
    }

    fn table(&mut self, source: &Source, column: &str) -> Result<(), Failure> {
        let name = source.name();
        let mut documents = Documents::open(source, column, self.args.input_format, &self.progress)?;
        let mut batch = Batch::default();
        while let Some((line, text)) = documents.next()? {
            batch.push(text, line);
            if batch.texts.len() == BATCH {
                self.write_batch(&name, &mut batch)?;
            }
        }
        self.write_batch(&name, &mut batch)
    }

    fn write_batch(&mut self, file: &str, batch: &mut Batch) -> Result<(), Failure> {
        self.write(file, &batch.texts, |index| batch.lines[index])?;
        batch.texts.clear();
        batch.lines.clear();
        Ok(())
    }

    /// Classifies texts and writes the answers; `line` is the number of a text's line.
    fn write<T: AsRef<str> + Sync>(
        &mut self,
        file: &str,
        texts: &[T],
        line: impl Fn(usize) -> u64,
    ) -> Result<(), Failure> {
        if texts.is_empty() {
            return Ok(());
        }
        self.begin()?;
        let predictions = self.classifier.classify_batch(texts);
        for (index, (text, prediction)) in texts.iter().zip(&predictions).enumerate() {
            let answer = Answer::new(file, line(index), text.as_ref(), prediction, self.args.min_confidence);
            match self.args.format {
                Format::Jsonl => self.output.json(&answer)?,
                Format::Tsv => answer.write_tsv(&mut self.output)?,
            }
        }
        Ok(())
    }
}

fn too_long(name: &str, line: u64) -> Failure {
    Failure::BadData(format!(
        "{name}:{line}: longer than {} MiB, and each line is one text: put texts on lines of their own, or split a document \
         into sentences with copydesk label",
        MAX_LINE >> 20
    ))
}

/// One text's answer, as JSON Lines and TSV give it.
#[derive(Serialize)]
struct Answer<'a> {
    file: &'a str,
    line: u64,
    text: &'a str,
    label: &'a str,
    confidence: f64,
    probabilities: ByLabel<'a>,
}

impl<'a> Answer<'a> {
    fn new(file: &'a str, line: u64, text: &'a str, prediction: &'a Prediction<'_>, min_confidence: f64) -> Self {
        Self {
            file,
            line,
            text,
            label: prediction.label_if_sure(min_confidence).unwrap_or(UNSURE),
            confidence: prediction.confidence(),
            probabilities: prediction.by_label(),
        }
    }

    fn write_tsv(&self, out: &mut Output) -> Result<(), Failure> {
        out.line(&format_args!(
            "{}\t{}\t{}\t{}\t{}\t{}",
            TsvField(self.file),
            self.line,
            TsvField(self.label),
            TsvNumbers(&[self.confidence]),
            TsvNumbers(self.probabilities.values),
            TsvField(self.text)
        ))
    }
}

//! `copydesk classify`: whole texts in, one answer a text out.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use clap::{Args as ClapArgs, ValueEnum};
use copydesk_infer::{Classifier, Prediction};
use copydesk_train::{CorpusError, Labels, ReadOptions, Record, RecordReader};
use serde::Serialize;

use crate::failure::Failure;
use crate::input::{Source, decode};
use crate::model::{ModelArgs, probability};
use crate::output::{ByLabel, Output, UNSURE, tsv_field};
use crate::records::InputFormat;

/// Texts are classified in batches of so many: memory stays constant however long the input is.
const BATCH: usize = 4096;

/// Label whole texts: one a line, or a column of CSV, TSV or JSONL
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  copydesk classify lines.txt
  copydesk classify --text-column headline --format tsv stories.csv
  zcat dump.jsonl.gz | copydesk classify --text-column body --input-format jsonl -

JSON Lines fields: file, line, text, label, confidence, probabilities (by label). In TSV, tabs, line breaks and \
backslashes of the text are written \\t, \\n, \\r and \\\\.")]
pub(crate) struct Args {
    /// Files in UTF-8; `-` or none for standard input
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,

    #[command(flatten)]
    model: ModelArgs,

    /// Read CSV, TSV or JSONL and classify this column; without it each line is a text
    #[arg(long, value_name = "NAME")]
    text_column: Option<String>,

    /// Format of the tables, where the file names do not tell
    #[arg(long, value_enum, requires = "text_column")]
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
    let mut sink = Sink { args, classifier, output: Output::new(), begun: false };
    for source in Source::all(&args.files) {
        match &args.text_column {
            Some(column) => sink.table(&source, column)?,
            None => sink.lines(&source)?,
        }
    }
    sink.output.finish()
}

struct Sink<'a> {
    args: &'a Args,
    classifier: &'a Classifier,
    output: Output,
    /// Whether the head of the output is written. It waits for the first answers: a command that only failed writes
    /// nothing.
    begun: bool,
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
        let labels: Vec<String> =
            self.classifier.labels().iter().map(|label| format!("p_{}", tsv_field(label))).collect();
        self.output.line(&format!("file\tline\tlabel\tconfidence\t{}\ttext", labels.join("\t")))
    }

    fn lines(&mut self, source: &Source) -> Result<(), Failure> {
        let name = source.name();
        let mut reader = BufReader::with_capacity(1 << 16, source.open()?);
        let mut batch = Batch::default();
        let mut number = 0;
        loop {
            let mut bytes = Vec::new();
            reader
                .read_until(b'\n', &mut bytes)
                .map_err(|error| Failure::NoInput(format!("cannot read on in {name}: {error}")))?;
            if bytes.is_empty() {
                break;
            }
            number += 1;
            let text = decode(bytes, &name, number)?;
            let text = text.strip_suffix('\n').unwrap_or(&text);
            let text = text.strip_suffix('\r').unwrap_or(text);
            let text = if number == 1 { text.strip_prefix('\u{feff}').unwrap_or(text) } else { text };
            batch.push(text.to_owned(), number as u64);
            if batch.texts.len() == BATCH {
                self.write(&name, &mut batch)?;
            }
        }
        if number == 0 {
            return Err(Failure::BadData(format!("{name} is empty: give a file with one text a line")));
        }
        self.write(&name, &mut batch)
    }

    fn table(&mut self, source: &Source, column: &str) -> Result<(), Failure> {
        let name = source.name();
        let options = ReadOptions {
            format: self.args.input_format.map(Into::into),
            text: column.to_owned(),
            ..ReadOptions::default()
        };
        let input = BufReader::with_capacity(1 << 16, source.open()?);
        let format = match source {
            Source::Stdin => options.format,
            Source::File(path) => options.format.or_else(|| copydesk_train::Format::of_path(Path::new(path))),
        };
        let Some(format) = format else {
            return Err(CorpusError::UnknownExtension { path: name }.into());
        };
        let mut reader = RecordReader::new(input, &name, format, &options, Labels::Ignored)?;
        let mut batch = Batch::default();
        let mut record = Record::default();
        let mut rows = 0_u64;
        while reader.read(&mut record)? {
            rows += 1;
            batch.push(std::mem::take(&mut record.text), record.line);
            if batch.texts.len() == BATCH {
                self.write(&name, &mut batch)?;
            }
        }
        if rows == 0 {
            return Err(Failure::BadData(format!("{name} has no rows: give a table with at least one")));
        }
        self.write(&name, &mut batch)
    }

    fn write(&mut self, file: &str, batch: &mut Batch) -> Result<(), Failure> {
        self.begin()?;
        let predictions = self.classifier.classify_batch(&batch.texts);
        for ((text, &line), prediction) in batch.texts.iter().zip(&batch.lines).zip(&predictions) {
            let answer = Answer::new(file, line, text, prediction, self.args.min_confidence);
            match self.args.format {
                Format::Jsonl => self.output.json(&answer)?,
                Format::Tsv => self.output.line(&answer.tsv())?,
            }
        }
        batch.texts.clear();
        batch.lines.clear();
        Ok(())
    }
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
            probabilities: ByLabel { labels: prediction.labels(), values: prediction.probabilities() },
        }
    }

    fn tsv(&self) -> String {
        let probabilities: Vec<String> = self.probabilities.values.iter().map(f64::to_string).collect();
        format!(
            "{}\t{}\t{}\t{}\t{}\t{}",
            tsv_field(self.file),
            self.line,
            tsv_field(self.label),
            self.confidence,
            probabilities.join("\t"),
            tsv_field(self.text)
        )
    }
}

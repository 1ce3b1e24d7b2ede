//! `copydesk data join`: put a stand-off data set and the user's copies of its texts together.

use std::path::{Path, PathBuf};

use copydesk_train::{ErrorKind, LocalCopies, Lookup, Standoff, StandoffError, StandoffSentence, write_atomically};
use serde::Serialize;

use crate::failure::Failure;
use crate::output::note;
use crate::same_file::refuse_to_replace;

/// Rebuild a stand-off data set, labels without texts, from your own copies of the texts
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  copydesk data join datasets/news-web/labels.tsv --out news-web.jsonl \\
    --source allsides=Article-Bias-Prediction --source wceb=web-content-extraction-benchmark
  copydesk data join datasets/news-web/labels.tsv --text texts.jsonl --out news-web.jsonl
  copydesk data join labels.tsv --source news=copies/news --certain --out sure.jsonl

LABELS.tsv has the columns id, doc, start, end, sha256, label, certain; the table of documents \
has doc, source, path, field. A sentence is the characters start to end (Unicode scalar values) \
of a string in the JSON file `path` of the source's folder; `field` leads to the string, as in \
article.body. White space is folded, and the SHA-256 must begin with the 16 digits given. A \
sentence that no source gives is looked up by its id in the files of --text.

Each line of the output has id, doc, text, label, certain and source, in the order of LABELS.tsv. \
Sentences that are missing or changed are left out and counted on stderr; the exit code \
is then 1.")]
pub(crate) struct Args {
    /// Table of labels
    #[arg(value_name = "LABELS.tsv")]
    labels: PathBuf,

    /// Table of documents [default: documents.tsv beside LABELS.tsv]
    #[arg(long, value_name = "FILE")]
    documents: Option<PathBuf>,

    /// Table of corrections to the labels: columns `id`, `label`, `certain`
    #[arg(long, value_name = "FILE")]
    overrides: Option<PathBuf>,

    /// Folder with your copy of a source; may be repeated
    #[arg(long, value_name = "NAME=FOLDER", value_parser = parse_source)]
    source: Vec<(String, PathBuf)>,

    /// CSV, TSV, JSONL or Parquet with texts by sentence: columns `id` and `text`
    #[arg(long, value_name = "FILE", num_args = 1..)]
    text: Vec<PathBuf>,

    /// Where to write the sentences, as JSONL
    #[arg(long, value_name = "OUT.jsonl")]
    out: PathBuf,

    /// Only sentences whose label is certain
    #[arg(long)]
    certain: bool,
}

fn parse_source(argument: &str) -> Result<(String, PathBuf), String> {
    match argument.split_once('=') {
        Some((name, folder)) if !name.is_empty() && !folder.is_empty() => Ok((name.to_owned(), folder.into())),
        _ => Err("give a name and a folder, as in news=copies/news".to_owned()),
    }
}

/// A line of the output.
#[derive(Serialize)]
struct Row<'a> {
    id: &'a str,
    doc: &'a str,
    text: &'a str,
    label: &'a str,
    certain: bool,
    source: &'a str,
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let documents = args.documents.clone().unwrap_or_else(|| args.labels.with_file_name("documents.tsv"));
    let inputs = [&args.labels, &documents].into_iter().chain(&args.overrides).chain(&args.text);
    refuse_to_replace(inputs.map(PathBuf::as_path), &args.out, "--out")?;
    let mut data = Standoff::read(&args.labels, &documents)?;
    if let Some(overrides) = &args.overrides {
        data.correct(overrides)?;
    }
    let mut copies = copies(args, &data)?;
    let mut rows = Vec::new();
    let mut count = Count::default();
    for sentence in data.sentences().iter().filter(|sentence| sentence.certain || !args.certain) {
        let lookup = copies.find(&data, sentence);
        if let Lookup::Rebuilt(text) = &lookup {
            let document = &data.documents()[sentence.document];
            let row = Row {
                id: &sentence.id,
                doc: &document.name,
                text,
                label: &sentence.label,
                certain: sentence.certain,
                source: &document.source,
            };
            serde_json::to_writer(&mut rows, &row).expect("strings and a boolean are JSON");
            rows.push(b'\n');
        }
        count.add(sentence, lookup);
    }
    write_atomically(&args.out, &rows)?;
    note(count.report(&args.out).trim_end());
    if count.is_complete() { Ok(()) } else { Err(Failure::Silent(1)) }
}

/// The copies that the options name, each of which has to be of use for the data.
fn copies(args: &Args, data: &Standoff) -> Result<LocalCopies, Failure> {
    if args.source.is_empty() && args.text.is_empty() {
        return Err(Failure::Usage("there is nothing to take texts from: give --source or --text".to_owned()));
    }
    let mut copies = LocalCopies::default();
    for (name, folder) in &args.source {
        if !data.documents().iter().any(|document| document.source == *name) {
            let mut known: Vec<&str> = data.documents().iter().map(|document| document.source.as_str()).collect();
            known.sort_unstable();
            known.dedup();
            let known = known.join(", ");
            return Err(Failure::Usage(format!("--source {name}: the data have no such source: they have {known}")));
        }
        if !folder.is_dir() {
            return Err(Failure::NoInput(format!("--source {name}: {} is not a folder", folder.display())));
        }
        if !copies.add_folder(name, folder) {
            return Err(Failure::Usage(format!("--source {name} is given twice: give one folder a source")));
        }
    }
    for path in &args.text {
        copies.add_texts(path)?;
    }
    Ok(copies)
}

/// How many sentences are examples in the report; the rest is a number.
const EXAMPLES: usize = 5;

/// What became of the sentences.
#[derive(Default)]
struct Count {
    rebuilt: usize,
    missing: Cases,
    changed: Cases,
}

/// Sentences with one fate, the first few by name.
#[derive(Default)]
struct Cases {
    number: usize,
    examples: Vec<String>,
}

impl Cases {
    fn add(&mut self, example: impl FnOnce() -> String) {
        self.number += 1;
        if self.examples.len() < EXAMPLES {
            self.examples.push(example());
        }
    }

    fn report(&self, what: &str) -> String {
        let mut lines = String::new();
        for example in &self.examples {
            lines += &format!("{what}: {example}\n");
        }
        if self.number > self.examples.len() {
            lines += &format!("{what}: and {} more\n", self.number - self.examples.len());
        }
        lines
    }
}

impl Count {
    fn add(&mut self, sentence: &StandoffSentence, lookup: Lookup) {
        match lookup {
            Lookup::Rebuilt(_) => self.rebuilt += 1,
            Lookup::Missing(reason) => self.missing.add(|| format!("{}: {reason}", sentence.id)),
            Lookup::Changed => self.changed.add(|| sentence.id.clone()),
        }
    }

    fn is_complete(&self) -> bool {
        self.missing.number + self.changed.number == 0
    }

    fn report(&self, out: &Path) -> String {
        let all = self.rebuilt + self.missing.number + self.changed.number;
        format!(
            "{}{}rebuilt {} of {all} sentences, {} missing, {} changed: wrote {}\n",
            self.missing.report("missing"),
            self.changed.report("changed"),
            self.rebuilt,
            self.missing.number,
            self.changed.number,
            out.display()
        )
    }
}

impl From<StandoffError> for Failure {
    fn from(error: StandoffError) -> Self {
        let message = error.to_string();
        match error.kind() {
            ErrorKind::NoInput => Self::NoInput(message),
            ErrorKind::BadData => Self::BadData(message),
        }
    }
}

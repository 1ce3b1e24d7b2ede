//! From files to counts: documents are read, labelled and counted, and forgotten; of a table of sentences all are kept until its
//! end, since those of one document may stand anywhere.

use std::collections::{BTreeMap, HashMap};

use clap::Args as ClapArgs;
use copydesk_infer::Classifier;
use copydesk_train::{CorpusError, FilterColumns, Format, Labels, ReadOptions, Record, RecordReader, Tally, Weighting};
use rayon::prelude::*;

use super::by::{By, Dates};
use crate::failure::Failure;
use crate::input::Source;
use crate::input::markup::{ReadAs, read_article};
use crate::output::note;
use crate::records::{InputFormat, parse_filter};

/// Documents are labelled together when they have so many bytes: enough for all threads, whatever the corpus' size.
const BATCH: usize = 8 << 20;

#[derive(Debug, ClapArgs)]
pub(super) struct TableArgs {
    /// Column with the texts; makes every FILE a table [default: `text`]
    #[arg(long, value_name = "NAME")]
    text_column: Option<String>,

    /// Each row is a sentence, and the rows of one document are labelled as its sentences; without this each row is a
    /// document that is split into sentences
    #[arg(long)]
    rows_are_sentences: bool,

    /// Column that names the document a sentence belongs to [default: `doc` where there is such a column, otherwise each
    /// row is a document]
    #[arg(long, value_name = "NAME", requires = "rows_are_sentences")]
    group_column: Option<String>,

    /// Read only rows whose column has this value, as in `lang=en`; may be repeated. A row that does not have the column
    /// at all is read too, if others have it
    #[arg(long = "where", value_name = "COLUMN=VALUE", value_parser = parse_filter)]
    filters: Vec<(String, String)>,

    /// Format of the tables, where the file names do not tell
    #[arg(long, value_enum, value_name = "FORMAT")]
    input_format: Option<InputFormat>,
}

impl TableArgs {
    /// Whether every file is a table, whatever its name.
    pub fn asked(&self) -> bool {
        self.text_column.is_some() || self.rows_are_sentences
    }

    /// The format of a source that is a table.
    fn format_of(&self, source: &Source) -> Result<Option<Format>, Failure> {
        let by_name = match source {
            Source::Stdin => None,
            // Opening it says why.
            Source::Unusable { .. } => source.open().map(|_| None)?,
            Source::File(path) => Format::of_path(path),
        };
        let format = self.input_format.map(Into::into).or(by_name);
        if format.is_none() && self.asked() {
            return Err(CorpusError::UnknownExtension { path: source.name() }.into());
        }
        Ok(format)
    }

    fn options(&self, by: Option<&By>) -> ReadOptions {
        let defaults = ReadOptions::default();
        let extra = match by {
            Some(By::Column { name, .. }) => vec![name.clone()],
            Some(By::File) | None => Vec::new(),
        };
        ReadOptions {
            text: self.text_column.clone().unwrap_or(defaults.text),
            group: self.group_column.clone(),
            filters: self.filters.clone(),
            extra,
            ..ReadOptions::default()
        }
    }
}

/// A document that waits to be labelled. The text or sentences come with the value that they are grouped by.
enum Pending {
    Text(String, String),
    Sentences(Vec<(String, String)>),
}

/// The answers in a document by value: label and characters of each sentence.
type Answers = Vec<(String, Vec<(usize, usize)>)>;

/// Reads sources and counts answers.
pub(super) struct Reader<'a> {
    classifier: &'a Classifier,
    weighting: Weighting,
    by: Option<&'a By>,
    table: &'a TableArgs,
    read_as: Option<ReadAs>,
    /// The place of each class among the labels that are chosen between.
    places: Vec<usize>,
    labels: usize,
    filters: FilterColumns,
    dates: Dates,
    pending: Vec<Pending>,
    pending_bytes: usize,
    whole: Tally,
    values: BTreeMap<String, Tally>,
}

impl<'a> Reader<'a> {
    pub fn new(
        classifier: &'a Classifier,
        labels: &[String],
        weighting: Weighting,
        by: Option<&'a By>,
        table: &'a TableArgs,
    ) -> Self {
        let place = |label: &String| labels.iter().position(|chosen| chosen == label).unwrap_or_default();
        Self {
            classifier,
            weighting,
            by,
            table,
            read_as: None,
            places: classifier.labels().iter().map(place).collect(),
            labels: labels.len(),
            filters: FilterColumns::default(),
            dates: Dates::default(),
            pending: Vec::new(),
            pending_bytes: 0,
            whole: Tally::new(labels.len(), weighting),
            values: BTreeMap::new(),
        }
    }

    /// Reads texts in this way, whatever their endings.
    pub fn reading_as(self, read_as: Option<ReadAs>) -> Self {
        Self { read_as, ..self }
    }

    /// Reads a source, a text or a table.
    pub fn read(&mut self, source: &Source) -> Result<(), Failure> {
        match self.table.format_of(source)? {
            Some(format) if self.table.rows_are_sentences => self.read_sentences(source, format),
            Some(format) => self.read_documents(source, format),
            None => self.read_text(source),
        }
    }

    fn read_text(&mut self, source: &Source) -> Result<(), Failure> {
        if let Some(by @ By::Column { .. }) = self.by {
            return Err(Failure::Usage(format!(
                "{} is a text and has no column {by}: give a table (--text-column), or --by file",
                source.name()
            )));
        }
        if !self.table.filters.is_empty() {
            return Err(Failure::Usage(format!(
                "{} is a text and has no rows to choose with --where: give a table (--text-column)",
                source.name()
            )));
        }
        let text = read_article(source, self.read_as)?.into_text();
        let value = self.value(source, &[]);
        self.push(Pending::Text(text, value));
        Ok(())
    }

    fn read_documents(&mut self, source: &Source, format: Format) -> Result<(), Failure> {
        self.rows(source, format, |reader, record| {
            let value = reader.value(source, &record.extra);
            reader.push(Pending::Text(std::mem::take(&mut record.text), value));
        })
    }

    fn read_sentences(&mut self, source: &Source, format: Format) -> Result<(), Failure> {
        let mut places: HashMap<String, usize> = HashMap::new();
        let mut documents: Vec<Vec<(String, String)>> = Vec::new();
        self.rows(source, format, |reader, record| {
            let sentence = (std::mem::take(&mut record.text), reader.value(source, &record.extra));
            let place = if record.group.is_empty() {
                documents.len()
            } else {
                *places.entry(std::mem::take(&mut record.group)).or_insert(documents.len())
            };
            if place == documents.len() {
                documents.push(Vec::new());
            }
            documents[place].push(sentence);
        })?;
        for document in documents {
            self.push(Pending::Sentences(document));
        }
        Ok(())
    }

    /// Gives each row of a table to a function.
    fn rows(
        &mut self,
        source: &Source,
        format: Format,
        mut take: impl FnMut(&mut Self, &mut Record),
    ) -> Result<(), Failure> {
        let name = source.name();
        let mut reader =
            RecordReader::new(source.open()?, &name, format, &self.table.options(self.by), Labels::Ignored)?;
        let mut record = Record::default();
        let mut rows = 0_u64;
        while reader.read(&mut record)? {
            rows += 1;
            take(self, &mut record);
        }
        self.filters.add(&reader);
        if rows == 0 {
            return Err(Failure::BadData(format!("{name} has no rows to count: give a table with at least one")));
        }
        Ok(())
    }

    /// The value that a text or row is grouped by.
    fn value(&mut self, source: &Source, extra: &[String]) -> String {
        match self.by {
            None => String::new(),
            Some(By::File) => source.name(),
            Some(By::Column { part, .. }) => {
                let value = extra.first().map_or("", String::as_str);
                self.dates.add(*part, value);
                part.of(value).to_owned()
            }
        }
    }

    fn push(&mut self, document: Pending) {
        self.pending_bytes += match &document {
            Pending::Text(text, _) => text.len(),
            Pending::Sentences(sentences) => sentences.iter().map(|(text, _)| text.len()).sum(),
        };
        self.pending.push(document);
        if self.pending_bytes >= BATCH {
            self.count();
        }
    }

    /// Labels and counts the documents that wait.
    fn count(&mut self) {
        let pending = std::mem::take(&mut self.pending);
        self.pending_bytes = 0;
        let answers: Vec<Answers> = pending.into_par_iter().map(|document| self.answers(document)).collect();
        for document in answers {
            let all: Vec<(usize, usize)> = document.iter().flat_map(|(_, sentences)| sentences).copied().collect();
            self.whole.add(&all);
            if self.by.is_some() {
                for (value, sentences) in document {
                    let tally = self.values.entry(value).or_insert_with(|| Tally::new(self.labels, self.weighting));
                    tally.add(&sentences);
                }
            }
        }
    }

    fn answers(&self, document: Pending) -> Answers {
        match document {
            Pending::Text(text, value) => {
                let labelled = self.classifier.label_document(&text);
                let sentences = labelled.iter().map(|s| (self.places[s.prediction.class()], s.span.chars.len()));
                vec![(value, sentences.collect())]
            }
            Pending::Sentences(sentences) => {
                let texts: Vec<&str> = sentences.iter().map(|(text, _)| text.as_str()).collect();
                let mut answers: BTreeMap<&str, Vec<(usize, usize)>> = BTreeMap::new();
                for ((text, value), prediction) in sentences.iter().zip(self.classifier.classify_document(&texts)) {
                    let answer = (self.places[prediction.class()], text.chars().count());
                    answers.entry(value).or_default().push(answer);
                }
                answers.into_iter().map(|(value, sentences)| (value.to_owned(), sentences)).collect()
            }
        }
    }

    /// The counts of everything, and by value in the order of the values, without those that no sentence has.
    pub fn finish(mut self) -> Result<(Tally, Vec<(String, Tally)>), Failure> {
        self.filters.check(&self.table.options(self.by))?;
        if let Some(warning) = self.by.map(|by| self.dates.judge(by)).transpose()?.flatten() {
            note(&warning);
        }
        self.count();
        if self.whole.documents() == 0 {
            return Err(Failure::BadData("there are no sentences to count: give texts with words in them".to_owned()));
        }
        let values = self.values.into_iter().filter(|(_, tally)| tally.documents() > 0).collect();
        Ok((self.whole, values))
    }
}

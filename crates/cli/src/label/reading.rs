//! The documents of all inputs, a portion at a time.

use std::mem;
use std::sync::Arc;

use copydesk_infer::{DocumentSplitter, LabelledSentence, Passage, QuotePolicy, Worker};
use copydesk_markup::Article;

use super::Args;
use crate::failure::Failure;
use crate::input::markup::{ReadAs, read_article};
use crate::input::{Documents, Pieces, Rows, Source};
use crate::progress::ReadProgress;

/// Of a source that makes nobody wait, pieces are read until there are so many bytes of sentences.
const BYTES: usize = 48 << 10;

/// What is read, labelled and written together.
#[derive(Default)]
pub(super) struct Portion<'a> {
    /// The name of the file.
    pub name: Arc<str>,
    pub content: Content,
    /// Sentences of a document under way.
    pub passage: Passage<'a>,
    /// Rows of a table.
    pub rows: Rows,
    /// Of each row, or of the article, the sentences.
    pub labelled: Vec<Vec<LabelledSentence<'a>>>,
    /// What is wrong with the file behind that.
    pub failure: Option<Failure>,
}

/// What a portion holds.
#[derive(Default)]
pub(super) enum Content {
    /// At most a failure.
    #[default]
    Nothing,
    /// A part of a document, whether it begins and whether it ends with it.
    Part { begins: bool, ends: bool },
    /// Some rows, each a document.
    Rows,
    /// A document of markup, which is to be read.
    Markup(Source, ReadAs),
    /// A document of markup as a whole.
    Article(Article),
}

impl<'a> Portion<'a> {
    fn clear(&mut self) {
        self.content = Content::Nothing;
        self.passage.clear();
        self.rows.clear();
        self.labelled.clear();
        self.failure = None;
    }

    /// Labels the sentences, as far as that does not take those of other portions.
    pub fn label(&mut self, worker: &mut Worker<'a>, quotes: QuotePolicy) {
        if let Content::Markup(source, read_as) = &self.content {
            match read_article(source, Some(*read_as)) {
                Ok(article) => self.content = Content::Article(article),
                Err(failure) => {
                    self.failure = Some(failure);
                    self.content = Content::Nothing;
                }
            }
        }
        match &self.content {
            Content::Part { .. } => worker.score(&mut self.passage),
            Content::Rows => {
                self.labelled.extend(self.rows.iter().map(|(_, text)| worker.label_document(text, quotes)));
            }
            Content::Article(article) => self.labelled.push(worker.label_document(article.text(), quotes)),
            Content::Nothing | Content::Markup(..) => {}
        }
    }
}

/// Reads portion after portion, source after source.
pub(super) struct Reading<'a> {
    args: &'a Args,
    sources: &'a [Source],
    progress: &'a ReadProgress,
    /// The source that is read, of which `sources` has those behind it.
    now: Option<Now>,
}

enum Now {
    Text(Box<Text>),
    /// With its name.
    Rows(Arc<str>, Box<Documents>),
}

/// A document under way.
struct Text {
    source: Source,
    name: Arc<str>,
    pieces: Pieces,
    splitter: DocumentSplitter,
    begun: bool,
    may_wait: bool,
}

impl<'a> Reading<'a> {
    pub fn new(args: &'a Args, sources: &'a [Source], progress: &'a ReadProgress) -> Self {
        Self { args, sources, progress, now: None }
    }

    /// Reads the next portion; `false` behind the last source.
    pub fn read(&mut self, portion: &mut Portion<'_>) -> bool {
        portion.clear();
        let ended = match &mut self.now {
            Some(Now::Text(text)) => text.read(portion),
            Some(Now::Rows(name, documents)) => read_rows(name, documents, portion),
            None => {
                let Some((source, others)) = self.sources.split_first() else { return false };
                self.sources = others;
                return self.open(source, portion);
            }
        };
        if ended {
            self.now = None;
        }
        true
    }

    /// Opens a source and reads its first portion.
    fn open(&mut self, source: &Source, portion: &mut Portion<'_>) -> bool {
        let name: Arc<str> = source.name().into();
        if self.args.text_column.is_none()
            && self.args.read_as.is_none()
            && let Err(failure) = source.refuse_table("give --read-as text to read it as it is")
        {
            portion.name = name;
            portion.failure = Some(failure);
            return true;
        }
        let now = match (&self.args.text_column, ReadAs::of(self.args.read_as, source)) {
            (Some(column), _) => Documents::open(source, column, self.args.input_format, self.progress)
                .map(|documents| Now::Rows(name, Box::new(documents))),
            (None, ReadAs::Text) => Pieces::open(source, self.progress).map(|pieces| {
                Now::Text(Box::new(Text {
                    source: source.clone(),
                    name,
                    pieces,
                    splitter: DocumentSplitter::new(self.args.quotes.into()),
                    begun: false,
                    may_wait: source.may_wait(),
                }))
            }),
            (None, markup) => {
                portion.name = name;
                portion.content = Content::Markup(source.clone(), markup);
                return true;
            }
        };
        match now {
            Ok(now) => {
                self.now = Some(now);
                self.read(portion)
            }
            Err(failure) => {
                portion.failure = Some(failure);
                true
            }
        }
    }
}

impl Text {
    /// Reads the next part of the document; whether it is the last.
    fn read(&mut self, portion: &mut Portion<'_>) -> bool {
        portion.name = Arc::clone(&self.name);
        let mut ends = false;
        loop {
            match self.pieces.next() {
                Ok(Some(piece)) => self.splitter.push(piece, &mut portion.passage),
                Ok(None) => {
                    self.splitter.finish(&mut portion.passage);
                    ends = true;
                }
                Err(failure) => portion.failure = Some(failure),
            }
            let begins = !mem::replace(&mut self.begun, true);
            let begins = begins || matches!(portion.content, Content::Part { begins: true, .. });
            portion.content = Content::Part { begins, ends };
            if begins && ends && portion.passage.bytes() == 0 && self.pieces.is_empty() {
                portion.content = Content::Nothing;
                portion.failure = Some(self.source.empty());
            }
            if ends || portion.failure.is_some() {
                return true;
            }
            if self.may_wait || portion.passage.bytes() >= BYTES {
                return false;
            }
        }
    }
}

/// Reads the next rows; whether the table ends with them.
fn read_rows(name: &Arc<str>, documents: &mut Documents, portion: &mut Portion<'_>) -> bool {
    match portion.rows.fill(documents) {
        Ok(true) => {
            portion.name = Arc::clone(name);
            portion.content = Content::Rows;
            false
        }
        end => {
            portion.failure = end.err();
            true
        }
    }
}

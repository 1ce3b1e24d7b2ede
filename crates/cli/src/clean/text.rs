//! Cleaning a text of any size, piece by piece.

use copydesk_features::is_blank;
use copydesk_infer::{DocumentAnswers, DocumentSplitter, Passage, Worker};

use super::Run;
use super::audit::{self, Audit, Place};
use super::cuts::{Cut, Cutter, Deciding};
use super::summary::Summary;
use super::target::Target;
use crate::failure::Failure;
use crate::in_order::{Steps, in_order};
use crate::input::Pieces;

/// A piece of the text and the sentences that are certain with it.
#[derive(Default)]
struct Piece<'a> {
    text: String,
    passage: Passage<'a>,
    /// Whether the text ends with it.
    ends: bool,
}

pub(super) fn clean<'a>(
    run: &mut Run<'a>,
    mut pieces: Pieces,
    name: &str,
    may_wait: bool,
    target: &mut Target,
    summary: &mut Summary,
) -> Result<(), Failure> {
    let cutter = run.cutter;
    let mut splitter = DocumentSplitter::new(cutter.quotes);
    let mut ended = false;
    let mut cleaner = TextCleaner {
        name,
        cutter,
        answers: DocumentAnswers::new(cutter.classifier),
        deciding: Deciding::new(cutter.tidy),
        waiting: String::new(),
        start: 0,
    };
    let steps = Steps {
        read: |piece: &mut Piece<'a>| {
            if ended {
                return Ok(false);
            }
            piece.text.clear();
            piece.passage.clear();
            if let Some(text) = pieces.next()? {
                piece.text.push_str(text);
                splitter.push(text, &mut piece.passage);
            } else {
                ended = true;
                splitter.finish(&mut piece.passage);
            }
            piece.ends = ended;
            Ok(true)
        },
        bytes: |piece: &Piece<'a>| piece.text.len(),
        memory: || cutter.classifier.worker(),
        work: |worker: &mut Worker<'a>, piece: &mut Piece<'a>| worker.score(&mut piece.passage),
        write: |piece: &mut Piece<'a>| cleaner.push(piece, run.audit.as_mut(), target, summary),
        may_wait,
    };
    in_order(rayon::current_num_threads(), steps)
}

/// A text under way. Memory is that of a piece and of the sentences that wait for their answers.
struct TextCleaner<'a, 'n> {
    name: &'n str,
    cutter: &'a Cutter<'a>,
    answers: DocumentAnswers<'a>,
    deciding: Deciding,
    /// What is not written yet, which begins at byte `start` of the text.
    waiting: String,
    start: usize,
}

impl<'a> TextCleaner<'a, '_> {
    /// Goes on with a piece and writes what is decided.
    fn push(
        &mut self,
        piece: &mut Piece<'a>,
        audit: Option<&mut Audit>,
        target: &mut Target,
        summary: &mut Summary,
    ) -> Result<(), Failure> {
        self.waiting.push_str(&piece.text);
        self.answers.read(&mut piece.passage);
        let mut cuts = Vec::new();
        while let Some(sentence) = self.answers.next_sentence() {
            let verdict = self.cutter.verdict(&sentence.prediction);
            self.deciding.sentence(sentence.gap, sentence.span.bytes, verdict, &mut cuts);
        }
        let end = if piece.ends {
            self.deciding.finish(piece.passage.rest(), &mut cuts);
            summary.count(0, self.deciding.sentences(), &cuts);
            self.start + self.waiting.len()
        } else {
            summary.count(piece.text.len(), 0, &cuts);
            // Blanks that were written before may go beyond it.
            let mut decided = self.deciding.decided_to().max(self.start);
            if !self.cutter.tidy {
                // Blanks stay, and a text may have any number of them.
                let blanks = &self.waiting[decided - self.start..];
                decided += blanks.len() - blanks.trim_start_matches(is_blank).len();
            }
            decided
        };
        self.write(&cuts, end, audit, target)
    }

    /// Writes the text up to byte `end` without the cuts, and tells of these.
    fn write(
        &mut self,
        cuts: &[Cut],
        end: usize,
        audit: Option<&mut Audit>,
        target: &mut Target,
    ) -> Result<(), Failure> {
        let mut kept = 0;
        for cut in cuts {
            target.write(&self.waiting.as_bytes()[kept..cut.bytes.start - self.start])?;
            kept = cut.bytes.end - self.start;
        }
        let end = (end - self.start).max(kept);
        target.write(&self.waiting.as_bytes()[kept..end])?;
        if let Some(audit) = audit {
            let place = Place { file: self.name, line: None, column: None };
            audit.write(&audit::records(self.cutter.classifier, &place, &self.waiting, self.start, cuts))?;
        }
        self.waiting.drain(..end);
        self.start += end;
        Ok(())
    }
}

//! Cleaning a text of any size, piece by piece.

use copydesk_infer::DocumentStream;

use super::Run;
use super::audit::{self, Place};
use super::cuts::{Cut, Deciding};
use super::summary::Summary;
use super::target::Target;
use crate::failure::Failure;

/// A text under way. Memory is that of a piece and of the sentences that wait for their answers.
pub(super) struct TextCleaner<'a> {
    name: &'a str,
    document: DocumentStream<'a>,
    deciding: Deciding,
    /// What is not written yet, which begins at byte `start` of the text.
    waiting: String,
    start: usize,
}

impl<'a> TextCleaner<'a> {
    pub fn new(name: &'a str, document: DocumentStream<'a>, tidy: bool) -> Self {
        Self { name, document, deciding: Deciding::new(tidy), waiting: String::new(), start: 0 }
    }

    /// Goes on with a piece and writes what is decided.
    pub fn push(
        &mut self,
        piece: &str,
        run: &mut Run<'_>,
        target: &mut Target,
        summary: &mut Summary,
    ) -> Result<(), Failure> {
        self.waiting.push_str(piece);
        self.document.push(piece);
        let cuts = self.decide(run);
        let mut decided = self.deciding.decided_to();
        if !run.args.tidy {
            // Blanks stay, and a text may have any number of them.
            let blanks = &self.waiting[decided - self.start..];
            decided += blanks.len() - blanks.trim_start().len();
        }
        summary.count(piece.len(), 0, &cuts);
        self.write(&cuts, decided, run, target)
    }

    /// Ends the text.
    pub fn finish(mut self, run: &mut Run<'_>, target: &mut Target, summary: &mut Summary) -> Result<(), Failure> {
        self.document.finish();
        let mut cuts = self.decide(run);
        self.deciding.finish(self.document.rest(), &mut cuts);
        summary.count(0, self.deciding.sentences(), &cuts);
        self.write(&cuts, self.start + self.waiting.len(), run, target)
    }

    fn decide(&mut self, run: &Run<'_>) -> Vec<Cut> {
        let mut cuts = Vec::new();
        while let Some(sentence) = self.document.next_sentence() {
            let verdict = run.cutter.verdict(&sentence.prediction);
            self.deciding.sentence(sentence.gap, sentence.span.bytes, verdict, &mut cuts);
        }
        cuts
    }

    /// Writes the text up to byte `end` without the cuts, and tells of these.
    fn write(&mut self, cuts: &[Cut], end: usize, run: &mut Run<'_>, target: &mut Target) -> Result<(), Failure> {
        let mut kept = 0;
        for cut in cuts {
            target.write(&self.waiting.as_bytes()[kept..cut.bytes.start - self.start])?;
            kept = cut.bytes.end - self.start;
        }
        let end = (end - self.start).max(kept);
        target.write(&self.waiting.as_bytes()[kept..end])?;
        if let Some(audit) = &mut run.audit {
            let place = Place { file: self.name, line: None, column: None };
            audit.write(&audit::records(run.cutter.classifier, &place, &self.waiting, self.start, cuts))?;
        }
        self.waiting.drain(..end);
        self.start += end;
        Ok(())
    }
}

//! `--format html`: a self-contained page of labelled documents.
//!
//! Each sentence is a `<mark>` with its label and confidence in words behind it, and a panel with its reasons, which the style
//! sheet shows while the sentence is pointed at, focused or tapped. Nothing needs a script. Shares are known at the end,
//! and stand above the text by the style sheet alone.

mod frame;
mod panel;

use copydesk_infer::Explainer;

use super::shares::Shares;
use super::strength::Strength;
use super::writer::{Marked, Writer};
use crate::blank::Blank;
use crate::failure::Failure;
use crate::html::escape;
use crate::output::Output;
use crate::palette::colours;

pub(super) struct Html<'a> {
    labels: &'a [String],
    colours: Vec<usize>,
    /// None where no reasons are wanted.
    explainer: Option<Explainer<'a>>,
    shares: Shares,
    documents: u64,
    /// Sentences so far, of all documents: each has a number of its own on the page.
    sentences: u64,
    blank: Blank,
    in_paragraph: bool,
}

impl<'a> Html<'a> {
    pub fn new(labels: &'a [String], explainer: Option<Explainer<'a>>) -> Self {
        Self {
            labels,
            colours: colours(labels),
            explainer,
            shares: Shares::new(labels),
            documents: 0,
            sentences: 0,
            blank: Blank::default(),
            in_paragraph: false,
        }
    }

    /// What stands between a sentence and the one before: an empty line begins a paragraph.
    fn gap_before_sentence(&mut self) -> String {
        let Blank { breaks, blanks, .. } = self.blank.take();
        let indent = " ".repeat(blanks);
        match std::mem::replace(&mut self.in_paragraph, true) {
            true if breaks < 2 => "\n".repeat(breaks) + &indent,
            true => format!("</p>\n<p>{indent}"),
            false => format!("<p>{indent}"),
        }
    }
}

impl Writer for Html<'_> {
    fn begin_document(&mut self, name: &str, out: &mut Output) -> Result<(), Failure> {
        if self.documents == 0 {
            out.text(&frame::head(self.labels, &self.colours, self.explainer.is_some()))?;
        }
        self.documents += 1;
        let number = self.documents;
        out.text(&format!("<article aria-labelledby=\"d{number}\">\n<h2 id=\"d{number}\">{}</h2>\n", escape(name)))
    }

    fn gap(&mut self, blank: &str, _out: &mut Output) -> Result<(), Failure> {
        self.blank.add(blank);
        Ok(())
    }

    fn sentence(&mut self, sentence: &Marked<'_>, out: &mut Output) -> Result<(), Failure> {
        self.shares.add(sentence);
        self.sentences += 1;
        let number = self.sentences;
        let gap = self.gap_before_sentence();
        let (text, prediction) = (sentence.text, sentence.prediction);
        let explainer = self.explainer.as_mut();
        let reasons = explainer.map(|explainer| explainer.reasons(text, prediction, prediction.class()));
        let text = reasons.as_ref().map_or_else(|| escape(text), |reasons| panel::highlighted(text, reasons));
        let colour = sentence.class().map(|class| self.colours[class]);
        let class = format!(
            "{} {} {}",
            frame::label_class(sentence.class()),
            frame::colour_class(colour),
            match Strength::of(prediction.confidence()) {
                Strength::High => "high",
                Strength::Middle => "middle",
                Strength::Low => "low",
            }
        );
        out.text(&format!(
            "{gap}<mark class=\"{class}\" tabindex=\"0\" aria-describedby=\"s{number}\">{text}<small>{} {:.2}</small></mark>\
             <span class=\"panel\" role=\"tooltip\" id=\"s{number}\">{}</span>",
            escape(sentence.label()),
            prediction.confidence(),
            panel::panel(sentence, reasons.as_ref()),
        ))
    }

    fn end_document(&mut self, out: &mut Output) -> Result<(), Failure> {
        self.blank.take();
        let end = if std::mem::take(&mut self.in_paragraph) { "</p>\n" } else { "" };
        out.text(&format!("{end}</article>\n"))
    }

    fn finish(&mut self, out: &mut Output) -> Result<(), Failure> {
        if self.documents == 0 { Ok(()) } else { out.text(&frame::foot(&self.shares, &self.colours)) }
    }
}

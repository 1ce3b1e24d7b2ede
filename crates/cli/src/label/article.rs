//! `--format article`: the text as it runs, for reading in a terminal.
//!
//! Colours tell labels apart and bold or dim type how sure they are. A tag in front says the same in words where either
//! changes: `[opinion 0.93]`, or `[0.55]` where only the confidence does.

use anstyle::Style;

use super::shares::{Share, Shares, percent};
use super::strength::Strength;
use super::writer::{Marked, Writer};
use crate::failure::Failure;
use crate::output::Output;
use crate::palette::colours;
use crate::terminal::{Flow, Terminal, columns_of, printable};

pub(super) struct Article {
    terminal: Terminal,
    colours: Vec<usize>,
    flow: Flow,
    shares: Shares,
    /// Whether each document is headed by its name.
    named: bool,
    begun: bool,
    /// Label and strength of the sentence before in the document.
    before: Option<(Option<usize>, Strength)>,
}

impl Article {
    pub fn new(labels: &[String], terminal: Terminal, named: bool) -> Self {
        Self {
            terminal,
            colours: colours(labels),
            flow: Flow::new(terminal.columns),
            shares: Shares::new(labels),
            named,
            begun: false,
            before: None,
        }
    }

    fn colour(&self, class: Option<usize>) -> Style {
        self.terminal.colour(class.map(|class| self.colours[class]))
    }

    /// What stands before a sentence, if it differs from the one before.
    fn tag(&self, sentence: &Marked<'_>, now: (Option<usize>, Strength)) -> Option<String> {
        let confidence = sentence.prediction.confidence();
        match self.before {
            Some(before) if before == now => None,
            Some((class, _)) if class == now.0 => Some(format!("[{confidence:.2}]")),
            _ => Some(format!("[{}\u{a0}{confidence:.2}]", sentence.label())),
        }
    }

    fn write(&mut self, out: &mut Output) -> Result<(), Failure> {
        out.text(&self.flow.take())
    }
}

impl Writer for Article {
    fn begin_document(&mut self, name: &str, out: &mut Output) -> Result<(), Failure> {
        if std::mem::replace(&mut self.begun, true) {
            out.line("")?;
        }
        if self.named {
            self.flow.words(&format!("==> {name} <=="), self.terminal.style(Style::new().bold()));
            self.flow.end_line();
        }
        self.before = None;
        self.write(out)
    }

    fn gap(&mut self, blank: &str, _out: &mut Output) -> Result<(), Failure> {
        self.flow.blank(blank);
        Ok(())
    }

    fn sentence(&mut self, sentence: &Marked<'_>, out: &mut Output) -> Result<(), Failure> {
        let class = sentence.class();
        let strength = Strength::of(sentence.prediction.confidence());
        let colour = self.colour(class);
        if let Some(tag) = self.tag(sentence, (class, strength)) {
            self.flow.apart();
            self.flow.words(&tag, colour);
            self.flow.apart();
        }
        let style = match strength {
            Strength::High => colour.bold(),
            Strength::Middle => colour,
            Strength::Low => colour.dimmed(),
        };
        self.flow.words(sentence.text, self.terminal.style(style));
        self.before = Some((class, strength));
        self.shares.add(sentence);
        self.write(out)
    }

    fn end_document(&mut self, out: &mut Output) -> Result<(), Failure> {
        self.flow.end_line();
        self.write(out)
    }

    fn finish(&mut self, out: &mut Output) -> Result<(), Failure> {
        let (sentences, _) = self.shares.total();
        if sentences == 0 {
            return Ok(());
        }
        out.line("")?;
        out.text(&self.table())
    }
}

/// Columns of the figures behind a bar, as [`figures`] writes them.
const FIGURES: usize = 44;
const SHORTEST_BAR: usize = 10;
const LONGEST_BAR: usize = 30;

impl Article {
    /// The share of each label: a bar of its characters, and figures. In a narrow terminal they stand below each other.
    fn table(&self) -> String {
        let total = self.shares.total();
        let labels: Vec<String> = self.shares.entries().map(|entry| printable(&entry.label).into_owned()).collect();
        let width = labels.iter().map(|label| columns_of(label)).max().unwrap_or(0);
        let bar = self.terminal.columns.saturating_sub(width + 2 + FIGURES).min(LONGEST_BAR);
        let wide = bar >= SHORTEST_BAR;
        let mut text = String::new();
        if wide {
            text += &format!("{:1$}{2:>18}{3:>24}\n", "", width + 2 + bar + 2, "sentences", "characters");
        }
        for (label, entry) in labels.iter().zip(self.shares.entries()) {
            let style = self.colour(entry.class);
            let length = if wide { bar } else { self.terminal.columns };
            let blocks = "█".repeat(blocks(entry.characters, total.1, length));
            if wide {
                let (padding, rest) = (width - columns_of(label), length - columns_of(&blocks));
                text +=
                    &format!("{label}{:padding$}  {style}{blocks}{style:#}{:rest$}{}\n", "", "", figures(entry, total));
            } else {
                let mut flow = Flow::new(self.terminal.columns);
                flow.words(&format!("{label}: {}", figures_in_words(entry, total)), Style::new());
                flow.end_line();
                text += &flow.take();
                if !blocks.is_empty() {
                    text += &format!("{style}{blocks}{style:#}\n");
                }
            }
        }
        text
    }
}

/// How many of a bar's blocks are full, rounded; at least one if there is anything at all.
fn blocks(part: u64, whole: u64, length: usize) -> usize {
    let (part, whole) = (u128::from(part), u128::from(whole.max(1)));
    let full = (2 * part * length as u128 + whole) / (2 * whole);
    (full as usize).max(usize::from(part > 0))
}

fn figures(share: &Share, (sentences, characters): (u64, u64)) -> String {
    format!(
        "  {:>10} {:>5.1} %  {:>14} {:>5.1} %",
        share.sentences,
        percent(share.sentences, sentences),
        share.characters,
        percent(share.characters, characters)
    )
}

fn figures_in_words(share: &Share, (sentences, characters): (u64, u64)) -> String {
    format!(
        "{} sentences ({:.1}\u{a0}%), {} characters ({:.1}\u{a0}%)",
        share.sentences,
        percent(share.sentences, sentences),
        share.characters,
        percent(share.characters, characters)
    )
}

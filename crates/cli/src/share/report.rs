//! The shares as a table for people, as JSON and as TSV.

use copydesk_train::{FEW_DOCUMENTS, LabelShare, Prevalence};
use serde::Serialize;

use super::by::By;
use super::{Format, Weight};
use crate::failure::Failure;
use crate::output::{Output, one_line};
use crate::percent::percent;
use crate::tsv::TsvField;

/// All that was found.
pub(super) struct Report<'a> {
    /// The labels in the order of the shares.
    pub labels: &'a [String],
    pub shares_of: Weight,
    pub confidence: f64,
    /// Whose errors were taken out.
    pub errors_from: &'a str,
    pub whole: Prevalence,
    pub by: Option<&'a By>,
    /// The values that documents are grouped by, in order.
    pub values: Vec<(String, Prevalence)>,
}

/// One value and label, as JSON Lines and TSV give it.
#[derive(Serialize)]
struct Row<'a> {
    by: Option<String>,
    value: Option<&'a str>,
    label: &'a str,
    share: f64,
    low: f64,
    high: f64,
    counted: f64,
    documents: u32,
    sentences: u64,
}

/// Everything in one object.
#[derive(Serialize)]
struct Everything<'a> {
    shares_of: &'static str,
    confidence: f64,
    errors_from: &'a str,
    whole: Part<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    values: Vec<Part<'a>>,
}

#[derive(Serialize)]
struct Part<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a str>,
    documents: u32,
    sentences: u64,
    labels: Vec<OfLabel<'a>>,
}

#[derive(Serialize)]
struct OfLabel<'a> {
    label: &'a str,
    share: f64,
    low: f64,
    high: f64,
    counted: f64,
}

impl Weight {
    pub fn name(self) -> &'static str {
        match self {
            Self::Sentences => "sentences",
            Self::Characters => "characters",
            Self::Documents => "documents",
        }
    }
}

/// A value as a reader sees it: empty ones can be seen.
pub(super) fn shown(value: &str) -> String {
    let value = one_line(value);
    if value.is_empty() { "(empty)".to_owned() } else { value }
}

/// A share in per cent with one decimal.
pub(super) fn share(value: f64) -> String {
    format!("{:.1} %", 100.0 * value)
}

impl Report<'_> {
    /// What the shares and intervals are.
    pub fn title(&self) -> String {
        format!("Shares of {}, with {} intervals", self.shares_of.name(), percent(self.confidence))
    }

    pub fn write(&self, format: Format, output: &mut Output) -> Result<(), Failure> {
        match format {
            Format::Text => output.readable(&self.text()),
            Format::Json => output.json(&self.everything()),
            Format::Jsonl => self.rows().try_for_each(|row| output.json(&row)),
            Format::Tsv => {
                output.line("by\tvalue\tlabel\tshare\tlow\thigh\tcounted\tdocuments\tsentences")?;
                self.rows().try_for_each(|row| output.line(&row.tsv()))
            }
        }
    }

    /// The whole and then each value.
    fn parts(&self) -> impl Iterator<Item = (Option<&str>, &Prevalence)> {
        let values = self.values.iter().map(|(value, part)| (Some(value.as_str()), part));
        [(None, &self.whole)].into_iter().chain(values)
    }

    fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.parts().flat_map(move |(value, part)| {
            self.labels.iter().zip(&part.labels).map(move |(label, found)| Row {
                by: value.and(self.by).map(ToString::to_string),
                value,
                label,
                share: found.share,
                low: found.interval.low,
                high: found.interval.high,
                counted: found.naive,
                documents: part.documents,
                sentences: part.sentences,
            })
        })
    }

    fn everything(&self) -> Everything<'_> {
        Everything {
            shares_of: self.shares_of.name(),
            confidence: self.confidence,
            errors_from: self.errors_from,
            whole: self.part(None, &self.whole),
            by: self.by.map(ToString::to_string),
            values: self.parts().skip(1).map(|(value, part)| self.part(value, part)).collect(),
        }
    }

    fn part<'b>(&'b self, value: Option<&'b str>, part: &'b Prevalence) -> Part<'b> {
        let of_label = |(label, found): (&'b String, &'b LabelShare)| OfLabel {
            label,
            share: found.share,
            low: found.interval.low,
            high: found.interval.high,
            counted: found.naive,
        };
        Part {
            value,
            documents: part.documents,
            sentences: part.sentences,
            labels: self.labels.iter().zip(&part.labels).map(of_label).collect(),
        }
    }

    fn text(&self) -> String {
        let by = self.by.map(ToString::to_string).unwrap_or_default();
        let few = |part: &Prevalence| if part.documents < FEW_DOCUMENTS { " *" } else { "" };
        let name = |value: Option<&str>, part| value.map_or_else(|| "all".to_owned(), shown) + few(part);
        let names: Vec<String> = self.parts().map(|(value, part)| name(value, part)).collect();
        let width = names.iter().map(|name| name.chars().count()).max().unwrap_or(0).max(by.chars().count());
        let labels = self.labels.iter().map(|label| label.chars().count()).max().unwrap_or(0).max(5);
        let mut text = format!("{}\nErrors taken out as known from {}\n\n", self.title(), self.errors_from);
        text += &format!(
            "{by:width$}  {:labels$} {:>8}  {:^17} {:>8} {:>10} {:>10}",
            "label", "share", "interval", "counted", "documents", "sentences"
        );
        text.truncate(text.trim_end().len());
        text.push('\n');
        for ((_, part), name) in self.parts().zip(&names) {
            for (at, (label, found)) in self.labels.iter().zip(&part.labels).enumerate() {
                let (name, documents, sentences) = match at {
                    0 => (name.as_str(), part.documents.to_string(), part.sentences.to_string()),
                    _ => ("", String::new(), String::new()),
                };
                let line = format!(
                    "{name:width$}  {label:labels$} {:>8}  {:>7} – {:>7} {:>8} {documents:>10} {sentences:>10}",
                    share(found.share),
                    share(found.interval.low),
                    share(found.interval.high),
                    share(found.naive),
                );
                text += line.trim_end();
                text.push('\n');
            }
        }
        if self.parts().any(|(_, part)| part.documents < FEW_DOCUMENTS) {
            text += &format!(
                "\n* fewer than {FEW_DOCUMENTS} documents: the interval tells how few they are more than what is in them\n"
            );
        }
        text + "\nIt is assumed that the model errs on each label's sentences here as often as there.\n"
    }
}

impl Row<'_> {
    fn tsv(&self) -> String {
        format!(
            "{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}",
            TsvField(self.by.as_deref().unwrap_or_default()),
            TsvField(self.value.unwrap_or_default()),
            TsvField(self.label),
            self.share,
            self.low,
            self.high,
            self.counted,
            self.documents,
            self.sentences
        )
    }
}

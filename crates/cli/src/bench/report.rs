//! The figures as a table and as JSON.

use copydesk_infer::Classifier;
use serde::Serialize;

use super::figures::Figures;
use super::machine::Machine;
use super::stages::{Sample, Unit, checksum};
use super::texts::Texts;
use super::timing::{Timed, Timings};
use crate::terminal::printable;

/// Beyond this spread other programs decide the figures, not this one.
const BUSY: f64 = 0.15;

#[derive(Debug, Serialize)]
pub(super) struct Report<'a> {
    version: &'static str,
    /// Whether this program was built without optimisation.
    debug: bool,
    machine: &'a Machine,
    model: ModelSummary<'a>,
    text: TextSummary<'a>,
    runs: usize,
    stages: Vec<StageFigures<'a>>,
    /// Of the model, in seconds.
    load: Figures,
    /// Whether the spread of any stage is large.
    busy: bool,
}

#[derive(Debug, Serialize)]
struct ModelSummary<'a> {
    name: &'a str,
    ngrams: usize,
    labels: usize,
}

/// What was measured of the text.
#[derive(Debug, Serialize)]
struct TextSummary<'a> {
    source: &'a str,
    documents: usize,
    bytes: usize,
    /// All that was read.
    bytes_read: usize,
    /// What all that is told of sentences is told of.
    unit: Unit,
    sentences: usize,
    labels: Vec<LabelCount<'a>>,
    checksum: String,
}

/// How many sentences have a label when each stands alone.
#[derive(Debug, Serialize)]
struct LabelCount<'a> {
    label: &'a str,
    sentences: usize,
}

#[derive(Debug, Serialize)]
struct StageFigures<'a> {
    name: &'a str,
    threads: usize,
    /// Passes over the text in a run.
    passes: usize,
    /// A pass over the text.
    seconds: Figures,
    /// By the median, as all that follow.
    mb_per_s: f64,
    sentences_per_s: f64,
    ns_per_sentence: f64,
    times_floor: f64,
}

impl<'a> Report<'a> {
    pub fn new(
        machine: &'a Machine,
        model: &'a str,
        classifier: &'a Classifier,
        texts: &'a Texts,
        sample: &'a Sample<'a>,
        timings: &'a Timings,
        load: Figures,
    ) -> Self {
        let predictions = classifier.classify_batch(&sample.texts);
        let mut labels: Vec<_> = classifier.labels().iter().map(|label| LabelCount { label, sentences: 0 }).collect();
        for prediction in &predictions {
            labels[prediction.class()].sentences += 1;
        }
        let sentences = sample.texts.len();
        let stage = |timed: &'a Timed| StageFigures {
            name: &timed.name,
            threads: timed.threads,
            passes: timed.passes,
            seconds: timed.seconds,
            mb_per_s: sample.bytes() as f64 / timed.seconds.median / 1e6,
            sentences_per_s: sentences as f64 / timed.seconds.median,
            ns_per_sentence: timed.seconds.median / sentences as f64 * 1e9,
            times_floor: timed.over_floor,
        };
        Self {
            version: env!("CARGO_PKG_VERSION"),
            debug: cfg!(debug_assertions),
            machine,
            model: ModelSummary {
                name: model,
                ngrams: classifier.model().vectorizer().vocabulary().len(),
                labels: labels.len(),
            },
            text: TextSummary {
                source: &texts.source,
                documents: sample.documents.len(),
                bytes: sample.bytes(),
                bytes_read: texts.bytes(),
                unit: sample.unit,
                sentences,
                labels,
                checksum: format!("{:016x}", checksum(predictions)),
            },
            runs: timings.runs,
            stages: timings.stages.iter().map(stage).collect(),
            load,
            busy: timings.stages.iter().any(|timed| timed.seconds.spread > BUSY),
        }
    }

    pub fn text(&self) -> String {
        let TextSummary { source, documents, bytes, bytes_read, unit, sentences, labels, checksum } = &self.text;
        let mut text = format!("copydesk {} on {}\n", self.version, self.machine.text());
        let model = &self.model;
        text +=
            &format!("model {}: {} n-grams, {} labels\n", printable(model.name), grouped(model.ngrams), model.labels);
        let part = if bytes < bytes_read { format!("the first {} bytes of ", grouped(*bytes)) } else { String::new() };
        text += &format!(
            "text: {part}{}: {} in {}, {:.0} bytes a {}; {} runs\n",
            printable(source),
            counted(*sentences, unit.name()),
            counted(*documents, "document"),
            *bytes as f64 / *sentences as f64,
            unit.name(),
            self.runs
        );
        let counts: Vec<String> =
            labels.iter().map(|count| format!("{} {}", grouped(count.sentences), printable(count.label))).collect();
        text += &format!("labels: {}; checksum {checksum}, the same in every run\n\n", counts.join(", "));
        let name = self.stages.iter().map(|stage| stage.name.len()).max().unwrap_or(0);
        let (rate, time) = (format!("{}s/s", unit.name()), format!("ns a {}", unit.name()));
        text +=
            &format!("{:name$}{:>9}{rate:>13}{time:>15}{:>9}{:>9}{:>9}\n", "", "MB/s", "least", "spread", "x floor");
        for stage in &self.stages {
            text += &format!(
                "{:name$}{:>9.1}{:>13}{:>15}{:>9}{:>9}{:>9.2}\n",
                stage.name,
                stage.mb_per_s,
                grouped(stage.sentences_per_s as usize),
                grouped(stage.ns_per_sentence as usize),
                grouped((stage.seconds.least / *sentences as f64 * 1e9) as usize),
                percent(stage.seconds.spread),
                stage.times_floor
            );
        }
        text += &format!(
            "\nload of the model: {:.1} ms (least {:.1}, spread {})\n",
            self.load.median * 1e3,
            self.load.least * 1e3,
            percent(self.load.spread)
        );
        text
    }

    /// What a reader should know before believing the figures.
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        if self.debug {
            warnings.push("this is a debug build, many times slower than a release build".to_owned());
        }
        if self.busy {
            warnings.push(format!(
                "the machine is busy: figures spread by more than {}. Believe the least ones and the ratios to the floor, or run \
                 again with more --seconds",
                percent(BUSY)
            ));
        }
        warnings
    }
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

fn counted(number: usize, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {what}{plural}", grouped(number))
}

/// A number with a comma before each three digits.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_three() {
        for (number, shown) in [(0, "0"), (999, "999"), (1000, "1,000"), (123_456, "123,456"), (1_234_567, "1,234,567")]
        {
            assert_eq!(grouped(number), shown);
        }
        assert_eq!(
            (counted(1, "document"), counted(2000, "document")),
            ("1 document".into(), "2,000 documents".into())
        );
    }
}

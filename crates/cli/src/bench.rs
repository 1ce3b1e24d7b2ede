//! `copydesk bench`: how fast the user's own text goes on the user's own machine.
#![expect(clippy::cast_sign_loss, reason = "times and counts are not negative")]

mod figures;
mod floor;
mod machine;
mod report;
mod stages;
mod texts;
mod timing;

use std::path::PathBuf;
use std::time::Duration;

use clap::Args as ClapArgs;

use crate::failure::Failure;
use crate::model;
use crate::output::{Output, note};
pub use floor::Floor;
use machine::Machine;
use report::Report;
use stages::{Pools, Sample, Unit, stages};
use texts::Texts;
use timing::{PLANNED, pilot, repeated, time};

/// What is measured first, to find out how much can be measured in the time given.
const PILOT: usize = 64 << 10;

/// Measure how fast texts are split, classified and labelled on this machine
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  copydesk bench
  copydesk bench article.txt 'news/**/*.txt'
  copydesk bench --model my-model --seconds 20 --threads 1 sample.txt
  copydesk bench --lines reviews.txt
  copydesk bench --json sample.txt | jq '.stages[] | {name, times_floor}'

The stages take turns of the same length, in at least 5 runs, so that whatever else the machine does slows all of them. Of each the table has the \
median of the runs, the least, and the spread: from the first quartile to the third, as a share of the median. `x floor` \
is the figure to compare machines and versions by: how many times as long as the floor of the same run. The floor is the \
least that any classifier by single words and pairs must do: cut ASCII words, hash them, and add up a row for each from a \
table as large as the model.

`label` is splitting, classifying and looking at the neighbours; nothing is written to files. Each run must find the \
same as the one before, and all ways to classify the same labels. The checksum is of the labels: the same text, model and \
version give the same one on every machine. Of a text too large for the time given the beginning is measured, and a short one many \
times over: all caches know it then, and a text that is not repeated takes longer.

JSON fields: version, debug, machine, model, text (with how many documents, bytes, sentences and labels were measured, and \
the unit, sentence or line), runs, stages (name, threads, passes over the text in a run, seconds a pass, mb_per_s, sentences_per_s, \
ns_per_sentence, times_floor), load (seconds), busy. With --lines what is told of sentences is told of lines.")]
pub(crate) struct Args {
    /// Files of plain text in UTF-8, directories or quoted patterns as 'news/**/*.txt', also packed with gzip or zstd; `-` for
    /// standard input [default: a built-in article]
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,

    /// Take each line as a text of its own, as `classify` does: nothing is split or labelled in context
    #[arg(long)]
    lines: bool,

    /// Name of a built-in model, model file, or folder with a model (a folder that has such a name: `./NAME`)
    #[arg(long, value_name = "PATH|NAME", default_value = copydesk_infer::DEFAULT_MODEL)]
    model: String,

    /// How long to measure, about; there are at least 5 runs
    #[arg(long, value_name = "S", default_value = "5", value_parser = seconds)]
    seconds: Duration,

    /// Threads to use at most [default: all]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,

    /// Write one JSON object
    #[arg(long)]
    json: bool,
}

/// Parses a time budget.
fn seconds(value: &str) -> Result<Duration, String> {
    match value.parse::<f64>() {
        Ok(seconds) if (0.001..=3600.0).contains(&seconds) => Ok(Duration::from_secs_f64(seconds)),
        _ => Err("give a number of seconds from 0.001 to 3600".to_owned()),
    }
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let machine = Machine::this();
    let texts = if args.files.is_empty() { Texts::builtin() } else { Texts::read(&args.files)? };
    let load = || model::load(&args.model, &[]);
    let classifier = load()?;
    let pools = Pools::new(args.threads)?;
    let floor = Floor::new(classifier.model().vectorizer().vocabulary().len());

    let unit = if args.lines { Unit::Line } else { Unit::Sentence };
    let pilot_sample = Sample::new(texts.beginning(PILOT), unit);
    if pilot_sample.texts.iter().all(|text| text.trim().is_empty()) {
        let (source, unit) = (&texts.source, unit.name());
        return Err(Failure::BadData(format!("{source} has no {unit}: give a file with text in it")));
    }
    let a_walk = pilot(&mut stages(&classifier, &pilot_sample, &floor, &pools))?;
    let slowest = a_walk.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
    // Each stage gets as long as the others: interruptions then cost all of them the same.
    let turn = args.seconds.as_secs_f64() / (PLANNED * a_walk.len()) as f64;
    let beginning = texts.beginning(((turn / slowest * pilot_sample.bytes() as f64) as usize).max(PILOT));
    let sample = Sample::new(beginning, unit);
    let growth = sample.bytes() as f64 / pilot_sample.bytes() as f64;
    let passes: Vec<usize> = a_walk.iter().map(|seconds| ((turn / (seconds * growth)) as usize).max(1)).collect();

    let timings = time(&mut stages(&classifier, &sample, &floor, &pools), &passes, args.seconds)?;
    let loading = repeated(load)?;
    let report = Report::new(&machine, &args.model, &classifier, &texts, &sample, &timings, loading);
    let mut output = Output::new();
    if args.json {
        output.json(&report)?;
    } else {
        output.text(&report.text())?;
    }
    output.finish()?;
    for warning in report.warnings() {
        note(&format!("copydesk: {warning}"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn budgets_are_seconds_within_reason() {
        assert_eq!(seconds("2.5"), Ok(Duration::from_millis(2500)));
        for bad in ["0", "-1", "NaN", "inf", "3601", "5s", ""] {
            assert!(seconds(bad).is_err(), "{bad}");
        }
    }
}

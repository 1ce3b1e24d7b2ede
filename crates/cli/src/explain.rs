//! `copydesk explain`: the words and n-grams that decided.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};
use copydesk_infer::{Classifier, Explanation, LabelExplanation};
use serde::Serialize;

use crate::failure::Failure;
use crate::input::Source;
use crate::model::ModelArgs;
use crate::output::Output;
use crate::width::widest;

/// Show the words and n-grams that decided
///
/// The text is taken whole, not split into sentences. Contributions are TF-IDF value times weight; with the intercept
/// they sum to the label's logit.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  copydesk explain 'We need your help: chip in before midnight!'
  copydesk explain --label reporting 'The mayor said it was a disgrace.'
  echo 'The mayor said it was a disgrace.' | copydesk explain - --format json")]
pub(crate) struct Args {
    /// The text; `-` or none for standard input
    text: Option<String>,

    #[command(flatten)]
    model: ModelArgs,

    /// The label whose logit is taken apart; by default the most probable one
    #[arg(long, value_name = "LABEL")]
    label: Option<String>,

    /// How many n-grams to list; the rest is summed up in one line
    #[arg(long, value_name = "N", default_value_t = 15)]
    top: usize,

    /// What to write; JSON holds all labels and all n-grams
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let classifier = args.model.load()?;
    let text = match args.text.as_deref() {
        Some("-") | None => Source::all(&[PathBuf::from("-")])[0].read_text()?,
        Some(text) => text.to_owned(),
    };
    let explanation = classifier.explain(text.trim());
    let mut output = Output::new();
    match args.format {
        Format::Json => output.json(&Json::new(&explanation))?,
        Format::Text => output.text(&table(choose(args, &classifier, &explanation)?, args.top))?,
    }
    output.finish()
}

fn choose<'a>(
    args: &Args,
    classifier: &Classifier,
    explanation: &'a Explanation,
) -> Result<&'a LabelExplanation, Failure> {
    let Some(name) = &args.label else {
        return Ok(&explanation.labels[explanation.class]);
    };
    explanation.labels.iter().find(|label| label.label == *name).ok_or_else(|| {
        Failure::Usage(format!("the model has no label {name:?}: it has {}", classifier.labels().join(", ")))
    })
}

fn table(label: &LabelExplanation, top: usize) -> String {
    let shown = &label.contributions[..top.min(label.contributions.len())];
    let rest = &label.contributions[shown.len()..];
    let width = widest(shown.iter().map(|c| c.ngram.as_str())).max("(intercept)".len());
    let mut lines = vec![
        format!("{}  probability {:.3}, logit {:+.4}", label.label, label.probability, label.logit),
        format!("{:width$}  {:>10}  {:>8}  {:>8}  block", "n-gram", "adds", "value", "weight"),
        format!("{:width$}  {:>+10.4}", "(intercept)", label.intercept),
    ];
    for c in shown {
        lines.push(format!(
            "{:width$}  {:>+10.4}  {:>8.4}  {:>+8.4}  {}",
            c.ngram, c.contribution, c.value, c.weight, c.block
        ));
    }
    if !rest.is_empty() {
        let sum: f64 = rest.iter().map(|c| c.contribution).sum();
        lines.push(format!("{:width$}  {sum:>+10.4}", format!("({} more)", rest.len())));
    }
    lines.join("\n") + "\n"
}

#[derive(Serialize)]
struct Json<'a> {
    label: &'a str,
    labels: Vec<JsonLabel<'a>>,
}

#[derive(Serialize)]
struct JsonLabel<'a> {
    label: &'a str,
    probability: f64,
    logit: f64,
    intercept: f64,
    contributions: Vec<JsonContribution<'a>>,
}

#[derive(Serialize)]
struct JsonContribution<'a> {
    ngram: &'a str,
    block: &'a str,
    value: f64,
    weight: f64,
    contribution: f64,
}

impl<'a> Json<'a> {
    fn new(explanation: &'a Explanation) -> Self {
        let labels = explanation.labels.iter().map(|label| JsonLabel {
            label: &label.label,
            probability: label.probability,
            logit: label.logit,
            intercept: label.intercept,
            contributions: label
                .contributions
                .iter()
                .map(|c| JsonContribution {
                    ngram: &c.ngram,
                    block: &c.block,
                    value: c.value,
                    weight: c.weight,
                    contribution: c.contribution,
                })
                .collect(),
        });
        Self { label: &explanation.labels[explanation.class].label, labels: labels.collect() }
    }
}

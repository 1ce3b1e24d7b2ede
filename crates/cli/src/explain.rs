//! `copydesk explain`: the words and n-grams that decided.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;

use anstyle::Style;
use clap::{Args as ClapArgs, ValueEnum};
use copydesk_infer::{Classifier, Explanation, LabelExplanation, Reasons};
use serde::Serialize;

use crate::blocks::readable_names;
use crate::decisive::{Decisive, Weight};
use crate::failure::Failure;
use crate::input::Source;
use crate::labels::no_such_label;
use crate::model::ModelArgs;
use crate::output::Output;
use crate::palette::colours;
use crate::terminal::{ColorArgs, Flow, Terminal, printable};
use crate::width::widest;

/// Show the words and n-grams that decided
///
/// The text is taken whole, not split into sentences. Words are highlighted by their part of all n-grams that they are in;
/// without colours `{+so+}` speaks for the label and `[-so-]` against it. Contributions in the table are TF-IDF value times weight; with
/// the intercept they sum to the label's logit.
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

    /// The label whose logit is taken apart, for text [default: the most probable one]
    #[arg(long, value_name = "LABEL")]
    label: Option<String>,

    /// How many n-grams to list, for text; the rest is summed up in one line [default: 15]
    #[arg(long, value_name = "N")]
    top: Option<usize>,

    /// What to write; JSON holds all labels and all n-grams
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,

    #[command(flatten)]
    color: ColorArgs,
}

/// The n-grams listed where --top does not tell.
const TOP: usize = 15;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    if args.format == Format::Json && (args.label.is_some() || args.top.is_some()) {
        let reason = "--format json holds all labels and all n-grams: leave out --label and --top";
        return Err(Failure::Usage(reason.to_owned()));
    }
    let classifier = args.model.load()?.without_context();
    let text = match args.text.as_deref() {
        Some("-") | None => Source::all(&[PathBuf::from("-")])[0].read_text()?,
        Some(text) => text.to_owned(),
    };
    let text = text.trim();
    let explanation = classifier.explain(text);
    let mut output = Output::new();
    match args.format {
        Format::Json => output.json(&Json::new(&explanation))?,
        Format::Text => {
            let class = choose(args, &classifier, &explanation)?;
            let label = &explanation.labels[class];
            let terminal = Terminal::new(&args.color);
            let colour = terminal.colour(Some(colours(classifier.labels())[class]));
            output.line(&format!(
                "{colour}{}{colour:#}  probability {:.3}, logit {:+.4}\n",
                printable(&label.label),
                label.probability,
                label.logit
            ))?;
            let reasons = classifier.explainer().reasons(text, &classifier.classify(text), class);
            output.text(&highlighted(text, &reasons, terminal, colour))?;
            output.text(&table(
                label,
                &readable_names(classifier.model().vectorizer().spec().get()),
                args.top.unwrap_or(TOP),
            ))?;
        }
    }
    output.finish()
}

/// The number of the label asked for.
fn choose(args: &Args, classifier: &Classifier, explanation: &Explanation) -> Result<usize, Failure> {
    let Some(name) = &args.label else {
        return Ok(explanation.class);
    };
    let found = explanation.labels.iter().position(|label| label.label == *name);
    found.ok_or_else(|| Failure::Usage(no_such_label(name, classifier.labels())))
}

/// The text with the words that decided: coloured, and bold or italic, for the label, underlined against it. Without styles
/// they stand in brackets, as `git diff --word-diff` has them.
fn highlighted(text: &str, reasons: &Reasons, terminal: Terminal, colour: Style) -> String {
    let mut flow = Flow::new(terminal.columns);
    let mut end = 0;
    let plain = |flow: &mut Flow, range: Range<usize>| {
        let text = &text[range];
        let words = text.trim();
        let start = text.len() - text.trim_start().len();
        flow.blank(&text[..start]);
        flow.words(words, Style::new());
        flow.blank(&text[start + words.len()..]);
    };
    for (bytes, weight) in Decisive::new(text, reasons).places(reasons) {
        plain(&mut flow, end..bytes.start);
        end = bytes.end;
        let (style, [before, behind]) = match weight {
            Weight::MuchFor => (colour.bold(), ["{+", "+}"]),
            Weight::For => (colour.italic(), ["{+", "+}"]),
            Weight::Against => (Style::new().underline(), ["[-", "-]"]),
        };
        if terminal.coloured() {
            flow.words(&text[bytes], style);
        } else {
            flow.words(&format!("{before}{}{behind}", &text[bytes]), Style::new());
        }
    }
    plain(&mut flow, end..text.len());
    flow.end_line();
    flow.take() + "\n"
}

fn table(label: &LabelExplanation, blocks: &BTreeMap<&str, String>, top: usize) -> String {
    let shown = &label.contributions[..top.min(label.contributions.len())];
    let rest = &label.contributions[shown.len()..];
    let width = widest(shown.iter().map(|c| c.ngram.as_str())).max("(intercept)".len());
    let mut lines = vec![
        format!("{:width$}  {:>10}  {:>8}  {:>8}  kind", "n-gram", "adds", "value", "weight"),
        format!("{:width$}  {:>+10.4}", "(intercept)", label.intercept),
    ];
    for c in shown {
        lines.push(format!(
            "{:width$}  {:>+10.4}  {:>8.4}  {:>+8.4}  {}",
            printable(&c.ngram),
            c.contribution,
            c.value,
            c.weight,
            blocks[c.block.as_str()]
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

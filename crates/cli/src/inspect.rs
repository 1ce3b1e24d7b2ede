//! `copydesk inspect`: everything that is in a model file.

use clap::{Args as ClapArgs, ValueEnum};
use copydesk_features::displayed_ngram;
use copydesk_infer::{Calibration, FORMAT, Model, Provenance};
use serde::Serialize;

use crate::blocks::readable_names;
use crate::failure::Failure;
use crate::model;
use crate::output::Output;
use crate::terminal::printable;

/// Show everything that is in a model file
///
/// Labels, the heaviest n-grams of each, features, calibration and provenance.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  copydesk inspect news-en
  copydesk inspect models/news-en/model.safetensors --top 50
  copydesk inspect news-en --format json | jq .provenance")]
pub(crate) struct Args {
    /// Name of a built-in model, model file, or folder with a model (a folder that has such a name: `./NAME`)
    #[arg(value_name = "MODEL")]
    model: String,

    /// How many of the heaviest n-grams to list for each label
    #[arg(long, value_name = "N", default_value_t = 20)]
    top: usize,

    /// What to write
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

/// What is shown of a model.
#[derive(Serialize)]
struct Summary<'a> {
    format: u32,
    labels: Vec<LabelSummary<'a>>,
    blocks: Vec<BlockSummary<'a>>,
    features: &'a copydesk_features::FeatureSpec,
    calibration: Calibration,
    context: Option<ContextSummary>,
    risk_table: Option<RiskSummary<'a>>,
    confusion_table: Option<ConfusionSummary>,
    provenance: &'a Provenance,
}

#[derive(Serialize)]
struct LabelSummary<'a> {
    label: &'a str,
    intercept: f32,
    heaviest: Vec<Weighted>,
}

#[derive(Serialize)]
struct Weighted {
    ngram: String,
    block: String,
    weight: f32,
    idf: f32,
}

#[derive(Clone, Copy, Serialize)]
struct ContextSummary {
    /// Sentences to either side.
    window: u32,
    temperature: f64,
}

/// The cross-validated scores that `label --lose-at-most` rests on.
#[derive(Serialize)]
struct RiskSummary<'a> {
    in_context: bool,
    labels: Vec<RiskOfLabel<'a>>,
}

#[derive(Serialize)]
struct RiskOfLabel<'a> {
    label: &'a str,
    /// Documents with sentences of the label.
    documents: u64,
    sentences: u64,
    /// Sentences that another label would be given.
    missed: usize,
}

/// The cross-validated errors that `share` rests on.
#[derive(Serialize)]
struct ConfusionSummary {
    in_context: bool,
    documents: usize,
    /// How often each true label (row) was given each label (column).
    counts: Vec<Vec<u64>>,
}

impl ConfusionSummary {
    fn new(model: &Model) -> Option<Self> {
        let table = model.confusion_table()?;
        let mut counts = vec![vec![0; table.labels()]; table.labels()];
        for matrix in table.documents() {
            for (sums, row) in counts.iter_mut().zip(matrix.chunks_exact(table.labels())) {
                for (sum, &count) in sums.iter_mut().zip(row) {
                    *sum += u64::from(count);
                }
            }
        }
        Some(Self { in_context: table.in_context(), documents: table.documents().len(), counts })
    }
}

impl<'a> RiskSummary<'a> {
    fn new(model: &'a Model) -> Option<Self> {
        let table = model.risk_table()?;
        let labels = model.labels().iter().zip(table.labels());
        let labels = labels.map(|(label, risk)| {
            let (documents, sentences) = risk.size();
            RiskOfLabel { label, documents, sentences, missed: risk.probabilities.len() }
        });
        Some(Self { in_context: table.in_context(), labels: labels.collect() })
    }
}

#[derive(Serialize)]
struct BlockSummary<'a> {
    name: &'a str,
    ngrams: usize,
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let classifier = model::load(&args.model, &[])?;
    let summary = Summary::new(classifier.model(), args.top);
    let mut output = Output::new();
    match args.format {
        Format::Json => output.json(&summary)?,
        Format::Text => output.readable(&summary.text()?)?,
    }
    output.finish()
}

impl<'a> Summary<'a> {
    fn new(model: &'a Model, top: usize) -> Self {
        let vectorizer = model.vectorizer();
        let blocks = vectorizer.spec().get().blocks.keys().zip(vectorizer.vocabulary().block_sizes());
        Self {
            format: FORMAT,
            labels: (0..model.labels().len())
                .map(|class| LabelSummary {
                    label: &model.labels()[class],
                    intercept: model.intercept()[class],
                    heaviest: heaviest(model, class, top),
                })
                .collect(),
            blocks: blocks.map(|(name, ngrams)| BlockSummary { name, ngrams: ngrams as usize }).collect(),
            features: vectorizer.spec().get(),
            calibration: model.calibration(),
            context: model.context().map(|c| ContextSummary { window: c.window(), temperature: c.temperature() }),
            risk_table: RiskSummary::new(model),
            confusion_table: ConfusionSummary::new(model),
            provenance: model.provenance(),
        }
    }

    fn text(&self) -> Result<String, Failure> {
        let mut text = format!("model format {}, temperature {}\n", self.format, self.calibration.temperature);
        if let Some(context) = self.context {
            text +=
                &format!("context: {} sentences to either side, temperature {}\n", context.window, context.temperature);
        }
        for risk in self.risk_table.iter().flat_map(|table| &table.labels) {
            text += &format!(
                "cross-validated: {} of {} {} sentences missed, {} documents\n",
                risk.missed, risk.sentences, risk.label, risk.documents
            );
        }
        if let Some(table) = &self.confusion_table {
            text += &format!("errors kept by document: {} documents\n", table.documents);
        }
        let names = readable_names(self.features);
        for block in &self.blocks {
            text += &format!("{}: {} n-grams\n", names[block.name], block.ngrams);
        }
        let kinds = names.values().map(String::len).max().unwrap_or(0);
        for label in &self.labels {
            text += &format!("\n{} (intercept {:+.4}), heaviest n-grams:\n", printable(label.label), label.intercept);
            for w in &label.heaviest {
                let kind = &names[w.block.as_str()];
                text += &format!("  {:+.4}  idf {:>5.2}  {kind:kinds$}  {}\n", w.weight, w.idf, printable(&w.ngram));
            }
        }
        text += &format!("\nfeatures:\n{}", toml(self.features)?);
        // TOML has no way to say that an option is not set.
        let mut provenance = self.provenance.clone();
        provenance.options.retain(|_, value| !value.is_null());
        text += &format!("\nprovenance:\n{}", toml(&provenance)?);
        Ok(text)
    }
}

fn toml(value: &impl Serialize) -> Result<String, Failure> {
    toml::to_string_pretty(value).map_err(|error| Failure::BadData(format!("the model cannot be shown: {error}")))
}

fn heaviest(model: &Model, class: usize, top: usize) -> Vec<Weighted> {
    let vectorizer = model.vectorizer();
    let vocabulary = vectorizer.vocabulary();
    let weight = |column: usize| model.weights_of(column)[class];
    let mut columns: Vec<usize> = (0..vocabulary.len()).collect();
    columns.sort_by(|&a, &b| weight(b).total_cmp(&weight(a)).then(a.cmp(&b)));
    columns.truncate(top);
    let blocks: Vec<_> = vectorizer.spec().get().blocks.iter().collect();
    columns
        .into_iter()
        .map(|column| {
            let (name, spec) = blocks[vocabulary.block_of(column)];
            Weighted {
                ngram: displayed_ngram(vocabulary.ngram(column), spec.units),
                block: name.clone(),
                weight: weight(column),
                idf: vectorizer.idf()[column],
            }
        })
        .collect()
}

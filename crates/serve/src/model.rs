//! What `/v1/model` tells.

use copydesk_infer::{Classifier, FORMAT, Provenance};
use serde::Serialize;

use crate::options::{Limits, Options};

#[derive(Serialize)]
struct ModelAnswer<'a> {
    name: &'a str,
    version: &'static str,
    format: u32,
    labels: &'a [String],
    temperature: f64,
    context: Option<Context>,
    blocks: Vec<Block<'a>>,
    cross_validated: Option<CrossValidated<'a>>,
    provenance: &'a Provenance,
    limits: LimitsAnswer,
}

#[derive(Serialize)]
struct Context {
    /// Sentences to either side.
    window: u32,
    temperature: f64,
}

#[derive(Serialize)]
struct Block<'a> {
    name: &'a str,
    ngrams: u32,
}

/// How many sentences of each label got another in cross-validation.
#[derive(Serialize)]
struct CrossValidated<'a> {
    in_context: bool,
    labels: Vec<Figures<'a>>,
}

#[derive(Serialize)]
struct Figures<'a> {
    label: &'a str,
    documents: u64,
    sentences: u64,
    missed: usize,
}

#[derive(Serialize)]
struct LimitsAnswer {
    max_body: usize,
    max_texts: usize,
    max_sentences: usize,
    request_seconds: f64,
}

/// The answer, which never changes while a server runs.
pub(crate) fn describe(classifier: &Classifier, options: &Options) -> Vec<u8> {
    let model = classifier.model();
    let vectorizer = model.vectorizer();
    let blocks = vectorizer.spec().get().blocks.keys().zip(vectorizer.vocabulary().block_sizes());
    let Limits { max_body, max_texts, max_sentences, request_deadline, .. } = options.limits;
    let cross_validated = model.risk_table().map(|table| {
        let labels = model.labels().iter().zip(table.labels()).map(|(label, risk)| {
            let (documents, sentences) = risk.size();
            Figures { label, documents, sentences, missed: risk.probabilities.len() }
        });
        CrossValidated { in_context: table.in_context(), labels: labels.collect() }
    });
    crate::answers::json(&ModelAnswer {
        name: &options.model_name,
        version: env!("CARGO_PKG_VERSION"),
        format: FORMAT,
        labels: model.labels(),
        temperature: model.calibration().temperature,
        context: model.context().map(|c| Context { window: c.window(), temperature: c.temperature() }),
        blocks: blocks.map(|(name, ngrams)| Block { name, ngrams }).collect(),
        cross_validated,
        provenance: model.provenance(),
        limits: LimitsAnswer { max_body, max_texts, max_sentences, request_seconds: request_deadline.as_secs_f64() },
    })
}

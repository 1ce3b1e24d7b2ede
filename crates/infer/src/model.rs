//! A fitted model: features, weights, labels, calibration and where they come from.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use copydesk_features::Vectorizer;
use serde::{Deserialize, Serialize};

use crate::confusion::ConfusionTable;
use crate::context::Context;
use crate::error::ModelError;
use crate::file;
use crate::risk::{RiskError, RiskTable};

/// Most labels of a model: what its file says of each has to fit into the file's header.
pub(crate) const MAX_LABELS: usize = 1 << 14;

/// Most characters of a label.
pub const MAX_LABEL_CHARS: usize = 200;

/// Bytes by which a file of another kind is known, before the rest of it is read.
const START: u64 = 64;

/// Everything a linear classifier is made of, not yet checked. [`Model::new`] checks it.
#[derive(Debug, Clone)]
pub struct ModelParts {
    /// The labels, in the order of the classes.
    pub labels: Vec<String>,
    /// Text to features.
    pub vectorizer: Vectorizer,
    /// Weights, one row of `labels.len()` values an n-gram of the vocabulary.
    pub weights: Cow<'static, [f32]>,
    /// One value a label.
    pub intercept: Vec<f32>,
    /// Logits to probabilities.
    pub calibration: Calibration,
    /// What neighbouring sentences say of a sentence; without it a sentence in a document gets the answer it gets alone.
    pub context: Option<Context>,
    /// The losses on texts that training did not meet, if they were measured.
    pub risk: Option<RiskTable>,
    /// The errors on texts that training did not meet, document by document, if they were measured.
    pub confusion: Option<ConfusionTable>,
    /// Where the model comes from.
    pub provenance: Provenance,
}

/// How logits become probabilities: `softmax(logits / temperature)`.
///
/// Temperature scaling, Guo et al., "On Calibration of Modern Neural Networks", ICML 2017. It changes how sure an
/// answer is, never which answer it is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calibration {
    /// Positive; 1 leaves the logits as they are, more makes answers less sure.
    pub temperature: f64,
}

impl Default for Calibration {
    fn default() -> Self {
        Self { temperature: 1.0 }
    }
}

/// Where a model comes from. Holds no time and no path: the same training gives the same bytes.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provenance {
    /// The program and its version.
    pub tool: String,
    /// The stemmer crate and its version: its output is part of the features.
    pub stemmer: String,
    /// Version of the sentence segmenter's rules that the program had.
    pub segmenter_rules: u32,
    /// SHA-256 of the training corpus (labels, groups and texts in order).
    pub data_sha256: String,
    /// Number of training examples.
    pub examples: u64,
    /// Number of documents they come from.
    pub documents: u64,
    /// Number of training examples of each label.
    pub label_counts: BTreeMap<String, u64>,
    /// The training options in force, by dotted name.
    pub options: BTreeMap<String, serde_json::Value>,
}

/// A model that is whole: its parts fit together and every number is finite.
#[derive(Debug, Clone)]
pub struct Model {
    parts: ModelParts,
}

impl Model {
    /// Checks the parts against each other.
    ///
    /// # Errors
    /// [`ModelError`] if there are fewer than two labels, labels are empty or repeated, the numbers of weights and
    /// intercepts do not fit, a weight or intercept is not finite (or beyond 1e18) or the temperature is not positive.
    pub fn new(parts: ModelParts) -> Result<Self, ModelError> {
        check_labels(&parts.labels)?;
        let (labels, ngrams) = (parts.labels.len(), parts.vectorizer.vocabulary().len());
        if Some(parts.weights.len()) != ngrams.checked_mul(labels) || parts.intercept.len() != labels {
            return Err(ModelError::Shape {
                weights: parts.weights.len(),
                intercepts: parts.intercept.len(),
                ngrams,
                labels,
            });
        }
        ModelError::check_finite("weight", parts.weights.iter().copied())?;
        ModelError::check_finite("intercept", parts.intercept.iter().copied())?;
        ModelError::check_temperature("temperature", parts.calibration.temperature)?;
        if let Some(context) = &parts.context
            && context.intercept().len() != labels
        {
            let (weights, intercepts) = (context.weights().len(), context.intercept().len());
            return Err(ModelError::ContextShape { weights, intercepts, labels });
        }
        if let Some(found) = parts.risk.as_ref().map(|table| table.labels().len()).filter(|&found| found != labels) {
            let detail = format!("it is of {found} labels, the model has {labels}");
            return Err(ModelError::Risk(RiskError::Table { detail }));
        }
        if let Some(found) = parts.confusion.as_ref().map(ConfusionTable::labels).filter(|&found| found != labels) {
            let detail = format!("it is of {found} labels, the model has {labels}");
            return Err(ModelError::Confusion { detail });
        }
        Ok(Self { parts })
    }

    /// The model in the content of a model file.
    ///
    /// # Errors
    /// [`ModelError`] says what is wrong with the bytes. Nothing of them is used before all of them are checked.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ModelError> {
        file::decode(bytes)
    }

    /// The model in the content of a model file that lives as long as the program: what is long in it is not copied.
    ///
    /// # Errors
    /// As [`from_bytes`](Self::from_bytes).
    pub fn from_static(bytes: &'static [u8]) -> Result<Self, ModelError> {
        file::decode_static(bytes, None)
    }

    /// The same with the [hashes](copydesk_features::Vocabulary::hashes) of the model's n-grams, little-endian. They and the n-grams
    /// are believed, since looking at them again would be most of the time: the bytes have to be those of a model that
    /// [`from_bytes`](Self::from_bytes) takes. Of others [`Vocabulary::ngram`](copydesk_features::Vocabulary::ngram) may panic.
    ///
    /// Nor is the checksum looked at.
    ///
    /// # Errors
    /// [`ModelError`] as far as something is seen to be wrong.
    pub fn from_static_hashed(bytes: &'static [u8], hashes: &'static [u8]) -> Result<Self, ModelError> {
        file::decode_static(bytes, Some(hashes))
    }

    /// The content of a model file. The same model gives the same bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        file::encode(self)
    }

    /// The model in a file.
    ///
    /// # Errors
    /// [`ModelError::Io`] if the file cannot be read, [`ModelError::File`] with the cause if it is not a model, whole
    /// and unchanged.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, ModelError> {
        let path = path.as_ref();
        let read = || -> io::Result<Result<Vec<u8>, ModelError>> {
            let mut file = File::open(path)?;
            let mut bytes = Vec::new();
            file.by_ref().take(START).read_to_end(&mut bytes)?;
            if let Err(error) = file::check_start(&bytes) {
                return Ok(Err(error));
            }
            file.read_to_end(&mut bytes)?;
            Ok(Ok(bytes))
        };
        let bytes = read().map_err(|source| ModelError::Io { path: path.into(), source })?;
        bytes
            .and_then(|bytes| Self::from_bytes(&bytes))
            .map_err(|source| ModelError::File { path: path.into(), source: Box::new(source) })
    }

    /// The labels, in the order of the classes.
    pub fn labels(&self) -> &[String] {
        &self.parts.labels
    }

    /// Text to features.
    pub fn vectorizer(&self) -> &Vectorizer {
        &self.parts.vectorizer
    }

    /// Weights, one row of `labels().len()` values an n-gram.
    pub fn weights(&self) -> &[f32] {
        &self.parts.weights
    }

    /// The weights of one n-gram, one a label.
    ///
    /// # Panics
    /// If there is no such column.
    pub fn weights_of(&self, column: usize) -> &[f32] {
        let labels = self.parts.labels.len();
        &self.parts.weights[column * labels..(column + 1) * labels]
    }

    /// One value a label.
    pub fn intercept(&self) -> &[f32] {
        &self.parts.intercept
    }

    /// Logits to probabilities.
    pub fn calibration(&self) -> Calibration {
        self.parts.calibration
    }

    /// What neighbouring sentences say of a sentence, if the model was trained on documents.
    pub fn context(&self) -> Option<&Context> {
        self.parts.context.as_ref()
    }

    /// The losses on texts that training did not meet, for promises about them; models without one were trained without
    /// folds or by an early version.
    pub fn risk_table(&self) -> Option<&RiskTable> {
        self.parts.risk.as_ref()
    }

    /// The errors on texts that training did not meet, to correct shares with; models without one were trained without
    /// folds or by an early version.
    pub fn confusion_table(&self) -> Option<&ConfusionTable> {
        self.parts.confusion.as_ref()
    }

    /// Where the model comes from.
    pub fn provenance(&self) -> &Provenance {
        &self.parts.provenance
    }
}

pub(crate) fn check_labels(labels: &[String]) -> Result<(), ModelError> {
    if labels.len() > MAX_LABELS {
        return Err(ModelError::TooManyLabels { count: labels.len(), limit: MAX_LABELS });
    }
    let clean = |label: &String| {
        !label.trim().is_empty() && !label.contains(char::is_control) && label.chars().count() <= MAX_LABEL_CHARS
    };
    let mut sorted: Vec<&String> = labels.iter().collect();
    sorted.sort_unstable();
    sorted.dedup();
    if labels.len() < 2 || sorted.len() < labels.len() || !labels.iter().all(clean) {
        return Err(ModelError::Labels { labels: labels.to_vec() });
    }
    Ok(())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::context::context_feature_count;
    use crate::risk::ScoredSentence;
    use copydesk_features::FeatureSpec;

    /// A small model by hand: `said` speaks for reporting, `absurd` for opinion, `donate` for appeal.
    pub(crate) fn small_parts() -> ModelParts {
        let mut spec = FeatureSpec::default();
        let block = spec.blocks.get_mut("words").unwrap();
        (block.max_n, block.min_groups) = (1, 1);
        let texts = ["said absurd donate", "said", "donate now!"];
        let vectorizer = Vectorizer::fit(spec.check().unwrap(), &texts, None).unwrap();
        let mut weights = vec![0.0; vectorizer.vocabulary().len() * 3];
        for column in 0..vectorizer.vocabulary().len() {
            let class = match vectorizer.vocabulary().ngram(column) {
                "donate" => 0,
                "absurd" => 1,
                "said" => 2,
                _ => continue,
            };
            weights[column * 3..column * 3 + 3].copy_from_slice(&[-1.5, -1.5, -1.5]);
            weights[column * 3 + class] = 3.0;
        }
        ModelParts {
            labels: ["appeal", "opinion", "reporting"].map(String::from).to_vec(),
            vectorizer,
            weights: weights.into(),
            intercept: vec![-0.5, 0.1, 0.4],
            calibration: Calibration { temperature: 1.25 },
            context: Some(small_context()),
            risk: Some(small_table()),
            confusion: Some(small_confusion()),
            provenance: Provenance { tool: "a test".into(), examples: 3, ..Provenance::default() },
        }
    }

    /// Adds a third of the scores of the sentences before and behind to a sentence's own.
    pub(crate) fn small_context() -> Context {
        let mut weights = vec![0.0; context_feature_count(3) * 3];
        for (part, weight) in [(0, 1.0), (1, 1.0 / 3.0), (2, 1.0 / 3.0)] {
            for class in 0..3 {
                weights[(part * 3 + class) * 3 + class] = weight;
            }
        }
        Context::new(3, 10, 0.9, weights, vec![0.0; 3]).unwrap()
    }

    /// Two documents: of one every label is found, the other holds a report that is taken for an opinion.
    pub(crate) fn small_table() -> RiskTable {
        RiskTable::new(3, true, small_scores())
    }

    /// The errors in the same documents.
    fn small_confusion() -> ConfusionTable {
        ConfusionTable::new(3, true, small_scores()).unwrap()
    }

    fn small_scores() -> impl Iterator<Item = ScoredSentence<'static>> {
        const SENTENCES: [(u32, usize, [f64; 3]); 5] = [
            (0, 0, [0.7, 0.1, 0.2]),
            (0, 1, [0.1, 0.7, 0.2]),
            (0, 2, [0.1, 0.2, 0.7]),
            (1, 2, [0.1, 0.6, 0.3]),
            (1, 2, [0.1, 0.3, 0.6]),
        ];
        SENTENCES.iter().map(|(document, truth, probabilities)| ScoredSentence {
            document: *document,
            truth: Some(*truth),
            probabilities,
        })
    }

    pub(crate) fn small_model() -> Model {
        Model::new(small_parts()).unwrap()
    }

    #[test]
    fn parts_that_do_not_fit_are_refused() {
        type Change = fn(&mut ModelParts);
        let cases: [(&str, Change); 12] = [
            ("at least two", |p| p.labels.truncate(1)),
            ("distinct", |p| p.labels[1] = "appeal".into()),
            ("not empty", |p| p.labels[1] = " ".into()),
            ("control characters", |p| p.labels[1] = "a\nb".into()),
            ("do not fit", |p| p.weights.to_mut().truncate(4)),
            ("do not fit", |p| p.intercept.push(0.0)),
            ("weight 2 is NaN", |p| p.weights.to_mut()[2] = f32::NAN),
            ("intercept 0 is inf", |p| p.intercept[0] = f32::INFINITY),
            ("temperature", |p| p.calibration.temperature = 0.0),
            ("context weights", |p| {
                let weights = vec![0.0; context_feature_count(2) * 2];
                p.context = Some(Context::new(2, 1, 1.0, weights, vec![0.0; 2]).unwrap());
            }),
            ("of 2 labels", |p| p.confusion = ConfusionTable::new(2, true, [])),
            ("of 2 labels", |p| p.risk = Some(RiskTable::new(2, true, []))),
        ];
        for (expected, change) in cases {
            let mut parts = small_parts();
            change(&mut parts);
            let message = Model::new(parts).unwrap_err().to_string();
            assert!(message.contains(expected), "{expected:?} not in {message:?}");
        }
    }
}

//! A fitted model: features, weights, labels, calibration and where they come from.

use std::collections::BTreeMap;
use std::path::Path;

use copydesk_features::Vectorizer;
use serde::{Deserialize, Serialize};

use crate::error::ModelError;
use crate::file;

/// Everything a linear classifier is made of, not yet checked. [`Model::new`] checks it.
#[derive(Debug, Clone)]
pub struct ModelParts {
    /// The labels, in the order of the classes.
    pub labels: Vec<String>,
    /// Text to features.
    pub vectorizer: Vectorizer,
    /// Weights, one row of `labels.len()` values an n-gram of the vocabulary.
    pub weights: Vec<f32>,
    /// One value a label.
    pub intercept: Vec<f32>,
    /// Logits to probabilities.
    pub calibration: Calibration,
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
        check_finite("weight", &parts.weights)?;
        check_finite("intercept", &parts.intercept)?;
        let temperature = parts.calibration.temperature;
        // Outside this range logits over temperature would leave what f64 can hold.
        if !(1e-6..=1e6).contains(&temperature) {
            return Err(ModelError::Number {
                what: "temperature",
                index: 0,
                value: temperature,
                expected: "it must be between 1e-6 and 1e6",
            });
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
        let bytes = std::fs::read(path).map_err(|source| ModelError::Io { path: path.into(), source })?;
        Self::from_bytes(&bytes).map_err(|source| ModelError::File { path: path.into(), source: Box::new(source) })
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

    /// Where the model comes from.
    pub fn provenance(&self) -> &Provenance {
        &self.parts.provenance
    }
}

fn check_labels(labels: &[String]) -> Result<(), ModelError> {
    let clean = |label: &String| !label.trim().is_empty() && !label.contains(char::is_control);
    let mut sorted: Vec<&String> = labels.iter().collect();
    sorted.sort_unstable();
    sorted.dedup();
    if labels.len() < 2 || sorted.len() < labels.len() || !labels.iter().all(clean) {
        return Err(ModelError::Labels { labels: labels.to_vec() });
    }
    Ok(())
}

fn check_finite(what: &'static str, values: &[f32]) -> Result<(), ModelError> {
    // No training gives a weight beyond this, and below it sums of products stay within what f32 can hold.
    let usable = |value: &f32| value.abs() <= 1e18;
    // Without a way out of the loop several values are checked at once.
    if values.iter().fold(true, |all, value| all & usable(value)) {
        return Ok(());
    }
    let index = values.iter().position(|value| !usable(value)).unwrap_or_default();
    let expected = "it must be finite and at most 1e18 in size";
    Err(ModelError::Number { what, index, value: f64::from(values[index]), expected })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
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
            weights,
            intercept: vec![-0.5, 0.1, 0.4],
            calibration: Calibration { temperature: 1.25 },
            provenance: Provenance { tool: "a test".into(), examples: 3, ..Provenance::default() },
        }
    }

    pub(crate) fn small_model() -> Model {
        Model::new(small_parts()).unwrap()
    }

    #[test]
    fn parts_that_do_not_fit_are_refused() {
        type Change = fn(&mut ModelParts);
        let cases: [(&str, Change); 9] = [
            ("at least two", |p| p.labels.truncate(1)),
            ("distinct", |p| p.labels[1] = "appeal".into()),
            ("not empty", |p| p.labels[1] = " ".into()),
            ("control characters", |p| p.labels[1] = "a\nb".into()),
            ("do not fit", |p| p.weights.truncate(4)),
            ("do not fit", |p| p.intercept.push(0.0)),
            ("weight 2 is NaN", |p| p.weights[2] = f32::NAN),
            ("intercept 0 is inf", |p| p.intercept[0] = f32::INFINITY),
            ("temperature", |p| p.calibration.temperature = 0.0),
        ];
        for (expected, change) in cases {
            let mut parts = small_parts();
            change(&mut parts);
            let message = Model::new(parts).unwrap_err().to_string();
            assert!(message.contains(expected), "{expected:?} not in {message:?}");
        }
    }
}

//! What can go wrong with a model.

use std::path::PathBuf;

use copydesk_features::{SpecError, VocabularyError};
use thiserror::Error;

use crate::risk::RiskError;

/// A model could not be read or put together.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ModelError {
    /// The file could not be read.
    #[error("cannot read the model {path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// The file holds no usable model.
    #[error("{path} is not a usable model: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with its content.
        source: Box<ModelError>,
    },
    /// There is no built-in model of that name.
    #[error("there is no built-in model {name:?}: the built-in models are {}", .known.join(", "))]
    UnknownName {
        /// The name asked for.
        name: String,
        /// The names there are.
        known: Vec<&'static str>,
    },
    /// The bytes are recognisably something else.
    #[error("this is {what}, not a copydesk model: give a .safetensors file written by `copydesk train`")]
    WrongKind {
        /// What it is.
        what: &'static str,
    },
    /// A safetensors file from another program.
    #[error("this safetensors file was not written by copydesk: give a file written by `copydesk train`")]
    Foreign,
    /// The container is damaged.
    #[error("the file is damaged ({detail}): copy it again or train it anew")]
    Container {
        /// What the reader found.
        detail: String,
    },
    /// The file ends before its header says it should, or goes on after.
    #[error("the file's {found} bytes are not what its header announces: it was cut off or added to, copy it again")]
    Size {
        /// Bytes there are.
        found: u64,
    },
    /// The description of the model inside the file is not what it should be.
    #[error("the model's description cannot be read ({detail}): copy the file again or train it anew")]
    Description {
        /// What the JSON reader found.
        detail: String,
    },
    /// Written by a later version.
    #[error("the model has format {found}, this copydesk reads formats 1 to {known}: use a newer copydesk")]
    NewerFormat {
        /// The file's format number.
        found: u64,
        /// The highest this program knows.
        known: u32,
    },
    /// The content is not what was written.
    #[error("the checksum does not match (file says {stored}, content has {computed}): copy the file again")]
    Checksum {
        /// What the file says.
        stored: String,
        /// What its bytes give.
        computed: String,
    },
    /// The bytes are those that were written, but they make no model: whoever wrote them was no copydesk, or a faulty one.
    #[error(
        "the file is undamaged, but holds no model that can be used ({source}): train it anew with `copydesk train`"
    )]
    Content {
        /// What is wrong.
        source: Box<ModelError>,
    },
    /// A tensor is missing, superfluous or of the wrong type or shape.
    #[error("tensor {name:?} should be {expected}, but is {found}")]
    Tensor {
        /// The tensor's name.
        name: String,
        /// Type and shape that it should have.
        expected: String,
        /// Type and shape that it has, or that it is missing.
        found: String,
    },
    /// The feature spec is not usable.
    #[error(transparent)]
    Spec(#[from] SpecError),
    /// The vocabulary is not usable.
    #[error(transparent)]
    Vocabulary(#[from] VocabularyError),
    /// There are more labels than a model file has room for.
    #[error("the model has {count} labels, at most {limit} are allowed: merge the rare ones")]
    TooManyLabels {
        /// Number of labels.
        count: usize,
        /// The most there may be.
        limit: usize,
    },
    /// The labels are not usable.
    #[error(
        "the labels {labels:?} are not usable: there must be at least two, distinct, not empty, of at most {} characters and without control characters",
        crate::model::MAX_LABEL_CHARS
    )]
    Labels {
        /// The labels.
        labels: Vec<String>,
    },
    /// A number that must be finite is not, or is out of its range.
    #[error("{what} {index} is {value}: {expected}")]
    Number {
        /// What the number is.
        what: &'static str,
        /// Its position.
        index: usize,
        /// Its value.
        value: f64,
        /// What it must be.
        expected: &'static str,
    },
    /// The numbers of weights, intercepts, n-grams and labels do not fit together.
    #[error("{weights} weights and {intercepts} intercepts do not fit {ngrams} n-grams and {labels} labels")]
    Shape {
        /// Number of weights.
        weights: usize,
        /// Number of intercepts.
        intercepts: usize,
        /// Number of n-grams.
        ngrams: usize,
        /// Number of labels.
        labels: usize,
    },
    /// The context looks too far, or nowhere.
    #[error("the context's window is {window}: it must be between 1 and {limit} sentences")]
    ContextWindow {
        /// Sentences to either side.
        window: u32,
        /// The most there may be.
        limit: u32,
    },
    /// The numbers of the context's weights and intercepts do not fit the labels.
    #[error("{weights} context weights and {intercepts} context intercepts do not fit {labels} labels")]
    ContextShape {
        /// Number of weights.
        weights: usize,
        /// Number of intercepts.
        intercepts: usize,
        /// Number of labels.
        labels: usize,
    },
    /// The calibration table is not usable.
    #[error(transparent)]
    Risk(RiskError),
    /// The table of errors is not usable.
    #[error("the table of errors is not usable: {detail}; train the model anew")]
    Confusion {
        /// What is wrong with it.
        detail: String,
    },
    /// The choice was to be restricted to a label that the model does not have, or that was left out before.
    #[error("there is no label `{label}`: the labels are {}", .labels.join(", "))]
    NoSuchLabel {
        /// The label asked for.
        label: String,
        /// The labels there are.
        labels: Vec<String>,
    },
    /// The choice was to be restricted to fewer than two labels.
    #[error("there is no choice between `{}` alone: name at least two of the labels {}", .asked.join(", "), .labels.join(", "))]
    Restriction {
        /// The labels asked for.
        asked: Vec<String>,
        /// The labels to choose from.
        labels: Vec<String>,
    },
}

impl ModelError {
    pub(crate) fn check_finite(what: &'static str, values: impl Iterator<Item = f32> + Clone) -> Result<(), Self> {
        // No training gives a weight beyond this, and below it sums of products stay within what f32 can hold.
        let usable = |value: f32| value.abs() <= 1e18;
        // Without a way out of the loop several values are checked at once.
        if values.clone().fold(true, |all, value| all & usable(value)) {
            return Ok(());
        }
        let expected = "it must be finite and at most 1e18 in size";
        let wrong = values.enumerate().find(|&(_, value)| !usable(value));
        let (index, value) = wrong.expect("one of the values was not usable");
        Err(Self::Number { what, index, value: f64::from(value), expected })
    }

    /// Outside this range logits over temperature would leave what f64 can hold.
    pub(crate) fn check_temperature(what: &'static str, value: f64) -> Result<(), Self> {
        if (1e-6..=1e6).contains(&value) {
            Ok(())
        } else {
            Err(Self::Number { what, index: 0, value, expected: "it must be between 1e-6 and 1e6" })
        }
    }
}

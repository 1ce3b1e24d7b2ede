//! The training options as one serialisable value, and its check.

use std::collections::BTreeMap;

use copydesk_features::{CheckedSpec, FeatureSpec, SpecError};
use copydesk_infer::MAX_CONTEXT_WINDOW;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::solver::DEFAULT_TOLERANCE;

/// Everything that decides what model comes out of a corpus. Unchecked until [`check`](Self::check).
///
/// In a TOML file every field can be left out; `features.blocks`, where given, replaces the default blocks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TrainConfig {
    /// Which estimator fits the weights.
    pub solver: SolverKind,
    /// Strength of the L2 penalty: the objective is the sum of the examples' log losses plus alpha/2 times the
    /// squared weights, as in linfa-logistic. scikit-learn's `C` is 1/alpha.
    pub alpha: Alpha,
    /// How much an example counts, by its label.
    pub class_weight: ClassWeighting,
    /// Keeps only so many n-grams: those that moved the logits most in a first fit; the weights are then fitted again.
    /// All if it is left out. The dense solver has `linfa.max_features` instead.
    pub max_ngrams: Option<usize>,
    /// Sentences to either side that the model looks at when it labels a sentence of a document; 0 for none. The
    /// corpus then needs whole documents, with their sentences in order.
    pub context_window: u32,
    /// Cross-validates without each block of features too, to show what each is worth. Costs as much again a block.
    pub ablation: bool,
    /// The fit ends when the gradient's norm is below this share of its first value; with the sparse solver also not before the
    /// objective is, by an estimate, above its optimum by less than the square of this.
    pub tolerance: f64,
    /// Most Newton steps of a fit.
    pub max_iterations: usize,
    /// Folds of the cross-validation that chooses alpha and the temperature; 0 for none.
    pub folds: u32,
    /// Seed of the folds and of the bootstrap.
    pub seed: u64,
    /// Memory that a training may take, in MiB; what the machine has left, if it is left out. It decides whether there is a
    /// model, never which.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_mib: Option<u32>,
    /// Limits of `solver = "linfa"`; its steps are L-BFGS's.
    pub linfa: LinfaConfig,
    /// Text to features.
    pub features: FeatureSpec,
}

/// Which estimator fits the weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SolverKind {
    /// Sparse multinomial logistic regression by truncated Newton steps.
    Sparse,
    /// linfa-logistic's dense one, on the features of the highest chi-squared statistic.
    Linfa,
}

/// Strength of the penalty: a positive number, or `"auto"`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(untagged, expecting = "alpha must be a positive number or \"auto\"")]
pub enum Alpha {
    /// This strength.
    Fixed(f64),
    /// The one of [`ALPHA_GRID`] with the highest macro-F1 in cross-validation.
    Auto(Auto),
}

/// The word `"auto"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Auto {
    /// Chosen by cross-validation.
    Auto,
}

/// What `alpha = "auto"` tries, strongest first so that each fit starts near the next: half decades.
pub const ALPHA_GRID: [f64; 8] = [30.0, 10.0, 3.0, 1.0, 0.3, 0.1, 0.03, 0.01];

/// How much an example counts, by its label: `"none"`, `"balanced"`, or a table of labels and positive numbers. Labels
/// that the table does not name count 1.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged, expecting = "class_weight must be \"none\", \"balanced\" or a table of labels and numbers")]
pub enum ClassWeighting {
    /// By a rule.
    Rule(WeightRule),
    /// A number a label.
    ByLabel(BTreeMap<String, f64>),
}

/// A rule for how much an example counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WeightRule {
    /// All count alike.
    None,
    /// n / (labels · examples of the label): each label counts alike (scikit-learn's `balanced`).
    Balanced,
}

/// Limits of the dense solver.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LinfaConfig {
    /// Number of features to keep.
    pub max_features: usize,
    /// Memory that the dense matrix and its copies may take, in MiB.
    pub memory_mib: u32,
    /// Most L-BFGS steps of a fit.
    pub max_iterations: usize,
}

impl Default for TrainConfig {
    fn default() -> Self {
        Self {
            solver: SolverKind::Sparse,
            alpha: Alpha::Fixed(0.3),
            class_weight: ClassWeighting::Rule(WeightRule::None),
            max_ngrams: None,
            context_window: 0,
            ablation: false,
            tolerance: DEFAULT_TOLERANCE,
            max_iterations: 100,
            folds: 5,
            seed: 1,
            memory_mib: None,
            linfa: LinfaConfig::default(),
            features: FeatureSpec::default(),
        }
    }
}

impl Default for LinfaConfig {
    fn default() -> Self {
        Self { max_features: 1000, memory_mib: 2048, max_iterations: 500 }
    }
}

/// Training options that cannot be used.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// A text is not a configuration: bad syntax, an unknown key, a value of the wrong type.
    #[error("{line}:{column}: {message}")]
    Toml {
        /// The line, from 1.
        line: usize,
        /// The character in the line, from 1.
        column: usize,
        /// What the TOML reader says.
        message: String,
    },
    /// An assignment has no such key, or its value does not fit.
    #[error("{assignment:?} cannot be set: {message}")]
    Unfit {
        /// The assignment.
        assignment: String,
        /// What does not fit.
        message: String,
    },
    /// An assignment is not of the form `key=value`.
    #[error("{assignment:?} is no assignment: write key=value, for example features.blocks.words.max_n=3")]
    Assignment {
        /// The assignment.
        assignment: String,
    },
    /// A number is out of its range.
    #[error("{key} = {value} is not usable: {cure}")]
    Value {
        /// The dotted name of the option.
        key: &'static str,
        /// Its value.
        value: String,
        /// What is allowed.
        cure: &'static str,
    },
    /// The feature spec is not usable.
    #[error("features: {0}")]
    Spec(#[from] SpecError),
}

/// A [`TrainConfig`] whose values are known to be usable.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckedConfig {
    config: TrainConfig,
    spec: CheckedSpec,
}

impl CheckedConfig {
    /// The options.
    pub fn get(&self) -> &TrainConfig {
        &self.config
    }

    /// The strengths of penalty to try, strongest first.
    pub(crate) fn alphas(&self) -> &[f64] {
        self.config.alphas()
    }

    /// The checked feature spec among them.
    pub fn spec(&self) -> &CheckedSpec {
        &self.spec
    }
}

impl TrainConfig {
    /// The strengths of penalty to try, strongest first.
    pub(crate) fn alphas(&self) -> &[f64] {
        match &self.alpha {
            Alpha::Fixed(alpha) => std::slice::from_ref(alpha),
            Alpha::Auto(_) => &ALPHA_GRID,
        }
    }

    /// Reads a configuration from TOML.
    ///
    /// # Errors
    /// [`ConfigError::Toml`] with line and column for bad syntax, unknown keys and values of the wrong type.
    pub fn from_toml(text: &str) -> Result<Self, ConfigError> {
        toml::from_str(text).map_err(|error| {
            let before = text.get(..error.span().map_or(0, |span| span.start)).unwrap_or_default();
            ConfigError::Toml {
                line: before.matches('\n').count() + 1,
                column: before.rsplit('\n').next().unwrap_or_default().chars().count() + 1,
                message: error.message().to_owned(),
            }
        })
    }

    /// The configuration after `key=value`, where the key is dotted (`features.blocks.words.max_n`) and the value is
    /// TOML, or a bare word for a string. A block that does not exist is made with its defaults.
    ///
    /// # Errors
    /// [`ConfigError::Assignment`] without `=`, [`ConfigError::Unfit`] if there is no such key or the value does not
    /// fit it.
    pub fn with_assignment(&self, assignment: &str) -> Result<Self, ConfigError> {
        let Some((key, value)) = assignment.split_once('=').filter(|(key, _)| !key.trim().is_empty()) else {
            return Err(ConfigError::Assignment { assignment: assignment.into() });
        };
        let bad = |message: String| ConfigError::Unfit { assignment: assignment.into(), message };
        let mut root = toml::Table::try_from(self).map_err(|error| bad(error.to_string()))?;
        let path: Vec<&str> = key.split('.').map(str::trim).collect();
        let (last, parents) = path.split_last().expect("split gives at least one part");
        let mut table = &mut root;
        for part in parents {
            let next = table.entry(*part).or_insert_with(|| toml::Value::Table(toml::Table::new()));
            table = next.as_table_mut().ok_or_else(|| bad(format!("{part} has no keys")))?;
        }
        table.insert((*last).to_owned(), parse_value(value.trim()));
        root.try_into().map_err(|error: toml::de::Error| bad(error.message().to_owned()))
    }

    /// Checks every value against its limits.
    ///
    /// # Errors
    /// [`ConfigError`] names the option, its value and what is allowed.
    pub fn check(self) -> Result<CheckedConfig, ConfigError> {
        let fail = |key, value: String, cure| Err(ConfigError::Value { key, value, cure });
        match self.alpha {
            Alpha::Fixed(alpha) if !(alpha.is_finite() && alpha > 0.0) => {
                return fail("alpha", alpha.to_string(), "use a positive number or \"auto\"");
            }
            Alpha::Auto(_) if self.folds == 0 => {
                let cure = "without folds there is nothing to choose it by: use folds >= 2 or a number";
                return fail("alpha", "auto".into(), cure);
            }
            _ => {}
        }
        if self.folds == 1 {
            return fail("folds", "1".into(), "use 0 for no cross-validation, or 2 and more");
        }
        if !(self.tolerance > 0.0 && self.tolerance < 1.0) {
            return fail("tolerance", self.tolerance.to_string(), "use a number between 0 and 1");
        }
        if self.max_iterations == 0 {
            return fail("max_iterations", "0".into(), "use at least 1");
        }
        if self.linfa.max_features == 0 {
            return fail("linfa.max_features", "0".into(), "use at least 1");
        }
        if self.linfa.max_iterations == 0 {
            return fail("linfa.max_iterations", "0".into(), "use at least 1");
        }
        if self.solver == SolverKind::Linfa && self.class_weight != ClassWeighting::Rule(WeightRule::None) {
            let cure = "linfa-logistic knows no weights: use class_weight = \"none\" or solver = \"sparse\"";
            return fail("class_weight", "other than \"none\"".into(), cure);
        }
        if let ClassWeighting::ByLabel(weights) = &self.class_weight
            && let Some(weight) = weights.values().find(|weight| !(weight.is_finite() && **weight > 0.0))
        {
            return fail("class_weight", weight.to_string(), "use positive numbers");
        }
        if self.ablation && self.folds == 0 {
            return fail("ablation", "true".into(), "blocks are compared by cross-validation: use folds >= 2");
        }
        if self.max_ngrams == Some(0) {
            return fail("max_ngrams", "0".into(), "use at least 1, or leave it out to keep all");
        }
        if self.context_window > MAX_CONTEXT_WINDOW {
            return fail("context_window", self.context_window.to_string(), "use 0 for none, or up to 100");
        }
        if self.context_window > 0 && self.folds == 0 {
            let cure = "a context is fitted to out-of-fold scores: use folds >= 2 or context_window = 0";
            return fail("context_window", self.context_window.to_string(), cure);
        }
        let spec = self.features.clone().check()?;
        Ok(CheckedConfig { config: self, spec })
    }

    /// All options but the feature spec by dotted name, as a model records them.
    pub(crate) fn options(&self) -> BTreeMap<String, serde_json::Value> {
        let mut options = BTreeMap::new();
        let value = serde_json::to_value(self).expect("numbers, strings and maps with string keys are JSON");
        for (key, value) in value.as_object().into_iter().flatten() {
            match value {
                serde_json::Value::Object(inner) if key != "features" => {
                    options.extend(inner.iter().map(|(name, value)| (format!("{key}.{name}"), value.clone())));
                }
                serde_json::Value::Object(_) => {}
                value => {
                    options.insert(key.clone(), value.clone());
                }
            }
        }
        options
    }
}

/// A TOML value, or the text itself where it is none.
fn parse_value(text: &str) -> toml::Value {
    toml::from_str::<toml::Table>(&format!("value = {text}"))
        .ok()
        .filter(|table| table.len() == 1)
        .and_then(|mut table| table.remove("value"))
        .unwrap_or_else(|| toml::Value::String(text.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_survives_toml() {
        let config = TrainConfig::default();
        let text = toml::to_string(&config).unwrap();
        assert_eq!(TrainConfig::from_toml(&text).unwrap(), config);
        assert_eq!(TrainConfig::from_toml("").unwrap(), config);
    }

    #[test]
    fn assignments_reach_every_level() {
        let set = |assignment: &str| TrainConfig::default().with_assignment(assignment).unwrap();
        assert_eq!(set("alpha=auto").alpha, Alpha::Auto(Auto::Auto));
        assert_eq!(set("alpha = 2").alpha, Alpha::Fixed(2.0));
        assert_eq!(set("solver=linfa").solver, SolverKind::Linfa);
        assert_eq!(set("features.blocks.words.max_n=3").features.blocks["words"].max_n, 3);
        let with_chars = set("features.blocks.chars.units=characters");
        assert_eq!(with_chars.features.blocks.len(), 2);
        assert!(!set("features.tokens.marks=false").features.tokens.marks);
    }

    #[test]
    fn bad_assignments_are_named() {
        let message = |assignment: &str| TrainConfig::default().with_assignment(assignment).unwrap_err().to_string();
        assert!(message("alpha").contains("key=value"));
        assert!(message("=3").contains("key=value"));
        assert!(message("alhpa=3").contains("alhpa"));
        assert!(message("seed=minus").contains("seed"));
        assert!(message("alpha=x").contains("a positive number or \"auto\""));
        assert!(message("alpha.x=1").contains("has no keys"));
        assert!(message("features.blocks.words.max_m=3").contains("max_m"));
    }

    #[test]
    fn bad_toml_is_named_with_its_place() {
        let message = |text: &str| TrainConfig::from_toml(text).unwrap_err().to_string();
        assert!(message("seed = 1\n  sede = 2\n").starts_with("2:3: unknown field `sede`"));
        assert!(message("seed = \n").starts_with("1:"));
    }

    #[test]
    fn bad_values_are_named() {
        let message = |assignment: &str| {
            let config = TrainConfig::default().with_assignment(assignment).unwrap();
            config.check().unwrap_err().to_string()
        };
        for (assignment, expected) in [
            ("alpha=0", "alpha = 0"),
            ("alpha=-1", "alpha"),
            ("alpha=nan", "alpha"),
            ("folds=1", "folds = 1"),
            ("tolerance=1.5", "tolerance"),
            ("max_iterations=0", "max_iterations"),
            ("linfa.max_features=0", "linfa.max_features"),
            ("features.blocks.words.min_n=0", "min_n"),
        ] {
            assert!(message(assignment).contains(expected), "{assignment}: {}", message(assignment));
        }
        let auto = TrainConfig { alpha: Alpha::Auto(Auto::Auto), folds: 0, ..TrainConfig::default() };
        assert!(auto.check().is_err());
        let weighted = TrainConfig {
            solver: SolverKind::Linfa,
            class_weight: ClassWeighting::Rule(WeightRule::Balanced),
            ..TrainConfig::default()
        };
        assert!(weighted.check().is_err());
    }

    #[test]
    fn options_are_flat_and_leave_the_features_out() {
        let options = TrainConfig::default().options();
        assert_eq!(options["linfa.max_features"], 1000);
        assert_eq!(options["solver"], "sparse");
        assert!(!options.keys().any(|key| key.starts_with("features")));
    }
}

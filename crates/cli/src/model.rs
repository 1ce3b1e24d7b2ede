//! Which model to use: a file, a folder with one, or a built-in name.

use std::path::Path;

use clap::Args;
use copydesk_infer::Classifier;

use crate::failure::Failure;
use crate::labels::label_name;

/// The name of the model file in a model's folder.
pub(crate) const MODEL_FILE: &str = "model.safetensors";

/// The options of every command that uses a model on texts.
#[derive(Debug, Args)]
pub(crate) struct ModelArgs {
    /// Name of a built-in model, model file, or folder with a model (a folder that has such a name: `./NAME`)
    #[arg(long, value_name = "PATH|NAME", default_value = copydesk_infer::DEFAULT_MODEL)]
    pub model: String,

    /// Choose between these labels only, for texts in which the others cannot occur
    #[arg(long, value_name = "LABEL,LABEL", value_delimiter = ',', value_parser = label_name())]
    pub labels: Vec<String>,
}

impl ModelArgs {
    pub fn load(&self) -> Result<Classifier, Failure> {
        load(&self.model, &self.labels)
    }
}

/// The classifier of a model file, folder or name, restricted to some labels if any are given.
pub(crate) fn load(model: &str, labels: &[String]) -> Result<Classifier, Failure> {
    let path = Path::new(model);
    // What a program answers by default must not hang on the folder that it is started in.
    let classifier = if copydesk_infer::BUILTIN_MODELS.contains(&model) {
        Classifier::builtin_named(model)?
    } else if path.is_dir() {
        Classifier::load(path.join(MODEL_FILE))?
    } else if !path.exists() && is_name(model) {
        let known = copydesk_infer::BUILTIN_MODELS.join(", ");
        return Err(Failure::Usage(format!(
            "there is no model {model:?}: no file or folder has that name, and the built-in models are {known}"
        )));
    } else {
        Classifier::load(path)?
    };
    if labels.is_empty() { Ok(classifier) } else { Ok(classifier.restricted_to(labels)?) }
}

/// Whether an argument that is no existing path is meant as a name.
fn is_name(model: &str) -> bool {
    !model.contains(['/', '\\', '.'])
}

/// Parses a probability.
pub(crate) fn probability(value: &str) -> Result<f64, String> {
    match value.parse::<f64>() {
        Ok(p) if (0.0..=1.0).contains(&p) => Ok(p),
        _ => Err("give a number from 0 to 1".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_are_numbers_from_0_to_1() {
        assert_eq!(probability("0.5"), Ok(0.5));
        for bad in ["-0.1", "1.01", "NaN", "x", ""] {
            assert!(probability(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn paths_are_not_taken_for_names() {
        assert!(is_name("news-en"));
        assert!(!is_name("model.safetensors") && !is_name("models/x"));
    }
}

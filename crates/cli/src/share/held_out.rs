//! Where the error rates come from: labelled documents, or the model itself.

use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;
use copydesk_infer::Classifier;
use copydesk_train::{Corpus, FEW_DOCUMENTS, HeldOut, Predictions, PrevalenceError, ReadOptions, Weighting};

use crate::failure::Failure;
use crate::model::ModelArgs;
use crate::records::name_files;

#[derive(Debug, ClapArgs)]
pub(super) struct CalibrationArgs {
    /// Labelled texts to know the model's errors from, whole documents like those of the corpus: CSV, TSV, JSONL or
    /// Parquet; may be repeated. They must not be what the model was trained on [default: the cross-validated errors on the training
    /// data, as the model has them]
    #[arg(long, value_name = "FILE")]
    calibration: Vec<PathBuf>,

    /// Their column with the texts
    #[arg(long, value_name = "NAME", default_value = "text", requires = "calibration")]
    calibration_text_column: String,

    /// Their column with the labels
    #[arg(long, value_name = "NAME", default_value = "label", requires = "calibration")]
    calibration_label_column: String,

    /// Their column that names the document [default: `doc` where there is such a column, otherwise each text is a
    /// document]
    #[arg(long, value_name = "NAME", requires = "calibration")]
    calibration_group_column: Option<String>,
}

/// The errors and whose they are.
pub(super) struct KnownErrors {
    pub held_out: HeldOut,
    /// The labels that the model chooses between, in the order of the shares.
    pub labels: Vec<String>,
    pub source: String,
    /// What makes them less sure.
    pub warnings: Vec<String>,
}

impl CalibrationArgs {
    /// The files with the labelled texts.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        self.calibration.iter().map(PathBuf::as_path)
    }

    /// The errors of the model.
    pub fn known_errors(
        &self,
        model: &ModelArgs,
        classifier: &Classifier,
        weighting: Weighting,
    ) -> Result<KnownErrors, Failure> {
        let chosen = |label: &&String| model.labels.is_empty() || model.labels.contains(label);
        let labels: Vec<String> = classifier.labels().iter().filter(chosen).cloned().collect();
        let mut warnings = Vec::new();
        let (held_out, source) = if self.calibration.is_empty() {
            (own(model, classifier, weighting)?, format!("cross-validated scores of {}", model.model))
        } else {
            (self.measured(classifier, &labels, weighting, &mut warnings)?, name_files(&self.calibration))
        };
        let scarce: Vec<&str> = labels
            .iter()
            .zip(held_out.documents_by_label())
            .filter(|(_, documents)| *documents < FEW_DOCUMENTS as usize)
            .map(|(label, _)| label.as_str())
            .collect();
        if !scarce.is_empty() {
            warnings.push(format!(
                "warning: fewer than {FEW_DOCUMENTS} held-out documents have sentences that are in truth {}: the \
                 errors on them are hardly known",
                scarce.join(", ")
            ));
        }
        let source = format!("{source}, {} documents", held_out.documents());
        Ok(KnownErrors { held_out, labels, source, warnings })
    }

    fn measured(
        &self,
        classifier: &Classifier,
        labels: &[String],
        weighting: Weighting,
        warnings: &mut Vec<String>,
    ) -> Result<HeldOut, Failure> {
        let name = name_files(&self.calibration);
        let options = ReadOptions {
            text: self.calibration_text_column.clone(),
            label: self.calibration_label_column.clone(),
            group: self.calibration_group_column.clone(),
            ..ReadOptions::default()
        };
        let corpus = Corpus::read(&self.calibration, &options)?;
        if corpus.content_hash() == classifier.model().provenance().data_sha256 {
            warnings.push(format!(
                "warning: the model was trained on {name}: it errs less there than elsewhere, so the shares are wrong"
            ));
        }
        if corpus.groups().len() == corpus.examples().len() && corpus.examples().len() > 1 {
            warnings.push(format!(
                "warning: each text of {name} is taken for a document of its own: name the documents with \
                 --calibration-group-column"
            ));
        }
        let bad = |error: &dyn std::fmt::Display| Failure::BadData(format!("{name}: {error}"));
        let in_context = classifier.model().context().is_some();
        let predictions = Predictions::new(classifier, &corpus, &[], in_context).map_err(|error| bad(&error))?;
        HeldOut::from_predictions(&predictions, labels, weighting).map_err(|error| bad(&error))
    }
}

/// The errors that the model itself has, if they are of answers as they are given now.
fn own(model: &ModelArgs, classifier: &Classifier, weighting: Weighting) -> Result<HeldOut, Failure> {
    let name = &model.model;
    let Some(table) = classifier.model().confusion_table() else {
        return Err(Failure::Usage(format!(
            "{name} does not hold its cross-validated errors: give labelled documents with --calibration, or train it \
             anew with folds (not with so many labels and documents that their errors would take more than 16 MiB)"
        )));
    };
    if !model.labels.is_empty() {
        return Err(Failure::Usage(
            "the model's own errors are of a choice between all labels: leave out --labels, or give labelled documents \
             with --calibration"
                .to_owned(),
        ));
    }
    HeldOut::from_table(table, classifier.labels(), weighting).map_err(|error| match error {
        PrevalenceError::NoCharacters => Failure::Usage(format!("{error}: give them with --calibration")),
        error => Failure::BadData(format!("{name}: {error}")),
    })
}

//! Where the error rates come from: labelled documents, or the model itself.

use copydesk_infer::Classifier;
use copydesk_train::{FEW_DOCUMENTS, HeldOut, PrevalenceError, Weighting};

use crate::calibration::CalibrationArgs;
use crate::failure::Failure;
use crate::model::ModelArgs;

/// The errors and whose they are.
pub(super) struct KnownErrors {
    pub held_out: HeldOut,
    /// The labels that the model chooses between, in the order of the shares.
    pub labels: Vec<String>,
    pub source: String,
    /// What makes them less sure.
    pub warnings: Vec<String>,
}

/// The errors of the model, in the calibration data if there are any.
pub(super) fn known_errors(
    calibration: &CalibrationArgs,
    model: &ModelArgs,
    classifier: &Classifier,
    weighting: Weighting,
) -> Result<KnownErrors, Failure> {
    let chosen = |label: &&String| model.labels.is_empty() || model.labels.contains(label);
    let labels: Vec<String> = classifier.labels().iter().filter(chosen).cloned().collect();
    let (held_out, source, mut warnings) = if calibration.is_given() {
        let in_context = classifier.model().context().is_some();
        let trained_on_them = "it errs less there than elsewhere, so the shares are wrong";
        let data = calibration.read(classifier, trained_on_them)?;
        let held_out = HeldOut::from_predictions(&data.predictions(classifier, in_context)?, &labels, weighting)
            .map_err(|error| Failure::BadData(format!("{}: {error}", data.name)))?;
        (held_out, data.name, data.warnings)
    } else {
        (own(model, classifier, weighting)?, format!("cross-validated scores of {}", model.model), Vec::new())
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

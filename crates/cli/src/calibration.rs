//! Labelled documents that tell how often a model errs.

use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;
use copydesk_infer::Classifier;
use copydesk_train::{Corpus, Predictions, ReadOptions};

use crate::failure::Failure;
use crate::records::{InputFormat, name_files, parse_filter, paths};

#[derive(Debug, ClapArgs)]
pub(crate) struct CalibrationArgs {
    /// Labelled texts to know the model's errors from, whole documents like those to be labelled: CSV, TSV, JSONL or Parquet; may
    /// be repeated. They must not be what the model was trained on [default: the cross-validated scores of the training
    /// data, as the model has them]
    #[arg(long, value_name = "FILE")]
    calibration: Vec<PathBuf>,

    /// Column of the calibration data with the texts
    #[arg(long, value_name = "NAME", default_value = "text", requires = "calibration")]
    calibration_text_column: String,

    /// Column of the calibration data with the labels
    #[arg(long, value_name = "NAME", default_value = "label", requires = "calibration")]
    calibration_label_column: String,

    /// Column of the calibration data that names the document a text belongs to [default: `doc` where there is such a
    /// column, otherwise each text is a document]
    #[arg(long, value_name = "NAME", requires = "calibration")]
    calibration_group_column: Option<String>,

    /// Read only rows of the calibration data whose column has this value, as in `certain=true`; may be repeated. A row that
    /// does not have the column at all is read too, if others have it
    #[arg(long, value_name = "COLUMN=VALUE", value_parser = parse_filter, requires = "calibration")]
    calibration_where: Vec<(String, String)>,

    /// Leave out rows of the calibration data without a label
    #[arg(long, requires = "calibration")]
    calibration_skip_unlabelled: bool,

    /// Format of the calibration data, where the file names do not tell
    #[arg(long, value_enum, value_name = "FORMAT", requires = "calibration")]
    calibration_format: Option<InputFormat>,
}

/// Whether the texts are all those that a model was trained on, in their order, with their labels and documents.
pub(crate) fn was_trained_on(classifier: &Classifier, corpus: &Corpus) -> bool {
    corpus.content_hash() == classifier.model().provenance().data_sha256
}

/// The labelled texts.
pub(crate) struct CalibrationData {
    corpus: Corpus,
    pub name: String,
    /// What makes them less fit for it.
    pub warnings: Vec<String>,
}

impl CalibrationData {
    /// What the model says of them.
    pub fn predictions(&self, classifier: &Classifier, in_context: bool) -> Result<Predictions<'_>, Failure> {
        Predictions::new(classifier, &self.corpus, &[], in_context)
            .map_err(|error| Failure::BadData(format!("{}: {error}", self.name)))
    }
}

impl CalibrationArgs {
    /// Whether there are labelled texts; otherwise the model's own scores are asked for.
    pub fn is_given(&self) -> bool {
        !self.calibration.is_empty()
    }

    /// The files with the labelled texts.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        self.calibration.iter().map(PathBuf::as_path)
    }

    /// Reads the labelled texts. `trained_on_them` is what follows if the model was.
    pub fn read(&self, classifier: &Classifier, trained_on_them: &str) -> Result<CalibrationData, Failure> {
        let name = name_files(&self.calibration);
        let corpus = Corpus::read(&paths(&self.calibration)?, &self.options())?;
        let mut warnings = Vec::new();
        if was_trained_on(classifier, &corpus) {
            warnings.push(format!("warning: the model was trained on {name}: {trained_on_them}"));
        }
        if corpus.groups().len() == corpus.examples().len() && corpus.examples().len() > 1 {
            warnings.push(format!(
                "warning: each text of {name} is taken for a document of its own: name the documents with \
                 --calibration-group-column"
            ));
        }
        Ok(CalibrationData { corpus, name, warnings })
    }

    fn options(&self) -> ReadOptions {
        ReadOptions {
            text: self.calibration_text_column.clone(),
            label: self.calibration_label_column.clone(),
            group: self.calibration_group_column.clone(),
            filters: self.calibration_where.clone(),
            format: self.calibration_format.map(Into::into),
            skip_unlabelled: self.calibration_skip_unlabelled,
            ..ReadOptions::default()
        }
    }
}

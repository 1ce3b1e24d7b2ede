//! `--lose-at-most`: which sentences keep a label so that few of the protected one are lost.

use clap::Args as ClapArgs;
use copydesk_infer::{COUNTED_A_DOCUMENT, Classifier, CutOff, Prediction, Promise, RiskError, RiskTable};

use crate::calibration::CalibrationArgs;
use crate::failure::Failure;
use crate::labels::{label_name, name_labels, no_such_label};
use crate::output::note;
use crate::percent::{confidence, percent, share};

/// Protected where nothing else is asked for.
const DEFAULT_PROTECTED: &str = "reporting";

#[derive(Debug, ClapArgs)]
pub(crate) struct PromiseArgs {
    /// Lose at most this share of the sentences that are in truth of the protected label, as 1% or 0.01: a sentence gets
    /// another label only if the protected one is improbable enough, and is `unsure` otherwise
    #[arg(long, value_name = "SHARE", value_parser = share)]
    lose_at_most: Option<f64>,

    /// The label to protect [default: `reporting` where the model has it]
    #[arg(long, value_name = "LABEL", requires = "lose_at_most", value_parser = label_name())]
    protect: Option<String>,

    /// How sure it has to be that no more is lost; the more, the more sentences are `unsure`
    #[arg(long, value_name = "P", default_value = "0.95", value_parser = confidence, requires = "lose_at_most")]
    risk_confidence: f64,

    #[command(flatten)]
    calibration: CalibrationArgs,
}

/// When a sentence gets its most probable label, and when it is `unsure`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rule {
    pub min_confidence: f64,
    pub cut_off: Option<CutOff>,
}

impl Rule {
    /// Whether the most probable label is given.
    pub fn is_sure(&self, prediction: &Prediction<'_>) -> bool {
        prediction.label_if_sure(self.min_confidence).is_some()
            && self.cut_off.is_none_or(|cut_off| cut_off.allows(prediction))
    }
}

impl PromiseArgs {
    /// The cut-off, if one is asked for. Says on stderr what it promises and on what it rests.
    pub fn cut_off(
        &self,
        model: &str,
        classifier: &Classifier,
        only: &[String],
        in_context: bool,
    ) -> Result<Option<CutOff>, Failure> {
        let Some(at_most) = self.lose_at_most else {
            if self.calibration.is_given() {
                let message = "--calibration is for --lose-at-most: add that, or leave --calibration out";
                return Err(Failure::Usage(message.to_owned()));
            }
            return Ok(None);
        };
        let class = self.protected(classifier, only)?;
        let (table, source, kind) = if self.calibration.is_given() {
            let trained_on_them = "it loses less there than elsewhere, so the promise is void";
            let data = self.calibration.read(classifier, trained_on_them)?;
            data.warnings.iter().for_each(|warning| note(warning));
            (data.predictions(classifier, in_context)?.risk_table(), data.name, "scores of")
        } else {
            let table = own_table(model, classifier, only, in_context)?.clone();
            (table, model.to_owned(), "cross-validated scores of the training data of")
        };
        let promise = Promise { at_most, confidence: self.risk_confidence };
        let label = &classifier.labels()[class];
        let cut_off = table.certify(class, promise).map_err(|error| refusal(&error, &source, label))?;
        describe(&cut_off, label, &format!("{kind} {source}"));
        Ok(Some(cut_off))
    }

    /// The label that is protected, if any and its name is known without the model.
    pub fn protected_name(&self) -> Option<&str> {
        self.lose_at_most.map(|_| self.protect.as_deref().unwrap_or(DEFAULT_PROTECTED))
    }

    /// The number of the protected label.
    fn protected(&self, classifier: &Classifier, only: &[String]) -> Result<usize, Failure> {
        let labels = classifier.labels();
        let wanted = self.protect.as_deref().unwrap_or(DEFAULT_PROTECTED);
        let found = labels.iter().position(|label| label == wanted);
        let possible = only.is_empty() || only.iter().any(|label| label == wanted);
        found.filter(|_| possible).ok_or_else(|| {
            let labels = if only.is_empty() { labels } else { only };
            Failure::Usage(match &self.protect {
                Some(label) => format!("--protect: {}", no_such_label(label, labels)),
                None => format!(
                    "name the label that --lose-at-most is about with --protect: the labels are {}",
                    name_labels(labels)
                ),
            })
        })
    }
}

/// The table that the model has, if it is one of answers as they are given now.
fn own_table<'a>(
    model: &str,
    classifier: &'a Classifier,
    only: &[String],
    in_context: bool,
) -> Result<&'a RiskTable, Failure> {
    let Some(table) = classifier.model().risk_table() else {
        return Err(Failure::Usage(format!(
            "{model} has no cross-validated scores to find a cut-off with: give labelled documents with --calibration, or \
             train it anew with folds"
        )));
    };
    if !only.is_empty() {
        return Err(Failure::Usage(
            "the model's own scores are of a choice between all labels: leave out --labels, or give labelled documents \
             with --calibration"
                .to_owned(),
        ));
    }
    if table.in_context() != in_context {
        return Err(Failure::Usage(
            "the model's own scores are of sentences in their documents: leave out --no-context, or give labelled \
             documents with --calibration"
                .to_owned(),
        ));
    }
    Ok(table)
}

fn refusal(error: &RiskError, source: &str, label: &str) -> Failure {
    Failure::BadData(format!("{source}, label {label}: {error}"))
}

fn describe(cut_off: &CutOff, label: &str, source: &str) {
    let CutOff { threshold, promise, documents, sentences, lost, others_answered, .. } = cut_off;
    note(&format!(
        "promise: at most {} of the sentences that are in truth {label} get another label, with a confidence of {}",
        percent(promise.at_most),
        percent(promise.confidence)
    ));
    if *threshold < 1.0 {
        note(&format!("cut-off: unsure instead of another label where P({label}) is {threshold:.6} or more"));
    } else {
        note("cut-off: none is needed");
    }
    note(&format!(
        "rests on: {documents} documents with {sentences} such sentences, {lost} of them lost ({source}); a document of \
         more than {COUNTED_A_DOCUMENT} counts as one of {COUNTED_A_DOCUMENT}"
    ));
    note(&format!(
        "still answered: about {:.1} % of the sentences that are in truth not {label}",
        others_answered * 100.0
    ));
}

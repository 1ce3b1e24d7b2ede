//! All scores of one set of predictions.

use serde::{Deserialize, Serialize};

use super::bootstrap::{Bootstrap, Uncertainty, bootstrap};
use super::probability::{brier, calibration_error, log_loss};
use super::ranking::rank;
use super::{Confusion, MetricsError, Outcomes};

/// The scores of predictions against the truth.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    /// The number of examples.
    pub examples: u64,
    /// The share of examples predicted right.
    pub accuracy: f64,
    /// The mean F1 of the labels that occur in the truth or the predictions, see [`Confusion::macro_f1`].
    pub macro_f1: f64,
    /// The mean F1 weighted by support.
    pub weighted_f1: f64,
    /// The mean of −ln p of the true label, in nats; p is clipped to [2⁻⁵², 1 − 2⁻⁵²].
    pub log_loss: f64,
    /// The mean over examples of the sum over labels of (p − y)², from 0 to 2. For two labels this is twice the score
    /// that looks at one label only.
    pub brier: f64,
    /// The expected calibration error with 15 bins of equal width (Guo et al. 2017), of the predicted label's probability.
    pub calibration_error: f64,
    /// The scores of each label, in the labels' order.
    pub classes: Vec<ClassScores>,
    /// How often each true label (row) was predicted as each label (column).
    pub confusion: Vec<Vec<u64>>,
    /// How far the scores may be off.
    pub uncertainty: Uncertainty,
}

/// The scores of one label against the rest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClassScores {
    /// The label's name.
    pub label: String,
    /// Of the examples predicted so, the share that is; 0 if none was predicted.
    pub precision: f64,
    /// Of the examples that are so, the share predicted; 0 if there are none.
    pub recall: f64,
    /// The harmonic mean of both; 0 if the label neither occurs nor is predicted.
    pub f1: f64,
    /// The examples that have the label.
    pub support: u64,
    /// The examples predicted to have it.
    pub predicted: u64,
    /// Whether precision is 0 for want of predictions (0/0).
    pub precision_undefined: bool,
    /// Whether recall is 0 for want of examples (0/0). With both flags F1 is undefined too.
    pub recall_undefined: bool,
    /// Average precision; `None` if no example has the label.
    pub average_precision: Option<f64>,
    /// The area under the ROC curve; `None` if all examples have the label or none does.
    pub roc_auc: Option<f64>,
}

impl Evaluation {
    /// The scores without intervals.
    pub fn new(outcomes: &Outcomes<'_>) -> Self {
        let k = outcomes.labels().len();
        let confusion = outcomes.confusion();
        let (mut log_losses, mut briers) = (0.0, 0.0);
        for (truth, _, distribution) in outcomes.rows() {
            log_losses += log_loss(truth, distribution);
            briers += brier(truth, distribution);
        }
        let examples = outcomes.len() as f64;
        Self {
            examples: outcomes.len() as u64,
            accuracy: confusion.accuracy(),
            macro_f1: confusion.macro_f1(),
            weighted_f1: confusion.weighted_f1(),
            log_loss: log_losses / examples,
            brier: briers / examples,
            calibration_error: calibration_error(outcomes),
            classes: (0..k).map(|label| class_scores(outcomes, &confusion, label)).collect(),
            confusion: confusion.rows().map(<[u64]>::to_vec).collect(),
            uncertainty: Uncertainty::NotAvailable { reason: "no intervals were asked for".to_owned() },
        }
    }

    /// The scores with intervals from resampling whole documents; `groups` holds the document of each example.
    ///
    /// The same on any number of threads. With a single document there are no intervals, and
    /// [`uncertainty`](Self::uncertainty) says so.
    ///
    /// # Errors
    /// If `groups` has not one entry an example, or the options are out of range.
    pub fn with_intervals(outcomes: &Outcomes<'_>, groups: &[u32], options: &Bootstrap) -> Result<Self, MetricsError> {
        Ok(Self { uncertainty: bootstrap(outcomes, groups, options)?, ..Self::new(outcomes) })
    }
}

fn class_scores(outcomes: &Outcomes<'_>, confusion: &Confusion, label: usize) -> ClassScores {
    let ranking = rank(outcomes.forecasts(label).collect());
    let (precision, recall) = (confusion.precision(label), confusion.recall(label));
    ClassScores {
        label: outcomes.labels()[label].clone(),
        precision: precision.unwrap_or(0.0),
        recall: recall.unwrap_or(0.0),
        f1: confusion.f1(label).unwrap_or(0.0),
        support: confusion.support(label),
        predicted: confusion.predicted(label),
        precision_undefined: precision.is_none(),
        recall_undefined: recall.is_none(),
        average_precision: ranking.average_precision,
        roc_auc: ranking.roc_auc,
    }
}

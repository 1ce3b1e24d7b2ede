//! What a model's calibration documents tell, label by label.

use std::collections::BTreeMap;

use super::{CutOff, LabelRisk, Promise, RiskError};

/// Quantiles that are kept of the probabilities of other labels' sentences: every per cent.
pub(crate) const QUANTILES: usize = 101;

/// A labelled sentence and what a model thinks of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScoredSentence<'a> {
    /// The number of its document.
    pub document: u32,
    /// The number of its true label; `None` for a label that the model does not have.
    pub truth: Option<usize>,
    /// The probability of each label. The answer is the first of the greatest.
    pub probabilities: &'a [f64],
}

/// The losses on calibration documents for each label that may be the protected one.
///
/// The scores have to be those of texts that the model did not meet: out-of-fold scores of its training documents, or its
/// scores of other documents. Labels that a sentence gets are those of [`Classifier`](crate::Classifier) without a limit on
/// confidence; such a limit only makes losses fewer.
#[derive(Debug, Clone, PartialEq)]
pub struct RiskTable {
    in_context: bool,
    labels: Vec<LabelRisk>,
}

impl RiskTable {
    /// The table of some scored sentences, in any order, of a model with so many labels; `in_context` tells whether they
    /// were scored as sentences of their documents.
    ///
    /// # Panics
    /// If a sentence does not have `labels` probabilities, or its label is none of them.
    pub fn new<'a>(labels: usize, in_context: bool, sentences: impl IntoIterator<Item = ScoredSentence<'a>>) -> Self {
        let mut builders: Vec<Builder> = (0..labels).map(|_| Builder::default()).collect();
        for ScoredSentence { document, truth, probabilities } in sentences {
            assert!(probabilities.len() == labels, "there must be a probability for each label");
            assert!(truth.is_none_or(|truth| truth < labels), "there must be a label of that number");
            let answer =
                (1..labels).fold(0, |best, at| if probabilities[at] > probabilities[best] { at } else { best });
            for (class, builder) in builders.iter_mut().enumerate() {
                let missed = (answer != class).then(|| rounded_down(probabilities[class]));
                if truth == Some(class) {
                    let (sentences, probabilities) = builder.documents.entry(document).or_default();
                    *sentences += 1;
                    probabilities.extend(missed);
                } else {
                    builder.others += 1;
                    builder.answered.extend(missed);
                }
            }
        }
        Self { in_context, labels: builders.into_iter().map(Builder::build).collect() }
    }

    /// A table of its parts, one for each label.
    ///
    /// # Errors
    /// [`RiskError::Table`] if they do not fit together.
    pub fn from_parts(in_context: bool, labels: Vec<LabelRisk>) -> Result<Self, RiskError> {
        labels.iter().try_for_each(LabelRisk::check)?;
        Ok(Self { in_context, labels })
    }

    /// Whether the sentences were scored in the context of their documents.
    pub fn in_context(&self) -> bool {
        self.in_context
    }

    /// What is known of each label.
    pub fn labels(&self) -> &[LabelRisk] {
        &self.labels
    }

    /// The greatest cut-off at which, with the confidence asked for, at most the share promised of a label's sentences is
    /// lost: of the next documents, in expectation, where a document of more than
    /// [`COUNTED_A_DOCUMENT`](crate::COUNTED_A_DOCUMENT) such sentences counts as one of so many.
    ///
    /// # Errors
    /// [`RiskError`] if the promise is none, there is no such label, or the documents are too few for it.
    pub fn certify(&self, class: usize, promise: Promise) -> Result<CutOff, RiskError> {
        let labels = self.labels.len();
        self.labels.get(class).ok_or(RiskError::NoSuchLabel { class, labels })?.certify(class, promise)
    }
}

/// What is gathered for one label.
#[derive(Default)]
struct Builder {
    /// The label's sentences by document: how many, and the probabilities of those given another label.
    documents: BTreeMap<u32, (u32, Vec<f32>)>,
    others: u32,
    /// The label's probability for sentences of other labels that were given another.
    answered: Vec<f32>,
}

impl Builder {
    fn build(mut self) -> LabelRisk {
        let mut unharmed: BTreeMap<u32, u32> = BTreeMap::new();
        let mut harmed = Vec::new();
        for (sentences, mut probabilities) in self.documents.into_values() {
            if probabilities.is_empty() {
                *unharmed.entry(sentences).or_default() += 1;
            } else {
                probabilities.sort_by(f32::total_cmp);
                harmed.push((sentences, probabilities));
            }
        }
        // Their own order would tell which document is which.
        harmed.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.partial_cmp(&b.1).expect("probabilities are numbers")));
        self.answered.sort_by(f32::total_cmp);
        LabelRisk {
            unharmed: unharmed.into_iter().map(|(sentences, documents)| [sentences, documents]).collect(),
            harmed: harmed.iter().map(|(sentences, missed)| [*sentences, missed.len() as u32]).collect(),
            probabilities: harmed.into_iter().flat_map(|(_, missed)| missed).collect(),
            others: self.others,
            others_answered: self.answered.len() as u32,
            quantiles: (0..QUANTILES)
                .map(|at| match self.answered.len() {
                    0 => 0.0,
                    count => self.answered[at * (count - 1) / (QUANTILES - 1)],
                })
                .collect(),
        }
    }
}

/// The greatest single-precision number that is not above a probability: a loss must not come later than the table says.
fn rounded_down(probability: f64) -> f32 {
    let near = probability as f32;
    if f64::from(near) > probability { near.next_down() } else { near }
}

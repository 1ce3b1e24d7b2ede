//! What is known of the losses of one label, and the cut-off that follows.

use super::bound::{Tally, log_wealth, smallest_promise, target, times_needed};
use super::table::QUANTILES;
use super::{CutOff, Promise, RiskError};

/// What calibration documents tell of one label, if it is the protected one.
///
/// Documents stand in no order and without their names; of sentences only those are known that another label would
/// have been given.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LabelRisk {
    /// Documents of whose sentences none was given another label: how many sentences of the label, how many documents;
    /// numbers of sentences ascend.
    pub unharmed: Vec<[u32; 2]>,
    /// The other documents: how many sentences of the label, how many of them were given another.
    pub harmed: Vec<[u32; 2]>,
    /// The probability that each of these had of the label, document by document, ascending in each; rounded down.
    pub probabilities: Vec<f32>,
    /// The number of sentences that are in truth of other labels.
    pub others: u32,
    /// How many of these were given one of the other labels.
    pub others_answered: u32,
    /// Quantiles (0 %, 1 % … 100 %) of the label's probability for these; zeros if there are none.
    pub quantiles: Vec<f32>,
}

impl LabelRisk {
    /// The number of documents that have sentences of the label, and of these sentences.
    pub fn size(&self) -> (u64, u64) {
        self.documents().fold((0, 0), |(all, sum), (sentences, documents, _)| {
            (all + u64::from(documents), sum + u64::from(sentences) * u64::from(documents))
        })
    }

    /// Whether the parts fit together.
    pub(super) fn check(&self) -> Result<(), RiskError> {
        let wrong = |detail: &str| Err(RiskError::Table { detail: detail.to_owned() });
        // The label was not the most probable one, so that another had as much.
        let usable = |p: &f32| (0.0..=0.5).contains(p);
        if self.unharmed.iter().flatten().any(|&count| count == 0) {
            return wrong("a group of documents is empty");
        }
        if !self.unharmed.is_sorted_by(|a, b| a[0] < b[0]) {
            return wrong("numbers of sentences do not ascend");
        }
        if self.harmed.iter().any(|&[sentences, missed]| missed == 0 || missed > sentences) {
            return wrong("a document misses more sentences than it has, or none");
        }
        let missed: u64 = self.harmed.iter().map(|&[_, missed]| u64::from(missed)).sum();
        if missed != self.probabilities.len() as u64 {
            return wrong("the documents miss another number of sentences than there are probabilities");
        }
        if !self.probabilities.iter().chain(&self.quantiles).all(usable) {
            return wrong("a probability is not between 0 and 0.5");
        }
        if !self.documents().all(|(_, _, p)| p.is_sorted()) || !self.quantiles.is_sorted() {
            return wrong("probabilities do not ascend");
        }
        if self.quantiles.len() != QUANTILES || self.others_answered > self.others {
            return wrong("the sentences of other labels are not told rightly");
        }
        // A product of two numbers of 32 bits fits into 64, a sum of such products perhaps not.
        let sentences = self
            .documents()
            .map(|(sentences, documents, _)| u64::from(sentences) * u64::from(documents))
            .try_fold(0_u64, u64::checked_add);
        if sentences.is_none_or(|sentences| sentences > u64::from(u32::MAX)) {
            return wrong("there are more sentences than can be counted");
        }
        Ok(())
    }

    /// Sentences of the label, number of such documents, probabilities of the sentences given another label.
    pub(super) fn documents(&self) -> impl Iterator<Item = (u32, u32, &[f32])> {
        let unharmed = self.unharmed.iter().map(|&[sentences, documents]| (sentences, documents, &[][..]));
        let mut rest = self.probabilities.as_slice();
        let harmed = self.harmed.iter().map(move |&[sentences, missed]| {
            let (own, behind) = rest.split_at((missed as usize).min(rest.len()));
            rest = behind;
            (sentences, 1, own)
        });
        unharmed.chain(harmed)
    }

    /// The documents by protected and lost sentences at a cut-off.
    fn tally(&self, threshold: f32) -> Tally {
        let mut tally = Tally::new();
        for (sentences, documents, probabilities) in self.documents() {
            let lost = probabilities.partition_point(|&p| p < threshold) as u32;
            *tally.entry((sentences, lost)).or_default() += documents;
        }
        tally
    }

    /// The greatest cut-off that keeps the promise.
    pub(super) fn certify(&self, class: usize, promise: Promise) -> Result<CutOff, RiskError> {
        promise.check()?;
        let nothing_lost = self.tally(0.0);
        let (documents, sentences) = self.size();
        if sentences == 0 {
            return Err(RiskError::NoSentences);
        }
        let Promise { at_most, confidence } = promise;
        let target = target(confidence);
        if log_wealth(&nothing_lost, at_most) < target {
            let times = times_needed(&nothing_lost, at_most, confidence).max(1.0);
            return Err(RiskError::TooSmall {
                promise,
                documents,
                sentences,
                needed_documents: rounded_up(documents as f64 * times),
                needed_sentences: rounded_up(sentences as f64 * times),
                smallest: smallest_promise(&nothing_lost, confidence),
            });
        }
        // The loss changes just above a sentence's probability, so these are the only cut-offs worth a test. What is won
        // falls from one to the next: all before the first that fails pass, as the guarantee asks.
        let mut candidates = self.probabilities.clone();
        candidates.push(1.0);
        candidates.sort_by(f32::total_cmp);
        candidates.dedup();
        let passed = candidates.partition_point(|&threshold| log_wealth(&self.tally(threshold), at_most) >= target);
        // The first, at which nothing is lost, has passed above.
        let threshold = candidates[passed.max(1) - 1];
        Ok(CutOff {
            class,
            threshold: f64::from(threshold),
            promise,
            documents,
            sentences,
            lost: self.probabilities.iter().filter(|&&p| p < threshold).count() as u64,
            others_answered: self.share_answered(threshold),
        })
    }

    /// About which share of the sentences of other labels keeps one of them at a cut-off.
    fn share_answered(&self, threshold: f32) -> f64 {
        if self.others_answered == 0 {
            return 0.0;
        }
        let below = self.quantiles.partition_point(|&quantile| quantile < threshold);
        let share = match below {
            0 => 0.0,
            QUANTILES => 1.0,
            _ => {
                let (low, high) = (f64::from(self.quantiles[below - 1]), f64::from(self.quantiles[below]));
                let part = (f64::from(threshold) - low) / (high - low);
                ((below - 1) as f64 + part) / (QUANTILES - 1) as f64
            }
        };
        share * f64::from(self.others_answered) / f64::from(self.others)
    }
}

/// Two digits are enough for a number that is a guess.
#[expect(clippy::cast_sign_loss, reason = "counts are not negative")]
fn rounded_up(count: f64) -> u64 {
    let mut unit = 1.0;
    while count / unit >= 100.0 {
        unit *= 10.0;
    }
    ((count / unit).ceil() * unit) as u64
}

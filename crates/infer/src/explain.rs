//! Why a text got its label: what each n-gram contributed.

use copydesk_features::displayed_ngram;

use crate::classifier::Classifier;

/// How the logit of each label came about.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// The number of the most probable label.
    pub class: usize,
    /// One entry a label, in the model's order.
    pub labels: Vec<LabelExplanation>,
}

/// How the logit of one label came about: `logit = intercept + sum of contributions`.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelExplanation {
    /// The label.
    pub label: String,
    /// The calibrated probability.
    pub probability: f64,
    /// The score before calibration.
    pub logit: f64,
    /// The part that every text gets.
    pub intercept: f64,
    /// The parts of the n-grams that the text has and the model knows, the greatest in size first; equal ones by name.
    pub contributions: Vec<Contribution>,
}

/// What one n-gram added to a logit.
#[derive(Debug, Clone, PartialEq)]
pub struct Contribution {
    /// The n-gram, as [`displayed_ngram`] shows it.
    pub ngram: String,
    /// The block it belongs to.
    pub block: String,
    /// Its TF-IDF value in the text.
    pub value: f64,
    /// The model's weight of it for the label.
    pub weight: f64,
    /// Value times weight.
    pub contribution: f64,
}

impl Classifier {
    /// Says what each n-gram of a text contributed to the logit of each label.
    ///
    /// Class and probabilities are those of [`classify`](Self::classify). The logits are added up anew from the contributions
    /// in `f64`; those behind the probabilities are sums of `f32` and differ from them by rounding.
    pub fn explain(&self, text: &str) -> Explanation {
        let prediction = self.classify(text);
        let mut rows = self.model().vectorizer().row_builder();
        let row = rows.row(text);
        let labels = (0..self.labels().len())
            .map(|class| {
                let mut contributions: Vec<Contribution> =
                    row.iter().map(|(column, value)| self.contribution(class, column, f64::from(value))).collect();
                contributions.sort_by(|a, b| {
                    (b.contribution.abs().total_cmp(&a.contribution.abs())).then_with(|| a.ngram.cmp(&b.ngram))
                });
                let intercept = f64::from(self.model().intercept()[class]);
                LabelExplanation {
                    label: self.labels()[class].clone(),
                    probability: prediction.probabilities()[class],
                    logit: contributions.iter().fold(intercept, |sum, c| sum + c.contribution),
                    intercept,
                    contributions,
                }
            })
            .collect();
        Explanation { class: prediction.class(), labels }
    }

    fn contribution(&self, class: usize, column: usize, value: f64) -> Contribution {
        let vectorizer = self.model().vectorizer();
        let block = vectorizer.vocabulary().block_of(column);
        let (name, spec) =
            vectorizer.spec().get().blocks.iter().nth(block).expect("every column belongs to a block of the spec");
        let weight = f64::from(self.model().weights_of(column)[class]);
        Contribution {
            ngram: displayed_ngram(vectorizer.vocabulary().ngram(column), spec.units),
            block: name.clone(),
            value,
            weight,
            contribution: value * weight,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::tests::small_model;
    use crate::scorer::tests::{any_model, any_text, share_lost};
    use proptest::prelude::*;

    #[test]
    fn the_deciding_word_comes_first() {
        let explanation = Classifier::new(small_model()).explain("Donate, he said: donate now!");
        let appeal = &explanation.labels[0];
        assert_eq!(appeal.label, "appeal");
        assert_eq!(appeal.contributions[0].ngram, "donate");
        assert_eq!(appeal.contributions[0].block, "words");
        assert_eq!(explanation.class, 0);
    }

    proptest! {
        #[test]
        fn contributions_sum_to_the_logit(text in "((said|absurd|donate|now|!|zz) ?){0,12}") {
            let explanation = Classifier::new(small_model()).explain(&text);
            for label in &explanation.labels {
                let sum: f64 = label.contributions.iter().map(|c| c.contribution).sum();
                prop_assert!((label.intercept + sum - label.logit).abs() < 1e-12);
            }
        }

        #[test]
        fn contributions_sum_to_the_logit_that_decides((model, known) in any_model(), other in any_text()) {
            let classifier = Classifier::new(model);
            for text in known.iter().chain([&other]) {
                let explanation = classifier.explain(text);
                let mut worker = classifier.worker();
                for (label, logit) in explanation.labels.iter().zip(worker.logits(text)) {
                    let contributions = || label.contributions.iter().map(|c| c.contribution);
                    let size = 1.0 + contributions().map(f64::abs).sum::<f64>();
                    let sum = label.intercept + contributions().sum::<f64>();
                    prop_assert!((sum - logit).abs() <= share_lost(classifier.model()) * size, "{sum} is not {logit} for {text:?}");
                }
            }
        }
    }
}

//! Why a sentence got its label: what each of its words added.

use std::fmt;
use std::ops::Range;

use copydesk_features::{RowBuilder, for_each_token};

use crate::classifier::{Classifier, Prediction};

/// What made a label as probable as it is.
///
/// All parts are in one unit: what they add to the logarithm of the label's probability over the geometric mean of the
/// probabilities of all labels that can be chosen. `base` + `words` + `neighbours` is that logarithm.
#[derive(Debug, Clone, PartialEq)]
pub struct Reasons {
    /// What every sentence gets.
    pub base: f64,
    /// The sentence's tokens, in their order.
    pub words: Vec<WordReason>,
    /// What the other sentences of the document, and its place among them, changed; `None` of a classifier that labels each
    /// sentence as if it stood alone. The answer that [`classify`](Classifier::classify) gave nothing has changed: then it is what
    /// rounding leaves, about 0.
    pub neighbours: Option<f64>,
}

/// What one token added.
#[derive(Debug, Clone, PartialEq)]
pub struct WordReason {
    /// Where it stands in the sentence.
    pub bytes: Range<usize>,
    /// Its part of all n-grams that it is in. What an n-gram adds is dealt in equal parts to its occurrences, and in each
    /// to its tokens.
    pub adds: f64,
}

/// Finds reasons, sentence by sentence (see [`Classifier::explainer`]).
pub struct Explainer<'a> {
    classifier: &'a Classifier,
    rows: RowBuilder<'a>,
    /// The columns of a sentence's row and what each adds, in all and then in one occurrence.
    columns: Vec<u32>,
    adds: Vec<f64>,
    counts: Vec<u32>,
}

impl fmt::Debug for Explainer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Explainer").field("labels", &self.classifier.labels()).finish_non_exhaustive()
    }
}

impl Classifier {
    /// Finds what each word added to the label of a sentence. [`explain`](Self::explain) has the n-grams instead.
    pub fn explainer(&self) -> Explainer<'_> {
        Explainer {
            classifier: self,
            rows: self.model().vectorizer().row_builder(),
            columns: Vec::new(),
            adds: Vec::new(),
            counts: Vec::new(),
        }
    }
}

impl Explainer<'_> {
    /// The reasons for the label number `class` of a sentence, from its text and the answer that the classifier gave, alone or
    /// in its document.
    ///
    /// # Panics
    /// If the model has no such label.
    pub fn reasons(&mut self, text: &str, prediction: &Prediction<'_>, class: usize) -> Reasons {
        let model = self.classifier.model();
        let temperature = model.calibration().temperature;
        let probabilities = prediction.probabilities();
        let open: Vec<usize> = (0..probabilities.len()).filter(|&class| probabilities[class] > 0.0).collect();
        let over_mean = |value: &dyn Fn(usize) -> f64| {
            value(class) - open.iter().map(|&class| value(class)).sum::<f64>() / open.len() as f64
        };

        let mut words = Vec::new();
        for_each_token(text, model.vectorizer().spec(), |_, bytes| words.push(WordReason { bytes, adds: 0.0 }));
        self.columns.clear();
        self.adds.clear();
        for (column, value) in self.rows.row(text).iter() {
            let weights = model.weights_of(column);
            self.columns.push(column as u32);
            self.adds.push(f64::from(value) * over_mean(&|class| f64::from(weights[class])) / temperature);
        }
        let base = over_mean(&|class| f64::from(model.intercept()[class])) / temperature;
        let own = self.adds.iter().fold(base, |sum, adds| sum + adds);
        self.deal(&mut words);
        let in_context = self.classifier.context().is_some();
        let neighbours = in_context.then(|| over_mean(&|class| libm::log(probabilities[class])) - own);
        Reasons { base, words, neighbours }
    }

    /// Deals what each n-gram adds to the words that it stands on.
    fn deal(&mut self, words: &mut [WordReason]) {
        let Self { rows, columns, adds, counts, .. } = self;
        counts.clear();
        counts.resize(columns.len(), 0);
        let entry = |column: u32| columns.binary_search(&column).expect("the row has every n-gram of the text");
        rows.for_each_place(|column, _| counts[entry(column)] += 1);
        for (adds, &count) in adds.iter_mut().zip(&*counts) {
            *adds /= f64::from(count);
        }
        rows.for_each_place(|column, tokens| {
            let part = adds[entry(column)] / tokens.len() as f64;
            words[tokens].iter_mut().for_each(|word| word.adds += part);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::tests::small_model;
    use proptest::prelude::*;

    fn sum(reasons: &Reasons) -> f64 {
        reasons.base + reasons.words.iter().map(|word| word.adds).sum::<f64>() + reasons.neighbours.unwrap_or(0.0)
    }

    fn over_mean(prediction: &Prediction<'_>, class: usize) -> f64 {
        let logs: Vec<f64> = prediction.probabilities().iter().filter(|&&p| p > 0.0).map(|&p| libm::log(p)).collect();
        libm::log(prediction.probabilities()[class]) - logs.iter().sum::<f64>() / logs.len() as f64
    }

    #[test]
    fn the_deciding_word_adds_most() {
        let classifier = Classifier::new(small_model()).without_context();
        let text = "So, he said: donate what you can, donate!";
        let reasons = classifier.explainer().reasons(text, &classifier.classify(text), 0);
        let mut words = reasons.words.clone();
        words.sort_by(|a, b| b.adds.total_cmp(&a.adds));
        assert_eq!((&text[words[0].bytes.clone()], &text[words[1].bytes.clone()]), ("donate", "donate"));
        let last = words.last().unwrap();
        assert_eq!(&text[last.bytes.clone()], "said");
        assert!(last.adds < 0.0 && reasons.neighbours.is_none());
        let classifier = Classifier::new(small_model());
        let alone = classifier.explainer().reasons(text, &classifier.classify(text), 0);
        assert!(alone.neighbours.is_some_and(|adds| adds.abs() < 1e-5), "{alone:?}");
    }

    proptest! {
        #[test]
        fn what_is_added_makes_the_answer(
            sentences in prop::collection::vec("((said|absurd|donate|now|!|zz) ?){0,8}", 1..8),
            in_context: bool,
            restricted: bool,
        ) {
            let mut classifier = Classifier::new(small_model());
            if restricted {
                classifier = classifier.restricted_to(&["reporting", "opinion"]).unwrap();
            }
            if !in_context {
                classifier = classifier.without_context();
            }
            let mut explainer = classifier.explainer();
            for (text, prediction) in sentences.iter().zip(classifier.classify_document(&sentences)) {
                for class in [1, 2] {
                    let reasons = explainer.reasons(text, &prediction, class);
                    prop_assert_eq!(reasons.neighbours.is_some(), in_context);
                    prop_assert!((sum(&reasons) - over_mean(&prediction, class)).abs() < 1e-4, "{:?}", reasons);
                }
            }
        }
    }
}

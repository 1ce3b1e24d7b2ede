//! Classifying texts with a model.

use std::fmt;
use std::hint::select_unpredictable;
use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;

use crate::by_label::ByLabel;
use crate::context::Context;
use crate::error::ModelError;
use crate::model::Model;
use crate::probabilities::{Probabilities, softmax};
use crate::scorer::{Scorer, Scratch};
use crate::spare::Spare;

/// What programs write as the label of a prediction below the confidence asked for. No model should have a label of this name.
pub const UNSURE: &str = "unsure";

/// A thread takes so many texts of a batch at a time.
const PIECE: usize = 256;
/// So many texts are scored together: with more the time hardly gets less.
const GROUP: usize = 16;
/// So many bytes are enough for a group, too, so that the memory for their n-grams stays small.
const GROUP_BYTES: usize = 1 << 14;
/// So many texts are not worth waking other threads.
const FEW: usize = 64;

/// A model ready to classify. Share it between threads by reference.
///
/// ```
/// # #[cfg(feature = "builtin")] {
/// use copydesk_infer::Classifier;
///
/// let classifier = Classifier::builtin()?;
/// let prediction = classifier.classify("Please donate what you can today.");
/// assert_eq!(prediction.label(), "appeal");
/// assert!(prediction.confidence() > 0.5);
/// # }
/// # Ok::<(), copydesk_infer::ModelError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Classifier {
    model: Arc<Model>,
    scorer: Arc<Scorer>,
    /// Classes that may not be the answer; see [`restricted_to`](Self::restricted_to).
    barred: Vec<usize>,
    /// Whether documents are labelled with the model's context.
    in_context: bool,
    spare: Spare,
}

/// The answer for one text.
#[derive(Debug, Clone, PartialEq)]
pub struct Prediction<'a> {
    labels: &'a [String],
    probabilities: Probabilities,
    best: usize,
}

impl<'a> Prediction<'a> {
    /// The most probable label.
    pub fn label(&self) -> &'a str {
        &self.labels[self.best]
    }

    /// The number of that label among [`labels`](Self::labels).
    pub fn class(&self) -> usize {
        self.best
    }

    /// The probability of the most probable label, in [0, 1].
    pub fn confidence(&self) -> f64 {
        self.probabilities()[self.best]
    }

    /// The label if its probability is at least `min_confidence`, otherwise `None`: unsure.
    pub fn label_if_sure(&self, min_confidence: f64) -> Option<&'a str> {
        (self.confidence() >= min_confidence).then(|| self.label())
    }

    /// The calibrated probability of each label; they sum to 1.
    pub fn probabilities(&self) -> &[f64] {
        self.probabilities.as_slice()
    }

    /// The same as an object by label for a serialiser.
    pub fn by_label(&self) -> ByLabel<'_> {
        ByLabel { labels: self.labels, values: self.probabilities() }
    }

    /// All labels, in the order of the probabilities.
    pub fn labels(&self) -> &'a [String] {
        self.labels
    }
}

impl Classifier {
    /// A classifier with a model.
    pub fn new(model: Model) -> Self {
        let scorer = Scorer::new(&model);
        Self::with_scorer(model, scorer)
    }

    fn with_scorer(model: Model, scorer: Scorer) -> Self {
        let (model, scorer) = (Arc::new(model), Arc::new(scorer));
        Self { model, scorer, barred: Vec::new(), in_context: true, spare: Spare::default() }
    }

    /// The default model that is embedded in the program.
    ///
    /// # Errors
    /// [`ModelError`] if the embedded bytes are seen to be damaged: they were checked when the program was made.
    #[cfg(feature = "builtin")]
    pub fn builtin() -> Result<Self, ModelError> {
        Self::builtin_named(copydesk_models::DEFAULT)
    }

    /// An embedded model by name.
    ///
    /// # Errors
    /// [`ModelError::UnknownName`] if there is none of that name, others as [`builtin`](Self::builtin).
    #[cfg(feature = "builtin")]
    pub fn builtin_named(name: &str) -> Result<Self, ModelError> {
        use copydesk_models::{NAMES, bytes, hashes, tables};
        let (Some(bytes), Some(hashes), Some(tables)) = (bytes(name), hashes(name), tables(name)) else {
            return Err(ModelError::UnknownName { name: name.into(), known: NAMES.to_vec() });
        };
        let model = Model::from_static_hashed(bytes, hashes)?;
        let scorer = Scorer::of_embedded(&model, tables);
        Ok(Self::with_scorer(model, scorer))
    }

    /// A classifier with the model in a file.
    ///
    /// # Errors
    /// [`ModelError`] if the file cannot be read or is not a model, whole and unchanged.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, ModelError> {
        Model::load(path).map(Self::new)
    }

    /// The model.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// The labels, in the order of the probabilities.
    pub fn labels(&self) -> &[String] {
        self.model.labels()
    }

    /// The same classifier choosing between some of its labels only: the others get probability 0 and the rest sum to
    /// 1. For data in which the other labels cannot occur. Of a classifier that is restricted already, to some of the labels left.
    ///
    /// # Errors
    /// [`ModelError::NoSuchLabel`] if one of the labels is not among those that are left, [`ModelError::Restriction`] if fewer than two
    /// are named.
    pub fn restricted_to<T: AsRef<str>>(mut self, labels: &[T]) -> Result<Self, ModelError> {
        let asked: Vec<&str> = labels.iter().map(AsRef::as_ref).collect();
        let open =
            || (0..self.labels().len()).filter(|class| !self.barred.contains(class)).map(|class| &self.labels()[class]);
        if let Some(&label) = asked.iter().find(|&&label| !open().any(|open| open == label)) {
            return Err(ModelError::NoSuchLabel { label: label.to_owned(), labels: open().cloned().collect() });
        }
        let is_barred = |class: &usize| !asked.contains(&self.labels()[*class].as_str());
        let barred: Vec<usize> = (0..self.labels().len()).filter(is_barred).collect();
        if self.labels().len() - barred.len() < 2 {
            return Err(ModelError::Restriction {
                asked: asked.into_iter().map(str::to_owned).collect(),
                labels: open().cloned().collect(),
            });
        }
        self.barred = barred;
        Ok(self)
    }

    /// The same classifier labelling each sentence of a document as if it stood alone.
    #[must_use]
    pub fn without_context(mut self) -> Self {
        self.in_context = false;
        self
    }

    /// The context in force for documents.
    pub(crate) fn context(&self) -> Option<&Context> {
        self.model.context().filter(|_| self.in_context)
    }

    /// The answer for a row of logits.
    pub(crate) fn prediction(&self, logits: &mut [f64], temperature: f64) -> Prediction<'_> {
        self.make_probabilities(logits, temperature);
        self.answer(logits)
    }

    /// Makes rows of logits to probabilities.
    fn make_probabilities(&self, rows: &mut [f64], temperature: f64) {
        let labels = self.labels().len();
        if !self.barred.is_empty() {
            for row in rows.chunks_exact_mut(labels) {
                self.barred.iter().for_each(|&class| row[class] = f64::NEG_INFINITY);
            }
        }
        softmax(rows, labels, temperature);
    }

    /// The answer for a row of probabilities.
    fn answer(&self, probabilities: &[f64]) -> Prediction<'_> {
        Prediction {
            labels: self.labels(),
            best: argmax(probabilities),
            probabilities: Probabilities::new(probabilities),
        }
    }

    /// Classifies one text.
    pub fn classify(&self, text: &str) -> Prediction<'_> {
        self.worker().classify(text)
    }

    /// Classifies texts in parallel. Each gets the numbers that [`classify`](Self::classify) gives it.
    pub fn classify_batch<T: AsRef<str> + Sync>(&self, texts: &[T]) -> Vec<Prediction<'_>> {
        // Waking other threads takes longer than a few texts.
        if texts.len() <= FEW {
            let mut predictions = Vec::with_capacity(texts.len());
            self.worker().classify_each(texts, |_, prediction| predictions.push(prediction));
            return predictions;
        }
        let unknown = Prediction { labels: self.labels(), probabilities: Probabilities::new(&[]), best: 0 };
        let mut predictions = vec![unknown; texts.len()];
        texts.par_chunks(PIECE).zip(predictions.par_chunks_mut(PIECE)).for_each_init(
            || self.worker(),
            |worker, (texts, places)| {
                let mut places = places.iter_mut();
                worker.classify_each(texts, |_, prediction| {
                    *places.next().expect("a place for each text") = prediction;
                });
            },
        );
        predictions
    }

    /// A worker that reuses its memory from text to text. Each thread needs its own.
    pub fn worker(&self) -> Worker<'_> {
        let scratch = self.spare.take().unwrap_or_else(|| Box::new(Scratch::new(&self.model)));
        Worker { classifier: self, scratch: Some(scratch) }
    }
}

/// Classifies texts one after the other (see [`Classifier::worker`]).
pub struct Worker<'a> {
    classifier: &'a Classifier,
    /// There until the worker is dropped.
    scratch: Option<Box<Scratch>>,
}

impl fmt::Debug for Worker<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker").field("labels", &self.classifier.labels()).finish_non_exhaustive()
    }
}

impl Drop for Worker<'_> {
    fn drop(&mut self) {
        if let Some(scratch) = self.scratch.take() {
            self.classifier.spare.give(scratch);
        }
    }
}

impl<'a> Worker<'a> {
    /// Whose worker it is.
    pub(crate) fn classifier(&self) -> &'a Classifier {
        self.classifier
    }

    /// Classifies one text.
    pub fn classify(&mut self, text: &str) -> Prediction<'a> {
        let classifier = self.classifier;
        classifier.answer(self.probabilities(text))
    }

    /// Classifies texts and hands over each with its answer, in their order. Takes less time than one by one, since up to 16 texts
    /// (of 16 KiB) are read before the first of them is answered.
    ///
    /// ```
    /// # #[cfg(feature = "builtin")] {
    /// use copydesk_infer::Classifier;
    ///
    /// let classifier = Classifier::builtin()?;
    /// let mut appeals = Vec::new();
    /// classifier.worker().classify_each(["Give what you can today.", "The council met on Monday."], |text, answer| {
    ///     if answer.label() == "appeal" {
    ///         appeals.push(text);
    ///     }
    /// });
    /// assert_eq!(appeals, ["Give what you can today."]);
    /// # }
    /// # Ok::<(), copydesk_infer::ModelError>(())
    /// ```
    pub fn classify_each<T: AsRef<str>>(
        &mut self,
        texts: impl IntoIterator<Item = T>,
        mut take: impl FnMut(T, Prediction<'a>),
    ) {
        let classifier = self.classifier;
        let (labels, temperature) = (classifier.labels().len(), classifier.model.calibration().temperature);
        self.each_group(texts, |group, rows| {
            classifier.make_probabilities(rows, temperature);
            for (text, row) in group.drain(..).zip(rows.chunks_exact(labels)) {
                take(text, classifier.answer(row));
            }
        });
    }

    /// Hands over texts and their logits, a row each, group by group.
    pub(crate) fn each_group<T: AsRef<str>>(
        &mut self,
        texts: impl IntoIterator<Item = T>,
        mut take: impl FnMut(&mut Vec<T>, &mut [f64]),
    ) {
        let mut texts = texts.into_iter();
        let mut group = Vec::with_capacity(GROUP);
        loop {
            let mut bytes = 0;
            while group.len() < GROUP && bytes < GROUP_BYTES {
                let Some(text) = texts.next() else { break };
                bytes += text.as_ref().len();
                group.push(text);
            }
            if group.is_empty() {
                return;
            }
            let rows = self.logits_of(&group);
            take(&mut group, rows);
            group.clear();
        }
    }

    /// The probability of each label; valid until the next call.
    pub fn probabilities(&mut self, text: &str) -> &[f64] {
        let classifier = self.classifier;
        let row = self.logits_of(&[text]);
        classifier.make_probabilities(row, classifier.model.calibration().temperature);
        row
    }

    /// The score of each label before calibration: intercept plus what the n-grams say. Valid until the next call.
    pub fn logits(&mut self, text: &str) -> &[f64] {
        self.logits_of(&[text])
    }

    /// The logits of a group of texts, a row each.
    fn logits_of<T: AsRef<str>>(&mut self, texts: &[T]) -> &mut [f64] {
        let scratch = self.scratch.as_mut().expect("it is taken only when the worker is dropped");
        self.classifier.scorer.score(&self.classifier.model, texts, scratch);
        &mut scratch.logits
    }
}

/// The first of the greatest.
fn argmax(values: &[f64]) -> usize {
    let (mut best, mut greatest) = (0, f64::NEG_INFINITY);
    for (class, &value) in values.iter().enumerate() {
        best = select_unpredictable(value > greatest, class, best);
        greatest = greatest.max(value);
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::tests::small_model;
    use proptest::prelude::*;

    #[test]
    fn known_words_decide() {
        let classifier = Classifier::new(small_model());
        assert_eq!(classifier.classify("He said so.").label(), "reporting");
        assert_eq!(classifier.classify("How absurd!").label(), "opinion");
        assert_eq!(classifier.classify("Donate!").label(), "appeal");
    }

    #[test]
    fn a_text_of_unknown_words_gets_the_intercepts() {
        let classifier = Classifier::new(small_model());
        let logits = classifier.worker().logits("zzz").to_vec();
        assert_eq!(logits, [-0.5, f64::from(0.1_f32), f64::from(0.4_f32)]);
        assert_eq!(classifier.classify("").probabilities(), classifier.classify("zzz").probabilities());
    }

    /// They are believed when a program starts, so here they are not.
    #[cfg(feature = "builtin")]
    #[test]
    fn embedded_models_are_whole_and_have_their_own_hashes() {
        for name in copydesk_models::NAMES {
            let checked = Model::from_bytes(copydesk_models::bytes(name).unwrap()).unwrap();
            let embedded = Classifier::builtin_named(name).unwrap();
            assert_eq!(embedded.model().to_bytes(), checked.to_bytes());
            assert!(embedded.model().vectorizer().vocabulary().hashes() == checked.vectorizer().vocabulary().hashes());
        }
    }

    #[test]
    fn below_the_confidence_asked_for_there_is_no_label() {
        let classifier = Classifier::new(small_model());
        let prediction = classifier.classify("zzz");
        assert_eq!(prediction.label_if_sure(0.99), None);
        assert_eq!(prediction.label_if_sure(0.2), Some("reporting"));
    }

    #[test]
    fn a_restricted_choice_leaves_the_others_out() {
        let classifier = Classifier::new(small_model());
        let odds = |p: &[f64]| p[2] / p[1];
        let free = odds(classifier.classify("absurd donate").probabilities());
        let restricted = classifier.restricted_to(&["reporting", "opinion"]).unwrap();
        let prediction = restricted.classify("absurd donate");
        assert_eq!(prediction.probabilities()[0].to_bits(), 0);
        assert!((odds(prediction.probabilities()) - free).abs() < 1e-12);
        assert!(restricted.clone().restricted_to(&["opinion"]).is_err());
        assert!(restricted.clone().restricted_to(&["opinion", "weather"]).is_err());
        assert!(restricted.clone().restricted_to(&["opinion", "reporting"]).is_ok());
        let message = restricted.restricted_to(&["opinion", "appeal"]).unwrap_err().to_string();
        assert_eq!(message, "there is no label `appeal`: the labels are opinion, reporting");
    }

    proptest! {
        #[test]
        fn alone_in_a_batch_and_on_any_threads_the_answer_is_one(
            texts in prop::collection::vec("((said|absurd|donate|zz) ?){0,6}", 0..600),
            threads in 1..4usize,
        ) {
            let classifier = Classifier::new(small_model());
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let batch = pool.install(|| classifier.classify_batch(&texts));
            prop_assert_eq!(batch.len(), texts.len());
            for (text, prediction) in texts.iter().zip(&batch) {
                prop_assert_eq!(&classifier.classify(text), prediction);
                let sum: f64 = prediction.probabilities().iter().sum();
                prop_assert!((sum - 1.0).abs() < 1e-12);
                prop_assert!(prediction.probabilities().iter().all(|p| (0.0..=1.0).contains(p)));
            }
        }
    }
}

//! Labelling the sentences of a document.

use copydesk_features::{QuotePolicy, Sentence, sentences};

use crate::answers::{Answers, Scored};
use crate::classifier::{Classifier, Prediction, Worker};
use crate::stream::DocumentStream;

/// A sentence of a document and its answer.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelledSentence<'a> {
    /// Where the sentence stands in the document.
    pub span: Sentence,
    /// What it is.
    pub prediction: Prediction<'a>,
}

impl Classifier {
    /// Splits a document into sentences, also inside quotations, and classifies each in its context.
    pub fn label_document(&self, text: &str) -> Vec<LabelledSentence<'_>> {
        self.label_document_with(text, QuotePolicy::Split)
    }

    /// Splits a document into sentences by a quote policy and classifies each in its context.
    pub fn label_document_with(&self, text: &str, quotes: QuotePolicy) -> Vec<LabelledSentence<'_>> {
        let spans: Vec<Sentence> = sentences(text, quotes).collect();
        let texts: Vec<&str> = spans.iter().map(|span| &text[span.bytes.clone()]).collect();
        labelled(spans, self.classify_document(&texts))
    }

    /// Classifies the sentences of one document, in its order, each in the context of the others.
    ///
    /// With a model that has no context, or with [`without_context`](Self::without_context), each sentence gets the
    /// answer that [`classify`](Self::classify) gives it alone.
    pub fn classify_document<T: AsRef<str> + Sync>(&self, sentences: &[T]) -> Vec<Prediction<'_>> {
        let (mut scored, mut answers) = (Scored::default(), Vec::with_capacity(sentences.len()));
        scored.read_in_parallel(self, sentences);
        Answers::new(self).read(&mut scored, true, &mut answers);
        answers
    }

    /// Labels a document that comes in pieces; see [`DocumentStream`].
    pub fn document(&self, quotes: QuotePolicy) -> DocumentStream<'_> {
        DocumentStream::new(self, quotes)
    }
}

impl<'a> Worker<'a> {
    /// As [`Classifier::label_document_with`], by this thread alone: for documents by the thousand, a thread for each at a time.
    pub fn label_document(&mut self, text: &str, quotes: QuotePolicy) -> Vec<LabelledSentence<'a>> {
        let spans: Vec<Sentence> = sentences(text, quotes).collect();
        let (mut scored, mut predictions) = (Scored::default(), Vec::with_capacity(spans.len()));
        scored.read(self, spans.iter().map(|span| &text[span.bytes.clone()]));
        Answers::new(self.classifier()).read(&mut scored, true, &mut predictions);
        labelled(spans, predictions)
    }
}

fn labelled(spans: Vec<Sentence>, predictions: Vec<Prediction<'_>>) -> Vec<LabelledSentence<'_>> {
    spans.into_iter().zip(predictions).map(|(span, prediction)| LabelledSentence { span, prediction }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Model;
    use crate::model::tests::{small_model, small_parts};
    use proptest::prelude::*;

    #[test]
    fn without_a_context_each_sentence_gets_the_answer_it_gets_alone() {
        let bare = Model::new(crate::ModelParts { context: None, ..small_parts() }).unwrap();
        let text = "She said so.\n\nHow absurd! Donate now.";
        for classifier in [Classifier::new(bare), Classifier::new(small_model()).without_context()] {
            let labelled = classifier.label_document(text);
            let found: Vec<_> = labelled.iter().map(|s| (&text[s.span.bytes.clone()], s.prediction.label())).collect();
            assert_eq!(found, [("She said so.", "reporting"), ("How absurd!", "opinion"), ("Donate now.", "appeal")]);
            for sentence in &labelled {
                assert_eq!(sentence.prediction, classifier.classify(&text[sentence.span.bytes.clone()]));
            }
            assert!(classifier.label_document(" \n").is_empty());
        }
    }

    #[test]
    fn neighbours_decide_what_a_sentence_alone_leaves_open() {
        let classifier = Classifier::new(small_model());
        let label_of = |text: &str, at: usize| classifier.label_document(text)[at].prediction.label().to_owned();
        assert_eq!(classifier.classify("It rains.").label(), "reporting");
        assert_eq!(label_of("Donate. It rains. Donate.", 1), "appeal");
        assert_eq!(label_of("How absurd! It rains. How absurd!", 1), "opinion");
    }

    #[test]
    fn a_restricted_choice_holds_in_context() {
        let classifier = Classifier::new(small_model()).restricted_to(&["reporting", "opinion"]).unwrap();
        let predictions = classifier.classify_document(&["Donate.", "It rains.", "Donate."]);
        assert!(predictions.iter().all(|p| p.label() != "appeal" && p.probabilities()[0].abs() < f64::MIN_POSITIVE));
    }

    proptest! {
        #[test]
        fn probabilities_in_context_sum_to_one(
            sentences in prop::collection::vec("((said|absurd|donate|zz) ?){0,6}", 0..30),
        ) {
            let classifier = Classifier::new(small_model());
            let predictions = classifier.classify_document(&sentences);
            prop_assert_eq!(predictions.len(), sentences.len());
            for prediction in &predictions {
                let sum: f64 = prediction.probabilities().iter().sum();
                prop_assert!((sum - 1.0).abs() < 1e-12);
                prop_assert!(prediction.probabilities().iter().all(|p| (0.0..=1.0).contains(p)));
            }
        }
    }
}

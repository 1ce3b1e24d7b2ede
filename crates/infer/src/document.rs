//! Labelling the sentences of a document.

use copydesk_features::{QuotePolicy, Sentence, sentences};

use crate::classifier::{Classifier, Prediction};

/// A sentence of a document and its answer.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelledSentence<'a> {
    /// Where the sentence stands in the document.
    pub span: Sentence,
    /// What it is.
    pub prediction: Prediction<'a>,
}

impl Classifier {
    /// Splits a document into sentences, also inside quotations, and classifies each.
    pub fn label_document(&self, text: &str) -> Vec<LabelledSentence<'_>> {
        self.label_document_with(text, QuotePolicy::Split)
    }

    /// Splits a document into sentences by a quote policy and classifies each.
    pub fn label_document_with(&self, text: &str, quotes: QuotePolicy) -> Vec<LabelledSentence<'_>> {
        let mut worker = self.worker();
        sentences(text, quotes)
            .map(|span| {
                let prediction = worker.classify(&text[span.bytes.clone()]);
                LabelledSentence { span, prediction }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::tests::small_model;

    #[test]
    fn each_sentence_gets_the_answer_it_gets_alone() {
        let classifier = Classifier::new(small_model());
        let text = "She said so.\n\nHow absurd! Donate now.";
        let labelled = classifier.label_document(text);
        let found: Vec<_> = labelled.iter().map(|s| (&text[s.span.bytes.clone()], s.prediction.label())).collect();
        assert_eq!(found, [("She said so.", "reporting"), ("How absurd!", "opinion"), ("Donate now.", "appeal")]);
        for sentence in &labelled {
            assert_eq!(sentence.prediction, classifier.classify(&text[sentence.span.bytes.clone()]));
        }
        assert!(classifier.label_document(" \n").is_empty());
    }
}

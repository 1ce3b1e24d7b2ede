//! The label, confidence and probabilities of an answer, as JSON Lines and TSV give them.

use copydesk_infer::{Prediction, UNSURE};

use crate::json::{push_number, push_string};
use crate::tsv::push_field;

/// Writes answers of one classifier: what is the same in all of them is made once.
pub(crate) struct AnswerFields {
    labels: Vec<Label>,
    unsure: Label,
}

struct Label {
    /// As a field of TSV, with a tab behind it.
    field: Vec<u8>,
    /// `"label":…,"confidence":` of JSON.
    answer: Vec<u8>,
    /// What stands before its probability in JSON.
    key: Vec<u8>,
}

impl Label {
    fn new(class: usize, label: &str) -> Self {
        let (mut field, mut string) = (Vec::new(), Vec::new());
        push_field(&mut field, label);
        field.push(b'\t');
        push_string(&mut string, label);
        let before: &[u8] = if class == 0 { b",\"probabilities\":{" } else { b"," };
        Self {
            field,
            answer: [b"\"label\":", &string[..], b",\"confidence\":"].concat(),
            key: [before, &string[..], b":"].concat(),
        }
    }
}

impl AnswerFields {
    pub fn new(labels: &[String]) -> Self {
        let labels = labels.iter().enumerate().map(|(class, label)| Label::new(class, label)).collect();
        Self { labels, unsure: Label::new(0, UNSURE) }
    }

    fn label(&self, prediction: &Prediction<'_>, sure: bool) -> &Label {
        if sure { &self.labels[prediction.class()] } else { &self.unsure }
    }

    /// Appends `"label":…,"confidence":…,"probabilities":{…}`. An answer that is not `sure` has the label `unsure`.
    pub fn push_json(&self, out: &mut Vec<u8>, prediction: &Prediction<'_>, sure: bool) {
        out.extend_from_slice(&self.label(prediction, sure).answer);
        let start = out.len();
        push_number(out, prediction.confidence());
        let confidence = start..out.len();
        for (class, (label, &probability)) in self.labels.iter().zip(prediction.probabilities()).enumerate() {
            out.extend_from_slice(&label.key);
            if class == prediction.class() {
                out.extend_from_within(confidence.clone());
            } else {
                push_number(out, probability);
            }
        }
        out.push(b'}');
    }

    /// Appends the label, the confidence and each probability, with tabs between them.
    pub fn push_tsv(&self, out: &mut Vec<u8>, prediction: &Prediction<'_>, sure: bool) {
        out.extend_from_slice(&self.label(prediction, sure).field);
        let start = out.len();
        push_number(out, prediction.confidence());
        let confidence = start..out.len();
        for (class, &probability) in prediction.probabilities().iter().enumerate() {
            out.push(b'\t');
            if class == prediction.class() {
                out.extend_from_within(confidence.clone());
            } else {
                push_number(out, probability);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use copydesk_infer::Classifier;

    use super::*;

    #[test]
    fn answers_are_written_as_serde_json_writes_them() {
        let classifier = Classifier::builtin().unwrap();
        let fields = AnswerFields::new(classifier.labels());
        for text in ["Please donate what you can today.", "The vote was 7 to 2.", "It was a disgrace.", ""] {
            let prediction = classifier.classify(text);
            for (sure, label) in [(true, prediction.label()), (false, "unsure")] {
                let (mut json, mut tsv) = (Vec::new(), Vec::new());
                fields.push_json(&mut json, &prediction, sure);
                fields.push_tsv(&mut tsv, &prediction, sure);
                let of = |value: f64| serde_json::to_string(&value).unwrap();
                let probabilities = serde_json::to_string(&prediction.by_label()).unwrap();
                let confidence = of(prediction.confidence());
                let expected =
                    format!("\"label\":\"{label}\",\"confidence\":{confidence},\"probabilities\":{probabilities}");
                assert_eq!(String::from_utf8(json).unwrap(), expected);
                let expected: Vec<String> = prediction.probabilities().iter().map(|&value| of(value)).collect();
                assert_eq!(String::from_utf8(tsv).unwrap(), format!("{label}\t{confidence}\t{}", expected.join("\t")));
            }
        }
    }
}

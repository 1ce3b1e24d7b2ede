//! Answers from requests: all that takes a processor's time.

use std::time::Instant;

use copydesk_features::sentences;
use copydesk_infer::{ByLabel, Classifier, Prediction, Sentence, UNSURE};
use serde::Serialize;

use crate::error::ApiError;
use crate::options::Limits;
use crate::reasons::Reasons;
use crate::requests::{ClassifyRequest, Explain, LabelRequest};

/// A model in both of its ways, and where to stop.
#[derive(Debug)]
pub(crate) struct Answerer {
    in_context: Classifier,
    alone: Classifier,
    limits: Limits,
}

#[derive(Serialize)]
struct LabelAnswer<'a> {
    labels: &'a [String],
    in_context: bool,
    sentences: Vec<SentenceAnswer<'a>>,
}

/// The fields of `copydesk label --format jsonl`, and offsets for browsers.
#[derive(Serialize)]
struct SentenceAnswer<'a> {
    index: usize,
    start: usize,
    end: usize,
    char_start: usize,
    char_end: usize,
    utf16_start: usize,
    utf16_end: usize,
    text: &'a str,
    #[serde(flatten)]
    answer: Answer<'a>,
    quoted: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasons: Option<Reasons<'a>>,
}

#[derive(Serialize)]
struct ClassifyAnswer<'a> {
    labels: &'a [String],
    answers: Vec<TextAnswer<'a>>,
}

#[derive(Serialize)]
struct TextAnswer<'a> {
    index: usize,
    #[serde(flatten)]
    answer: Answer<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasons: Option<Reasons<'a>>,
}

#[derive(Serialize)]
struct Answer<'a> {
    label: &'a str,
    confidence: f64,
    probabilities: ByLabel<'a>,
}

impl Answerer {
    pub fn new(classifier: Classifier, limits: Limits) -> Self {
        Self { alone: classifier.clone().without_context(), in_context: classifier, limits }
    }

    /// The answer to `/v1/label`, or an error if it is not there by `deadline`.
    pub fn label(&self, request: &LabelRequest, deadline: Instant) -> Result<Vec<u8>, ApiError> {
        let text = &request.text;
        let explained = self.explained(&request.explain)?;
        let spans: Vec<Sentence> = sentences(text, request.quotes).take(self.limits.max_sentences + 1).collect();
        if spans.len() > self.limits.max_sentences {
            let problem = format!(
                "has more than {} sentences: send it in parts, or start the server with a greater --max-sentences",
                self.limits.max_sentences
            );
            return Err(ApiError::Value { field: "text", problem });
        }
        let classifier = if request.context { &self.in_context } else { &self.alone };
        let texts: Vec<&str> = spans.iter().map(|span| &text[span.bytes.clone()]).collect();
        let predictions = classifier.classify_document(&texts);
        let mut utf16 = Utf16::new(text);
        let mut answers = Vec::with_capacity(spans.len());
        for (index, ((span, sentence), prediction)) in spans.iter().zip(texts).zip(&predictions).enumerate() {
            answers.push(SentenceAnswer {
                index,
                start: span.bytes.start,
                end: span.bytes.end,
                char_start: span.chars.start,
                char_end: span.chars.end,
                utf16_start: utf16.at(span.bytes.start),
                utf16_end: utf16.at(span.bytes.end),
                text: sentence,
                answer: Answer::new(prediction, request.min_confidence),
                quoted: span.quoted,
                reasons: self.reasons(sentence, explained, prediction, deadline)?,
            });
        }
        let in_context = request.context && classifier.model().context().is_some();
        Ok(json(&LabelAnswer { labels: classifier.labels(), in_context, sentences: answers }))
    }

    /// The answer to `/v1/classify`, or an error if it is not there by `deadline`.
    pub fn classify(&self, request: &ClassifyRequest, deadline: Instant) -> Result<Vec<u8>, ApiError> {
        let explained = self.explained(&request.explain)?;
        let mut answers = Vec::with_capacity(request.texts.len());
        let mut predictions: Vec<Prediction<'_>> = Vec::with_capacity(request.texts.len());
        self.alone.worker().classify_each(&request.texts, |_, prediction| predictions.push(prediction));
        for (index, (text, prediction)) in request.texts.iter().zip(&predictions).enumerate() {
            answers.push(TextAnswer {
                index,
                answer: Answer::new(prediction, request.min_confidence),
                reasons: self.reasons(text, explained, prediction, deadline)?,
            });
        }
        Ok(json(&ClassifyAnswer { labels: self.alone.labels(), answers }))
    }

    /// Which label to explain.
    fn explained(&self, explain: &Explain) -> Result<Explained, ApiError> {
        match explain {
            Explain::No => Ok(Explained::None),
            Explain::Answer => Ok(Explained::Best),
            Explain::Label(name) => {
                let labels = self.alone.labels();
                labels.iter().position(|label| label == name).map(Explained::Class).ok_or_else(|| {
                    let problem = format!("is {name:?}, which is no label: the labels are {}", labels.join(", "));
                    ApiError::Value { field: "explain", problem }
                })
            }
        }
    }

    /// The reasons for one text. They take a hundred times as long as its label, so that the clock is looked at each time.
    fn reasons(
        &self,
        text: &str,
        explained: Explained,
        prediction: &Prediction<'_>,
        deadline: Instant,
    ) -> Result<Option<Reasons<'_>>, ApiError> {
        let class = match explained {
            Explained::None => return Ok(None),
            Explained::Best => prediction.class(),
            Explained::Class(class) => class,
        };
        if Instant::now() >= deadline {
            return Err(ApiError::LateAnswer { seconds: self.limits.request_deadline.as_secs_f64() });
        }
        Ok(Some(Reasons::new(&self.alone, text, class)))
    }
}

/// Which label's reasons are given.
#[derive(Debug, Clone, Copy)]
enum Explained {
    None,
    /// The most probable label's.
    Best,
    Class(usize),
}

impl<'a> Answer<'a> {
    fn new(prediction: &'a Prediction<'_>, min_confidence: f64) -> Self {
        Self {
            label: prediction.label_if_sure(min_confidence).unwrap_or(UNSURE),
            confidence: prediction.confidence(),
            probabilities: prediction.by_label(),
        }
    }
}

/// Offsets in UTF-16 code units, as JavaScript, Java and C# count, asked for in rising order.
struct Utf16<'a> {
    text: &'a str,
    bytes: usize,
    units: usize,
}

impl<'a> Utf16<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, bytes: 0, units: 0 }
    }

    /// The offset of the character that starts at this byte.
    fn at(&mut self, byte: usize) -> usize {
        self.units += self.text[self.bytes..byte].chars().map(char::len_utf16).sum::<usize>();
        self.bytes = byte;
        self.units
    }
}

/// A value as a body: JSON with a line end, so that a terminal's prompt comes on its own line.
pub(crate) fn json(value: &impl Serialize) -> Vec<u8> {
    let mut body = serde_json::to_vec(value).expect("maps have strings for keys, and a Vec takes all bytes");
    body.push(b'\n');
    body
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    fn answerer(limits: Limits) -> Answerer {
        Answerer::new(Classifier::builtin().unwrap(), limits)
    }

    fn soon() -> Instant {
        Instant::now() + Duration::from_mins(1)
    }

    fn labelled(answerer: &Answerer, body: &Value) -> Result<Value, ApiError> {
        let request = LabelRequest::from_json(body.to_string().as_bytes())?;
        Ok(serde_json::from_slice(&answerer.label(&request, soon())?).unwrap())
    }

    #[test]
    fn spans_count_bytes_characters_and_code_units() {
        let text = "🍲 Soupe du jour. Cafe\u{301} d’ici! Rain fell.";
        let answer = labelled(&answerer(Limits::default()), &serde_json::json!({ "text": text })).unwrap();
        let units: Vec<u16> = text.encode_utf16().collect();
        let characters: Vec<char> = text.chars().collect();
        let sentences = answer["sentences"].as_array().unwrap();
        assert_eq!(sentences.len(), 3, "{answer}");
        for sentence in sentences {
            let at = |name: &str| usize::try_from(sentence[name].as_u64().unwrap()).unwrap();
            let expected = sentence["text"].as_str().unwrap();
            assert_eq!(&text[at("start")..at("end")], expected);
            assert_eq!(characters[at("char_start")..at("char_end")].iter().collect::<String>(), expected);
            assert_eq!(String::from_utf16(&units[at("utf16_start")..at("utf16_end")]).unwrap(), expected);
        }
    }

    #[test]
    fn reasons_sum_to_the_logit_and_speak_of_the_label_asked_for() {
        let answerer = answerer(Limits::default());
        let text = "Please donate before midnight, or all of this was in vain.";
        for (explain, label) in [(Value::Bool(true), "appeal"), ("opinion".into(), "opinion")] {
            let body = serde_json::json!({ "text": text, "explain": explain, "context": false });
            let answer = labelled(&answerer, &body).unwrap();
            let sentence = &answer["sentences"][0];
            let reasons = &sentence["reasons"];
            assert_eq!(reasons["label"], label);
            assert_eq!(reasons["probability_alone"], sentence["probabilities"][label]);
            let number = |value: &Value| value.as_f64().unwrap();
            let shown: f64 = reasons["ngrams"].as_array().unwrap().iter().map(|n| number(&n["contribution"])).sum();
            let sum = number(&reasons["intercept"]) + shown + number(&reasons["rest"]);
            assert!((sum - number(&reasons["logit"])).abs() < 1e-9, "{reasons}");
        }
        let unknown = labelled(&answerer, &serde_json::json!({ "text": text, "explain": "weather" })).unwrap_err();
        assert!(unknown.to_string().starts_with("\"explain\" is \"weather\", which is no label: "), "{unknown}");
    }

    #[test]
    fn limits_stop_an_answer() {
        let answerer = answerer(Limits { max_sentences: 2, ..Limits::default() });
        let body = |text: &str| serde_json::json!({ "text": text });
        assert!(labelled(&answerer, &body("It rained. It snowed.")).is_ok());
        let error = labelled(&answerer, &body("It rained. It snowed. It froze.")).unwrap_err();
        assert!(error.to_string().starts_with("\"text\" has more than 2 sentences: "), "{error}");
        let request = ClassifyRequest { texts: vec!["Rain.".into()], min_confidence: 0.0, explain: Explain::Answer };
        let late = answerer.classify(&request, Instant::now()).unwrap_err();
        assert_eq!(late, ApiError::LateAnswer { seconds: 30.0 });
    }

    #[test]
    fn what_is_not_sure_is_unsure() {
        let request = ClassifyRequest { texts: vec!["Rain.".into()], min_confidence: 1.0, explain: Explain::No };
        let answer = answerer(Limits::default()).classify(&request, soon()).unwrap();
        let answer: Value = serde_json::from_slice(&answer).unwrap();
        assert_eq!(answer["answers"][0]["label"], "unsure");
    }

    proptest! {
        #[test]
        fn code_units_are_those_of_the_whole_text(text in any::<String>()) {
            let mut utf16 = Utf16::new(&text);
            for (byte, _) in text.char_indices() {
                prop_assert_eq!(utf16.at(byte), text[..byte].encode_utf16().count());
            }
        }
    }
}

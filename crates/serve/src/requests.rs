//! Requests from the bytes of their bodies.

use copydesk_infer::QuotePolicy;
use serde::Deserialize;
use serde_json::Value;
use serde_json::error::Category;

use crate::error::ApiError;

/// A document to label, sentence by sentence.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelRequest {
    /// The document.
    pub text: String,
    /// Whether sentences inside quotations are split.
    pub quotes: QuotePolicy,
    /// Labels less probable than this become `unsure`.
    pub min_confidence: f64,
    /// Whether a sentence is labelled in the context of the others.
    pub context: bool,
    /// Which reasons are asked for.
    pub explain: Explain,
}

/// Texts to label whole.
#[derive(Debug, Clone, PartialEq)]
pub struct ClassifyRequest {
    /// The texts.
    pub texts: Vec<String>,
    /// Labels less probable than this become `unsure`.
    pub min_confidence: f64,
    /// Which reasons are asked for.
    pub explain: Explain,
}

/// Which reasons are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Explain {
    /// None.
    #[default]
    No,
    /// Those for the most probable label.
    Answer,
    /// Those for the label of this name.
    Label(String),
}

/// A body as it comes, before its values are looked at. `null` is the same as a field that is not there.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LabelBody {
    text: Option<Value>,
    quotes: Option<Value>,
    min_confidence: Option<Value>,
    context: Option<Value>,
    explain: Option<Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClassifyBody {
    texts: Option<Value>,
    min_confidence: Option<Value>,
    explain: Option<Value>,
}

impl LabelRequest {
    /// A request from a JSON object.
    ///
    /// # Errors
    /// [`ApiError`] if the bytes are no JSON object, or have a field that is not known or whose value cannot be used.
    pub fn from_json(body: &[u8]) -> Result<Self, ApiError> {
        let body: LabelBody = object(body, "text")?;
        Ok(Self {
            text: match body.text {
                Some(Value::String(text)) => text,
                other => return Err(unusable("text", "a string", other.as_ref())),
            },
            quotes: match body.quotes {
                None => QuotePolicy::Split,
                Some(Value::String(s)) if s == "split" => QuotePolicy::Split,
                Some(Value::String(s)) if s == "keep" => QuotePolicy::Keep,
                other => return Err(unusable("quotes", "\"split\" or \"keep\"", other.as_ref())),
            },
            min_confidence: min_confidence(body.min_confidence.as_ref())?,
            context: match body.context {
                None => true,
                Some(Value::Bool(context)) => context,
                other => return Err(unusable("context", "true or false", other.as_ref())),
            },
            explain: explain(body.explain)?,
        })
    }

    /// A request with a text alone, all else by default.
    ///
    /// # Errors
    /// [`ApiError::NotUtf8`].
    pub fn from_text(body: Vec<u8>) -> Result<Self, ApiError> {
        let text =
            String::from_utf8(body).map_err(|error| ApiError::NotUtf8 { at: error.utf8_error().valid_up_to() })?;
        Ok(Self { text, quotes: QuotePolicy::Split, min_confidence: 0.0, context: true, explain: Explain::No })
    }
}

impl ClassifyRequest {
    /// A request from a JSON object.
    ///
    /// # Errors
    /// [`ApiError`] if the bytes are no JSON object, have a field that is not known or whose value cannot be used, or more than
    /// `max_texts` texts.
    pub fn from_json(body: &[u8], max_texts: usize) -> Result<Self, ApiError> {
        let body: ClassifyBody = object(body, "texts")?;
        let values = match body.texts {
            Some(Value::Array(values)) => values,
            other => return Err(unusable("texts", "an array of strings", other.as_ref())),
        };
        if values.len() > max_texts {
            let problem = format!(
                "has {} texts, more than {max_texts}: send them in parts, or start the server with a greater --max-texts",
                values.len()
            );
            return Err(ApiError::Value { field: "texts", problem });
        }
        let mut texts = Vec::with_capacity(values.len());
        for (at, value) in values.into_iter().enumerate() {
            match value {
                Value::String(text) => texts.push(text),
                other => {
                    let problem = format!("must be an array of strings: item {at} (from 0) is {}", kind(Some(&other)));
                    return Err(ApiError::Value { field: "texts", problem });
                }
            }
        }
        Ok(Self {
            texts,
            min_confidence: min_confidence(body.min_confidence.as_ref())?,
            explain: explain(body.explain)?,
        })
    }
}

fn object<'de, T: Deserialize<'de>>(body: &'de [u8], field: &'static str) -> Result<T, ApiError> {
    let text = str::from_utf8(body).map_err(|error| ApiError::NotUtf8 { at: error.valid_up_to() })?;
    // serde would take an array for the fields in their order.
    if text.trim_start().starts_with('[') {
        return Err(ApiError::NoObject { field });
    }
    serde_json::from_str(text).map_err(|error| match error.classify() {
        Category::Data if text.trim_start().starts_with('{') => ApiError::Field(error.to_string()),
        Category::Data => ApiError::NoObject { field },
        Category::Io | Category::Syntax | Category::Eof => ApiError::MalformedJson(error.to_string()),
    })
}

fn min_confidence(value: Option<&Value>) -> Result<f64, ApiError> {
    match value.map(Value::as_f64) {
        None => Ok(0.0),
        Some(Some(p)) if (0.0..=1.0).contains(&p) => Ok(p),
        Some(_) => Err(unusable("min_confidence", "a number from 0 to 1", value)),
    }
}

fn explain(value: Option<Value>) -> Result<Explain, ApiError> {
    match value {
        None | Some(Value::Bool(false)) => Ok(Explain::No),
        Some(Value::Bool(true)) => Ok(Explain::Answer),
        Some(Value::String(label)) => Ok(Explain::Label(label)),
        other => Err(unusable("explain", "true, false or the name of a label", other.as_ref())),
    }
}

fn unusable(field: &'static str, expected: &str, found: Option<&Value>) -> ApiError {
    ApiError::Value { field, problem: format!("must be {expected}: it is {}", kind(found)) }
}

/// A value in an error's text: whole if it is short, otherwise its kind.
fn kind(value: Option<&Value>) -> String {
    match value {
        None => "missing".to_owned(),
        Some(value @ (Value::Null | Value::Bool(_) | Value::Number(_))) => value.to_string(),
        Some(Value::String(s)) if s.len() <= 40 => format!("{s:?}"),
        Some(Value::String(_)) => "a string".to_owned(),
        Some(Value::Array(_)) => "an array".to_owned(),
        Some(Value::Object(_)) => "an object".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn label(body: &str) -> Result<LabelRequest, ApiError> {
        LabelRequest::from_json(body.as_bytes())
    }

    #[test]
    fn what_is_not_said_is_the_default() {
        let plain = LabelRequest::from_text(b"It rained.".to_vec()).unwrap();
        assert_eq!(label(r#"{"text": "It rained."}"#).unwrap(), plain);
        assert_eq!(label(r#"{"text": "It rained.", "quotes": null, "explain": null}"#).unwrap(), plain);
        assert!(plain.context && plain.explain == Explain::No && plain.quotes == QuotePolicy::Split);
    }

    #[test]
    fn every_field_is_read() {
        let body = r#"{"text":"a","quotes":"keep","min_confidence":0.5,"context":false,"explain":"opinion"}"#;
        let expected = LabelRequest {
            text: "a".into(),
            quotes: QuotePolicy::Keep,
            min_confidence: 0.5,
            context: false,
            explain: Explain::Label("opinion".into()),
        };
        assert_eq!(label(body).unwrap(), expected);
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (body, message) in [
            (r#"{"text": 1}"#, "\"text\" must be a string: it is 1"),
            (r#"{"quotes": "keep"}"#, "\"text\" must be a string: it is missing"),
            (r#"{"text": "", "quotes": "k"}"#, "\"quotes\" must be \"split\" or \"keep\": it is \"k\""),
            (r#"{"text": "", "min_confidence": 2}"#, "\"min_confidence\" must be a number from 0 to 1: it is 2"),
            (r#"{"text": "", "context": []}"#, "\"context\" must be true or false: it is an array"),
            (r#"{"text": "", "explain": 3}"#, "\"explain\" must be true, false or the name of a label: it is 3"),
            (r#"{"text": "", "quote": 1}"#, "unknown field `quote`, expected one of `text`"),
            (r#"{"text": "", "text": ""}"#, "duplicate field `text`"),
            (r#"["a"]"#, "the body must be a JSON object, such as {\"text\": …}"),
            (r#""a""#, "the body must be a JSON object"),
            ("", "the body is not JSON: EOF"),
            (r#"{"text": "a"} x"#, "the body is not JSON: trailing characters"),
            (r#"{"text": "\ud800"}"#, "the body is not JSON: "),
        ] {
            let found = label(body).unwrap_err().to_string();
            assert!(found.starts_with(message), "{body}: {found}");
        }
        assert_eq!(LabelRequest::from_json(b"{\"text\": \"\xff\"}"), Err(ApiError::NotUtf8 { at: 10 }));
        assert_eq!(LabelRequest::from_text(b"ab\xe9".to_vec()), Err(ApiError::NotUtf8 { at: 2 }));
        let deep = format!("{{\"text\": {}", "[".repeat(100_000));
        assert!(matches!(label(&deep), Err(ApiError::MalformedJson(_))));
    }

    #[test]
    fn texts_are_counted_and_must_be_strings() {
        let classify = |body: &str| ClassifyRequest::from_json(body.as_bytes(), 2);
        assert_eq!(classify(r#"{"texts": ["a", ""]}"#).unwrap().texts, ["a", ""]);
        assert!(classify(r#"{"texts": []}"#).unwrap().texts.is_empty());
        let found = classify(r#"{"texts": ["a", {}]}"#).unwrap_err().to_string();
        assert_eq!(found, "\"texts\" must be an array of strings: item 1 (from 0) is an object");
        let found = classify(r#"{"texts": ["a", "b", "c"]}"#).unwrap_err().to_string();
        assert!(found.starts_with("\"texts\" has 3 texts, more than 2: "), "{found}");
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_request_or_an_error(body in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = LabelRequest::from_json(&body);
            let _ = ClassifyRequest::from_json(&body, 3);
            match LabelRequest::from_text(body.clone()) {
                Ok(request) => prop_assert_eq!(request.text.as_bytes(), &body),
                Err(ApiError::NotUtf8 { at }) => prop_assert!(at < body.len()),
                Err(error) => panic!("{error}"),
            }
        }

        #[test]
        fn nearly_right_bodies_are_a_request_or_an_error(
            body in r#"[\[{]?("(text|texts|quotes|min_confidence|context|explain|x)": ?("(keep|\\u[0-9a-f]{4}|.)*"|-?[0-9]{1,3}(\.[0-9]|e[0-9]{1,4})?|true|null|\[("a",?)*\]|\{\}),? ?){0,6}[}\]]?"#,
        ) {
            let _ = LabelRequest::from_json(body.as_bytes());
            if let Ok(request) = ClassifyRequest::from_json(body.as_bytes(), 3) {
                prop_assert!(request.texts.len() <= 3);
            }
        }

        #[test]
        fn a_text_comes_through_as_it_was(text in any::<String>(), p in 0.0..=1.0_f64) {
            let body = json!({"text": text, "min_confidence": p}).to_string();
            let request = label(&body).unwrap();
            prop_assert_eq!(request.text, text);
            prop_assert_eq!(request.min_confidence.to_bits(), p.to_bits());
        }
    }
}

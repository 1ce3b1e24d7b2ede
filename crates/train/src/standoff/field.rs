//! Where a string stands in a JSON file.

use std::fmt;

use serde_json::Value;

/// What marks a key that is given by its beginning.
const SHORTENED: char = '…';

/// The keys that lead through nested JSON objects to a string, written with dots between them: `article.body`.
///
/// A key that ends in `…` is given by its beginning and stands for the only key of its object that starts so:
/// `ef2b3f26….body`. A key with a dot in it cannot be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field(String);

/// Why a field leads to no string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FieldFault {
    Absent,
    Ambiguous,
    NotText,
}

impl Field {
    /// Takes the keys; `None` if one of them is empty or nothing but `…`.
    pub fn new(keys: &str) -> Option<Self> {
        let whole = keys.split('.').all(|key| !key.trim_end_matches(SHORTENED).is_empty());
        whole.then(|| Self(keys.to_owned()))
    }

    /// The string in a file's content.
    pub(super) fn find<'a>(&self, content: &'a Value) -> Result<&'a str, FieldFault> {
        let mut value = content;
        for key in self.0.split('.') {
            value = match key.strip_suffix(SHORTENED) {
                None => value.get(key).ok_or(FieldFault::Absent)?,
                Some(start) => {
                    let entries = value.as_object().ok_or(FieldFault::Absent)?;
                    let mut hits = entries.iter().filter(|(key, _)| key.starts_with(start));
                    let (_, hit) = hits.next().ok_or(FieldFault::Absent)?;
                    if hits.next().is_some() {
                        return Err(FieldFault::Ambiguous);
                    }
                    hit
                }
            };
        }
        value.as_str().ok_or(FieldFault::NotText)
    }
}

impl fmt::Display for Field {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn keys_lead_to_a_string() {
        let content =
            json!({"title": "T", "a": {"b": {"c": "deep"}}, "12ab": {"body": "one"}, "12cd": {"body": "two"}});
        let find = |keys| Field::new(keys).unwrap().find(&content);
        assert_eq!(find("title"), Ok("T"));
        assert_eq!(find("a.b.c"), Ok("deep"));
        assert_eq!(find("12a….body"), Ok("one"));
        assert_eq!(find("12cd….body"), Ok("two"));
        assert_eq!(find("12….body"), Err(FieldFault::Ambiguous));
        assert_eq!(find("13….body"), Err(FieldFault::Absent));
        assert_eq!(find("a.x"), Err(FieldFault::Absent));
        assert_eq!(find("title.x"), Err(FieldFault::Absent));
        assert_eq!(find("title.x…"), Err(FieldFault::Absent));
        assert_eq!(find("a.b"), Err(FieldFault::NotText));
    }

    #[test]
    fn empty_keys_are_refused() {
        for bad in ["", ".", "a.", ".a", "a..b", "…", "a.…"] {
            assert_eq!(Field::new(bad), None, "{bad}");
        }
    }
}

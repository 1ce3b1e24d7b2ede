//! Probabilities as programs read them.

use serde::ser::{Serialize, SerializeMap, Serializer};

/// Probabilities that serialise as an object by label, in the order of the labels.
#[derive(Debug, Clone, Copy)]
pub struct ByLabel<'a> {
    /// The labels.
    pub labels: &'a [String],
    /// The probability of each.
    pub values: &'a [f64],
}

impl Serialize for ByLabel<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.labels.len()))?;
        for (label, value) in self.labels.iter().zip(self.values) {
            map.serialize_entry(label, value)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_keep_the_order_of_the_labels() {
        let labels = ["z".to_owned(), "a".to_owned()];
        let json = serde_json::to_string(&ByLabel { labels: &labels, values: &[0.25, 0.75] }).unwrap();
        assert_eq!(json, r#"{"z":0.25,"a":0.75}"#);
    }
}

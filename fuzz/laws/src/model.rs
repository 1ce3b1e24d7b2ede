//! Model files of any bytes.

use std::hash::Hasher as _;

use copydesk_infer::{Classifier, Model, Promise};
use twox_hash::XxHash3_64;

use crate::document::check_prediction;

const TEXT: &str = "The council voted. What an absurd plan! “Please donate,” she said.";

/// What stands before the checksum's digits.
const FIELD: &[u8] = br#"\"checksum\":\""#;
const DIGITS: usize = 16;

/// A file whose checksum was repaired is refused or is a model that gives the same bytes again and answers in
/// probabilities.
pub fn model(data: &[u8]) {
    let Ok(model) = Model::from_bytes(&repaired(data)) else { return };
    let bytes = model.to_bytes();
    let again = Model::from_bytes(&bytes).expect("what was written can be read").to_bytes();
    assert!(bytes == again, "a model changes when it is saved");
    if let Some(table) = model.risk_table() {
        for class in 0..model.labels().len() {
            if let Ok(cut_off) = table.certify(class, Promise::at_most(0.1)) {
                assert!((0.0..=1.0).contains(&cut_off.threshold), "{cut_off:?}");
            }
        }
    }
    let classifier = Classifier::new(model);
    for sentence in classifier.label_document(TEXT) {
        check_prediction(&sentence.prediction);
        check_prediction(&classifier.classify(&TEXT[sentence.span.bytes]));
    }
}

/// The bytes with the length of the header and the checksum that they should have: as somebody would forge them.
pub fn repaired(data: &[u8]) -> Vec<u8> {
    let mut bytes = data.to_vec();
    if let Some(start) = bytes.windows(FIELD.len()).position(|window| window == FIELD) {
        let digits = start + FIELD.len()..start + FIELD.len() + DIGITS;
        if digits.end <= bytes.len() {
            bytes[digits.clone()].fill(b'0');
            let mut hasher = XxHash3_64::with_seed(0);
            hasher.write(&bytes);
            bytes[digits].copy_from_slice(format!("{:016x}", hasher.finish()).as_bytes());
        }
    }
    bytes
}

use proptest::prelude::*;

use super::*;
use crate::model::tests::{small_model, small_parts};

fn message(bytes: &[u8]) -> String {
    decode(bytes).unwrap_err().to_string()
}

#[test]
fn a_model_comes_back_as_it_was_and_gives_the_same_bytes() {
    let model = small_model();
    let bytes = encode(&model);
    let back = decode(&bytes).unwrap();
    assert_eq!(back.labels(), model.labels());
    assert_eq!(back.weights(), model.weights());
    assert_eq!(back.provenance(), model.provenance());
    assert!(model.risk_table().is_some());
    assert_eq!(back.risk_table(), model.risk_table());
    assert_eq!(back.confusion_table().map(|table| table.documents().len()), Some(2));
    assert_eq!(back.confusion_table(), model.confusion_table());
    assert_eq!(back.vectorizer().spec(), model.vectorizer().spec());
    assert_eq!(encode(&back), bytes);
}

#[test]
fn a_model_without_tables_loads() {
    let model = Model::new(ModelParts { risk: None, confusion: None, ..small_parts() }).unwrap();
    let bytes = encode(&model);
    assert!(bytes.len() < encode(&small_model()).len());
    let back = decode(&bytes).unwrap();
    assert!(back.risk_table().is_none() && back.confusion_table().is_none());
}

#[test]
fn other_programs_can_read_the_tensors() {
    let model = small_model();
    let bytes = encode(&model);
    let tensors = SafeTensors::deserialize(&bytes).unwrap();
    let weights = tensors.tensor("weights").unwrap();
    assert_eq!(weights.shape(), [model.vectorizer().vocabulary().len(), 3]);
}

#[test]
fn every_truncation_is_an_error() {
    let bytes = encode(&small_model());
    for len in 0..bytes.len() {
        assert!(decode(&bytes[..len]).is_err(), "cut to {len} bytes it loaded");
    }
    assert!(message(&bytes[..bytes.len() - 1]).contains("cut off"));
    let mut longer = bytes;
    longer.push(0);
    assert!(message(&longer).contains("added to"));
}

#[test]
fn every_bit_flip_is_an_error() {
    let bytes = encode(&small_model());
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1 << bit;
            assert!(decode(&flipped).is_err(), "with bit {bit} of byte {at} flipped it loaded");
        }
    }
}

#[test]
fn files_of_other_kinds_are_named() {
    let cases: [(&[u8], &str); 8] = [
        (b"na\xefve caf\xe9", "a text file"),
        (b"", "an empty file"),
        (b"\x89PNG\r\n\x1a\n0000", "a PNG picture"),
        (b"  <!doctype html><p>Not found", "an HTML or XML page"),
        (b"version https://git-lfs.github.com/spec/v1", "a Git LFS pointer"),
        (b"label,text\nreporting,It rained.", "a text file"),
        (b"\x80\x04\x95\x00\x00\x00\x00\x00\x00", "a Python pickle"),
        (b"\xba\x16\x4f\x2f\x0c\x00\x00\x00\x00", "a fastText model"),
    ];
    for (bytes, expected) in cases {
        assert!(message(bytes).contains(expected), "{expected} not in {}", message(bytes));
    }
    let foreign = safetensors::serialize([("w", view(Dtype::U8, vec![1], &[1]))], None).unwrap();
    assert!(message(&foreign).contains("not written by copydesk"));
}

fn view(dtype: Dtype, shape: Vec<usize>, data: &[u8]) -> TensorView<'_> {
    TensorView::new(dtype, shape, data).unwrap()
}

/// Name, type, shape and bytes.
type RawTensor = (String, Dtype, Vec<usize>, Vec<u8>);

/// A file whose description and tensors were changed by somebody who also repaired the checksum.
fn forged(
    change_description: impl FnOnce(&mut serde_json::Value),
    change_tensors: impl FnOnce(&mut Vec<RawTensor>),
) -> Vec<u8> {
    let bytes = encode(&small_model());
    let (_, metadata) = SafeTensors::read_metadata(&bytes).unwrap();
    let description = &metadata.metadata().as_ref().unwrap()[METADATA_KEY];
    // The checksum must stay the first match, as in a file of ours.
    let mut value: serde_json::Value = serde_json::from_str(description).unwrap();
    change_description(&mut value);
    let rest = value.as_object_mut().unwrap();
    rest.remove("checksum");
    let rest = serde_json::to_string(&rest).unwrap();
    let description = format!(r#"{{"checksum":"{NO_CHECKSUM}",{}"#, &rest[1..]);
    let mut tensors: Vec<_> = SafeTensors::deserialize(&bytes)
        .unwrap()
        .tensors()
        .into_iter()
        .map(|(name, t)| (name, t.dtype(), t.shape().to_vec(), t.data().to_vec()))
        .collect();
    change_tensors(&mut tensors);
    let views: Vec<_> = tensors.iter().map(|(n, d, s, data)| (n, view(*d, s.clone(), data))).collect();
    let metadata = HashMap::from([(METADATA_KEY.to_owned(), description)]);
    let mut bytes = safetensors::serialize(views, Some(metadata)).unwrap();
    let at = checksum_position(&bytes).unwrap();
    let checksum = checksum(&bytes, at);
    bytes[at..at + 16].copy_from_slice(checksum.as_bytes());
    bytes
}

#[test]
fn a_forged_file_without_changes_loads() {
    assert!(decode(&forged(|_| (), |_| ())).is_ok());
}

#[test]
fn forged_descriptions_are_refused_for_what_they_are() {
    type Change = fn(&mut serde_json::Value);
    let cases: [(&str, Change); 8] = [
        ("absent", |d| drop(d.as_object_mut().unwrap().remove("risk"))),
        ("absent", |d| drop(d.as_object_mut().unwrap().remove("confusion"))),
        ("use a newer copydesk", |d| d["format"] = 99.into()),
        ("unknown field", |d| d["surprise"] = 1.into()),
        ("missing field", |d| drop(d.as_object_mut().unwrap().remove("labels"))),
        ("distinct", |d| d["labels"] = serde_json::json!(["a", "a", "b"])),
        ("min_n..max_n", |d| d["features"]["blocks"]["words"]["max_n"] = 77.into()),
        ("temperature", |d| d["calibration"]["temperature"] = (-1.0).into()),
    ];
    for (expected, change) in cases {
        let found = message(&forged(change, |_| ()));
        assert!(found.contains(expected), "{expected:?} not in {found:?}");
    }
}

#[test]
fn forged_tensors_are_refused_for_what_they_are() {
    fn tensor<'a>(tensors: &'a mut [RawTensor], name: &str) -> &'a mut RawTensor {
        tensors.iter_mut().find(|t| t.0 == name).unwrap()
    }
    type Change = fn(&mut Vec<RawTensor>);
    let cases: [(&str, Change); 13] = [
        ("missing", |t| t.retain(|t| t.0 != "idf")),
        ("absent", |t| t.push(("extra".into(), Dtype::U8, vec![1], vec![0]))),
        ("should be F32", |t| tensor(t, "weights").1 = Dtype::U32),
        ("should be F32 [3]", |t| tensor(t, "intercept").2 = vec![3, 1]),
        ("weight 0 is NaN", |t| tensor(t, "weights").3[..4].copy_from_slice(&f32::NAN.to_le_bytes())),
        ("not sorted", |t| tensor(t, "vocabulary.bytes").3[0] = b'z'),
        ("idf values", |t| tensor(t, "idf").3[..4].copy_from_slice(&(-1f32).to_le_bytes())),
        ("missing", |t| t.retain(|t| t.0 != "risk.harmed")),
        ("between 0 and 0.5", |t| tensor(t, "risk.probabilities").3[..4].copy_from_slice(&2f32.to_le_bytes())),
        ("not those of its values", |t| tensor(t, "risk.counts").3[..4].copy_from_slice(&9u32.to_le_bytes())),
        ("should be U32 [any, 3, 3]", |t| tensor(t, "confusion.counts").2 = vec![3, 3, 2]),
        ("has no sentences", |t| tensor(t, "confusion.counts").3[..36].fill(0)),
        ("should be F32 [3, 101]", |t| tensor(t, "risk.quantiles").2 = vec![101, 3]),
    ];
    for (expected, change) in cases {
        let found = message(&forged(|_| (), change));
        assert!(found.contains(expected), "{expected:?} not in {found:?}");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_refused_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(decode(&bytes).is_err());
    }
}

use proptest::prelude::*;
use safetensors::SafeTensors;

use super::forged::Forged;
use super::*;
use crate::classifier::Classifier;
use crate::model::tests::{small_model, small_parts};
use crate::model::{MAX_LABEL_CHARS, MAX_LABELS};
use crate::scorer::tests::any_model;

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
fn as_many_and_as_long_labels_as_may_be_come_back() {
    let of_labels = |label: &dyn Fn(usize) -> String| {
        let parts = small_parts();
        let (count, ngrams) = (MAX_LABELS, parts.vectorizer.vocabulary().len());
        Model::new(ModelParts {
            labels: (0..count).map(label).collect(),
            weights: vec![0.5; ngrams * count].into(),
            intercept: vec![0.0; count],
            context: None,
            risk: None,
            confusion: None,
            ..parts
        })
    };
    let model = of_labels(&|label| format!("{label:05}{}", "\"".repeat(MAX_LABEL_CHARS - 5))).unwrap();
    assert_eq!(decode(&encode(&model)).unwrap().labels(), model.labels());
    let error = of_labels(&|label| format!("{label:05}{}", "\"".repeat(MAX_LABEL_CHARS - 4))).unwrap_err();
    assert!(matches!(error, ModelError::Labels { .. }));
}

#[test]
fn a_file_from_before_an_option_has_what_was_done_then() {
    let model = small_model();
    let mut forged = Forged::new(&model);
    forged.describe(|description| {
        for block in description["features"]["blocks"].as_object_mut().unwrap().values_mut() {
            let block = block.as_object_mut().unwrap();
            assert!(block.remove("idf_power").is_some() && block.remove("unigram_weight").is_some());
        }
    });
    let mut expected = model.vectorizer().spec().get().clone();
    for block in expected.blocks.values_mut() {
        assert!(block.idf_power > 1.0 && block.unigram_weight > 1.0, "the small model has today's defaults");
        (block.idf_power, block.unigram_weight) = (1.0, 1.0);
    }
    let back = decode(&forged.bytes()).unwrap();
    assert_eq!(back.vectorizer().spec().get(), &expected);
    // From then on they are named.
    assert_eq!(decode(&encode(&back)).unwrap().vectorizer().spec().get(), &expected);
    assert_eq!(decode(&encode(&model)).unwrap().vectorizer().spec(), model.vectorizer().spec());
}

#[test]
fn other_programs_can_read_the_tensors() {
    let bytes = encode(&small_model());
    let theirs = SafeTensors::deserialize(&bytes).unwrap();
    let ours = Container::parse(&bytes, &KNOWN).unwrap();
    assert_eq!(ours.tensors().len(), theirs.len());
    for tensor in ours.tensors() {
        let view = theirs.tensor(tensor.name).unwrap();
        let shape: Vec<u64> = view.shape().iter().map(|&size| size as u64).collect();
        assert_eq!((&*tensor.dtype, &tensor.shape, tensor.data), (&*view.dtype().to_string(), &shape, view.data()));
    }
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
    let cases: [(&[u8], &str); 22] = [
        (b"<?xml version=\"1.0\"?>", "an HTML or XML page"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "a JPEG picture"),
        (b"%PDF-1.7\n", "a PDF document"),
        (b"PK\x03\x04\x14\0\0\0\x08\0", "a zip archive"),
        (b"\x1f\x8b\x08\0\0\0\0\0\0\x03", "a gzip file (unpack it first)"),
        (b"\x28\xb5\x2f\xfd\x04\0\0\0\0", "a zstd file (unpack it first)"),
        (b"\xfd7zXZ\0\0\x04", "an xz file (unpack it first)"),
        (b"BZh91AY&SY", "a bzip2 file (unpack it first)"),
        (b"\x93NUMPY\x01\0v\0", "a NumPy array"),
        (b"\x89HDF\r\n\x1a\n\0", "an HDF5 file"),
        (b"GGUF\x03\0\0\0\x93", "a GGUF model"),
        (b"\x7fELF\x02\x01\x01\0\0", "a program"),
        (b"{\"a\": 1}", "a text file"),
        (b"\0\0", "a file of fewer than 8 bytes"),
        (b"na\xefve caf\xe9", "a text file"),
        (b"", "an empty file"),
        (b"\x89PNG\r\n\x1a\n0000", "a PNG picture"),
        (b"  <!doctype html><p>Not found", "an HTML or XML page"),
        (
            b"version https://git-lfs.github.com/spec/v1",
            "a Git LFS pointer (fetch the file itself with `git lfs pull`)",
        ),
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

#[test]
fn files_are_recognised_by_their_first_bytes_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("endless");
    // Longer than any memory, and never read.
    let file = std::fs::File::create(&path).unwrap();
    file.set_len(1 << 42).unwrap();
    let found = Model::load(&path).unwrap_err().to_string();
    assert!(found.contains("endless is not a usable model") && found.contains("no JSON object"), "{found}");
    let found = Model::load(folder.path()).unwrap_err().to_string();
    assert!(found.contains("cannot read the model") && found.contains("directory"), "{found}");
    let found = Model::load(folder.path().join("absent")).unwrap_err().to_string();
    assert!(found.contains("cannot read the model"), "{found}");
}

proptest! {
    #[test]
    fn a_saved_model_is_the_same_model((model, texts) in any_model()) {
        let bytes = encode(&model);
        let back = decode(&bytes).unwrap();
        prop_assert_eq!(encode(&back), bytes);
        let (saved, loaded) = (Classifier::new(model), Classifier::new(back));
        for text in &texts {
            let bits = |classifier: &Classifier| -> Vec<u64> {
                classifier.classify(text).probabilities().iter().map(|p| p.to_bits()).collect()
            };
            prop_assert_eq!(bits(&saved), bits(&loaded));
        }
    }

    #[test]
    fn any_bytes_are_refused_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(decode(&bytes).is_err());
    }
}

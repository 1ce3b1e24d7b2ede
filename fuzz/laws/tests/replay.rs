//! Every committed input of the fuzz targets, without libFuzzer.

use std::fs;
use std::path::Path;

use copydesk_laws::{LAWS, small_model};

#[test]
fn every_committed_input_obeys_its_law() {
    let corpora = Path::new(env!("CARGO_MANIFEST_DIR")).join("../corpus");
    for (name, law) in LAWS {
        let inputs: Vec<_> = fs::read_dir(corpora.join(name)).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert!(inputs.len() >= 3, "the corpus of {name} has {} inputs", inputs.len());
        for input in inputs {
            let broken = std::panic::catch_unwind(|| law(&fs::read(&input).unwrap()));
            assert!(broken.is_ok(), "{} breaks the law of {name}", input.display());
        }
    }
}

/// The fuzzer starts from a whole model. `UPDATE_GOLDEN=1` writes it anew after a change of the format.
#[test]
fn the_small_model_is_in_its_corpus() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../corpus/model/small.safetensors");
    let bytes = small_model().to_bytes();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, &bytes).unwrap();
    }
    assert!(fs::read(path).unwrap() == bytes, "run with UPDATE_GOLDEN=1");
}

/// libFuzzer takes words in ASCII only, other bytes as `\xe2`, and does not start on a dictionary with any others.
#[test]
fn dictionaries_can_be_read_by_the_fuzzer() {
    let dictionaries = Path::new(env!("CARGO_MANIFEST_DIR")).join("../dictionaries");
    for dictionary in fs::read_dir(dictionaries).unwrap() {
        let path = dictionary.unwrap().path();
        assert!(LAWS.iter().any(|(name, _)| path.ends_with(name)), "{} has no target", path.display());
        for line in fs::read_to_string(&path).unwrap().lines() {
            let word = line.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
            assert!(line.is_ascii() && word.is_some_and(|word| !word.is_empty()), "{}: {line}", path.display());
        }
    }
}

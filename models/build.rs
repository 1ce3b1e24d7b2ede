//! Hashes the n-grams of each model, so that a program with these models need not do it at every start.

use std::env;
use std::error::Error;
use std::fs;
use std::path::Path;

use copydesk_features::{FeatureSpec, Vocabulary};
use safetensors::SafeTensors;

fn main() -> Result<(), Box<dyn Error>> {
    let out = env::var("OUT_DIR")?;
    println!("cargo::rerun-if-changed=build.rs");
    for name in ["news-en", "news-en-open"] {
        let model = format!("{name}/model.safetensors");
        println!("cargo::rerun-if-changed={model}");
        let hashes = hashes(&fs::read(&model)?).map_err(|error| format!("{model}: {error}"))?;
        fs::write(Path::new(&out).join(format!("{name}.hashes")), hashes)?;
    }
    Ok(())
}

/// The hashes of a model's n-grams, little-endian.
fn hashes(model: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
    let (_, metadata) = SafeTensors::read_metadata(model)?;
    let description = metadata.metadata().as_ref().and_then(|entries| entries.get("copydesk"));
    let description: serde_json::Value = serde_json::from_str(description.ok_or("it has no description")?)?;
    let spec: FeatureSpec = serde_json::from_value(description["features"].clone())?;
    let tensors = SafeTensors::deserialize(model)?;
    let numbers = |name: &str| -> Result<Vec<u32>, Box<dyn Error>> {
        let tensor = tensors.tensor(name)?;
        Ok(tensor.data().as_chunks().0.iter().map(|bytes| u32::from_le_bytes(*bytes)).collect())
    };
    let bytes = tensors.tensor("vocabulary.bytes")?.data().to_vec();
    let (ends, sizes) = (numbers("vocabulary.ends")?, numbers("vocabulary.blocks")?);
    let vocabulary = Vocabulary::from_parts(&spec.check()?, bytes, ends, &sizes)?;
    Ok(vocabulary.hashes().iter().flat_map(|hash| hash.to_le_bytes()).collect())
}

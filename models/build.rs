//! Hashes the n-grams of each model and makes the tables of its rows, so that a program with these models need not do it at
//! every start.

use std::env;
use std::error::Error;
use std::fs;
use std::path::Path;

use copydesk_features::{FeatureSpec, RowTable, Vocabulary};
use safetensors::SafeTensors;

fn main() -> Result<(), Box<dyn Error>> {
    let out = env::var("OUT_DIR")?;
    println!("cargo::rerun-if-changed=build.rs");
    for name in ["news-en", "news-en-open"] {
        let model = format!("{name}/model.safetensors");
        println!("cargo::rerun-if-changed={model}");
        let (hashes, tables) = prepare(&fs::read(&model)?).map_err(|error| format!("{model}: {error}"))?;
        fs::write(Path::new(&out).join(format!("{name}.hashes")), hashes)?;
        fs::write(Path::new(&out).join(format!("{name}.tables")), tables)?;
    }
    Ok(())
}

/// The hashes of a model's n-grams, little-endian, and a table for each block that has one.
fn prepare(model: &[u8]) -> Result<(Vec<u8>, Vec<u8>), Box<dyn Error>> {
    let (_, metadata) = SafeTensors::read_metadata(model)?;
    let description = metadata.metadata().as_ref().and_then(|entries| entries.get("copydesk"));
    let description: serde_json::Value = serde_json::from_str(description.ok_or("it has no description")?)?;
    let spec = serde_json::from_value::<FeatureSpec>(description["features"].clone())?.check()?;
    let labels = description["labels"].as_array().ok_or("it has no labels")?.len();
    let tensors = SafeTensors::deserialize(model)?;
    let numbers = |name: &str| -> Result<Vec<u32>, Box<dyn Error>> {
        let tensor = tensors.tensor(name)?;
        Ok(tensor.data().as_chunks().0.iter().map(|bytes| u32::from_le_bytes(*bytes)).collect())
    };
    let floats = |name: &str| -> Result<Vec<f32>, Box<dyn Error>> {
        Ok(numbers(name)?.into_iter().map(f32::from_bits).collect())
    };
    let bytes = tensors.tensor("vocabulary.bytes")?.data().to_vec();
    let (ends, sizes) = (numbers("vocabulary.ends")?, numbers("vocabulary.blocks")?);
    let (weights, idf) = (floats("weights")?, floats("idf")?);
    let vocabulary = Vocabulary::from_parts(&spec, bytes, ends, &sizes)?;
    let mut tables = Vec::new();
    for (index, block) in spec.get().blocks.values().enumerate() {
        let table = RowTable::of_block(block, index, &vocabulary, labels, (&weights, &idf));
        RowTable::store(table.as_ref(), &mut tables);
    }
    Ok((vocabulary.hashes().iter().flat_map(|hash| hash.to_le_bytes()).collect(), tables))
}

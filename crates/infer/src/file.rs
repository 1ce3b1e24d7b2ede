//! The model file: one safetensors file, validated whole before first use.
//!
//! Tensors (little-endian): `weights` f32 `[n-grams, labels]`, `intercept` f32 `[labels]`, `idf` f32 `[n-grams]`,
//! `vocabulary.bytes` u8 (the n-grams one after the other), `vocabulary.ends` u32 `[n-grams]`, `vocabulary.blocks` u32
//! (n-grams a block); with a context also `context.weights` f32 `[features, labels]` and `context.intercept` f32
//! `[labels]`; with a calibration table those of [`risk`]. Everything else is one JSON object in the metadata entry `copydesk`. Its second field is a
//! checksum: XXH3-64 over the whole file with the sixteen digits of the checksum itself as zeros, so that no bit of
//! the file can change unseen.

mod risk;

use std::borrow::Cow;
use std::collections::HashMap;

use copydesk_features::{FeatureSpec, Vectorizer, Vocabulary};
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensorError, SafeTensors};
use serde::{Deserialize, Serialize};
use std::hash::Hasher as _;

use twox_hash::XxHash3_64;

use crate::context::{Context, context_feature_count};
use crate::error::ModelError;
use crate::model::{Calibration, Model, ModelParts, Provenance};
use risk::RiskDescription;

/// Number of the file format that this version writes. Lower numbers are read too.
pub const FORMAT: u32 = 1;

const METADATA_KEY: &str = "copydesk";
const NO_CHECKSUM: &str = "0000000000000000";
/// What stands before the checksum's digits: the JSON object is itself a JSON string in the header.
const CHECKSUM_FIELD: &[u8] = br#"\"checksum\":\""#;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Description {
    format: u32,
    checksum: String,
    labels: Vec<String>,
    features: FeatureSpec,
    calibration: Calibration,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    context: Option<ContextDescription>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    risk: Option<RiskDescription>,
    provenance: Provenance,
}

/// What of a context is no tensor.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ContextDescription {
    window: u32,
    temperature: f64,
}

/// Read first, so that a file of a later format is named as such, whatever else it holds.
#[derive(Deserialize)]
struct FormatOnly {
    format: u64,
}

/// The file's content for a model. The same model gives the same bytes.
pub(crate) fn encode(model: &Model) -> Vec<u8> {
    let description = Description {
        format: FORMAT,
        checksum: NO_CHECKSUM.into(),
        labels: model.labels().to_vec(),
        features: model.vectorizer().spec().get().clone(),
        calibration: model.calibration(),
        context: model
            .context()
            .map(|context| ContextDescription { window: context.window(), temperature: context.temperature() }),
        risk: model.risk_table().map(|table| RiskDescription { in_context: table.in_context() }),
        provenance: model.provenance().clone(),
    };
    let description = serde_json::to_string(&description).expect("numbers, strings and maps with string keys are JSON");
    let vocabulary = model.vectorizer().vocabulary();
    let ngrams = vocabulary.len();
    let weights = to_bytes(model.weights(), f32::to_le_bytes);
    let intercept = to_bytes(model.intercept(), f32::to_le_bytes);
    let idf = to_bytes(model.vectorizer().idf(), f32::to_le_bytes);
    let ends = to_bytes(vocabulary.ends(), u32::to_le_bytes);
    let sizes = vocabulary.block_sizes();
    let blocks = to_bytes(&sizes, u32::to_le_bytes);
    let labels = model.labels().len();
    let context_parts = model.context().map(|context| {
        let bytes = (to_bytes(context.weights(), f32::to_le_bytes), to_bytes(context.intercept(), f32::to_le_bytes));
        (bytes, context_feature_count(labels))
    });
    let mut tensors = vec![
        ("weights", Dtype::F32, vec![ngrams, labels], weights.as_slice()),
        ("intercept", Dtype::F32, vec![labels], &intercept),
        ("idf", Dtype::F32, vec![ngrams], &idf),
        ("vocabulary.bytes", Dtype::U8, vec![vocabulary.bytes().len()], vocabulary.bytes()),
        ("vocabulary.ends", Dtype::U32, vec![ngrams], &ends),
        ("vocabulary.blocks", Dtype::U32, vec![sizes.len()], &blocks),
    ];
    if let Some(((weights, intercept), features)) = &context_parts {
        tensors.push(("context.weights", Dtype::F32, vec![*features, labels], weights));
        tensors.push(("context.intercept", Dtype::F32, vec![labels], intercept));
    }
    let risk = model.risk_table().map(risk::encode);
    for (name, dtype, shape, data) in risk.iter().flatten() {
        tensors.push((name, *dtype, shape.clone(), data));
    }
    let tensors = tensors.into_iter().map(|(name, dtype, shape, data)| {
        (name, TensorView::new(dtype, shape, data).expect("each shape is the length of its own data"))
    });
    // One entry only: the order of several would be the hash map's.
    let metadata = HashMap::from([(METADATA_KEY.to_owned(), description)]);
    let mut bytes =
        safetensors::serialize(tensors, Some(metadata)).expect("tensors of checked shapes can be serialised");
    let at = checksum_position(&bytes).expect("the description was written with its checksum field");
    let checksum = checksum(&bytes, at);
    bytes[at..at + NO_CHECKSUM.len()].copy_from_slice(checksum.as_bytes());
    bytes
}

/// How the long tensors become a model's.
#[derive(Clone, Copy)]
struct Take<'a> {
    bytes: fn(&'a [u8]) -> Cow<'static, [u8]>,
    f32s: fn(&'a [u8]) -> Cow<'static, [f32]>,
    u32s: fn(&'a [u8]) -> Cow<'static, [u32]>,
}

/// The model in a file's content.
pub(crate) fn decode(bytes: &[u8]) -> Result<Model, ModelError> {
    let copied = Take {
        bytes: |bytes| bytes.to_vec().into(),
        f32s: |bytes| from_bytes(bytes, f32::from_le_bytes).into(),
        u32s: |bytes| from_bytes(bytes, u32::from_le_bytes).into(),
    };
    decode_with(bytes, copied)
}

/// The model in a file's content that lives as long as the program: nothing long is copied if its numbers stand where the
/// processor can read them, in its order of bytes.
pub(crate) fn decode_static(bytes: &'static [u8]) -> Result<Model, ModelError> {
    if cfg!(target_endian = "big") {
        return decode(bytes);
    }
    let in_place = Take {
        bytes: Cow::Borrowed,
        f32s: |bytes| {
            bytemuck::try_cast_slice(bytes).map_or_else(|_| from_bytes(bytes, f32::from_le_bytes).into(), Cow::Borrowed)
        },
        u32s: |bytes| {
            bytemuck::try_cast_slice(bytes).map_or_else(|_| from_bytes(bytes, u32::from_le_bytes).into(), Cow::Borrowed)
        },
    };
    decode_with(bytes, in_place)
}

fn decode_with<'a>(bytes: &'a [u8], take: Take<'a>) -> Result<Model, ModelError> {
    let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(|error| explain(bytes, &error))?;
    let description =
        metadata.metadata().as_ref().and_then(|entries| entries.get(METADATA_KEY)).ok_or(ModelError::Foreign)?;
    let unreadable = |error: serde_json::Error| ModelError::Description { detail: error.to_string() };
    let FormatOnly { format } = serde_json::from_str(description).map_err(unreadable)?;
    if format > u64::from(FORMAT) {
        return Err(ModelError::NewerFormat { found: format, known: FORMAT });
    }
    let description: Description = serde_json::from_str(description).map_err(unreadable)?;
    let stored = description.checksum.clone();
    // Two walks over all bytes. Of the model nothing is used before both are done.
    let (checked, model) = rayon::join(
        || check_checksum(bytes, &stored),
        || {
            let tensors = SafeTensors::deserialize(bytes).map_err(|error| explain(bytes, &error))?;
            assemble(description, &tensors, take)
        },
    );
    checked?;
    model
}

fn assemble<'a>(description: Description, tensors: &SafeTensors<'a>, take: Take<'a>) -> Result<Model, ModelError> {
    let spec = description.features.check()?;
    let labels = description.labels.len();
    let known = |name: &str| {
        TENSORS.contains(&name)
            || (description.context.is_some() && CONTEXT.contains(&name))
            || (description.risk.is_some() && risk::NAMES.contains(&name))
    };
    if let Some(name) = tensors.names().into_iter().find(|name| !known(name)) {
        return Err(ModelError::Tensor { name: name.to_owned(), expected: "absent".into(), found: "present".into() });
    }
    let ends = (take.u32s)(tensor(tensors, "vocabulary.ends", Dtype::U32, &[None])?.data());
    let ngrams = ends.len();
    let blocks = u32s(tensors, "vocabulary.blocks", &[Some(spec.get().blocks.len())])?;
    let text = (take.bytes)(tensor(tensors, "vocabulary.bytes", Dtype::U8, &[None])?.data());
    let idf = (take.f32s)(tensor(tensors, "idf", Dtype::F32, &[Some(ngrams)])?.data());
    let weights = (take.f32s)(tensor(tensors, "weights", Dtype::F32, &[Some(ngrams), Some(labels)])?.data());
    let intercept = f32s(tensors, "intercept", &[Some(labels)])?;
    let context = match description.context {
        Some(ContextDescription { window, temperature }) => {
            let weights = f32s(tensors, "context.weights", &[Some(context_feature_count(labels)), Some(labels)])?;
            let intercept = f32s(tensors, "context.intercept", &[Some(labels)])?;
            Some(Context::new(labels, window, temperature, weights, intercept)?)
        }
        None => None,
    };
    let risk = description.risk.map(|risk| risk::decode(risk, tensors, labels)).transpose()?;
    let vocabulary = Vocabulary::from_parts(&spec, text, ends, &blocks)?;
    Model::new(ModelParts {
        labels: description.labels,
        vectorizer: Vectorizer::from_parts(spec, vocabulary, idf)?,
        weights,
        intercept,
        calibration: description.calibration,
        context,
        risk,
        provenance: description.provenance,
    })
}

const TENSORS: [&str; 6] = ["weights", "intercept", "idf", "vocabulary.bytes", "vocabulary.ends", "vocabulary.blocks"];

/// The tensors of a model with a context, besides.
const CONTEXT: [&str; 2] = ["context.weights", "context.intercept"];

/// A tensor of the given type and shape; `None` stands for any size.
fn tensor<'a>(
    tensors: &SafeTensors<'a>,
    name: &str,
    dtype: Dtype,
    shape: &[Option<usize>],
) -> Result<TensorView<'a>, ModelError> {
    let sizes: Vec<String> =
        shape.iter().map(|size| size.map_or_else(|| "any".into(), |size| size.to_string())).collect();
    let wrong = |found: String| ModelError::Tensor {
        name: name.to_owned(),
        expected: format!("{dtype:?} [{}]", sizes.join(", ")),
        found,
    };
    let view = tensors.tensor(name).map_err(|_| wrong("missing".into()))?;
    let fits = view.shape().len() == shape.len()
        && shape.iter().zip(view.shape()).all(|(expected, &found)| expected.is_none_or(|e| e == found));
    if view.dtype() != dtype || !fits {
        return Err(wrong(format!("{:?} {:?}", view.dtype(), view.shape())));
    }
    Ok(view)
}

fn f32s(tensors: &SafeTensors<'_>, name: &str, shape: &[Option<usize>]) -> Result<Vec<f32>, ModelError> {
    Ok(from_bytes(tensor(tensors, name, Dtype::F32, shape)?.data(), f32::from_le_bytes))
}

fn u32s(tensors: &SafeTensors<'_>, name: &str, shape: &[Option<usize>]) -> Result<Vec<u32>, ModelError> {
    Ok(from_bytes(tensor(tensors, name, Dtype::U32, shape)?.data(), u32::from_le_bytes))
}

fn to_bytes<T: Copy>(values: &[T], convert: fn(T) -> [u8; 4]) -> Vec<u8> {
    values.iter().flat_map(|&value| convert(value)).collect()
}

fn from_bytes<T>(bytes: &[u8], convert: fn([u8; 4]) -> T) -> Vec<T> {
    bytes.as_chunks::<4>().0.iter().map(|&chunk| convert(chunk)).collect()
}

/// Where the checksum's digits stand. The field comes before everything that a user named, so the first match is it.
fn checksum_position(bytes: &[u8]) -> Option<usize> {
    let start = bytes.windows(CHECKSUM_FIELD.len()).position(|window| window == CHECKSUM_FIELD)?;
    let digits = start + CHECKSUM_FIELD.len();
    (digits + NO_CHECKSUM.len() <= bytes.len()).then_some(digits)
}

fn checksum(bytes: &[u8], at: usize) -> String {
    let mut hasher = XxHash3_64::with_seed(0);
    hasher.write(&bytes[..at]);
    hasher.write(NO_CHECKSUM.as_bytes());
    hasher.write(&bytes[at + NO_CHECKSUM.len()..]);
    format!("{:016x}", hasher.finish())
}

fn check_checksum(bytes: &[u8], stored: &str) -> Result<(), ModelError> {
    let computed = checksum_position(bytes).map(|at| checksum(bytes, at)).unwrap_or_default();
    if computed == stored { Ok(()) } else { Err(ModelError::Checksum { stored: stored.to_owned(), computed }) }
}

/// Says what a file is that is no safetensors file, as far as its first bytes tell.
fn explain(bytes: &[u8], error: &SafeTensorError) -> ModelError {
    const KINDS: [(&[u8], &str); 12] = [
        (b"\x89PNG", "a PNG picture"),
        (b"\xff\xd8\xff", "a JPEG picture"),
        (b"%PDF", "a PDF document"),
        (b"PK\x03\x04", "a zip archive"),
        (b"\x1f\x8b", "a gzip file (unpack it first)"),
        (b"\x28\xb5\x2f\xfd", "a zstd file (unpack it first)"),
        (b"version https://git-lfs", "a Git LFS pointer (fetch the file itself with `git lfs pull`)"),
        (b"\x80\x02", "a Python pickle"),
        (b"\x80\x03", "a Python pickle"),
        (b"\x80\x04", "a Python pickle"),
        (b"\x80\x05", "a Python pickle"),
        (b"\xba\x16\x4f\x2f", "a fastText model"),
    ];
    let text = bytes.trim_ascii_start();
    if matches!(error, SafeTensorError::MetadataIncompleteBuffer) {
        ModelError::Size { found: bytes.len() as u64 }
    } else if bytes.is_empty() {
        ModelError::WrongKind { what: "an empty file" }
    } else if let Some((_, what)) = KINDS.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        ModelError::WrongKind { what }
    } else if text.first() == Some(&b'<') {
        ModelError::WrongKind { what: "an HTML or XML page" }
    } else if bytes.len() < 8 {
        ModelError::WrongKind { what: "a file of fewer than 8 bytes" }
    } else if bytes
        .iter()
        .take(64)
        .all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace() || !byte.is_ascii())
    {
        ModelError::WrongKind { what: "a text file" }
    } else {
        ModelError::Container { detail: error.to_string() }
    }
}

#[cfg(test)]
mod tests;

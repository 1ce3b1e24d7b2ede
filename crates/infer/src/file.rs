//! The model file: one safetensors file, validated whole before first use.
//!
//! Tensors (little-endian): `weights` f32 `[n-grams, labels]`, `intercept` f32 `[labels]`, `idf` f32 `[n-grams]`,
//! `vocabulary.bytes` u8 (the n-grams one after the other), `vocabulary.ends` u32 `[n-grams]`, `vocabulary.blocks` u32
//! (n-grams a block); with a context also `context.weights` f32 `[features, labels]` and `context.intercept` f32
//! `[labels]`; with a calibration table those of [`risk`]; with a table of errors that of
//! [`confusion`]. Everything else is one JSON object in the metadata entry `copydesk`. Its second field is a
//! checksum: XXH3-64 over the whole file with the sixteen digits of the checksum itself as zeros, so that no bit of
//! the file can change unseen.

mod confusion;
mod container;
mod kind;
mod legacy;
mod risk;

use std::borrow::Cow;
use std::collections::HashMap;

use copydesk_features::{FeatureSpec, Vectorizer, Vocabulary};
use safetensors::Dtype;
use safetensors::tensor::TensorView;
use serde::{Deserialize, Serialize};
use std::hash::Hasher as _;

use twox_hash::XxHash3_64;

use crate::context::{Context, context_feature_count};
use crate::error::ModelError;
use crate::model::{Calibration, Model, ModelParts, Provenance, check_labels};
use confusion::ConfusionDescription;
use container::{Container, Tensor};
use legacy::Named;
use risk::RiskDescription;

/// Number of the file format that this version writes. Lower numbers are read too.
pub const FORMAT: u32 = 1;

const METADATA_KEY: &str = "copydesk";
/// Most values in a description: two for each of 16,384 labels and room for options. Each takes less than 100 bytes of memory,
/// however short it is in the file.
const MAX_VALUES: usize = 1 << 16;
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    confusion: Option<ConfusionDescription>,
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
        confusion: model.confusion_table().map(|table| ConfusionDescription { in_context: table.in_context() }),
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
    let confusion = model.confusion_table().map(confusion::encode);
    if let Some((name, dtype, shape, data)) = &confusion {
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

/// Looks at the first bytes of a file, before the rest is read: an error if they cannot be those of a model.
pub(crate) fn check_start(start: &[u8]) -> Result<(), ModelError> {
    container::header_length(start).map(|_| ())
}

/// How the long tensors become a model's.
#[derive(Clone, Copy)]
struct Take<'a> {
    bytes: fn(&'a [u8]) -> Cow<'static, [u8]>,
    f32s: fn(&'a [u8]) -> Cow<'static, [f32]>,
    u32s: fn(&'a [u8]) -> Cow<'static, [u32]>,
    /// The n-grams' hashes, if somebody took them before and saw that all is whole.
    hashes: Option<&'static [u64]>,
}

/// The model in a file's content.
pub(crate) fn decode(bytes: &[u8]) -> Result<Model, ModelError> {
    let copied = Take {
        bytes: |bytes| bytes.to_vec().into(),
        f32s: |bytes| from_bytes(bytes, f32::from_le_bytes).into(),
        u32s: |bytes| from_bytes(bytes, u32::from_le_bytes).into(),
        hashes: None,
    };
    decode_with(bytes, copied)
}

/// The model in a file's content that lives as long as the program: nothing long is copied if its numbers stand where the
/// processor can read them, in its order of bytes. `hashes` are those of its n-grams, if somebody took them before.
pub(crate) fn decode_static(bytes: &'static [u8], hashes: Option<&'static [u8]>) -> Result<Model, ModelError> {
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
        hashes: hashes.and_then(|hashes| bytemuck::try_cast_slice(hashes).ok()),
    };
    decode_with(bytes, in_place)
}

fn decode_with<'a>(bytes: &'a [u8], take: Take<'a>) -> Result<Model, ModelError> {
    let container = Container::parse(bytes, &KNOWN)?;
    let unreadable = |detail: String| ModelError::Description { detail };
    let values = count_values(&container.description);
    if values > MAX_VALUES {
        return Err(unreadable(format!("it has {values} values, at most {MAX_VALUES} are read")));
    }
    let json = |error: serde_json::Error| unreadable(error.to_string());
    let FormatOnly { format } = serde_json::from_str(&container.description).map_err(json)?;
    if format > u64::from(FORMAT) {
        return Err(ModelError::NewerFormat { found: format, known: FORMAT });
    }
    if format == 0 {
        return Err(unreadable("it has format 0, formats are numbered from 1".to_owned()));
    }
    let mut description: Description = serde_json::from_str(&container.description).map_err(json)?;
    let named: Named = serde_json::from_str(&container.description).map_err(json)?;
    named.complete(&mut description.features);
    if take.hashes.is_none() {
        check_checksum(bytes, &description.checksum)?;
    }
    assemble(description, &container, take).map_err(|source| ModelError::Content { source: Box::new(source) })
}

/// About how many values a JSON text holds: its brackets and commas outside of strings. They are counted before anything is
/// made of them.
fn count_values(json: &str) -> usize {
    let (mut count, mut inside, mut escaped) = (0, false, false);
    for byte in json.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = inside,
            b'"' => inside = !inside,
            b',' | b'[' | b'{' if !inside => count += 1,
            _ => {}
        }
    }
    count
}

/// What costs little memory is checked before what costs more is made: for a file that is refused the whole never takes
/// more than twice its size (and what [`MAX_VALUES`] allow).
fn assemble<'a>(description: Description, container: &Container<'a>, take: Take<'a>) -> Result<Model, ModelError> {
    let spec = description.features.check()?;
    check_labels(&description.labels)?;
    ModelError::check_temperature("temperature", description.calibration.temperature)?;
    let labels = description.labels.len();
    let known = |name: &str| {
        TENSORS.contains(&name)
            || (description.context.is_some() && CONTEXT.contains(&name))
            || (description.risk.is_some() && risk::NAMES.contains(&name))
            || (description.confusion.is_some() && name == confusion::NAME)
    };
    let names = container.tensors().iter().map(|tensor| tensor.name).chain(container.stranger.as_deref());
    if let Some(name) = names.into_iter().find(|name| !known(name)) {
        return Err(ModelError::Tensor { name: name.to_owned(), expected: "absent".into(), found: "present".into() });
    }
    let ends = tensor(container, "vocabulary.ends", Dtype::U32, &[None])?;
    let ngrams = ends.data.len() / 4;
    let blocks = u32s(tensor(container, "vocabulary.blocks", Dtype::U32, &[Some(spec.get().blocks.len())])?);
    let text = tensor(container, "vocabulary.bytes", Dtype::U8, &[None])?;
    let idf = tensor(container, "idf", Dtype::F32, &[Some(ngrams)])?;
    let weights = tensor(container, "weights", Dtype::F32, &[Some(ngrams), Some(labels)])?;
    let intercept = tensor(container, "intercept", Dtype::F32, &[Some(labels)])?;
    ModelError::check_finite("weight", values(weights))?;
    ModelError::check_finite("intercept", values(intercept))?;
    let context = match description.context {
        Some(ContextDescription { window, temperature }) => {
            let shape = [Some(context_feature_count(labels)), Some(labels)];
            let weights = f32s(tensor(container, "context.weights", Dtype::F32, &shape)?);
            let intercept = f32s(tensor(container, "context.intercept", Dtype::F32, &[Some(labels)])?);
            Some(Context::new(labels, window, temperature, weights, intercept)?)
        }
        None => None,
    };
    let risk = description.risk.map(|risk| risk::decode(risk, container, labels)).transpose()?;
    let confusion = description.confusion.map(|table| confusion::decode(table, container, labels)).transpose()?;
    let (text, ends) = ((take.bytes)(text.data), (take.u32s)(ends.data));
    let vocabulary = match take.hashes {
        Some(hashes) => Vocabulary::from_hashed_parts(&spec, text, ends, hashes, &blocks)?,
        None => Vocabulary::from_parts(&spec, text, ends, &blocks)?,
    };
    Model::new(ModelParts {
        labels: description.labels,
        vectorizer: Vectorizer::from_parts(spec, vocabulary, (take.f32s)(idf.data))?,
        weights: (take.f32s)(weights.data),
        intercept: f32s(intercept),
        calibration: description.calibration,
        context,
        risk,
        confusion,
        provenance: description.provenance,
    })
}

const TENSORS: [&str; 6] = ["weights", "intercept", "idf", "vocabulary.bytes", "vocabulary.ends", "vocabulary.blocks"];

/// The tensors of a model with a context, besides.
const CONTEXT: [&str; 2] = ["context.weights", "context.intercept"];

/// The names of all tensors that a model may have.
const KNOWN: [&[&str]; 4] = [&TENSORS, &CONTEXT, &risk::NAMES, &[confusion::NAME]];

/// A tensor of the given type and shape; `None` stands for any size.
fn tensor<'a, 'b>(
    container: &'b Container<'a>,
    name: &str,
    dtype: Dtype,
    shape: &[Option<usize>],
) -> Result<&'b Tensor<'a>, ModelError> {
    let wrong = |found: String| {
        let sizes = shape.iter().map(|size| size.map_or_else(|| "any".into(), |size| size.to_string()));
        let expected = format!("{dtype} [{}]", sizes.collect::<Vec<_>>().join(", "));
        ModelError::Tensor { name: name.to_owned(), expected, found }
    };
    let tensor = container.tensor(name).ok_or_else(|| wrong("missing".into()))?;
    let fits = tensor.shape.len() == shape.len()
        && shape.iter().zip(&tensor.shape).all(|(expected, &found)| expected.is_none_or(|e| e as u64 == found));
    if tensor.dtype != dtype.to_string() || !fits {
        return Err(wrong(format!("{} {:?}", tensor.dtype, tensor.shape)));
    }
    Ok(tensor)
}

/// The numbers of a tensor of type F32.
fn values(tensor: &Tensor<'_>) -> impl Iterator<Item = f32> + Clone {
    tensor.data.as_chunks::<4>().0.iter().map(|&chunk| f32::from_le_bytes(chunk))
}

fn f32s(tensor: &Tensor<'_>) -> Vec<f32> {
    values(tensor).collect()
}

fn u32s(tensor: &Tensor<'_>) -> Vec<u32> {
    tensor.data.as_chunks::<4>().0.iter().map(|&chunk| u32::from_le_bytes(chunk)).collect()
}

fn from_bytes<T>(bytes: &[u8], convert: fn([u8; 4]) -> T) -> Vec<T> {
    bytes.as_chunks::<4>().0.iter().map(|&chunk| convert(chunk)).collect()
}

fn to_bytes<T: Copy>(values: &[T], convert: fn(T) -> [u8; 4]) -> Vec<u8> {
    values.iter().flat_map(|&value| convert(value)).collect()
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

#[cfg(test)]
mod forged;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod hostile_memory;
#[cfg(test)]
mod tests;

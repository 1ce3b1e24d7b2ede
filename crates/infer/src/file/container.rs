//! The safetensors container, read without trust: what is kept of a header is bounded before it is kept, and every byte of the
//! file belongs to the header or to exactly one tensor.
//!
//! The safetensors crate writes our files and is the oracle in tests. It is not used for reading, because it builds whatever a
//! header holds: a hostile one of a megabyte can fill many, and of two tensors of one name it takes the last without a word.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::METADATA_KEY;
use super::kind::kind;
use crate::error::ModelError;

/// Longest header that is read. The description of a model with as many labels as may be, each as long as may be, fits: their
/// names are in it twice, in 26 MB.
const MAX_HEADER: usize = 1 << 25;
/// Bytes before the header: its length.
const LENGTH: usize = 8;
/// The header's entry for everything that is no tensor.
const METADATA: &str = "__metadata__";
/// No tensor of a model has more dimensions than three.
const MAX_DIMENSIONS: usize = 4;

/// What a file consists of: all of it is inside the file.
pub(super) struct Container<'a> {
    /// The metadata entry of ours.
    pub description: Cow<'a, str>,
    /// A tensor that no model has, if there is one.
    pub stranger: Option<String>,
    tensors: Vec<Tensor<'a>>,
}

/// A tensor of known name.
pub(super) struct Tensor<'a> {
    pub name: &'static str,
    pub dtype: Cow<'a, str>,
    pub shape: Vec<u64>,
    pub data: &'a [u8],
}

impl<'a> Container<'a> {
    /// Finds a model's parts in a file; `known` are the names of the tensors that it may have.
    pub fn parse(bytes: &'a [u8], known: &'static [&'static [&'static str]]) -> Result<Self, ModelError> {
        let length = header_length(bytes)?;
        let cut_off = || ModelError::Size { found: bytes.len() as u64 };
        let (header, data) = bytes[LENGTH..].split_at_checked(length).ok_or_else(cut_off)?;
        let header = std::str::from_utf8(header)
            .map_err(|error| damaged(format!("byte {} of its header is not UTF-8", LENGTH + error.valid_up_to())))?;
        let mut json = serde_json::Deserializer::from_str(header);
        let header = json
            .deserialize_map(HeaderVisitor { known })
            .and_then(|header| json.end().map(|()| header))
            .map_err(|error| damaged(format!("its header: {error}")))?;
        let description = header.description.ok_or(ModelError::Foreign)?;
        // Behind a tensor that is not looked at others have no place to be held to.
        let tensors = if header.stranger.is_none() { lay_out(header.tensors, data, bytes.len())? } else { Vec::new() };
        Ok(Self { description, stranger: header.stranger, tensors })
    }

    /// The tensors, in the order of their bytes.
    pub fn tensors(&self) -> &[Tensor<'a>] {
        &self.tensors
    }

    /// The tensor of a name.
    pub fn tensor(&self, name: &str) -> Option<&Tensor<'a>> {
        self.tensors.iter().find(|tensor| tensor.name == name)
    }
}

/// The length of the header, if the first bytes of a file are those of a model.
pub(super) fn header_length(start: &[u8]) -> Result<usize, ModelError> {
    let length = start.first_chunk::<LENGTH>().map(|length| u64::from_le_bytes(*length));
    let usable = length.and_then(|length| usize::try_from(length).ok()).filter(|&length| length <= MAX_HEADER);
    match (usable, start.get(LENGTH)) {
        (Some(length), Some(b'{')) if length > 0 => Ok(length),
        // Eight bytes of a good file.
        (Some(length), None) if length > 0 => Err(ModelError::Size { found: start.len() as u64 }),
        _ => Err(match (kind(start), length) {
            (Some(what), _) => ModelError::WrongKind { what },
            (None, Some(length)) if length > MAX_HEADER as u64 => {
                damaged(format!("its header would have {length} bytes, at most {MAX_HEADER} are read"))
            }
            _ => damaged("its header is no JSON object".to_owned()),
        }),
    }
}

fn damaged(detail: String) -> ModelError {
    ModelError::Container { detail }
}

/// Holds the tensors to the data: one follows the other from the first byte to the last, each as long as its shape says.
fn lay_out<'a>(
    mut entries: Vec<(&'static str, Entry<'a>)>,
    data: &'a [u8],
    file: usize,
) -> Result<Vec<Tensor<'a>>, ModelError> {
    entries.sort_by_key(|(_, entry)| entry.data_offsets);
    let mut due = 0;
    for (name, Entry { dtype, shape: Shape(shape), data_offsets: (start, end) }) in &entries {
        if *start != due || end < start {
            let fault = match start.cmp(&due) {
                Ordering::Less => "overlaps the one before it",
                Ordering::Greater => "leaves a gap before it",
                Ordering::Equal => "ends before it begins",
            };
            return Err(damaged(format!("tensor {name:?} {fault}: it has the bytes {start} to {end}, {due} is due")));
        }
        due = *end;
        // A type of another width is told from those that a model has, by name, later.
        let Some(width) = width(dtype) else { continue };
        let size = shape.iter().try_fold(width, |size, &count| size.checked_mul(count));
        if size != Some(end - start) {
            let takes = size.map_or_else(|| "more than 2^64".to_owned(), |size| size.to_string());
            let detail = format!("tensor {name:?} of {dtype} {shape:?} takes {takes} bytes, but has {}", end - start);
            return Err(damaged(detail));
        }
    }
    if due != data.len() as u64 {
        return Err(ModelError::Size { found: file as u64 });
    }
    let tensors = entries.into_iter().map(|(name, entry)| {
        let (start, end) = entry.data_offsets;
        Tensor { name, dtype: entry.dtype, shape: entry.shape.0, data: &data[start as usize..end as usize] }
    });
    Ok(tensors.collect())
}

/// Bytes of a number of a type.
fn width(dtype: &str) -> Option<u64> {
    match dtype {
        "F32" | "U32" => Some(4),
        "U8" => Some(1),
        _ => None,
    }
}

struct Header<'a> {
    description: Option<Cow<'a, str>>,
    stranger: Option<String>,
    tensors: Vec<(&'static str, Entry<'a>)>,
}

/// What a header says of a tensor.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry<'a> {
    #[serde(borrow)]
    dtype: Cow<'a, str>,
    shape: Shape,
    data_offsets: (u64, u64),
}

struct Shape(Vec<u64>);

/// Longest part of a stranger's name that is kept for the message.
const SHOWN: usize = 60;

struct HeaderVisitor {
    known: &'static [&'static [&'static str]],
}

impl<'de> Visitor<'de> for HeaderVisitor {
    type Value = Header<'de>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an object with a tensor an entry")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut header = Header { description: None, stranger: None, tensors: Vec::new() };
        let mut has_metadata = false;
        while let Some(Text(key)) = map.next_key()? {
            if key == METADATA {
                if has_metadata {
                    return Err(A::Error::custom("its metadata are there twice"));
                }
                has_metadata = true;
                header.description = map.next_value::<Metadata<'de>>()?.0;
            } else if let Some(&name) = self.known.iter().copied().flatten().find(|name| **name == key) {
                if header.tensors.iter().any(|(other, _)| *other == name) {
                    return Err(A::Error::custom(format_args!("tensor {name:?} is there twice")));
                }
                header.tensors.push((name, map.next_value()?));
            } else {
                map.next_value::<IgnoredAny>()?;
                header.stranger.get_or_insert_with(|| key.chars().take(SHOWN).collect());
            }
        }
        Ok(header)
    }
}

/// A string that is copied only if it has escapes.
struct Text<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(serde::Deserialize)]
        struct Borrowed<'a>(#[serde(borrow)] Cow<'a, str>);
        Borrowed::deserialize(deserializer).map(|Borrowed(text)| Self(text))
    }
}

/// The metadata: the description of a model, if it is one of ours.
struct Metadata<'a>(Option<Cow<'a, str>>);

impl<'de> Deserialize<'de> for Metadata<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MetadataVisitor)
    }
}

struct MetadataVisitor;

impl<'de> Visitor<'de> for MetadataVisitor {
    type Value = Metadata<'de>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("metadata, an object of strings")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut description = None;
        while let Some(Text(key)) = map.next_key()? {
            if key != METADATA_KEY {
                map.next_value::<IgnoredAny>()?;
            } else if description.is_some() {
                return Err(A::Error::custom("the model's description is there twice"));
            } else {
                description = Some(map.next_value::<Text<'de>>()?.0);
            }
        }
        Ok(Metadata(description))
    }
}

impl<'de> Deserialize<'de> for Shape {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(ShapeVisitor)
    }
}

struct ShapeVisitor;

impl<'de> Visitor<'de> for ShapeVisitor {
    type Value = Shape;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "a shape of at most {MAX_DIMENSIONS} dimensions")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Shape, A::Error> {
        let mut shape = Vec::new();
        while let Some(count) = items.next_element()? {
            if shape.len() == MAX_DIMENSIONS {
                return Err(A::Error::invalid_length(shape.len() + 1, &self));
            }
            shape.push(count);
        }
        Ok(Shape(shape))
    }
}

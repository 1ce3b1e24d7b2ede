//! Model files as somebody would forge them: any part changed, the checksum repaired.

use serde_json::Value;

use super::{METADATA_KEY, NO_CHECKSUM, checksum, checksum_position, encode};
use crate::model::Model;

/// A file taken apart.
pub(super) struct Forged {
    /// The JSON text that describes the model, with its checksum as zeros.
    pub description: String,
    pub tensors: Vec<Raw>,
    /// Entries of the header besides.
    pub more: String,
    /// Entries of the metadata besides.
    pub more_metadata: String,
    /// What the file says of the header's length, if not the truth.
    pub header_length: Option<u64>,
    /// The header, if not what follows from the parts.
    pub header: Option<Vec<u8>>,
    /// Bytes behind the last tensor.
    pub behind: Vec<u8>,
}

pub(super) struct Raw {
    pub name: String,
    pub dtype: String,
    /// As JSON.
    pub shape: String,
    pub data: Vec<u8>,
    /// What the header says, if not the truth.
    pub offsets: Option<(u64, u64)>,
}

impl Forged {
    pub fn new(model: &Model) -> Self {
        let bytes = encode(model);
        let length = u64::from_le_bytes(*bytes.first_chunk().unwrap()) as usize;
        let (header, data) = bytes[8..].split_at(length);
        let header: Value = serde_json::from_slice(header).unwrap();
        let mut tensors = Vec::new();
        for (name, entry) in header.as_object().unwrap().iter().filter(|(name, _)| *name != "__metadata__") {
            let at = |place: usize| entry["data_offsets"][place].as_u64().unwrap() as usize;
            tensors.push((
                at(0),
                Raw {
                    name: name.clone(),
                    dtype: entry["dtype"].as_str().unwrap().to_owned(),
                    shape: entry["shape"].to_string(),
                    data: data[at(0)..at(1)].to_vec(),
                    offsets: None,
                },
            ));
        }
        tensors.sort_by_key(|(start, _)| *start);
        let description = header["__metadata__"][METADATA_KEY].as_str().unwrap();
        let mut forged = Self {
            description: description.to_owned(),
            tensors: tensors.into_iter().map(|(_, tensor)| tensor).collect(),
            more: String::new(),
            more_metadata: String::new(),
            header_length: None,
            header: None,
            behind: Vec::new(),
        };
        forged.describe(|_| ());
        forged
    }

    /// Changes the description. The checksum stays its first field but one, as in a file of ours.
    pub fn describe(&mut self, change: impl FnOnce(&mut Value)) {
        let mut value: Value = serde_json::from_str(&self.description).unwrap();
        change(&mut value);
        let rest = value.as_object_mut().unwrap();
        rest.remove("checksum");
        let rest = serde_json::to_string(rest).unwrap();
        self.description = format!(r#"{{"checksum":"{NO_CHECKSUM}",{}"#, &rest[1..]);
    }

    pub fn tensor(&mut self, name: &str) -> &mut Raw {
        self.tensors.iter_mut().find(|tensor| tensor.name == name).unwrap()
    }

    /// Where a tensor's bytes are among all.
    pub fn place(&self, name: &str) -> (u64, u64) {
        let before = self.tensors.iter().take_while(|tensor| tensor.name != name);
        let start = before.map(|tensor| tensor.data.len() as u64).sum();
        let own = self.tensors.iter().find(|tensor| tensor.name == name).unwrap();
        (start, start + own.data.len() as u64)
    }

    /// Changes one number of a tensor.
    pub fn put<const N: usize>(&mut self, name: &str, index: usize, value: [u8; N]) {
        self.tensor(name).data[index * N..(index + 1) * N].copy_from_slice(&value);
    }

    /// The file's bytes.
    pub fn bytes(&self) -> Vec<u8> {
        let header = self.header.clone().unwrap_or_else(|| self.honest_header().into_bytes());
        let length = self.header_length.unwrap_or(header.len() as u64);
        let mut bytes = length.to_le_bytes().to_vec();
        bytes.extend(header);
        self.tensors.iter().for_each(|tensor| bytes.extend(&tensor.data));
        bytes.extend(&self.behind);
        if let Some(at) = checksum_position(&bytes) {
            let checksum = checksum(&bytes, at);
            bytes[at..at + NO_CHECKSUM.len()].copy_from_slice(checksum.as_bytes());
        }
        bytes
    }

    fn honest_header(&self) -> String {
        let description = Value::from(self.description.as_str());
        let mut header = format!(r#"{{"__metadata__":{{"{METADATA_KEY}":{description}{}}}"#, self.more_metadata);
        let mut start = 0;
        for Raw { name, dtype, shape, data, offsets } in &self.tensors {
            let (from, to) = offsets.unwrap_or((start, start + data.len() as u64));
            start += data.len() as u64;
            header += &format!(r#","{name}":{{"dtype":"{dtype}","shape":{shape},"data_offsets":[{from},{to}]}}"#);
        }
        header + &self.more + "}"
    }
}

impl Raw {
    /// Gives the tensor other content.
    pub fn set(&mut self, shape: &str, data: Vec<u8>) {
        self.shape = shape.to_owned();
        self.data = data;
    }
}

/// Numbers as the bytes of a tensor.
pub(super) fn u32s(values: &[u32]) -> Vec<u8> {
    super::to_bytes(values, u32::to_le_bytes)
}

/// Numbers as the bytes of a tensor.
pub(super) fn f32s(values: &[f32]) -> Vec<u8> {
    super::to_bytes(values, f32::to_le_bytes)
}

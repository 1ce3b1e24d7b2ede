//! JSON Lines: one object a line, of which only the wanted keys are kept.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::io::BufRead;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::nearest::nearest_name;

use super::CorpusError;
use super::cells::{Cell, Kind, unfit};
use super::lines::Lines;
use super::options::Columns;

/// The wanted values of one object. Its buffers are used again for each line.
#[derive(Debug)]
pub(super) struct JsonLines {
    cells: Vec<Cell>,
    /// The line and keys of the first object without the column of a filter.
    lacking: Option<(u64, Vec<String>)>,
    /// Whether any object had the label's key.
    met_label: bool,
}

impl JsonLines {
    pub fn new(columns: &Columns) -> Self {
        Self { cells: columns.names.iter().map(|_| Cell::default()).collect(), lacking: None, met_label: false }
    }

    /// Reads the next object; its line, or `None` at the end. Blank lines are skipped.
    pub fn read<R: BufRead>(&mut self, columns: &Columns, lines: &mut Lines<R>) -> Result<Option<u64>, CorpusError> {
        loop {
            let Some((line, json)) = lines.next()? else {
                return Ok(None);
            };
            if json.trim().is_empty() {
                continue;
            }
            // Without its end, so that an object cut off is found in this line and not at the start of the next.
            let fault = self.parse(columns, json.trim_end());
            if let Some(fault) = fault {
                if matches!(fault, Fault::Json { .. }) && json.contains("}\r{") {
                    return Err(CorpusError::CarriageReturns { file: lines.name.clone() });
                }
                return Err(fault.at(&lines.name, line));
            }
            if self.lacking.is_none() && columns.lacks_filter(|slot| self.cells[slot].kind.is_some()) {
                self.lacking = Some((line, keys(json)));
            }
            return Ok(Some(line));
        }
    }

    /// The object's value for a wanted column as text; `None` if it does not have the key. Null is empty.
    pub fn cell(&self, slot: usize) -> Option<&str> {
        let cell = &self.cells[slot];
        cell.kind.map(|_| cell.text.as_str())
    }

    /// The line and keys of the first object without the column of a filter.
    pub fn lacking(&self) -> Option<&(u64, Vec<String>)> {
        self.lacking.as_ref()
    }

    fn parse(&mut self, columns: &Columns, json: &str) -> Option<Fault> {
        for cell in &mut self.cells {
            cell.text.clear();
            cell.kind = None;
        }
        if let Err(fault) = read_object(json, &columns.names, self.cells.as_mut_slice()) {
            return Some(fault);
        }
        for (slot, cell) in self.cells.iter().enumerate() {
            let Some(kind) = cell.kind else {
                if columns.is_optional_in_object(slot) {
                    continue;
                }
                let (column, present) = (columns.names[slot].clone(), keys(json));
                // Where others have the key, an object without it or one like it has no label.
                let is_slip = || nearest_name(&column, present.iter().map(String::as_str)).is_some();
                if self.met_label && columns.label == Some(slot) && !is_slip() {
                    continue;
                }
                return Some(Fault::Missing { column, present });
            };
            if let Some(expected) = unfit(columns, slot, kind) {
                return Some(Fault::Type { column: columns.names[slot].clone(), found: kind.name(), expected });
            }
        }
        self.met_label |= columns.label.is_some_and(|slot| self.cells[slot].kind.is_some());
        None
    }
}

/// What is wrong with a line, before its place is known.
pub(super) enum Fault {
    /// No JSON, in what has so many bytes before it.
    Json {
        error: serde_json::Error,
        before: usize,
    },
    Duplicate(String),
    Missing {
        column: String,
        present: Vec<String>,
    },
    Type {
        column: String,
        found: &'static str,
        expected: &'static str,
    },
}

impl Fault {
    pub fn at(self, name: &str, line: u64) -> CorpusError {
        let file = name.to_owned();
        match self {
            Self::Json { error, before } => {
                let mut reason = error.to_string();
                // The parser saw one line and calls it 1.
                if let Some(place) = reason.rfind(" at line ") {
                    reason.truncate(place);
                }
                CorpusError::Json { file, line, column: before + error.column().max(1), reason }
            }
            Self::Duplicate(column) => CorpusError::DuplicateColumn { file, line, column },
            Self::Missing { column, present } => CorpusError::no_such_column(name, line, &column, present),
            Self::Type { column, found, expected } => CorpusError::WrongType { file, line, column, found, expected },
        }
    }
}

/// The keys of an object that has been parsed once, for a message.
#[expect(clippy::zero_sized_map_values, reason = "serde reads an object into a map, not into a set")]
pub(super) fn keys(json: &str) -> Vec<String> {
    let object: Result<BTreeMap<String, IgnoredAny>, _> = serde_json::from_str(json);
    object.map_or_else(|_| Vec::new(), |object| object.into_keys().collect())
}

/// Where the values of wanted keys go.
pub(super) trait Slots<'de> {
    /// Takes the value of the key that was read last; whether its slot had one before.
    fn take<A: MapAccess<'de>>(&mut self, slot: usize, map: &mut A) -> Result<bool, A::Error>;
}

impl<'de> Slots<'de> for [Cell] {
    fn take<A: MapAccess<'de>>(&mut self, slot: usize, map: &mut A) -> Result<bool, A::Error> {
        let cell = &mut self[slot];
        cell.text.clear();
        Ok(cell.kind.replace(map.next_value_seed(Scalar(&mut cell.text))?).is_some())
    }
}

/// Fills the slots of the wanted keys from a text that is one object, without building its other values.
pub(super) fn read_object<'de, S: Slots<'de> + ?Sized>(
    json: &'de str,
    names: &[String],
    slots: &mut S,
) -> Result<(), Fault> {
    let mut parser = serde_json::Deserializer::from_str(json);
    let wanted = Wanted { names, slots };
    let duplicate = wanted.deserialize(&mut parser).and_then(|duplicate| parser.end().map(|()| duplicate));
    match duplicate.map_err(|error| Fault::Json { error, before: 0 })? {
        Some(slot) => Err(Fault::Duplicate(names[slot].clone())),
        None => Ok(()),
    }
}

/// Reads an object; the first slot whose key occurs twice, if any.
struct Wanted<'a, S: ?Sized> {
    names: &'a [String],
    slots: &'a mut S,
}

impl<'de, S: Slots<'de> + ?Sized> DeserializeSeed<'de> for Wanted<'_, S> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, S: Slots<'de> + ?Sized> Visitor<'de> for Wanted<'_, S> {
    type Value = Option<usize>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut duplicate = None;
        while let Some(slot) = map.next_key_seed(Key(self.names))? {
            let Some(slot) = slot else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            if self.slots.take(slot, &mut map)? {
                duplicate = duplicate.or(Some(slot));
            }
        }
        Ok(duplicate)
    }
}

/// Finds the slot of a key.
struct Key<'a>(&'a [String]);

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = Option<usize>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
        Ok(self.0.iter().position(|name| name == key))
    }
}

/// Writes a scalar as text and tells what it was.
struct Scalar<'a>(&'a mut String);

impl Scalar<'_> {
    fn write<E: serde::de::Error>(self, value: impl fmt::Display, kind: Kind) -> Result<Kind, E> {
        write!(self.0, "{value}").map_err(E::custom)?;
        Ok(kind)
    }
}

impl<'de> DeserializeSeed<'de> for Scalar<'_> {
    type Value = Kind;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Kind, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Scalar<'_> {
    type Value = Kind;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a JSON value")
    }

    fn visit_str<E>(self, value: &str) -> Result<Kind, E> {
        self.0.push_str(value);
        Ok(Kind::Text)
    }

    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<Kind, E> {
        self.write(value, Kind::Boolean)
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Kind, E> {
        self.write(value, Kind::Integer)
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Kind, E> {
        self.write(value, Kind::Integer)
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Kind, E> {
        self.write(value, Kind::Fraction)
    }

    fn visit_unit<E>(self) -> Result<Kind, E> {
        Ok(Kind::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Kind, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Kind::Array)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Kind, A::Error> {
        while entries.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Kind::Object)
    }
}

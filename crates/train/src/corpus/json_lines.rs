//! JSON Lines: one object a line, of which only the wanted keys are kept.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::io::BufRead;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::CorpusError;
use super::cells::{Cell, Kind, unfit};
use super::lines::Lines;
use super::options::Columns;

/// The wanted values of one object. Its buffers are used again for each line.
#[derive(Debug)]
pub(super) struct JsonLines {
    cells: Vec<Cell>,
}

impl JsonLines {
    pub fn new(columns: &Columns) -> Self {
        Self { cells: columns.names.iter().map(|_| Cell::default()).collect() }
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
            return match fault {
                None => Ok(Some(line)),
                Some(fault) => Err(fault.at(&lines.name, line)),
            };
        }
    }

    /// The object's value for a wanted column as text; `None` if it does not have the key. Null is empty.
    pub fn cell(&self, slot: usize) -> Option<&str> {
        let cell = &self.cells[slot];
        cell.kind.map(|_| cell.text.as_str())
    }

    fn parse(&mut self, columns: &Columns, json: &str) -> Option<Fault> {
        for cell in &mut self.cells {
            cell.text.clear();
            cell.kind = None;
        }
        let mut parser = serde_json::Deserializer::from_str(json);
        let wanted = Wanted { names: &columns.names, cells: &mut self.cells };
        let duplicate = match wanted.deserialize(&mut parser).and_then(|d| parser.end().map(|()| d)) {
            Ok(duplicate) => duplicate,
            Err(error) => return Some(Fault::Json { error, before: 0 }),
        };
        if let Some(slot) = duplicate {
            return Some(Fault::Duplicate(columns.names[slot].clone()));
        }
        for (slot, cell) in self.cells.iter().enumerate() {
            let Some(kind) = cell.kind else {
                if columns.is_optional(slot) {
                    continue;
                }
                return Some(Fault::Missing { column: columns.names[slot].clone(), present: keys(json) });
            };
            if let Some(expected) = unfit(columns, slot, kind) {
                return Some(Fault::Type { column: columns.names[slot].clone(), found: kind.name(), expected });
            }
        }
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

/// Fills the cells from an object without building its other values; the slot of a wanted key that occurs twice, if any.
struct Wanted<'a> {
    names: &'a [String],
    cells: &'a mut [Cell],
}

impl<'de> DeserializeSeed<'de> for Wanted<'_> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Wanted<'_> {
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
            let cell = &mut self.cells[slot];
            if cell.kind.is_some() {
                duplicate = duplicate.or(Some(slot));
                cell.text.clear();
            }
            cell.kind = Some(map.next_value_seed(Scalar(&mut cell.text))?);
        }
        Ok(duplicate)
    }
}

/// Finds the slot of a key.
pub(super) struct Key<'a>(pub &'a [String]);

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

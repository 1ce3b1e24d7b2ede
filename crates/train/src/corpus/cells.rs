//! The wanted values of a row, for formats whose values have types.

use super::options::Columns;

/// A value of a row.
#[derive(Debug, Default)]
pub(super) struct Cell {
    /// The value as text, if it is a scalar.
    pub text: String,
    /// `None`: the row does not have the column.
    pub kind: Option<Kind>,
}

/// The types that a value can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Integer,
    Boolean,
    Fraction,
    Null,
    Array,
    Object,
    #[cfg(feature = "parquet")]
    Binary,
}

impl Kind {
    fn is_scalar(self) -> bool {
        matches!(self, Self::Text | Self::Integer | Self::Boolean | Self::Fraction | Self::Null)
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "a string",
            Self::Integer => "an integer",
            Self::Boolean => "a boolean",
            Self::Fraction => "a number with a fraction",
            Self::Null => "null",
            Self::Array => "an array",
            Self::Object => "an object",
            #[cfg(feature = "parquet")]
            Self::Binary => "binary",
        }
    }
}

/// What a wanted value has to be, if `kind` is not that.
pub(super) fn unfit(columns: &Columns, slot: usize, kind: Kind) -> Option<&'static str> {
    if slot == columns.text && kind != Kind::Text {
        return Some("a string");
    }
    // A null label is told as an empty one, a null group is a row on its own.
    if Some(slot) == columns.label && (kind == Kind::Fraction || !kind.is_scalar()) {
        return Some("a string, an integer or a boolean");
    }
    if slot == columns.group && !matches!(kind, Kind::Text | Kind::Integer | Kind::Null) {
        return Some("a string or an integer");
    }
    (!kind.is_scalar()).then_some("a string, a number, a boolean or null")
}

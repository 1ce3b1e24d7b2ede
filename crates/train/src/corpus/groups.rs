//! The documents of a corpus and their names.

use std::borrow::Cow;

/// A document. That of a row without a document name is told by the row's place: such a name is made when somebody asks
/// for it, since a corpus of single texts has as many as texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Group {
    /// The place of its name among the names.
    Named(u32),
    /// The input's place among the inputs, and the line.
    Row { file: u32, line: u64 },
}

/// The documents of a corpus (see [`Corpus::groups`](super::Corpus::groups)), numbered in the order of first appearance.
#[derive(Debug, Clone, Copy)]
pub struct Groups<'a> {
    pub(super) each: &'a [Group],
    pub(super) names: &'a [String],
    pub(super) files: &'a [String],
}

impl<'a> Groups<'a> {
    /// Number of documents.
    pub fn len(self) -> usize {
        self.each.len()
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.each.is_empty()
    }

    /// The name of a document: `file:line` for a row that is a document of its own.
    ///
    /// # Panics
    /// If `group` is not below [`len`](Self::len).
    pub fn name(self, group: usize) -> Cow<'a, str> {
        match self.each[group] {
            Group::Named(place) => Cow::Borrowed(&self.names[place as usize]),
            Group::Row { file, line } => Cow::Owned(format!("{}:{line}", self.files[file as usize])),
        }
    }

    /// The name that the data give a document, `None` if they give none.
    pub(super) fn given_name(self, group: usize) -> Option<&'a str> {
        match self.each[group] {
            Group::Named(place) => Some(&self.names[place as usize]),
            Group::Row { .. } => None,
        }
    }

    /// All names in order.
    pub fn names(self) -> impl Iterator<Item = Cow<'a, str>> {
        (0..self.len()).map(move |group| self.name(group))
    }
}

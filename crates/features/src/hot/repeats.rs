//! Which columns of a block of character n-grams occur more than once in a text.

use crate::hot::tokens::KEPT;

/// A column that occurs more than once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RepeatedColumn {
    /// Counted from the block's first.
    pub column: u32,
    /// How often it occurs.
    pub count: u32,
}

/// Finds repeats without a branch that depends on the columns.
pub(super) struct Repeats {
    /// For each column of a block, the number of the last text (of 255) that had it: a byte, so that all are in the cache.
    last: Vec<u8>,
    text: u8,
    /// Every further occurrence, and what was left from before behind them.
    further: Vec<u32>,
    /// For each column its further occurrences; all zero between texts.
    counts: Vec<u32>,
    found: Vec<RepeatedColumn>,
}

impl Repeats {
    /// For blocks of up to `columns` columns.
    pub fn new(columns: usize) -> Self {
        Self { last: vec![0; columns], text: 0, further: Vec::new(), counts: vec![0; columns], found: Vec::new() }
    }

    /// Gives back what a very long text took.
    pub fn give_back(&mut self) {
        if self.further.len() > KEPT {
            (self.further, self.found) = (Vec::new(), Vec::new());
        }
    }

    /// Counts the columns of all lists and gives those that come more than once, in the order of their second occurrence.
    pub fn find<'a>(&mut self, lists: impl Iterator<Item = &'a [u32]>) -> &[RepeatedColumn] {
        self.text = self.text.wrapping_add(1);
        if self.text == 0 {
            self.last.fill(0);
            self.text = 1;
        }
        let mut len = 0;
        for list in lists {
            // The place behind the last is written to as well.
            if self.further.len() <= len + list.len() {
                self.further.resize(2 * (len + list.len()) + 1, 0);
            }
            for &column in list {
                let last = &mut self.last[column as usize];
                self.further[len] = column;
                len += usize::from(*last == self.text);
                *last = self.text;
            }
        }
        self.found.clear();
        for &column in &self.further[..len] {
            self.counts[column as usize] += 1;
        }
        for &column in &self.further[..len] {
            let further = std::mem::take(&mut self.counts[column as usize]);
            if further > 0 {
                self.found.push(RepeatedColumn { column, count: further + 1 });
            }
        }
        &self.found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn repeats_are_those_of_a_naive_count(lists in prop::collection::vec(prop::collection::vec(0..9u32, 0..6), 0..6)) {
            let mut repeats = Repeats::new(9);
            // More texts than a byte can tell apart.
            for texts in 0..300 {
                let lists = if texts % 3 == 0 { &lists[..lists.len() / 2] } else { &lists[..] };
                let mut found = repeats.find(lists.iter().map(Vec::as_slice)).to_vec();
                found.sort_unstable_by_key(|repeat| repeat.column);
                let count = |column| lists.iter().flatten().filter(|&&other| other == column).count() as u32;
                let expected = (0..9).map(|column| RepeatedColumn { column, count: count(column) });
                prop_assert_eq!(found, expected.filter(|repeat| repeat.count > 1).collect::<Vec<_>>());
            }
        }
    }
}

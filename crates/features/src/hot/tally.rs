//! How often each column of a block of character n-grams occurs in one text.

/// Counts columns without a branch that depends on them.
pub(super) struct Tally {
    /// For each column of a block; all zero between texts.
    by_column: Vec<u32>,
    /// The columns that occur, and what was left from before behind them.
    columns: Vec<u32>,
    counts: Vec<u32>,
    len: usize,
}

impl Tally {
    /// For blocks of up to `columns` columns.
    pub fn new(columns: usize) -> Self {
        Self { by_column: vec![0; columns], columns: Vec::new(), counts: Vec::new(), len: 0 }
    }

    /// Counts the columns of all lists.
    pub fn count<'a>(&mut self, lists: impl Iterator<Item = &'a [u32]> + Clone) {
        // The place behind the last is written to as well.
        let room = lists.clone().map(<[u32]>::len).sum::<usize>() + 1;
        if self.columns.len() < room {
            self.columns.resize(room, 0);
        }
        let mut len = 0;
        for list in lists {
            for &column in list {
                let count = &mut self.by_column[column as usize];
                self.columns[len] = column;
                len += usize::from(*count == 0);
                *count += 1;
            }
        }
        self.len = len;
        self.counts.clear();
        let columns = &self.columns[..len];
        self.counts.extend(columns.iter().map(|&column| std::mem::take(&mut self.by_column[column as usize])));
    }

    /// The columns in the order of their first occurrence.
    pub fn columns(&self) -> &[u32] {
        &self.columns[..self.len]
    }

    /// How often each occurred.
    pub fn counts(&self) -> &[u32] {
        &self.counts
    }
}

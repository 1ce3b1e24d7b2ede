//! The matrix of a fit: parts side by side, each stored in its own way.

use std::borrow::Cow;

use copydesk_features::{CountedBlock, CountedRows, SparseRows};
use rayon::prelude::*;

use super::SolverError;

/// A matrix whose columns a solver may number in an order of its own.
#[derive(Clone)]
pub(crate) struct Design<'a> {
    parts: Vec<Part<'a>>,
    n_rows: usize,
}

/// Some of the columns.
#[derive(Clone, Copy)]
pub(super) enum Part<'a> {
    /// With a value for each entry.
    Valued(&'a SparseRows),
    /// In factors, the n-grams by rank.
    Counted(&'a CountedBlock),
}

impl<'a> From<&'a SparseRows> for Design<'a> {
    fn from(rows: &'a SparseRows) -> Self {
        Self { parts: vec![Part::Valued(rows)], n_rows: rows.n_rows() }
    }
}

impl<'a> From<&'a CountedRows> for Design<'a> {
    fn from(rows: &'a CountedRows) -> Self {
        Self { parts: rows.blocks().iter().map(Part::Counted).collect(), n_rows: rows.n_rows() }
    }
}

impl<'a> Design<'a> {
    pub(super) fn n_rows(&self) -> usize {
        self.n_rows
    }

    pub(super) fn n_cols(&self) -> usize {
        self.parts.iter().map(|part| part.n_cols()).sum()
    }

    pub(super) fn parts(&self) -> &[Part<'a>] {
        &self.parts
    }

    /// For each of the solver's features, the column of the whole matrix; `None` if they are the same.
    pub(super) fn columns(&self) -> Option<Vec<u32>> {
        if self.parts.iter().all(|part| matches!(part, Part::Valued(_))) {
            return None;
        }
        let mut columns = Vec::with_capacity(self.n_cols());
        for part in &self.parts {
            columns.extend_from_slice(&part.columns(columns.len()));
        }
        Some(columns)
    }

    /// Calls `sink` with each feature below `limit` that a row has, ascending, and its value.
    pub(super) fn for_each_below(&self, row: usize, limit: usize, mut sink: impl FnMut(usize, f64)) {
        let mut first = 0;
        for part in &self.parts {
            if first >= limit {
                break;
            }
            match part {
                Part::Valued(rows) => {
                    let below = rows.row(row).iter().take_while(|(column, _)| first + column < limit);
                    below.for_each(|(column, value)| sink(first + column, f64::from(value)));
                }
                Part::Counted(block) => {
                    let row = block.row(row);
                    let mut repeats = row.repeats.iter().peekable();
                    for rank in row.ranks().take_while(|&rank| first + (rank as usize) < limit) {
                        let repeated = repeats.next_if(|repeat| repeat.rank == rank);
                        let frequency = 1.0 + repeated.map_or(0.0, |repeat| block.extra(repeat.count));
                        let idf = f64::from(block.idf()[rank as usize]);
                        sink(first + rank as usize, row.factor * frequency * idf);
                    }
                }
            }
            first += part.n_cols();
        }
    }

    /// The largest absolute value, 0 if there is none; refuses values that are not finite.
    pub(super) fn largest_value(&self) -> Result<f64, SolverError> {
        let mut largest = 0.0_f64;
        for part in &self.parts {
            largest = largest.max(match part {
                Part::Valued(rows) => largest_of_valued(rows)?,
                Part::Counted(block) => largest_of_counted(block, self.n_rows),
            });
        }
        Ok(largest)
    }
}

impl<'a> Part<'a> {
    pub(super) fn n_cols(self) -> usize {
        match self {
            Self::Valued(rows) => rows.n_cols(),
            Self::Counted(block) => block.columns().len(),
        }
    }

    fn columns(self, first: usize) -> Cow<'a, [u32]> {
        match self {
            Self::Valued(rows) => Cow::Owned((first as u32..(first + rows.n_cols()) as u32).collect()),
            Self::Counted(block) => Cow::Borrowed(block.columns()),
        }
    }
}

fn largest_of_valued(rows: &SparseRows) -> Result<f64, SolverError> {
    let mut largest = 0.0_f32;
    for (index, row) in rows.rows().enumerate() {
        for (column, value) in row.iter() {
            if !value.is_finite() {
                return Err(SolverError::NonFiniteValue { row: index, column, value });
            }
            largest = largest.max(value.abs());
        }
    }
    Ok(f64::from(largest))
}

/// Idf values and norms are finite, so their products are.
fn largest_of_counted(block: &CountedBlock, n_rows: usize) -> f64 {
    let of_row = |index: usize| {
        let row = block.row(index);
        let once = row.ranks().map(|rank| f64::from(block.idf()[rank as usize]));
        let repeated =
            row.repeats.iter().map(|r| (1.0 + block.extra(r.count)) * f64::from(block.idf()[r.rank as usize]));
        row.factor * once.chain(repeated).fold(0.0, f64::max)
    };
    (0..n_rows).into_par_iter().map(of_row).reduce(|| 0.0, f64::max)
}

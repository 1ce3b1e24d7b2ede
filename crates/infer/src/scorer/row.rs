//! What is known of an n-gram before any text: four numbers that are added up, and what multiplies them.

use copydesk_features::{Norm, TermFrequency};
use wide::f32x4;

/// Numbers in a row: a processor adds four at once.
pub(super) const LANES: usize = 4;

/// Labels that fit into a row beside the norm.
pub(super) const LABELS: usize = LANES - 1;

/// Idf times weight for each of up to three labels, then the n-gram's part in the norm.
pub(super) type Row = [f32; LANES];

/// Counts below this have their factors in a table.
const TABULATED: usize = 64;

/// The factors of a row by count: `tf(count)` for the labels, and what it makes of the part in the norm.
#[derive(Debug, Clone)]
pub(super) struct Factors {
    tf: TermFrequency,
    norm: Norm,
    rows: [f32x4; TABULATED],
    exact: [(f64, f64); TABULATED],
}

impl Factors {
    pub fn new(tf: TermFrequency, norm: Norm) -> Self {
        let mut factors = Self { tf, norm, rows: [f32x4::ZERO; TABULATED], exact: [(0.0, 0.0); TABULATED] };
        for count in 1..TABULATED {
            factors.exact[count] = factors.compute(count as u32);
            factors.rows[count] = row(factors.exact[count]);
        }
        factors
    }

    /// The factors of an n-gram that occurs `count` times; zeros for 0.
    #[inline]
    pub fn of(&self, count: u32) -> f32x4 {
        match self.rows.get(count as usize) {
            Some(&row) => row,
            None => row(self.compute(count)),
        }
    }

    /// The factor of the labels and that of the part in the norm.
    #[inline]
    pub fn exact(&self, count: u32) -> (f64, f64) {
        self.exact.get(count as usize).copied().unwrap_or_else(|| self.compute(count))
    }

    #[cold]
    #[inline(never)]
    fn compute(&self, count: u32) -> (f64, f64) {
        let tf = self.tf.of(count as usize);
        (tf, self.norm.part(tf, count))
    }
}

fn row((labels, norm): (f64, f64)) -> f32x4 {
    let mut row = [labels as f32; LANES];
    row[LABELS] = norm as f32;
    f32x4::new(row)
}

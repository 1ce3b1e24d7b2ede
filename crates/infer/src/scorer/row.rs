//! What is known of an n-gram before any text: four numbers that are added up, and what multiplies them.

use copydesk_features::{Norm, TermFrequency};

/// Numbers in a row: a processor adds four at once.
pub(super) const LANES: usize = 4;

/// Labels that fit into a row beside the norm.
pub(super) const LABELS: usize = LANES - 1;

/// Idf times weight for each of up to three labels, then the n-gram's part in the norm.
pub(super) type Row = [f32; LANES];

/// Counts below this have their factors in a table.
const TABULATED: usize = 64;

/// Adds a row times its factors.
#[inline]
pub(super) fn add(sum: &mut Row, row: Row, factors: Row) {
    for ((sum, value), factor) in sum.iter_mut().zip(row).zip(factors) {
        *sum += value * factor;
    }
}

/// An n-gram's part in the norm of a text in which it occurs once.
pub(super) fn norm_part(norm: Norm, idf: f64) -> f32 {
    match norm {
        Norm::L2 => (idf * idf) as f32,
        Norm::L1 | Norm::None => idf as f32,
    }
}

/// The factors of a row by count: `tf(count)` for the labels, and what it makes of the part in the norm.
#[derive(Debug, Clone)]
pub(super) struct Factors {
    tf: TermFrequency,
    norm: Norm,
    table: Vec<Row>,
}

impl Factors {
    pub fn new(tf: TermFrequency, norm: Norm) -> Self {
        let mut factors = Self { tf, norm, table: vec![[0.0; LANES]] };
        factors.table.extend((1..TABULATED as u32).map(|count| Self::compute(tf, norm, count)));
        factors
    }

    /// The factors of an n-gram that occurs `count` times; zeros for 0.
    #[inline]
    pub fn of(&self, count: u32) -> Row {
        match self.table.get(count as usize) {
            Some(&row) => row,
            None => Self::compute(self.tf, self.norm, count),
        }
    }

    #[cold]
    #[inline(never)]
    fn compute(tf: TermFrequency, norm: Norm, count: u32) -> Row {
        let tf = tf.of(count as usize);
        let norm = match norm {
            Norm::L2 => tf * tf,
            Norm::L1 | Norm::None => tf,
        };
        let mut row = [tf as f32; LANES];
        row[LABELS] = norm as f32;
        row
    }
}

//! What multiplies an n-gram's row, by how often the n-gram occurs.

use wide::f32x4;

use crate::spec::{Norm, TermFrequency};

/// Counts below this have their factors in a table.
const TABULATED: usize = 64;

/// The factors of a row by count: `tf(count)` for the labels, and what it makes of the part in the norm.
#[derive(Debug, Clone)]
pub struct CountFactors {
    tf: TermFrequency,
    norm: Norm,
    rounded: [Rounded; TABULATED],
    exact: [(f64, f64); TABULATED],
}

impl CountFactors {
    /// The factors of a block with these weightings.
    pub fn new(tf: TermFrequency, norm: Norm) -> Self {
        let mut factors = Self { tf, norm, rounded: [Rounded::ZERO; TABULATED], exact: [(0.0, 0.0); TABULATED] };
        for count in 1..TABULATED {
            factors.exact[count] = factors.compute(count as u32);
            factors.rounded[count] = Rounded::new(factors.exact[count]);
        }
        factors
    }

    /// The factors of an n-gram that occurs `count` times.
    #[inline]
    pub(super) fn of(&self, count: u32) -> Rounded {
        match self.rounded.get(count as usize) {
            Some(&factors) => factors,
            None => Rounded::new(self.compute(count)),
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

/// The factors of a count as numbers of 32 bits, ready for rows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rounded {
    /// That of the labels, four times.
    pub labels: f32x4,
    /// The same with that of the part in the norm in the last place.
    pub last: f32x4,
}

impl Rounded {
    const ZERO: Self = Self { labels: f32x4::ZERO, last: f32x4::ZERO };

    fn new((labels, norm): (f64, f64)) -> Self {
        let (labels, norm) = (labels as f32, norm as f32);
        Self { labels: f32x4::splat(labels), last: f32x4::new([labels, labels, labels, norm]) }
    }
}

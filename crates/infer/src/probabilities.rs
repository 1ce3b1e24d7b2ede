//! Logits to probabilities, and the place where an answer keeps them.

use std::hint::select_unpredictable;

use wide::f64x2;

use crate::exponential::exp_up_to_zero;

/// Probabilities of so many labels are kept without an allocation.
const FEW: usize = 4;

/// A probability for each label.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Probabilities {
    /// Values, and how many of them are used; the others are 0.
    Few([f64; FEW], u8),
    Many(Box<[f64]>),
}

impl Probabilities {
    /// A copy of a row.
    pub fn new(row: &[f64]) -> Self {
        if row.len() <= FEW {
            let mut few = [0.0; FEW];
            few[..row.len()].copy_from_slice(row);
            Self::Few(few, row.len() as u8)
        } else {
            Self::Many(row.into())
        }
    }

    pub fn as_slice(&self) -> &[f64] {
        match self {
            Self::Few(values, len) => &values[..usize::from(*len)],
            Self::Many(values) => values,
        }
    }
}

/// Makes rows of logits, one a text, to probabilities: `softmax(logits / temperature)`. Minus infinity becomes 0.
///
/// A step is taken for all rows before the next: each waits for the one before, but the rows do not wait for each other.
pub(crate) fn softmax(rows: &mut [f64], classes: usize, temperature: f64) {
    for row in rows.chunks_exact_mut(classes) {
        let greater = |max, &logit: &f64| select_unpredictable(logit > max, logit, max);
        let max = row.iter().fold(f64::NEG_INFINITY, greater);
        for logit in row {
            *logit -= max;
        }
    }
    let (pairs, last) = rows.as_chunks_mut::<2>();
    let exponentials = |pair| exp_up_to_zero(f64x2::new(pair) / f64x2::splat(temperature)).to_array();
    for pair in pairs {
        *pair = exponentials(*pair);
    }
    for last in last {
        *last = exponentials([*last; 2])[0];
    }
    for row in rows.chunks_exact_mut(classes) {
        // At least one class is the greatest, and exp(0) is 1. Divisions take long.
        let share = 1.0 / row.iter().sum::<f64>();
        for probability in row {
            *probability *= share;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn huge_logits_stay_finite() {
        let mut probabilities = [1e30, -1e30, 1e30];
        softmax(&mut probabilities, 3, 1e-6);
        assert_eq!(probabilities.map(f64::to_bits), [0.5, 0.0, 0.5].map(f64::to_bits));
    }

    #[test]
    fn few_and_many_come_back() {
        for count in [2_u8, 4, 5, 150] {
            let values: Vec<f64> = (0..count).map(f64::from).collect();
            let kept = Probabilities::new(&values);
            assert_eq!(kept.as_slice(), values);
        }
    }
}

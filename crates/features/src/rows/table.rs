//! The rows of a block of words by the n-grams' hashes, for models with few labels.
//!
//! An n-gram and its row have a slot of their own, part of one cache line. Whether what is there is what was looked for is no
//! branch either: what is not is added as zeros. So nothing waits for a line to come from memory, and the processor looks up
//! many n-grams at once.

use std::borrow::Cow;
use std::hint::select_unpredictable;
use std::ops::{AddAssign, Mul};

use wide::{f32x4, f32x8, u32x4, u32x8};

use crate::hot::Counted;
use crate::rows::factors::CountFactors;
use crate::rows::perfect::{Finder, PerfectHash};
use crate::spec::Norm;

/// So many rows are added up as `f32`: longer sums would lose too much.
const TOGETHER: usize = 64;

/// A row for each n-gram of a block, by the n-grams' hashes, for up to six labels: idf times weight for each label, and the n-gram's
/// part in the norm.
#[derive(Debug, Clone)]
pub struct RowTable(pub(super) Kind);

/// A table by the number of labels.
#[derive(Debug, Clone)]
pub(super) enum Kind {
    /// Up to two labels.
    Two(Rows<u32x4>),
    /// Up to six.
    Six(Rows<u32x8>),
}

impl RowTable {
    /// A table of the n-grams with these distinct hashes, by their `weights` (as many an n-gram as there are `labels`) and
    /// `idf`, for a block with this norm. `None` if there are more than six labels, or for hashes that chance does not bring about.
    ///
    /// # Panics
    /// If there are not as many weights and idf as belong to the hashes.
    pub fn new(hashes: &[u64], labels: usize, weights: &[f32], idf: &[f32], norm: Norm) -> Option<Self> {
        assert_eq!(
            (weights.len(), idf.len()),
            (hashes.len() * labels, hashes.len()),
            "a row is made of an n-gram's numbers"
        );
        match labels {
            1..=2 => Rows::new(hashes, weights, idf, norm).map(|rows| Self(Kind::Two(rows))),
            3..=6 => Rows::new(hashes, weights, idf, norm).map(|rows| Self(Kind::Six(rows))),
            _ => None,
        }
    }

    /// Puts the sum of the rows of those n-grams that the table has into `sum`, each times the factors of its count: a value a
    /// label, then the part in the norm.
    ///
    /// # Panics
    /// If `sum` has no places.
    pub fn sum(&self, ngrams: &[Counted], factors: &CountFactors, sum: &mut [f64]) {
        match &self.0 {
            Kind::Two(rows) => {
                let finder = rows.finder();
                let row = |ngram: Counted| finder.find(ngram.hash) * factors.of(ngram.count).in_four();
                sum_by::<_, u32x4>(ngrams, sum, row);
            }
            Kind::Six(rows) => {
                let finder = rows.finder();
                let row = |ngram: Counted| finder.find(ngram.hash) * factors.of(ngram.count).in_eight();
                sum_by::<_, u32x8>(ngrams, sum, row);
            }
        }
    }

    /// The same for n-grams by their hashes, each as often as it comes.
    ///
    /// # Panics
    /// If `sum` has no places.
    pub fn sum_occurrences(&self, hashes: &[u64], sum: &mut [f64]) {
        match &self.0 {
            Kind::Two(rows) => {
                let finder = rows.finder();
                sum_by::<_, u32x4>(hashes, sum, |hash| finder.find(hash));
            }
            Kind::Six(rows) => {
                let finder = rows.finder();
                sum_by::<_, u32x8>(hashes, sum, |hash| finder.find(hash));
            }
        }
    }
}

/// A slot's content, bit by bit: a tag, a value for each label, zeros, and the part in the norm in the last place.
pub(super) trait Slot: Copy + 'static {
    type Row: Copy + AddAssign + Mul<Output = Self::Row>;
    const FREE: Self;
    const ZERO: Self::Row;

    fn lanes(&self) -> &[u32];

    fn lanes_mut(&mut self) -> &mut [u32];

    /// All of it as numbers to be added up; the sum of the tags means nothing.
    fn row(self) -> Self::Row;

    fn values(row: &Self::Row) -> &[f32];
}

macro_rules! slot {
    ($bits:ty, $floats:ty) => {
        impl Slot for $bits {
            type Row = $floats;
            const FREE: Self = <$bits>::ZERO;
            const ZERO: $floats = <$floats>::ZERO;

            #[inline]
            fn lanes(&self) -> &[u32] {
                self.as_array()
            }

            fn lanes_mut(&mut self) -> &mut [u32] {
                self.as_mut_array()
            }

            #[inline]
            fn row(self) -> $floats {
                bytemuck::cast(self)
            }

            fn values(row: &$floats) -> &[f32] {
                row.as_array()
            }
        }
    };
}

slot!(u32x4, f32x4);
slot!(u32x8, f32x8);

#[derive(Debug, Clone)]
pub(super) struct Rows<S: Slot> {
    pub(super) perfect: PerfectHash,
    pub(super) slots: Cow<'static, [S]>,
}

/// A table's parts where they are at hand.
struct RowFinder<'a, S> {
    perfect: Finder<'a>,
    slots: &'a [S],
    free: S,
}

impl<S: Slot> Rows<S> {
    fn new(hashes: &[u64], weights: &[f32], idf: &[f32], norm: Norm) -> Option<Self> {
        let perfect = PerfectHash::new(hashes)?;
        let finder = perfect.finder();
        let mut slots = vec![S::FREE; perfect.slots()];
        let labels = weights.len() / hashes.len().max(1);
        for (place, (&hash, &idf)) in hashes.iter().zip(idf).enumerate() {
            let (lanes, idf) = (slots[finder.slot(hash)].lanes_mut(), f64::from(idf));
            lanes[0] = tag(hash);
            for (lane, &weight) in lanes[1..].iter_mut().zip(&weights[place * labels..][..labels]) {
                *lane = ((f64::from(weight) * idf) as f32).to_bits();
            }
            lanes[lanes.len() - 1] = (norm.part(idf, 1) as f32).to_bits();
        }
        Some(Self { perfect, slots: slots.into() })
    }

    fn finder(&self) -> RowFinder<'_, S> {
        RowFinder { perfect: self.perfect.finder(), slots: &self.slots, free: S::FREE }
    }
}

impl<S: Slot> RowFinder<'_, S> {
    /// The row of an n-gram if the table has it, else zeros.
    #[inline]
    fn find(&self, hash: u64) -> S::Row {
        let slot = &self.slots[self.perfect.slot(hash)];
        select_unpredictable(slot.lanes()[0] == tag(hash), slot, &self.free).row()
    }
}

/// Puts the sum over n-grams of what `row` makes of each into `sum`: a value a label, then the part in the norm.
#[inline]
fn sum_by<N: Copy, S: Slot>(ngrams: &[N], sum: &mut [f64], row: impl Fn(N) -> S::Row) {
    sum.fill(0.0);
    let (norm, labels) = sum.split_last_mut().expect("behind the labels stands the norm");
    for ngrams in ngrams.chunks(TOGETHER) {
        // Two sums in turn: an addition need not wait for the one before.
        let (mut one, mut other) = (S::ZERO, S::ZERO);
        let (pairs, last) = ngrams.as_chunks::<2>();
        for &[first, second] in pairs {
            one += row(first);
            other += row(second);
        }
        for &ngram in last {
            one += row(ngram);
        }
        one += other;
        let values = S::values(&one);
        labels.iter_mut().zip(&values[1..]).for_each(|(sum, &value)| *sum += f64::from(value));
        *norm += f64::from(values[values.len() - 1]);
    }
}

/// Half of a hash, of which the bucket does not depend. One bit is set: free slots have 0, and as a float, which tags are added up
/// as, a tag is never one of the smallest, which some processors take long for.
#[inline]
fn tag(hash: u64) -> u32 {
    (hash >> 32) as u32 | 1 << 30
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::TermFrequency;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn sums_are_those_of_each_row_alone(
            labels in 1..7usize,
            counts in prop::collection::vec((0..40_usize, 1..100_u32), 0..150),
            norm in prop::sample::select(vec![Norm::L2, Norm::L1, Norm::Occurrences, Norm::None]),
        ) {
            let tf = if norm == Norm::Occurrences { TermFrequency::Count } else { TermFrequency::Sublinear };
            // Every other n-gram is unknown.
            let hash = |ngram: usize| (ngram as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let hashes: Vec<u64> = (0..20).map(|ngram| hash(2 * ngram)).collect();
            let weights: Vec<f32> = (0..20 * labels).map(|number| number as f32 / 9.0 - 4.0).collect();
            let idf: Vec<f32> = (0..20).map(|ngram| 1.0 + ngram as f32 / 8.0).collect();
            let table = RowTable::new(&hashes, labels, &weights, &idf, norm).unwrap();
            let ngrams: Vec<Counted> = counts.iter().map(|&(ngram, count)| Counted { hash: hash(ngram), count }).collect();
            // Each with the sum of sizes, to which rounding is in proportion.
            let mut by_count = vec![(0.0, 0.0); labels + 1];
            let mut by_occurrence = by_count.clone();
            let add = |(sum, size): &mut (f64, f64), value: f64| (*sum, *size) = (*sum + value, *size + value.abs());
            for &(ngram, count) in counts.iter().filter(|(ngram, _)| ngram % 2 == 0) {
                let (ngram, tf) = (ngram / 2, tf.of(count as usize));
                let idf = f64::from(idf[ngram]);
                for label in 0..labels {
                    let product = f64::from(weights[ngram * labels + label]) * idf;
                    add(&mut by_count[label], product * tf);
                    add(&mut by_occurrence[label], product);
                }
                add(&mut by_count[labels], norm.part(idf * tf, count));
                add(&mut by_occurrence[labels], norm.part(idf, 1));
            }
            let close = |found: &[f64], expected: &[(f64, f64)]| {
                found.iter().zip(expected).all(|(found, (sum, size))| (found - sum).abs() <= 4e-6 * size)
            };
            let mut found = vec![1.0; labels + 1];
            table.sum(&ngrams, &CountFactors::new(tf, norm), &mut found);
            prop_assert!(close(&found, &by_count), "{found:?} {by_count:?}");
            let hashes: Vec<u64> = ngrams.iter().map(|ngram| ngram.hash).collect();
            table.sum_occurrences(&hashes, &mut found);
            prop_assert!(close(&found, &by_occurrence), "{found:?} {by_occurrence:?}");
        }
    }
}

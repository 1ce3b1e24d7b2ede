//! The rows of a block of words by the n-grams' hashes, for models with few labels.
//!
//! An n-gram and its row have a slot of their own. Whether what is there is what was looked for is no branch: what is not is added as zeros.
//! So nothing waits for a line to come from memory, and the processor looks up many n-grams at once.

use std::borrow::Cow;
use std::hint::select_unpredictable;

use wide::f32x4;

use crate::hot::Counted;
use crate::ngrams::is_unigram;
use crate::rows::factors::CountFactors;
use crate::rows::perfect::{Finder, PerfectHash};
use crate::spec::{BlockSpec, Norm, Units};
use crate::vocabulary::Vocabulary;

/// So many rows are added up as `f32`: longer sums would lose too much.
const TOGETHER: usize = 64;

/// N-grams whose slots are to be close together.
const FREQUENT: usize = 1 << 13;

/// A row for each n-gram of a block, by the n-grams' hashes, for up to six labels: idf times weight for each label, and the n-gram's
/// part in the norm.
#[derive(Debug, Clone)]
pub struct RowTable(pub(super) Kind);

/// A table by the number of labels.
#[derive(Debug, Clone)]
pub(super) enum Kind {
    /// Two labels whose weights are opposite, of which the first label's are kept.
    Opposite(Rows<3>),
    /// Up to two labels.
    Two(Rows<4>),
    Three(Rows<5>),
    /// Up to six.
    Six(Rows<8>),
}

impl RowTable {
    /// The table of a block, the spec's block of number `index`, by the weights and idf of all columns of a vocabulary. `None` if the
    /// block is not of words, or there are more than six labels.
    ///
    /// # Panics
    /// If there is no such block, or the columns have not as many weights and idf.
    pub fn of_block(
        block: &BlockSpec,
        index: usize,
        vocabulary: &Vocabulary,
        labels: usize,
        (weights, idf): (&[f32], &[f32]),
    ) -> Option<Self> {
        if block.units != Units::Words {
            return None;
        }
        let columns = vocabulary.block_columns(index);
        let weights = &weights[columns.start * labels..columns.end * labels];
        let (hashes, idf) = (&vocabulary.hashes()[columns.clone()], &idf[columns.clone()]);
        let mut rarity = idf.to_vec();
        for (column, rarity) in columns.zip(&mut rarity) {
            if is_unigram(vocabulary.ngram_bytes(column), block.units) {
                *rarity /= block.unigram_weight as f32;
            }
        }
        Self::new(hashes, labels, weights, idf, &rarity, block.norm)
    }

    /// A table of the n-grams with these distinct hashes, by their `weights` (as many an n-gram as there are `labels`) and
    /// `idf`, for a block with this norm; the less its `rarity`, the more frequent an n-gram. `None` if there are more than six
    /// labels, or for hashes that chance does not bring about.
    ///
    /// # Panics
    /// If there are not as many weights, idf and rarities as belong to the hashes.
    pub(super) fn new(
        hashes: &[u64],
        labels: usize,
        weights: &[f32],
        idf: &[f32],
        rarity: &[f32],
        norm: Norm,
    ) -> Option<Self> {
        let counts = (hashes.len() * labels, hashes.len(), hashes.len());
        assert_eq!((weights.len(), idf.len(), rarity.len()), counts, "a row is made of an n-gram's numbers");
        let kind = match labels {
            2 if weights.as_chunks().0.iter().all(|&[one, other]| one + other == 0.0) => {
                let first: Vec<f32> = weights.iter().copied().step_by(2).collect();
                Kind::Opposite(Rows::new(hashes, 1, &first, idf, rarity, norm)?)
            }
            1..=2 => Kind::Two(Rows::new(hashes, labels, weights, idf, rarity, norm)?),
            3 => Kind::Three(Rows::new(hashes, labels, weights, idf, rarity, norm)?),
            4..=6 => Kind::Six(Rows::new(hashes, labels, weights, idf, rarity, norm)?),
            _ => return None,
        };
        Some(Self(kind))
    }

    /// Puts the sum of the rows of those n-grams that the table has into `sum`, each times the factors of its count: a value a
    /// label, then the part in the norm.
    ///
    /// # Panics
    /// If `sum` has no places, or not three and the table is of two labels with opposite weights.
    pub fn sum(&self, ngrams: &[Counted], factors: &CountFactors, sum: &mut [f64]) {
        match &self.0 {
            Kind::Opposite(rows) => of_opposite(sum, |sum| rows.sum(ngrams, factors, sum)),
            Kind::Two(rows) => rows.sum(ngrams, factors, sum),
            Kind::Three(rows) => rows.sum(ngrams, factors, sum),
            Kind::Six(rows) => rows.sum(ngrams, factors, sum),
        }
    }

    /// The same for n-grams by their hashes, each as often as it comes.
    ///
    /// # Panics
    /// If `sum` has no places, or not three and the table is of two labels with opposite weights.
    pub fn sum_occurrences(&self, hashes: &[u64], sum: &mut [f64]) {
        match &self.0 {
            Kind::Opposite(rows) => of_opposite(sum, |sum| rows.sum_occurrences(hashes, sum)),
            Kind::Two(rows) => rows.sum_occurrences(hashes, sum),
            Kind::Three(rows) => rows.sum_occurrences(hashes, sum),
            Kind::Six(rows) => rows.sum_occurrences(hashes, sum),
        }
    }
}

/// Puts what `fill` finds of the first label and the norm into `sum`, and of the second label the opposite.
#[inline]
fn of_opposite(sum: &mut [f64], fill: impl FnOnce(&mut [f64])) {
    assert_eq!(sum.len(), 3, "there are two labels and the norm");
    let (first, rest) = sum.split_first_mut().expect("it has three places");
    fill(rest);
    *first = rest[0];
    rest[0] = -*first;
}

/// Slots of so many numbers, bit by bit: a tag, a value for each label, zeros, and the part in the norm in the last place.
#[derive(Debug, Clone)]
pub(super) struct Rows<const LANES: usize> {
    pub(super) perfect: PerfectHash,
    pub(super) slots: Cow<'static, [[u32; LANES]]>,
}

/// A slot's first four numbers and its last four, which are the same or some of them, as numbers to be added up. The sum of the tags
/// means nothing. A slot of three numbers gives zeros, and two zeros and its last two.
type Quads = [f32x4; 2];

impl<const LANES: usize> Rows<LANES> {
    fn new(hashes: &[u64], labels: usize, weights: &[f32], idf: &[f32], rarity: &[f32], norm: Norm) -> Option<Self> {
        let limit = greatest_of_lowest(rarity, FREQUENT);
        let perfect = PerfectHash::new(hashes, |place| rarity[place] < limit)?;
        let finder = perfect.finder();
        let mut slots = vec![[0; LANES]; perfect.slots()];
        for (place, (&hash, &idf)) in hashes.iter().zip(idf).enumerate() {
            let (lanes, idf) = (&mut slots[finder.slot(hash)], f64::from(idf));
            lanes[0] = tag(hash);
            for (lane, &weight) in lanes[1..].iter_mut().zip(&weights[place * labels..][..labels]) {
                *lane = ((f64::from(weight) * idf) as f32).to_bits();
            }
            lanes[LANES - 1] = (norm.part(idf, 1) as f32).to_bits();
        }
        Some(Self { perfect, slots: slots.into() })
    }

    fn finder(&self) -> RowFinder<'_, LANES> {
        RowFinder { perfect: self.perfect.finder(), slots: &self.slots, free: [0; LANES] }
    }

    fn sum(&self, ngrams: &[Counted], factors: &CountFactors, sum: &mut [f64]) {
        let finder = self.finder();
        Self::sum_by(ngrams, sum, |ngram| {
            let ([first, last], factors) = (finder.find(ngram.hash), factors.of(ngram.count));
            [first * factors.labels, last * factors.last]
        });
    }

    fn sum_occurrences(&self, hashes: &[u64], sum: &mut [f64]) {
        let finder = self.finder();
        Self::sum_by(hashes, sum, |hash| finder.find(hash));
    }

    /// Puts the sum over n-grams of what `row` makes of each into `sum`: a value a label, then the part in the norm.
    #[inline]
    fn sum_by<N: Copy>(ngrams: &[N], sum: &mut [f64], row: impl Fn(N) -> Quads) {
        sum.fill(0.0);
        let (norm, labels) = sum.split_last_mut().expect("behind the labels stands the norm");
        for ngrams in ngrams.chunks(TOGETHER) {
            // Two sums in turn: an addition need not wait for the one before.
            let (mut one, mut other) = ([f32x4::ZERO; 2], [f32x4::ZERO; 2]);
            let (pairs, last) = ngrams.as_chunks::<2>();
            for &[first, second] in pairs {
                Self::add(&mut one, row(first));
                Self::add(&mut other, row(second));
            }
            for &ngram in last {
                Self::add(&mut one, row(ngram));
            }
            Self::add(&mut one, other);
            let lane = |lane: usize| match (lane + 4).checked_sub(LANES) {
                Some(lane) => one[1].as_array()[lane],
                None => one[0].as_array()[lane],
            };
            for (label, sum) in labels.iter_mut().enumerate() {
                *sum += f64::from(lane(1 + label));
            }
            *norm += f64::from(lane(LANES - 1));
        }
    }

    #[inline]
    fn add(sum: &mut Quads, [first, last]: Quads) {
        if LANES > 4 {
            sum[0] += first;
        }
        sum[1] += last;
    }
}

/// A table's parts where they are at hand.
struct RowFinder<'a, const LANES: usize> {
    perfect: Finder<'a>,
    slots: &'a [[u32; LANES]],
    free: [u32; LANES],
}

impl<const LANES: usize> RowFinder<'_, LANES> {
    /// The row of an n-gram if the table has it, else zeros.
    #[inline]
    fn find(&self, hash: u64) -> Quads {
        let slot = &self.slots[self.perfect.slot(hash)];
        let is_there = slot[0] == tag(hash);
        if LANES == 3 {
            // As one number: two would be chosen by a branch.
            let both = u64::from(slot[1]) | u64::from(slot[2]) << 32;
            let both = select_unpredictable(is_there, both, 0);
            return [f32x4::ZERO, bytemuck::cast([0, 0, both as u32, (both >> 32) as u32])];
        }
        let found = select_unpredictable(is_there, slot, &self.free);
        let quad = |four: Option<&[u32; 4]>| bytemuck::cast(*four.expect("a slot has at least four numbers"));
        [quad(found.first_chunk()), quad(found.last_chunk())]
    }
}

/// A limit below which a number of values are, or somewhat fewer where some are equal; infinite if there are no more values.
fn greatest_of_lowest(values: &[f32], count: usize) -> f32 {
    if values.len() <= count {
        return f32::INFINITY;
    }
    *values.to_vec().select_nth_unstable_by(count, f32::total_cmp).1
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
            opposite: bool,
            counts in prop::collection::vec((0..40_usize, 1..100_u32), 0..150),
            norm in prop::sample::select(vec![Norm::L2, Norm::L1, Norm::Occurrences, Norm::None]),
        ) {
            let tf = if norm == Norm::Occurrences { TermFrequency::Count } else { TermFrequency::Sublinear };
            // Every other n-gram is unknown.
            let hash = |ngram: usize| (ngram as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let hashes: Vec<u64> = (0..20).map(|ngram| hash(2 * ngram)).collect();
            let mut weights: Vec<f32> = (0..20 * labels).map(|number| number as f32 / 9.0 - 4.0).collect();
            if opposite && labels == 2 {
                weights.as_chunks_mut().0.iter_mut().for_each(|[one, other]| *other = -*one);
                weights[..4].copy_from_slice(&[0.0, 0.0, 0.0, -0.0]);
            }
            let idf: Vec<f32> = (0..20).map(|ngram| 1.0 + ngram as f32 / 8.0).collect();
            let table = RowTable::new(&hashes, labels, &weights, &idf, &idf, norm).unwrap();
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

//! How far corrected shares may be off: both the corpus and the held-out documents are resampled.
//!
//! Whole documents are drawn, as for the intervals of scores, but with exponential weights (the Bayesian bootstrap, Rubin,
//! Annals of Statistics 9, 1981) and one more document of average size that is all of the label, for the upper end, or
//! has none of it, for the lower one. That is Gaffke's bound for the mean of values between 0 and 1 (Gaffke 2005; Learned-Miller
//! and Thomas, "A New Confidence Interval for the Mean of a Bounded Random Variable", 2019); where each document is of
//! one label it is Clopper and Pearson's interval. So a label that no document has is not taken for impossible, and few
//! documents make a wide interval, where common resampling would make one of no width.

use rayon::prelude::*;

use super::correction::corrected;
use super::tally::{Tally, normalized};
use crate::metrics::{Bootstrap, Interval, percentiles};
use crate::split::random::Draws;

/// More documents than this are resampled in so many bags: drawing more things does not make an interval better.
const MOST_BAGS: usize = 2048;

/// The stream of draws for a resample of the held-out documents; stream 0 of a seed is the one that splits are shuffled by.
pub(super) fn held_out_stream(resample: u32) -> u64 {
    u64::from(resample) + 1
}

/// The stream for a resample of the corpus.
fn corpus_stream(resample: usize) -> u64 {
    (1 << 32) + resample as u64 + 1
}

/// The stream that deals documents into bags.
const BAGS_STREAM: u64 = 1 << 33;

/// How often each true label (row) is given each label (column).
#[derive(Debug, Clone)]
pub(super) struct Rates {
    labels: usize,
    rows: Vec<f64>,
}

impl Rates {
    /// The rates that follow from counts, row by row, of which none is empty.
    pub fn new(labels: usize, counts: &[f64]) -> Self {
        let rows = counts.chunks_exact(labels).flat_map(|row| normalized(row.to_vec())).collect();
        Self { labels, rows }
    }

    /// The rate of each answer to sentences of a label.
    pub fn of(&self, truth: usize) -> &[f64] {
        &self.rows[truth * self.labels..(truth + 1) * self.labels]
    }
}

/// The interval of each label's share.
pub(super) fn interval(part: &Tally, shares: &[f64], resampled: &[Rates], options: &Bootstrap) -> Vec<Interval> {
    let bags = bags(part, options.seed);
    let average = bags.iter().flatten().sum::<f64>() / part.documents() as f64;
    let drawn: Vec<(Vec<f64>, f64)> = resampled
        .par_iter()
        .enumerate()
        .map(|(resample, rates)| {
            let mut draws = Draws::new(options.seed, corpus_stream(resample));
            let unseen = average * draws.exponential();
            let mut sums = vec![0.0; part.labels()];
            for bag in &bags {
                let times = draws.exponential();
                for (sum, count) in sums.iter_mut().zip(bag) {
                    *sum += times * count;
                }
            }
            let seen: f64 = sums.iter().sum();
            (corrected(&normalized(sums), rates), unseen / (seen + unseen))
        })
        .collect();
    let of_label = |(label, &share): (usize, &f64)| {
        let without = drawn.iter().map(|(shares, unseen)| (1.0 - unseen) * shares[label]);
        let with = drawn.iter().map(|(shares, unseen)| (1.0 - unseen) * shares[label] + unseen);
        let (low, high) = (
            percentiles(without.collect(), options.confidence).low,
            percentiles(with.collect(), options.confidence).high,
        );
        Interval { low: low.min(share), high: high.max(share) }
    };
    shares.iter().enumerate().map(of_label).collect()
}

/// The documents, or where they are very many, sums of documents that chance put together.
fn bags(part: &Tally, seed: u64) -> Vec<Vec<f64>> {
    let documents = part.documents();
    if documents <= 2 * MOST_BAGS {
        return part.rows().map(<[f64]>::to_vec).collect();
    }
    let mut places: Vec<usize> = (0..documents).map(|at| at % MOST_BAGS).collect();
    Draws::new(seed, BAGS_STREAM).shuffle(&mut places);
    let mut bags = vec![vec![0.0; part.labels()]; MOST_BAGS];
    for (row, bag) in part.rows().zip(places) {
        for (sum, count) in bags[bag].iter_mut().zip(row) {
            *sum += count;
        }
    }
    bags
}

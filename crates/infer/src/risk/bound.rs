//! Whether chance could have made a loss look as small as it does.
//!
//! Sentences of one document are lost together, so documents are what is drawn. The risk is a ratio, the expected number of
//! lost sentences over that of protected ones. It is beyond α if and only if z = lost − α · protected has a positive
//! mean over documents, and z is bounded from above because a long document counts as a short one (below).
//!
//! The test bets against that (Waudby-Smith and Ramdas, "Estimating means of bounded random variables by betting", JRSS B 86,
//! 2024): if the mean of z is 0 or more, the product of 1 − λz over independent documents has an expectation of at most 1 for
//! every stake λ ≥ 0 that keeps it positive, and so has a mixture of such products. By Markov's inequality it
//! reaches 1/δ with a chance of at most δ. Against the usual inequalities (Hoeffding, Bentkus) it gains from the
//! small variance of rare losses; stakes that are fixed beforehand instead of learnt on the way make the result
//! independent of the documents' order, and it falls as more is lost, which makes the search for the cut-off exact.

use std::collections::BTreeMap;

/// A document with more sentences of the protected label than this counts as one with so many: its loss and its size are
/// scaled down together.
///
/// Without a limit one unseen document could lose any number of sentences, and no promise would hold. Cutting long
/// documents into pieces would take the pieces for independent, which they are not. The limit must not depend on the
/// data; a large one makes promises dear, since a single document may then cost more.
pub const COUNTED_A_DOCUMENT: u32 = 16;

/// Stakes as shares of 1/[`COUNTED_A_DOCUMENT`]: 1, 1/2, 1/4 … The first is best for losses well below the promise, as
/// they are for small promises; so it has half of the weight, the next a quarter, and so on.
const STAKES: usize = 8;

/// How many documents have so many protected sentences and lost so many of them.
pub(super) type Tally = BTreeMap<(u32, u32), u32>;

/// The logarithm of what betting against a risk beyond `at_most` wins: with a chance of at most δ it reaches ln(1/δ)
/// where the risk is beyond it.
pub(super) fn log_wealth(tally: &Tally, at_most: f64) -> f64 {
    let mut logs = [0.0; STAKES];
    let mut share = 1.0;
    for (at, log) in logs.iter_mut().enumerate() {
        let stake = share / f64::from(COUNTED_A_DOCUMENT);
        // The last takes what is left, so that the weights sum to 1.
        let weight = if at + 1 < STAKES { share / 2.0 } else { share };
        share /= 2.0;
        *log = libm::log(weight);
        for (&(protected, lost), &documents) in tally {
            *log += f64::from(documents) * libm::log1p(-stake * excess(protected, lost, at_most));
        }
    }
    let max = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    max + libm::log(logs.iter().map(|log| libm::exp(log - max)).sum())
}

/// The loss of a document beyond the share allowed, counted up to the limit: below `COUNTED_A_DOCUMENT`, so that a stake
/// never loses everything.
fn excess(protected: u32, lost: u32, at_most: f64) -> f64 {
    let counted = f64::from(COUNTED_A_DOCUMENT) / f64::from(protected.max(COUNTED_A_DOCUMENT));
    counted * (f64::from(lost) - at_most * f64::from(protected))
}

/// What the logarithm of the winnings has to reach.
pub(super) fn target(confidence: f64) -> f64 {
    -libm::log1p(-confidence)
}

/// How many times as many documents of the same kind are about needed for a promise, if they lose nothing.
pub(super) fn times_needed(nothing_lost: &Tally, at_most: f64, confidence: f64) -> f64 {
    // By the largest stake alone, which has half of the weight.
    let log: f64 = nothing_lost
        .iter()
        .map(|(&(protected, _), &documents)| {
            let stake = 1.0 / f64::from(COUNTED_A_DOCUMENT);
            f64::from(documents) * libm::log1p(-stake * excess(protected, 0, at_most))
        })
        .sum();
    (target(confidence) + std::f64::consts::LN_2) / log
}

/// The smallest share that documents which lose nothing can promise, rounded up to a thousandth of itself.
pub(super) fn smallest_promise(nothing_lost: &Tally, confidence: f64) -> Option<f64> {
    let enough = |share: f64| log_wealth(nothing_lost, share) >= target(confidence);
    let (mut low, mut high) = (0.0, 0.999);
    if !enough(high) {
        return None;
    }
    while high - low > 1e-3 * high {
        let middle = f64::midpoint(low, high);
        if enough(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    Some(high)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_document_wins_what_the_mixture_says_by_hand() {
        // 8 protected sentences, none lost, α = 1/2: z = −4, so a stake of 2^−j/16 wins 1 + 2^−j/4.
        let tally = Tally::from([((8, 0), 1)]);
        let weights = [0.5, 0.25, 0.125, 0.0625, 0.031_25, 0.015_625, 0.007_812_5, 0.007_812_5];
        let expected: f64 = weights.iter().zip(0..).map(|(w, j)| w * (1.0 + 0.25 / f64::from(1 << j))).sum();
        assert!((log_wealth(&tally, 0.5) - expected.ln()).abs() < 1e-14);
        // Two of them, one losing 6 of 8: z = 2 there, (1 + 2^−j/4)(1 − 2^−j/8).
        let tally = Tally::from([((8, 0), 1), ((8, 6), 1)]);
        let expected: f64 = weights
            .iter()
            .zip(0..)
            .map(|(w, j)| w * (1.0 + 0.25 / f64::from(1 << j)) * (1.0 - 0.125 / f64::from(1 << j)))
            .sum();
        assert!((log_wealth(&tally, 0.5) - expected.ln()).abs() < 1e-14);
    }

    #[test]
    fn long_documents_count_as_documents_of_the_limit() {
        let wealth = |protected, lost| log_wealth(&Tally::from([((protected, lost), 3)]), 0.1);
        assert!((wealth(160, 10) - wealth(16, 1)).abs() < 1e-12);
        assert!(wealth(u32::MAX, u32::MAX).is_finite());
        assert!(log_wealth(&Tally::new(), 0.1).abs() < 1e-15, "the weights sum to 1");
    }

    #[test]
    fn the_number_needed_is_the_number_that_does() {
        // 16 sentences a document at 1 %: ln 1.01 a document by the largest stake, which needs ln 40.
        let of = |documents| Tally::from([((16, 0), documents)]);
        let needed = 50.0 * times_needed(&of(50), 0.01, 0.95);
        assert!((needed - 40_f64.ln() / 1.01_f64.ln()).abs() < 1e-9, "{needed}");
        assert!(log_wealth(&of(371), 0.01) >= target(0.95));
        assert!(log_wealth(&of(200), 0.01) < target(0.95));
        let smallest = smallest_promise(&of(200), 0.95).unwrap();
        assert!(smallest > 0.01 && smallest < 0.02, "{smallest}");
        assert!(log_wealth(&of(200), smallest) >= target(0.95));
        assert!(log_wealth(&of(200), smallest * 0.998) < target(0.95));
        assert_eq!(smallest_promise(&of(2), 0.95), None);
    }

    proptest! {
        #[test]
        fn losing_more_wins_less_and_promising_more_wins_more(
            documents in prop::collection::vec((1..40u32, 0..40u32), 1..30),
            at in 0..30usize,
            at_most in 0.01..0.9f64,
        ) {
            let tally = |documents: &[(u32, u32)]| {
                let mut tally = Tally::new();
                for &(protected, lost) in documents {
                    *tally.entry((protected, lost.min(protected))).or_default() += 1;
                }
                tally
            };
            let before = log_wealth(&tally(&documents), at_most);
            prop_assert!(log_wealth(&tally(&documents), at_most * 1.1) >= before);
            let mut worse = documents.clone();
            let at = at % worse.len();
            worse[at].1 += 1;
            prop_assert!(log_wealth(&tally(&worse), at_most) <= before + 1e-12);
        }

        #[test]
        fn the_expectation_is_at_most_1_where_the_risk_is_the_promise(
            protected in 1..40u32, lost in 1..40u32, others in 1..40u32,
        ) {
            // One document of a distribution of two: losing `lost` of `protected` or nothing of `others`, with α their risk.
            let (lost, p) = (lost.min(protected), 0.3);
            let count = |n: u32| f64::from(n) * f64::from(COUNTED_A_DOCUMENT) / f64::from(n.max(COUNTED_A_DOCUMENT));
            let share = f64::from(lost) / f64::from(protected);
            let risk = p * count(protected) * share / (p * count(protected) + (1.0 - p) * count(others));
            let wealth = |document| log_wealth(&Tally::from([(document, 1)]), risk).exp();
            let mean = p * wealth((protected, lost)) + (1.0 - p) * wealth((others, 0));
            prop_assert!((mean - 1.0).abs() < 1e-12, "{}", mean);
        }
    }
}

//! `McNemar`'s test: are two classifiers right equally often on the same examples?

use serde::{Deserialize, Serialize};

/// Fewer pairs than this make chi-squared a poor approximation, and the exact distribution is used.
const EXACT_BELOW: u64 = 25;

/// How the probability was computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum McNemarMethod {
    /// The binomial distribution with chance 1/2, both tails.
    ExactBinomial,
    /// Chi-squared with one degree of freedom and continuity correction.
    ChiSquared,
}

/// The outcome of `McNemar`'s test on the examples that one of two classifiers has right and the other wrong.
///
/// The test takes the examples for independent. Sentences of one document are not, so that it finds differences too
/// easily where documents are long; the bootstrap by document does not.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct McNemar {
    /// The examples that only this classifier has right.
    pub only_this: u64,
    /// The examples that only the other has right.
    pub only_other: u64,
    /// How the probability was computed.
    pub method: McNemarMethod,
    /// (|b − c| − 1)² / (b + c) for the two counts b and c; `None` for the exact test.
    pub statistic: Option<f64>,
    /// The probability of counts at least as unequal if both classifiers were as good, in both directions; from 0 to 1.
    pub p_value: f64,
}

impl McNemar {
    /// The test of `McNemar` (1947), "Note on the sampling error of the difference between correlated proportions or
    /// percentages", with the continuity correction of Edwards (1948), "Note on the 'correction for continuity' in
    /// testing the significance of the difference between correlated proportions". Below 25 examples that tell the two
    /// apart, the exact test: twice the smaller tail of the binomial distribution, at most 1.
    pub fn new(only_this: u64, only_other: u64) -> Self {
        let told_apart = only_this + only_other;
        if told_apart < EXACT_BELOW {
            let p_value = exact(told_apart as u32, only_this.min(only_other) as u32);
            return Self { only_this, only_other, method: McNemarMethod::ExactBinomial, statistic: None, p_value };
        }
        let distance = only_this.abs_diff(only_other).saturating_sub(1) as f64;
        let statistic = distance * distance / told_apart as f64;
        // The tail of chi-squared with one degree of freedom is that of a squared normal.
        let p_value = libm::erfc((statistic / 2.0).sqrt());
        Self { only_this, only_other, method: McNemarMethod::ChiSquared, statistic: Some(statistic), p_value }
    }
}

/// Twice the chance of at most `fewer` heads in `tosses` tosses, at most 1. Coefficients and powers of two are exact in
/// floating point for so few tosses.
fn exact(tosses: u32, fewer: u32) -> f64 {
    let mut ways = 1.0;
    let mut at_most = 1.0;
    for heads in 1..=fewer {
        ways = ways * f64::from(tosses - heads + 1) / f64::from(heads);
        at_most += ways;
    }
    (2.0 * at_most / f64::from(1_u32 << tosses)).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(test: McNemar, expected: f64) {
        assert!((test.p_value - expected).abs() < 1e-12, "{test:?} for {expected}");
    }

    #[test]
    fn few_pairs_are_counted_exactly() {
        // Of 2⁵ = 32 outcomes, 1 + 5 have at most one head.
        near(McNemar::new(4, 1), 12.0 / 32.0);
        near(McNemar::new(1, 4), 12.0 / 32.0);
        near(McNemar::new(6, 0), 2.0 / 64.0);
        near(McNemar::new(0, 0), 1.0);
        near(McNemar::new(5, 5), 1.0);
        assert_eq!(McNemar::new(20, 4).method, McNemarMethod::ExactBinomial);
    }

    #[test]
    fn many_pairs_are_compared_with_chi_squared() {
        // (|59 − 6| − 1)² / 65 = 41.6; scipy.stats.chi2.sf(41.6, 1) is 1.120041e-10.
        let test = McNemar::new(59, 6);
        assert_eq!((test.method, test.statistic), (McNemarMethod::ChiSquared, Some(41.6)));
        assert!((test.p_value / 1.120_041e-10 - 1.0).abs() < 1e-4, "{test:?}");
        assert_eq!(McNemar::new(6, 59).p_value.to_bits(), test.p_value.to_bits());
        assert_eq!(McNemar::new(13, 12).statistic, Some(0.0));
        near(McNemar::new(15, 15), 1.0);
    }
}

//! What an n-gram is worth in a text: how often it is there, in how many texts, divided by what.

use serde::{Deserialize, Serialize};

/// Term frequency of an n-gram that occurs `c` times in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TermFrequency {
    /// `c`
    Count,
    /// 1
    Binary,
    /// `1 + ln c` (scikit-learn's `sublinear_tf`)
    Sublinear,
}

impl TermFrequency {
    /// The term frequency of an n-gram that occurs `count` times (at least once).
    pub fn of(self, count: usize) -> f64 {
        match self {
            Self::Count => count as f64,
            Self::Binary => 1.0,
            Self::Sublinear if count == 1 => 1.0,
            Self::Sublinear => 1.0 + libm::log(count as f64),
        }
    }
}

/// Inverse document frequency of an n-gram that occurs in `df` of `n` texts (scikit-learn's definitions).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InverseDocumentFrequency {
    /// `ln((1 + n) / (1 + df)) + 1` (`smooth_idf=True`)
    Smooth,
    /// `ln(n / df) + 1` (`smooth_idf=False`)
    Plain,
    /// 1 (`use_idf=False`)
    None,
}

impl InverseDocumentFrequency {
    /// Of an n-gram that occurs in `df` of `n` texts (at least one): 1 or more.
    pub fn of(self, df: u32, n: usize) -> f64 {
        let (n, df) = (n as f64, f64::from(df));
        match self {
            Self::Smooth => libm::log((1.0 + n) / (1.0 + df)) + 1.0,
            Self::Plain => libm::log(n / df) + 1.0,
            Self::None => 1.0,
        }
    }
}

/// Norm of a block's part of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Norm {
    /// Euclidean length.
    L2,
    /// Sum of absolute values.
    L1,
    /// Euclidean length as if each occurrence were an n-gram of its own: `√ Σ c · idf²`, for [`TermFrequency::Count`] only.
    /// Occurrences can then be added up as they come, uncounted, which makes classifying faster; few texts have so many repeats
    /// that it matters otherwise.
    Occurrences,
    /// No division.
    None,
}

impl Norm {
    /// What an n-gram that occurs `count` times (at least once) and has this value adds to the sum that [`of_sum`](Self::of_sum)
    /// takes.
    pub fn part(self, value: f64, count: u32) -> f64 {
        match self {
            Self::L2 => value * value,
            Self::Occurrences => value * value / f64::from(count),
            Self::L1 | Self::None => value,
        }
    }

    /// The norm, by the sum of its parts over all n-grams of a text.
    pub fn of_sum(self, sum: f64) -> f64 {
        match self {
            Self::L2 | Self::Occurrences => sum.sqrt(),
            Self::L1 => sum,
            Self::None => 1.0,
        }
    }
}

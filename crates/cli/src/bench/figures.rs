//! Several timings of one thing, in few numbers.

use serde::Serialize;

/// What lies in the middle of several values, and how far they lie apart.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(super) struct Figures {
    pub median: f64,
    pub least: f64,
    /// From the first quartile to the third, as a share of the median.
    pub spread: f64,
}

impl Figures {
    /// Of at least one value, each above 0.
    pub fn of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        let median = quantile(&values, 0.5);
        let spread = (quantile(&values, 0.75) - quantile(&values, 0.25)) / median;
        Self { median, least: values[0], spread }
    }
}

/// A quantile of sorted values; between two of them in proportion.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len() - 1) as f64;
    let (below, part) = (place as usize, place.fract());
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (sorted[above] - sorted[below]) * part
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_and_the_quartiles() {
        let figures = Figures::of(vec![50.0, 10.0, 30.0, 20.0, 40.0]);
        assert_eq!(figures, Figures { median: 30.0, least: 10.0, spread: 20.0 / 30.0 });
        assert_eq!(Figures::of(vec![1.0, 2.0]), Figures { median: 1.5, least: 1.0, spread: 0.5 / 1.5 });
        assert_eq!(Figures::of(vec![7.0]), Figures { median: 7.0, least: 7.0, spread: 0.0 });
    }
}

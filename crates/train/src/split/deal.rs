//! Dealing groups to parts, each to the part that leaves the shares most even.
//!
//! scikit-learn's `StratifiedGroupKFold` minimises the mean over labels of the standard deviation over folds of the share
//! of the label's rows. Here the squared deviation is kept as an exact integer until the square root, and only the classes of the group that is dealt are looked at.

use super::random::Draws;
use super::{SplitError, SplitRows, SplitWarning};

/// What dealing knows of the groups, numbered from 0 in the order of their given numbers.
#[derive(Debug)]
pub(super) struct Groups {
    /// The group of each row.
    pub rows: Vec<u32>,
    /// For each group the classes that it has rows of, ascending, and how many. Strata are classes numbered after the
    /// labels.
    counts: Vec<Vec<(u32, u64)>>,
    /// The given number of each label.
    labels: Vec<u32>,
    /// The number of labels and strata.
    classes: usize,
}

impl Groups {
    /// Checks and counts the rows; there have to be as many groups as `parts`.
    pub fn new(rows: SplitRows<'_>, parts: u32) -> Result<Self, SplitError> {
        let n = rows.labels.len();
        let others = [("documents", Some(rows.groups)), ("strata", rows.strata)];
        for (what, column) in others {
            let other = column.map_or(n, <[u32]>::len);
            if other != n {
                return Err(SplitError::Lengths { labels: n, what, other });
            }
        }
        if u32::try_from(n).is_err() {
            return Err(SplitError::TooManyRows { rows: n });
        }
        let (group_of, groups) = compact(rows.groups);
        if groups.len() < parts as usize {
            return Err(SplitError::TooFewGroups { groups: groups.len(), parts });
        }
        let (label_of, labels) = compact(rows.labels);
        let (stratum_of, strata) = rows.strata.map_or_else(Default::default, compact);
        let mut counts: Vec<Vec<(u32, u64)>> = vec![Vec::new(); groups.len()];
        let mut add = |group: u32, class: u32| {
            let counts = &mut counts[group as usize];
            match counts.binary_search_by_key(&class, |&(known, _)| known) {
                Ok(at) => counts[at].1 += 1,
                Err(at) => counts.insert(at, (class, 1)),
            }
        };
        for (&group, &label) in group_of.iter().zip(&label_of) {
            add(group, label);
        }
        for (&group, &stratum) in group_of.iter().zip(&stratum_of) {
            add(group, labels.len() as u32 + stratum);
        }
        Ok(Self { rows: group_of, counts, classes: labels.len() + strata.len(), labels })
    }

    /// The groups in the order of dealing: shuffled, then those first whose label counts deviate most from each other,
    /// since they are the hardest to balance.
    pub fn order(&self, seed: u64) -> Vec<u32> {
        let mut order: Vec<u32> = (0..self.counts.len() as u32).collect();
        Draws::new(seed, 0).shuffle(&mut order);
        self.sort_by_deviation(&mut order);
        order
    }

    pub(super) fn sort_by_deviation(&self, order: &mut [u32]) {
        order.sort_by_cached_key(|&group| std::cmp::Reverse(self.deviation(group)));
    }

    /// The variance of a group's label counts, times the square of the number of labels.
    fn deviation(&self, group: u32) -> u128 {
        let counts = self.counts[group as usize].iter();
        let counts = counts.filter(|&&(class, _)| (class as usize) < self.labels.len());
        let (sum, squares) = counts.fold((0, 0), |(sum, squares), &(_, count)| {
            let count = u128::from(count);
            (sum + count, squares + count * count)
        });
        self.labels.len() as u128 * squares - sum * sum
    }

    /// A warning for each label that occurs in fewer groups than there are parts.
    pub fn scarce_labels(&self, parts: u32) -> Vec<SplitWarning> {
        let mut groups = vec![0; self.classes];
        for &(class, _) in self.counts.iter().flatten() {
            groups[class as usize] += 1;
        }
        let of_labels = self.labels.iter().zip(groups);
        of_labels
            .filter(|&(_, groups)| groups < parts)
            .map(|(&label, groups)| SplitWarning::ScarceLabel { label, groups, parts })
            .collect()
    }
}

/// Numbers from 0 in the order of the given numbers, and the given numbers.
fn compact(given: &[u32]) -> (Vec<u32>, Vec<u32>) {
    let mut values = given.to_vec();
    values.sort_unstable();
    values.dedup();
    let place = |number| values.partition_point(|&value| value < number) as u32;
    (given.iter().map(|&number| place(number)).collect(), values)
}

/// How the rows of one class lie in the parts so far.
#[derive(Debug, Clone)]
struct Class {
    /// Rows in each part.
    parts: Vec<i128>,
    /// All rows of the class, dealt or not.
    total: f64,
    dealt: i128,
    /// The sum over parts of the squared rows.
    squares: i128,
    /// The sum over parts of weight × rows.
    weighted: i128,
}

/// Parts whose unevenness differs by no more than this share differ by rounding only; then the emptier one gets the group.
const TIED: f64 = 1e-9;

/// The part of each group, dealt in `order` to parts that are to hold rows in proportion to their `weights`.
///
/// With whole W = Σw, dealt rows s and rows x of the parts, a class deviates by the root of Σ (W·x − w·s)². A weight is
/// at most a million and a count below 2^32, so all terms stay far below 2^127.
pub(super) fn deal(groups: &Groups, order: &[u32], weights: &[u32]) -> Vec<u32> {
    let whole: i128 = weights.iter().map(|&w| i128::from(w)).sum();
    let weight_squares: i128 = weights.iter().map(|&w| i128::from(w) * i128::from(w)).sum();
    let empty = Class { parts: vec![0; weights.len()], total: 0.0, dealt: 0, squares: 0, weighted: 0 };
    let mut classes = vec![empty; groups.classes];
    for &(class, count) in groups.counts.iter().flatten() {
        classes[class as usize].total += count as f64;
    }
    let mut sizes = vec![0_u64; weights.len()];
    let mut part_of = vec![0; order.len()];
    for &group in order {
        let counts = &groups.counts[group as usize];
        // The classes that the group has no rows of deviate alike wherever it goes.
        let unevenness = |part: usize| -> f64 {
            let deviation = |&(class, count): &(u32, u64)| {
                let class = &classes[class as usize];
                let (count, weight) = (i128::from(count), i128::from(weights[part]));
                let squares = class.squares + count * (2 * class.parts[part] + count);
                let dealt = class.dealt + count;
                let weighted = class.weighted + weight * count;
                let squared = whole * whole * squares - 2 * whole * dealt * weighted + dealt * dealt * weight_squares;
                (squared as f64).sqrt() / class.total
            };
            counts.iter().map(deviation).sum()
        };
        let mut best = 0;
        let mut least = unevenness(0);
        for part in 1..weights.len() {
            let uneven = unevenness(part);
            let emptier = || sizes[part] * u64::from(weights[best]) < sizes[best] * u64::from(weights[part]);
            let tied = (uneven - least).abs() <= TIED * least;
            if (!tied && uneven < least) || (tied && emptier()) {
                (best, least) = (part, uneven);
            }
        }
        part_of[group as usize] = best as u32;
        for &(class, count) in counts {
            let class = &mut classes[class as usize];
            let rows = i128::from(count);
            class.squares += rows * (2 * class.parts[best] + rows);
            class.parts[best] += rows;
            class.dealt += rows;
            class.weighted += i128::from(weights[best]) * rows;
            sizes[best] += count;
        }
    }
    part_of
}

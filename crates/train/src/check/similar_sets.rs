//! All pairs of similar sets, without comparing all pairs.

use std::cmp::Ordering;

/// The Jaccard similarity, shared elements / all elements, from which two sets are similar: 7/10. Whole numbers, so that
/// the comparison is exact.
const SIMILAR: (usize, usize) = (7, 10);

/// Two similar sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SimilarPair {
    /// The places of the two, the smaller place first.
    pub sets: (usize, usize),
    /// Elements in both.
    pub shared: usize,
    /// Elements in at least one.
    pub union: usize,
}

/// When to give up: a corpus made from one template has pairs without number.
#[derive(Debug, Clone, Copy)]
pub(super) struct Budget {
    /// Pairs to find.
    pub pairs: usize,
    /// Elements and list entries to look at.
    pub steps: u64,
}

/// Finds the pairs with a Jaccard similarity of at least 7/10 among sets that hold ascending numbers below `elements`,
/// the rarer the lower. The flag is false if the budget ran out; the pairs are then those of the smallest sets.
///
/// Prefix filtering (Chaudhuri, Ganti and Kaushik 2006; Bayardo, Ma and Srikant 2007): similar sets x and y share at
/// least o = ⌈0.7·|x|⌉ elements, so among the |x| - o + 1 rarest of x is one of the |y| - ⌈0.7·|y|⌉ + 1 rarest of y.
/// Only these are looked up in an inverted index, and rare elements have short lists. Nothing is missed.
pub(super) fn similar_pairs(sets: &[Vec<u32>], elements: usize, budget: Budget) -> (Vec<SimilarPair>, bool) {
    let (similar, of) = SIMILAR;
    let mut by_size: Vec<usize> = (0..sets.len()).filter(|&set| !sets[set].is_empty()).collect();
    by_size.sort_by_key(|&set| (sets[set].len(), set));
    let mut index: Vec<Vec<usize>> = vec![Vec::new(); elements];
    let mut compared_with = vec![usize::MAX; sets.len()];
    let mut pairs = Vec::new();
    let mut steps = 0;
    for &x in &by_size {
        let size = sets[x].len();
        let least = (size * similar).div_ceil(of);
        for &element in &sets[x][..=size - least] {
            let list = &mut index[element as usize];
            steps += list.len() as u64;
            for &y in list.iter() {
                if sets[y].len() < least || compared_with[y] == x {
                    continue;
                }
                compared_with[y] = x;
                steps += (size + sets[y].len()) as u64;
                let shared = count_shared(&sets[x], &sets[y]);
                let union = size + sets[y].len() - shared;
                if shared * of >= union * similar {
                    pairs.push(SimilarPair { sets: (x.min(y), x.max(y)), shared, union });
                }
            }
            list.push(x);
            if pairs.len() > budget.pairs || steps > budget.steps {
                pairs.truncate(budget.pairs);
                return (pairs, false);
            }
        }
    }
    (pairs, true)
}

fn count_shared(mut x: &[u32], mut y: &[u32]) -> usize {
    let mut shared = 0;
    while let ([first_x, rest_x @ ..], [first_y, rest_y @ ..]) = (x, y) {
        match first_x.cmp(first_y) {
            Ordering::Less => x = rest_x,
            Ordering::Greater => y = rest_y,
            Ordering::Equal => {
                shared += 1;
                (x, y) = (rest_x, rest_y);
            }
        }
    }
    shared
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    const ENDLESS: Budget = Budget { pairs: usize::MAX, steps: u64::MAX };

    fn naive(sets: &[Vec<u32>]) -> Vec<SimilarPair> {
        let mut pairs = Vec::new();
        for second in 0..sets.len() {
            for first in 0..second {
                let (x, y): (BTreeSet<u32>, BTreeSet<u32>) =
                    (sets[first].iter().copied().collect(), sets[second].iter().copied().collect());
                let (shared, union) = (x.intersection(&y).count(), x.union(&y).count());
                if union > 0 && shared * 10 >= union * 7 {
                    pairs.push(SimilarPair { sets: (first, second), shared, union });
                }
            }
        }
        pairs
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]

        /// Sets that are mutations of a few prototypes, so that many pairs lie around the threshold.
        #[test]
        fn the_index_finds_what_comparing_all_pairs_finds(
            prototypes in prop::collection::vec(prop::collection::btree_set(0..60u32, 0..25), 1..4),
            changes in prop::collection::vec((0..4usize, prop::collection::vec(0..60u32, 0..6)), 0..30),
        ) {
            let sets: Vec<Vec<u32>> = changes
                .iter()
                .map(|(prototype, toggled)| {
                    let mut set = prototypes[prototype % prototypes.len()].clone();
                    for &element in toggled {
                        if !set.remove(&element) {
                            set.insert(element);
                        }
                    }
                    set.into_iter().collect()
                })
                .collect();
            let (mut found, complete) = similar_pairs(&sets, 60, ENDLESS);
            found.sort_by_key(|pair| (pair.sets.1, pair.sets.0));
            prop_assert!(complete);
            prop_assert_eq!(found, naive(&sets));
        }
    }

    #[test]
    fn the_budget_ends_the_search() {
        let sets: Vec<Vec<u32>> = vec![(0..10).collect(); 50];
        let (pairs, complete) = similar_pairs(&sets, 10, Budget { pairs: 7, ..ENDLESS });
        assert_eq!((pairs.len(), complete), (7, false));
        let (pairs, complete) = similar_pairs(&sets, 10, Budget { steps: 100, ..ENDLESS });
        assert!(pairs.len() < 20 && !complete);
        assert!(similar_pairs(&sets, 10, ENDLESS).1);
    }
}

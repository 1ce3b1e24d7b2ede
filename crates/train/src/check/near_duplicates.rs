//! Texts that are nearly the same.

use std::collections::{BTreeSet, HashMap};

use serde::Serialize;

use super::SHORT;
use super::place::Place;
use super::similar_sets::{Budget, SimilarPair, similar_pairs};
use super::tokens::Tokens;
use crate::corpus::Corpus;

/// Words in a shingle.
const SHINGLE: usize = 3;

/// So many pairs are listed, and the search looks at so many shingles: seconds of work.
const BUDGET: Budget = Budget { pairs: 100_000, steps: 4_000_000_000 };

/// Pairs of texts that are nearly the same.
///
/// Two texts of at least five words are near duplicates if the Jaccard similarity of their sets of word 3-grams
/// (Broder 1997), after the folding that [`Repeat`](super::Repeat) knows, is at least 0.7 and the folded texts are not
/// the same. A text that repeats takes part once.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NearDuplicates {
    /// The pairs, the most similar first.
    pub pairs: Vec<NearDuplicate>,
    /// Whether these are all: the search ends at 100,000 pairs, or when it becomes too long.
    pub complete: bool,
}

/// Two texts that are nearly the same.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NearDuplicate {
    /// Jaccard similarity of the sets of word 3-grams, from 0.7 to 1.
    pub similarity: f64,
    /// Whether some example of the one text stands in another file than some example of the other.
    pub across_files: bool,
    /// Whether the two examples named have different labels.
    pub contradictory: bool,
    /// An example of the one text; with `second` in different files where that is possible.
    pub first: Place,
    /// An example of the other.
    pub second: Place,
    /// The one text.
    pub first_text: String,
    /// The other.
    pub second_text: String,
}

pub(super) fn near_duplicates(corpus: &Corpus, tokens: &Tokens, distinct: &[Vec<usize>]) -> NearDuplicates {
    let texts: Vec<&Vec<usize>> = distinct.iter().filter(|rows| tokens.words[rows[0]].len() >= SHORT).collect();
    let words: Vec<&[u32]> = texts.iter().map(|rows| tokens.words[rows[0]].as_slice()).collect();
    let (sets, elements) = shingle_sets(&words);
    let (mut pairs, complete) = similar_pairs(&sets, elements, BUDGET);
    // Descending by the exact fractions.
    pairs.sort_by(|a, b| (b.shared * a.union).cmp(&(a.shared * b.union)).then(a.sets.cmp(&b.sets)));
    let pairs = pairs.iter().map(|pair| describe(corpus, &texts, pair)).collect();
    NearDuplicates { pairs, complete }
}

/// The set of shingles of each text, numbered from the rarest on, and how many different ones there are.
fn shingle_sets(texts: &[&[u32]]) -> (Vec<Vec<u32>>, usize) {
    let mut numbers: HashMap<&[u32], u32> = HashMap::new();
    let mut counts: Vec<u32> = Vec::new();
    let mut sets: Vec<Vec<u32>> = Vec::with_capacity(texts.len());
    for text in texts {
        let mut set = BTreeSet::new();
        for shingle in text.windows(SHINGLE) {
            let number = *numbers.entry(shingle).or_insert(counts.len() as u32);
            if number as usize == counts.len() {
                counts.push(0);
            }
            if set.insert(number) {
                counts[number as usize] += 1;
            }
        }
        sets.push(set.into_iter().collect());
    }
    let mut order: Vec<u32> = (0..counts.len() as u32).collect();
    order.sort_by_key(|&number| (counts[number as usize], number));
    let mut rank = vec![0; counts.len()];
    for (place, &number) in order.iter().enumerate() {
        rank[number as usize] = place as u32;
    }
    for set in &mut sets {
        for number in set.iter_mut() {
            *number = rank[*number as usize];
        }
        set.sort_unstable();
    }
    (sets, counts.len())
}

fn describe(corpus: &Corpus, texts: &[&Vec<usize>], pair: &SimilarPair) -> NearDuplicate {
    let examples = corpus.examples();
    let (first_rows, second_rows) = (texts[pair.sets.0], texts[pair.sets.1]);
    let file = |row: usize| examples[row].file;
    // If any two differ in file, one of them differs from the first row of the other text.
    let apart = second_rows.iter().find(|&&row| file(row) != file(first_rows[0])).map(|&row| (first_rows[0], row));
    let apart = apart.or_else(|| {
        first_rows.iter().find(|&&row| file(row) != file(second_rows[0])).map(|&row| (row, second_rows[0]))
    });
    let (first, second) = apart.unwrap_or((first_rows[0], second_rows[0]));
    NearDuplicate {
        similarity: pair.shared as f64 / pair.union as f64,
        across_files: apart.is_some(),
        contradictory: examples[first].label != examples[second].label,
        first: Place::of(corpus, first),
        second: Place::of(corpus, second),
        first_text: examples[first].text.clone(),
        second_text: examples[second].text.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::duplicates::distinct_texts;
    use crate::check::tests::{at, corpus};

    fn find(parts: &[&[(&str, &str, &str)]]) -> NearDuplicates {
        let corpus = corpus(parts);
        let tokens = Tokens::new(&corpus);
        near_duplicates(&corpus, &tokens, &distinct_texts(&tokens))
    }

    const LONG: &str = "The harbour board voted seven to two on Monday to close the old fish market for good";
    const CHANGED: &str = "The harbour board voted seven to two on Monday to close the old fish market for ever";

    #[test]
    fn a_changed_word_is_a_near_duplicate_and_a_changed_comma_is_none() {
        let found = find(&[
            &[(LONG, "fact", "1"), ("The harbour, board voted seven to two.", "fact", "2")],
            &[("Nothing like it was said elsewhere in the town.", "fact", "3"), (CHANGED, "view", "4")],
        ]);
        assert_eq!(found.pairs.len(), 1);
        let pair = &found.pairs[0];
        assert_eq!((at(&pair.first), at(&pair.second)), ("part0:1".into(), "part1:2".into()));
        assert!((pair.similarity - 14.0 / 16.0).abs() < 1e-12);
        assert!(pair.across_files && pair.contradictory && found.complete);
        let same = format!("{LONG}!");
        assert!(find(&[&[(LONG, "fact", "1"), (&same, "fact", "2")]]).pairs.is_empty());
    }

    #[test]
    fn short_texts_take_no_part() {
        // The same set of shingles, though another text: only the length keeps the pair out.
        let found = find(&[&[("go go go go", "a", "1"), ("go go go", "a", "2")]]);
        assert!(found.pairs.is_empty());
        let found = find(&[&[("go go go go go", "a", "1"), ("go go go go go go", "a", "2")]]);
        assert_eq!(found.pairs.len(), 1);
    }

    #[test]
    fn copies_in_other_files_make_a_pair_straddle() {
        let first: &[(&str, &str, &str)] = &[(LONG, "fact", "1"), (CHANGED, "fact", "2")];
        assert!(!find(&[first]).pairs[0].across_files);
        let found = find(&[first, &[(LONG, "fact", "3")]]);
        assert!(found.pairs[0].across_files);
        assert_eq!(at(&found.pairs[0].first), "part1:1");
        assert_eq!(found.pairs.len(), 1);
    }
}

//! In how many texts of each label an n-gram occurs.

use std::collections::HashMap;

use super::tokens::Tokens;
use crate::corpus::Corpus;

/// An n-gram of one or two tokens and the number of texts of each label that it occurs in.
pub(super) struct NgramCounts {
    /// The numbers of its tokens.
    pub tokens: Vec<u32>,
    /// Numbers of labels with their texts, in order, without those that have none: most n-grams meet few labels.
    texts: Vec<(u32, u64)>,
}

impl NgramCounts {
    /// The n-gram with spaces between its tokens.
    pub fn text(&self, tokens: &Tokens) -> String {
        let names: Vec<&str> = self.tokens.iter().map(|&token| tokens.names[token as usize].as_str()).collect();
        names.join(" ")
    }

    /// Texts that it occurs in.
    pub fn total(&self) -> u64 {
        total(&self.texts)
    }

    /// The texts of each of so many labels.
    pub fn by_label(&self, labels: usize) -> Vec<u64> {
        let mut texts = vec![0; labels];
        self.texts.iter().for_each(|&(label, count)| texts[label as usize] = count);
        texts
    }
}

fn total(texts: &[(u32, u64)]) -> u64 {
    texts.iter().map(|(_, count)| count).sum()
}

/// The n-grams of one and two tokens that occur in at least `least` texts, single tokens first, each kind in the order
/// of first appearance.
pub(super) fn frequent_ngrams(corpus: &Corpus, tokens: &Tokens, least: u64) -> Vec<NgramCounts> {
    let singles = count(corpus, tokens.all.iter().map(|text| text.iter().copied().map(Some).collect()));
    let mut frequent = vec![false; tokens.names.len()];
    for (&token, counts) in singles.keys.iter().zip(&singles.texts) {
        frequent[token as usize] = total(counts) >= least;
    }
    // A pair is no more frequent than its tokens.
    let pairs = count(
        corpus,
        tokens.all.iter().map(|text| {
            let both = |pair: &[u32]| pair.iter().all(|&token| frequent[token as usize]);
            text.windows(2).map(|pair| both(pair).then(|| (pair[0], pair[1]))).collect()
        }),
    );
    let singles = singles.keys.into_iter().map(|token| vec![token]).zip(singles.texts);
    let pairs = pairs.keys.into_iter().map(|(first, second)| vec![first, second]).zip(pairs.texts);
    singles
        .chain(pairs)
        .filter(|(_, texts)| total(texts) >= least)
        .map(|(tokens, texts)| NgramCounts { tokens, texts })
        .collect()
}

struct Counted<K> {
    keys: Vec<K>,
    texts: Vec<Vec<(u32, u64)>>,
}

/// Counts each key once a text. `None` stands for what is not to be counted.
fn count<K: Copy + Eq + std::hash::Hash>(
    corpus: &Corpus,
    keys_of_texts: impl Iterator<Item = Vec<Option<K>>>,
) -> Counted<K> {
    let mut numbers: HashMap<K, usize> = HashMap::new();
    let mut last_row: Vec<usize> = Vec::new();
    let mut counted = Counted { keys: Vec::new(), texts: Vec::new() };
    for ((row, example), keys) in corpus.examples().iter().enumerate().zip(keys_of_texts) {
        for key in keys.into_iter().flatten() {
            let number = *numbers.entry(key).or_insert(counted.keys.len());
            if number == counted.keys.len() {
                counted.keys.push(key);
                counted.texts.push(Vec::new());
                last_row.push(usize::MAX);
            }
            if last_row[number] != row {
                last_row[number] = row;
                let texts = &mut counted.texts[number];
                match texts.binary_search_by_key(&example.label, |&(label, _)| label) {
                    Ok(at) => texts[at].1 += 1,
                    Err(at) => texts.insert(at, (example.label, 1)),
                }
            }
        }
    }
    counted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::tests::corpus;

    #[test]
    fn an_ngram_counts_once_a_text_and_by_label() {
        let corpus = corpus(&[&[
            ("Give now, give now!", "plea", "1"),
            ("They give now and then.", "fact", "2"),
            ("Give to us", "plea", "3"),
        ]]);
        let tokens = Tokens::new(&corpus);
        let found: Vec<(String, Vec<u64>)> =
            frequent_ngrams(&corpus, &tokens, 2).into_iter().map(|n| (n.text(&tokens), n.by_label(2))).collect();
        let expected = [("give", vec![1, 2]), ("now", vec![1, 1]), ("give now", vec![1, 1])];
        assert_eq!(found, expected.map(|(ngram, texts)| (ngram.to_owned(), texts)));
    }
}

//! How far something that is not the meaning predicts the label.

use serde::Serialize;

use super::composition::{ENDINGS, ending};
use super::ngrams::NgramCounts;
use super::tokens::Tokens;
use crate::corpus::Corpus;

/// Lengths are cut into so many classes of about equal size.
const LENGTH_CLASSES: usize = 10;

/// Accuracies of the best decisions by one simple thing, on the texts themselves: each answers with the most frequent
/// label of the texts that it cannot tell apart. Where one is far above the baseline, a classifier can score without
/// reading.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Shortcuts {
    /// The most frequent label.
    pub majority: String,
    /// The accuracy of always answering with it.
    pub baseline: f64,
    /// Whether the one token is there whose presence helps most. `None` if no token is frequent enough.
    pub word: Option<WordRule>,
    /// The number of words, in ten classes of about equal size.
    pub length: f64,
    /// The last character, in the classes of [`Endings`](super::Endings).
    pub ending: f64,
}

/// The best decision by the presence of one token.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WordRule {
    /// The token: a word or a punctuation mark.
    pub word: String,
    /// The answer where it is there.
    pub with: String,
    /// The answer where it is not.
    pub without: String,
    /// Share of right answers.
    pub accuracy: f64,
}

pub(super) fn shortcuts(corpus: &Corpus, tokens: &Tokens, sizes: &[u64], ngrams: &[NgramCounts]) -> Shortcuts {
    let examples: u64 = sizes.iter().sum();
    let share = |right: u64| right as f64 / examples as f64;
    let majority = most_frequent(sizes);
    Shortcuts {
        majority: corpus.labels()[majority].clone(),
        baseline: share(sizes[majority]),
        word: best_word(corpus, tokens, sizes, ngrams).map(|(rule, right)| WordRule { accuracy: share(right), ..rule }),
        length: share(right_by(corpus, LENGTH_CLASSES, &length_classes(tokens))),
        ending: share(right_by(corpus, ENDINGS, |row| ending(&corpus.examples()[row].text))),
    }
}

/// The first of the most frequent labels.
fn most_frequent(counts: &[u64]) -> usize {
    (1..counts.len()).fold(0, |best, label| if counts[label] > counts[best] { label } else { best })
}

/// The rule, its accuracy still open, and the number of right answers.
fn best_word(corpus: &Corpus, tokens: &Tokens, sizes: &[u64], ngrams: &[NgramCounts]) -> Option<(WordRule, u64)> {
    let mut best: Option<(&NgramCounts, usize, usize, u64)> = None;
    for ngram in ngrams.iter().filter(|ngram| ngram.tokens.len() == 1) {
        let rest: Vec<u64> = sizes.iter().zip(&ngram.texts).map(|(size, with)| size - with).collect();
        let (with, without) = (most_frequent(&ngram.texts), most_frequent(&rest));
        let right = ngram.texts[with] + rest[without];
        if best.is_none_or(|(.., most)| right > most) {
            best = Some((ngram, with, without, right));
        }
    }
    let (ngram, with, without, right) = best?;
    let label = |at: usize| corpus.labels()[at].clone();
    Some((WordRule { word: ngram.text(tokens), with: label(with), without: label(without), accuracy: 0.0 }, right))
}

/// The class of a row's number of words: how many of the nine inner deciles it exceeds.
fn length_classes(tokens: &Tokens) -> impl Fn(usize) -> usize {
    let mut lengths: Vec<usize> = tokens.words.iter().map(Vec::len).collect();
    lengths.sort_unstable();
    let bounds: Vec<usize> =
        (1..LENGTH_CLASSES).map(|class| lengths[(lengths.len() * class).div_ceil(LENGTH_CLASSES).max(1) - 1]).collect();
    move |row| bounds.iter().filter(|&&bound| tokens.words[row].len() > bound).count()
}

/// The right answers if each class answers with its most frequent label.
fn right_by(corpus: &Corpus, classes: usize, class_of: impl Fn(usize) -> usize) -> u64 {
    let mut counts = vec![vec![0; corpus.labels().len()]; classes];
    for (row, example) in corpus.examples().iter().enumerate() {
        counts[class_of(row)][example.label as usize] += 1;
    }
    counts.iter().map(|counts: &Vec<u64>| counts[most_frequent(counts)]).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::ngrams::frequent_ngrams;
    use crate::check::tests::corpus;

    #[test]
    fn planted_shortcuts_are_measured() {
        let rows: &[(&str, &str, &str)] = &[
            ("a quay opened today at last in our old town", "fact", ""),
            ("a quay closed", "fact", ""),
            ("shame on a quay!", "view", ""),
            ("shame a board closed", "view", ""),
            ("a ferry left with shame on board for some far north", "fact", ""),
        ];
        let corpus = corpus(&[rows]);
        let tokens = Tokens::new(&corpus);
        let found = shortcuts(&corpus, &tokens, &[3, 2], &frequent_ngrams(&corpus, &tokens, 2));
        assert_eq!((found.majority.as_str(), found.baseline), ("fact", 0.6));
        // With "shame" two of three are views, without it both are facts.
        let word = found.word.unwrap();
        assert_eq!((word.word.as_str(), word.with.as_str(), word.without.as_str()), ("shame", "view", "fact"));
        assert!((word.accuracy - 0.8).abs() < 1e-12);
        // The exclamation mark gives one of the two views away.
        assert!((found.ending - 0.8).abs() < 1e-12);
        // 3, 10 and 11 words are facts, 4 are views.
        assert!((found.length - 1.0).abs() < 1e-12);
    }

    #[test]
    fn no_frequent_word_is_no_rule() {
        let corpus = corpus(&[&[("one", "a", ""), ("two", "b", "")]]);
        let tokens = Tokens::new(&corpus);
        assert_eq!(shortcuts(&corpus, &tokens, &[1, 1], &frequent_ngrams(&corpus, &tokens, 10)).word, None);
    }
}

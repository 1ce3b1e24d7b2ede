//! How far something that is not the meaning predicts the label.

use serde::Serialize;

use super::composition::{ENDINGS, ending};
use super::ngrams::NgramCounts;
use super::tokens::Tokens;
use crate::corpus::Corpus;

/// Lengths are cut into so many classes of about equal size.
const LENGTH_CLASSES: usize = 10;

/// Scores of the best decisions by one simple thing, on the texts themselves: each answers with the best label for the
/// texts that it cannot tell apart. Where one is far above the baseline, a classifier can score without reading.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Shortcuts {
    /// The most frequent label.
    pub majority: String,
    /// By accuracy: all texts count alike. The baseline always answers with the most frequent label.
    pub accuracy: ShortcutScores,
    /// By the mean of the labels' recalls (balanced accuracy): all labels count alike, so that what gives a rare label away
    /// shows. The baseline is 1 / labels.
    pub mean_recall: ShortcutScores,
}

/// What each simple thing reaches at best, from 0 to 1.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ShortcutScores {
    /// By nothing at all.
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
    /// What the rule reaches.
    pub score: f64,
}

pub(super) fn shortcuts(corpus: &Corpus, tokens: &Tokens, sizes: &[u64], ngrams: &[NgramCounts]) -> Shortcuts {
    let classes = corpus.labels().len();
    let by_length = counts_by(corpus, LENGTH_CLASSES, length_classes(tokens));
    let by_ending = counts_by(corpus, ENDINGS, |row| ending(&corpus.examples()[row].text));
    let scores = |weights: Vec<f64>| {
        let best = |counts: &Vec<u64>| best_label(counts, &weights).1;
        ShortcutScores {
            baseline: best_label(sizes, &weights).1,
            word: best_word(corpus, tokens, sizes, ngrams, &weights),
            length: by_length.iter().map(best).sum(),
            ending: by_ending.iter().map(best).sum(),
        }
    };
    Shortcuts {
        majority: corpus.labels()[best_label(sizes, &vec![1.0; classes]).0].clone(),
        accuracy: scores(vec![1.0 / corpus.examples().len() as f64; classes]),
        mean_recall: scores(sizes.iter().map(|&size| 1.0 / (classes as f64 * size as f64)).collect()),
    }
}

/// The first of the labels whose texts weigh most, and their weight.
fn best_label(counts: &[u64], weights: &[f64]) -> (usize, f64) {
    let weight = |label: usize| counts[label] as f64 * weights[label];
    let best = (1..counts.len()).fold(0, |best, label| if weight(label) > weight(best) { label } else { best });
    (best, weight(best))
}

fn best_word(
    corpus: &Corpus,
    tokens: &Tokens,
    sizes: &[u64],
    ngrams: &[NgramCounts],
    weights: &[f64],
) -> Option<WordRule> {
    let mut best: Option<(&NgramCounts, [usize; 2], f64)> = None;
    for ngram in ngrams.iter().filter(|ngram| ngram.tokens.len() == 1) {
        let of_label = ngram.by_label(sizes.len());
        let rest: Vec<u64> = sizes.iter().zip(&of_label).map(|(size, with)| size - with).collect();
        let (with, right_with) = best_label(&of_label, weights);
        let (without, right_without) = best_label(&rest, weights);
        let score = right_with + right_without;
        if best.is_none_or(|(.., highest)| score > highest) {
            best = Some((ngram, [with, without], score));
        }
    }
    let (ngram, answers, score) = best?;
    let [with, without] = answers.map(|label| corpus.labels()[label].clone());
    Some(WordRule { word: ngram.text(tokens), with, without, score })
}

/// The class of a row's number of words: how many of the nine inner deciles it exceeds.
fn length_classes(tokens: &Tokens) -> impl Fn(usize) -> usize {
    let mut lengths: Vec<usize> = tokens.words.iter().map(Vec::len).collect();
    lengths.sort_unstable();
    let bounds: Vec<usize> =
        (1..LENGTH_CLASSES).map(|class| lengths[(lengths.len() * class).div_ceil(LENGTH_CLASSES).max(1) - 1]).collect();
    move |row| bounds.iter().filter(|&&bound| tokens.words[row].len() > bound).count()
}

/// The texts of each label in each class.
fn counts_by(corpus: &Corpus, classes: usize, class_of: impl Fn(usize) -> usize) -> Vec<Vec<u64>> {
    let mut counts = vec![vec![0; corpus.labels().len()]; classes];
    for (row, example) in corpus.examples().iter().enumerate() {
        counts[class_of(row)][example.label as usize] += 1;
    }
    counts
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
        let close = |score: f64, expected: f64| assert!((score - expected).abs() < 1e-12, "{score} is not {expected}");
        assert_eq!(found.majority, "fact");
        close(found.accuracy.baseline, 0.6);
        close(found.mean_recall.baseline, 0.5);
        // With "shame" two of three are views, without it both are facts: recalls of 2/3 and 1.
        let word = found.accuracy.word.unwrap();
        assert_eq!((word.word.as_str(), word.with.as_str(), word.without.as_str()), ("shame", "view", "fact"));
        close(word.score, 0.8);
        close(found.mean_recall.word.unwrap().score, f64::midpoint(2.0 / 3.0, 1.0));
        // The exclamation mark gives one of the two views away.
        close(found.accuracy.ending, 0.8);
        close(found.mean_recall.ending, f64::midpoint(1.0, 0.5));
        // 3, 10 and 11 words are facts, 4 are views.
        close(found.accuracy.length, 1.0);
    }

    #[test]
    fn a_rare_label_shows_in_the_mean_recall() {
        let mut rows = vec![("a ferry came", "fact", ""); 4];
        rows.extend([("a boat left", "fact", ""); 4]);
        rows.extend([("give a coin", "plea", ""), ("give a shilling", "plea", "")]);
        rows.extend([("they give a concert", "fact", ""); 4]);
        let corpus = corpus(&[&rows]);
        let tokens = Tokens::new(&corpus);
        let found = shortcuts(&corpus, &tokens, &[12, 2], &frequent_ngrams(&corpus, &tokens, 6));
        let word = found.mean_recall.word.unwrap();
        assert_eq!((word.word.as_str(), word.with.as_str()), ("give", "plea"));
        assert!((word.score - f64::midpoint(1.0, 8.0 / 12.0)).abs() < 1e-12);
        assert!((found.accuracy.word.unwrap().score - found.accuracy.baseline).abs() < 1e-12);
    }

    #[test]
    fn no_frequent_word_is_no_rule() {
        let corpus = corpus(&[&[("one", "a", ""), ("two", "b", "")]]);
        let tokens = Tokens::new(&corpus);
        let found = shortcuts(&corpus, &tokens, &[1, 1], &frequent_ngrams(&corpus, &tokens, 10));
        assert_eq!((found.accuracy.word, found.mean_recall.word), (None, None));
    }
}

//! Texts that stand on both sides of a split.

use super::SHORT;
use super::duplicates::distinct_texts;
use super::tokens::Tokens;
use crate::corpus::Corpus;

/// The number of texts of five words or more that stand in several sets, given by the set of each example: documents,
/// where folds keep those whole, or the parts of a split. As for [`check_corpus`](super::check_corpus), texts are the same
/// if they are so but for case, white space and punctuation.
///
/// A model that meets a text in training and again in the test is measured by what it remembers.
///
/// # Panics
/// If there are fewer sets than examples.
pub fn texts_in_several(corpus: &Corpus, sets: &[u32]) -> usize {
    let tokens = Tokens::new(corpus);
    let several = |rows: &[usize]| rows.iter().any(|&row| sets[row] != sets[rows[0]]);
    let is_long = |rows: &[usize]| tokens.words[rows[0]].len() >= SHORT;
    distinct_texts(&tokens).iter().filter(|rows| several(rows) && is_long(rows)).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::tests::corpus;

    #[test]
    fn texts_are_counted_once_and_only_in_several_sets() {
        let corpus = corpus(&[&[
            ("The tide took the old pier.", "a", "1"),
            ("“The TIDE took the  old pier”!", "b", "2"),
            ("The tide took the old pier.", "a", "3"),
            ("The ferry sank off Port Alder.", "a", "1"),
            ("The ferry sank off Port Alder.", "a", "1"),
            ("Sign up", "a", "1"),
            ("Sign up", "a", "2"),
            ("", "a", "1"),
            ("", "a", "2"),
        ]]);
        assert_eq!(texts_in_several(&corpus, &corpus.group_numbers()), 1);
        assert_eq!(texts_in_several(&corpus, &[0, 0, 0, 0, 1, 0, 1, 0, 1]), 1, "another split, another text");
        assert_eq!(texts_in_several(&corpus, &[0; 9]), 0);
    }
}

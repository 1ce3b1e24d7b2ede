//! Texts that stand on both sides of a split.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use copydesk_features::{CheckedSpec, FeatureSpec, for_each_token};
use rayon::prelude::*;

use super::SHORT;
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
    let spec = FeatureSpec::default().check().expect("the default spec is valid");
    // Training asks this each time: numbers for all tokens, by which `check_corpus` finds repeats, would take 120 MB more for
    // 285,867 sentences.
    let keys: Vec<Option<u64>> = corpus.examples().par_iter().map(|example| key(&example.text, &spec)).collect();
    let mut found: HashMap<u64, (u32, bool)> = HashMap::new();
    for (row, key) in keys.into_iter().enumerate() {
        let Some(key) = key else { continue };
        let (first, several) = found.entry(key).or_insert((sets[row], false));
        *several |= *first != sets[row];
    }
    found.values().filter(|(_, several)| *several).count()
}

/// A hash of the words of a text, if it has five or more: of a million texts, two share one by chance in 10^-7 of cases.
fn key(text: &str, spec: &CheckedSpec) -> Option<u64> {
    let (mut hash, mut words) = (DefaultHasher::new(), 0);
    for_each_token(text, spec, |token, _| {
        if token.chars().any(char::is_alphanumeric) {
            token.hash(&mut hash);
            words += 1;
        }
    });
    (words >= SHORT).then(|| hash.finish())
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

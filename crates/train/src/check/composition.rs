//! How many texts there are of what kind, and what they look like from outside.

use std::collections::HashSet;

use serde::Serialize;

use super::tokens::Tokens;
use crate::corpus::{Corpus, Example};
use crate::evaluation::LabelCount;

/// What one file holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileCounts {
    /// The file's name.
    pub file: String,
    /// Number of examples.
    pub examples: u64,
    /// Number of documents.
    pub documents: u64,
    /// Examples of each label of the corpus.
    pub labels: Vec<LabelCount>,
}

/// What the texts of one label look like, over all files.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LabelProfile {
    /// The label.
    pub label: String,
    /// Number of examples.
    pub examples: u64,
    /// Number of documents with at least one example of the label.
    pub documents: u64,
    /// Words a text: tokens with a letter or digit.
    pub words: Quantiles,
    /// Unicode characters a text.
    pub characters: Quantiles,
    /// How the texts end.
    pub endings: Endings,
}

/// Quantiles by nearest rank: the smallest value that at least that share of the texts does not exceed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Quantiles {
    /// The least value.
    pub min: usize,
    /// 5 %.
    pub p5: usize,
    /// 25 %.
    pub p25: usize,
    /// The median.
    pub median: usize,
    /// 75 %.
    pub p75: usize,
    /// 95 %.
    pub p95: usize,
    /// The greatest value.
    pub max: usize,
}

impl Quantiles {
    /// `values` holds at least one.
    fn of(mut values: Vec<usize>) -> Self {
        values.sort_unstable();
        let at = |percent: usize| values[(values.len() * percent).div_ceil(100).max(1) - 1];
        Self { min: at(0), p5: at(5), p25: at(25), median: at(50), p75: at(75), p95: at(95), max: at(100) }
    }
}

/// How many texts end in which character, trailing white space aside.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Endings {
    /// A full stop.
    pub full_stop: u64,
    /// An exclamation mark.
    pub exclamation: u64,
    /// A question mark.
    pub question: u64,
    /// A double quotation mark, straight or curly.
    pub quote: u64,
    /// Anything else, or nothing.
    pub other: u64,
}

/// The number of kinds that [`ending`] tells apart.
pub(super) const ENDINGS: usize = 5;

/// The kind of a text's last character, in the order of the fields of [`Endings`].
pub(super) fn ending(text: &str) -> usize {
    match text.trim_end().chars().next_back() {
        Some('.') => 0,
        Some('!') => 1,
        Some('?') => 2,
        Some('"' | '“' | '”' | '„' | '«' | '»') => 3,
        _ => 4,
    }
}

pub(super) fn file_counts(corpus: &Corpus) -> Vec<FileCounts> {
    let mut counts: Vec<FileCounts> = corpus
        .files()
        .iter()
        .map(|file| FileCounts {
            file: file.clone(),
            examples: 0,
            documents: 0,
            labels: corpus.labels().iter().map(|label| LabelCount { label: label.clone(), examples: 0 }).collect(),
        })
        .collect();
    let mut met = HashSet::new();
    for example in corpus.examples() {
        let of_file = &mut counts[example.file as usize];
        of_file.examples += 1;
        of_file.labels[example.label as usize].examples += 1;
        of_file.documents += u64::from(met.insert((example.file, example.group)));
    }
    counts
}

pub(super) fn label_profiles(corpus: &Corpus, tokens: &Tokens) -> Vec<LabelProfile> {
    let profile = |(at, label): (usize, &String)| {
        let rows: Vec<(usize, &Example)> =
            corpus.examples().iter().enumerate().filter(|(_, example)| example.label as usize == at).collect();
        let mut endings = [0; ENDINGS];
        for (_, example) in &rows {
            endings[ending(&example.text)] += 1;
        }
        let [full_stop, exclamation, question, quote, other] = endings;
        LabelProfile {
            label: label.clone(),
            examples: rows.len() as u64,
            documents: rows.iter().map(|(_, example)| example.group).collect::<HashSet<_>>().len() as u64,
            words: Quantiles::of(rows.iter().map(|&(row, _)| tokens.words[row].len()).collect()),
            characters: Quantiles::of(rows.iter().map(|(_, example)| example.text.chars().count()).collect()),
            endings: Endings { full_stop, exclamation, question, quote, other },
        }
    };
    corpus.labels().iter().enumerate().map(profile).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::tests::corpus;

    #[test]
    fn files_labels_and_documents_are_counted() {
        let corpus = corpus(&[
            &[("The bridge opened.", "fact", "d1"), ("What a bridge!", "view", "d1"), ("Rain fell", "fact", "d2")],
            &[("It rained.", "fact", "d3")],
        ]);
        let files = file_counts(&corpus);
        assert_eq!((files[0].examples, files[0].documents), (3, 2));
        let of_label = |file: usize, label: usize| files[file].labels[label].examples;
        assert_eq!([of_label(0, 0), of_label(0, 1), of_label(1, 0), of_label(1, 1)], [2, 1, 1, 0]);
        let profiles = label_profiles(&corpus, &Tokens::new(&corpus));
        assert_eq!((profiles[0].label.as_str(), profiles[0].examples, profiles[0].documents), ("fact", 3, 3));
        assert_eq!((profiles[0].words.min, profiles[0].words.median, profiles[0].words.max), (2, 2, 3));
        assert_eq!(profiles[0].endings, Endings { full_stop: 2, other: 1, ..Endings::default() });
        assert_eq!(profiles[1].characters.max, "What a bridge!".len());
        assert_eq!(profiles[1].endings.exclamation, 1);
    }

    #[test]
    fn quantiles_are_of_nearest_rank() {
        let quantiles = Quantiles::of((1..=100).rev().collect());
        let expected = Quantiles { min: 1, p5: 5, p25: 25, median: 50, p75: 75, p95: 95, max: 100 };
        assert_eq!(quantiles, expected);
        assert_eq!(Quantiles::of(vec![7]).p5, 7);
    }

    #[test]
    fn endings_look_past_white_space_only() {
        for (text, kind) in [("a.", 0), ("a! \n", 1), ("a?", 2), ("‘a.”", 3), ("a.)", 4), ("", 4), ("a…", 4)] {
            assert_eq!(ending(text), kind, "{text:?}");
        }
    }
}

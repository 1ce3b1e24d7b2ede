//! What is wrong with a labelled corpus, or may be.
//!
//! [`check_corpus`] looks for what makes figures too good (copies across files, documents cut over files, words that give
//! a label away) and for what makes models too bad (contradictions, wrong labels). Each file is taken for a part of its
//! own, such as the training and the test part.

mod alike_labels;
mod composition;
mod copies;
mod duplicates;
mod giveaways;
mod label_errors;
mod near_duplicates;
mod ngrams;
mod place;
mod shortcuts;
mod similar_sets;
mod straddling;
#[cfg(test)]
mod tests;
mod tokens;

pub use composition::{Endings, FileCounts, LabelProfile, Quantiles};
pub use copies::texts_in_several;
pub use duplicates::Repeat;
pub use giveaways::Giveaway;
pub use label_errors::{LabelErrorReport, LabelErrors, Suspect};
pub use near_duplicates::{NearDuplicate, NearDuplicates};
pub use place::Place;
pub use shortcuts::{ShortcutScores, Shortcuts, WordRule};
pub use straddling::{FileShare, StraddlingDocument};

pub(crate) use alike_labels::warning_of_alike_labels;

use serde::Serialize;

use crate::corpus::Corpus;
use crate::training::TrainEvent;
use alike_labels::alike_labels;
use tokens::Tokens;

/// Texts of fewer words, such as a button's, may well repeat: they are never near duplicates, and their copies across
/// files or documents are no leak.
const SHORT: usize = 5;

/// What [`check_corpus`] looks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckOptions {
    /// Folds of the cross-validation that looks for wrong labels, at least 2; `None` leaves it out, which takes most of
    /// the time.
    pub folds: Option<u32>,
    /// Seed of the folds.
    pub seed: u64,
}

impl Default for CheckOptions {
    fn default() -> Self {
        Self { folds: Some(5), seed: 1 }
    }
}

/// What a corpus is made of, and what is wrong with it or may be. Nothing is cut: lists are whole.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CorpusReport {
    /// Number of examples.
    pub examples: usize,
    /// Number of documents.
    pub documents: usize,
    /// What each file holds.
    pub files: Vec<FileCounts>,
    /// What the texts of each label look like.
    pub labels: Vec<LabelProfile>,
    /// Sets of labels that differ only in case or in blanks.
    pub alike_labels: Vec<Vec<String>>,
    /// Texts that repeat, in the order of first appearance.
    pub repeats: Vec<Repeat>,
    /// Texts that are nearly the same.
    pub near_duplicates: NearDuplicates,
    /// Documents with examples in several files.
    pub straddling: Vec<StraddlingDocument>,
    /// How far one simple thing predicts the label.
    pub shortcuts: Shortcuts,
    /// N-grams that speak for a label, by label, the strongest first. Those in fewer than 10 texts, or fewer than 0.1 %
    /// of them, are left out.
    pub giveaways: Vec<Giveaway>,
    /// Labels that are likely to be wrong.
    pub label_errors: LabelErrors,
}

impl CorpusReport {
    /// The texts that stand in the corpus with several labels.
    pub fn contradictions(&self) -> impl Iterator<Item = &Repeat> {
        self.repeats.iter().filter(|repeat| repeat.contradictory)
    }

    /// The texts of at least five words that stand in several files.
    pub fn copies_across_files(&self) -> impl Iterator<Item = &Repeat> {
        self.repeats.iter().filter(|repeat| repeat.across_files && !repeat.short)
    }

    /// The texts of at least five words that stand in one file and in several of its documents.
    pub fn copies_across_documents(&self) -> impl Iterator<Item = &Repeat> {
        self.repeats.iter().filter(|repeat| repeat.across_documents && !repeat.across_files && !repeat.short)
    }

    /// Whether there are contradictions, copies across files or documents, or straddling documents: what no corpus should
    /// have. The other findings take judgement.
    pub fn has_defects(&self) -> bool {
        self.contradictions().next().is_some()
            || self.copies_across_files().next().is_some()
            || self.copies_across_documents().next().is_some()
            || !self.straddling.is_empty()
    }
}

/// Checks a corpus. The result depends on the corpus and the options alone, not on threads.
pub fn check_corpus(corpus: &Corpus, options: &CheckOptions, observe: &dyn Fn(TrainEvent)) -> CorpusReport {
    let tokens = Tokens::new(corpus);
    let labels = composition::label_profiles(corpus, &tokens);
    let sizes: Vec<u64> = labels.iter().map(|label| label.examples).collect();
    let least = (corpus.examples().len() as u64).div_ceil(1000).max(10);
    let ngrams = ngrams::frequent_ngrams(corpus, &tokens, least);
    let distinct = duplicates::distinct_texts(&tokens);
    CorpusReport {
        examples: corpus.examples().len(),
        documents: corpus.groups().len(),
        files: composition::file_counts(corpus),
        alike_labels: alike_labels(corpus.labels()),
        repeats: duplicates::repeats(corpus, &tokens, &distinct),
        near_duplicates: near_duplicates::near_duplicates(corpus, &tokens, &distinct),
        straddling: straddling::straddling_documents(corpus),
        shortcuts: shortcuts::shortcuts(corpus, &tokens, &sizes, &ngrams),
        giveaways: giveaways::giveaways(corpus, &tokens, &sizes, &ngrams),
        label_errors: match options.folds {
            None => LabelErrors::NotAsked,
            Some(folds) => label_errors::label_errors(corpus, folds, options.seed, observe),
        },
        labels,
    }
}

//! Texts that stand in the corpus more than once.

use std::collections::HashMap;

use serde::Serialize;

use super::SHORT;
use super::place::Place;
use super::tokens::Tokens;
use crate::corpus::Corpus;

/// A text that several examples have, but for case, white space and punctuation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a finding of its own, as the JSON has it")]
pub struct Repeat {
    /// The first of the texts.
    pub text: String,
    /// Whether it has fewer than five words: a button or a heading, which may well repeat.
    pub short: bool,
    /// Whether the examples stand in several files.
    pub across_files: bool,
    /// Whether the examples stand in several documents, so that folds may train and test on the text. A row without a
    /// document's name is a document.
    pub across_documents: bool,
    /// Whether the examples have several labels.
    pub contradictory: bool,
    /// All the examples, in the order of the corpus.
    pub places: Vec<Place>,
}

/// The rows of each distinct folded text, in the order of first appearance.
pub(super) fn distinct_texts(tokens: &Tokens) -> Vec<Vec<usize>> {
    let mut numbers: HashMap<&[u32], usize> = HashMap::new();
    let mut rows_of: Vec<Vec<usize>> = Vec::new();
    for row in 0..tokens.all.len() {
        let number = *numbers.entry(tokens.folded(row)).or_insert(rows_of.len());
        if number == rows_of.len() {
            rows_of.push(Vec::new());
        }
        rows_of[number].push(row);
    }
    rows_of
}

pub(super) fn repeats(corpus: &Corpus, tokens: &Tokens, distinct: &[Vec<usize>]) -> Vec<Repeat> {
    let examples = corpus.examples();
    let repeat = |rows: &Vec<usize>| {
        let first = &examples[rows[0]];
        Repeat {
            text: first.text.clone(),
            short: tokens.words[rows[0]].len() < SHORT,
            across_files: rows.iter().any(|&row| examples[row].file != first.file),
            across_documents: rows.iter().any(|&row| examples[row].group != first.group),
            contradictory: rows.iter().any(|&row| examples[row].label != first.label),
            places: rows.iter().map(|&row| Place::of(corpus, row)).collect(),
        }
    };
    distinct.iter().filter(|rows| rows.len() > 1).map(repeat).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::tests::{at, corpus};

    fn find(parts: &[&[(&str, &str, &str)]]) -> Vec<Repeat> {
        let corpus = corpus(parts);
        let tokens = Tokens::new(&corpus);
        repeats(&corpus, &tokens, &distinct_texts(&tokens))
    }

    fn places(repeat: &Repeat) -> Vec<String> {
        repeat.places.iter().map(at).collect()
    }

    #[test]
    fn case_white_space_and_punctuation_do_not_count() {
        let found = find(&[
            &[("The ferry sank off Port Alder.", "fact", "1"), ("The ferry sank off Port Arden.", "fact", "2")],
            &[("“The FERRY sank,  off Port Alder”!", "fact", "3")],
        ]);
        assert_eq!(found.len(), 1);
        assert_eq!(places(&found[0]), ["part0:1", "part1:1"]);
        assert!(found[0].across_files && !found[0].contradictory && !found[0].short);
    }

    #[test]
    fn contradictions_within_a_file_and_short_texts_are_marked() {
        let found = find(&[&[
            ("Donate now", "plea", "1"),
            ("A mean little budget, the mayor said.", "view", "1"),
            ("Donate now!", "plea", "2"),
            ("A mean little budget, the mayor said.", "fact", "2"),
        ]]);
        assert_eq!(places(&found[0]), ["part0:1", "part0:3"]);
        assert!(found[0].short && !found[0].contradictory && !found[0].across_files);
        assert!(found[1].contradictory && !found[1].short && found[1].across_documents);
        assert_eq!(found[1].places[1].label, "fact");
    }

    #[test]
    fn texts_without_words_are_told_apart_by_their_marks() {
        let found =
            find(&[&[("!!!", "a", "1"), ("???", "a", "2"), ("! ! !", "a", "3"), ("", "a", "4"), (" ", "b", "5")]]);
        let all: Vec<Vec<String>> = found.iter().map(places).collect();
        assert_eq!(all, [["part0:4", "part0:5"]], "a run of marks is one token");
    }
}

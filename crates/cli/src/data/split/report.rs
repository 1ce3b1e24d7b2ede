//! What the parts hold.

use std::path::PathBuf;

use copydesk_train::{Corpus, texts_in_several};

use super::Parts;
use crate::terminal::{columns_of, printable};

/// How far a part may be from the size asked for, as a share of that size, before it is warned of.
const TOLERATED: f64 = 0.2;

/// The number of texts of each label, by label and part.
fn counts(corpus: &Corpus, parts: &Parts) -> Vec<Vec<usize>> {
    let mut counts = vec![vec![0; parts.sizes.len()]; corpus.labels().len()];
    for (text, &part) in corpus.examples().iter().zip(&parts.of_texts) {
        counts[text.label as usize][part] += 1;
    }
    counts
}

/// The part of each document.
fn part_of_documents(corpus: &Corpus, parts: &Parts) -> Vec<usize> {
    let mut of_documents = vec![0; corpus.groups().len()];
    for (text, &part) in corpus.examples().iter().zip(&parts.of_texts) {
        of_documents[text.group as usize] = part;
    }
    of_documents
}

/// Labels, texts and documents by part.
pub(super) fn table(corpus: &Corpus, parts: &Parts) -> String {
    let counts = counts(corpus, parts);
    let number = parts.sizes.len();
    let sums: Vec<usize> = (0..number).map(|part| counts.iter().map(|label| label[part]).sum()).collect();
    let mut documents = vec![0; number];
    for part in part_of_documents(corpus, parts) {
        documents[part] += 1;
    }
    let mut lines = vec![vec!["label".to_owned(), "all".to_owned()]];
    lines[0].extend(parts.sizes.iter().map(|part| part.name.clone()));
    let row = |name: &str, counts: &[usize]| -> Vec<String> {
        let numbers = [counts.iter().sum()].into_iter().chain(counts.iter().copied());
        [name.to_owned()].into_iter().chain(numbers.map(|number| number.to_string())).collect()
    };
    lines.extend(corpus.labels().iter().zip(&counts).map(|(label, counts)| row(&printable(label), counts)));
    lines.push(row("texts", &sums));
    let all: usize = sums.iter().sum();
    let shares =
        [all].iter().chain(&sums).map(|&texts| format!("{:.1} %", 100.0 * texts as f64 / all as f64)).collect();
    lines.push([vec!["share of texts".to_owned()], shares].concat());
    lines.push(row("documents", &documents));
    aligned(&lines)
}

/// The first column to the left, numbers to the right.
fn aligned(lines: &[Vec<String>]) -> String {
    let columns = lines[0].len();
    let widths: Vec<usize> =
        (0..columns).map(|at| lines.iter().map(|line| columns_of(&line[at])).max().unwrap_or(0)).collect();
    let mut text = String::new();
    for line in lines {
        for (at, (cell, column)) in line.iter().zip(&widths).enumerate() {
            let blanks = " ".repeat(column - columns_of(cell));
            text += &if at == 0 { format!("{cell}{blanks}") } else { format!("  {blanks}{cell}") };
        }
        text.push('\n');
    }
    text
}

/// What may spoil the use of the parts.
pub(super) fn warnings(corpus: &Corpus, parts: &Parts, left_over: &[PathBuf]) -> Vec<String> {
    let mut warnings = Vec::new();
    for (label, counts) in corpus.labels().iter().zip(counts(corpus, parts)) {
        let lacking: Vec<&str> = parts
            .sizes
            .iter()
            .zip(&counts)
            .filter(|(_, count)| **count == 0)
            .map(|(part, _)| part.name.as_str())
            .collect();
        if !lacking.is_empty() {
            let parts = lacking.join(", ");
            warnings.push(format!("no text with the label `{label}` in {parts}: too few documents have it"));
        }
    }
    warnings.extend(copies(corpus, parts));
    warnings.extend(ill_sized(corpus, parts));
    for file in left_over {
        warnings
            .push(format!("{} is of an earlier split: remove it, as its texts may be in these parts", file.display()));
    }
    warnings
}

/// The number of texts that one part has from another, if there are any.
fn copies(corpus: &Corpus, parts: &Parts) -> Option<String> {
    let of_texts: Vec<u32> = parts.of_texts.iter().map(|&part| part as u32).collect();
    let said = match texts_in_several(corpus, &of_texts) {
        0 => return None,
        1 => "1 text of 5 words or more stands in several parts".to_owned(),
        texts => format!("{texts} texts of 5 words or more stand in several parts"),
    };
    Some(format!(
        "{said}, where a model is tested on what it was trained on: name the documents with --group-column, or take the \
         copies out (`copydesk data check` lists them)"
    ))
}

/// The part that is furthest from its size, if that is far.
fn ill_sized(corpus: &Corpus, parts: &Parts) -> Option<String> {
    let texts = parts.of_texts.len() as f64;
    let off = |&(at, share): &(usize, f64)| (share - parts.sizes[at].share).abs() / parts.sizes[at].share;
    let shares =
        (0..parts.sizes.len()).map(|at| (at, parts.of_texts.iter().filter(|&&part| part == at).count() as f64 / texts));
    let (at, share) = shares.max_by(|one, other| off(one).total_cmp(&off(other)))?;
    let part = &parts.sizes[at];
    if off(&(at, share)) <= TOLERATED || ((share - part.share) * texts).abs() <= 1.0 {
        return None;
    }
    let mut sizes = vec![0_usize; corpus.groups().len()];
    for text in corpus.examples() {
        sizes[text.group as usize] += 1;
    }
    let (document, &size) = sizes.iter().enumerate().max_by_key(|(_, size)| **size)?;
    let percent = |share: f64| format!("{:.1} %", 100.0 * share);
    Some(format!(
        "{} has {} of the texts, {} was asked for: documents are kept whole, and the largest, `{}`, has {}",
        part.name,
        percent(share),
        percent(part.share),
        corpus.groups().name(document),
        percent(size as f64 / texts)
    ))
}

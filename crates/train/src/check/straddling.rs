//! Documents whose texts stand in several files.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::corpus::Corpus;

/// A document with examples in several files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StraddlingDocument {
    /// The document's name.
    pub document: String,
    /// Its files, in the order of the corpus.
    pub files: Vec<FileShare>,
}

/// A document's part in one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileShare {
    /// The file's name.
    pub file: String,
    /// The line of the first example there.
    pub line: u64,
    /// Number of examples there.
    pub examples: u64,
}

/// In the order of the documents' first appearance.
pub(super) fn straddling_documents(corpus: &Corpus) -> Vec<StraddlingDocument> {
    let mut shares: BTreeMap<u32, BTreeMap<u32, FileShare>> = BTreeMap::new();
    for example in corpus.examples() {
        let file = corpus.files()[example.file as usize].as_str();
        let of_document = shares.entry(example.group).or_default();
        let share = of_document.entry(example.file).or_insert_with(|| FileShare {
            file: file.to_owned(),
            line: example.line,
            examples: 0,
        });
        share.examples += 1;
    }
    shares
        .into_iter()
        .filter(|(_, files)| files.len() > 1)
        .map(|(group, files)| StraddlingDocument {
            document: corpus.groups().name(group as usize).into_owned(),
            files: files.into_values().collect(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::tests::corpus;

    #[test]
    fn a_document_in_two_files_is_found() {
        let corpus = corpus(&[
            &[("One.", "a", "whole"), ("Two.", "a", "cut"), ("Three.", "b", "cut")],
            &[("Four.", "a", "other"), ("Five.", "a", "cut"), ("Six.", "a", ""), ("Seven.", "b", "")],
        ]);
        let found = straddling_documents(&corpus);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].document, "cut");
        let shares: Vec<(u64, u64)> = found[0].files.iter().map(|share| (share.line, share.examples)).collect();
        assert_eq!(shares, [(2, 2), (2, 1)]);
    }
}

//! How often a model errs, document by document: what estimates of shares are corrected with.

use crate::error::ModelError;
use crate::risk::ScoredSentence;

/// A table that is kept has at most so many counts: 16 MiB.
const MOST_COUNTS: usize = 1 << 22;

/// The confusion matrix of each held-out document: how often a true label (row) was given each label (column).
///
/// Whoever counts a model's answers in a corpus counts its errors too. With these matrices the errors can be taken out
/// again, and resampling the documents tells how well the error rates are known. Documents stand without names and in an
/// order of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfusionTable {
    in_context: bool,
    labels: usize,
    /// A matrix a document, row by row.
    counts: Vec<u32>,
}

impl ConfusionTable {
    /// The table of some scored sentences, in any order, of a model with so many labels; `in_context` tells whether they
    /// were scored as sentences of their documents. Sentences of labels that the model does not have do not count. `None` if documents
    /// and labels are so many that the table would have more than 2²² counts.
    ///
    /// # Panics
    /// If there are no labels, a sentence does not have `labels` probabilities, or its label is none of them.
    pub fn new<'a>(
        labels: usize,
        in_context: bool,
        sentences: impl IntoIterator<Item = ScoredSentence<'a>>,
    ) -> Option<Self> {
        assert!(labels > 0, "there must be labels");
        let mut cells: Vec<(u32, usize)> = Vec::new();
        for ScoredSentence { document, truth, probabilities } in sentences {
            assert!(probabilities.len() == labels, "there must be a probability for each label");
            assert!(truth.is_none_or(|truth| truth < labels), "there must be a label of that number");
            let answer =
                (1..labels).fold(0, |best, at| if probabilities[at] > probabilities[best] { at } else { best });
            cells.extend(truth.map(|truth| (document, truth * labels + answer)));
        }
        cells.sort_unstable();
        let documents = || cells.chunk_by(|a, b| a.0 == b.0);
        if documents().count().saturating_mul(labels * labels) > MOST_COUNTS {
            return None;
        }
        let mut matrices: Vec<Vec<u32>> = Vec::new();
        for document in documents() {
            let mut matrix = vec![0; labels * labels];
            for &(_, cell) in document {
                matrix[cell] += 1;
            }
            matrices.push(matrix);
        }
        // Their own order would tell which document is which.
        matrices.sort_unstable();
        Some(Self { in_context, labels, counts: matrices.concat() })
    }

    /// A table of its parts: a matrix a document, row by row.
    ///
    /// # Errors
    /// [`ModelError::Confusion`] if they are no whole matrices, or one of them is empty.
    pub fn from_parts(in_context: bool, labels: usize, counts: Vec<u32>) -> Result<Self, ModelError> {
        let wrong = |detail: &str| Err(ModelError::Confusion { detail: detail.to_owned() });
        let cells = labels.checked_mul(labels).filter(|&cells| cells > 0 && counts.len().is_multiple_of(cells));
        let Some(cells) = cells else {
            return wrong("its counts are no whole matrices");
        };
        if counts.chunks_exact(cells).any(|matrix| matrix.iter().all(|&count| count == 0)) {
            return wrong("a document has no sentences");
        }
        Ok(Self { in_context, labels, counts })
    }

    /// Whether the sentences were scored in the context of their documents.
    pub fn in_context(&self) -> bool {
        self.in_context
    }

    /// The number of labels.
    pub fn labels(&self) -> usize {
        self.labels
    }

    /// The matrix of each document, row by row: labels² counts, rows are true labels.
    pub fn documents(&self) -> impl ExactSizeIterator<Item = &[u32]> {
        self.counts.chunks_exact(self.labels * self.labels)
    }

    /// All counts, document after document.
    pub(crate) fn counts(&self) -> &[u32] {
        &self.counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentence(document: u32, truth: Option<usize>, probabilities: &[f64]) -> ScoredSentence<'_> {
        ScoredSentence { document, truth, probabilities }
    }

    #[test]
    fn each_document_has_a_matrix_wherever_its_sentences_stand() {
        let table = ConfusionTable::new(
            2,
            true,
            [
                sentence(7, Some(0), &[0.9, 0.1]),
                sentence(2, Some(1), &[0.8, 0.2]),
                sentence(7, Some(1), &[0.3, 0.7]),
                sentence(7, Some(0), &[0.5, 0.5]),
                sentence(9, None, &[0.5, 0.5]),
            ],
        )
        .unwrap();
        assert!(table.in_context());
        assert_eq!(table.documents().collect::<Vec<_>>(), [[0, 0, 1, 0], [2, 0, 0, 1]]);
    }

    #[test]
    fn a_table_that_would_be_too_large_is_not_made() {
        let probabilities = [0.0; 2048];
        let table = |labels, documents| {
            let scored = (0..documents).map(|document| sentence(document, Some(1), &probabilities[..labels]));
            ConfusionTable::new(labels, true, scored)
        };
        assert_eq!(table(2048, 1).unwrap().documents().len(), 1);
        assert!(table(2048, 2).is_none());
        assert_eq!(table(128, 256).unwrap().documents().len(), 256);
        assert!(table(128, 257).is_none());
    }

    #[test]
    fn parts_that_do_not_fit_are_refused() {
        let message =
            |labels, counts: &[u32]| ConfusionTable::from_parts(true, labels, counts.to_vec()).unwrap_err().to_string();
        assert!(message(2, &[1, 0, 0]).contains("no whole matrices"));
        assert!(message(0, &[]).contains("no whole matrices"));
        assert!(message(1 << 32, &[]).contains("no whole matrices"));
        assert!(message(2, &[1, 0, 0, 0, 0, 0, 0, 0]).contains("no sentences"));
        assert_eq!(ConfusionTable::from_parts(true, 2, Vec::new()).unwrap().documents().len(), 0);
    }
}

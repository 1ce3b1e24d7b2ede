//! What a model answered in a corpus, document by document.

/// What shares are shares of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weighting {
    /// Each sentence counts 1.
    Sentences,
    /// Each sentence counts the characters that it has.
    Characters,
    /// Each document counts 1, its sentences in equal parts.
    Documents,
}

impl Weighting {
    /// What a sentence of so many characters in a document of so many sentences counts.
    pub(super) fn of(self, characters: usize, sentences: usize) -> f64 {
        match self {
            Self::Sentences => 1.0,
            Self::Characters => characters as f64,
            Self::Documents => 1.0 / sentences as f64,
        }
    }
}

/// The answers in a corpus, or a part of one, counted by document.
#[derive(Debug, Clone)]
pub struct Tally {
    weighting: Weighting,
    labels: usize,
    /// A row a document: what the sentences given each label count.
    rows: Vec<f64>,
    sentences: u64,
}

impl Tally {
    /// A tally without documents, of so many labels.
    pub fn new(labels: usize, weighting: Weighting) -> Self {
        Self { weighting, labels, rows: Vec::new(), sentences: 0 }
    }

    /// Adds a document: the number of the label that each sentence was given, and how many characters it has. A document
    /// without sentences (or by characters, with empty ones only) is passed over.
    ///
    /// # Panics
    /// If there is no label of a number.
    pub fn add(&mut self, sentences: &[(usize, usize)]) {
        let mut row = vec![0.0; self.labels];
        for &(label, characters) in sentences {
            row[label] += self.weighting.of(characters, sentences.len());
        }
        if row.iter().any(|&count| count > 0.0) {
            self.rows.extend(row);
            self.sentences += sentences.len() as u64;
        }
    }

    /// The number of labels.
    pub fn labels(&self) -> usize {
        self.labels
    }

    /// The number of documents.
    pub fn documents(&self) -> usize {
        self.rows.len() / self.labels
    }

    /// The number of sentences.
    pub fn sentences(&self) -> u64 {
        self.sentences
    }

    /// What each document's sentences count by label.
    pub(super) fn rows(&self) -> impl ExactSizeIterator<Item = &[f64]> {
        self.rows.chunks_exact(self.labels)
    }

    /// The share of each label in the answers.
    pub(super) fn shares(&self) -> Vec<f64> {
        let mut sums = vec![0.0; self.labels];
        for row in self.rows() {
            for (sum, count) in sums.iter_mut().zip(row) {
                *sum += count;
            }
        }
        normalized(sums)
    }
}

/// Counts as shares of their sum, which is positive.
pub(super) fn normalized(mut counts: Vec<f64>) -> Vec<f64> {
    let sum: f64 = counts.iter().sum();
    for count in &mut counts {
        *count /= sum;
    }
    counts
}

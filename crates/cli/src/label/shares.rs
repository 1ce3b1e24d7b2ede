//! How much of the text each label has.

use copydesk_infer::UNSURE;

use super::writer::Marked;

/// Sentences and characters by label. Blanks between sentences are not counted.
#[derive(Debug)]
pub(super) struct Shares {
    /// One entry a label, and the last for what is unsure.
    entries: Vec<Share>,
}

/// What one label has, and of how much.
#[derive(Debug, Clone)]
pub(super) struct Share {
    pub label: String,
    /// The number of the label; none for what is unsure.
    pub class: Option<usize>,
    pub sentences: u64,
    pub characters: u64,
}

impl Shares {
    pub fn new(labels: &[String]) -> Self {
        let new = |label: &str, class| Share { label: label.to_owned(), class, sentences: 0, characters: 0 };
        let mut entries: Vec<Share> = labels.iter().enumerate().map(|(class, label)| new(label, Some(class))).collect();
        entries.push(new(UNSURE, None));
        Self { entries }
    }

    pub fn add(&mut self, sentence: &Marked<'_>) {
        let unsure = self.entries.len() - 1;
        let entry = &mut self.entries[sentence.class().unwrap_or(unsure)];
        entry.sentences += 1;
        entry.characters += sentence.span.chars.len() as u64;
    }

    /// All sentences and characters.
    pub fn total(&self) -> (u64, u64) {
        self.entries.iter().fold((0, 0), |(s, c), entry| (s + entry.sentences, c + entry.characters))
    }

    /// The labels in the model's order, and `unsure` if any sentence is.
    pub fn entries(&self) -> impl Iterator<Item = &Share> {
        self.entries.iter().filter(|entry| entry.class.is_some() || entry.sentences > 0)
    }
}

/// A part in per cent; 0 of nothing.
pub(super) fn percent(part: u64, whole: u64) -> f64 {
    part as f64 / whole.max(1) as f64 * 100.0
}

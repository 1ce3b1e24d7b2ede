//! The words of a text that decided about its label.

use std::ops::Range;

use copydesk_infer::Reasons;

/// Words that are named, for and against the label each.
const NAMED: usize = 5;
/// What a word has to add to be named, in either direction: less is seen in no probability.
const LEAST: f64 = 0.05;
/// From here on a word speaks much for the label.
const MUCH: f64 = 0.5;

/// A word, with all its occurrences.
pub(crate) struct Word<'a> {
    pub text: &'a str,
    pub adds: f64,
}

/// What a word that is named says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weight {
    MuchFor,
    For,
    Against,
}

/// The words to name: those that speak for the label and those that speak against it, the strongest first.
pub(crate) struct Decisive<'a> {
    text: &'a str,
    pub for_it: Vec<Word<'a>>,
    pub against: Vec<Word<'a>>,
    /// What all other words add.
    pub others: f64,
}

impl<'a> Decisive<'a> {
    pub fn new(text: &'a str, reasons: &Reasons) -> Self {
        let all: f64 = reasons.words.iter().map(|word| word.adds).sum();
        let mut words: Vec<Word<'a>> =
            reasons.words.iter().map(|word| Word { text: &text[word.bytes.clone()], adds: word.adds }).collect();
        words.sort_by(|a, b| a.text.cmp(b.text));
        words.dedup_by(|word, first| {
            let same = word.text == first.text;
            first.adds += if same { word.adds } else { 0.0 };
            same
        });
        words.retain(|word| word.adds.abs() >= LEAST);
        words.sort_by(|a, b| b.adds.abs().total_cmp(&a.adds.abs()));
        let (mut for_it, mut against): (Vec<_>, Vec<_>) = words.into_iter().partition(|word| word.adds > 0.0);
        for_it.truncate(NAMED);
        against.truncate(NAMED);
        let named: f64 = for_it.iter().chain(&against).map(|word| word.adds).sum();
        Self { text, for_it, against, others: all - named }
    }

    /// Where the words stand in the text, in its order.
    pub fn places(&self, reasons: &Reasons) -> impl Iterator<Item = (Range<usize>, Weight)> {
        reasons.words.iter().filter_map(|word| {
            let text = &self.text[word.bytes.clone()];
            let adds = self.for_it.iter().chain(&self.against).find(|named| named.text == text)?.adds;
            let weight = if adds >= MUCH {
                Weight::MuchFor
            } else if adds > 0.0 {
                Weight::For
            } else {
                Weight::Against
            };
            Some((word.bytes.clone(), weight))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use copydesk_infer::WordReason;

    #[test]
    fn the_strongest_words_are_named_once_and_the_others_summed_up() {
        let text = "so it is so, a b c d e f";
        let adds = [0.4, 0.01, -0.3, 0.4, 0.0, 0.1, 0.2, 0.3, 0.25, 0.6, 0.06];
        let mut reasons = Reasons { base: 0.0, words: Vec::new(), neighbours: None };
        for (word, adds) in text.split([' ', ',']).filter(|word| !word.is_empty()).zip(adds) {
            let start = word.as_ptr() as usize - text.as_ptr() as usize;
            reasons.words.push(WordReason { bytes: start..start + word.len(), adds });
        }
        let decisive = Decisive::new(text, &reasons);
        let for_it: Vec<&str> = decisive.for_it.iter().map(|word| word.text).collect();
        assert_eq!(for_it, ["so", "f", "d", "e", "c"]);
        assert_eq!(decisive.against.iter().map(|word| word.text).collect::<Vec<_>>(), ["is"]);
        let named: f64 = decisive.for_it.iter().chain(&decisive.against).map(|word| word.adds).sum();
        let all: f64 = reasons.words.iter().map(|word| word.adds).sum();
        assert!((named + decisive.others - all).abs() < 1e-12);
        let places: Vec<_> = decisive.places(&reasons).map(|(bytes, weight)| (&text[bytes], weight)).collect();
        assert_eq!(places[..3], [("so", Weight::MuchFor), ("is", Weight::Against), ("so", Weight::MuchFor)]);
        assert_eq!(places.len(), 7);
    }
}

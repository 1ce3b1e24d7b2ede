//! Which sentences of a text are cut, and which blanks with them.

use std::ops::Range;

use copydesk_infer::{Classifier, LabelledSentence, QuotePolicy};

use super::summary::Summary;
use crate::label::promise::Rule;

/// Decides what to cut.
pub(super) struct Cutter<'a> {
    pub classifier: &'a Classifier,
    pub rule: Rule,
    /// Whether a label's sentences are cut, by class.
    pub dropped: Vec<bool>,
    pub quotes: QuotePolicy,
    pub tidy: bool,
}

/// A piece of text that is cut: one sentence, with blanks around it if the text is tidied.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cut {
    pub bytes: Range<usize>,
    /// The sentence alone.
    pub sentence: Range<usize>,
    /// Its number among the sentences of the text.
    pub index: usize,
    pub class: usize,
    pub probability: f64,
}

impl Cutter<'_> {
    /// The cuts in a text, in order; what they are is added to the summary.
    pub fn cuts(&self, text: &str, summary: &mut Summary) -> Vec<Cut> {
        let sentences = self.classifier.label_document_with(text, self.quotes);
        let mut cuts: Vec<Cut> =
            sentences.iter().enumerate().filter_map(|(at, sentence)| self.cut(at, sentence)).collect();
        let number = sentences.len();
        if self.tidy {
            let spans: Vec<Range<usize>> = sentences.into_iter().map(|sentence| sentence.span.bytes).collect();
            tidy(text, &spans, &mut cuts);
        }
        summary.count(text, number, &cuts);
        cuts
    }

    fn cut(&self, index: usize, sentence: &LabelledSentence<'_>) -> Option<Cut> {
        let (span, prediction) = (&sentence.span, &sentence.prediction);
        (self.dropped[prediction.class()] && self.rule.is_sure(prediction)).then(|| Cut {
            bytes: span.bytes.clone(),
            sentence: span.bytes.clone(),
            index,
            class: prediction.class(),
            probability: prediction.confidence(),
        })
    }
}

/// Widens the cuts by blanks. Around each run of cut sentences there are two gaps, of which one stays: the one with more line
/// breaks, so that lines and paragraphs stay apart as they were; of equals the one before, but at the end of the text the one
/// after, so that it ends as it did. The blanks between the sentences of a run go with them.
fn tidy(text: &str, spans: &[Range<usize>], cuts: &mut [Cut]) {
    let gap_before = |index: usize| {
        let start = if index == 0 { 0 } else { spans[index - 1].end };
        start..spans.get(index).map_or(text.len(), |span| span.start)
    };
    let is_blank = |gap: &Range<usize>| text[gap.clone()].chars().all(char::is_whitespace);
    let breaks = |gap: &Range<usize>| text[gap.clone()].matches('\n').count();
    for run in cuts.chunk_by_mut(|one, next| one.index + 1 == next.index) {
        let (first, last) = (run[0].index, run[run.len() - 1].index);
        let inside = run.len() - 1;
        for cut in &mut run[..inside] {
            let gap = gap_before(cut.index + 1);
            if is_blank(&gap) {
                cut.bytes.end = gap.end;
            }
        }
        let (before, after) = (gap_before(first), gap_before(last + 1));
        let at_end = last + 1 == spans.len();
        let keeps_before = first == 0 || (!at_end && breaks(&before) >= breaks(&after));
        if keeps_before && is_blank(&after) {
            run[inside].bytes.end = after.end;
        } else if !keeps_before && is_blank(&before) {
            run[0].bytes.start = before.start;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use copydesk_infer::QuotePolicy;
    use proptest::prelude::*;

    fn classifier() -> Classifier {
        Classifier::builtin().unwrap()
    }

    /// Cuts every sentence that has an X in it, by its form alone.
    fn without_x(text: &str, tidied: bool) -> String {
        let spans: Vec<Range<usize>> =
            copydesk_features::sentences(text, QuotePolicy::Split).map(|span| span.bytes).collect();
        let mut cuts: Vec<Cut> = spans
            .iter()
            .enumerate()
            .filter(|(_, span)| text[(*span).clone()].contains('X'))
            .map(|(index, span)| Cut { bytes: span.clone(), sentence: span.clone(), index, class: 0, probability: 1.0 })
            .collect();
        if tidied {
            tidy(text, &spans, &mut cuts);
        }
        let (mut out, mut kept) = (String::new(), 0);
        for cut in &cuts {
            assert!(kept <= cut.bytes.start && cut.bytes.start <= cut.sentence.start);
            assert!(cut.sentence.end <= cut.bytes.end);
            out += &text[kept..cut.bytes.start];
            kept = cut.bytes.end;
        }
        out + &text[kept..]
    }

    #[test]
    fn only_the_sentence_is_cut() {
        assert_eq!(without_x("It rained. Give X now. It snowed.\n", false), "It rained.  It snowed.\n");
        assert_eq!(without_x("\u{feff}Give X now.\r\n\r\nIt snowed.", false), "\u{feff}\r\n\r\nIt snowed.");
    }

    #[test]
    fn a_tidied_text_has_no_doubled_gaps() {
        for (text, tidied) in [
            ("It rained. Give X now. It snowed.\n", "It rained. It snowed.\n"),
            ("It rained. Give X now.\n\nIt snowed.\n", "It rained.\n\nIt snowed.\n"),
            ("It rained.\n\nGive X now. It snowed.\n", "It rained.\n\nIt snowed.\n"),
            ("It rained.\n\nGive X now.  Do X it.\n\nIt snowed.\n", "It rained.\n\nIt snowed.\n"),
            ("It rained.\n\nGive X now.\n", "It rained.\n"),
            ("It rained.\nGive X now.\n\nIt snowed.", "It rained.\n\nIt snowed."),
            ("Give X now.\r\n\r\nIt snowed.", "It snowed."),
            ("\u{feff}Give X now.\nIt snowed.", "\u{feff}It snowed."),
            ("Give X now.\n\nDo X it.\n", ""),
        ] {
            assert_eq!(without_x(text, true), tidied, "{text:?}");
        }
    }

    #[test]
    fn sentences_below_the_confidence_asked_for_stay() {
        let classifier = classifier();
        let text = "The council voted 7 to 2 on Monday. Please donate what you can today.";
        let probability = classifier.label_document(text)[1].prediction.confidence();
        for (min_confidence, cuts) in [(0.0, 1), (probability, 1), (probability + 1e-9, 0)] {
            let rule = Rule { min_confidence, cut_off: None };
            let dropped = classifier.labels().iter().map(|label| label == "appeal").collect();
            let cutter = Cutter { classifier: &classifier, rule, dropped, quotes: QuotePolicy::Split, tidy: false };
            let mut summary = Summary::new(classifier.labels());
            assert_eq!(cutter.cuts(text, &mut summary).len(), cuts);
        }
    }

    proptest! {
        #[test]
        fn tidying_takes_blanks_alone(text in "((It rained|Give X now|É)[.!]?[ \r\n\u{a0}\u{feff}]{0,3}){0,8}") {
            let bare = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(bare(&without_x(&text, true)), bare(&without_x(&text, false)));
        }
    }
}

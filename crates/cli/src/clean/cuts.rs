//! Which sentences of a text are cut, and which blanks with them.

use std::ops::Range;

use copydesk_infer::{Classifier, LabelledSentence, Prediction, QuotePolicy, Worker};

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
    /// The cuts in a text, in order; what they are is added to the summary. The worker is of the same classifier.
    pub fn cuts(&self, worker: &mut Worker<'_>, text: &str, summary: &mut Summary) -> Vec<Cut> {
        let (mut deciding, mut cuts, mut end) = (Deciding::new(self.tidy), Vec::new(), 0);
        for LabelledSentence { span, prediction } in worker.label_document(text, self.quotes) {
            let verdict = self.verdict(&prediction);
            deciding.sentence(&text[end..span.bytes.start], span.bytes.clone(), verdict, &mut cuts);
            end = span.bytes.end;
        }
        deciding.finish(&text[end..], &mut cuts);
        summary.count(text.len(), deciding.sentences(), &cuts);
        cuts
    }

    /// The class and probability of a sentence that is to be cut.
    pub fn verdict(&self, prediction: &Prediction<'_>) -> Option<(usize, f64)> {
        let class = prediction.class();
        (self.dropped[class] && self.rule.is_sure(prediction)).then(|| (class, prediction.confidence()))
    }
}

/// A run of cut sentences may wait so long for what follows it. A longer one is decided as if as much came before as after.
const LONGEST_RUN: usize = 4096;

/// Decides on the sentences of one text, one after the other.
///
/// To be tidied, a text loses blanks with the sentences. Around each run of cut sentences there are two gaps, of which one
/// stays: the one with more line breaks, so that lines and paragraphs stay apart as they were; of equals the one before, but at
/// the end of the text the one after, so that it ends as it did. The blanks between the sentences of a run go with them.
pub(super) struct Deciding {
    tidy: bool,
    sentences: usize,
    /// Where the last sentence ends.
    end: usize,
    /// The cut sentences that wait for what follows them, and the gap before them.
    run: Vec<Cut>,
    before: Gap,
}

/// What stands between two sentences.
#[derive(Debug, Clone, Default)]
struct Gap {
    bytes: Range<usize>,
    blank: bool,
    breaks: usize,
    /// Whether the text begins with it.
    first: bool,
}

impl Deciding {
    pub fn new(tidy: bool) -> Self {
        Self { tidy, sentences: 0, end: 0, run: Vec::new(), before: Gap::default() }
    }

    /// How many sentences there were.
    pub fn sentences(&self) -> usize {
        self.sentences
    }

    /// Up to where the text is decided on, if all blanks behind the last sentence stay.
    pub fn decided_to(&self) -> usize {
        if self.run.is_empty() { self.end } else { self.before.bytes.start }
    }

    /// Takes the next sentence, with what stands before it and its class and probability if it is to be cut. What is decided
    /// on is added to `cuts`.
    pub fn sentence(&mut self, gap: &str, span: Range<usize>, verdict: Option<(usize, f64)>, cuts: &mut Vec<Cut>) {
        let gap = self.gap(gap, span.start);
        let index = self.sentences;
        self.sentences += 1;
        self.end = span.end;
        let Some((class, probability)) = verdict else {
            self.decide(&gap, false, cuts);
            return;
        };
        let cut = Cut { bytes: span.clone(), sentence: span, index, class, probability };
        if !self.tidy {
            cuts.push(cut);
            return;
        }
        match self.run.last_mut() {
            None => self.before = gap,
            Some(last) if gap.blank => last.bytes.end = gap.bytes.end,
            Some(_) => {}
        }
        self.run.push(cut);
        if self.run.len() > LONGEST_RUN {
            let last = self.run.pop();
            cuts.append(&mut self.run);
            self.before = Gap { first: true, ..Gap::default() };
            self.run.extend(last);
            self.before.bytes = self.run[0].bytes.start..self.run[0].bytes.start;
        }
    }

    /// Takes what stands behind the last sentence.
    pub fn finish(&mut self, rest: &str, cuts: &mut Vec<Cut>) {
        let gap = self.gap(rest, self.end + rest.len());
        self.decide(&gap, true, cuts);
    }

    fn gap(&self, text: &str, end: usize) -> Gap {
        Gap {
            bytes: self.end..end,
            blank: text.chars().all(char::is_whitespace),
            breaks: text.matches('\n').count(),
            first: self.sentences == 0,
        }
    }

    /// Ends a run of cut sentences.
    fn decide(&mut self, after: &Gap, at_end: bool, cuts: &mut Vec<Cut>) {
        let before = &self.before;
        let keeps_before = before.first || (!at_end && before.breaks >= after.breaks);
        if keeps_before && after.blank {
            if let Some(last) = self.run.last_mut() {
                last.bytes.end = after.bytes.end;
            }
        } else if !keeps_before
            && before.blank
            && let Some(first) = self.run.first_mut()
        {
            first.bytes.start = before.bytes.start;
        }
        cuts.append(&mut self.run);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn classifier() -> Classifier {
        Classifier::builtin().unwrap()
    }

    /// Cuts every sentence that has an X in it, by its form alone.
    fn without_x(text: &str, tidied: bool) -> String {
        let (mut deciding, mut cuts, mut end) = (Deciding::new(tidied), Vec::new(), 0);
        for span in copydesk_features::sentences(text, QuotePolicy::Split).map(|sentence| sentence.bytes) {
            let verdict = text[span.clone()].contains('X').then_some((0, 1.0));
            deciding.sentence(&text[end..span.start], span.clone(), verdict, &mut cuts);
            end = span.end;
        }
        deciding.finish(&text[end..], &mut cuts);
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
    fn a_long_run_does_not_wait_for_its_end() {
        let text = format!("It rained.\n\n{}\nIt snowed.\n", "Give X now. ".repeat(LONGEST_RUN + 10));
        assert_eq!(without_x(&text, true), "It rained.\n\nIt snowed.\n");
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
            assert_eq!(cutter.cuts(&mut classifier.worker(), text, &mut summary).len(), cuts);
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

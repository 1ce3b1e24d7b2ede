//! A stream has the sentences of the whole text.

use proptest::prelude::*;

use super::super::properties::pieces;
use super::{QuotePolicy, Sentence, SentenceStream};
use crate::{MAX_SENTENCE_BYTES, sentences};

/// The sentences of `text` streamed in pieces whose lengths `next_length` gives, and all that was given of the text.
fn streamed(text: &str, policy: QuotePolicy, mut next_length: impl FnMut() -> usize) -> (Vec<Sentence>, String) {
    let mut stream = SentenceStream::new(policy);
    let (mut found, mut given) = (Vec::new(), String::new());
    let mut rest = text;
    loop {
        if rest.is_empty() {
            stream.finish();
        } else {
            let (piece, tail) = rest.split_at(rest.ceil_char_boundary(next_length().max(1)));
            stream.push(piece);
            rest = tail;
        }
        while let Some(sentence) = stream.next_sentence() {
            assert_eq!(sentence.text, &text[sentence.span.bytes.clone()]);
            given = given + sentence.gap + sentence.text;
            found.push(sentence.span);
        }
        if stream.finished {
            return (found, given + stream.rest());
        }
        let greatest = 4 * MAX_SENTENCE_BYTES;
        assert!(stream.buffer.len() <= greatest, "{} bytes in memory", stream.buffer.len());
    }
}

fn check(text: &str, lengths: &[usize]) {
    for policy in [QuotePolicy::Split, QuotePolicy::Keep] {
        let mut cycle = lengths.iter().cycle();
        let (found, given) = streamed(text, policy, || *cycle.next().expect("there are lengths"));
        let whole: Vec<_> = sentences(text, policy).collect();
        assert!(found == whole, "{policy:?} {text:?}\n{found:?}\n{whole:?}");
        assert!(given == text, "{policy:?} {text:?}\n{given:?}");
    }
}

/// Texts with runs and sentences longer than the rules look.
fn long_texts() -> impl Strategy<Value = String> {
    let repeated = (pieces(), prop_oneof![4 => Just(1), 1 => 1..200_usize]);
    prop::collection::vec(repeated.prop_map(|(text, count)| text.repeat(count)), 0..30).prop_map(|mut parts| {
        for part in &mut parts {
            part.truncate(part.floor_char_boundary(20_000));
        }
        parts.concat()
    })
}

proptest! {
    #[test]
    fn streamed_sentences_are_those_of_the_text(
        text in long_texts(),
        lengths in prop::collection::vec(1..3000_usize, 1..20),
    ) {
        check(&text, &lengths);
    }

    #[test]
    fn a_character_at_a_time(text in long_texts()) {
        check(&text, &[1]);
    }

    #[test]
    fn any_text(text in any::<String>(), times in 1..100_usize, lengths in prop::collection::vec(1..3000_usize, 1..20)) {
        check(&text.repeat(times), &lengths);
    }
}

/// Runs that no rule may follow to their end, with what could follow them.
#[test]
fn runs_beyond_every_look_ahead() {
    let runs = [
        " ", "\u{200B}", "\n", "\r\n", " \n", ".", " .", "!", "?\"", ")", "\"", "'", "“", "‘", "(", "• ", "- ", "-",
        "🎉", "🚀", "[1]", "1. ", "a", "A", "é", "e\u{301}", "\u{301}", "A. ", "A. A", "Roe ", "1", "\u{2028}",
        "\u{A0}", "=",
    ];
    let around =
        [("It rained.", "Then it stopped. "), ("It rained", "then"), ("“It rained, Mr.", "said Mayor Roe.” Yes. ")];
    for run in runs {
        for times in [10, 60, 100, 300, 700] {
            for (before, after) in around {
                let text = format!("{before}{}{after}", run.repeat(times)).repeat(2);
                check(&text, &[1]);
                check(&text, &[997]);
            }
        }
    }
}

/// Nothing that a text holds, or lacks, makes the buffer or a sentence longer than the limit.
#[test]
fn what_never_ends_is_cut() {
    for run in
        ["a", "word ", "a,b\" ", "e\u{301}", "\u{301}", "“Yes. No", "x.y", "é", "• ", "\"", ", I said “no” and “no”"]
    {
        let text = run.repeat(400_000 / run.len());
        check(&text, &[70_000, 1, 5000]);
        for policy in [QuotePolicy::Split, QuotePolicy::Keep] {
            let longest = sentences(&text, policy).map(|sentence| sentence.bytes.len()).max();
            assert!(longest.is_some_and(|longest| longest <= MAX_SENTENCE_BYTES), "{run:?}: {longest:?}");
        }
    }
    let cut: Vec<_> = sentences(&"word ".repeat(10_000), QuotePolicy::Split).map(|sentence| sentence.bytes).collect();
    assert_eq!(cut, [0..30_724, 30_725..49_999]);
}

#[test]
fn a_quotation_is_open_however_far_back_it_began() {
    let text = format!("“{} The end.” After it.", "It goes on and on. ".repeat(20_000));
    check(&text, &[65_536]);
    let quoted: Vec<_> = sentences(&text, QuotePolicy::Split).map(|sentence| sentence.quoted).collect();
    assert!(quoted[..quoted.len() - 1].iter().all(|&quoted| quoted) && !quoted[quoted.len() - 1]);
}

#[test]
fn blanks_without_end_need_no_memory() {
    let blanks = " \n\u{200B}".repeat(20_000);
    let mut stream = SentenceStream::new(QuotePolicy::Keep);
    stream.push("“It ended. ");
    let mut found = 0;
    for _ in 0..100 {
        stream.push(&blanks);
        while stream.next_sentence().is_some() {
            found += 1;
        }
        assert!(stream.buffer.len() < 5 * blanks.len());
    }
    stream.push("Then.");
    stream.finish();
    let last = stream.next_sentence().expect("a sentence after the blanks");
    let start = "“It ended. ".len() + 100 * blanks.len();
    assert_eq!((found, last.span.bytes, last.text), (1, start..start + 5, "Then."));
    assert!(last.gap.len() <= 65_536 + 3 && last.gap.ends_with('\u{200B}'));
}

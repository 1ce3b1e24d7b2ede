//! What holds of the sentences of any text, hostile ones included.

use proptest::prelude::*;

use super::characters::is_blank;
use super::{QuotePolicy, Sentence, sentences};

/// What must hold of the sentences of any text.
fn check_properties(text: &str) -> Result<(), TestCaseError> {
    let split: Vec<_> = sentences(text, QuotePolicy::Split).collect();
    let keep: Vec<_> = sentences(text, QuotePolicy::Keep).collect();
    for found in [&split, &keep] {
        let mut end = 0;
        for sentence in found {
            let Sentence { bytes, chars, .. } = sentence;
            prop_assert!(end <= bytes.start && bytes.start < bytes.end);
            prop_assert!(text[end..bytes.start].chars().all(is_blank));
            let inner = &text[bytes.clone()];
            prop_assert_eq!(inner.trim_matches(is_blank), inner);
            prop_assert_eq!(text[..bytes.start].chars().count(), chars.start);
            prop_assert_eq!(inner.chars().count(), chars.len());
            end = bytes.end;
        }
        prop_assert!(text[end..].chars().all(is_blank));
    }
    for sentence in &keep {
        prop_assert!(split.iter().any(|other| other.bytes.start == sentence.bytes.start));
        prop_assert!(split.iter().any(|other| other.bytes.end == sentence.bytes.end));
    }
    Ok(())
}

/// The share of quoted letters by the definition, for texts whose only marks are “ and ” on one line.
fn quoted_naively(text: &str, sentence: &Sentence) -> bool {
    let (mut open, mut inside, mut total) = (false, 0, 0);
    for (at, c) in text.char_indices() {
        match c {
            '“' => open = true,
            '”' => open = false,
            _ if c.is_alphabetic() && sentence.bytes.contains(&at) => {
                total += 1;
                inside += usize::from(open);
            }
            _ => {}
        }
    }
    inside > 0 && 2 * inside >= total
}

/// Strings of the pieces that the rules look at.
pub(super) fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        ".",
        "!",
        "?",
        "…",
        "...",
        " . . .",
        "\"",
        "“",
        "”",
        "‘",
        "’",
        "'",
        "«",
        "»",
        "(",
        ")",
        "[...]",
        "\n",
        "\n\n",
        "\r\n",
        "\r",
        "\u{2028}",
        "\u{2029}",
        "\u{A0}",
        "\u{200B}",
        "\u{FEFF}",
        " ",
        " ",
        " ",
        "Mr.",
        "U.S.",
        "p.m.",
        "Inc.",
        "The",
        "the",
        "Roe",
        "I",
        "a",
        "said",
        "1.",
        "2)",
        "3",
        "• ",
        "- ",
        "***",
        ":)",
        "😀",
        "🚀",
        "❤\u{FE0F}",
        "。",
        "！",
        "」",
        "।",
        "é",
        "Ω",
        "#",
        "$5",
        "Dear Bo,",
        ":",
        "a.Then",
        "x@y.org",
        "[1]",
    ]);
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn spans_partition_any_text(text in any::<String>()) {
        check_properties(&text)?;
    }

    #[test]
    fn spans_partition_texts_made_of_marks(text in pieces()) {
        check_properties(&text)?;
    }

    #[test]
    fn quoted_is_its_definition(text in "[a-zé“”., A-Z0-9!]{0,80}") {
        for sentence in sentences(&text, QuotePolicy::Split) {
            prop_assert_eq!(sentence.quoted, quoted_naively(&text, &sentence), "{:?}", sentence);
        }
    }
}

/// A rule that looked over the same stretch again and again would take hours on these.
#[test]
fn hostile_texts_end() {
    for pattern in [
        ".",
        ". ",
        " . ",
        "!?",
        "\"",
        "“",
        "”“",
        "‘a’ ",
        "\n",
        "\r\n \n",
        "a",
        " ",
        "(",
        ".(",
        "(.)",
        "• ",
        "•\n",
        "-\n-",
        "\u{200B}",
        "😀",
        "。",
        "1. A ",
        "1) A ",
        "U.S. A",
        "Aa.Aa",
        "i.I",
        "a\nA",
        "?\" A A A ",
        ".\" \"A",
        "Mr. ",
    ] {
        let text = pattern.repeat((1 << 20) / pattern.len());
        for policy in [QuotePolicy::Split, QuotePolicy::Keep] {
            let last = sentences(&text, policy).last();
            assert_eq!(last.is_none(), text.chars().all(is_blank), "{pattern:?}");
        }
    }
}

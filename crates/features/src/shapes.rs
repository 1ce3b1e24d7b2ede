//! What a token looks like, with little of what it says: the form of a token that carries style from one topic to another.

use crate::scan::scan;
use crate::spec::FeatureSpec;
use crate::tokens::{TokenBuffer, push_token};

/// Words of up to so many characters keep all of them: in English these are most of the function words.
const SHORT: usize = 4;
/// Longer words keep so many of their last characters: the ending tells their kind (`-ed`, `-ng`, `-ly`).
const ENDING: usize = 2;

/// Stands before the shape of a word inside a quotation.
const QUOTED: char = '"';
/// Stands before the shape of a word that begins with a capital, the first of the text apart.
const CAPITAL: char = '^';
/// Stands for what is left out of a long word.
const LEFT_OUT: char = '…';

/// Fills `out` with the shapes of the tokens of `text`, one a token.
///
/// A short word, a number and a mark are their normal form; a long word is its ending. A quotation runs from `“` to
/// `”`, or from one straight double quotation mark to the next.
pub(crate) fn fill(text: &str, spec: &FeatureSpec, out: &mut TokenBuffer) {
    out.begin();
    let mut quoted = false;
    let mut normal = String::new();
    let mut shape = String::new();
    scan(text, &spec.tokens, |raw, range, is_word| {
        normal.clear();
        push_token(raw, is_word, spec, &mut normal);
        if !is_word {
            quoted = after_mark(quoted, &text[range]);
        }
        if normal.is_empty() {
            return;
        }
        shape.clear();
        if is_word {
            let capital = !out.is_fresh() && raw.starts_with(char::is_uppercase);
            push_shape(&normal, quoted, capital, &mut shape);
        } else {
            shape.push_str(&normal);
        }
        out.push(&shape);
    });
    out.finish();
}

/// Whether what follows a run of one mark is inside a quotation.
pub(crate) fn after_mark(quoted: bool, run: &str) -> bool {
    match run.chars().next() {
        Some('“' | '„' | '«') => true,
        Some('”' | '»') => false,
        Some('"') => quoted ^ (run.len() % 2 == 1),
        _ => quoted,
    }
}

/// Appends the shape of a word. `capital` is whether it begins with one and is not the first of the text.
pub(crate) fn push_shape(normal: &str, quoted: bool, capital: bool, shape: &mut String) {
    if quoted {
        shape.push(QUOTED);
    }
    if capital {
        shape.push(CAPITAL);
    }
    let ending = normal.char_indices().nth_back(ENDING - 1).map_or(0, |(at, _)| at);
    if normal.char_indices().nth(SHORT).is_none() || normal.starts_with(char::is_numeric) {
        shape.push_str(normal);
    } else {
        shape.push(LEFT_OUT);
        shape.push_str(&normal[ending..]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shapes(text: &str) -> Vec<String> {
        let mut buffer = TokenBuffer::default();
        fill(text, &FeatureSpec::default(), &mut buffer);
        buffer.words().iter().map(|t| buffer.slice(t.start..t.end).to_owned()).collect()
    }

    #[test]
    fn long_words_keep_their_ending_and_short_ones_all() {
        assert_eq!(
            shapes("Ministers said the Treasury was quickly losing £1,250,000."),
            ["…rs", "said", "the", "^…ry", "was", "…ly", "…ng", "£", "1,250,000", "."]
        );
    }

    #[test]
    fn words_in_quotations_say_so() {
        assert_eq!(
            shapes("He said: “We Won’t pay” and \"never did\" so"),
            ["he", "said", ":", "\"", "\"^we", "\"^…'t", "\"pay", "\"", "and", "\"", "\"…er", "\"did", "\"", "so"]
        );
        assert_eq!(shapes("\"\" out"), ["\"\"", "out"]);
    }

    proptest! {
        #[test]
        fn there_is_one_shape_a_token(text in "[a-zA-Zé“”\"' .,\\-\u{200b}]{0,60}|\\PC{0,40}") {
            let mut surface = TokenBuffer::default();
            surface.fill(&text, &FeatureSpec::default());
            prop_assert_eq!(shapes(&text).len(), surface.words().len());
            prop_assert!(shapes(&text).iter().all(|shape| !shape.contains(char::is_whitespace)));
        }
    }
}

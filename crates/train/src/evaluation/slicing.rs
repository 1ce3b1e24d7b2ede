//! Which slice each example belongs to.

use serde::Serialize;

use super::{EvalError, Predictions};
use crate::metrics::{Bootstrap, SliceScores, slice_scores};

/// The slices by one property, which share the examples out between them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Slicing {
    /// The property: a column of the data, or one that every text has.
    pub by: SliceBy,
    /// The slices that have examples: those of a column by the number of examples, the most first; the others in their
    /// natural order.
    pub slices: Vec<SliceScores>,
}

/// What examples are told apart by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SliceBy {
    /// The number of words: runs between white space that hold a letter or digit.
    Words,
    /// Whether there is a quotation mark in the text: a double one of any script, or ‘ that opens a word and is closed.
    /// Straight single marks do not count, since most of them are apostrophes.
    Quoted,
    /// The value in a column of the data.
    Column(String),
}

/// The upper ends of the slices by words, and their names.
const LENGTHS: [(usize, &str); 4] = [(10, "1–10"), (20, "11–20"), (35, "21–35"), (usize::MAX, "over 35")];

/// Slices by words, by quotation marks and by each of some columns.
pub(super) fn slicings(
    predictions: &Predictions<'_>,
    columns: &[String],
    bootstrap: &Bootstrap,
) -> Result<Vec<Slicing>, EvalError> {
    let outcomes = predictions.outcomes()?;
    let scores = |by, slice_of: &[u32], names: &[String]| -> Result<Slicing, EvalError> {
        let slices = slice_scores(&outcomes, predictions.groups(), slice_of, names, bootstrap)?;
        Ok(Slicing { by, slices })
    };
    let each =
        |slice: fn(&str) -> u32| -> Vec<u32> { predictions.examples().map(|example| slice(&example.text)).collect() };
    let lengths = LENGTHS.map(|(_, name)| name.to_owned());
    let marks = ["no quotation mark", "quotation mark"].map(str::to_owned);
    let mut slicings = vec![
        scores(SliceBy::Words, &each(length), &lengths)?,
        scores(SliceBy::Quoted, &each(|text| u32::from(is_quoted(text))), &marks)?,
    ];
    for column in columns {
        let Some((numbers, names)) = predictions.corpus().extra_numbers(column) else {
            return Err(EvalError::NoSuchColumn { column: column.clone() });
        };
        let slice_of: Vec<u32> = predictions.rows().iter().map(|&row| numbers[row]).collect();
        let mut slicing = scores(SliceBy::Column(column.clone()), &slice_of, &names)?;
        // The sort is stable: equally many stay in the order of their names.
        slicing.slices.sort_by_key(|slice| std::cmp::Reverse(slice.examples));
        slicings.push(slicing);
    }
    Ok(slicings)
}

/// The place in [`LENGTHS`] of a text.
fn length(text: &str) -> u32 {
    let words = text.split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).count();
    LENGTHS.iter().take_while(|(most, _)| words > *most).count() as u32
}

fn is_quoted(text: &str) -> bool {
    text.contains(['"', '“', '”', '„', '‟', '«', '»', '‹', '›', '「', '」', '『', '』', '＂'])
        || has_single_quotation(text)
}

/// Whether a ‘ stands before a word and not after one, and a closing mark follows.
fn has_single_quotation(text: &str) -> bool {
    text.match_indices('‘').any(|(at, mark)| {
        let after = &text[at + mark.len()..];
        !text[..at].ends_with(char::is_alphanumeric)
            && after.starts_with(char::is_alphabetic)
            && after.contains(['’', '\''])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_hold_letters_or_digits() {
        let of = |words: usize| length(&"word ".repeat(words));
        assert_eq!([0, 1, 10, 11, 20, 21, 35, 36, 500].map(of), [0, 0, 0, 1, 1, 2, 2, 3, 3]);
        assert_eq!(length("— - – … 1 2 3 4 5 6 7 8 9 10"), 0);
    }

    #[test]
    fn apostrophes_are_no_quotation_marks() {
        for quoted in ["\"No,\" he said.", "He said “no”.", "„Nein“", "« Non »", "He said ‘no’.", "so-called ‘aid’"]
        {
            assert!(is_quoted(quoted), "{quoted}");
        }
        for plain in ["It’s the dogs’ bowl.", "It's the dogs' bowl.", "the ‘90s weren’t kind", "O‘Brien’s", ""]
        {
            assert!(!is_quoted(plain), "{plain}");
        }
    }
}

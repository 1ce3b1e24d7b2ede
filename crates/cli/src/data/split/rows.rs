//! The rows of CSV, TSV and JSON Lines by part, byte for byte.

use copydesk_train::{Corpus, Format, Row, RowReader};

use super::Parts;
use crate::failure::Failure;

/// What each part's file holds.
pub(super) fn contents(
    input: &[u8],
    name: &str,
    format: Format,
    text_column: &str,
    corpus: &Corpus,
    parts: &Parts,
) -> Result<Vec<Vec<u8>>, Failure> {
    let mut reader = RowReader::new(input, name, format, &[text_column.to_owned()])?;
    let mut contents = vec![Vec::new(); parts.sizes.len()];
    let mut row = Row::default();
    if format != Format::JsonLines && reader.read(&mut row)? {
        for content in &mut contents {
            content.extend_from_slice(row.written().as_bytes());
        }
    }
    let mut texts = corpus.examples().iter().zip(&parts.of_texts).peekable();
    while reader.read(&mut row)? {
        // Blank lines are no texts, nor are rows that the filters passed over.
        let is_text = !row.values.is_empty();
        if let Some((_, &part)) = texts.next_if(|(text, _)| is_text && text.line == row.line) {
            contents[part].extend_from_slice(row.written().as_bytes());
        }
    }
    Ok(contents)
}

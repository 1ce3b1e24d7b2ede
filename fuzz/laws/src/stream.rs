//! Documents that come in pieces.

use copydesk_features::{QuotePolicy, Sentence, SentenceStream, sentences};
use copydesk_infer::DocumentStream;

use crate::document::CLASSIFIER;

/// However a text is cut, its sentences and their answers are those of the whole text, and nothing of it is lost. The first
/// three bytes are the lengths of the pieces, over and over; the rest is text.
pub fn stream(data: &[u8]) {
    let Some((lengths, text)) = data.split_first_chunk::<3>() else { return };
    let text = String::from_utf8_lossy(text);
    for policy in [QuotePolicy::Split, QuotePolicy::Keep] {
        let mut stream = SentenceStream::new(policy);
        let (mut found, mut given): (Vec<Sentence>, String) = (Vec::new(), String::new());
        for piece in pieces(&text, lengths) {
            stream.push(piece);
            take_sentences(&mut stream, &text, &mut found, &mut given);
        }
        stream.finish();
        take_sentences(&mut stream, &text, &mut found, &mut given);
        given += stream.rest();
        assert_eq!(found, sentences(&text, policy).collect::<Vec<_>>(), "{policy:?}");
        assert_eq!(given, text);
    }
    let mut document = CLASSIFIER.document(QuotePolicy::Split);
    let mut labelled = CLASSIFIER.label_document(&text).into_iter();
    let mut take = |document: &mut DocumentStream<'_>| {
        while let Some(sentence) = document.next_sentence() {
            let whole = labelled.next().expect("a stream has no more sentences than its text");
            assert_eq!((&sentence.span, &sentence.prediction), (&whole.span, &whole.prediction));
        }
    };
    for piece in pieces(&text, lengths) {
        document.push(piece);
        take(&mut document);
    }
    document.finish();
    take(&mut document);
    assert!(labelled.next().is_none(), "a sentence of the text is not in the stream");
}

fn take_sentences(stream: &mut SentenceStream, text: &str, found: &mut Vec<Sentence>, given: &mut String) {
    while let Some(sentence) = stream.next_sentence() {
        assert_eq!(sentence.text, &text[sentence.span.bytes.clone()]);
        *given += sentence.gap;
        *given += sentence.text;
        found.push(sentence.span);
    }
}

/// The text in pieces of about so many bytes each, over and over.
fn pieces<'a>(text: &'a str, lengths: &[u8]) -> Vec<&'a str> {
    let mut lengths = lengths.iter().cycle().map(|&length| usize::from(length).max(1));
    let mut rest = text;
    let mut pieces = Vec::new();
    while !rest.is_empty() {
        let (piece, tail) = rest.split_at(rest.ceil_char_boundary(lengths.next().unwrap_or(1).min(rest.len())));
        pieces.push(piece);
        rest = tail;
    }
    pieces
}

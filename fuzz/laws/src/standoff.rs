//! The tables of a stand-off data set of any bytes.

use std::path::Component;

use copydesk_train::Standoff;

/// Two tables, the labels and behind a NUL the documents: what is read has no path that leads out of its folder, no
/// empty span and no sentence of a document that is not there.
pub fn standoff(data: &[u8]) {
    let mut tables = data.splitn(2, |&byte| byte == 0);
    let (labels, documents) = (tables.next().unwrap_or_default(), tables.next().unwrap_or_default());
    match Standoff::from_readers(labels, documents) {
        Ok(read) => {
            for place in read.documents().iter().filter_map(|document| document.place.as_ref()) {
                let inside = place.path().components().all(|part| matches!(part, Component::Normal(_)));
                assert!(inside && place.path().is_relative(), "{place:?} leads out of its folder");
            }
            for sentence in read.sentences() {
                assert!(sentence.document < read.documents().len(), "{sentence:?} has no document");
                assert!(sentence.span.as_ref().is_none_or(|span| !span.is_empty()), "{sentence:?} is empty");
            }
        }
        Err(error) => {
            let message = error.to_string();
            assert!(message.starts_with("labels:") || message.starts_with("documents:"), "{message}");
        }
    }
}

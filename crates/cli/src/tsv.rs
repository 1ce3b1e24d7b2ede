//! Tab-separated values.

use std::fmt;

use crate::special::{first_special, is};

/// A text as one field, to be shown; see [`push_field`].
pub(crate) struct TsvField<'a>(pub &'a str);

impl fmt::Display for TsvField<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut field = Vec::with_capacity(self.0.len());
        push_field(&mut field, self.0);
        f.write_str(std::str::from_utf8(&field).expect("of a text, ASCII was replaced by ASCII"))
    }
}

/// Appends a text as one field: tab, line feed, carriage return and backslash are written `\t`, `\n`, `\r` and `\\`.
pub(crate) fn push_field(out: &mut Vec<u8>, text: &str) {
    let mut rest = text.as_bytes();
    let marks = |part| is(part, b'\t') | is(part, b'\n') | is(part, b'\r') | is(part, b'\\');
    while let Some(at) = first_special(rest, marks) {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(match rest[at] {
            b'\t' => b"\\t",
            b'\n' => b"\\n",
            b'\r' => b"\\r",
            _ => b"\\\\",
        });
        rest = &rest[at + 1..];
    }
    out.extend_from_slice(rest);
}

/// The columns of probabilities in a header.
pub(crate) fn tsv_header(labels: &[String]) -> String {
    labels.iter().map(|label| format!("p_{}", TsvField(label))).collect::<Vec<_>>().join("\t")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn fields_hold_no_separators() {
        for (text, written) in [("", ""), ("a\tb\\c\r\nd", "a\\tb\\\\c\\r\\nd"), ("é\n", "é\\n")] {
            assert_eq!(TsvField(text).to_string(), written);
        }
    }

    proptest! {
        #[test]
        fn fields_are_those_of_replacing(text in "([a-z—]{0,40}[\t\n\r\\\\]?){0,5}") {
            let replaced = text.replace('\\', "\\\\").replace('\t', "\\t").replace('\n', "\\n").replace('\r', "\\r");
            prop_assert_eq!(TsvField(&text).to_string(), replaced);
        }
    }
}

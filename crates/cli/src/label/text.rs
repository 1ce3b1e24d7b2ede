//! `--format text`: a line a sentence.

use std::io::Write as _;

use copydesk_infer::UNSURE;

use super::writer::{Marked, Writer};
use crate::failure::Failure;
use crate::output::{OneLine, Output};
use crate::terminal::printable;

pub(super) struct Text {
    /// The labels as they begin a line, by class; then that of what is unsure.
    labels: Vec<String>,
    /// Whether each document is headed by its name.
    named: bool,
    begun: bool,
}

impl Text {
    pub fn new(labels: &[String], named: bool) -> Self {
        let width = labels.iter().map(|label| label.chars().count()).max().unwrap_or(0).max(UNSURE.len());
        let shown =
            labels.iter().map(String::as_str).chain([UNSURE]).map(|label| format!("{:width$}  ", printable(label)));
        Self { labels: shown.collect(), named, begun: false }
    }
}

impl Writer for Text {
    fn begin_document(&mut self, name: &str, out: &mut Output) -> Result<(), Failure> {
        let gap = if std::mem::replace(&mut self.begun, true) { "\n" } else { "" };
        if self.named { out.line(&format_args!("{gap}==> {} <==", printable(name))) } else { Ok(()) }
    }

    fn sentence(&mut self, sentence: &Marked<'_>, out: &mut Output) -> Result<(), Failure> {
        let label = &self.labels[sentence.class().unwrap_or(self.labels.len() - 1)];
        out.bytes(|buffer| {
            buffer.extend_from_slice(label.as_bytes());
            push_hundredths(buffer, sentence.prediction.confidence());
            buffer.extend_from_slice(b"  ");
            OneLine(sentence.text).push(buffer);
            buffer.push(b'\n');
        })
    }
}

/// Appends a probability with two digits behind the point.
fn push_hundredths(out: &mut Vec<u8>, probability: f64) {
    let hundredths = probability * 100.0;
    // Near the middle between two of them the product may be on the other side of it.
    if (hundredths.fract() - 0.5).abs() < 1e-9 {
        write!(out, "{probability:.2}").expect("memory can be written");
        return;
    }
    #[expect(clippy::cast_sign_loss, reason = "a probability is not negative")]
    let value = hundredths.round() as u8;
    let [ones, tens, hundreds] = [value % 10, value / 10 % 10, value / 100].map(|digit| b'0' + digit);
    out.extend([hundreds, b'.', tens, ones]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn hundredths_are_rounded_as_by_the_standard_library(
            drawn in 0.0..=1.0f64,
            halves in 0..=200_u8,
            steps in -3..=3_i64,
        ) {
            let near = f64::from_bits((f64::from(halves) / 200.0).to_bits().saturating_add_signed(steps));
            for probability in [drawn, near.min(1.0), 0.125, 0.375, 0.0, 1.0] {
                let mut out = Vec::new();
                push_hundredths(&mut out, probability);
                prop_assert_eq!(String::from_utf8(out).unwrap(), format!("{probability:.2}"));
            }
        }
    }
}

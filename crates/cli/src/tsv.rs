//! Tab-separated values.

use std::fmt;

/// A text as one field: tab, line feed, carriage return and backslash are written `\t`, `\n`, `\r` and `\\`.
pub(crate) struct TsvField<'a>(pub &'a str);

impl fmt::Display for TsvField<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        while let Some(at) = escaped(rest.as_bytes()) {
            f.write_str(&rest[..at])?;
            f.write_str(match rest.as_bytes()[at] {
                b'\t' => "\\t",
                b'\n' => "\\n",
                b'\r' => "\\r",
                _ => "\\\\",
            })?;
            rest = &rest[at + 1..];
        }
        f.write_str(rest)
    }
}

/// The first byte that is not written as it is.
fn escaped(bytes: &[u8]) -> Option<usize> {
    let count = |byte: u8| b"\t\n\r\\".iter().map(|&escaped| u8::from(byte == escaped)).sum::<u8>();
    // Blocks without one are passed over: counted without a branch, many bytes at once.
    let (blocks, _) = bytes.as_chunks::<32>();
    let passed = blocks.iter().take_while(|block| block.iter().map(|&byte| count(byte)).sum::<u8>() == 0).count();
    let from = 32 * passed;
    bytes[from..].iter().position(|&byte| count(byte) > 0).map(|at| from + at)
}

/// Numbers, a field each, written as in JSON.
pub(crate) struct TsvNumbers<'a>(pub &'a [f64]);

impl fmt::Display for TsvNumbers<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut digits = zmij::Buffer::new();
        for (index, &value) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\t")?;
            }
            f.write_str(digits.format(value))?;
        }
        Ok(())
    }
}

/// The columns of probabilities in a header.
pub(crate) fn tsv_header(labels: &[String]) -> String {
    labels.iter().map(|label| format!("p_{}", TsvField(label))).collect::<Vec<_>>().join("\t")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_hold_no_separators() {
        for (text, field) in [("", ""), ("a\tb\\c\r\nd", "a\\tb\\\\c\\r\\nd"), ("é\n", "é\\n")] {
            for before in ["", &"x".repeat(31), &"y".repeat(32), &"—".repeat(30)] {
                assert_eq!(TsvField(&format!("{before}{text}")).to_string(), format!("{before}{field}"));
            }
        }
    }

    #[test]
    fn numbers_are_those_of_json() {
        let values = [0.5, 1e-7, 1.0, 0.0, 0.1 + 0.2];
        let json = values.map(|value: f64| serde_json::to_string(&value).unwrap());
        assert_eq!(TsvNumbers(&values).to_string(), json.join("\t"));
    }
}

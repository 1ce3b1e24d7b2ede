//! How wide the first column of a table for reading is.

/// Longer texts push the rest of their row to the right. (Rust's formatting panics beyond 65,535.)
const WIDEST: usize = 80;

/// The width in characters of the widest of some texts, within reason.
pub(crate) fn widest<'a>(texts: impl IntoIterator<Item = &'a str>) -> usize {
    texts.into_iter().map(|text| text.chars().count()).max().unwrap_or(0).min(WIDEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_widest_text_decides_within_reason() {
        assert_eq!(widest(["", "né", "a"]), 2);
        assert_eq!(widest([]), 0);
        assert_eq!(widest(["x".repeat(70_000).as_str()]), 80);
    }
}

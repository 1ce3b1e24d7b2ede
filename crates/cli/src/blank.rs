//! Blank space between sentences: what of it can be seen.

/// Line breaks in a row that are kept: two empty lines. A file may have a million.
const MOST_BREAKS: usize = 3;
/// Blanks in a row that are kept.
const MOST_BLANKS: usize = 40;
const TAB: usize = 4;

/// Blank space that comes in pieces, told by its line breaks and the blanks behind the last of them. Characters that are not
/// seen do not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Blank {
    pub breaks: usize,
    pub blanks: usize,
    after_return: bool,
}

impl Blank {
    pub fn add(&mut self, blank: &str) {
        for c in blank.chars() {
            match c {
                '\n' if self.after_return => {}
                '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
                    self.breaks = (self.breaks + 1).min(MOST_BREAKS);
                    self.blanks = 0;
                }
                '\t' => self.blanks += TAB,
                c if c.is_whitespace() => self.blanks += 1,
                _ => {}
            }
            self.blanks = self.blanks.min(MOST_BLANKS);
            self.after_return = c == '\r';
        }
    }

    /// The space that was added since it was last taken.
    pub fn take(&mut self) -> Self {
        std::mem::take(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(pieces: &[&str]) -> (usize, usize) {
        let mut blank = Blank::default();
        for piece in pieces {
            blank.add(piece);
        }
        (blank.breaks, blank.blanks)
    }

    #[test]
    fn breaks_and_the_indent_behind_them_are_seen() {
        assert_eq!(seen(&["  "]), (0, 2));
        assert_eq!(seen(&[" \n\n\t "]), (2, 5));
        assert_eq!(seen(&["\r", "\n\r\n\u{feff} "]), (2, 1));
        assert_eq!(seen(&["\r\r\u{200b}"]), (2, 0));
        assert_eq!(seen(&[&"\n".repeat(99), &" ".repeat(99)]), (MOST_BREAKS, MOST_BLANKS));
    }
}

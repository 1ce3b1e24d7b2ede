//! Markers of list items: "1.", "2)", "3.)", "a.".

use super::characters::{char_at, char_before, is_blank, is_bullet, is_dash};
use super::limits::{RUN, tail};

/// The number or letter of a list item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Marker {
    style: Style,
    value: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    Number(Ending),
    Letter(Ending),
}

/// What follows the number or letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    Dot,
    Bracket,
    Both,
}

impl Marker {
    /// Reads `token` as the number or letter of an item; years and other long numbers are none.
    pub(super) fn read(token: &str, ending: Ending) -> Option<Self> {
        let bytes = token.as_bytes();
        match bytes {
            [letter] if letter.is_ascii_alphabetic() => {
                Some(Self { style: Style::Letter(ending), value: u32::from(*letter) })
            }
            [_] | [_, _] | [_, _, _] if bytes.iter().all(u8::is_ascii_digit) => {
                Some(Self { style: Style::Number(ending), value: token.parse().ok()? })
            }
            _ => None,
        }
    }

    /// Whether `self` is the item after `previous` in a list that runs on within a line. Capital letters are left out: they
    /// are initials far more often.
    pub(super) fn continues(self, previous: Option<Self>) -> bool {
        let capital = matches!(self.style, Style::Letter(_)) && self.value < u32::from(b'a');
        !capital && previous.is_some_and(|previous| previous.style == self.style && previous.value + 1 == self.value)
    }
}

/// Whether an item may begin at `start`: after white space, and not in the middle of an enumeration ("1) salt, 2) oil and
/// 3) bread").
pub(super) fn may_begin_item(text: &str, start: usize) -> bool {
    if !char_before(text, start).is_some_and(is_blank) {
        return false;
    }
    let before = tail(text, start, RUN).trim_end_matches([' ', '\t']);
    let word = before.rsplit(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or("");
    !before.ends_with([',', ';']) && word != "and" && word != "or"
}

/// Whether the line that begins at `at` begins with the marker of an item: a bullet, a dash, "1.", "(2)", "a)", "##".
pub(super) fn begins_item(text: &str, at: usize) -> bool {
    let rest = &text.as_bytes()[at..];
    let blank_at = |offset: usize| rest.get(offset).is_some_and(|byte| matches!(byte, b' ' | b'\t'));
    match rest.first() {
        Some(b'*' | b'-' | b'+') => blank_at(1),
        Some(b'#') => blank_at(rest.iter().take(6).take_while(|&&byte| byte == b'#').count()),
        Some(first) if first.is_ascii() => {
            let open = usize::from(*first == b'(');
            let digits = rest[open..].iter().take(3).take_while(|byte| byte.is_ascii_digit()).count();
            let letter = digits == 0 && rest.get(open).is_some_and(u8::is_ascii_alphabetic);
            let end = open + digits.max(usize::from(letter));
            match rest.get(end) {
                Some(b')') => end > open && blank_at(end + 1),
                // "A. Roe" is a name, "a." an item.
                Some(b'.') if open == 0 && (digits > 0 || letter && rest[0].is_ascii_lowercase()) => {
                    blank_at(end + 1) || rest.get(end + 1) == Some(&b')') && blank_at(end + 2)
                }
                _ => false,
            }
        }
        _ => char_at(text, at).is_some_and(|c| {
            // "– and so on" goes on with the sentence; only a hyphen is also typed before small letters in lists.
            is_bullet(c)
                || is_dash(c)
                    && blank_at(c.len_utf8())
                    && !char_at(text, at + c.len_utf8() + 1).is_some_and(char::is_lowercase)
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_follows_its_predecessor_in_the_same_style() {
        let two = Marker::read("2", Ending::Dot).expect("a number");
        assert!(two.continues(Marker::read("1", Ending::Dot)));
        assert!(!two.continues(Marker::read("1", Ending::Bracket)));
        assert!(!two.continues(Marker::read("3", Ending::Dot)));
        assert!(!two.continues(None));
        assert_eq!(Marker::read("2024", Ending::Dot), None);
        let b = Marker::read("B", Ending::Dot).expect("a letter");
        assert!(!b.continues(Marker::read("A", Ending::Dot)));
    }

    #[test]
    fn lines_begin_items() {
        for line in ["• one", "- one", "1. one", "12) one", "(3) one", "a. one", "1.) one", "## one", "– One"] {
            assert!(begins_item(line, 0), "{line}");
        }
        for line in ["one", "-one", "1.5 one", "2024. one", "A. Roe", "() one", "", "#one", "(one)", "– one"] {
            assert!(!begins_item(line, 0), "{line}");
        }
    }
}

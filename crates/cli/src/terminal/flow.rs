//! Running text, wrapped at words.

use std::ops::Range;

use anstyle::Style;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::printable;
use crate::blank::Blank;

/// The columns that a text takes in a terminal.
pub(crate) fn columns_of(text: &str) -> usize {
    text.width()
}

/// Lays out text in lines of so many columns. Blanks wait until a word follows them, so no line ends in one.
#[derive(Debug)]
pub(crate) struct Flow {
    columns: usize,
    /// Columns that the line under way has.
    column: usize,
    /// What stands before the next word.
    blank: Blank,
    /// The blanks before the last word in `text`, and the column behind them. What touches that word and does not fit takes it
    /// along to the next line.
    opening: Option<(Range<usize>, usize)>,
    /// The style in force.
    style: Style,
    text: String,
}

impl Flow {
    pub fn new(columns: usize) -> Self {
        Self { columns, column: 0, blank: Blank::default(), opening: None, style: Style::new(), text: String::new() }
    }

    /// What is laid out so far, and not yet taken.
    pub fn take(&mut self) -> String {
        self.opening = None;
        std::mem::take(&mut self.text)
    }

    /// Adds blank space as it stands in a text.
    pub fn blank(&mut self, blank: &str) {
        self.blank.add(blank);
    }

    /// Sees to it that what follows does not touch what went before.
    pub fn apart(&mut self) {
        if self.column > 0 && self.blank == Blank::default() {
            self.blank.add(" ");
        }
    }

    /// Adds words in a style. Blank space between them, line breaks included, becomes one blank.
    pub fn words(&mut self, text: &str, style: Style) {
        let text = text.trim();
        let shown = text.split(is_breaking_space).filter(|word| !word.is_empty());
        for (number, word) in shown.enumerate() {
            if number > 0 {
                self.blank.add(" ");
            }
            let word = printable(word);
            for (number, piece) in pieces(&word).enumerate() {
                if number > 0 {
                    self.opening = None;
                }
                self.place(piece.width());
                self.set_style(style);
                self.push(piece);
            }
        }
        self.set_style(Style::new());
    }

    /// Ends the line under way, if there is one; blank space that waits for a word is dropped.
    pub fn end_line(&mut self) {
        if self.column > 0 {
            self.break_line();
        }
        self.blank.take();
    }

    /// Goes to where a piece of so many columns begins.
    fn place(&mut self, columns: usize) {
        let Blank { breaks, blanks, .. } = self.blank.take();
        if self.column > 0 {
            if breaks == 0 && self.column + blanks + columns <= self.columns {
                let start = self.text.len();
                self.push_blanks(blanks);
                if blanks > 0 {
                    self.opening = Some((start..self.text.len(), self.column));
                }
                return;
            }
            if breaks == 0
                && blanks == 0
                && let Some((range, column)) = self.opening.take()
            {
                self.text.replace_range(range, "\n");
                self.column -= column;
                return self.place(columns);
            }
            (0..breaks.max(1)).for_each(|_| self.break_line());
            if breaks == 0 {
                return;
            }
        }
        // An indent as in the text, but not the whole line.
        self.push_blanks(blanks.min(self.columns / 4));
    }

    fn push(&mut self, piece: &str) {
        let mut joined = false;
        for c in piece.chars() {
            let columns = c.width().unwrap_or(0);
            // A piece longer than a line is cut, but not inside of what is seen as one character.
            if columns > 0 && !joined && self.column > 0 && self.column + columns > self.columns {
                self.break_line();
            }
            joined = c == '\u{200d}';
            self.text.push(c);
            self.column += columns;
        }
    }

    fn push_blanks(&mut self, blanks: usize) {
        self.text.extend(std::iter::repeat_n(' ', blanks));
        self.column += blanks;
    }

    /// Pagers begin each line without a style, so the one in force is set anew.
    fn break_line(&mut self) {
        let style = self.style;
        self.set_style(Style::new());
        self.text.push('\n');
        self.column = 0;
        self.opening = None;
        self.set_style(style);
    }

    fn set_style(&mut self, style: Style) {
        if self.style != style {
            if !self.style.is_plain() {
                self.text += &self.style.render_reset().to_string();
            }
            self.text += &style.render().to_string();
            self.style = style;
        }
    }
}

/// Space at which a line may be broken.
fn is_breaking_space(c: char) -> bool {
    c.is_whitespace() && !matches!(c, '\u{a0}' | '\u{2007}' | '\u{202f}')
}

/// A word in the pieces between which a line may be broken: Chinese and Japanese are written without blanks, and their
/// characters are wide. Marks stay with what they follow.
fn pieces(word: &str) -> impl Iterator<Item = &str> {
    let mut rest = word;
    std::iter::from_fn(move || {
        let mut wide = rest.chars().next()?.width() == Some(2);
        let cut = rest.char_indices().skip(1).find(|&(_, c)| {
            let before = std::mem::replace(&mut wide, c.width() == Some(2));
            (before || wide) && c.is_alphanumeric()
        });
        let (piece, behind) = rest.split_at(cut.map_or(rest.len(), |(at, _)| at));
        rest = behind;
        Some(piece)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use anstyle::AnsiColor;
    use proptest::prelude::*;

    fn laid_out(columns: usize, text: &str) -> String {
        let mut flow = Flow::new(columns);
        flow.words(text, Style::new());
        flow.take()
    }

    #[test]
    fn lines_break_at_words() {
        assert_eq!(laid_out(10, "It rained all\nday  long, they say."), "It rained\nall day\nlong, they\nsay.");
        assert_eq!(laid_out(10, "a\u{a0}b\u{a0}c\u{a0}d\u{a0}e f"), "a\u{a0}b\u{a0}c\u{a0}d\u{a0}e\nf");
        assert_eq!(laid_out(10, "an incomprehensible word"), "an\nincomprehe\nnsible\nword");
    }

    #[test]
    fn wide_characters_take_two_columns() {
        assert_eq!(laid_out(10, "今日は雨です。明日は雪です。"), "今日は雨で\nす。明日は\n雪です。");
        assert_eq!(laid_out(10, "soup 🍲🍲🍲🍲"), "soup\n🍲🍲🍲🍲");
        let family = "👩\u{200d}👩\u{200d}👧";
        assert!(laid_out(10, &family.repeat(9)).split('\n').all(|line| line.starts_with('👩') && line.ends_with('👧')));
        assert_eq!(laid_out(10, &"e\u{301}".repeat(11)), format!("{}\ne\u{301}", "e\u{301}".repeat(10)));
    }

    #[test]
    fn blank_space_stays_where_lines_are_broken_by_hand() {
        let mut flow = Flow::new(20);
        for (blank, word) in
            [("\n\n", "Rain"), ("  ", "and"), (" \r\n\r\n  ", "snow"), ("", "."), (&"\n".repeat(99), "Fog")]
        {
            flow.blank(blank);
            flow.words(word, Style::new());
        }
        flow.blank("\n \n");
        flow.end_line();
        assert_eq!(flow.take(), "Rain  and\n\n  snow.\n\n\nFog\n");
    }

    #[test]
    fn what_touches_a_word_goes_to_the_next_line_with_it() {
        let mut flow = Flow::new(12);
        for (word, style) in [("all the ", Style::new()), ("rain", Style::new().bold()), (",", Style::new())] {
            flow.words(word, style);
            flow.blank(&word[word.trim_end().len()..]);
        }
        assert_eq!(flow.take(), "all the\n\u{1b}[1mrain\u{1b}[0m,");
        flow.words("incomprehensible!", Style::new());
        assert_eq!(flow.take(), "\nincomprehens\nible!");
    }

    #[test]
    fn each_line_has_its_style() {
        let red = AnsiColor::Red.on_default();
        let mut flow = Flow::new(10);
        flow.words("Rain", Style::new());
        flow.blank(" ");
        flow.words("and more rain", red);
        flow.words(".", Style::new());
        assert_eq!(flow.take(), "Rain \u{1b}[31mand\u{1b}[0m\n\u{1b}[31mmore rain\u{1b}[0m.");
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_no_line_is_too_long(text in "([a-z.]{1,14}|[雨雪。]{1,9}| |\n|🍲){0,40}", columns in 10..40usize) {
            let shown = laid_out(columns, &text);
            let without_space = |text: &str| text.split_whitespace().collect::<String>();
            prop_assert_eq!(without_space(&shown), without_space(&text));
            for line in shown.lines() {
                prop_assert!(columns_of(line) <= columns && line == line.trim_end() && !line.is_empty(), "{:?}", shown);
            }
        }
    }
}

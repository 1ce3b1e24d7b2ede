//! What a terminal can show: colours if they are wanted, so many columns, and no control characters.

mod flow;

use std::borrow::Cow;
use std::io;

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use clap::{Args as ClapArgs, ValueEnum};
use terminal_size::{Width, terminal_size_of};

use crate::palette::COLOURS;
pub(crate) use flow::{Flow, columns_of};

/// Columns where neither the terminal nor `COLUMNS` tells.
const USUAL_COLUMNS: usize = 80;
/// Longer lines are hard to read.
const MOST_COLUMNS: usize = 100;
const FEWEST_COLUMNS: usize = 10;

/// The terminal's own colours, so that they suit its background. Their order is that of `--c0` and so on in style sheets.
const ANSI: [AnsiColor; COLOURS] =
    [AnsiColor::Red, AnsiColor::Magenta, AnsiColor::Cyan, AnsiColor::Yellow, AnsiColor::BrightBlue, AnsiColor::Green];

#[derive(Debug, ClapArgs)]
pub(crate) struct ColorArgs {
    /// Whether to use colours and bold type; `auto` does in a terminal, and heeds `NO_COLOR`, `CLICOLOR_FORCE` and
    /// `TERM=dumb`
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = Color::Auto)]
    color: Color,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Color {
    Auto,
    Always,
    Never,
}

/// How to show things on standard output.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terminal {
    pub columns: usize,
    coloured: bool,
}

impl Terminal {
    pub fn new(args: &ColorArgs) -> Self {
        let coloured = match args.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => AutoStream::choice(&io::stdout()) != ColorChoice::Never,
        };
        let said =
            std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()).filter(|&columns| columns > 0);
        let found = || terminal_size_of(io::stdout()).map(|(Width(columns), _)| usize::from(columns));
        let columns = said.or_else(found).unwrap_or(USUAL_COLUMNS);
        Self { columns: columns.clamp(FEWEST_COLUMNS, MOST_COLUMNS), coloured }
    }

    /// Whether colours and bold type are used.
    pub fn coloured(self) -> bool {
        self.coloured
    }

    /// A style if there are any.
    pub fn style(self, style: Style) -> Style {
        if self.coloured { style } else { Style::new() }
    }

    /// The style of a colour of the palette; without one, of what is unsure.
    pub fn colour(self, colour: Option<usize>) -> Style {
        self.style(colour.map_or_else(|| Style::new().italic(), |colour| ANSI[colour].on_default()))
    }
}

/// A text without anything that a terminal would obey: control characters become their pictures (`␛`), and marks that turn
/// the direction of what follows `�`.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    if text.contains(obeyed) { text.chars().map(picture).collect::<String>().into() } else { text.into() }
}

/// As [`printable`], with line breaks kept.
pub(crate) fn printable_lines(text: &str) -> String {
    text.split('\n').map(printable).collect::<Vec<_>>().join("\n")
}

fn obeyed(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn picture(c: char) -> char {
    match c {
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).expect("the block has a picture of each"),
        '\u{7f}' => '␡',
        c if obeyed(c) => char::REPLACEMENT_CHARACTER,
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn control_characters_become_pictures() {
        assert_eq!(printable("a\u{1b}[31m\u{9b}2J\u{7f}\u{202e}b"), "a␛[31m�2J␡�b");
        assert_eq!(printable_lines("a\u{1b}[31m\n\r\nb\n"), "a␛[31m\n␍\nb\n");
        assert!(matches!(printable("naïve 🍲"), Cow::Borrowed("naïve 🍲")));
    }

    proptest! {
        #[test]
        fn no_text_commands_the_terminal(text in any::<String>()) {
            let shown = printable(&text);
            prop_assert!(!shown.contains(char::is_control));
            prop_assert_eq!(shown.chars().count(), text.chars().count());
        }
    }
}

//! Whether a full stop, exclamation mark, question mark or ellipsis ends the sentence.

use super::abbreviations::{
    Abbreviation, abbreviation, also_word, follows_time, is_exclamatory_name, is_speech_verb, is_starter, leads_to_time,
};
use super::characters::{
    char_at, char_before, is_blank, is_closing_bracket, is_emoji, is_heart, is_line_break, is_mood_emoji, is_stop,
    is_wide_stop,
};
use super::context::{After, Before, First, Gap, word_at};
use super::limits::{RUN, tail};
use super::lists::{Ending, Marker};
use super::{Cut, Sentences, emoji_end};

/// A run of stops with the closing marks after and between them.
#[derive(Debug, Clone, Copy, Default)]
struct Run {
    end: usize,
    stops: usize,
    dots: usize,
    /// Blanks between dots.
    blanks: usize,
    /// Characters "…".
    leaders: usize,
    /// Stops of scripts without spaces.
    wide: usize,
    /// Holds a closing quotation mark.
    quote: bool,
    /// Holds a closing bracket.
    bracket: bool,
}

impl Run {
    fn is_ellipsis(&self) -> bool {
        self.leaders > 0 || self.dots >= 3
    }

    fn exclaims(&self) -> bool {
        self.stops > self.dots
    }
}

impl Sentences<'_> {
    /// Decides about the stop at `at` and moves past it and the marks that go with it.
    pub(super) fn stop(&mut self, at: usize) -> Option<Cut> {
        let text = self.text;
        let bytes = text.as_bytes();
        if bytes[at] == b'.' && bytes.get(at + 1).is_some_and(|next| next.is_ascii_lowercase() || next.is_ascii_digit())
        {
            // "2.5", "example.org", "p.m.": by far the most common case that needs no look around.
            self.state.position = at + 1;
            return None;
        }
        let run = self.read_run(at);
        self.state.position = run.end;
        let after = After::read(text, run.end);
        if after.gap == Gap::Paragraph || run.end == text.len() {
            return Some(Cut::soft(run.end));
        }
        if run.wide > 0 {
            // 「…。」と: the sentence that quotes goes on.
            return (after.gap > Gap::None || !run.quote).then(|| Cut::soft(run.end));
        }
        // "[...]", "(!)", and an ellipsis before the first word.
        if run.bracket && matches!(char_before(text, at), Some('[' | '('))
            || at <= self.state.content && run.is_ellipsis()
        {
            return None;
        }
        // "It went on. . . . Then it stopped.": the full stop, then the mark of what is left out before the next sentence.
        if bytes[at] == b'.'
            && run.blanks > 0
            && run.dots == 4
            && after.first == First::Upper
            && !char_before(text, at).is_none_or(is_blank)
        {
            return Some(Cut::soft(at + 1));
        }
        let before = Before::read(text, at);
        if let Some(ending) = item_ending(&text[at..run.end])
            && after.gap > Gap::None
            && let Some(marker) = Marker::read(before.token, ending)
        {
            if before.start == self.state.content {
                return self.item(marker, before.start, after.first);
            }
            if let Some(cut) = self.item(marker, before.start, after.first) {
                return Some(cut);
            }
        }
        let ends = if after.gap == Gap::None {
            glued(text, &run, &before, &after)
        } else {
            self.ends(at, &run, &before, &after)
        };
        ends.then(|| Cut::soft(run.end))
    }

    fn read_run(&mut self, at: usize) -> Run {
        let text = self.text;
        let mut run = Run { end: at, ..Run::default() };
        while run.end < at + RUN
            && let Some(c) = char_at(text, run.end)
        {
            if is_stop(c) || is_wide_stop(c) {
                run.stops += 1;
                run.dots += usize::from(c == '.');
                run.leaders += usize::from(c == '…');
                run.wide += usize::from(is_wide_stop(c));
                run.end += c.len_utf8();
                if c == '.' {
                    let blank = spaced_dot(text, run.end);
                    run.blanks += usize::from(blank > 0);
                    run.end += blank;
                }
                continue;
            }
            if is_closing_bracket(c) {
                run.bracket = true;
            } else if self.state.quotes.closes_after_stop(text, run.end, c) {
                self.state.quotes.mark(text, run.end, c);
                run.quote = true;
            } else if c == '[' {
                let note = footnote(&text.as_bytes()[run.end..]);
                if note == 0 {
                    break;
                }
                run.end += note;
                continue;
            } else {
                break;
            }
            run.end += c.len_utf8();
        }
        // A closing mark set off by a space, as tokenised text has it.
        if self.state.quotes.double_open()
            && text[run.end..].starts_with(" \"")
            && char_at(text, run.end + 2).is_none_or(is_blank)
        {
            self.state.quotes.mark(text, run.end + 1, '"');
            run.quote = true;
            run.end += 2;
        }
        run.end = after_furniture(text, run.end);
        run
    }

    /// Whether the run ends the sentence, given that white space follows.
    fn ends(&self, at: usize, run: &Run, before: &Before<'_>, after: &After<'_>) -> bool {
        let lower = after.first == First::Lower;
        if after.first == First::Other || lower && (run.quote || run.bracket) {
            return false;
        }
        if run.exclaims() && run.leaders == 0 {
            return self.exclamation_ends(run, before, after);
        }
        if run.is_ellipsis() {
            return match after.first {
                First::Upper => run.dots > 3 || !after.is_pronoun(self.text),
                First::Digit => run.dots > 3,
                First::Lower => false,
                _ => true,
            };
        }
        if run.dots > 1 || before.token.is_empty() {
            return !lower;
        }
        if let Some(letter) = before.letter() {
            return self.letter_ends(letter, run, before, after);
        }
        if before.is_dotted() {
            return self.dotted_ends(at, run, before.token, after);
        }
        let Some(kind) = abbreviation(before.token) else {
            return true;
        };
        if after.first != First::Digit && also_word(before.token) {
            return true;
        }
        // "VA. Find": what is printed in capitals is an abbreviation of another kind, unless all of the text is.
        if after.first == First::Upper && is_capitals(before.token) && !is_capitals(after.word) {
            return true;
        }
        match kind {
            Abbreviation::Never => false,
            Abbreviation::Perhaps => after.first == First::Upper && (run.quote || after.is_starter(self.text)),
            Abbreviation::Number => {
                let numbered = is_roman(after.word) && !after.is_pronoun(self.text);
                !lower && !numbered && after.first != First::Digit
            }
            Abbreviation::Before => !lower,
        }
    }

    fn exclamation_ends(&self, run: &Run, before: &Before<'_>, after: &After<'_>) -> bool {
        if is_exclamatory_name(before.token) && run.stops == 1 && !run.quote && !after.is_starter(self.text) {
            return false;
        }
        match after.first {
            First::Lower => !matches!(after.word, "and" | "or" | "but" | "nor") && !is_speech_verb(after.word),
            First::Upper => !(run.quote && !after.opened && self.is_attribution(after)),
            _ => true,
        }
    }

    /// Whether a name and a verb of speech follow: `"Is it over?" Mayor Roe asked.`
    fn is_attribution(&self, after: &After<'_>) -> bool {
        if is_starter(after.word) {
            return false;
        }
        let mut at = after.at;
        // A title, three names and the verb.
        for _ in 0..5 {
            let word = word_at(self.text, at);
            if is_speech_verb(word) {
                return at > after.at;
            }
            if !word.starts_with(|c: char| c.is_ascii_uppercase()) {
                return false;
            }
            at += word.len();
            at += usize::from(self.text[at..].starts_with('.'));
            if !self.text[at..].starts_with(' ') {
                return false;
            }
            at += 1;
        }
        false
    }

    /// After a single letter: an initial, the pronoun, or a letter that names something ("vitamin C").
    fn letter_ends(&self, letter: char, run: &Run, before: &Before<'_>, after: &After<'_>) -> bool {
        // "Roe v. The City"
        if after.first != First::Upper || letter == 'v' {
            return false;
        }
        if letter == 'I' {
            let blank = tail(self.text, before.start, RUN);
            let gap = blank.len() - blank.trim_end_matches(' ').len();
            let word = Before::read(self.text, before.start - gap);
            if word.token.starts_with(char::is_lowercase) {
                return true;
            }
        }
        run.quote || after.is_starter(self.text)
    }

    /// After letters with dots between them: "U.S.", "p.m.", "e.g.".
    fn dotted_ends(&self, at: usize, run: &Run, token: &str, after: &After<'_>) -> bool {
        let is = |name: &str| token.eq_ignore_ascii_case(name);
        if after.first != First::Upper || is("e.g") || is("i.e") || is("p.s") {
            return false;
        }
        if is("a.m") || is("p.m") {
            let aside = after.opened && char_before(self.text, after.at) == Some('(');
            let leads = leads_to_time(word_at(self.text, self.state.content)) && at - self.state.content < 30;
            return !aside && !leads && !follows_time(after.word);
        }
        run.quote || after.is_starter(self.text)
    }
}

/// Whether the run ends a sentence although no white space follows ("it was over.Then she left").
fn glued(text: &str, run: &Run, before: &Before<'_>, after: &After<'_>) -> bool {
    if after.first != First::Upper || !is_plain_word(text, after) {
        return false;
    }
    let token = before.token;
    if token.is_empty() || token.contains('.') || matches!(before.prior, Some('@' | '/' | '\\' | '_' | '=' | '#')) {
        return false;
    }
    if token.chars().all(char::is_lowercase) && token.len() > 1 {
        const SUFFIXES: &[&str] = &["com", "edu", "gov", "html", "io", "js", "net", "org", "pdf", "py", "txt"];
        let suffix = run.stops == 1 && SUFFIXES.iter().any(|suffix| after.word.eq_ignore_ascii_case(suffix));
        return !suffix && abbreviation(token).is_none();
    }
    // A token with a capital may be half of a name ("Node.Js", "Roe.Jane@"), so the next word has to tell.
    let stands_alone = run.exclaims() || run.is_ellipsis() || run.quote || run.bracket;
    stands_alone || is_starter(after.word) && before.letter().is_none()
}

/// Whether the word after a stop is one capital and small letters and ends as words of prose do.
fn is_plain_word(text: &str, after: &After<'_>) -> bool {
    let mut letters = after.word.bytes();
    let capital = letters.next().is_some_and(|byte| byte.is_ascii_uppercase());
    let rest = letters.len();
    if !capital || !letters.all(|byte| byte.is_ascii_lowercase()) {
        return false;
    }
    let mut next = text[after.at + after.word.len()..].chars();
    match next.next() {
        None => rest > 0,
        Some('.') => rest > 0 && next.next().is_none_or(is_blank),
        Some('\'' | '’') => true,
        Some(c) => (rest > 0 || after.word == "I" || after.word == "A") && (is_blank(c) || ",;:!?”\"".contains(c)),
    }
}

/// How the marker of a list item ends, if the run is nothing else.
fn item_ending(run: &str) -> Option<Ending> {
    match run {
        "." => Some(Ending::Dot),
        ".)" => Some(Ending::Both),
        _ => None,
    }
}

/// Bytes of the blank at `at` when it stands between two dots of a spaced ellipsis (". . ."), else 0.
fn spaced_dot(text: &str, at: usize) -> usize {
    let rest = &text[at..];
    for blank in [" ", "\u{A0}"] {
        if let Some(dot) = rest.strip_prefix(blank)
            && let Some(tail) = dot.strip_prefix('.')
            && !tail.starts_with(|c: char| c == '.' || c.is_alphanumeric())
        {
            return blank.len();
        }
    }
    0
}

/// Length of a footnote mark such as "[12]" at the start of `bytes`, else 0.
fn footnote(bytes: &[u8]) -> usize {
    let digits = bytes[1..].iter().take(4).take_while(|byte| byte.is_ascii_digit()).count();
    if digits > 0 && bytes.get(digits + 1) == Some(&b']') { digits + 2 } else { 0 }
}

/// Whether `word` is two capital letters or more.
fn is_capitals(word: &str) -> bool {
    word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// The end of an emoticon or of emoji that stand after a stop at `end`, at most a space away; else `end`.
///
/// An emoji after a space goes with the sentence before it if it shows a mood or ends the line; other signs lead the next.
fn after_furniture(text: &str, end: usize) -> usize {
    const EMOTICONS: &[&str] = &[":)", ":-)", ";)", ";-)", ":(", ":-(", ":D", ":P", ":')", "<3"];
    let at = end + usize::from(text[end..].starts_with(' '));
    let stop = match char_at(text, at) {
        Some(c) if is_emoji(c) => {
            let stop = emoji_end(text, at);
            let trails = at == end || is_mood_emoji(c) || is_heart(c) || char_at(text, stop).is_none_or(is_line_break);
            if trails { stop } else { at }
        }
        Some(':' | ';' | '<') => EMOTICONS
            .iter()
            .find(|emoticon| text[at..].starts_with(**emoticon))
            .map_or(at, |emoticon| at + emoticon.len()),
        _ => at,
    };
    if stop > at && char_at(text, stop).is_none_or(is_blank) { stop } else { end }
}

/// A number in capital Roman digits.
fn is_roman(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| matches!(byte, b'I' | b'V' | b'X' | b'L' | b'C'))
}

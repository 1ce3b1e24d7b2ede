//! Making characters alike: case, compatibility forms, punctuation, accents, digits.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::spec::NormalizeSpec;

/// Appends the normal form of a token to `out`. The form never holds white space or control characters, whatever
/// the token holds, so that n-grams can be joined by spaces.
pub(crate) fn push_normalized(token: &str, spec: &NormalizeSpec, out: &mut String) {
    let start = out.len();
    if token.is_ascii() {
        out.push_str(token);
        if spec.lowercase {
            out[start..].make_ascii_lowercase();
        }
    } else {
        push_unicode(token, spec, out);
    }
    if spec.fold_digits && out[start..].contains(char::is_numeric) {
        let folded: String = out[start..].chars().map(|c| if c.is_numeric() { '0' } else { c }).collect();
        out.replace_range(start.., &folded);
    }
}

fn push_unicode(token: &str, spec: &NormalizeSpec, out: &mut String) {
    let visible =
        token.chars().filter(|&c| !is_hidden(c)).map(|c| if spec.punctuation { plain_punctuation(c) } else { c });
    match (spec.compatibility, spec.strip_accents) {
        (true, true) => push_cased(visible.nfkd().filter(|&c| !is_combining_mark(c)), spec, out),
        (true, false) => push_cased(visible.nfkc(), spec, out),
        (false, true) => push_cased(visible.nfd().filter(|&c| !is_combining_mark(c)), spec, out),
        (false, false) => push_cased(visible, spec, out),
    }
}

fn push_cased(chars: impl Iterator<Item = char>, spec: &NormalizeSpec, out: &mut String) {
    // NFKC turns a spacing accent into a space and a combining mark: the space must not reach an n-gram.
    let kept = chars.filter(|c| !c.is_whitespace() && !c.is_control());
    if spec.lowercase {
        out.extend(kept.flat_map(char::to_lowercase));
    } else {
        out.extend(kept);
    }
}

/// Characters that show nothing: writers of mass mail put them inside words to get past filters, and web pages are
/// full of them. They neither end a word nor enter a token.
pub(crate) fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{ad}' // soft hyphen
        | '\u{34f}' // combining grapheme joiner
        | '\u{61c}' // Arabic letter mark
        | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' // Hangul fillers
        | '\u{180b}'..='\u{180f}' // Mongolian selectors
        | '\u{200b}'..='\u{200f}' // zero-width space, joiners, direction marks
        | '\u{202a}'..='\u{202e}' // direction embeddings
        | '\u{2060}'..='\u{206f}' // word joiner, invisible operators
        | '\u{2800}' // blank Braille pattern
        | '\u{fe00}'..='\u{fe0f}' // variation selectors
        | '\u{feff}' // byte order mark
        | '\u{e0000}'..='\u{e0fff}' // tags, more variation selectors
    )
}

/// The plain character for a typographic one. Runs (`--`, `…`) are the tokeniser's to fold.
pub(crate) fn plain_punctuation(c: char) -> char {
    match c {
        '‘' | '’' | '‚' | '‛' | '′' | '´' | '＇' => '\'',
        '“' | '”' | '„' | '‟' | '″' | '«' | '»' | '＂' => '"',
        '‐' | '‑' | '−' => '-',
        '–' | '―' => '—',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normal(token: &str, spec: &NormalizeSpec) -> String {
        let mut out = String::from("kept ");
        push_normalized(token, spec, &mut out);
        out.strip_prefix("kept ").unwrap().to_owned()
    }

    #[test]
    fn compatibility_forms_become_plain() {
        let spec = NormalizeSpec::default();
        assert_eq!(normal("𝗗𝗼𝗻𝗮𝘁𝗲", &spec), "donate");
        assert_eq!(normal("ＦＵＬＬ", &spec), "full");
        assert_eq!(normal("ﬁnal", &spec), "final");
        assert_eq!(normal("do\u{200b}na\u{ad}te", &spec), "donate");
        assert_eq!(normal("Don’t", &spec), "don't");
        assert_eq!(normal("CAFE\u{301}", &spec), "café");
        assert_eq!(normal("´", &spec), "'");
        assert_eq!(normal("¨", &spec), "\u{308}");
    }

    #[test]
    fn each_step_can_be_left_out() {
        let off = NormalizeSpec {
            lowercase: false,
            compatibility: false,
            punctuation: false,
            strip_accents: false,
            fold_digits: false,
        };
        assert_eq!(normal("Don’t", &off), "Don’t");
        assert_eq!(normal("ＦＵＬＬ", &off), "ＦＵＬＬ");
        let strip = NormalizeSpec { strip_accents: true, ..off.clone() };
        assert_eq!(normal("Café", &strip), "Cafe");
        let digits = NormalizeSpec { fold_digits: true, ..off };
        assert_eq!(normal("1,907th", &digits), "0,000th");
    }

    #[test]
    fn plain_text_is_only_lowered() {
        assert_eq!(normal("U.S.", &NormalizeSpec::default()), "u.s.");
    }
}

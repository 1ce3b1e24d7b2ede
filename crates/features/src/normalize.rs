//! Making characters alike: case, compatibility forms, punctuation, accents, digits.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::spec::NormalizeSpec;

/// Appends the normal form of a token to `out`. The form never holds white space or control characters, whatever
/// the token holds, so that n-grams can be joined by spaces.
pub(crate) fn push_normalized(token: &str, spec: &NormalizeSpec, out: &mut String) {
    let start = out.len();
    let lowercase = spec.lowercase && !(spec.acronyms && is_acronym(token));
    if token.is_ascii() {
        out.push_str(token);
        if lowercase {
            out[start..].make_ascii_lowercase();
        }
    } else {
        push_unicode(token, spec, lowercase, out);
    }
    if spec.fold_digits && out[start..].contains(char::is_numeric) {
        let folded: String = out[start..].chars().map(|c| if c.is_numeric() { '0' } else { c }).collect();
        out.replace_range(start.., &folded);
    }
}

fn push_unicode(token: &str, spec: &NormalizeSpec, lowercase: bool, out: &mut String) {
    let visible =
        token.chars().filter(|&c| !is_hidden(c)).map(|c| if spec.punctuation { plain_punctuation(c) } else { c });
    match (spec.compatibility, spec.strip_accents) {
        (true, true) => push_cased(visible.nfkd().filter(|&c| !is_combining_mark(c)), lowercase, out),
        (true, false) => push_cased(visible.nfkc(), lowercase, out),
        (false, true) => push_cased(visible.nfd().filter(|&c| !is_combining_mark(c)), lowercase, out),
        (false, false) => push_cased(visible, lowercase, out),
    }
}

fn push_cased(chars: impl Iterator<Item = char>, lowercase: bool, out: &mut String) {
    // NFKC turns a spacing accent into a space and a combining mark: the space must not reach an n-gram.
    let kept = chars.filter(|c| !c.is_whitespace() && !c.is_control());
    if lowercase {
        out.extend(kept.flat_map(char::to_lowercase));
    } else {
        out.extend(kept);
    }
}

/// Whether a word is two or three capitals: longer ones are as often shouted as spelt.
pub(crate) fn is_acronym(token: &str) -> bool {
    let mut capitals = 0;
    token.chars().all(|c| {
        capitals += 1;
        c.is_uppercase() && capitals <= 3
    }) && capitals >= 2
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
            acronyms: false,
        };
        assert_eq!(normal("Don’t", &off), "Don’t");
        assert_eq!(normal("ＦＵＬＬ", &off), "ＦＵＬＬ");
        let strip = NormalizeSpec { strip_accents: true, ..off.clone() };
        assert_eq!(normal("Café", &strip), "Cafe");
        let digits = NormalizeSpec { fold_digits: true, ..off };
        assert_eq!(normal("1,907th", &digits), "0,000th");
    }

    #[test]
    fn acronyms_keep_their_case_where_asked() {
        let spec = NormalizeSpec { acronyms: true, ..NormalizeSpec::default() };
        let cases =
            [("US", "US"), ("NHS", "NHS"), ("𝗨𝗦", "US"), ("ÉU", "ÉU"), ("I", "i"), ("NATO", "nato"), ("Us", "us")];
        for (token, expected) in cases {
            assert_eq!(normal(token, &spec), expected);
            assert_eq!(normal(token, &NormalizeSpec::default()), expected.to_lowercase());
        }
    }

    #[test]
    fn plain_text_is_only_lowered() {
        assert_eq!(normal("U.S.", &NormalizeSpec::default()), "u.s.");
    }
}

//! Tokens: words, numbers, punctuation and emoji, normalised and hashed.

use std::ops::Range;

use crate::hash::hash_bytes;
use crate::normalize::push_normalized;
use crate::scan::scan;
use crate::spec::{CheckedSpec, FeatureSpec};

/// Stands before the first token in n-grams that include the start of the text.
pub const TEXT_START: char = '\u{2}';
/// Stands after the last token in n-grams that include the end of the text.
pub const TEXT_END: char = '\u{3}';

/// A token's normal form is cut to so many bytes (at a character boundary). No word is longer; a blob of data may be.
pub const MAX_TOKEN_BYTES: usize = 256;

/// Calls `sink` with the normal form of each token of `text` and the token's byte range in it.
///
/// ```
/// use copydesk_features::{FeatureSpec, for_each_token};
///
/// let spec = FeatureSpec::default().check().unwrap();
/// let mut tokens = Vec::new();
/// for_each_token("Don’t wait: give $5!", &spec, |token, _| tokens.push(token.to_owned()));
/// assert_eq!(tokens, ["don't", "wait", ":", "give", "$", "5", "!"]);
/// ```
pub fn for_each_token(text: &str, spec: &CheckedSpec, mut sink: impl FnMut(&str, Range<usize>)) {
    let mut normal = String::new();
    scan(text, &spec.get().tokens, |raw, range, is_word| {
        normal.clear();
        push_token(raw, is_word, spec.get(), &mut normal);
        if !normal.is_empty() {
            sink(&normal, range);
        }
    });
}

/// The tokens of one text in a buffer that is used again for the next.
///
/// The text is laid out as `␣␂␣token␣token␣␃␣`, so that every word n-gram, with or without the boundaries, and
/// every character n-gram padded with a space is a slice of it.
#[derive(Debug, Clone, Default)]
pub(crate) struct TokenBuffer {
    text: String,
    tokens: Vec<Token>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Token {
    pub start: usize,
    pub end: usize,
    pub hash: u64,
}

impl TokenBuffer {
    /// Replaces the content by the tokens of `text`.
    pub fn fill(&mut self, text: &str, spec: &FeatureSpec) {
        self.begin();
        scan(text, &spec.tokens, |raw, _, is_word| {
            let start = self.text.len();
            push_token(raw, is_word, spec, &mut self.text);
            self.close_token(start);
        });
        self.finish();
    }

    /// Empties the buffer and writes the boundary before the first token.
    pub fn begin(&mut self) {
        self.text.clear();
        self.tokens.clear();
        self.text.push(' ');
        self.push(TEXT_START.encode_utf8(&mut [0; 4]));
    }

    /// Whether nothing stands behind the first boundary yet.
    pub fn is_fresh(&self) -> bool {
        self.tokens.len() == 1
    }

    /// Adds a token in its normal form.
    pub fn push(&mut self, token: &str) {
        let start = self.text.len();
        self.text.push_str(token);
        self.close_token(start);
    }

    /// Writes the boundary after the last token.
    pub fn finish(&mut self) {
        self.push(TEXT_END.encode_utf8(&mut [0; 4]));
    }

    fn close_token(&mut self, start: usize) {
        let end = self.text.len();
        if end > start {
            let hash = hash_bytes(&self.text.as_bytes()[start..end]);
            self.tokens.push(Token { start, end, hash });
            self.text.push(' ');
        }
    }

    /// The tokens with the two boundaries around them.
    pub fn with_boundaries(&self) -> &[Token] {
        &self.tokens
    }

    /// The tokens alone.
    pub fn words(&self) -> &[Token] {
        &self.tokens[1..self.tokens.len() - 1]
    }

    /// A slice of the layout: the end and start of the tokens say where n-grams begin and end.
    pub fn slice(&self, range: Range<usize>) -> &str {
        &self.text[range]
    }
}

/// Appends the normal form of a raw token; nothing if it is to be dropped.
pub(crate) fn push_token(raw: &str, is_word: bool, spec: &FeatureSpec, out: &mut String) {
    let start = out.len();
    push_normalized(raw, &spec.normalize, out);
    if out.len() - start > MAX_TOKEN_BYTES {
        out.truncate(out.floor_char_boundary(start + MAX_TOKEN_BYTES));
    }
    if is_word {
        if spec.tokens.min_chars > 1 && out[start..].chars().count() < spec.tokens.min_chars {
            out.truncate(start);
        }
    } else if spec.normalize.punctuation && matches!(&out[start..], "--" | "---") {
        out.replace_range(start.., "—");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::{TokenRule, TokenSpec};
    use proptest::prelude::*;

    fn tokens_with(text: &str, tokens: TokenSpec) -> Vec<String> {
        let spec = FeatureSpec { tokens, ..FeatureSpec::default() }.check().unwrap();
        let mut out = Vec::new();
        for_each_token(text, &spec, |token, _| out.push(token.to_owned()));
        out
    }

    fn tokens(text: &str) -> Vec<String> {
        tokens_with(text, TokenSpec::default())
    }

    #[test]
    fn words_keep_inner_apostrophes_hyphens_and_number_separators() {
        let words = TokenSpec { rule: TokenRule::Words, ..TokenSpec::default() };
        assert_eq!(
            tokens_with("She didn’t file the tax-deductible $1,000.50 at 10:30 - 'no'.", words),
            [
                "she",
                "didn't",
                "file",
                "the",
                "tax-deductible",
                "$",
                "1,000.50",
                "at",
                "10:30",
                "-",
                "'",
                "no",
                "'",
                "."
            ]
        );
    }

    #[test]
    fn initialisms_are_one_token_and_sentences_are_not() {
        assert_eq!(tokens("the U.S. at 5 p.m. today"), ["the", "u.s", ".", "at", "5", "p.m", ".", "today"]);
        assert_eq!(tokens("It ended.Then rain"), ["it", "ended", ".", "then", "rain"]);
    }

    #[test]
    fn runs_of_marks_are_one_token() {
        assert_eq!(tokens("NOW!!!!! … -- ?!"), ["now", "!!!", "...", "—", "?", "!"]);
        assert_eq!(tokens("🔥🔥 ❤️"), ["🔥🔥", "❤"]);
    }

    #[test]
    fn hidden_fillers_neither_split_words_nor_make_tokens() {
        assert_eq!(tokens("do\u{200b}nate \u{200b}\u{feff} now\u{200d}"), ["donate", "now"]);
        assert!(tokens("\u{200b} \n\t\0").is_empty());
    }

    #[test]
    fn the_other_rules_split_as_they_say() {
        let parts = TokenSpec { rule: TokenRule::Parts, ..TokenSpec::default() };
        assert_eq!(
            tokens_with("It’s tax-deductible, 2‑1 at 1,000.50", parts),
            ["it's", "tax", "-", "deductible", ",", "2", "-", "1", "at", "1,000.50"]
        );
        let alphanumeric = TokenSpec { rule: TokenRule::Alphanumeric, marks: false, min_chars: 2 };
        assert_eq!(
            tokens_with("It's a tax_deductible, no-fuss gift: 5", alphanumeric),
            ["it", "tax_deductible", "no", "fuss", "gift"]
        );
        let whitespace = TokenSpec { rule: TokenRule::Whitespace, marks: true, min_chars: 1 };
        assert_eq!(tokens_with(" It's\u{2003}here,  now! ", whitespace), ["it's", "here,", "now!"]);
    }

    #[test]
    fn ranges_point_into_the_source() {
        let text = "Naïve “reforms” cost £1.5m…";
        let spec = FeatureSpec::default().check().unwrap();
        let mut found = Vec::new();
        for_each_token(text, &spec, |_, range| found.push(&text[range]));
        assert_eq!(found, ["Naïve", "“", "reforms", "”", "cost", "£", "1.5m", "…"]);
    }

    #[test]
    fn a_giant_word_is_cut() {
        let word = "é".repeat(100_000);
        let found = tokens(&word);
        assert_eq!(found.len(), 1);
        assert!(found[0].len() <= MAX_TOKEN_BYTES && found[0].starts_with("éé"));
    }

    proptest! {
        #[test]
        fn any_text_gives_clean_tokens_in_order(text in any::<String>(), rule in 0..4usize, marks: bool) {
            let rule = [TokenRule::Words, TokenRule::Parts, TokenRule::Alphanumeric, TokenRule::Whitespace][rule];
            let tokens = TokenSpec { rule, marks, min_chars: 1 };
            let spec = FeatureSpec { tokens, ..FeatureSpec::default() }.check().unwrap();
            let mut last = 0;
            for_each_token(&text, &spec, |token, range| {
                assert!(range.start >= last && range.end > range.start && text.get(range.clone()).is_some());
                last = range.end;
                assert!(!token.is_empty() && token.len() <= MAX_TOKEN_BYTES);
                assert!(!token.contains(|c: char| c.is_whitespace() || c.is_control()));
            });
        }

        #[test]
        fn the_buffer_holds_the_same_tokens(text in "[a-zA-Z0-9'’ .,!\\-“é\u{200b}]{0,60}") {
            let spec = FeatureSpec::default().check().unwrap();
            let mut one_by_one = Vec::new();
            for_each_token(&text, &spec, |token, _| one_by_one.push(token.to_owned()));
            let mut buffer = TokenBuffer::default();
            buffer.fill("what was there before", spec.get());
            buffer.fill(&text, spec.get());
            let buffered: Vec<_> =
                buffer.words().iter().map(|t| buffer.slice(t.start..t.end).to_owned()).collect();
            prop_assert_eq!(buffered, one_by_one);
        }
    }
}

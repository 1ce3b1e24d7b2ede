//! The text of an HTML page.

use std::ops::Range;

use html5gum::{DefaultEmitter, StartTag, Token, Tokenizer};

use super::elements::{begins_line, is_block, is_dropped, is_void};
use super::source_map::{Builder, Gap};

/// The longest name of a character reference has 31 letters.
const LONGEST_REFERENCE: usize = 32;

/// An element whose content is not read, and how many of its name are open.
struct Skipped {
    name: Vec<u8>,
    open: usize,
}

/// Adds the text in a stretch of the source.
///
/// Tags are taken as they come and no tree is built: nothing can nest too deep.
pub(super) fn read(source: &str, range: Range<usize>, builder: &mut Builder<'_>) {
    let part = &source[range.clone()];
    let mut emitter = DefaultEmitter::<usize>::new_with_span();
    emitter.naively_switch_states(true);
    let mut page = Page { skipped: None, preformatted: 0 };
    for token in Tokenizer::new_with_emitter(part, emitter) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => page.start(&tag, builder),
            Token::EndTag(tag) => page.end(&tag.name, builder),
            Token::String(text) if page.skipped.is_none() => {
                let place = (range.start + text.span.start)..(range.start + text.span.end).min(range.end);
                add_text(source, place, page.preformatted > 0, builder);
            }
            _ => {}
        }
    }
    builder.separate(Gap::Paragraph);
}

/// What is known of the elements that are open.
struct Page {
    skipped: Option<Skipped>,
    preformatted: usize,
}

impl Page {
    fn start(&mut self, tag: &StartTag<usize>, builder: &mut Builder<'_>) {
        let name = tag.name.as_slice();
        if let Some(skipped) = &mut self.skipped {
            if skipped.name != b"p" || !is_block(name) {
                skipped.open += usize::from(skipped.name == name && !tag.self_closing);
                return;
            }
            // A paragraph ends where another block begins.
            self.skipped = None;
        }
        self.separate(name, builder);
        let in_code = name == b"code" && self.preformatted > 0;
        if (is_dropped(name) || is_hidden(tag) || in_code) && !is_void(name) {
            if !(tag.self_closing && matches!(name, b"svg" | b"math")) {
                self.skipped = Some(Skipped { name: name.to_vec(), open: 1 });
            }
        } else if name == b"pre" {
            self.preformatted += 1;
        }
    }

    fn end(&mut self, name: &[u8], builder: &mut Builder<'_>) {
        if let Some(skipped) = &mut self.skipped {
            if skipped.name == name {
                skipped.open -= 1;
            }
            if skipped.open == 0 {
                self.skipped = None;
            }
        } else if name == b"pre" {
            self.preformatted = self.preformatted.saturating_sub(1);
        }
        self.separate(name, builder);
    }

    fn separate(&self, name: &[u8], builder: &mut Builder<'_>) {
        if self.skipped.is_some() {
        } else if is_block(name) {
            builder.separate(Gap::Paragraph);
        } else if begins_line(name) {
            builder.separate(Gap::Line);
        }
    }
}

/// Whether an element is there and not to be seen.
fn is_hidden(tag: &StartTag<usize>) -> bool {
    let value = |name: &str| tag.attributes.get(name.as_bytes()).map(|value| value.to_ascii_lowercase());
    let style: Vec<u8> =
        value("style").unwrap_or_default().into_iter().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let has = |rule: &str| style.windows(rule.len()).any(|part| part == rule.as_bytes());
    value("hidden").is_some()
        || value("aria-hidden").is_some_and(|value| value == b"true")
        || has("display:none")
        || has("visibility:hidden")
}

/// Adds a text between tags, its character references decoded.
fn add_text(source: &str, place: Range<usize>, lines: bool, builder: &mut Builder<'_>) {
    let mut at = place.start;
    while let Some(found) = source[at..place.end].find('&') {
        let start = at + found;
        builder.verbatim(at..start, lines);
        let name = source.as_bytes()[start + 1..place.end]
            .iter()
            .take(LONGEST_REFERENCE)
            .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'#')
            .count();
        let end = start + 1 + name;
        let end = if source.as_bytes()[..place.end].get(end) == Some(&b';') { end + 1 } else { end };
        let reference = &source[start..end];
        let decoded = decoded(reference);
        if decoded == reference {
            builder.verbatim(start..end, lines);
        } else {
            builder.replaced(&decoded, start..end);
        }
        at = end;
    }
    builder.verbatim(at..place.end, lines);
}

/// A character reference as the character that it stands for, or as it is if it is none.
fn decoded(reference: &str) -> String {
    let mut text = Vec::new();
    for token in Tokenizer::new(reference) {
        let Ok(token) = token;
        if let Token::String(part) = token {
            text.extend_from_slice(&part);
        }
    }
    String::from_utf8(text).unwrap_or_else(|_| reference.to_owned())
}

//! The text of a Markdown page.

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::html;
use super::source_map::{Builder, Gap};

/// Adds the text of a page that begins at a place in the source. Code blocks, pictures, footnote marks and front matter are left out.
pub(super) fn read(source: &str, start: usize, builder: &mut Builder<'_>) {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS
        | Options::ENABLE_PLUSES_DELIMITED_METADATA_BLOCKS;
    // How many elements that are left out are open, one within the other.
    let mut left_out = 0_usize;
    for (event, range) in Parser::new_ext(&source[start..], options).into_offset_iter() {
        let range = start + range.start..start + range.end;
        match event {
            Event::Start(tag) => {
                if is_left_out(&tag) {
                    if left_out == 0 && matches!(tag, Tag::HtmlBlock) {
                        html::read(source, range, builder);
                    }
                    left_out += 1;
                } else {
                    builder.separate(gap(tag.to_end()));
                }
            }
            Event::End(end) => {
                if matches!(end, TagEnd::CodeBlock | TagEnd::Image | TagEnd::HtmlBlock | TagEnd::MetadataBlock(_)) {
                    left_out -= 1;
                }
                builder.separate(gap(end));
            }
            Event::Text(text) | Event::Code(text) if left_out == 0 => add(source, &text, range, builder),
            Event::SoftBreak => builder.separate(Gap::Blank),
            Event::HardBreak => builder.separate(Gap::Line),
            Event::InlineHtml(tag) if is_line_break(&tag) => builder.separate(Gap::Line),
            Event::Rule => builder.separate(Gap::Paragraph),
            _ => {}
        }
    }
}

fn is_left_out(tag: &Tag<'_>) -> bool {
    matches!(tag, Tag::CodeBlock(_) | Tag::Image { .. } | Tag::HtmlBlock | Tag::MetadataBlock(_))
}

fn gap(element: TagEnd) -> Gap {
    match element {
        TagEnd::Emphasis
        | TagEnd::Strong
        | TagEnd::Strikethrough
        | TagEnd::Superscript
        | TagEnd::Subscript
        | TagEnd::Link
        | TagEnd::Image => Gap::None,
        TagEnd::TableCell => Gap::Line,
        _ => Gap::Paragraph,
    }
}

fn is_line_break(tag: &str) -> bool {
    tag.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("<br"))
}

/// Adds what stands somewhere in a stretch of the source, perhaps in other words: `&rsquo;` is a ’ there.
fn add(source: &str, text: &str, range: Range<usize>, builder: &mut Builder<'_>) {
    match source[range.clone()].find(text) {
        Some(at) => builder.verbatim(range.start + at..range.start + at + text.len(), false),
        None => builder.replaced(text, range),
    }
}

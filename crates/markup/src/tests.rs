use copydesk_features::QuotePolicy;
use proptest::prelude::*;

use super::*;

const HTML: &str = "<!DOCTYPE html>\n<html lang=en><head><title>The vote | Paper</title>\n<style>p { color: red }</style></head>\n\
<body><nav><a href=\"/\">Home</a></nav>\n<article><h1>Council opens the caf&eacute;</h1>\n\
<p>The council voted <b>7&nbsp;to&nbsp;2</b> on&#32;Monday.\n  It was a <em>dis</em>grace &mdash; &quot;really&quot;, she said.</p>\n\
<p hidden>Not to be seen.<div>Seen &amp; read.</div><!-- no <b>comment</b> -->\n<ul><li>One item<li>Another<br>line</ul>\n\
<pre><code>let x = 1;</code></pre><script>if (a < b) { document.write(\"<p>no</p>\") }</script>\n\
<p style=\"display: none\">Hidden, too.</p><p>Give <a href=\"https://example.org/give\">today</a>!</p></article></body></html>\n";

const MARKDOWN: &str = "---\ntitle: The vote\n---\n# Council opens the café\n\nThe council voted **7 to 2** on\nMonday. It was a *dis*grace &mdash; \
\"really\", she said.\n\n> Seen \\& read.[^1]\n\n- One item\n- Another  \n  line\n\n```rust\nlet x = 1;\n```\n\n![A picture](p.png)\n\n\
<div hidden>Not to be seen.</div>\n<p>Some <b>HTML</b>, too.</p>\n\nGive [today](https://example.org/give) with `code`!\n\n[^1]: A note.\n";

#[test]
fn html_reads_as_a_reader_sees_it() {
    let article = Article::from_html(HTML);
    assert_eq!(
        article.text(),
        "Council opens the café\n\nThe council voted 7\u{a0}to\u{a0}2 on Monday. It was a disgrace — \"really\", she \
         said.\n\nSeen & read.\n\nOne item\n\nAnother\nline\n\nGive today!"
    );
}

#[test]
fn markdown_reads_as_a_reader_sees_it() {
    let article = Article::from_markdown(MARKDOWN);
    assert_eq!(
        article.text(),
        "Council opens the café\n\nThe council voted 7 to 2 on Monday. It was a disgrace — \"really\", she said.\n\n\
         Seen & read.\n\nOne item\n\nAnother\nline\n\nSome HTML, too.\n\nGive today with code!\n\nA note."
    );
}

#[test]
fn sentences_have_their_places_in_the_source() {
    let article = Article::from_html(HTML);
    let sentences: Vec<Sentence> = copydesk_features::sentences(article.text(), QuotePolicy::Split).collect();
    let in_source = |at: usize| {
        let place = article.in_source(&sentences[at]);
        assert_eq!(HTML[..place.bytes.start].chars().count(), place.chars.start);
        assert_eq!(HTML[..place.bytes.end].chars().count(), place.chars.end);
        &HTML[place.bytes]
    };
    assert_eq!(in_source(0), "Council opens the caf&eacute;");
    assert_eq!(in_source(1), "The council voted <b>7&nbsp;to&nbsp;2</b> on&#32;Monday.");
    assert_eq!(in_source(2), "It was a <em>dis</em>grace &mdash; &quot;really&quot;, she said.");
    let last = in_source(sentences.len() - 1);
    assert_eq!(last, "Give <a href=\"https://example.org/give\">today</a>!");
}

#[test]
fn plain_text_is_left_alone() {
    let text = "A &amp; <b>\n\n# B  c";
    let article = Article::from_text(text.to_owned());
    assert_eq!(article.text(), text);
    let sentence = Sentence { bytes: 2..5, chars: 2..5, quoted: true };
    assert_eq!(article.in_source(&sentence), sentence);
}

#[test]
fn odd_markup_loses_no_text() {
    for (html, text) in [
        ("a &amp b &nosuch; c & d &#x41;&#0; &notit;", "a & b &nosuch; c & d A\u{fffd} ¬it;"),
        ("1 < 2 <3 <", "1 < 2 <3 <"),
        ("<p>a<p>b<div>c", "a\n\nb\n\nc"),
        ("<pre>one\ntwo\n\nthree</pre>four", "one\ntwo\n\nthree\n\nfour"),
        ("a<br/>b<wbr>c<img alt=x>d", "a\nbcd"),
        ("<nav>x<nav>y</nav>z</nav>a", "a"),
        ("<svg/>a<svg><text>b</text></svg>c", "ac"),
        ("a\r\n\r\nb<td>c<td>d", "a b\nc\nd"),
        ("\u{feff}<p>ä</p>", "ä"),
        ("<p>unclosed <b title=\"x", "unclosed"),
        ("", ""),
    ] {
        assert_eq!(Article::from_html(html).text(), text, "{html}");
    }
}

#[test]
fn a_byte_order_mark_is_no_part_of_a_page() {
    let source = "\u{feff}---\ntitle: x\n---\n# The *vote*\n";
    let article = Article::from_markdown(source);
    assert_eq!(article.text(), "The vote");
    let place = article.in_source(&Sentence { bytes: 0..8, chars: 0..8, quoted: false });
    assert_eq!(&source[place.bytes], "The *vote");
}

#[test]
fn deep_nesting_does_no_harm() {
    let html = "<div><b>".repeat(100_000) + "deep";
    assert_eq!(Article::from_html(&html).text(), "deep");
    for open in ["> ", "- ", "[", "*a_", "<b>", "a`", "![", "\\", "&amp;"] {
        let markdown = open.repeat(3_000) + "deep";
        assert!(Article::from_markdown(&markdown).text().ends_with("deep"), "{open}");
    }
}

/// Scraps of markup in any order.
fn any_markup() -> impl Strategy<Value = String> {
    let scraps = prop_oneof![
        "[a-z ]{0,8}",
        any::<String>(),
        prop::sample::select(vec![
            "<p>",
            "</p>",
            "<b",
            ">",
            "<br>",
            "<div hidden>",
            "</div>",
            "<!--",
            "-->",
            "<script>",
            "</script>",
            "&amp;",
            "&",
            ";",
            "&eacute;",
            "<pre>",
            "</pre>",
            "\r\n",
            "\n\n",
            "# ",
            "> ",
            "- ",
            "1. ",
            "*",
            "**",
            "_",
            "`",
            "```\n",
            "[a](b)",
            "[^1]",
            "![",
            "](",
            "|",
            "\n|-|-|\n",
            "\\",
            "---\n",
            "    ",
            "é",
            "“",
            "<td>",
            "<title>",
            "<svg/>",
            "\0",
            "<![CDATA[",
            "]]>",
            "<style>",
            "~~",
            "<nav>",
            "\u{feff}",
        ])
        .prop_map(String::from),
    ];
    prop::collection::vec(scraps, 0..30).prop_map(|scraps| scraps.concat())
}

proptest! {
    #[test]
    fn every_character_stands_where_the_map_says(source in any_markup(), html in any::<bool>()) {
        let article = if html { Article::from_html(&source) } else { Article::from_markdown(&source) };
        let map = article.map.as_ref().unwrap();
        let mut last = 0;
        for (at, character) in article.text().char_indices() {
            let (start, end) = (map.start(at), map.end(at + character.len_utf8()));
            // Never backwards; blanks and breaks may stand for nothing.
            prop_assert!(start >= last && end <= source.len());
            prop_assert!(source.is_char_boundary(start) && source.is_char_boundary(end));
            last = start;
            if character.is_ascii_alphabetic() && start < end {
                let there = &source[start..end];
                let mut character_utf8 = [0; 4];
                prop_assert!(there == character.encode_utf8(&mut character_utf8) || there.starts_with(['&', '\0', '`']), "{there:?} {character}");
            }
            prop_assert_eq!(map.chars_before(start), source[..start].chars().count());
        }
        for sentence in copydesk_features::sentences(article.text(), QuotePolicy::Split) {
            let place = article.in_source(&sentence);
            prop_assert!(place.bytes.start < place.bytes.end && place.chars.start < place.chars.end);
        }
    }
}

//! What the elements of HTML do to the text around them.

/// Their content is no text of the page.
const DROPPED: [&[u8]; 20] = [
    b"audio",
    b"button",
    b"canvas",
    b"datalist",
    b"iframe",
    b"map",
    b"math",
    b"nav",
    b"noembed",
    b"noframes",
    b"noscript",
    b"object",
    b"script",
    b"select",
    b"style",
    b"svg",
    b"template",
    b"textarea",
    b"title",
    b"video",
];

/// They stand apart from what is before and behind them.
const BLOCKS: [&[u8]; 45] = [
    b"address",
    b"article",
    b"aside",
    b"blockquote",
    b"body",
    b"caption",
    b"center",
    b"dd",
    b"details",
    b"dialog",
    b"dir",
    b"div",
    b"dl",
    b"dt",
    b"fieldset",
    b"figcaption",
    b"figure",
    b"footer",
    b"form",
    b"h1",
    b"h2",
    b"h3",
    b"h4",
    b"h5",
    b"h6",
    b"header",
    b"hgroup",
    b"hr",
    b"html",
    b"legend",
    b"li",
    b"main",
    b"menu",
    b"ol",
    b"p",
    b"pre",
    b"search",
    b"section",
    b"summary",
    b"table",
    b"tbody",
    b"tfoot",
    b"thead",
    b"ul",
    b"xmp",
];

/// They begin a line.
const LINES: [&[u8]; 4] = [b"br", b"td", b"th", b"tr"];

/// They have no content and no end.
const VOID: [&[u8]; 13] =
    [b"area", b"base", b"br", b"col", b"embed", b"hr", b"img", b"input", b"link", b"meta", b"source", b"track", b"wbr"];

pub(super) fn is_dropped(name: &[u8]) -> bool {
    DROPPED.contains(&name)
}

pub(super) fn is_block(name: &[u8]) -> bool {
    BLOCKS.contains(&name)
}

pub(super) fn begins_line(name: &[u8]) -> bool {
    LINES.contains(&name)
}

pub(super) fn is_void(name: &[u8]) -> bool {
    VOID.contains(&name)
}

//! What stands around the documents: the head with legend and filter, the shares, how to read the page.

use copydesk_infer::UNSURE;

use crate::html::escape;
use crate::label::shares::{Shares, percent};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// Nothing is fetched, whatever a text says.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'";

/// The class of sentences of a label.
pub fn label_class(class: Option<usize>) -> String {
    class.map_or_else(|| UNSURE.to_owned(), |class| format!("l{class}"))
}

/// The class of a colour of the palette.
pub fn colour_class(colour: Option<usize>) -> String {
    colour.map_or_else(|| "none".to_owned(), |colour| format!("c{colour}"))
}

/// The page up to the first document.
pub fn head(labels: &[String], colours: &[usize], with_reasons: bool) -> String {
    let classes: Vec<Option<usize>> = (0..labels.len()).map(Some).chain([None]).collect();
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>copydesk</title>\n\
         <style>\n{STYLE}"
    );
    for &class in &classes {
        page += &filter_style(&label_class(class));
    }
    page += &format!(
        "</style>\n<script>\n{SCRIPT}</script>\n</head>\n<body>\n<a class=\"skip\" href=\"#text\">Skip to the text</a>\n\
         <h1>copydesk</h1>\n<span id=\"filter\">Marked labels</span>\n"
    );
    for &class in &classes {
        let colour = colour_class(class.map(|class| colours[class]));
        let label = class.map_or(UNSURE, |class| &labels[class]);
        let key = format!("<span class=\"key {colour}\">{}</span>", escape(label));
        page += &checkbox(&format!("show-{}", label_class(class)), &key, true);
    }
    page += &checkbox("hide", "hide the rest", false);
    page += &how_to_read(with_reasons);
    page += "<main id=\"text\" tabindex=\"-1\">\n";
    page
}

/// The boxes are siblings of the text, so that a style sheet can filter by them, and quickly.
fn checkbox(id: &str, label: &str, checked: bool) -> String {
    let checked = if checked { " checked" } else { "" };
    format!(
        "<input type=\"checkbox\" id=\"{id}\" aria-describedby=\"filter\"{checked}>\
         <label for=\"{id}\">{label}</label>\n"
    )
}

/// What happens to a label's sentences when it is not chosen.
fn filter_style(class: &str) -> String {
    let off = format!("#show-{class}:not(:checked) ~");
    format!(
        "{off} main mark.{class} {{ color: var(--faint); border-color: transparent; background: none; }}\n\
         {off} main mark.{class} small {{ display: none; }}\n\
         {off} #hide:checked ~ main mark.{class} {{ display: none; }}\n"
    )
}

fn how_to_read(with_reasons: bool) -> String {
    let mut text = "<details>\n<summary>How to read this</summary>\n\
         <p>Behind each sentence stand its label and how probable the label is. The line below it is thick from 0.9 on, \
         thinner from 0.6 on, and thinnest below."
        .to_owned();
    if with_reasons {
        text += " Point at a sentence, tap it or go to it with the Tab key to see what decided; Escape closes that again.</p>\n\
             <p>The figures are exact: what base, words and neighbours add is the logarithm of the label’s \
             probability over the geometric mean of the probabilities of all labels. Words that speak for the label are \
             filled, words that speak against it have a dotted box. A word’s figure is its part of all n-grams that it is in, in this \
             sentence alone. What the sentences around it change, and its place in the document, is one figure, \
             <i>neighbours</i>: which of their words did it is not told.";
    }
    text + "</p>\n</details>\n"
}

/// The page from the last document on: the share of each label as a bar and as a table.
pub fn foot(shares: &Shares, colours: &[usize]) -> String {
    let (sentences, characters) = shares.total();
    let colour_of = |class: Option<usize>| colour_class(class.map(|class| colours[class]));
    let mut bar = String::new();
    let mut rows = String::new();
    for entry in shares.entries() {
        let (label, colour) = (escape(&entry.label), colour_of(entry.class));
        let share = percent(entry.characters, characters);
        if entry.characters > 0 {
            bar += &format!("<span class=\"{colour}\" style=\"flex-grow:{share:.2}\"></span>");
        }
        rows += &format!(
            "<tr><th scope=\"row\"><span class=\"key {colour}\">{label}</span></th><td>{}</td><td>{:.1} %</td>\
             <td>{}</td><td>{share:.1} %</td></tr>\n",
            entry.sentences,
            percent(entry.sentences, sentences),
            entry.characters,
        );
    }
    format!(
        "</main>\n<section aria-labelledby=\"shares\">\n<h2 id=\"shares\">Shares</h2>\n\
         <div class=\"bar\" aria-hidden=\"true\">{bar}</div>\n<table>\n\
         <thead><tr><th scope=\"col\">Label</th><th scope=\"col\" colspan=\"2\">Sentences</th>\
         <th scope=\"col\" colspan=\"2\">Characters</th></tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n</section>\n\
         </body>\n</html>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_cannot_break_out_of_the_page() {
        let page = head(&["</style><script>".into()], &[0], true);
        assert!(page.contains(">&lt;/style&gt;&lt;script&gt;</span>"));
        assert_eq!(page.matches("<script").count(), 1);
    }
}

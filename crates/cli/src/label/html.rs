//! A self-contained page of labelled documents.

use super::{Document, Rule};
use crate::html::escape;
use crate::output::UNSURE;

/// What closes the page.
pub(super) const END: &str = "</main>\n</body>\n</html>\n";

const STYLE: &str = include_str!("page.css");

/// Number of colours in the style sheet; models with more labels use them again.
const COLOURS: usize = 6;

/// The head of the page with its legend.
pub(super) fn begin(labels: &[String]) -> String {
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>copydesk</title>\n\
         <style>\n{STYLE}</style>\n</head>\n<body>\n<header>\n<h1>copydesk</h1>\n<ul class=\"legend\">\n"
    );
    for (class, label) in labels.iter().enumerate() {
        page += &format!("<li><span class=\"{}\">{}</span></li>\n", colour(class), escape(label));
    }
    page += &format!("<li><span class=\"unsure\">{UNSURE}</span></li>\n</ul>\n</header>\n<main>\n");
    page
}

/// One document: its text as it stands, with each sentence marked.
pub(super) fn document(document: &Document<'_>, rule: Rule) -> String {
    let mut page = format!("<article>\n<h2>{}</h2>\n<p class=\"text\">", escape(&document.file));
    let mut last = 0;
    for sentence in &document.sentences {
        let range = sentence.span.bytes.clone();
        page.push_str(&escape(&document.text[last..range.start]));
        last = range.end;
        let prediction = &sentence.prediction;
        let (class, label) = match rule.label(prediction) {
            Some(label) => (colour(prediction.class()), label),
            None => ("unsure".into(), UNSURE),
        };
        let chances: Vec<String> = prediction
            .labels()
            .iter()
            .zip(prediction.probabilities())
            .map(|(label, p)| format!("{} {:.0} %", escape(label), p * 100.0))
            .collect();
        page += &format!(
            "<mark class=\"{class}\" title=\"{}: {}\">{}<sub>{}</sub></mark>",
            escape(label),
            chances.join(", "),
            escape(&document.text[range]),
            escape(label)
        );
    }
    page.push_str(&escape(&document.text[last..]));
    page.push_str("</p>\n</article>\n");
    page
}

fn colour(class: usize) -> String {
    format!("c{}", class % COLOURS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_break_out_of_the_page() {
        assert!(begin(&["<script>".into()]).contains("&lt;script&gt;"));
    }
}

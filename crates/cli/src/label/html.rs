//! `--format html`: a self-contained page of labelled documents.

use super::writer::{Marked, Writer};
use crate::failure::Failure;
use crate::html::escape;
use crate::output::{Output, UNSURE};

const STYLE: &str = include_str!("page.css");

/// Number of colours in the style sheet; models with more labels use them again.
const COLOURS: usize = 6;

pub(super) struct Html {
    labels: Vec<String>,
    begun: bool,
}

impl Html {
    pub fn new(labels: &[String]) -> Self {
        Self { labels: labels.to_vec(), begun: false }
    }

    /// The head of the page with its legend.
    fn head(&self) -> String {
        let mut page = format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>copydesk</title>\n\
             <style>\n{STYLE}</style>\n</head>\n<body>\n<header>\n<h1>copydesk</h1>\n<ul class=\"legend\">\n"
        );
        for (class, label) in self.labels.iter().enumerate() {
            page += &format!("<li><span class=\"{}\">{}</span></li>\n", colour(class), escape(label));
        }
        page += &format!("<li><span class=\"unsure\">{UNSURE}</span></li>\n</ul>\n</header>\n<main>\n");
        page
    }
}

impl Writer for Html {
    fn begin_document(&mut self, name: &str, out: &mut Output) -> Result<(), Failure> {
        if !std::mem::replace(&mut self.begun, true) {
            out.text(&self.head())?;
        }
        out.text(&format!("<article>\n<h2>{}</h2>\n<p class=\"text\">", escape(name)))
    }

    fn gap(&mut self, blank: &str, out: &mut Output) -> Result<(), Failure> {
        out.text(&escape(blank))
    }

    fn sentence(&mut self, sentence: &Marked<'_>, out: &mut Output) -> Result<(), Failure> {
        let prediction = sentence.prediction;
        let label = escape(sentence.label());
        let chances: Vec<String> = prediction
            .labels()
            .iter()
            .zip(prediction.probabilities())
            .map(|(label, p)| format!("{} {:.0} %", escape(label), p * 100.0))
            .collect();
        out.text(&format!(
            "<mark class=\"{}\" title=\"{label}: {}\">{}<sub>{label}</sub></mark>",
            sentence.class().map_or_else(|| "unsure".into(), colour),
            chances.join(", "),
            escape(sentence.text),
        ))
    }

    fn end_document(&mut self, out: &mut Output) -> Result<(), Failure> {
        out.text("</p>\n</article>\n")
    }

    fn finish(&mut self, out: &mut Output) -> Result<(), Failure> {
        if self.begun { out.text("</main>\n</body>\n</html>\n") } else { Ok(()) }
    }
}

fn colour(class: usize) -> String {
    format!("c{}", class % COLOURS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_break_out_of_the_page() {
        assert!(Html::new(&["<script>".into()]).head().contains("&lt;script&gt;"));
    }
}

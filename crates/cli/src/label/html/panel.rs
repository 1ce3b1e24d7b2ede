//! The reasons of one sentence: its words highlighted, and a panel that lists them.

use copydesk_infer::Reasons;

use crate::decisive::{Decisive, Weight, Word};
use crate::html::escape;
use crate::label::writer::Marked;

/// The sentence with the words that its panel names marked.
pub fn highlighted(text: &str, reasons: &Reasons) -> String {
    let decisive = Decisive::new(text, reasons);
    let mut html = String::with_capacity(2 * text.len());
    let mut end = 0;
    for (bytes, weight) in decisive.places(reasons) {
        html += &escape(&text[end..bytes.start]);
        end = bytes.end;
        let class = match weight {
            Weight::MuchFor => "f2",
            Weight::For => "f1",
            Weight::Against => "a",
        };
        html += &format!("<b class=\"{class}\">{}</b>", escape(&text[bytes]));
    }
    html + &escape(&text[end..])
}

/// What the panel of a sentence says.
pub fn panel(sentence: &Marked<'_>, reasons: Option<&Reasons>) -> String {
    let prediction = sentence.prediction;
    let mut chances: Vec<(&String, f64)> =
        prediction.labels().iter().zip(prediction.probabilities().iter().copied()).collect();
    chances.sort_by(|a, b| b.1.total_cmp(&a.1));
    let chances: Vec<String> =
        chances.iter().map(|(label, p)| format!("{} {:.1}\u{a0}%", escape(label), p * 100.0)).collect();
    let mut html = format!("<span>{}</span>", chances.join(", "));
    let Some(reasons) = reasons else { return html };
    let label = escape(prediction.label());
    let decisive = Decisive::new(sentence.text, reasons);
    let list = |words: &[Word<'_>]| {
        let words: Vec<String> =
            words.iter().map(|word| format!("<q>{}</q>\u{a0}{}", escape(word.text), signed(word.adds))).collect();
        words.join(", ")
    };
    if !decisive.for_it.is_empty() {
        html += &format!("<span><i>for {label}:</i> {}</span>", list(&decisive.for_it));
    }
    if !decisive.against.is_empty() {
        html += &format!("<span><i>against:</i> {}</span>", list(&decisive.against));
    }
    let mut rest =
        format!("<i>other words</i>\u{a0}{}, <i>base</i>\u{a0}{}", signed(decisive.others), signed(reasons.base));
    if let Some(neighbours) = reasons.neighbours {
        rest += &format!(", <i>neighbours</i>\u{a0}{}", signed(neighbours));
    }
    html + &format!("<span>{rest}</span>")
}

/// A figure with its sign, a true minus; no sign where it is rounded to nothing.
fn signed(value: f64) -> String {
    let figure = format!("{:.2}", value.abs());
    if figure == "0.00" { figure } else { format!("{}{figure}", if value < 0.0 { "−" } else { "+" }) }
}

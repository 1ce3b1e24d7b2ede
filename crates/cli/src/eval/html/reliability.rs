//! Reliability diagrams, each above the histogram of its probabilities.

use copydesk_train::{Reliability, ReliabilityBin};

use super::optional;
use super::plot::{Axis, MOST_PANELS, WIDTH, figure, line, point, shares, text};
use super::table::{Column, table};
use crate::html::escape;

/// Where the diagram ends and its histogram begins and ends.
const DIAGRAM: f64 = 216.0;
const HISTOGRAM: (f64, f64) = (266.0, 318.0);
/// Bins of fewer examples are drawn hollow and no line goes to them: chance alone moves them far.
const FEW: u64 = 10;

/// The diagram of the answers, those of the labels, and a table of all bins.
pub(super) fn section(reliability: &Reliability) -> String {
    let mut html = "<div class=\"plots\">\n".to_owned();
    html += &plot("reliability", "All answers", "of the answers that are right", &reliability.answers);
    for (at, class) in reliability.classes.iter().enumerate().take(MOST_PANELS) {
        let share = format!("of the examples that are {}", class.label);
        html += &plot(&format!("reliability{at}"), &class.label, &share, &class.bins);
    }
    html += "</div>\n";
    let columns = ["of", "probability", "examples", "mean probability", "share"];
    let [of, numbers @ ..] = columns;
    let columns: Vec<Column> = std::iter::once(Column::text(of)).chain(numbers.map(Column::number)).collect();
    let mut rows = rows_of("answers", &reliability.answers);
    for class in &reliability.classes {
        rows.extend(rows_of(&class.label, &class.bins));
    }
    html + &table("The bins", &columns, &rows)
}

fn rows_of(of: &str, bins: &[ReliabilityBin]) -> Vec<Vec<String>> {
    let filled = bins.iter().filter(|bin| bin.examples > 0);
    let row = |bin: &ReliabilityBin| {
        vec![
            escape(of),
            format!("{:.3} – {:.3}", bin.low, bin.high),
            bin.examples.to_string(),
            optional(bin.mean_probability),
            optional(bin.share),
        ]
    };
    filled.map(row).collect()
}

fn plot(id: &str, caption: &str, share_of: &str, bins: &[ReliabilityBin]) -> String {
    let x = Axis { low: 0.0, high: 1.0, from: 34.0, to: WIDTH - 10.0 };
    let y = Axis { low: 0.0, high: 1.0, from: DIAGRAM, to: 24.0 };
    let mut body = shares(x, y, "probability", &format!("share {share_of}"));
    body += &line("reference", (x.at(0.0), y.at(0.0)), (x.at(1.0), y.at(1.0)));
    let mut dots = String::new();
    let mut description = String::new();
    // The dot before, if it is of the bin before and of enough examples for a line to start from it.
    let mut before = None;
    for bin in bins {
        let (Some(mean), Some(share)) = (bin.mean_probability, bin.share) else {
            before = None;
            continue;
        };
        let place = (x.at(mean), y.at(share));
        let says = format!("{} examples at {mean:.3}: {share:.3}", bin.examples);
        let few = bin.examples < FEW;
        body += &line("gap", place, (place.0, y.at(mean)));
        if let (Some(before), false) = (before, few) {
            body += &line("join", before, place);
        }
        dots += &point(if few { "dot hollow" } else { "dot" }, place, &says);
        description += &format!("{says}. ");
        before = (!few).then_some(place);
    }
    body += &dots;
    body += &histogram(x, bins);
    let description = format!("Mean probability and share {share_of}, by bin. {description}");
    figure(id, caption, &description, HISTOGRAM.1 + 6.0, &body)
}

fn histogram(x: Axis, bins: &[ReliabilityBin]) -> String {
    let most = bins.iter().map(|bin| bin.examples).max().unwrap_or(0).max(1);
    let y = Axis { low: 0.0, high: most as f64, from: HISTOGRAM.1, to: HISTOGRAM.0 };
    let mut body = line("grid", (x.from, y.from), (x.to, y.from));
    body += &text("tick end", (x.from - 6.0, y.to + 8.0), &most.to_string());
    body += &text("axis", (x.from, y.to - 5.0), "examples");
    for bin in bins.iter().filter(|bin| bin.examples > 0) {
        let (left, top) = (x.at(bin.low) + 1.0, y.at(bin.examples as f64));
        body += &format!(
            "<rect class=\"bar\" x=\"{left:.1}\" y=\"{top:.1}\" width=\"{:.1}\" height=\"{:.1}\">\
             <title>{} examples from {:.3} to {:.3}</title></rect>\n",
            x.at(bin.high) - left - 1.0,
            y.from - top,
            bin.examples,
            bin.low,
            bin.high
        );
    }
    body
}

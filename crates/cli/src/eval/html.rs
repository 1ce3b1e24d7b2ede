//! The page of `eval --html`: all that was measured, in one file that loads nothing.

mod comparison;
mod confusion;
mod curves;
mod dots;
mod errors;
mod labels;
mod reliability;
mod slices;
mod table;

use copydesk_train::{EvalReport, Interval, Uncertainty};

use super::{Findings, differences, wrong};
use crate::html::escape;
use crate::plot::{self, MOST_PANELS};

const STYLE: &str = include_str!("html/page.css");

/// The page. `data` names the files.
pub(super) fn page(findings: &Findings, data: &str) -> String {
    let report = &findings.report;
    let mut page = head(findings, data);
    page += &tiles(report);
    if !findings.checks.is_empty() {
        page += &checks(findings);
    }
    if let (Some(found), Some(other)) = (&findings.comparison, &findings.against) {
        let text = "Documents are drawn with replacement, the same ones for both models.";
        page += &section(&format!("Against {other}"), text, &comparison::section(found, other));
    }
    let text = "Of the answers with a label, precision is the share that is right; of the examples with a label, recall is \
                the share that was found.";
    page += &section("Scores by label", text, &labels::section(&report.scores));
    if report.labels.len() > MOST_PANELS {
        page += &format!(
            "<p class=\"faint\">Plots are of the first {MOST_PANELS} of {} labels; the tables have all.</p>\n",
            report.labels.len()
        );
    }
    let text = "Rows are true labels. Each cell has the count and its share of the row; the diagonal is right.";
    page += &section("Confusion matrix", text, &confusion::section(&report.scores));
    let text = "What precision is left if a label is given to all examples above some probability of it. The dot is what \
                the model's answers reach; the dashed line is the label's share of the examples.";
    page += &section("Precision and recall", text, &curves::section(&report.precision_recall, &report.scores));
    let text = "Where a model says 0.8, 80 % should be so: dots on the dashed line. Vertical bars are the gaps to it. \
                Hollow dots have fewer than 10 examples, and chance moves them far.";
    page += &section("Reliability", text, &reliability::section(&report.reliability));
    let text = "Parts of the data, each by itself. The dashed line is the score of all. Macro-F1 is the mean over the \
                labels that occur in the slice or its answers, so that slices with other labels do not compare by it.";
    page += &section("Slices", text, &slices::section(&report.slicings, &report.scores));
    if !report.errors.is_empty() {
        let text = format!(
            "{} of {} wrong answers: those with the highest probability. Beneath each label stands its probability.",
            report.errors.len(),
            wrong(report)
        );
        page += &section("The surest errors", &text, &errors::section(&report.errors));
    }
    page + "</main>\n</body>\n</html>\n"
}

fn head(findings: &Findings, data: &str) -> String {
    let report = &findings.report;
    let model = escape(&findings.model);
    let mut notes = String::new();
    for note in differences(report).lines() {
        notes += &format!("<p class=\"faint\">{}</p>\n", escape(note));
    }
    let intervals = match &report.scores.uncertainty {
        Uncertainty::Intervals(intervals) => format!(
            "Intervals of {} % from {} resamples of {} documents, seed {}",
            intervals.confidence * 100.0,
            intervals.resamples,
            intervals.documents,
            intervals.seed
        ),
        Uncertainty::NotAvailable { reason } => format!("No intervals: {reason}"),
    };
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{model} on {data} – copydesk eval</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<header>\n\
         <p class=\"kicker\">copydesk eval</p>\n<h1>{model} on {data}</h1>\n\
         <p class=\"faint\">{} examples. {}. SHA-256 of the data {}.</p>\n{notes}</header>\n<main>\n",
        report.scores.examples,
        escape(&intervals),
        report.data_sha256,
        data = escape(data),
    )
}

fn tiles(report: &EvalReport) -> String {
    let scores = &report.scores;
    let intervals = match &scores.uncertainty {
        Uncertainty::Intervals(intervals) => Some(intervals),
        Uncertainty::NotAvailable { .. } => None,
    };
    let mut html = "<dl class=\"tiles\">\n".to_owned();
    for (name, score, interval) in [
        ("macro-F1", scores.macro_f1, intervals.map(|i| i.macro_f1)),
        ("accuracy", scores.accuracy, intervals.map(|i| i.accuracy)),
        ("calibration error", scores.calibration_error, None),
        ("log loss", scores.log_loss, intervals.map(|i| i.log_loss)),
        ("Brier score", scores.brier, intervals.map(|i| i.brier)),
    ] {
        let range = interval.map(|i| format!("{:.3} – {:.3}", i.low, i.high)).unwrap_or_default();
        html += &format!("<div><dt>{name}</dt><dd>{score:.3}</dd><dd class=\"faint\">{range}</dd></div>\n");
    }
    html + "</dl>\n"
}

fn checks(findings: &Findings) -> String {
    let mut items = String::new();
    for check in &findings.checks {
        let class = if check.failed { "failed" } else { "passed" };
        items += &format!("<li class=\"{class}\">{}</li>\n", escape(&check.line()));
    }
    let list = format!("<ul class=\"checks\">\n{items}</ul>\n");
    section("Conditions", "The evaluation fails if one of these holds.", &list)
}

fn section(title: &str, text: &str, body: &str) -> String {
    format!("<section>\n<h2>{}</h2>\n<p class=\"faint\">{}</p>\n{body}</section>\n", escape(title), escape(text))
}

/// A value of a ratio, `None` if it is 0/0.
fn defined(value: f64, undefined: bool) -> Option<f64> {
    (!undefined).then_some(value)
}

/// A score, or a dash where there is none.
fn optional(score: Option<f64>) -> String {
    score.map_or_else(|| "–".to_owned(), |score| format!("{score:.3}"))
}

/// A score with its interval, if it has one.
fn with_interval(score: Option<f64>, interval: Option<Interval>) -> String {
    match interval {
        Some(i) if score.is_some() => {
            format!("{} <span class=\"faint\">({:.3} – {:.3})</span>", optional(score), i.low, i.high)
        }
        _ => optional(score),
    }
}

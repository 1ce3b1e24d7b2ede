//! The shares as a picture: dots with intervals, a panel a label, or lines where the values are months or years.

use copydesk_train::{FEW_DOCUMENTS, LabelShare, Prevalence};

use super::by::{By, Part, is_year, month};
use super::report::{Report, share, shown};
use crate::html::escape;
use crate::plot::{Axis, line, path, point, text};

const STYLE: &str = include_str!("chart.css");

const WIDTH: f64 = 820.0;
const MARGIN: f64 = 20.0;
/// Room for title and note above the panels.
const HEAD: f64 = 88.0;
/// Panels side by side at most.
const COLUMNS: usize = 3;
/// The height of a row of a dot plot.
const ROW: f64 = 24.0;
/// Room above the rows of a panel for its label and the numbers of its axis.
const PANEL_HEAD: f64 = 46.0;
/// The height of a panel of lines, and of the plot in it.
const LINES: f64 = 190.0;
const PLOT: f64 = 130.0;
/// Names of months that have room beside each other.
const TIMES: usize = 10;
/// Characters of a value that have room.
const LONGEST: usize = 26;

/// The picture as an SVG file that loads nothing.
pub(super) fn svg(report: &Report<'_>) -> String {
    let (height, body) = match times(report) {
        Some(times) => lines(report, &times),
        None => dots(report),
    };
    let title = report.title();
    let errors = format!("Errors taken out as known from {}", report.errors_from);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" height=\"{height}\" \
         role=\"img\" aria-labelledby=\"t d\">\n<title id=\"t\">{}</title>\n<desc id=\"d\">{}</desc>\n<style>\n{STYLE}</style>\n\
         <rect class=\"paper\" width=\"{WIDTH}\" height=\"{height}\"/>\n{}{}{}{body}</svg>\n",
        escape(&title),
        escape(&description(report)),
        text("title", (MARGIN, 28.0), &title),
        text("faint", (MARGIN, 48.0), &cut(&shown(&errors), 120)),
        text("faint", (MARGIN, 66.0), &legend(report)),
    )
}

/// What the marks are.
fn legend(report: &Report<'_>) -> String {
    let by = report.by.map_or_else(String::new, |by| format!("By {}. ", cut(&shown(&by.to_string()), 40)));
    let dashed = if report.values.is_empty() { "" } else { "Dashed: all together. " };
    let few = is_few(&report.whole) || report.values.iter().any(|(_, part)| is_few(part));
    let hollow = if few { format!("Hollow: fewer than {FEW_DOCUMENTS} documents.") } else { String::new() };
    by + dashed + &hollow
}

/// Every number of the picture in words.
fn description(report: &Report<'_>) -> String {
    let part = |name: &str, part: &Prevalence| {
        let labels: Vec<String> =
            report.labels.iter().zip(&part.labels).map(|(label, found)| says(label, found)).collect();
        format!("{name} ({} documents): {}.", part.documents, labels.join("; "))
    };
    let values = report.values.iter().map(|(value, found)| part(&shown(value), found));
    [part("All", &report.whole)].into_iter().chain(values).collect::<Vec<_>>().join(" ")
}

fn says(name: &str, found: &LabelShare) -> String {
    let LabelShare { share: value, interval, .. } = found;
    format!("{name} {}, interval {} to {}", share(*value), share(interval.low), share(interval.high))
}

fn is_few(part: &Prevalence) -> bool {
    part.documents < FEW_DOCUMENTS
}

fn dot(part: &Prevalence) -> &'static str {
    if is_few(part) { "few" } else { "dot" }
}

fn cut(name: &str, most: usize) -> String {
    if name.chars().count() <= most {
        return name.to_owned();
    }
    let kept: String = name.chars().take(most - 1).collect();
    format!("{}…", kept.trim_end())
}

/// The top of an axis of shares: a round number above all intervals of a label.
fn top(report: &Report<'_>, label: usize) -> f64 {
    let highs = report.values.iter().map(|(_, part)| part).chain([&report.whole]);
    let most = highs.map(|part| part.labels[label].interval.high).fold(0.0, f64::max);
    [0.02, 0.04, 0.08, 0.12, 0.2, 0.4, 0.6, 0.8].into_iter().find(|&round| most <= round).unwrap_or(1.0)
}

/// The numbers of an axis: its ends and so many parts.
fn ticks(axis: Axis, parts: u32) -> impl Iterator<Item = f64> {
    (0..=parts).map(move |at| axis.high * f64::from(at) / f64::from(parts))
}

fn per_cent(tick: f64) -> String {
    let number = format!("{:.1}", 100.0 * tick);
    format!("{} %", number.strip_suffix(".0").unwrap_or(&number))
}

/// A row a value, a panel a label; the dashed line is the whole.
fn dots(report: &Report<'_>) -> (f64, String) {
    let rows: Vec<(String, &Prevalence)> = [("all".to_owned(), &report.whole)]
        .into_iter()
        .chain(report.values.iter().map(|(value, part)| (cut(&shown(value), LONGEST), part)))
        .collect();
    let longest = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    let names = 24.0 + 7.5 * longest as f64;
    let columns = report.labels.len().min(COLUMNS);
    let column = (WIDTH - 2.0 * MARGIN - names) / columns as f64;
    let panel_height = PANEL_HEAD + ROW * rows.len() as f64 + 16.0;
    let mut body = String::new();
    for (label, name) in report.labels.iter().enumerate() {
        let panel_top = HEAD + panel_height * (label / columns) as f64;
        let left = MARGIN + names + column * (label % columns) as f64;
        let x = Axis { low: 0.0, high: top(report, label), from: left, to: left + column - 34.0 };
        let (first, last) = (panel_top + PANEL_HEAD, panel_top + panel_height - 16.0);
        body += &text("label", (left, panel_top + 16.0), &cut(&shown(name), 28));
        for tick in ticks(x, 2) {
            body += &line("grid", (x.at(tick), first - 4.0), (x.at(tick), last));
            body += &text("tick middle", (x.at(tick), first - 10.0), &per_cent(tick));
        }
        if !report.values.is_empty() {
            let whole = x.at(report.whole.labels[label].share);
            body += &line("reference", (whole, first - 4.0), (whole, last));
        }
        for (at, (row, part)) in rows.iter().enumerate() {
            let y = first + ROW * (at as f64 + 0.5);
            if label % columns == 0 {
                body += &text("end", (MARGIN + names - 14.0, y + 4.5), row);
            }
            let found = &part.labels[label];
            let (low, high) = (x.at(found.interval.low), x.at(found.interval.high));
            body += &line("range", (low, y), (high, y));
            for end in [low, high] {
                body += &line("range", (end, y - 4.0), (end, y + 4.0));
            }
            body += &point(dot(part), (x.at(found.share), y), &says(row, found));
        }
    }
    (HEAD + panel_height * report.labels.len().div_ceil(columns) as f64, body)
}

/// The time of each value, if all are months or all are years.
fn times(report: &Report<'_>) -> Option<Vec<u32>> {
    let Some(By::Column { part, .. }) = report.by else { return None };
    let of = |value: &String| match part {
        Part::Whole => None,
        Part::Month => month(value).filter(|_| value.len() == 7),
        Part::Year => value.parse().ok().filter(|_| is_year(value)),
    };
    let times: Option<Vec<u32>> = report.values.iter().map(|(value, _)| of(value)).collect();
    times.filter(|times| times.len() > 1)
}

/// A line through time with a band for the intervals, a panel a label.
fn lines(report: &Report<'_>, times: &[u32]) -> (f64, String) {
    let (earliest, latest) = (f64::from(times[0]), f64::from(times[times.len() - 1]));
    let x = Axis { low: earliest, high: latest, from: MARGIN + 62.0, to: WIDTH - MARGIN - 30.0 };
    let every = times.len().div_ceil(TIMES);
    let mut body = String::new();
    for (label, name) in report.labels.iter().enumerate() {
        let panel = HEAD + LINES * label as f64;
        let y = Axis { low: 0.0, high: top(report, label), from: panel + 28.0 + PLOT, to: panel + 28.0 };
        body += &text("label", (MARGIN, panel + 14.0), &cut(&shown(name), 60));
        for tick in ticks(y, 4) {
            body += &line("grid", (x.from - 8.0, y.at(tick)), (x.to + 8.0, y.at(tick)));
            body += &text("tick end", (x.from - 14.0, y.at(tick) + 4.0), &per_cent(tick));
        }
        let whole = y.at(report.whole.labels[label].share);
        body += &line("reference", (x.from - 8.0, whole), (x.to + 8.0, whole));
        let parts: Vec<(f64, &str, &Prevalence)> = times
            .iter()
            .zip(&report.values)
            .map(|(&time, (value, part))| (x.at(f64::from(time)), value.as_str(), part))
            .collect();
        let upper = parts.iter().map(|&(at, _, part)| (at, y.at(part.labels[label].interval.high)));
        let lower = parts.iter().rev().map(|&(at, _, part)| (at, y.at(part.labels[label].interval.low)));
        body += &path("band", &upper.chain(lower).collect::<Vec<_>>());
        let curve = parts.iter().map(|&(at, _, part)| (at, y.at(part.labels[label].share)));
        body += &path("curve", &curve.collect::<Vec<_>>());
        for (number, &(at, value, part)) in parts.iter().enumerate() {
            let found = &part.labels[label];
            body += &point(dot(part), (at, y.at(found.share)), &says(value, found));
            if number % every == 0 {
                body += &text("tick middle", (at, y.from + 18.0), value);
            }
        }
    }
    (HEAD + LINES * report.labels.len() as f64, body)
}

#[cfg(test)]
mod tests {
    use copydesk_train::Interval;

    use super::*;
    use crate::share::Weight;

    fn part(share: f64, documents: u32) -> Prevalence {
        let of = |share: f64| LabelShare {
            share,
            interval: Interval { low: share * 0.5, high: (share * 1.5).min(1.0) },
            naive: share,
        };
        Prevalence { documents, sentences: 90, labels: vec![of(share), of(1.0 - share)] }
    }

    fn drawn(by: &By, values: &[&str]) -> String {
        let report = Report {
            labels: &["news".to_owned(), "<plea>".to_owned()],
            shares_of: Weight::Sentences,
            confidence: 0.95,
            errors_from: "a & b",
            whole: part(0.25, 90),
            by: Some(by),
            values: values.iter().map(|value| ((*value).to_owned(), part(0.5, 3))).collect(),
        };
        svg(&report)
    }

    #[test]
    fn groups_are_dots_and_months_are_lines() {
        let by: By = "date:month".parse().unwrap();
        let months = drawn(&by, &["2024-01", "2024-02", "2024-05"]);
        assert_eq!((months.matches("\"curve\"").count(), months.matches("\"few\"").count()), (2, 6));
        let mixed = drawn(&by, &["2024-01", "soon"]);
        assert_eq!((mixed.matches("\"curve\"").count(), mixed.matches("<circle class").count()), (0, 6));
        assert!(mixed.contains("soon (3 documents): news 50.0 %, interval 25.0 % to 75.0 %"), "{mixed}");
    }

    #[test]
    fn names_cannot_break_out() {
        let drawn = drawn(&"outlet".parse().unwrap(), &["<script>", ""]);
        assert!(!drawn.contains("<script>") && !drawn.contains("<plea>") && drawn.contains("a &amp; b"));
        assert!(drawn.contains("(empty)"));
    }
}

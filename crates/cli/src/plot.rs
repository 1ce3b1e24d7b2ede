//! What all plots are made of: the SVG around them and axes.
//!
//! Every plot is as wide as a telephone, so that its text keeps its size there; wide screens show several side by side.
//! Colours come from the style sheet, which knows light and dark.

use crate::html::escape;

/// The width of every plot, in units that are pixels on a narrow screen.
pub(crate) const WIDTH: f64 = 340.0;

/// Plots of labels beyond so many are left out; the tables have them all.
pub(crate) const MOST_PANELS: usize = 12;

/// A range of values laid out between two coordinates.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Axis {
    pub low: f64,
    pub high: f64,
    pub from: f64,
    pub to: f64,
}

impl Axis {
    /// Where a value stands.
    pub fn at(&self, value: f64) -> f64 {
        self.from + (value - self.low) / (self.high - self.low) * (self.to - self.from)
    }

    /// Round values in the range, at most seven.
    pub fn ticks(&self) -> Vec<f64> {
        let span = self.high - self.low;
        let step = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5].into_iter().find(|step| span / step <= 6.01).unwrap_or(1.0);
        let first = (self.low / step - 1e-9).ceil();
        let count = ((self.high - first * step) / step + 1e-9).floor();
        (0..=count as i32).map(|at| (first + f64::from(at)) * step).collect()
    }
}

/// A figure: its caption and the SVG with a title and a description for those who do not see it. `id` is the figure's own.
pub(crate) fn figure(id: &str, caption: &str, description: &str, height: f64, body: &str) -> String {
    let (caption, description) = (escape(caption), escape(description));
    format!(
        "<figure>\n<figcaption>{caption}</figcaption>\n\
         <svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\">\n\
         <title id=\"{id}-t\">{caption}</title>\n<desc id=\"{id}-d\">{description}</desc>\n{body}</svg>\n</figure>\n"
    )
}

/// A straight line.
pub(crate) fn line(class: &str, (x1, y1): (f64, f64), (x2, y2): (f64, f64)) -> String {
    format!("<line class=\"{class}\" x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\"/>\n")
}

/// A text; its class says which end of it the place is, too.
pub(crate) fn text(class: &str, (x, y): (f64, f64), text: &str) -> String {
    format!("<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\">{}</text>\n", escape(text))
}

/// A line through points.
pub(crate) fn path(class: &str, points: &[(f64, f64)]) -> String {
    let points: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
    format!("<polyline class=\"{class}\" points=\"{}\"/>\n", points.join(" "))
}

/// A point with what it says when it is pointed at.
pub(crate) fn point(class: &str, (x, y): (f64, f64), says: &str) -> String {
    let says = escape(says);
    format!("<circle class=\"{class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\"><title>{says}</title></circle>\n")
}

/// The grid and numbers of a square plot of two shares, with the names of its axes.
pub(crate) fn shares(x: Axis, y: Axis, x_name: &str, y_name: &str) -> String {
    let mut body = String::new();
    for tick in x.ticks() {
        body += &line("grid", (x.at(tick), y.from), (x.at(tick), y.to));
        body += &text("tick middle", (x.at(tick), y.from + 14.0), &number(tick));
    }
    for tick in y.ticks() {
        body += &line("grid", (x.from, y.at(tick)), (x.to, y.at(tick)));
        body += &text("tick end", (x.from - 6.0, y.at(tick) + 3.5), &number(tick));
    }
    body += &text("axis end", (x.to, y.from + 28.0), &format!("{x_name} →"));
    body + &text("axis", (x.from, y.to - 11.0), &format!("↑ {y_name}"))
}

/// A tick's number, as short as it can be.
pub(crate) fn number(value: f64) -> String {
    let short = format!("{value:.2}");
    let short = short.trim_end_matches('0').trim_end_matches('.');
    if short == "-0" { "0".to_owned() } else { short.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_inside() {
        let ticks = |low, high| -> Vec<String> {
            Axis { low, high, from: 0.0, to: 1.0 }.ticks().into_iter().map(number).collect()
        };
        assert_eq!(ticks(0.0, 1.0), ["0", "0.2", "0.4", "0.6", "0.8", "1"]);
        assert_eq!(ticks(0.7, 1.0), ["0.7", "0.75", "0.8", "0.85", "0.9", "0.95", "1"]);
        assert_eq!(ticks(-0.045, 0.03), ["-0.04", "-0.02", "0", "0.02"]);
    }

    #[test]
    fn an_axis_may_point_upwards() {
        let axis = Axis { low: 0.0, high: 0.5, from: 100.0, to: 0.0 };
        assert!((axis.at(0.25) - 50.0).abs() < 1e-12);
    }

    #[test]
    fn captions_and_texts_are_escaped() {
        let figure = figure("f", "<a>", "\"b\"", 10.0, &text("tick", (0.0, 0.0), "<c>"));
        assert!(figure.contains("&lt;a&gt;") && figure.contains("&quot;b&quot;") && figure.contains("&lt;c&gt;"));
        assert!(!figure.contains("<a>") && !figure.contains("<c>"));
    }
}

//! Dot plots: a row a value, with its interval.

use copydesk_train::Interval;

use super::plot::{Axis, WIDTH, figure, line, number, point, text};
use crate::eval::slices::cut;

/// The height of a row: its name above, its dot below.
const ROW: f64 = 38.0;
/// Room for the numbers of the axis at the top.
const TOP: f64 = 24.0;

/// One row of a dot plot.
#[derive(Debug)]
pub(super) struct Row {
    pub name: String,
    /// The value; `None` where it is not defined.
    pub value: Option<f64>,
    pub interval: Option<Interval>,
    /// What stands behind the value.
    pub note: String,
}

/// A dot plot as a figure of its own.
#[derive(Debug)]
pub(super) struct DotPlot<'a> {
    pub id: &'a str,
    pub caption: &'a str,
    pub rows: &'a [Row],
    /// The lowest and the highest value that the axis has to reach.
    pub range: (f64, f64),
    /// A value to compare all rows with, and its name.
    pub reference: Option<(f64, &'a str)>,
    /// Whether values are differences and have a sign.
    pub signed: bool,
}

/// The range of an axis of values that had better be 0: to a round number above all of them.
pub(super) fn range_up(rows: &[Row]) -> (f64, f64) {
    let most = rows.iter().filter_map(|row| row.value).fold(0.1, f64::max);
    (0.0, (most * 10.0).ceil() / 10.0)
}

/// The range of an axis of scores: from a round number below all values and intervals to 1.
pub(super) fn range_of<'a>(rows: impl IntoIterator<Item = &'a Row>) -> (f64, f64) {
    let ends = rows.into_iter().flat_map(|row| [row.value, row.interval.map(|interval| interval.low)]);
    let least = ends.flatten().fold(0.9, f64::min);
    ((least * 10.0 - 0.1).floor().max(0.0) / 10.0, 1.0)
}

impl DotPlot<'_> {
    /// The figure. The description has every number of the plot.
    pub fn figure(&self) -> String {
        let x = Axis { low: self.range.0, high: self.range.1, from: 8.0, to: WIDTH - 8.0 };
        let bottom = TOP + ROW * self.rows.len() as f64;
        let mut body = String::new();
        for tick in x.ticks() {
            body += &line("grid", (x.at(tick), TOP - 6.0), (x.at(tick), bottom));
            body += &text("tick middle", (x.at(tick), TOP - 10.0), &number(tick));
        }
        if let Some((value, _)) = self.reference {
            body += &line("reference", (x.at(value), TOP - 6.0), (x.at(value), bottom));
        }
        let mut description = String::new();
        for (at, row) in self.rows.iter().enumerate() {
            let top = TOP + ROW * at as f64;
            let said = self.says(row);
            body += &self.row(x, top, row, &said);
            description += &format!("{}: {said}. ", row.name);
        }
        if let Some((value, name)) = self.reference {
            description += &format!("The dashed line is {name}, {}.", self.score(value));
        }
        figure(self.id, self.caption, &description, bottom + 4.0, &body)
    }

    fn row(&self, x: Axis, top: f64, row: &Row, said: &str) -> String {
        let middle = top + 26.0;
        let value = row.value.map_or_else(|| "not defined".to_owned(), |value| self.score(value));
        let note = if row.note.is_empty() { value } else { format!("{value} · {}", row.note) };
        let room = 50_usize.saturating_sub(note.chars().count());
        let mut body = text("name", (x.from, top + 13.0), &cut(&row.name, room.max(8)));
        body += &text("note end", (x.to, top + 13.0), &note);
        if let Some(interval) = row.interval {
            let (low, high) = (x.at(interval.low), x.at(interval.high));
            body += &line("range", (low, middle), (high, middle));
            for end in [low, high] {
                body += &line("range", (end, middle - 4.0), (end, middle + 4.0));
            }
        }
        if let Some(value) = row.value {
            body += &point("dot", (x.at(value), middle), &format!("{}: {said}", row.name));
        }
        body
    }

    fn says(&self, row: &Row) -> String {
        let Some(value) = row.value else { return "not defined".to_owned() };
        let value = self.score(value);
        match row.interval {
            Some(interval) => {
                format!("{value}, interval {} to {}", self.score(interval.low), self.score(interval.high))
            }
            None => value,
        }
    }

    fn score(&self, value: f64) -> String {
        if self.signed { format!("{value:+.3}") } else { format!("{value:.3}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &str, value: Option<f64>, interval: Option<(f64, f64)>) -> Row {
        let interval = interval.map(|(low, high)| Interval { low, high });
        Row { name: name.to_owned(), value, interval, note: String::new() }
    }

    #[test]
    fn a_range_starts_at_a_round_number_below_everything() {
        assert_eq!(range_of(&[row("a", Some(0.95), None)]), (0.8, 1.0));
        assert_eq!(range_of(&[row("a", Some(0.75), Some((0.64, 0.8)))]), (0.6, 1.0));
        assert_eq!(range_of(&[row("a", Some(0.0), None)]), (0.0, 1.0));
    }

    #[test]
    fn the_description_has_all_numbers() {
        let rows = [row("a", Some(0.5), Some((0.25, 0.75))), row("<b>", None, None)];
        let plot = DotPlot {
            id: "p",
            caption: "F1",
            rows: &rows,
            range: (0.0, 1.0),
            reference: Some((0.6, "all")),
            signed: false,
        };
        let figure = plot.figure();
        let said = "a: 0.500, interval 0.250 to 0.750. &lt;b&gt;: not defined. The dashed line is all, 0.600.";
        assert!(figure.contains(said), "{figure}");
        assert_eq!(figure.matches("<circle").count(), 1);
        assert!(!figure.contains("<b>"));
    }
}

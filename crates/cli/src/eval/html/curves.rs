//! Precision against recall, a plot a label.

use copydesk_train::{ClassScores, Evaluation, PrecisionRecallCurve};

use super::optional;
use super::plot::{Axis, MOST_PANELS, WIDTH, figure, line, path, point, shares};
use super::table::{Column, table};
use crate::html::escape;

/// The height of the plots.
const HEIGHT: f64 = 250.0;
/// Points nearer to the last one drawn than this, in pixels, are not drawn.
const NEAR: f64 = 0.5;
/// Recalls in the table of a curve.
const TENTHS: u32 = 10;

/// The curves and a table of them at each tenth of recall.
pub(super) fn section(curves: &[PrecisionRecallCurve], scores: &Evaluation) -> String {
    let mut html = "<div class=\"plots\">\n".to_owned();
    let drawn = curves.iter().zip(&scores.classes).filter(|(curve, _)| !curve.points.is_empty());
    for (at, (curve, class)) in drawn.take(MOST_PANELS).enumerate() {
        html += &plot(at, curve, class, scores.examples);
    }
    html += "</div>\n";
    let mut columns = vec![Column::text("label"), Column::number("average precision")];
    columns.extend((1..=TENTHS).map(|tenth| Column::number(&format!("at recall {:.1}", f64::from(tenth) / 10.0))));
    let rows: Vec<Vec<String>> = curves
        .iter()
        .zip(&scores.classes)
        .map(|(curve, class)| {
            let best = (1..=TENTHS).map(|tenth| optional(best_precision(curve, f64::from(tenth) / 10.0)));
            [escape(&curve.label), optional(class.average_precision)].into_iter().chain(best).collect()
        })
        .collect();
    html + &table("The best precision at each recall", &columns, &rows)
}

/// The best precision that still reaches a recall.
fn best_precision(curve: &PrecisionRecallCurve, recall: f64) -> Option<f64> {
    let enough = curve.points.iter().filter(|point| point.recall >= recall - 1e-9);
    enough.map(|point| point.precision).reduce(f64::max)
}

fn plot(at: usize, curve: &PrecisionRecallCurve, class: &ClassScores, examples: u64) -> String {
    let x = Axis { low: 0.0, high: 1.0, from: 34.0, to: WIDTH - 10.0 };
    let y = Axis { low: 0.0, high: 1.0, from: HEIGHT - 34.0, to: 24.0 };
    let share = class.support as f64 / examples as f64;
    let mut body = shares(x, y, "recall", "precision");
    body += &line("reference", (x.from, y.at(share)), (x.to, y.at(share)));
    let mut points: Vec<(f64, f64)> = Vec::new();
    let first = curve.points.first().map(|point| (0.0, point.precision));
    let all = first.into_iter().chain(curve.points.iter().map(|point| (point.recall, point.precision)));
    for next in all.map(|(recall, precision)| (x.at(recall), y.at(precision))) {
        let near = |last: &(f64, f64)| (last.0 - next.0).abs() < NEAR && (last.1 - next.1).abs() < NEAR;
        if !points.last().is_some_and(near) {
            points.push(next);
        }
    }
    body += &path("curve", &points);
    let mut description = format!("Average precision {}. ", optional(class.average_precision));
    if !class.precision_undefined {
        let says = format!("the answers: precision {:.3}, recall {:.3}", class.precision, class.recall);
        body += &point("dot", (x.at(class.recall), y.at(class.precision)), &says);
        description += &format!("The dot is {says}. ");
    }
    description += &format!("The dashed line is the share of the label, {share:.3}.");
    let caption = format!("{} · average precision {}", curve.label, optional(class.average_precision));
    figure(&format!("pr{at}"), &caption, &description, HEIGHT, &body)
}

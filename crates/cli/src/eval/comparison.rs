//! Two models on the same texts, for the terminal.

use copydesk_train::{Comparison, Difference, McNemarMethod};

use crate::width::widest;

/// The scores of both models and how sure their differences are, who is right where, and the verdict.
pub(super) fn table(comparison: &Comparison, other: &str) -> String {
    let width = widest(comparison.right.iter().map(|right| right.label.as_str())).max(14);
    let mut lines = format!("against {other}\n\n");
    lines +=
        &format!("{:width$}  {:>6} {:>6} {:>10}   {:<17} {:>8}\n", "", "this", "other", "difference", "interval", "p");
    for (name, difference) in [("macro-F1", comparison.macro_f1), ("accuracy", comparison.accuracy)] {
        lines += &format!(
            "{name:width$}  {:>6.3} {:>6.3} {:>+10.3}   {:<17} {:>8}\n",
            difference.this,
            difference.other,
            difference.difference,
            signed_range(difference),
            difference.p_value.map(p_value).unwrap_or_default()
        );
    }
    lines += &format!("\n{}\n", mcnemar(comparison));
    lines += &format!(
        "\n{:width$}  {:>10} {:>9} {:>10} {:>10}\n",
        "truth", "both right", "only this", "only other", "both wrong"
    );
    let mut row = |label: &str, counts: [u64; 4]| {
        let [both, this, other, neither] = counts;
        lines += &format!("{label:width$}  {both:>10} {this:>9} {other:>10} {neither:>10}\n");
    };
    let mut all = [0; 4];
    for right in &comparison.right {
        let counts = [right.both, right.only_this, right.only_other, right.neither];
        row(&right.label, counts);
        for (sum, count) in all.iter_mut().zip(counts) {
            *sum += count;
        }
    }
    row("all", all);
    lines + &format!("\n{}\n", verdict(comparison, other))
}

/// What `McNemar`'s test says, in a line.
pub(super) fn mcnemar(comparison: &Comparison) -> String {
    let test = &comparison.mcnemar;
    let how = match (test.method, test.statistic) {
        (McNemarMethod::ChiSquared, Some(statistic)) => format!("chi-squared {statistic:.2}"),
        _ => "exact binomial".to_owned(),
    };
    format!(
        "McNemar's test, sentence by sentence: only this right {}, only other right {}; {how}, p {}",
        test.only_this,
        test.only_other,
        p_value(test.p_value)
    )
}

/// Which model is better, and whether that can be told.
pub(super) fn verdict(comparison: &Comparison, other: &str) -> String {
    let share = comparison.confidence * 100.0;
    if comparison.macro_f1.interval.is_none() {
        return format!("no verdict: all examples are of one document, so that no interval can be drawn ({other})");
    }
    let (finding, place) = match (comparison.is_significantly_worse(), comparison.is_significantly_better()) {
        (true, _) => ("significantly worse than", "lies below 0"),
        (_, true) => ("significantly better than", "lies above 0"),
        _ => ("not significantly different from", "holds 0"),
    };
    format!(
        "verdict: {finding} {other}: the {share} % interval of the difference in macro-F1,\n\
         by resampling {} documents, {place}",
        comparison.documents
    )
}

/// A probability of a test to three decimals.
pub(super) fn p_value(p: f64) -> String {
    if p < 0.001 { "< 0.001".to_owned() } else { format!("{p:.3}") }
}

/// The interval of a difference with signs, or nothing.
pub(super) fn signed_range(difference: Difference) -> String {
    difference.interval.map(|i| format!("{:+.3} – {:+.3}", i.low, i.high)).unwrap_or_default()
}

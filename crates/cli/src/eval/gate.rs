//! `--fail-if`: conditions on the scores, such as `recall[appeal] < 0.9`.
//!
//! ```text
//! condition = metric [ "[" label "]" ] ( "<" | "<=" | ">" | ">=" ) number
//! ```
//!
//! The label goes up to the last `]`, so that any label can be named as it is.

use copydesk_train::{ClassScores, Evaluation};
use serde::Serialize;

use crate::labels::no_such_label;

/// Metrics of the whole.
const OF_ALL: [(&str, OfAll); 6] = [
    ("accuracy", |scores| scores.accuracy),
    ("macro_f1", |scores| scores.macro_f1),
    ("weighted_f1", |scores| scores.weighted_f1),
    ("log_loss", |scores| scores.log_loss),
    ("brier", |scores| scores.brier),
    ("calibration_error", |scores| scores.calibration_error),
];

/// Metrics of one label, `None` where they are not defined.
const OF_LABEL: [(&str, OfLabel); 5] = [
    ("precision", |class| (!class.precision_undefined).then_some(class.precision)),
    ("recall", |class| (!class.recall_undefined).then_some(class.recall)),
    ("f1", |class| (!class.precision_undefined || !class.recall_undefined).then_some(class.f1)),
    ("average_precision", |class| class.average_precision),
    ("roc_auc", |class| class.roc_auc),
];

/// Operators, the longer of two with the same start first.
const OPERATORS: [(&str, Holds); 4] = [("<=", f64::le), (">=", f64::ge), ("<", f64::lt), (">", f64::gt)];

/// Whether an operator holds between a value and its limit.
type Holds = fn(&f64, &f64) -> bool;
type OfAll = fn(&Evaluation) -> f64;
type OfLabel = fn(&ClassScores) -> Option<f64>;

/// A condition that makes the evaluation fail if it holds.
#[derive(Debug, Clone)]
pub(crate) struct Condition {
    source: String,
    metric: Metric,
    holds: Holds,
    limit: f64,
}

#[derive(Debug, Clone)]
enum Metric {
    OfAll(OfAll),
    OfLabel(OfLabel, String),
}

/// What became of a condition.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Checked {
    /// The condition as it was written.
    pub fail_if: String,
    /// The metric's value; `None` where it is not defined.
    pub value: Option<f64>,
    /// Whether the condition holds, or cannot be judged for want of a value.
    pub failed: bool,
}

impl Condition {
    /// Parses a condition; the error names the place, in characters from 1.
    pub fn parse(source: &str) -> Result<Self, String> {
        let fail = |rest: &str, what: &str| {
            let place = source[..source.len() - rest.len()].chars().count() + 1;
            Err(format!("at character {place}: {what}"))
        };
        let start = source.trim_start();
        let after_name = start.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_');
        let name = &start[..start.len() - after_name.len()];
        let of_all = OF_ALL.iter().find(|(known, _)| *known == name);
        let of_label = OF_LABEL.iter().find(|(known, _)| *known == name);
        let mut rest = after_name.trim_start();
        let metric = match (of_all, of_label, rest.strip_prefix('[')) {
            (Some(_), _, Some(_)) => {
                return fail(rest, &format!("{name} is of all labels together: leave the [ ] out"));
            }
            (Some((_, score)), _, None) => Metric::OfAll(*score),
            (_, Some(_), None) => return fail(rest, &format!("{name} is of one label: write {name}[LABEL]")),
            (_, Some((_, score)), Some(inner)) => {
                let Some((label, after)) = inner.rsplit_once(']') else {
                    return fail(rest, "this [ has no ] after it");
                };
                if label.trim().is_empty() {
                    return fail(inner, "a label is missing");
                }
                rest = after.trim_start();
                Metric::OfLabel(*score, label.trim().to_owned())
            }
            (None, None, _) if name.is_empty() => return fail(start, &format!("a metric is missing: {}", known())),
            (None, None, _) => return fail(start, &format!("there is no metric `{name}`: {}", known())),
        };
        let Some((operator, holds)) = OPERATORS.iter().find(|(operator, _)| rest.starts_with(operator)) else {
            return fail(rest, "one of < <= > >= is missing");
        };
        let number = rest[operator.len()..].trim_start();
        match number.trim_end().parse::<f64>() {
            Ok(limit) if limit.is_finite() => {
                Ok(Self { source: source.trim().to_owned(), metric, holds: *holds, limit })
            }
            _ => fail(number, "a number is missing, such as 0.9"),
        }
    }

    /// What is wrong with the condition for a set of labels, if anything.
    pub fn unfit_for(&self, labels: &[String]) -> Option<String> {
        match &self.metric {
            Metric::OfLabel(_, label) if !labels.contains(label) => {
                Some(format!("--fail-if '{}': {}", self.source, no_such_label(label, labels)))
            }
            _ => None,
        }
    }

    /// Whether the condition holds for scores.
    pub fn check(&self, scores: &Evaluation) -> Checked {
        let value = match &self.metric {
            Metric::OfAll(score) => Some(score(scores)),
            Metric::OfLabel(score, label) => scores.classes.iter().find(|class| class.label == *label).and_then(score),
        };
        let failed = value.is_none_or(|value| (self.holds)(&value, &self.limit));
        Checked { fail_if: self.source.clone(), value, failed }
    }
}

impl Checked {
    /// The outcome as a line.
    pub fn line(&self) -> String {
        let verdict = if self.failed { "failed" } else { "passed" };
        let value = match self.value {
            Some(value) => format!("it is {value:.4}"),
            None => "it is not defined on these data".to_owned(),
        };
        format!("{verdict}: --fail-if '{}': {value}", self.fail_if)
    }
}

fn known() -> String {
    let of_all = OF_ALL.map(|(name, _)| name).join(", ");
    let of_label = OF_LABEL.map(|(name, _)| format!("{name}[LABEL]")).join(", ");
    format!("known are {of_all}, {of_label}")
}

#[cfg(test)]
mod tests {
    use copydesk_train::Outcomes;
    use proptest::prelude::*;

    use super::*;

    /// Label a: two of two examples right, one b taken for it; label c neither occurs nor is predicted.
    fn scores() -> Evaluation {
        let labels = ["a", "b [odd]", "c"].map(String::from);
        let probabilities = [0.5, 0.25, 0.25, 0.5, 0.25, 0.25, 0.5, 0.25, 0.25, 0.25, 0.5, 0.25];
        Evaluation::new(&Outcomes::new(&[0, 0, 1, 1], &[0, 0, 0, 1], &probabilities, &labels).unwrap())
    }

    fn failed(condition: &str) -> bool {
        Condition::parse(condition).unwrap().check(&scores()).failed
    }

    #[test]
    fn conditions_compare_with_the_scores() {
        assert!(failed("accuracy < 0.76") && failed(" accuracy<=0.75 ") && failed("accuracy>=.75"));
        assert!(!failed("accuracy < 0.75") && !failed("accuracy > 0.75"));
        assert!(failed("precision[a] < 0.7") && !failed("recall[ a ] < 1"));
        assert!(failed("recall [b [odd]] <= 5e-1") && !failed("f1[b [odd]] < 0.6"));
        assert!(failed("calibration_error > -1") && failed("log_loss > 0.1") && failed("brier > 0"));
        assert!(!failed("weighted_f1 > 1") && !failed("macro_f1 > 1"));
        assert!(!failed("average_precision[a] > 1") && !failed("roc_auc[a] > 1"));
    }

    #[test]
    fn what_is_not_defined_fails() {
        for metric in ["precision", "recall", "f1", "average_precision", "roc_auc"] {
            let checked = Condition::parse(&format!("{metric}[c] < 0")).unwrap().check(&scores());
            assert_eq!((checked.value, checked.failed), (None, true), "{metric}");
            assert!(checked.line().contains("not defined"));
        }
    }

    #[test]
    fn a_line_tells_the_value() {
        let line = |condition: &str| Condition::parse(condition).unwrap().check(&scores()).line();
        assert_eq!(line("accuracy < 0.8"), "failed: --fail-if 'accuracy < 0.8': it is 0.7500");
        assert_eq!(line("accuracy < 0.5"), "passed: --fail-if 'accuracy < 0.5': it is 0.7500");
    }

    #[test]
    fn errors_name_the_place() {
        for (condition, start) in [
            ("", "at character 1: a metric is missing: known are accuracy, macro_f1"),
            ("  < 3", "at character 3: a metric is missing"),
            ("  macrof1 < 0.8", "at character 3: there is no metric `macrof1`: known are accuracy, macro_f1"),
            ("recall < 0.8", "at character 8: recall is of one label: write recall[LABEL]"),
            ("accuracy[a] < 0.8", "at character 9: accuracy is of all labels together"),
            ("recall[a < 0.8", "at character 7: this [ has no ]"),
            ("recall[ ] < 0.8", "at character 8: a label is missing"),
            ("recall[é] 0.8", "at character 11: one of < <= > >= is missing"),
            ("accuracy == 0.8", "at character 10: one of < <= > >="),
            ("accuracy", "at character 9: one of < <= > >="),
            ("accuracy < 80%", "at character 12: a number is missing"),
            ("accuracy <", "at character 11: a number is missing"),
            ("accuracy < nan", "at character 12: a number is missing"),
            ("accuracy < 0.5 and brier < 1", "at character 12: a number"),
        ] {
            let error = Condition::parse(condition).unwrap_err();
            assert!(error.starts_with(start), "{condition}: {error}");
        }
        assert!(known().ends_with("roc_auc[LABEL]"));
    }

    #[test]
    fn labels_that_are_not_there_are_named() {
        let labels = ["a", "b"].map(String::from);
        let unfit = |condition: &str| Condition::parse(condition).unwrap().unfit_for(&labels);
        assert_eq!(unfit("recall[a] < 1"), None);
        assert_eq!(unfit("accuracy < 1"), None);
        assert_eq!(
            unfit("recall[c] < 1").unwrap(),
            "--fail-if 'recall[c] < 1': there is no label `c`: the labels are a, b"
        );
    }

    /// Scraps of conditions in any order.
    fn any_condition() -> impl Strategy<Value = String> {
        let words = ["accuracy", "recall", "f1", "brier", "[a]", "[b [odd]]", "[c]", "[", "]", "<", "<=", ">", "é"];
        let numbers = ["0.5", "-1e3", "1e999", "nan", "inf", ".", "0x1"];
        let scraps = prop_oneof![
            4 => prop::sample::select(words.to_vec()).prop_map(String::from),
            2 => prop::sample::select(numbers.to_vec()).prop_map(String::from),
            1 => any::<String>(),
            1 => " {0,2}",
        ];
        prop::collection::vec(scraps, 0..6).prop_map(|scraps| scraps.concat())
    }

    proptest! {
        #[test]
        fn any_condition_is_judged_or_refused_at_a_place_in_it(source in any_condition()) {
            match Condition::parse(&source) {
                Ok(condition) => {
                    prop_assert!(condition.limit.is_finite());
                    let checked = condition.check(&scores());
                    prop_assert_eq!(&checked.fail_if, source.trim());
                    prop_assert!(checked.failed || checked.value.is_some());
                }
                Err(error) => {
                    let place = error.strip_prefix("at character ").and_then(|rest| rest.split_once(':'));
                    let place: usize = place.and_then(|(place, _)| place.parse().ok()).expect("an error names its place");
                    prop_assert!((1..=source.chars().count() + 1).contains(&place), "{}", error);
                }
            }
        }
    }
}

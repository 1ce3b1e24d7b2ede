//! Scores of parts of the examples: a good whole can hide a part that fails.

use serde::{Deserialize, Serialize};

use super::{Bootstrap, Evaluation, Interval, MetricsError, Outcomes, Uncertainty};

/// What one part of the examples scores.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SliceScores {
    /// What the examples share.
    pub value: String,
    /// The number of examples.
    pub examples: u64,
    /// The number of documents that they are of.
    pub documents: u64,
    /// The share of examples predicted right.
    pub accuracy: f64,
    /// Its interval, from resampling the documents of the slice; `None` if there is only one.
    pub accuracy_interval: Option<Interval>,
    /// The mean F1 of the labels that occur in the slice's truth or predictions. It is low where a label is rare or only
    /// predicted, so slices of different make-up do not compare by it alone.
    pub macro_f1: f64,
    /// Its interval, from resampling the documents of the slice; `None` if there is only one.
    pub macro_f1_interval: Option<Interval>,
    /// The expected calibration error with 15 bins. With few examples chance alone makes it large.
    pub calibration_error: f64,
}

/// Scores the examples of each slice. `slice_of` holds each example's place in `names`; a name without examples is left
/// out. `groups` holds the document of each example.
///
/// # Errors
/// If `slice_of` or `groups` has not one entry an example, or the options of the bootstrap are out of range.
///
/// # Panics
/// If `slice_of` holds a number that is not a place in `names`.
pub fn slice_scores(
    outcomes: &Outcomes<'_>,
    groups: &[u32],
    slice_of: &[u32],
    names: &[String],
    bootstrap: &Bootstrap,
) -> Result<Vec<SliceScores>, MetricsError> {
    let rows = outcomes.len();
    for (what, found) in [("slices", slice_of.len()), ("documents", groups.len())] {
        if found != rows {
            return Err(MetricsError::Lengths { what, found, expected: rows, rows });
        }
    }
    let mut rows_of: Vec<Vec<usize>> = vec![Vec::new(); names.len()];
    for (row, &slice) in slice_of.iter().enumerate() {
        rows_of[slice as usize].push(row);
    }
    let filled = names.iter().zip(&rows_of).filter(|(_, rows)| !rows.is_empty());
    filled.map(|(name, rows)| scores(outcomes, groups, name, rows, bootstrap)).collect()
}

fn scores(
    outcomes: &Outcomes<'_>,
    groups: &[u32],
    name: &str,
    rows: &[usize],
    bootstrap: &Bootstrap,
) -> Result<SliceScores, MetricsError> {
    let groups: Vec<u32> = rows.iter().map(|&row| groups[row]).collect();
    let mut documents = groups.clone();
    documents.sort_unstable();
    documents.dedup();
    let part = outcomes.select(rows);
    let scores = Evaluation::with_intervals(&part.outcomes(), &groups, bootstrap)?;
    let (accuracy_interval, macro_f1_interval) = match scores.uncertainty {
        Uncertainty::Intervals(intervals) => (Some(intervals.accuracy), Some(intervals.macro_f1)),
        Uncertainty::NotAvailable { .. } => (None, None),
    };
    Ok(SliceScores {
        value: name.to_owned(),
        examples: scores.examples,
        documents: documents.len() as u64,
        accuracy: scores.accuracy,
        accuracy_interval,
        macro_f1: scores.macro_f1,
        macro_f1_interval,
        calibration_error: scores.calibration_error,
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::names;
    use super::*;

    const TRUTH: [u32; 6] = [0, 0, 1, 1, 1, 0];
    const PREDICTED: [u32; 6] = [0, 1, 1, 1, 0, 0];
    const GROUPS: [u32; 6] = [0, 0, 1, 1, 2, 2];

    fn probabilities() -> Vec<f64> {
        PREDICTED.iter().flat_map(|&label| if label == 0 { [0.75, 0.25] } else { [0.25, 0.75] }).collect()
    }

    #[test]
    fn slices_score_what_their_rows_do_alone() {
        let (labels, probabilities) = (names(2), probabilities());
        let outcomes = Outcomes::new(&TRUTH, &PREDICTED, &probabilities, &labels).unwrap();
        let parts = ["front", "none", "back"].map(String::from);
        let options = Bootstrap { resamples: 40, ..Bootstrap::default() };
        let slices = slice_scores(&outcomes, &GROUPS, &[0, 0, 2, 2, 2, 2], &parts, &options).unwrap();
        let [front, back] = slices.as_slice() else { panic!("{slices:?}") };

        assert_eq!((front.value.as_str(), front.examples, front.documents), ("front", 2, 1));
        assert_eq!((front.accuracy_interval, front.macro_f1_interval), (None, None));
        // F1 of label 0: 2/3; of label 1, which is only predicted: 0.
        assert!((front.macro_f1 - 1.0 / 3.0).abs() < 1e-15);
        assert!((front.accuracy - 0.5).abs() < 1e-15);
        // Half is right where 0.75 was said.
        assert!((front.calibration_error - 0.25).abs() < 1e-15);

        assert_eq!((back.value.as_str(), back.examples, back.documents), ("back", 4, 2));
        let alone = Outcomes::new(&TRUTH[2..], &PREDICTED[2..], &probabilities[4..], &labels).unwrap();
        let alone = Evaluation::with_intervals(&alone, &GROUPS[2..], &options).unwrap();
        let Uncertainty::Intervals(intervals) = alone.uncertainty else { panic!("two documents") };
        assert_eq!((back.macro_f1, back.macro_f1_interval), (alone.macro_f1, Some(intervals.macro_f1)));
        assert_eq!((back.accuracy, back.accuracy_interval), (alone.accuracy, Some(intervals.accuracy)));
    }

    #[test]
    fn every_example_needs_a_slice_and_a_document() {
        let (labels, probabilities) = (names(2), probabilities());
        let outcomes = Outcomes::new(&TRUTH, &PREDICTED, &probabilities, &labels).unwrap();
        let with = |groups: &[u32], slice_of: &[u32]| {
            slice_scores(&outcomes, groups, slice_of, &names(1), &Bootstrap::default()).unwrap_err()
        };
        assert!(matches!(with(&GROUPS, &[0]), MetricsError::Lengths { what: "slices", found: 1, .. }));
        assert!(matches!(with(&[0], &[0; 6]), MetricsError::Lengths { what: "documents", found: 1, .. }));
    }
}

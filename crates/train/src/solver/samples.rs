//! Targets and weights, checked against the rows.

use ndarray::ArrayView1;

use super::{ClassWeight, SolverError};

/// Class numbers are for labels, of which nobody has more; a larger number is a mistake, not a reason to allocate.
const MAX_CLASSES: usize = 65_536;

/// The class and weight of every row.
///
/// Only classes with rows of positive weight take part in a fit: the others' intercepts have no finite optimum.
#[derive(Debug)]
pub(super) struct Samples {
    /// For each row, where its class stands in `present`; 0 where the class is not there, with weight 0.
    pub(super) positions: Vec<u32>,
    /// For each row, its sample weight times its class's weight.
    pub(super) weights: Vec<f64>,
    /// The numbers of the classes with positive weight, ascending; two or more.
    pub(super) present: Vec<usize>,
    /// For each class present, the sum of its rows' weights.
    pub(super) totals: Vec<f64>,
    /// Number of classes, present or not.
    pub(super) n_classes: usize,
}

impl Samples {
    /// Checks and combines targets, sample weights (none if empty) and class weights.
    pub(super) fn new(
        n_rows: usize,
        targets: ArrayView1<'_, usize>,
        sample_weights: ArrayView1<'_, f32>,
        class_weight: &ClassWeight,
        n_classes: Option<usize>,
    ) -> Result<Self, SolverError> {
        if n_rows == 0 {
            return Err(SolverError::NoRows);
        }
        check_count("targets", n_rows, targets.len())?;
        let limit = n_classes.unwrap_or(MAX_CLASSES);
        if let Some((row, &class)) = targets.iter().enumerate().find(|(_, class)| **class >= limit) {
            let n_classes = limit;
            return Err(SolverError::ClassOutOfRange { row, class, n_classes });
        }
        let n_classes = n_classes.unwrap_or_else(|| 1 + targets.iter().max().copied().unwrap_or(0));

        let mut weights = if sample_weights.is_empty() {
            vec![1.0; n_rows]
        } else {
            check_count("sample weights", n_rows, sample_weights.len())?;
            checked_sample_weights(sample_weights)?
        };
        let by_class = class_weights(class_weight, n_classes, &sum_by_class(targets, &weights, n_classes))?;
        for (weight, &class) in weights.iter_mut().zip(targets) {
            *weight *= by_class[class];
        }

        let sums = sum_by_class(targets, &weights, n_classes);
        let present: Vec<usize> = (0..n_classes).filter(|&class| sums[class] > 0.0).collect();
        if present.len() < 2 {
            let present = present.len();
            return Err(SolverError::TooFewClasses { present });
        }
        let mut position = vec![0; n_classes];
        for (at, &class) in present.iter().enumerate() {
            position[class] = at as u32;
        }
        Ok(Self {
            positions: targets.iter().map(|&class| position[class]).collect(),
            weights,
            totals: present.iter().map(|&class| sums[class]).collect(),
            present,
            n_classes,
        })
    }
}

impl Samples {
    /// The sum of all weights.
    pub(super) fn total(&self) -> f64 {
        self.totals.iter().sum()
    }
}

fn check_count(what: &'static str, rows: usize, count: usize) -> Result<(), SolverError> {
    if rows == count { Ok(()) } else { Err(SolverError::CountMismatch { what, rows, count }) }
}

fn checked_sample_weights(weights: ArrayView1<'_, f32>) -> Result<Vec<f64>, SolverError> {
    weights
        .iter()
        .enumerate()
        .map(|(row, &weight)| {
            if weight.is_finite() && weight >= 0.0 {
                Ok(f64::from(weight))
            } else {
                Err(SolverError::InvalidSampleWeight { row, weight })
            }
        })
        .collect()
}

fn sum_by_class(targets: ArrayView1<'_, usize>, weights: &[f64], n_classes: usize) -> Vec<f64> {
    let mut sums = vec![0.0; n_classes];
    for (&class, weight) in targets.iter().zip(weights) {
        sums[class] += weight;
    }
    sums
}

/// One factor a class; `sums` are the sample weights of each class.
fn class_weights(class_weight: &ClassWeight, n_classes: usize, sums: &[f64]) -> Result<Vec<f64>, SolverError> {
    match class_weight {
        ClassWeight::None => Ok(vec![1.0; n_classes]),
        ClassWeight::Balanced => {
            let present = sums.iter().filter(|sum| **sum > 0.0).count() as f64;
            let total: f64 = sums.iter().sum();
            let factor = |&sum: &f64| {
                if sum > 0.0 { total / (present * sum) } else { 0.0 }
            };
            Ok(sums.iter().map(factor).collect())
        }
        ClassWeight::Explicit(weights) if weights.len() != n_classes => Err(SolverError::ShapeMismatch {
            what: "explicit class weights (one a class)",
            expected: vec![n_classes],
            found: vec![weights.len()],
        }),
        ClassWeight::Explicit(weights) => Ok(weights.clone()),
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{Array1, array};

    use super::*;

    fn samples(
        targets: &[usize],
        weights: &[f32],
        class_weight: &ClassWeight,
        n_classes: Option<usize>,
    ) -> Result<Samples, SolverError> {
        let targets = Array1::from(targets.to_vec());
        let weights = Array1::from(weights.to_vec());
        Samples::new(targets.len(), targets.view(), weights.view(), class_weight, n_classes)
    }

    #[test]
    fn balanced_weights_are_scikit_learns() {
        // n / (k * count): 4 / (2 * 3) and 4 / (2 * 1).
        let samples = samples(&[0, 0, 2, 0], &[], &ClassWeight::Balanced, None).unwrap();
        let expected = [2.0 / 3.0, 2.0 / 3.0, 2.0, 2.0 / 3.0];
        assert!(samples.weights.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-15));
        assert_eq!((samples.present, samples.n_classes), (vec![0, 2], 3));
        assert_eq!(samples.positions, [0, 0, 1, 0]);
    }

    #[test]
    fn sample_weights_count_as_rows_when_balancing() {
        let weighted = samples(&[0, 1], &[2.0, 1.0], &ClassWeight::Balanced, None).unwrap();
        let repeated = samples(&[0, 0, 1], &[], &ClassWeight::Balanced, None).unwrap();
        assert_eq!(weighted.totals, repeated.totals);
    }

    #[test]
    fn a_class_of_weight_zero_is_absent() {
        let explicit = ClassWeight::Explicit(vec![1.0, 0.0, 3.0]);
        let samples = samples(&[0, 1, 2], &[], &explicit, Some(3)).unwrap();
        assert_eq!((samples.present, samples.totals), (vec![0, 2], vec![1.0, 3.0]));
    }

    #[test]
    fn bad_targets_and_weights_are_refused() {
        let none = ClassWeight::None;
        assert!(matches!(samples(&[], &[], &none, None), Err(SolverError::NoRows)));
        assert!(matches!(samples(&[1, 1], &[], &none, None), Err(SolverError::TooFewClasses { present: 1 })));
        assert!(matches!(
            samples(&[0, 3], &[], &none, Some(3)),
            Err(SolverError::ClassOutOfRange { row: 1, class: 3, n_classes: 3 })
        ));
        assert!(matches!(
            samples(&[0, usize::MAX], &[], &none, None),
            Err(SolverError::ClassOutOfRange { row: 1, .. })
        ));
        assert!(matches!(
            samples(&[0, 1], &[1.0, -1.0], &none, None),
            Err(SolverError::InvalidSampleWeight { row: 1, .. })
        ));
        assert!(matches!(
            samples(&[0, 1], &[1.0], &none, None),
            Err(SolverError::CountMismatch { rows: 2, count: 1, .. })
        ));
        let mismatch = Samples::new(3, array![0, 1].view(), array![].view(), &none, None);
        assert!(matches!(mismatch, Err(SolverError::CountMismatch { rows: 3, count: 2, .. })));
        assert!(matches!(
            samples(&[0, 1], &[], &ClassWeight::Explicit(vec![1.0]), None),
            Err(SolverError::ShapeMismatch { .. })
        ));
    }
}

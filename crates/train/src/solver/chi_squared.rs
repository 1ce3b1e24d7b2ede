//! Chi-squared scores of columns against classes, for choosing features.

use copydesk_features::SparseRows;
use ndarray::ArrayView1;

use super::SolverError;

/// The chi-squared statistic of each column against the classes, by scikit-learn's definition (`chi2`).
///
/// Observed is the sum of a column's values over the rows of a class, expected is the class's share of the rows times the
/// column's sum; the score is the sum over classes of `(observed - expected)^2 / expected`. The higher, the more a
/// column depends on the class. A column of zeros scores 0 (scikit-learn: NaN, ranked last).
///
/// # Errors
/// [`SolverError::CountMismatch`] unless there is one class number a row, [`SolverError::NonFiniteValue`] and
/// [`SolverError::NegativeValue`] for values that are not finite and 0 or more.
pub fn chi_squared(rows: &SparseRows, targets: ArrayView1<'_, usize>) -> Result<Vec<f64>, SolverError> {
    if rows.n_rows() != targets.len() {
        return Err(SolverError::CountMismatch { what: "targets", rows: rows.n_rows(), count: targets.len() });
    }
    let sums = column_sums(rows)?;
    let mut by_class: Vec<usize> = (0..targets.len()).collect();
    by_class.sort_by_key(|&row| targets[row]);

    // One class at a time: classes by columns would be a large matrix.
    let mut scores = vec![0.0; rows.n_cols()];
    let mut observed = vec![0.0; rows.n_cols()];
    for members in by_class.chunk_by(|&a, &b| targets[a] == targets[b]) {
        observed.fill(0.0);
        for &row in members {
            for (column, value) in rows.row(row).iter() {
                observed[column] += f64::from(value);
            }
        }
        let share = members.len() as f64 / rows.n_rows() as f64;
        for ((score, observed), sum) in scores.iter_mut().zip(&observed).zip(&sums) {
            let expected = share * sum;
            if expected > 0.0 {
                *score += (observed - expected) * (observed - expected) / expected;
            }
        }
    }
    Ok(scores)
}

fn column_sums(rows: &SparseRows) -> Result<Vec<f64>, SolverError> {
    let mut sums = vec![0.0; rows.n_cols()];
    for (row, entries) in rows.rows().enumerate() {
        for (column, value) in entries.iter() {
            if !value.is_finite() {
                return Err(SolverError::NonFiniteValue { row, column, value });
            }
            if value < 0.0 {
                return Err(SolverError::NegativeValue { row, column, value });
            }
            sums[column] += f64::from(value);
        }
    }
    Ok(sums)
}

/// The columns of the `count` highest scores, in ascending order; of equal scores the lower column wins.
pub fn best_columns(scores: &[f64], count: usize) -> Vec<u32> {
    let mut columns: Vec<u32> = (0..scores.len() as u32).collect();
    columns.sort_by(|&a, &b| scores[b as usize].total_cmp(&scores[a as usize]));
    columns.truncate(count);
    columns.sort_unstable();
    columns
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    fn sample() -> SparseRows {
        let mut rows = SparseRows::new(4);
        rows.push_row(&[0, 1], &[1.0, 2.0]);
        rows.push_row(&[0, 3], &[1.0, 1.0]);
        rows.push_row(&[1, 3], &[2.0, 1.0]);
        rows.push_row(&[1], &[5.0]);
        rows
    }

    #[test]
    fn scores_are_those_worked_out_by_hand() {
        // Classes: rows 0 and 1 against rows 2 and 3, so a share of 1/2 each.
        // Column 0: observed (2, 0), expected (1, 1): 1 + 1. Column 1: (2, 7) against (4.5, 4.5): 2 * 2.5^2 / 4.5.
        // Column 2 is empty, column 3 has (1, 1) as expected.
        let scores = chi_squared(&sample(), array![7, 7, 9, 9].view()).unwrap();
        let expected = [2.0, 12.5 / 4.5, 0.0, 0.0];
        for (score, expected) in scores.iter().zip(expected) {
            assert!((score - expected).abs() < 1e-12, "{score} for {expected}");
        }
    }

    #[test]
    fn shares_follow_the_number_of_rows() {
        // Class 0 has row 0 alone. Column 0: observed (1, 1), expected (1/2, 3/2): 1/2 + 1/6.
        let scores = chi_squared(&sample(), array![0, 1, 1, 1].view()).unwrap();
        assert!((scores[0] - 2.0 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn the_lower_column_wins_a_tie() {
        assert_eq!(best_columns(&[1.0, 3.0, 1.0, 2.0, 1.0], 3), [0, 1, 3]);
        assert_eq!(best_columns(&[1.0, 3.0], 9), [0, 1]);
    }

    #[test]
    fn values_below_zero_are_refused() {
        let mut rows = SparseRows::new(2);
        rows.push_row(&[1], &[-1.0]);
        assert!(matches!(
            chi_squared(&rows, array![0].view()),
            Err(SolverError::NegativeValue { row: 0, column: 1, .. })
        ));
    }
}

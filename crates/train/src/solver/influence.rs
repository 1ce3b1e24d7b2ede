//! How much each column moves the answers of a fitted model.

use copydesk_features::SparseRows;
use ndarray::ArrayView2;

/// For each column the root of its summed squared values over the rows, times its greatest weight by size among the
/// classes, less the classes' mean weight (which moves no answer): how far a column moves logits over a corpus.
///
/// `weights` is features by classes. Sums run in the order of the rows.
pub(crate) fn influence(rows: &SparseRows, weights: ArrayView2<'_, f64>) -> Vec<f64> {
    let mut squares = vec![0.0; rows.n_cols()];
    for row in rows.rows() {
        for (column, value) in row.iter() {
            squares[column] += f64::from(value) * f64::from(value);
        }
    }
    let spread = |weights: ndarray::ArrayView1<'_, f64>| {
        let mean = weights.sum() / weights.len() as f64;
        weights.iter().fold(0.0_f64, |most, weight| most.max((weight - mean).abs()))
    };
    squares.iter().zip(weights.rows()).map(|(squares, weights)| squares.sqrt() * spread(weights)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn frequent_and_heavy_columns_move_most() {
        let mut rows = SparseRows::new(3);
        rows.push_row(&[0, 1], &[3.0, 1.0]);
        rows.push_row(&[0, 2], &[4.0, 1.0]);
        let weights = array![[1.0, 3.0], [2.0, -2.0], [5.0, 5.0]];
        assert_eq!(influence(&rows, weights.view()), [5.0, 2.0, 0.0]);
    }
}

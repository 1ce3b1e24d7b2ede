//! Compressed sparse rows (CSR): the matrix that vectorising gives and fitting takes.

/// A sparse matrix of `f32`, stored row by row (CSR).
///
/// Shape: [`n_rows`](Self::n_rows) samples by [`n_cols`](Self::n_cols) features. Within a row the column numbers
/// ascend strictly, so a row has at most one entry a column. Memory is 8 bytes an entry and 8 a row.
#[derive(Debug, Clone, PartialEq)]
pub struct SparseRows {
    starts: Vec<usize>,
    columns: Vec<u32>,
    values: Vec<f32>,
    n_cols: usize,
}

/// One row of [`SparseRows`]: ascending column numbers and their values, of equal length.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SparseRow<'a> {
    /// Column numbers, strictly ascending.
    pub columns: &'a [u32],
    /// The value at each of the columns.
    pub values: &'a [f32],
}

impl<'a> SparseRow<'a> {
    /// The entries as (column, value).
    pub fn iter(self) -> impl Iterator<Item = (usize, f32)> + 'a {
        self.columns.iter().zip(self.values).map(|(&column, &value)| (column as usize, value))
    }
}

impl SparseRows {
    /// A matrix of no rows and `n_cols` columns.
    ///
    /// # Panics
    /// If `n_cols` does not fit in 32 bits, since column numbers are stored as `u32`.
    pub fn new(n_cols: usize) -> Self {
        assert!(u32::try_from(n_cols).is_ok(), "{n_cols} columns do not fit in 32-bit column numbers");
        Self { starts: vec![0], columns: Vec::new(), values: Vec::new(), n_cols }
    }

    /// Appends a row.
    ///
    /// # Panics
    /// If the slices differ in length, the columns do not ascend strictly or one is not below [`n_cols`](Self::n_cols).
    pub fn push_row(&mut self, columns: &[u32], values: &[f32]) {
        assert_eq!(columns.len(), values.len(), "one value a column");
        assert!(columns.windows(2).all(|pair| pair[0] < pair[1]), "columns must ascend strictly");
        assert!(columns.last().is_none_or(|&last| (last as usize) < self.n_cols), "column out of range");
        self.columns.extend_from_slice(columns);
        self.values.extend_from_slice(values);
        self.starts.push(self.columns.len());
    }

    /// Appends all rows of `other`, which must have as many columns.
    ///
    /// # Panics
    /// If the numbers of columns differ.
    pub fn append(&mut self, other: &Self) {
        assert_eq!(self.n_cols, other.n_cols, "matrices differ in columns");
        let offset = self.columns.len();
        self.columns.extend_from_slice(&other.columns);
        self.values.extend_from_slice(&other.values);
        self.starts.extend(other.starts[1..].iter().map(|start| start + offset));
    }

    /// Number of rows (samples).
    pub fn n_rows(&self) -> usize {
        self.starts.len() - 1
    }

    /// Number of columns (features).
    pub fn n_cols(&self) -> usize {
        self.n_cols
    }

    /// Number of stored entries.
    pub fn n_entries(&self) -> usize {
        self.columns.len()
    }

    /// Row `index`.
    ///
    /// # Panics
    /// If `index` is not below [`n_rows`](Self::n_rows).
    pub fn row(&self, index: usize) -> SparseRow<'_> {
        let range = self.starts[index]..self.starts[index + 1];
        SparseRow { columns: &self.columns[range.clone()], values: &self.values[range] }
    }

    /// All rows in order.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = SparseRow<'_>> {
        (0..self.n_rows()).map(|index| self.row(index))
    }

    /// The given rows, in the given order, as a matrix of their own.
    ///
    /// # Panics
    /// If a row number is not below [`n_rows`](Self::n_rows).
    #[must_use]
    pub fn select(&self, rows: &[usize]) -> Self {
        let mut out = Self::new(self.n_cols);
        for &index in rows {
            let row = self.row(index);
            out.push_row(row.columns, row.values);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> SparseRows {
        let mut rows = SparseRows::new(4);
        rows.push_row(&[0, 3], &[1.0, 2.0]);
        rows.push_row(&[], &[]);
        rows.push_row(&[1], &[3.0]);
        rows
    }

    #[test]
    fn rows_come_back_as_pushed() {
        let rows = sample();
        assert_eq!((rows.n_rows(), rows.n_cols(), rows.n_entries()), (3, 4, 3));
        assert_eq!(rows.row(0).iter().collect::<Vec<_>>(), [(0, 1.0), (3, 2.0)]);
        assert_eq!(rows.row(1).iter().count(), 0);
        assert_eq!(rows.rows().len(), 3);
    }

    #[test]
    fn select_and_append_keep_order() {
        let rows = sample();
        let mut twice = rows.select(&[2, 0]);
        twice.append(&rows);
        assert_eq!(twice.n_rows(), 5);
        assert_eq!(twice.row(0), rows.row(2));
        assert_eq!(twice.row(1), rows.row(0));
        assert_eq!(twice.row(4), rows.row(2));
    }

    #[test]
    #[should_panic(expected = "ascend strictly")]
    fn unsorted_columns_are_refused() {
        sample().push_row(&[2, 1], &[1.0, 1.0]);
    }

    #[test]
    #[should_panic(expected = "out of range")]
    fn a_column_beyond_the_last_is_refused() {
        sample().push_row(&[4], &[1.0]);
    }
}

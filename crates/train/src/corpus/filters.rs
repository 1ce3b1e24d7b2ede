//! Whether the columns that filters name are anywhere.

use std::io::BufRead;

use super::{CorpusError, ReadOptions, RecordReader};

/// Which columns of the [filters](ReadOptions::filters) the inputs read so far have.
///
/// A row without such a column is kept, so that one filter can serve files with the column and files without. A column
/// that no row of any file has is misspelt: it would filter nothing and nobody would see it.
#[derive(Debug, Clone, Default)]
pub struct FilterColumns {
    met: Vec<bool>,
    /// The first input and line without one of the columns, and all columns of such inputs.
    lacking: Option<(String, u64, Vec<String>)>,
}

impl FilterColumns {
    /// Adds what a reader has met, once it has been read to its end.
    pub fn add<R: BufRead>(&mut self, reader: &RecordReader<R>) {
        let met = reader.filters_met();
        self.met.resize(met.len(), false);
        for (known, met) in self.met.iter_mut().zip(met) {
            *known |= met;
        }
        let Some((line, present)) = reader.first_lacking() else { return };
        let (_, _, known) = self.lacking.get_or_insert_with(|| (reader.name().to_owned(), *line, Vec::new()));
        for column in present {
            if !known.contains(column) {
                known.push(column.clone());
            }
        }
    }

    /// Refuses a filter whose column was nowhere.
    ///
    /// # Errors
    /// [`NoSuchColumn`](CorpusError::NoSuchColumn) at the first row without it.
    pub fn check(&self, options: &ReadOptions) -> Result<(), CorpusError> {
        let Some((file, line, present)) = &self.lacking else { return Ok(()) };
        match options.filters.iter().zip(&self.met).find(|(_, met)| !**met) {
            Some(((column, _), _)) => Err(CorpusError::no_such_column(file, *line, column, present.clone())),
            None => Ok(()),
        }
    }
}

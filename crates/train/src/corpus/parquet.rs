//! Parquet: the wanted columns of one row group after the other, some rows at a time.

use std::fmt::{self, Display, Write as _};
use std::fs::File;
use std::io::{self, Read};
use std::panic::{self, AssertUnwindSafe};

use parquet::basic::Type as PhysicalType;
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::DataType;
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::schema::types::SchemaDescriptor;

use super::CorpusError;
use super::cells::{Cell, Kind, unfit};
use super::moments::Moment;
use super::options::Columns;

/// Rows that are taken from the columns at a time.
const ROWS: usize = 256;

/// Reads the wanted columns of a file row by row.
pub(super) struct ParquetRows {
    name: String,
    file: SerializedFileReader<File>,
    /// The column in the file of each wanted one.
    places: Vec<Option<usize>>,
    /// Which wanted columns are dates or times.
    moments: Vec<Option<Moment>>,
    /// The row group to be opened next, and the columns of the one before.
    next_group: usize,
    readers: Vec<Option<ColumnReader>>,
    /// Rows of the group that are not taken yet.
    left: usize,
    /// The taken rows' cells, by wanted column; empty for a column that the file does not have.
    taken: Vec<Vec<Cell>>,
    rows_taken: usize,
    at: usize,
    /// The columns of a file without that of a filter.
    lacking: Option<(u64, Vec<String>)>,
    /// The number of the row, from 1.
    number: u64,
}

impl fmt::Debug for ParquetRows {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("ParquetRows").field("name", &self.name).field("number", &self.number).finish_non_exhaustive()
    }
}

impl ParquetRows {
    /// Copies the input to a temporary file, as its end has to be read first, and looks for the wanted columns.
    pub fn new(input: &mut impl Read, name: &str, columns: &Columns) -> Result<Self, CorpusError> {
        let copied = tempfile::tempfile().and_then(|mut copy| io::copy(input, &mut copy).map(|_| copy));
        let copy = copied.map_err(|source| CorpusError::Read { file: name.to_owned(), line: 1, source })?;
        let file = guarded(|| SerializedFileReader::new(copy)).map_err(|error| fault(name, &error))?;
        let schema = file.metadata().file_metadata().schema_descr_ptr();
        let places: Vec<Option<usize>> = columns
            .names
            .iter()
            .enumerate()
            .map(|(slot, column)| find(&schema, name, columns, slot, column))
            .collect::<Result<_, _>>()?;
        let lacks = columns.lacks_filter(|slot| places[slot].is_some());
        let lacking = lacks.then(|| (1, names(&schema)));
        Ok(Self {
            name: name.to_owned(),
            file,
            next_group: 0,
            readers: Vec::new(),
            left: 0,
            moments: places.iter().map(|place| Moment::of(&schema.column((*place)?))).collect(),
            taken: places.iter().map(|_| Vec::new()).collect(),
            places,
            rows_taken: 0,
            at: 0,
            lacking,
            number: 0,
        })
    }

    /// Reads the next row; its number, or `None` at the end.
    pub fn read(&mut self, columns: &Columns) -> Result<Option<u64>, CorpusError> {
        self.at += 1;
        if self.at >= self.rows_taken && !self.take()? {
            return Ok(None);
        }
        self.number += 1;
        for (slot, cells) in self.taken.iter().enumerate() {
            let Some(kind) = cells.get(self.at).and_then(|cell| cell.kind) else { continue };
            if let Some(expected) = unfit(columns, slot, kind) {
                let (file, column) = (self.name.clone(), columns.names[slot].clone());
                return Err(CorpusError::WrongType { file, line: self.number, column, found: kind.name(), expected });
            }
        }
        Ok(Some(self.number))
    }

    /// The row's value for a wanted column as text; `None` if the file does not have the column. Null is empty.
    pub fn cell(&self, slot: usize) -> Option<&str> {
        self.taken[slot].get(self.at).map(|cell| cell.text.as_str())
    }

    /// The first row, of a file without the column of a filter, and its columns.
    pub fn lacking(&self) -> Option<&(u64, Vec<String>)> {
        self.lacking.as_ref()
    }

    /// Takes the next rows from the columns; whether there were any.
    fn take(&mut self) -> Result<bool, CorpusError> {
        while self.left == 0 {
            if self.next_group == self.file.num_row_groups() {
                return Ok(false);
            }
            guarded(|| self.open_group()).map_err(|error| fault(&self.name, &error))?;
        }
        let rows = self.left.min(ROWS);
        for ((reader, cells), moment) in self.readers.iter_mut().zip(&mut self.taken).zip(&self.moments) {
            let Some(reader) = reader else { continue };
            cells.resize_with(rows, Cell::default);
            let found = guarded(|| fill(reader, cells, *moment)).map_err(|error| fault(&self.name, &error))?;
            if found != rows {
                let reason = format!("a column ends after {found} of {rows} rows");
                return Err(CorpusError::Parquet { file: self.name.clone(), reason });
            }
        }
        self.left -= rows;
        self.rows_taken = rows;
        self.at = 0;
        Ok(true)
    }

    fn open_group(&mut self) -> Result<(), ParquetError> {
        let group = self.file.get_row_group(self.next_group)?;
        self.left = usize::try_from(group.metadata().num_rows()).unwrap_or(0);
        let open = |place: &Option<usize>| place.map(|at| group.get_column_reader(at)).transpose();
        self.readers = self.places.iter().map(open).collect::<Result<_, _>>()?;
        self.next_group += 1;
        Ok(())
    }
}

/// What the parquet crate does, its panics as errors: some damage that its checks do not see makes it panic. What it was reading
/// is not read on after an error.
fn guarded<T>(read: impl FnOnce() -> Result<T, ParquetError>) -> Result<T, ParquetError> {
    panic::catch_unwind(AssertUnwindSafe(read))
        .unwrap_or_else(|_| Err(ParquetError::General("its data are damaged".to_owned())))
}

fn fault(name: &str, error: &ParquetError) -> CorpusError {
    CorpusError::Parquet { file: name.to_owned(), reason: error.to_string() }
}

fn names(schema: &SchemaDescriptor) -> Vec<String> {
    schema.root_schema().get_fields().iter().map(|field| field.name().to_owned()).collect()
}

/// The place of a wanted column among the leaves of the schema, if the file has it.
fn find(
    schema: &SchemaDescriptor,
    name: &str,
    columns: &Columns,
    slot: usize,
    column: &str,
) -> Result<Option<usize>, CorpusError> {
    let fields = schema.root_schema().get_fields();
    let Some(field) = fields.iter().find(|field| field.name() == column) else {
        if columns.is_optional(slot) {
            return Ok(None);
        }
        return Err(CorpusError::no_such_column(name, 1, column, names(schema)));
    };
    let place = schema.columns().iter().position(|leaf| leaf.path().parts() == [column]);
    let kind = match place.filter(|&at| schema.column(at).max_rep_level() == 0) {
        None if field.is_group() => Kind::Object,
        None => Kind::Array,
        Some(at) => kind_of(schema.column(at).physical_type()),
    };
    match unfit(columns, slot, kind) {
        None => Ok(place),
        Some(expected) => {
            let (file, column) = (name.to_owned(), column.to_owned());
            Err(CorpusError::WrongType { file, line: 1, column, found: kind.name(), expected })
        }
    }
}

fn kind_of(physical: PhysicalType) -> Kind {
    match physical {
        PhysicalType::BYTE_ARRAY => Kind::Text,
        PhysicalType::INT32 | PhysicalType::INT64 => Kind::Integer,
        PhysicalType::BOOLEAN => Kind::Boolean,
        PhysicalType::FLOAT | PhysicalType::DOUBLE => Kind::Fraction,
        PhysicalType::INT96 | PhysicalType::FIXED_LEN_BYTE_ARRAY => Kind::Binary,
    }
}

/// Fills the cells from a column; the number of rows that were there.
fn fill(reader: &mut ColumnReader, cells: &mut [Cell], moment: Option<Moment>) -> Result<usize, ParquetError> {
    match reader {
        ColumnReader::ByteArrayColumnReader(reader) => fill_with(reader, cells, Kind::Text, |value, text| {
            text.push_str(value.as_utf8()?);
            Ok(())
        }),
        ColumnReader::BoolColumnReader(reader) => fill_with(reader, cells, Kind::Boolean, show),
        ColumnReader::Int32ColumnReader(reader) => {
            fill_with(reader, cells, Kind::Integer, |&value, text| show_integer(value.into(), moment, text))
        }
        ColumnReader::Int64ColumnReader(reader) => {
            fill_with(reader, cells, Kind::Integer, |&value, text| show_integer(value, moment, text))
        }
        ColumnReader::FloatColumnReader(reader) => fill_with(reader, cells, Kind::Fraction, show),
        ColumnReader::DoubleColumnReader(reader) => fill_with(reader, cells, Kind::Fraction, show),
        ColumnReader::Int96ColumnReader(_) | ColumnReader::FixedLenByteArrayColumnReader(_) => {
            Err(ParquetError::General("a column is binary".to_owned()))
        }
    }
}

/// A whole number, or the date or time that it stands for.
fn show_integer(value: i64, moment: Option<Moment>, text: &mut String) -> Result<(), ParquetError> {
    match moment {
        Some(moment) => moment.write(value, text).map_err(|error| ParquetError::General(error.to_string())),
        None => show(&value, text),
    }
}

fn show(value: &impl Display, text: &mut String) -> Result<(), ParquetError> {
    write!(text, "{value}").map_err(|error| ParquetError::General(error.to_string()))
}

fn fill_with<T: DataType>(
    reader: &mut ColumnReaderImpl<T>,
    cells: &mut [Cell],
    kind: Kind,
    show: impl Fn(&T::T, &mut String) -> Result<(), ParquetError>,
) -> Result<usize, ParquetError> {
    let (mut values, mut levels) = (Vec::new(), Vec::new());
    let (rows, _, _) = reader.read_records(cells.len(), Some(&mut levels), None, &mut values)?;
    let mut values = values.iter();
    for (at, cell) in cells.iter_mut().take(rows).enumerate() {
        cell.text.clear();
        cell.kind = Some(Kind::Null);
        // A column that can hold no null has no levels.
        if levels.get(at).is_none_or(|&level| level > 0) {
            let value = values.next().ok_or_else(|| ParquetError::General("a value is missing".to_owned()))?;
            show(value, &mut cell.text)?;
            cell.kind = Some(kind);
        }
    }
    Ok(rows)
}

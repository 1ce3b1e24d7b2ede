//! The rows of a Parquet file by part: each value as it was, row group by row group.

use std::fs::File;
use std::io::{Seek, Write};
use std::sync::Arc;

use copydesk_train::Corpus;
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::DataType;
use parquet::errors::ParquetError;
use parquet::file::metadata::{ParquetMetaData, RowGroupMetaData};
use parquet::file::properties::WriterProperties;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::ColumnDescriptor;

use super::Parts;
use crate::failure::Failure;
use crate::guarded::guarded;

/// What each part's file holds.
pub(super) fn contents(input: &[u8], name: &str, corpus: &Corpus, parts: &Parts) -> Result<Vec<Vec<u8>>, Failure> {
    let copied = tempfile::tempfile().and_then(|mut copy| {
        copy.write_all(input)?;
        copy.rewind()?;
        Ok(copy)
    });
    let copy = copied.map_err(|error| Failure::Write(format!("cannot write a temporary file: {error}")))?;
    guarded(|| deal(copy, corpus, parts))
        .map_err(|error| Failure::BadData(format!("cannot read {name} as Parquet: {error}")))
}

fn deal(file: File, corpus: &Corpus, parts: &Parts) -> Result<Vec<Vec<u8>>, ParquetError> {
    let reader = SerializedFileReader::new(file)?;
    let of_rows = part_of_rows(reader.metadata(), corpus, parts);
    let schema = reader.metadata().file_metadata().schema_descr().root_schema_ptr();
    let properties = Arc::new(properties(reader.metadata()));
    let mut writers = (0..parts.sizes.len())
        .map(|_| SerializedFileWriter::new(Vec::new(), schema.clone(), properties.clone()))
        .collect::<Result<Vec<_>, _>>()?;
    let mut first = 0;
    for number in 0..reader.num_row_groups() {
        let group = reader.get_row_group(number)?;
        let after = first + usize::try_from(group.metadata().num_rows()).unwrap_or(0);
        let of_group = of_rows.get(first..after).unwrap_or_default();
        first = after;
        let mut outs = Vec::new();
        for (part, writer) in writers.iter_mut().enumerate() {
            outs.push(if of_group.contains(&Some(part)) { Some(writer.next_row_group()?) } else { None });
        }
        for column in 0..group.num_columns() {
            let descriptor = group.metadata().column(column).column_descr();
            match group.get_column_reader(column)? {
                ColumnReader::BoolColumnReader(reader) => deal_column(reader, descriptor, of_group, &mut outs),
                ColumnReader::Int32ColumnReader(reader) => deal_column(reader, descriptor, of_group, &mut outs),
                ColumnReader::Int64ColumnReader(reader) => deal_column(reader, descriptor, of_group, &mut outs),
                ColumnReader::Int96ColumnReader(reader) => deal_column(reader, descriptor, of_group, &mut outs),
                ColumnReader::FloatColumnReader(reader) => deal_column(reader, descriptor, of_group, &mut outs),
                ColumnReader::DoubleColumnReader(reader) => deal_column(reader, descriptor, of_group, &mut outs),
                ColumnReader::ByteArrayColumnReader(reader) => deal_column(reader, descriptor, of_group, &mut outs),
                ColumnReader::FixedLenByteArrayColumnReader(reader) => {
                    deal_column(reader, descriptor, of_group, &mut outs)
                }
            }?;
        }
        for out in outs.into_iter().flatten() {
            out.close()?;
        }
    }
    writers.into_iter().map(SerializedFileWriter::into_inner).collect()
}

/// The part of each row of the file; `None` for those that the filters passed over.
fn part_of_rows(metadata: &ParquetMetaData, corpus: &Corpus, parts: &Parts) -> Vec<Option<usize>> {
    let mut of_rows = vec![None; usize::try_from(metadata.file_metadata().num_rows()).unwrap_or(0)];
    for (text, &part) in corpus.examples().iter().zip(&parts.of_texts) {
        // A text's line is the number of its row, from 1.
        let row = usize::try_from(text.line - 1).ok().and_then(|row| of_rows.get_mut(row));
        if let Some(row) = row {
            *row = Some(part);
        }
    }
    of_rows
}

/// The file's metadata, and the compression of its columns.
fn properties(metadata: &ParquetMetaData) -> WriterProperties {
    let mut properties =
        WriterProperties::builder().set_key_value_metadata(metadata.file_metadata().key_value_metadata().cloned());
    for column in metadata.row_groups().first().into_iter().flat_map(RowGroupMetaData::columns) {
        properties = properties.set_column_compression(column.column_path().clone(), column.compression());
    }
    properties.build()
}

/// A part's values of a column, with their levels where the column has such.
struct Dealt<T> {
    values: Vec<T>,
    definition: Vec<i16>,
    repetition: Vec<i16>,
}

/// Writes one column of a row group to the parts.
fn deal_column<T: DataType>(
    mut reader: ColumnReaderImpl<T>,
    column: &ColumnDescriptor,
    of_rows: &[Option<usize>],
    outs: &mut [Option<SerializedRowGroupWriter<'_, Vec<u8>>>],
) -> Result<(), ParquetError> {
    let (defined, repeated) = (column.max_def_level(), column.max_rep_level() > 0);
    let (mut definition, mut repetition, mut values) = (Vec::new(), Vec::new(), Vec::new());
    while reader.read_records(of_rows.len(), Some(&mut definition), Some(&mut repetition), &mut values)?.0 > 0 {}
    let entries = if defined > 0 { definition.len() } else { values.len() };
    let mut values = values.into_iter();
    let mut dealt: Vec<Dealt<T::T>> =
        outs.iter().map(|_| Dealt { values: Vec::new(), definition: Vec::new(), repetition: Vec::new() }).collect();
    let mut rows = of_rows.iter();
    let mut part = None;
    for at in 0..entries {
        // A row of a repeated column begins where the level is 0.
        if repetition.get(at).is_none_or(|&level| level == 0) {
            part = rows.next().copied().flatten();
        }
        let value = if defined == 0 || definition[at] == defined { values.next() } else { None };
        let Some(part) = part else { continue };
        let of_part = &mut dealt[part];
        of_part.values.extend(value);
        of_part.definition.extend(definition.get(at));
        of_part.repetition.extend(repetition.get(at));
    }
    for (out, of_part) in outs.iter_mut().zip(&dealt) {
        let Some(out) = out else { continue };
        let missing = || ParquetError::General("a column is missing".to_owned());
        let mut writer = out.next_column()?.ok_or_else(missing)?;
        let definition = (defined > 0).then_some(&of_part.definition[..]);
        let repetition = repeated.then_some(&of_part.repetition[..]);
        writer.typed::<T>().write_batch(&of_part.values, definition, repetition)?;
        writer.close()?;
    }
    Ok(())
}

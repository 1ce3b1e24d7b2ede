//! Cleaning columns of a Parquet file. The bytes of all other columns are copied as they are.

use std::fs::File;
use std::io::{self, Write};
use std::ops::Range;
use std::sync::Arc;

use copydesk_infer::Worker;
use copydesk_train::{Compression, Input};
use parquet::basic::{ConvertedType, LogicalType, Type as PhysicalType};
use parquet::bloom_filter::Sbbf;
use parquet::column::reader::{ColumnReader, get_typed_column_reader};
use parquet::column::writer::{ColumnCloseResult, ColumnWriterImpl};
use parquet::data_type::{ByteArray, ByteArrayType};
use parquet::errors::ParquetError;
use parquet::file::metadata::{PageIndexPolicy, ParquetMetaData, ParquetMetaDataReader, RowGroupMetaData};
use parquet::file::properties::{WriterProperties, WriterVersion};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use rayon::prelude::*;

use super::Run;
use super::audit::{self, Place};
use super::summary::Summary;
use super::target::Target;
use crate::failure::Failure;
use crate::guarded::guarded;
use crate::input::{Source, unreadable};

/// Rows that are cleaned together.
const ROWS: usize = 512;

pub(super) fn clean(
    run: &mut Run<'_>,
    source: &Source,
    input: Input,
    compression: Compression,
    target: &mut Target,
    summary: &mut Summary,
) -> Result<(), Failure> {
    let name = source.name();
    let fail = |error: &ParquetError| Failure::BadData(format!("cannot read {name} as Parquet: {error}"));
    let file = seekable(source, input, compression)?;
    let metadata = guarded(|| {
        ParquetMetaDataReader::new().with_page_index_policy(PageIndexPolicy::Optional).parse_and_finish(&file)
    });
    let metadata = metadata.map_err(|error| fail(&error))?;
    let columns = columns(&metadata, &name, &run.columns)?;
    let mut out = Watched { out: target.writer(), error: None };
    let mut table = Table { run, file: &file, name: &name, metadata: &metadata, columns: &columns, summary };
    let cleaned = guarded(|| table.write(&mut out));
    match (out.error, cleaned) {
        (Some(error), _) => Err(target.failure(&error)),
        (None, Ok(())) => Ok(()),
        (None, Err(Fault::Parquet(error))) => Err(fail(&error)),
        (None, Err(Fault::Other(failure))) => Err(failure),
    }
}

/// The input as a file whose end can be read first: itself, or a temporary copy of what is packed or comes from a pipe.
fn seekable(source: &Source, mut input: Input, compression: Compression) -> Result<File, Failure> {
    let fail = |error| unreadable(&source.name(), &error);
    if let (Source::File(path), Compression::Plain) = (source, compression) {
        let file = File::open(path).map_err(fail)?;
        if file.metadata().map_err(fail)?.is_file() {
            return Ok(file);
        }
    }
    let mut copy = tempfile::tempfile().map_err(fail)?;
    io::copy(&mut input, &mut copy).map_err(fail)?;
    Ok(copy)
}

/// The places of the named columns among the file's.
fn columns(metadata: &ParquetMetaData, name: &str, wanted: &[String]) -> Result<Vec<usize>, Failure> {
    let schema = metadata.file_metadata().schema_descr();
    wanted
        .iter()
        .map(|column| {
            let Some(at) = schema.columns().iter().position(|leaf| leaf.path().parts()[0] == *column) else {
                let fields = schema.root_schema().get_fields();
                let known: Vec<String> = fields.iter().map(|field| format!("`{}`", field.name())).collect();
                let known = known.join(", ");
                return Err(Failure::BadData(format!(
                    "{name}: there is no column `{column}`: the columns are {known}"
                )));
            };
            let leaf = schema.column(at);
            let of_text = matches!(leaf.logical_type_ref(), None | Some(LogicalType::String | LogicalType::Json))
                && matches!(leaf.converted_type(), ConvertedType::NONE | ConvertedType::UTF8 | ConvertedType::JSON);
            let plain = leaf.path().parts().len() == 1 && leaf.max_rep_level() == 0;
            if leaf.physical_type() == PhysicalType::BYTE_ARRAY && of_text && plain {
                Ok(at)
            } else {
                Err(Failure::BadData(format!(
                    "{name}: the column `{column}` holds no texts: it has to be one of strings"
                )))
            }
        })
        .collect()
}

/// What stopped the cleaning of a table.
enum Fault {
    Parquet(ParquetError),
    Other(Failure),
}

impl From<ParquetError> for Fault {
    fn from(error: ParquetError) -> Self {
        Self::Parquet(error)
    }
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        Self::Other(failure)
    }
}

/// A writer that keeps the system's error, which Parquet's would hide.
struct Watched<W> {
    out: W,
    error: Option<io::Error>,
}

impl<W> Watched<W> {
    fn watch<T>(&mut self, result: io::Result<T>) -> io::Result<T> {
        result.map_err(|error| {
            let kind = error.kind();
            if kind != io::ErrorKind::Interrupted {
                self.error = Some(error);
            }
            kind.into()
        })
    }
}

impl<W: Write> Write for Watched<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes);
        self.watch(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = self.out.flush();
        self.watch(flushed)
    }
}

/// A table under way.
struct Table<'a, 'b> {
    run: &'a mut Run<'b>,
    file: &'a File,
    name: &'a str,
    metadata: &'a ParquetMetaData,
    columns: &'a [usize],
    summary: &'a mut Summary,
}

/// A cleaned value, with the audit of its cuts.
struct Cleaned {
    text: ByteArray,
    audit: Vec<u8>,
    summary: Summary,
}

impl Table<'_, '_> {
    fn write(&mut self, out: &mut (impl Write + Send)) -> Result<(), Fault> {
        let schema = self.metadata.file_metadata().schema_descr().root_schema_ptr();
        let mut writer = SerializedFileWriter::new(out, schema, Arc::new(self.properties()))?;
        let reader = SerializedFileReader::new(self.file.try_clone().map_err(ParquetError::from)?)?;
        let mut first_row = 1;
        for (number, group) in self.metadata.row_groups().iter().enumerate() {
            let mut group_out = writer.next_row_group()?;
            let group_in = reader.get_row_group(number)?;
            for column in 0..group.num_columns() {
                if self.columns.contains(&column) {
                    self.rewrite(group_in.get_column_reader(column)?, column, first_row, &mut group_out)?;
                } else {
                    self.copy(number, group, column, &mut group_out)?;
                }
            }
            group_out.close()?;
            first_row += u64::try_from(group.num_rows()).unwrap_or(0);
        }
        writer.close()?;
        Ok(())
    }

    /// The file's metadata, and of the rewritten columns the compression.
    fn properties(&self) -> WriterProperties {
        let of_file = self.metadata.file_metadata();
        let version = if of_file.version() >= 2 { WriterVersion::PARQUET_2_0 } else { WriterVersion::PARQUET_1_0 };
        let mut properties = WriterProperties::builder()
            .set_writer_version(version)
            .set_key_value_metadata(of_file.key_value_metadata().cloned());
        if let Some(group) = self.metadata.row_groups().first() {
            for column in self.columns.iter().map(|&at| group.column(at)) {
                properties = properties.set_column_compression(column.column_path().clone(), column.compression());
            }
        }
        properties.build()
    }

    /// Copies a column of a row group byte for byte.
    fn copy<W: Write + Send>(
        &self,
        number: usize,
        group: &RowGroupMetaData,
        at: usize,
        out: &mut SerializedRowGroupWriter<'_, W>,
    ) -> Result<(), ParquetError> {
        let column = group.column(at);
        let index = self.metadata.page_index();
        let close = ColumnCloseResult {
            bytes_written: u64::try_from(column.compressed_size()).unwrap_or(0),
            rows_written: u64::try_from(group.num_rows()).unwrap_or(0),
            metadata: column.clone(),
            bloom_filter: Sbbf::read_from_column_chunk(column, self.file)?,
            column_index: index.and_then(|index| index.column_index(number, at)).cloned(),
            offset_index: index.and_then(|index| index.offset_index(number, at)).cloned(),
        };
        out.append_column(self.file, close)
    }

    /// Writes a column of a row group with its texts cleaned.
    fn rewrite<W: Write + Send>(
        &mut self,
        reader: ColumnReader,
        column: usize,
        first_row: u64,
        out: &mut SerializedRowGroupWriter<'_, W>,
    ) -> Result<(), Fault> {
        let mut reader = get_typed_column_reader::<ByteArrayType>(reader);
        let nullable = self.metadata.file_metadata().schema_descr().column(column).max_def_level() > 0;
        let missing = || ParquetError::General("a column is missing".to_owned());
        let mut column_out = out.next_column()?.ok_or_else(missing)?;
        let mut row = first_row;
        loop {
            let (mut values, mut levels) = (Vec::new(), Vec::new());
            let (rows, _, _) = reader.read_records(ROWS, Some(&mut levels), None, &mut values)?;
            if rows == 0 {
                break;
            }
            let present = (0..rows).filter(|&at| levels.get(at).is_none_or(|&level| level > 0));
            let places: Vec<u64> = present.map(|at| row + at as u64).collect();
            let cleaned = self.clean_values(column, &values, &places)?;
            let writer: &mut ColumnWriterImpl<'_, ByteArrayType> = column_out.typed();
            writer.write_batch(&cleaned, nullable.then_some(&levels), None)?;
            row += rows as u64;
        }
        column_out.close()?;
        Ok(())
    }

    fn clean_values(&mut self, column: usize, values: &[ByteArray], rows: &[u64]) -> Result<Vec<ByteArray>, Failure> {
        let schema = self.metadata.file_metadata().schema_descr();
        let column = schema.column(column).name().to_owned();
        let (run, name) = (&*self.run, self.name);
        let pieces = values.par_iter().zip(rows);
        let cleaned = pieces.map_init(
            || run.cutter.classifier.worker(),
            |worker, (value, &row)| clean_value(run, worker, name, &column, value, row),
        );
        let cleaned: Vec<Cleaned> = cleaned.collect::<Result<_, _>>()?;
        let mut texts = Vec::with_capacity(cleaned.len());
        for value in cleaned {
            self.summary.add(&value.summary);
            if let Some(audit) = &mut self.run.audit {
                audit.write(&value.audit)?;
            }
            texts.push(value.text);
        }
        Ok(texts)
    }
}

fn clean_value(
    run: &Run<'_>,
    worker: &mut Worker<'_>,
    name: &str,
    column: &str,
    value: &ByteArray,
    row: u64,
) -> Result<Cleaned, Failure> {
    let text = std::str::from_utf8(value.data())
        .map_err(|error| Failure::BadData(format!("{name}: row {row}: `{column}` is not UTF-8: {error}")))?;
    let mut summary = run.total.empty();
    let cuts = run.cutter.cuts(worker, text, &mut summary);
    let audit = if run.audit.is_some() {
        let place = Place { file: name, line: Some(row), column: Some(column) };
        audit::records(run.cutter.classifier, &place, text, 0, &cuts)
    } else {
        Vec::new()
    };
    let parts: Vec<Range<usize>> = cuts.into_iter().map(|cut| cut.bytes).collect();
    let text = if parts.is_empty() { value.clone() } else { without(text, &parts).into_bytes().into() };
    Ok(Cleaned { text, audit, summary })
}

fn without(text: &str, parts: &[Range<usize>]) -> String {
    let (mut left, mut kept) = (String::with_capacity(text.len()), 0);
    for part in parts {
        left.push_str(&text[kept..part.start]);
        kept = part.end;
    }
    left + &text[kept..]
}

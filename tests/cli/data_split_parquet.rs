//! `copydesk data split` on Parquet: all columns go along, whatever they hold.

use std::fs::File;
use std::sync::Arc;

use parquet::basic::Compression;
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, FixedLenByteArray, FixedLenByteArrayType, Int64Type};
use parquet::file::metadata::ParquetMetaData;
use parquet::file::properties::WriterProperties;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

use crate::run::{Folder, copydesk};

/// A table with a label, and columns of many kinds that nobody reads, in row groups of five.
fn write_labelled(path: &str, rows: usize) {
    const LABELLED: &str = "message rows { required binary text (UTF8); required binary label (UTF8); optional int64 n; \
                            repeated double scores; required fixed_len_byte_array(3) code; }";
    let schema = Arc::new(parse_message_type(LABELLED).unwrap());
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY);
    let mut writer =
        SerializedFileWriter::new(File::create(path).unwrap(), schema, Arc::new(properties.build())).unwrap();
    let numbers: Vec<usize> = (0..rows).collect();
    for group in numbers.chunks(5) {
        let mut out = writer.next_row_group().unwrap();
        for of_row in [|row: usize| format!("Text number {row}."), |row: usize| ["wet", "dry"][row % 2].to_owned()] {
            let texts: Vec<ByteArray> = group.iter().map(|&row| of_row(row).into_bytes().into()).collect();
            let mut column = out.next_column().unwrap().unwrap();
            column.typed::<ByteArrayType>().write_batch(&texts, None, None).unwrap();
            column.close().unwrap();
        }
        let levels: Vec<i16> = group.iter().map(|row| i16::from(row % 3 > 0)).collect();
        let values: Vec<i64> =
            group.iter().filter(|row| *row % 3 > 0).map(|&row| i64::try_from(row).unwrap()).collect();
        let mut column = out.next_column().unwrap().unwrap();
        column.typed::<Int64Type>().write_batch(&values, Some(&levels), None).unwrap();
        column.close().unwrap();
        // Row n has n mod 4 scores; one without any has a level that says so.
        let (mut scores, mut definition, mut repetition) = (Vec::new(), Vec::new(), Vec::new());
        for &row in group {
            scores.extend((0..row % 4).map(|at| (row * 10 + at) as f64));
            definition.extend(if row % 4 == 0 { vec![0] } else { vec![1; row % 4] });
            repetition.extend((0..(row % 4).max(1)).map(|at| i16::from(at > 0)));
        }
        let mut column = out.next_column().unwrap().unwrap();
        column.typed::<DoubleType>().write_batch(&scores, Some(&definition), Some(&repetition)).unwrap();
        column.close().unwrap();
        let codes: Vec<FixedLenByteArray> =
            group.iter().map(|row| ByteArray::from(format!("{row:03}").into_bytes()).into()).collect();
        let mut column = out.next_column().unwrap().unwrap();
        column.typed::<FixedLenByteArrayType>().write_batch(&codes, None, None).unwrap();
        column.close().unwrap();
        out.close().unwrap();
    }
    writer.close().unwrap();
}

/// The rows of a file as text, and what stands at its end.
fn open(path: &str) -> (Vec<String>, ParquetMetaData) {
    let reader = SerializedFileReader::new(File::open(path).unwrap()).unwrap();
    let rows = reader.get_row_iter(None).unwrap().map(|row| row.unwrap().to_string()).collect();
    (rows, reader.metadata().clone())
}

#[test]
fn a_table_is_split_with_all_its_columns() {
    let folder = Folder::new();
    let (file, out) = (folder.path("in.parquet"), folder.path("parts"));
    write_labelled(&file, 23);
    copydesk(&["data", "split", &file, "--test", "30%", "--dev", "20%", "--out", &out]).ok();
    let whole = open(&file).0;
    let mut left: Vec<&String> = whole.iter().collect();
    for (part, rows) in [("train", 11), ("dev", 5), ("test", 7)] {
        let path = format!("{out}/{part}.parquet");
        let (found, metadata) = open(&path);
        let places: Vec<usize> =
            found.iter().map(|row| whole.iter().position(|of_whole| of_whole == row).unwrap()).collect();
        assert!(places.is_sorted(), "{part}: {places:?}");
        assert!(found.len().abs_diff(rows) <= 1, "{part}: {}", found.len());
        left.retain(|row| !found.contains(row));
        assert_eq!(metadata.row_group(0).column(0).compression(), Compression::SNAPPY);
    }
    assert!(left.is_empty(), "{left:?}");
}

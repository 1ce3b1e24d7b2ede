//! Parquet files with bytes missing or changed end in records or in an error.
//!
//! `COPYDESK_DAMAGE=all cargo test -p copydesk-train --features parquet --test parquet_damage` tries eight changes of every byte;
//! without it one.
#![cfg(feature = "parquet")]
#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::panic;
use std::sync::Arc;

use copydesk_train::{Format, Labels, ReadOptions, RecordReader};
use parquet::basic::{BrotliLevel, Compression, GzipLevel, ZstdLevel};
use parquet::data_type::{ByteArray, ByteArrayType};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

const SCHEMA: &str = "message rows { optional binary text (UTF8); required binary label (UTF8); }";

/// Forty rows in two groups.
fn whole(compression: Compression, dictionary: bool) -> Vec<u8> {
    let properties =
        WriterProperties::builder().set_compression(compression).set_dictionary_enabled(dictionary).build();
    let schema = Arc::new(parse_message_type(SCHEMA).unwrap());
    let mut bytes = Vec::new();
    let mut writer = SerializedFileWriter::new(&mut bytes, schema, Arc::new(properties)).unwrap();
    for group in 0..2 {
        let rows = || (0..20).map(|row| group * 20 + row);
        let texts: Vec<ByteArray> =
            rows().map(|row| ByteArray::from(format!("The council met in room {row}.").as_str())).collect();
        let levels: Vec<i16> = rows().map(|_| 1).collect();
        let labels: Vec<ByteArray> =
            rows().map(|row| ByteArray::from(["news", "views"][usize::from(row % 2 == 0)])).collect();
        let mut out = writer.next_row_group().unwrap();
        for (values, levels) in [(&texts, Some(&levels[..])), (&labels, None)] {
            let mut column = out.next_column().unwrap().unwrap();
            column.typed::<ByteArrayType>().write_batch(values, levels, None).unwrap();
            column.close().unwrap();
        }
        out.close().unwrap();
    }
    writer.close().unwrap();
    bytes
}

/// The number of records before the end or the first error, and the error.
fn read(bytes: &[u8]) -> (usize, Option<String>) {
    let options = ReadOptions::default();
    let mut records = match RecordReader::new(bytes, "input", Format::Parquet, &options, Labels::Required) {
        Ok(records) => records,
        Err(error) => return (0, Some(error.to_string())),
    };
    let mut count = 0;
    loop {
        match records.next() {
            None => return (count, None),
            Some(Ok(_)) => count += 1,
            Some(Err(error)) => return (count, Some(error.to_string())),
        }
    }
}

#[test]
fn damaged_files_end_in_records_or_in_an_error() {
    let all = std::env::var_os("COPYDESK_DAMAGE").is_some_and(|value| value == "all");
    let changes: &[u8] = if all { &[1, 2, 4, 8, 16, 32, 64, 128] } else { &[128] };
    let kinds = [
        (Compression::UNCOMPRESSED, true),
        (Compression::UNCOMPRESSED, false),
        (Compression::SNAPPY, true),
        (Compression::GZIP(GzipLevel::default()), true),
        (Compression::BROTLI(BrotliLevel::default()), true),
        (Compression::ZSTD(ZstdLevel::default()), true),
        (Compression::LZ4_RAW, false),
    ];
    let mut broken = Vec::new();
    for (compression, dictionary) in kinds {
        let whole = whole(compression, dictionary);
        let rows = read(&whole);
        assert_eq!(rows, (40, None), "{compression}");
        let mut check = |bytes: &[u8], what: &str| {
            let found = panic::catch_unwind(|| read(bytes));
            match found {
                Ok((_, Some(message))) if !message.starts_with("input") => broken.push(format!("{what}: {message}")),
                Ok(_) => {}
                Err(_) => broken.push(format!("{compression}, {what}")),
            }
        };
        for at in 0..whole.len() {
            check(&whole[..at], &format!("{at} bytes left"));
            for change in changes {
                let mut bytes = whole.clone();
                bytes[at] ^= change;
                check(&bytes, &format!("byte {at} ^ {change}"));
            }
        }
    }
    assert!(broken.is_empty(), "{} of them: {}", broken.len(), broken[..broken.len().min(20)].join("\n"));
}

//! Parquet: read by every command with tables, cleaned without touching the other columns.

use std::fs::{self, File};
use std::sync::Arc;

use parquet::basic::{Compression, ZstdLevel};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int32Type, Int64Type};
use parquet::file::metadata::{KeyValue, ParquetMetaData};
use parquet::file::properties::WriterProperties;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::SerializedFileWriter;
use parquet::record::{Row, RowAccessor};
use parquet::schema::parser::parse_message_type;
use serde_json::Value;

use crate::run::{Folder, NOTICES, copydesk, read, small_model};

const SCHEMA: &str = "message stories { required int64 n; optional binary body (UTF8); required double score; \
                      required group o { optional binary body (UTF8); } }";

/// A table with one row a text, in row groups of three; `None` is null.
fn write(path: &str, texts: &[Option<&str>], compression: Compression) {
    let properties = WriterProperties::builder()
        .set_compression(compression)
        .set_key_value_metadata(Some(vec![KeyValue::new("made by".to_owned(), "a test".to_owned())]));
    let schema = Arc::new(parse_message_type(SCHEMA).unwrap());
    let mut writer =
        SerializedFileWriter::new(File::create(path).unwrap(), schema, Arc::new(properties.build())).unwrap();
    for (group, texts) in (0_i64..).zip(texts.chunks(3)) {
        let mut out = writer.next_row_group().unwrap();
        let numbers: Vec<i64> = (group * 3..).take(texts.len()).collect();
        let bytes: Vec<ByteArray> = texts.iter().flatten().map(|text| ByteArray::from(*text)).collect();
        let levels: Vec<i16> = texts.iter().map(|text| i16::from(text.is_some())).collect();
        let mut column = out.next_column().unwrap().unwrap();
        column.typed::<Int64Type>().write_batch(&numbers, None, None).unwrap();
        column.close().unwrap();
        let mut column = out.next_column().unwrap().unwrap();
        column.typed::<ByteArrayType>().write_batch(&bytes, Some(&levels), None).unwrap();
        column.close().unwrap();
        let mut column = out.next_column().unwrap().unwrap();
        let scores: Vec<f64> = numbers.iter().map(|&n| n as f64 / 8.0).collect();
        column.typed::<DoubleType>().write_batch(&scores, None, None).unwrap();
        column.close().unwrap();
        let mut column = out.next_column().unwrap().unwrap();
        column.typed::<ByteArrayType>().write_batch(&bytes, Some(&levels), None).unwrap();
        column.close().unwrap();
        out.close().unwrap();
    }
    writer.close().unwrap();
}

fn open(path: &str) -> (Vec<Row>, ParquetMetaData) {
    let reader = SerializedFileReader::new(File::open(path).unwrap()).unwrap();
    let rows = reader.get_row_iter(None).unwrap().map(Result::unwrap).collect();
    (rows, reader.metadata().clone())
}

const TEXTS: [Option<&str>; 7] = [
    Some("Fog and rain. Lost: a key."),
    None,
    Some("Lost: a key."),
    Some("Rain at night. Fog at noon."),
    Some(""),
    Some("Soup is on 🍲. Snow and fog."),
    Some("Simmer the leeks."),
];

#[test]
fn a_column_is_cleaned_and_all_else_is_as_it_was() {
    let folder = Folder::new();
    let (file, out, audit) = (folder.path("a.parquet"), folder.path("b.parquet"), folder.path("cuts.jsonl"));
    for compression in [Compression::UNCOMPRESSED, Compression::SNAPPY, Compression::ZSTD(ZstdLevel::default())] {
        write(&file, &TEXTS, compression);
        let options = ["--text-column", "body", "--audit", &audit];
        let clean = [&["clean", "--model", small_model(), "--drop", "weather"], &options[..]].concat();
        let run = copydesk(&[&clean[..], &[&file, "--out", &out]].concat());
        let cuts: Vec<Value> = read(&audit).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert!(cuts.len() >= 3 && run.err.starts_with(&format!("cut {} of ", cuts.len())), "{}", run.err);

        let ((before, was), (after, is)) = (open(&file), open(&out));
        assert_eq!(is.file_metadata().schema(), was.file_metadata().schema());
        assert_eq!(is.file_metadata().key_value_metadata(), was.file_metadata().key_value_metadata());
        assert_eq!(is.num_row_groups(), 3);
        let (bytes_before, bytes_after) = (fs::read(&file).unwrap(), fs::read(&out).unwrap());
        for (was, is) in was.row_groups().iter().zip(is.row_groups()) {
            for (was, is) in was.columns().iter().zip(is.columns()) {
                assert_eq!(is.compression(), was.compression());
                let pages = |bytes: &[u8], (start, length): (u64, u64)| {
                    bytes[usize::try_from(start).unwrap()..][..usize::try_from(length).unwrap()].to_vec()
                };
                if was.column_path().string() != "body" {
                    assert_eq!(pages(&bytes_after, is.byte_range()), pages(&bytes_before, was.byte_range()));
                    assert_eq!(is.statistics(), was.statistics());
                }
            }
        }
        for (row, (was, is)) in before.iter().zip(&after).enumerate() {
            let column = |row: &Row, at: usize| row.get_column_iter().nth(at).unwrap().1.clone();
            for at in [0, 2, 3] {
                assert_eq!(column(is, at), column(was, at));
            }
            let mut expected = TEXTS[row].map(str::to_owned);
            for cut in cuts.iter().filter(|cut| cut["line"] == row as u64 + 1).rev() {
                let at = |key: &str| usize::try_from(cut[key].as_u64().unwrap()).unwrap();
                let text = expected.as_mut().unwrap();
                assert_eq!(cut["text"], text[at("start")..at("end")]);
                text.replace_range(at("start")..at("end"), "");
            }
            assert_eq!(is.get_string(1).ok().cloned(), expected);
        }
        // From a pipe to a pipe it is the same file.
        let arguments = [&clean[..], &["--input-format", "parquet"]].concat();
        let piped = crate::run::command(&arguments).stdin(File::open(&file).unwrap()).output().unwrap();
        assert!(piped.stdout == bytes_after);
    }
}

#[test]
fn tables_in_parquet_are_read_as_other_tables_are() {
    let folder = Folder::new();
    let texts: Vec<&str> = TEXTS.iter().flatten().copied().collect();
    let file = folder.path("a.parquet");
    write(&file, &texts.iter().map(|text| Some(*text)).collect::<Vec<_>>(), Compression::SNAPPY);
    let lines: String = texts.iter().map(|text| format!("{}\n", serde_json::json!({ "body": text }))).collect();
    let jsonl = folder.file("a.jsonl", lines);
    let classify = |file: &str| {
        copydesk(&["classify", "--model", small_model(), "--text-column", "body", file]).ok().replace(file, "FILE")
    };
    assert_eq!(classify(&file), classify(&jsonl));
    let refused = copydesk(&["classify", "--text-column", "n", &file]);
    assert_eq!(refused.code, 65);
    assert!(refused.err.contains("`n` is an integer: it has to be a string"), "{}", refused.err);
    let refused = copydesk(&["classify", "--text-column", "bdy", &file]);
    assert!(refused.err.contains("did you mean `body`?"), "{}", refused.err);
}

#[test]
fn labelled_texts_in_parquet_are_measured_as_others_are() {
    let folder = Folder::new();
    let file = folder.path("notices.parquet");
    let schema =
        parse_message_type("message m { required binary text (UTF8); required binary label (UTF8); }").unwrap();
    let mut writer = SerializedFileWriter::new(File::create(&file).unwrap(), Arc::new(schema), Arc::default()).unwrap();
    let corpus = copydesk_train::Corpus::read(&[NOTICES], &copydesk_train::ReadOptions::default()).unwrap();
    let mut group = writer.next_row_group().unwrap();
    for column in 0..2 {
        let value = |example: &copydesk_train::Example| {
            ByteArray::from(if column == 0 { &*example.text } else { &*corpus.labels()[example.label as usize] })
        };
        let values: Vec<ByteArray> = corpus.examples().iter().map(value).collect();
        let mut out = group.next_column().unwrap().unwrap();
        out.typed::<ByteArrayType>().write_batch(&values, None, None).unwrap();
        out.close().unwrap();
    }
    group.close().unwrap();
    writer.close().unwrap();
    let scores = |file: &str| copydesk(&["eval", small_model(), file, "--json"]).json()["scores"].clone();
    let (found, expected) = (scores(&file), scores(NOTICES));
    for score in ["accuracy", "brier", "log_loss", "confusion"] {
        assert_eq!(found[score], expected[score], "{score}");
    }
}

#[test]
fn dates_and_times_of_parquet_are_iso_text() {
    let folder = Folder::new();
    let file = folder.path("dates.parquet");
    let schema = "message m { required binary text (UTF8); optional int32 day (DATE); \
                  required int64 at (TIMESTAMP(MILLIS,true)); }";
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let mut writer = SerializedFileWriter::new(File::create(&file).unwrap(), schema, Arc::default()).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let mut out = group.next_column().unwrap().unwrap();
    out.typed::<ByteArrayType>().write_batch(&["Fog.".into(), "Rain.".into(), "Snow.".into()], None, None).unwrap();
    out.close().unwrap();
    let mut out = group.next_column().unwrap().unwrap();
    out.typed::<Int32Type>().write_batch(&[20_454, 20_500], Some(&[1, 0, 1]), None).unwrap();
    out.close().unwrap();
    let mut out = group.next_column().unwrap().unwrap();
    let times = [1_767_225_600_000, 1_767_225_601_500, 1_735_689_599_000];
    out.typed::<Int64Type>().write_batch(&times, None, None).unwrap();
    out.close().unwrap();
    group.close().unwrap();
    writer.close().unwrap();
    let values = |options: &[&str]| -> Vec<String> {
        let share =
            ["share", "--model", small_model(), "--resamples", "100", "--text-column", "text", "--format", "json"];
        let json = copydesk(&[&share[..], options, &[&file]].concat()).json();
        json["values"].as_array().unwrap().iter().map(|part| part["value"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(values(&["--by", "day"]), ["", "2026-01-01", "2026-02-16"]);
    assert_eq!(values(&["--by", "at:month"]), ["2024-12", "2026-01"]);
    assert_eq!(values(&["--by", "at"]), ["2024-12-31T23:59:59Z", "2026-01-01T00:00:00Z", "2026-01-01T00:00:01.500Z"]);
    assert_eq!(values(&["--by", "day:year", "--where", "day=2026-01-01"]), ["2026"]);
}

#[test]
fn what_is_no_parquet_is_refused() {
    let folder = Folder::new();
    let file = folder.path("a.parquet");
    write(&file, &TEXTS, Compression::SNAPPY);
    let whole = fs::read(&file).unwrap();
    let classify = ["classify", "--text-column", "body"];
    let clean = ["clean", "--drop", "appeal", "--text-column", "body"];
    for (name, bytes) in
        [("cut.parquet", &whole[..whole.len() - 9]), ("text.parquet", b"body\nFog.\n"), ("empty.parquet", b"")]
    {
        let bad = folder.file(name, bytes);
        for command in [&classify[..], &clean] {
            let run = copydesk(&[command, &[&bad]].concat());
            assert_eq!((run.code, run.out.as_str()), (65, ""), "{name}: {}", run.err);
            assert!(run.err.contains(name) && run.err.contains("Parquet"), "{}", run.err);
        }
    }
    // Whatever byte is wrong, it is an answer or an error.
    for at in (4..whole.len()).step_by(whole.len() / 200) {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x55;
        for command in [&classify[..], &clean] {
            let run = copydesk_reading_bytes(&[command, &["--input-format", "parquet"]].concat(), &damaged);
            assert!(!run.1.contains("panicked"), "byte {at}: {}", run.1);
            assert!([0, 65].contains(&run.0), "byte {at}: {run:?}");
        }
    }
    let refused = copydesk(&[&clean[..], &["--drop-empty", &file]].concat());
    assert_eq!(refused.code, 2, "{}", refused.err);
    let refused = copydesk(&["clean", "--drop", "appeal", "--text-column", "n", &file]);
    assert!(refused.code == 65 && refused.err.contains("holds no texts"), "{}", refused.err);
}

/// The code and the messages of a run whose output may be no text.
fn copydesk_reading_bytes(arguments: &[&str], input: &[u8]) -> (i32, String) {
    let folder = Folder::new();
    let file = folder.file("input", input);
    let output = crate::run::command(arguments).stdin(File::open(file).unwrap()).output().unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

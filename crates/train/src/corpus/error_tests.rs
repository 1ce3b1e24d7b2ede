//! Every way in which a corpus can be wrong, with the message that a reader of it gets.

use std::error::Error as _;
use std::io::{self, BufReader, Read};

use super::*;

fn error(content: impl AsRef<[u8]>, format: Format) -> CorpusError {
    error_with(content, format, &ReadOptions::default())
}

fn error_with(content: impl AsRef<[u8]>, format: Format, options: &ReadOptions) -> CorpusError {
    Corpus::from_reader(content.as_ref(), "f", format, options).unwrap_err()
}

fn csv(content: impl AsRef<[u8]>) -> String {
    let error = error(content, Format::Csv);
    assert_eq!(error.kind(), ErrorKind::BadData);
    error.to_string()
}

fn json(content: impl AsRef<[u8]>) -> String {
    error(content, Format::JsonLines).to_string()
}

#[track_caller]
fn starts(message: &str, start: &str) {
    assert!(message.starts_with(start), "{message:?} does not start with {start:?}");
}

#[test]
fn a_missing_file_is_no_input() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("none.csv");
    let error = Corpus::read(&[&path], &ReadOptions::default()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoInput);
    starts(&error.to_string(), &format!("cannot read {}: ", path.display()));
    assert!(error.source().is_some());
}

#[test]
fn a_directory_is_no_input() {
    let folder = tempfile::tempdir().unwrap();
    let error = Corpus::read(&[folder.path()], &ReadOptions::default()).unwrap_err();
    assert!(matches!(error, CorpusError::Directory { .. }));
    assert_eq!(error.kind(), ErrorKind::NoInput);
}

#[test]
fn an_input_that_breaks_off_is_no_input() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("the disk is gone"))
        }
    }
    let input = BufReader::new(b"text,label\na,b\n".chain(Broken));
    let error = Corpus::from_reader(input, "f", Format::Csv, &ReadOptions::default()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoInput);
    assert_eq!(error.to_string(), "f:3: cannot read on: the disk is gone");
}

#[test]
fn an_unknown_extension_asks_for_the_format() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("corpus.json");
    std::fs::write(&path, "{\"text\":\"t\",\"label\":\"l\"}").unwrap();
    let error = Corpus::read(&[&path], &ReadOptions::default()).unwrap_err();
    assert!(matches!(error, CorpusError::UnknownExtension { .. }));
    let options = ReadOptions { format: Some(Format::JsonLines), ..ReadOptions::default() };
    assert_eq!(Corpus::read(&[&path], &options).unwrap().examples().len(), 1);
}

#[test]
fn no_rows_and_no_files_are_errors() {
    for (content, format) in [
        ("", Format::Csv),
        ("\u{feff}", Format::Csv),
        ("\n\r\n", Format::Csv),
        ("text,label\n", Format::Csv),
        ("", Format::JsonLines),
        (" \n\n", Format::JsonLines),
    ] {
        let error = error(content, format);
        assert!(matches!(error, CorpusError::Empty { .. }), "{content:?}: {error}");
    }
    let none: [&Path; 0] = [];
    let error = Corpus::read(&none, &ReadOptions::default()).unwrap_err();
    starts(&error.to_string(), "(no files): there are no rows");
}

#[test]
fn an_empty_file_among_others_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let (full, empty) = (folder.path().join("full.csv"), folder.path().join("empty.csv"));
    std::fs::write(&full, "text,label\na,b\n").unwrap();
    std::fs::write(&empty, "text,label\n").unwrap();
    let error = Corpus::read(&[&full, &empty], &ReadOptions::default()).unwrap_err();
    starts(&error.to_string(), &empty.display().to_string());
}

#[test]
fn utf16_is_named() {
    let units: Vec<u16> = "text,label\na,b\n".encode_utf16().collect();
    let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
    let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
    for bytes in [&little, &big, &[b"\xFF\xFE", &little[..]].concat(), &[b"\xFE\xFF", &big[..]].concat()] {
        starts(&csv(bytes), "f:1: the file is encoded in UTF-16");
    }
}

#[test]
fn invalid_utf8_is_found_to_the_byte() {
    starts(&csv(b"text,label\n\"a\nb\xE9c\",d\n"), "f:3:2: invalid UTF-8 at byte 2");
    starts(&csv(b"\xEF\xBB\xBFte\xFFxt,label\n"), "f:1:6: invalid UTF-8 at byte 6");
    starts(&json(b"{}\xC3\n"), "f:1:3: invalid UTF-8");
}

#[test]
fn what_is_binary_or_cut_off_is_not_told_to_be_converted() {
    starts(&json(b"{}\xC3"), "f:1:3: the file ends within a character");
    starts(&csv(b"text,label\na,b\nc\xE2\x80"), "f:3:2: the file ends within a character");
    starts(&csv(b"\x89PNG\r\n\x1a\n\0\0"), "f:1:1: the file is binary");
    starts(&csv(b"PK\x03\x04\x14\0\x08\xe9\n"), "f:1:8: the file is binary");
}

#[test]
fn carriage_returns_alone_are_named() {
    let said = "f:1: the lines end in carriage returns (CR) alone";
    starts(&csv("text,label\rrain,x\rfog,y\r"), said);
    starts(&csv("\"text\",\"label\"\r\"rain\",\"x\""), said);
    starts(&csv("text,label\rrain\n or shine,x\r"), said);
    starts(&json("{\"text\":\"a\",\"label\":\"b\"}\r{\"text\":\"c\",\"label\":\"d\"}\r"), said);
    let quoted =
        Corpus::from_reader("text,label,\"a\rnote\"\na,b,c\n".as_bytes(), "f", Format::Csv, &ReadOptions::default());
    assert!(quoted.is_ok(), "a name may have one in it");
    assert!(!csv("text,label\r\r\nrain,x\r\r\n").contains("CR) alone"), "these end in line feeds");
}

#[test]
fn a_missing_column_is_named_with_those_there_and_the_nearest() {
    assert_eq!(
        csv("id,Txt,label\n1,a,b\n"),
        "f:1: there is no column `text` (did you mean `Txt`?): the columns are `id`, `Txt`, `label`"
    );
    starts(&csv("\ntext,x\na,b\n"), "f:2: there is no column `label`: the columns are");
    assert_eq!(
        json("{\"text\":\"a\",\"label\":\"b\"}\n{\"text\":\"a\",\"lable\":\"b\"}\n"),
        "f:2: there is no column `label` (did you mean `lable`?): the columns are `lable`, `text`"
    );
    let unlabelled = "{\"text\":\"a\",\"label\":\"b\"}\n{\"text\":\"a\"}\n{\"text\":\"c\",\"label\":null}\n";
    starts(&json(unlabelled), "f:2: the label (column `label`) is empty; 2 rows have none: give them labels");
    starts(&json("{}"), "f:1: there is no column `text`: there are no columns");
    assert_eq!(csv("id;text;label\n1;a;x\n"), csv("\"id\";\"text\";\"label\"\n1;\"a\";x\n"),);
    assert_eq!(
        csv("id;text;label\n1;a;x\n"),
        "f:1: the columns are separated by `;`: export the table with commas in place of `;`, or as TSV"
    );
}

#[test]
fn a_label_that_no_table_could_show_is_refused() {
    starts(&csv("text,label\na,b\nc,\"d\ne\"\n"), "f:3: the label \"d\\ne\" (column `label`) has a line break");
    for character in ["\\u0007", "\\u2028", "\\u202e", "\\u2066"] {
        starts(&json(format!("{{\"text\":\"a\",\"label\":\"b{character}c\"}}")), "f:1: the label \"b");
    }
    let long = csv(format!("text,label\na,{}\nb,{}\n", "é".repeat(200), "é".repeat(201)));
    starts(&long, "f:3: the label (column `label`) has 201 characters, 200 are allowed");
}

#[test]
fn a_file_without_a_header_gives_a_short_message() {
    let long = "word ".repeat(1000);
    let message = csv(format!("{long},{}\n", ["x"; 50].join(",")));
    assert!(message.len() < 400, "{message}");
    assert!(message.contains("31 more"), "{message}");
}

#[test]
fn a_group_or_extra_column_asked_for_has_to_be_there() {
    let group = ReadOptions { group: Some("doc".into()), ..ReadOptions::default() };
    let extra = ReadOptions { extra: vec!["doc".into()], ..ReadOptions::default() };
    for options in [group, extra] {
        let in_csv = error_with("text,label\na,b\n", Format::Csv, &options);
        let in_json = error_with("{\"text\":\"\",\"label\":\"b\"}", Format::JsonLines, &options);
        for error in [in_csv, in_json] {
            assert!(matches!(&error, CorpusError::NoSuchColumn { column, .. } if column == "doc"), "{error}");
        }
    }
}

#[test]
fn two_columns_of_one_name_are_an_error_if_the_name_is_wanted() {
    starts(&csv("text,label,text\na,b,c\n"), "f:1: there are two columns `text`");
    starts(&json("{\"text\":\"a\",\"label\":\"b\",\"text\":\"c\"}"), "f:1: there are two columns `text`");
    starts(&csv("text,label,doc,doc\na,b,c,d\n"), "f:1: there are two columns `doc`");
    let unnamed = "text,label,,\na,b,c,d\n";
    assert!(Corpus::from_reader(unnamed.as_bytes(), "f", Format::Csv, &ReadOptions::default()).is_ok());
}

#[test]
fn a_ragged_row_is_an_error() {
    starts(&csv("text,label\n\"a\nb\",c\n\nwell, then,d\n"), "f:5: the row has 3 fields and the header 2");
    starts(&csv("text,label\na\n"), "f:2: the row has 1 field and the header 2");
}

#[test]
fn an_unclosed_quote_is_an_error_where_it_opens() {
    starts(
        &csv("text,label\n\"a\",b\n\"c\nd,e\n"),
        "f:3: a quotation mark opens a field here and none closes it: close it; where the text",
    );
    starts(&csv("text,label\n\"a\n\",\"b\nc"), "f:3: a quotation mark opens a field here");
    starts(&csv("\"text,label\n"), "f:1: a quotation mark");
}

#[test]
fn text_after_a_closing_quote_is_an_error() {
    // The mark of line 2 is never closed: a lenient parser makes one row of the two.
    starts(&csv("text,label\n\"a,x\n\"b\",y\n"), "f:3:2: text follows the quotation mark");
    starts(&csv("text,label\n\"a\" b,c\n"), "f:2:4: text follows");
}

#[test]
fn bad_json_is_found_to_the_column() {
    let good = "{\"text\":\"a\",\"label\":\"b\"}\n";
    assert_eq!(
        json(format!("{good}{{\"text\":\"a\" \"label\":\"b\"}}\n")),
        "f:2:13: expected `,` or `}`: each line has to be one whole JSON object"
    );
    starts(&json(format!("{good}[]\n")), "f:2:1: invalid type: sequence, expected a JSON object");
    starts(&json("{\n\"text\":\"a\"}\n"), "f:1:");
    starts(&json(format!("{} {good}", good.trim())), "f:1:26: trailing characters");
    starts(&json("{\"text\":\"\\ud800\",\"label\":\"b\"}"), "f:1:");
}

#[test]
fn deep_json_is_an_error_or_ignored_and_never_overflows() {
    let deep = "[".repeat(200_000);
    starts(&json(format!("{{\"text\":\"a\",\"x\":{deep}")), "f:1:");
    starts(&json(format!("{{\"text\":{deep}")), "f:1:");
}

#[test]
fn wrong_json_types_are_named() {
    let with =
        |text: &str, label: &str, doc: &str| json(format!("{{\"text\":{text},\"label\":{label},\"doc\":{doc}}}"));
    let text = "f:1: `text` is null: it has to be a string";
    assert_eq!(with("null", "1", "1"), text);
    for value in ["1", "true", "[\"a\"]", "{}", "1.5"] {
        starts(&with(value, "1", "1"), "f:1: `text` is a");
    }
    starts(&with("\"\"", "1.5", "1"), "f:1: `label` is a number with a fraction: it has to be a string, an integer");
    starts(&with("\"\"", "[]", "1"), "f:1: `label` is an array");
    starts(&with("\"\"", "1", "true"), "f:1: `doc` is a boolean: it has to be a string or an integer");
    let options = ReadOptions { extra: vec!["x".into()], ..ReadOptions::default() };
    let error = error_with("{\"text\":\"\",\"label\":1,\"x\":{\"y\":1}}", Format::JsonLines, &options);
    starts(&error.to_string(), "f:1: `x` is an object");
}

#[test]
fn an_empty_label_is_an_error() {
    assert_eq!(
        csv("text,label\na,b\nc, \n"),
        "f:3: the label (column `label`) is empty; 1 row has none: give it a label, or leave it out"
    );
    assert_eq!(
        csv("text,label\na,b\nc, \nd,e\nf,\n"),
        "f:3: the label (column `label`) is empty; 2 rows have none: give them labels, or leave them out"
    );
    starts(&csv("text,label\nc,\nd\n"), "f:3: the row has 1 field");
    starts(&json("{\"text\":\"a\",\"label\":null}"), "f:1: the label (column `label`) is empty");
    starts(&json("{\"text\":\"a\",\"label\":\"\"}"), "f:1: the label");
}

#[test]
fn the_iterator_ends_after_an_error() {
    let content = "text,label\na,b\nc\nd,e\n";
    let options = ReadOptions::default();
    let mut reader = RecordReader::new(content.as_bytes(), "f", Format::Csv, &options, Labels::Required).unwrap();
    assert!(reader.next().unwrap().is_ok());
    assert!(reader.next().unwrap().is_err());
    assert!(reader.next().is_none());
}

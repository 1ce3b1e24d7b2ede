use std::borrow::Cow;
use std::io::BufReader;

use proptest::prelude::*;

use super::*;

fn corpus(content: &str, format: Format, options: &ReadOptions) -> Corpus {
    Corpus::from_reader(content.as_bytes(), "test", format, options).unwrap()
}

fn records(content: &str, format: Format, options: &ReadOptions) -> Vec<Record> {
    RecordReader::new(content.as_bytes(), "test", format, options, Labels::Ignored)
        .unwrap()
        .map(Result::unwrap)
        .collect()
}

fn texts(corpus: &Corpus) -> Vec<&str> {
    corpus.examples().iter().map(|example| example.text.as_str()).collect()
}

fn groups(corpus: &Corpus) -> Vec<Cow<'_, str>> {
    corpus.groups().names().collect()
}

fn lines(corpus: &Corpus) -> Vec<u64> {
    corpus.examples().iter().map(|example| example.line).collect()
}

#[test]
fn csv_rows_know_the_line_where_they_start() {
    let content = "text,label\n\"one\r\ntwo\",b\n\n\nthree,a\r\n\"say \"\"four\"\"\",a\n5\" pipe,b";
    let corpus = corpus(content, Format::Csv, &ReadOptions::default());
    assert_eq!(texts(&corpus), ["one\r\ntwo", "three", "say \"four\"", "5\" pipe"]);
    assert_eq!(lines(&corpus), [2, 6, 7, 8]);
    assert_eq!(corpus.labels(), ["a", "b"]);
    assert_eq!(corpus.label_numbers(), [1, 0, 0, 1]);
}

#[test]
fn a_quoted_header_may_take_two_lines() {
    let corpus = corpus("\"a\nnote\",text,label\n,x,y\n", Format::Csv, &ReadOptions::default());
    assert_eq!(lines(&corpus), [3]);
}

#[test]
fn tsv_is_split_at_tabs_and_quoting_can_be_off() {
    let content = "label\ttext\ny\t\"a,b\" and\ny\tc\n";
    let options = ReadOptions { quoting: false, ..ReadOptions::default() };
    assert_eq!(texts(&corpus(content, Format::Tsv, &options)), ["\"a,b\" and", "c"]);
    let quoted = corpus("label\ttext\ny\t\"a\tb\"\n", Format::Tsv, &ReadOptions::default());
    assert_eq!(texts(&quoted), ["a\tb"]);
}

#[test]
fn json_scalars_become_text() {
    let content = concat!(
        "{\"text\": \"a \\u00e9\", \"label\": 2, \"doc\": 7, \"other\": [1, {\"text\": 3}], \"x\": 0.5}\n",
        "\n",
        "{\"label\": true, \"x\": null, \"text\": \"\"}\n",
        "{\"label\": \" two \", \"x\": -3, \"text\": \"t\", \"doc\": null}",
    );
    let options = ReadOptions { extra: vec!["x".into(), "label".into()], ..ReadOptions::default() };
    let corpus = corpus(content, Format::JsonLines, &options);
    assert_eq!(texts(&corpus), ["a é", "", "t"]);
    assert_eq!(corpus.labels(), ["2", "true", "two"]);
    assert_eq!(corpus.label_numbers(), [0, 1, 2]);
    assert_eq!(groups(&corpus), ["7", "test:3", "test:4"]);
    assert_eq!(lines(&corpus), [1, 3, 4]);
    let extra: Vec<&[String]> = corpus.examples().iter().map(|e| e.extra.as_slice()).collect();
    assert_eq!(extra, [["0.5", "2"], ["", "true"], ["-3", " two "]]);
}

#[test]
fn groups_are_named_by_the_doc_column_or_the_one_asked_for() {
    let content = "doc,page,text,label\nd1,p1,a,x\nd2,p1,b,x\nd1,,c,x\n";
    let by_doc = corpus(content, Format::Csv, &ReadOptions::default());
    assert_eq!(by_doc.group_numbers(), [0, 1, 0]);
    assert_eq!(groups(&by_doc), ["d1", "d2"]);
    let options = ReadOptions { group: Some("page".into()), ..ReadOptions::default() };
    let by_page = corpus(content, Format::Csv, &options);
    assert_eq!(by_page.group_numbers(), [0, 0, 1]);
    assert_eq!(groups(&by_page), ["p1", "test:4"]);
    let alone = corpus("text,label\na,x\nb,x\n", Format::Csv, &ReadOptions::default());
    assert_eq!(alone.group_numbers(), [0, 1]);
}

#[test]
fn one_document_name_in_two_files_is_one_document() {
    let folder = tempfile::tempdir().unwrap();
    let csv = folder.path().join("a.CSV");
    let json = folder.path().join("b.ndjson");
    std::fs::write(&csv, "\u{feff}text,label,doc\nq,opinion,d1\nr,opinion,\n").unwrap();
    std::fs::write(&json, "{\"text\":\"s\",\"label\":\"appeal\",\"doc\":\"d1\"}\n").unwrap();
    let corpus = Corpus::read(&[&csv, &json], &ReadOptions::default()).unwrap();
    assert_eq!(corpus.group_numbers(), [0, 1, 0]);
    assert_eq!(corpus.labels(), ["appeal", "opinion"]);
    assert_eq!(corpus.label_numbers(), [1, 1, 0]);
    assert_eq!(corpus.files(), [csv.display().to_string(), json.display().to_string()]);
    assert_eq!(corpus.examples()[2].file, 1);
}

#[test]
fn labels_are_not_needed_when_they_are_ignored() {
    let read = records("text,label\n  ,\n\0,x\n", Format::Csv, &ReadOptions::default());
    assert_eq!(read[0].text, "  ");
    assert_eq!(read[1].text, "\0");
    assert!(read.iter().all(|record| record.label.is_empty()));
    assert_eq!(records("{\"text\":\"t\"}", Format::JsonLines, &ReadOptions::default()).len(), 1);
    assert!(records("", Format::JsonLines, &ReadOptions::default()).is_empty());
}

#[test]
fn tiny_reads_give_the_same_records() {
    let content = "\u{feff}text,label\n\"é\n“ü”\",b\r\nz,a\r\n";
    let whole = corpus(content, Format::Csv, &ReadOptions::default());
    let pieces = BufReader::with_capacity(1, content.as_bytes());
    let pieces = Corpus::from_reader(pieces, "test", Format::Csv, &ReadOptions::default()).unwrap();
    assert_eq!(whole, pieces);
}

#[test]
fn extra_columns_can_be_numbered() {
    let options = ReadOptions { extra: vec!["genre".into()], ..ReadOptions::default() };
    let corpus = corpus("text,label,genre\na,x,news\nb,x,blog\nc,x,news\n", Format::Csv, &options);
    let (numbers, values) = corpus.extra_numbers("genre").unwrap();
    assert_eq!(numbers, [1, 0, 1]);
    assert_eq!(values, ["blog", "news"]);
    assert!(corpus.extra_numbers("source").is_none());
}

#[test]
fn the_hash_is_of_the_content_and_its_order() {
    let hash = |content: &str, name: &str| {
        Corpus::from_reader(content.as_bytes(), name, Format::Csv, &ReadOptions::default()).unwrap().content_hash()
    };
    let base = hash("text,label\nab,c\nd,e\n", "one");
    assert_eq!(base, hash("label,text,note\nc,ab,1\ne,d,2\n", "two"));
    let others = [
        "text,label\nd,e\nab,c\n",
        "text,label\na,bc\nd,e\n",
        "text,label\nab,c\nd,f\n",
        "text,label,doc\nab,c,g\nd,e,\n",
    ];
    for other in others {
        assert_ne!(base, hash(other, "one"), "{other}");
    }
    // sha256 of: len("y") "y" len("") len("x") "x", lengths as 64-bit little-endian; from Python's hashlib.
    assert_eq!(hash("text,label\nx,y\n", "one"), "a9cd77ce687f9810e600e327a3cc87f80bcd1a99abcf37a518d216899a1fe1d0");
}

proptest! {
    // What the csv crate writes reads back, and the csv crate reads the same rows from it.
    #[test]
    fn csv_agrees_with_the_csv_crate(
        rows in prop::collection::vec(("[a\",\r\n é\t]{0,8}", "[b-d]{1,2}", "[a\"\n,]{0,4}"), 1..8),
        tabs in any::<bool>(),
        crlf in any::<bool>(),
        always in any::<bool>(),
    ) {
        let (separator, format) = if tabs { (b'\t', Format::Tsv) } else { (b',', Format::Csv) };
        let mut writer = csv::WriterBuilder::new()
            .delimiter(separator)
            .terminator(if crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') })
            .quote_style(if always { csv::QuoteStyle::Always } else { csv::QuoteStyle::Necessary })
            .from_writer(Vec::new());
        writer.write_record(["text", "label", "note"]).unwrap();
        for (text, label, note) in &rows {
            writer.write_record([text, label, note]).unwrap();
        }
        let bytes = writer.into_inner().unwrap();
        let options = ReadOptions { extra: vec!["note".into()], ..ReadOptions::default() };
        let reader = RecordReader::new(&bytes[..], "test", format, &options, Labels::Required).unwrap();
        let ours: Vec<_> = reader
            .map(|record| record.map(|r| (r.text, r.label, r.extra[0].clone())).unwrap())
            .collect();
        prop_assert_eq!(&ours, &rows);
        let mut theirs = csv::ReaderBuilder::new().delimiter(separator).from_reader(&bytes[..]);
        let theirs: Vec<(String, String, String)> = theirs.deserialize().map(Result::unwrap).collect();
        prop_assert_eq!(ours, theirs);
    }

    #[test]
    fn no_bytes_make_a_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..64), head in any::<bool>()) {
        let mut input = if head { b"text,label\n".to_vec() } else { b"{\"text\":\"a\",".to_vec() };
        input.extend(bytes);
        for format in [Format::Csv, Format::Tsv, Format::JsonLines] {
            let _ = Corpus::from_reader(&input[..], "test", format, &ReadOptions::default());
        }
    }
}

#[test]
fn filters_pass_over_rows_with_other_values() {
    let content = "text,label,sure,tone\na,x,true,dry\nb,,false,dry\nc,x,true,warm\n";
    let filtered = |filters: &[(&str, &str)]| {
        let filters = filters.iter().map(|&(column, value)| (column.to_owned(), value.to_owned())).collect();
        corpus(content, Format::Csv, &ReadOptions { filters, ..ReadOptions::default() })
    };
    let sure = filtered(&[("sure", "true")]);
    assert_eq!(texts(&sure), ["a", "c"]);
    assert_eq!(lines(&sure), [2, 4]);
    assert_eq!(texts(&filtered(&[("sure", "true"), ("tone", "dry")])), ["a"]);
    assert_eq!(texts(&filtered(&[("label", "x"), ("text", "c")])), ["c"]);
}

#[test]
fn filters_keep_objects_without_the_key() {
    let content = concat!(
        "{\"text\": \"a\", \"label\": \"x\", \"certain\": true}\n",
        "{\"text\": \"b\", \"label\": \"x\", \"certain\": false}\n",
        "{\"text\": \"c\", \"label\": \"x\"}\n",
        "{\"text\": \"d\", \"label\": \"x\", \"certain\": null}\n",
    );
    let options = ReadOptions { filters: vec![("certain".into(), "true".into())], ..ReadOptions::default() };
    let kept = corpus(content, Format::JsonLines, &options);
    assert_eq!(texts(&kept), ["a", "c"]);
    assert_eq!(groups(&kept), ["test:1", "test:3"]);
    // A column that is wanted for something else has to be there all the same.
    let strict = ReadOptions { extra: vec!["certain".into()], ..options };
    let error = Corpus::from_reader(content.as_bytes(), "test", Format::JsonLines, &strict).unwrap_err();
    assert!(error.to_string().starts_with("test:3: there is no column `certain`"), "{error}");
}

#[test]
fn a_filter_that_leaves_nothing_is_an_error() {
    let options = ReadOptions { filters: vec![("label".into(), "y".into())], ..ReadOptions::default() };
    let error = Corpus::from_reader("text,label\na,x\n".as_bytes(), "test", Format::Csv, &options).unwrap_err();
    let expected = "test: there are no rows where label=y: change the filter, or leave the file out";
    assert_eq!(error.to_string(), expected);
    assert_eq!(error.kind(), ErrorKind::BadData);
}

#[test]
fn a_filter_on_a_column_that_no_file_has_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let (csv, json) = (folder.path().join("a.csv"), folder.path().join("b.jsonl"));
    std::fs::write(&csv, "text,label\na,x\n").unwrap();
    std::fs::write(&json, "{\"text\":\"b\",\"label\":\"x\",\"certain\":false}\n{\"text\":\"c\",\"label\":\"y\"}\n")
        .unwrap();
    let read = |paths: &[&Path], column: &str| {
        let options = ReadOptions { filters: vec![(column.into(), "true".into())], ..ReadOptions::default() };
        Corpus::read(paths, &options).map(|corpus| texts(&corpus).join(" ")).map_err(|error| error.to_string())
    };
    assert_eq!(read(&[&csv, &json], "certain").unwrap(), "a c", "another file has it");
    assert_eq!(
        read(&[&csv], "certain").unwrap_err(),
        format!("{}:1: there is no column `certain`: the columns are `text`, `label`", csv.display())
    );
    let error = read(&[&csv, &json], "certian").unwrap_err();
    let start = format!("{}:1: there is no column `certian` (did you mean `certain`?)", csv.display());
    assert!(error.starts_with(&start), "the columns of all files are looked at: {error}");
    assert!(read(&[&json], "certian").unwrap_err().starts_with(&format!("{}:1: there", json.display())));
}

#[test]
fn rows_without_a_label_can_be_left_out() {
    let options = ReadOptions { skip_unlabelled: true, ..ReadOptions::default() };
    let csv = corpus("text,label\na,x\nb,\nc, \nd,y\n", Format::Csv, &options);
    assert_eq!((texts(&csv), lines(&csv), csv.unlabelled()), (vec!["a", "d"], vec![2, 5], 2));
    let json = "{\"text\":\"a\",\"label\":\"x\"}\n{\"text\":\"b\",\"label\":null}\n{\"text\":\"c\"}\n{\"text\":\"d\",\"label\":\"y\"}\n";
    let json = corpus(json, Format::JsonLines, &options);
    assert_eq!((texts(&json), json.unlabelled()), (vec!["a", "d"], 2));
    // The data are what they would be without these rows.
    let without = corpus("text,label\na,x\nd,y\n", Format::Csv, &ReadOptions::default());
    assert_eq!((csv.content_hash(), json.content_hash()), (without.content_hash(), without.content_hash()));
    let filtered = ReadOptions { filters: vec![("text".into(), "b".into())], ..options.clone() };
    let none = |content: &str, format, options| {
        Corpus::from_reader(content.as_bytes(), "f", format, options).unwrap_err().to_string()
    };
    let said = "f: no row has a label (column `label`): name the column of labels, or leave the file out";
    assert_eq!(none("text,label\na,x\nb,\n", Format::Csv, &filtered), said);
    assert_eq!(none("{\"text\":\"a\",\"lable\":\"x\"}", Format::JsonLines, &options), said);
    let missing = none("text,lable\na,x\n", Format::Csv, &options);
    assert!(missing.starts_with("f:1: there is no column `label` (did you mean `lable`?)"), "{missing}");
}

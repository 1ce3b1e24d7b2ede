//! `copydesk data join` with the real binary, on invented sources, and laws of the stand-off data set in the tree.
#![allow(clippy::unwrap_used, reason = "a test")]
#![expect(clippy::unwrap_used, reason = "helpers of tests: a panic is the failure to report")]

use std::collections::{BTreeSet, HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use copydesk_train::Standoff;
use serde_json::{Value, json};
use tempfile::TempDir;

const FIRST: &str = "Café 😀 opens at 9.";
const SECOND: &str = "It is far too early!";
const THIRD: &str = "Chip in £5 today.";

/// A data set of three documents in two sources, and copies of the texts.
struct Fixture(TempDir);

impl Fixture {
    fn new() -> Self {
        let this = Self(tempfile::tempdir().unwrap());
        let body = "Päper: Café 😀\n opens\u{a0}at 9.  It is far too early!";
        this.write("news/2020/one.json", &json!({"id": 1, "article": {"body": body}}).to_string());
        let keyed = json!({"aa11": {"text": "Other."}, "bb22": {"text": format!("\u{feff}{THIRD}")}});
        this.write("keyed/all.json", &keyed.to_string());
        this.write("texts.jsonl", "{\"id\": \"s4\", \"text\": \"Mailed  words.\", \"more\": [1]}\n");
        this.write(
            "documents.tsv",
            "doc\tsource\tpath\tfield\n\
             d1\tnews\t2020/one.json\tarticle.body\n\
             d2\tkeyed\tall.json\tbb….text\n\
             d3\tmail\t\t\n",
        );
        this.write(
            "labels.tsv",
            "id\tdoc\tstart\tend\tsha256\tlabel\tcertain\n\
             s1\td1\t7\t26\t37d9d9faa0701373\treporting\ttrue\n\
             s2\td1\t28\t48\td6066e86498b9800\topinion\tfalse\n\
             s3\td2\t1\t18\t6fc0a7e481faaad6\tappeal\ttrue\n\
             s4\td3\t\t\ta4076cc9be72daac\tappeal\ttrue\n",
        );
        this
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, content: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    fn replace(&self, name: &str, from: &str, to: &str) {
        let content = fs::read_to_string(self.path(name)).unwrap();
        assert!(content.contains(from), "{from:?} is not in {name}");
        self.write(name, &content.replace(from, to));
    }

    fn run(&self, options: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_copydesk"))
            .current_dir(self.0.path())
            .args(["data", "join", "labels.tsv"])
            .args(options)
            .output()
            .unwrap()
    }

    fn join(&self) -> Output {
        self.run(&[
            "--source",
            "news=news",
            "--source",
            "keyed=keyed",
            "--text",
            "texts.jsonl",
            "--out",
            "out/all.jsonl",
        ])
    }

    fn rows(&self) -> Vec<Value> {
        let text = fs::read_to_string(self.path("out/all.jsonl")).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    fn ids(&self) -> Vec<String> {
        self.rows().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
    }
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[track_caller]
fn fails(output: &Output, code: i32, message: &str) {
    let said = stderr(output);
    assert_eq!(output.status.code(), Some(code), "{said}");
    assert!(said.contains(message), "{said:?} lacks {message:?}");
}

#[test]
fn sentences_come_back_from_their_places() {
    let fixture = Fixture::new();
    let output = fixture.join();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let out = Path::new("out").join("all.jsonl");
    assert_eq!(stderr(&output), format!("rebuilt 4 of 4 sentences, 0 missing, 0 changed: wrote {}\n", out.display()));
    assert!(output.stdout.is_empty());
    let row = |id: &str, doc: &str, text: &str, label: &str, certain: bool, source: &str| json!({"id": id, "doc": doc, "text": text, "label": label, "certain": certain, "source": source});
    let expected = [
        row("s1", "d1", FIRST, "reporting", true, "news"),
        row("s2", "d1", SECOND, "opinion", false, "news"),
        row("s3", "d2", THIRD, "appeal", true, "keyed"),
        row("s4", "d3", "Mailed words.", "appeal", true, "mail"),
    ];
    assert_eq!(fixture.rows(), expected);
}

#[test]
fn the_result_can_be_trained_on_and_joined_again() {
    let fixture = Fixture::new();
    assert!(fixture.join().status.success());
    let again = fixture.run(&["--text", "out/all.jsonl", "--out", "out/again.jsonl"]);
    assert_eq!(again.status.code(), Some(0), "{}", stderr(&again));
    let read = |name| fs::read(fixture.path(name)).unwrap();
    assert_eq!(read("out/all.jsonl"), read("out/again.jsonl"));
}

#[test]
fn only_the_certain_ones_if_asked() {
    let fixture = Fixture::new();
    let output = fixture.run(&[
        "--certain",
        "--source",
        "news=news",
        "--source",
        "keyed=keyed",
        "--text",
        "texts.jsonl",
        "--out",
        "out/all.jsonl",
    ]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(fixture.ids(), ["s1", "s3", "s4"]);
}

#[test]
fn a_changed_text_is_left_out_and_named() {
    let fixture = Fixture::new();
    fixture.replace("news/2020/one.json", "far too", "much too");
    fixture.replace("texts.jsonl", "Mailed", "Posted");
    let output = fixture.join();
    fails(&output, 1, "changed: s2\nchanged: s4\nrebuilt 2 of 4 sentences, 0 missing, 2 changed");
    assert_eq!(fixture.ids(), ["s1", "s3"]);
}

#[test]
fn a_wrong_hash_in_the_table_is_a_changed_text() {
    let fixture = Fixture::new();
    fixture.replace("labels.tsv", "37d9d9faa0701373", "37d9d9faa0701374");
    fails(&fixture.join(), 1, "changed: s1\nrebuilt 3 of 4");
}

#[test]
fn a_text_given_by_id_stands_in_for_a_changed_source() {
    let fixture = Fixture::new();
    fixture.replace("news/2020/one.json", "far too", "much too");
    fixture.write(
        "texts.jsonl",
        &format!("{}\n{}\n", json!({"id": "s2", "text": SECOND}), json!({"id": "s4", "text": "Mailed words."})),
    );
    assert_eq!(fixture.join().status.code(), Some(0));
    assert_eq!(fixture.ids(), ["s1", "s2", "s3", "s4"]);
}

#[test]
fn what_is_missing_is_named_with_the_reason() {
    let without_file = Fixture::new();
    fs::remove_file(without_file.path("news/2020/one.json")).unwrap();
    let output = without_file.join();
    fails(&output, 1, "rebuilt 2 of 4 sentences, 2 missing, 0 changed");
    fails(&output, 1, "missing: s1: cannot read news");
    assert_eq!(without_file.ids(), ["s3", "s4"]);

    let cases = [
        ("news/2020/one.json", "body", "content", "`article.body`"),
        ("news/2020/one.json", " It is far too early!", "", "ends before character 48"),
        ("news/2020/one.json", "{", "[", "one.json is not JSON"),
        ("keyed/all.json", "aa11", "bb33", "missing: s3: keyed/all.json: there are several fields `bb….text`"),
        ("keyed/all.json", "\"text\"", "\"text\":1,\"t\"", "there is no string in the field `bb….text`"),
        ("texts.jsonl", "s4", "s5", "missing: s4: its place in the source is not known"),
    ];
    for (name, from, to, message) in cases {
        let fixture = Fixture::new();
        fixture.replace(name, from, to);
        fails(&fixture.join(), 1, message);
    }
    let output = Fixture::new().run(&["--source", "news=news", "--out", "some.jsonl"]);
    fails(&output, 1, "missing: s3: no folder is given for the source `keyed`");
}

#[test]
fn tables_that_are_wrong_are_refused_and_nothing_is_written() {
    let cases = [
        (
            "documents.tsv",
            "2020/one.json",
            "../one.json",
            "documents.tsv:2: `path` is `../one.json`: it has to be a relative path",
        ),
        ("documents.tsv", "2020/one.json", "2020/../../one.json", "`path`"),
        ("documents.tsv", "2020/one.json", "/etc/one.json", "`path`"),
        ("documents.tsv", "2020/one.json", "", "`path` is ``"),
        ("documents.tsv", "article.body", "article..body", "documents.tsv:2: `field`"),
        ("documents.tsv", "d2\t", "d1\t", "documents.tsv:3: there is another row whose `doc` is `d1`"),
        ("documents.tsv", "d3\tmail", "d3\t", "documents.tsv:4: `source` is ``"),
        ("labels.tsv", "s2\td1", "s2\td9", "labels.tsv:3: the document `d9` is not in documents.tsv"),
        ("labels.tsv", "s2\t", "s1\t", "labels.tsv:3: there is another row whose `id` is `s1`"),
        ("labels.tsv", "\t28\t", "\t48\t", "labels.tsv:3: `end` is `48`: it has to be larger than `start`"),
        ("labels.tsv", "\t28\t", "\t\t", "labels.tsv:3: `start` is ``"),
        ("labels.tsv", "\t28\t", "\t-1\t", "labels.tsv:3: `start` is `-1`"),
        ("labels.tsv", "d6066e86498b9800", "d6066e86498b980", "labels.tsv:3: `sha256`"),
        ("labels.tsv", "false", "no", "labels.tsv:3: `certain` is `no`: it has to be true or false"),
        ("labels.tsv", "opinion", "", "labels.tsv:3: the label (column `label`) is empty"),
        ("labels.tsv", "sha256", "hash", "labels.tsv:1: there is no column `sha256`"),
        (
            "texts.jsonl",
            "}\n",
            "}\n{\"id\": \"s4\", \"text\": \"x\"}\n",
            "texts.jsonl:2: there is another row whose `id` is `s4`",
        ),
    ];
    for (name, from, to, message) in cases {
        let fixture = Fixture::new();
        fixture.replace(name, from, to);
        fails(&fixture.join(), 65, message);
        assert!(!fixture.path("out").exists(), "{message}");
    }
}

#[test]
fn options_of_no_use_are_refused() {
    let fixture = Fixture::new();
    let with = |options: &[&str]| fixture.run(&[options, &["--out", "out/all.jsonl"]].concat());
    fails(&with(&[]), 2, "give --source or --text");
    fails(&with(&["--source", "new=news"]), 2, "they have keyed, mail, news");
    fails(&with(&["--source", "news"]), 2, "news=copies/news");
    fails(&with(&["--source", "news=news", "--source", "news=keyed"]), 2, "given twice");
    fails(&with(&["--source", "news=nowhere"]), 66, "nowhere is not a folder");
    fails(&with(&["--text", "nowhere.jsonl"]), 66, "cannot read nowhere.jsonl");
    fails(&with(&["--documents", "nowhere.tsv", "--text", "texts.jsonl"]), 66, "cannot read nowhere.tsv");
    assert!(!fixture.path("out").exists());
    let over = fixture.run(&["--text", "texts.jsonl", "--out", "./texts.jsonl"]);
    fails(&over, 2, "--out would replace texts.jsonl");
}

#[test]
fn rows_can_be_chosen_for_training() {
    let folder = tempfile::tempdir().unwrap();
    let mut data = String::new();
    for n in 0..12 {
        let (text, label) = if n % 2 == 0 { ("the vote was counted", "a") } else { ("what a dreadful vote", "b") };
        let row = json!({"text": text, "label": label, "doc": n, "certain": n < 8});
        data += &format!("{row}\n");
    }
    fs::write(folder.path().join("data.jsonl"), data).unwrap();
    let train = |options: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_copydesk"))
            .current_dir(folder.path())
            .args(["train", "data.jsonl", "--cv", "2", "--alpha", "1", "--out", "model"])
            .args(options)
            .output()
            .unwrap()
    };
    let read = |options: &[&str], count: usize| {
        let output = train(options);
        let said = stderr(&output);
        assert!(said.starts_with(&format!("read {count} examples in {count} documents")), "{said}");
    };
    read(&[], 12);
    read(&["--where", "certain=true"], 8);
    read(&["--where", "certain=true", "--where", "label=a"], 4);
    fails(&train(&["--where", "certian=true"]), 65, "no column `certian` (did you mean `certain`?)");
    fails(&train(&["--where", "certain=maybe"]), 65, "data.jsonl: there are no rows where certain=maybe");
    fails(&train(&["--where", "certain"]), 2, "certain=true");
}

fn news_web(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("datasets/news-web").join(name)
}

#[test]
fn the_data_set_in_the_tree_is_whole() {
    let data = Standoff::read(&news_web("labels.tsv"), &news_web("documents.tsv")).unwrap();
    assert_eq!((data.sentences().len(), data.documents().len()), (33_581, 3302));
    let labels: BTreeSet<&str> = data.sentences().iter().map(|sentence| sentence.label.as_str()).collect();
    assert_eq!(labels, BTreeSet::from(["appeal", "opinion", "reporting"]));
    // Documents follow one another in the order of their table, none comes back later, and none is without a sentence.
    let mut order: Vec<usize> = data.sentences().iter().map(|sentence| sentence.document).collect();
    order.dedup();
    assert!(order.into_iter().eq(0..data.documents().len()));
    for sentence in data.sentences() {
        let document = &data.documents()[sentence.document];
        assert!(sentence.span.is_none() || document.place.is_some(), "{}", sentence.id);
        assert!(document.name.starts_with(&format!("{}:", document.source)), "{}", document.name);
    }
}

#[test]
fn the_second_reading_is_of_sentences_in_the_data_set() {
    let data = Standoff::read(&news_web("labels.tsv"), &news_web("documents.tsv")).unwrap();
    let known: HashSet<&str> = data.sentences().iter().map(|sentence| sentence.id.as_str()).collect();
    let second = fs::read_to_string(news_web("second-reading.tsv")).unwrap();
    let mut seen = HashSet::new();
    assert_eq!(second.lines().next(), Some("id\tlabel\tcertain"));
    for line in second.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [id, label, certain] = cells.as_slice() else { panic!("{line}") };
        assert!(known.contains(id) && seen.insert(*id), "{line}");
        assert!(["reporting", "opinion", "appeal"].contains(label) && ["true", "false"].contains(certain), "{line}");
    }
    assert_eq!(seen.len(), 2122);
}

#[test]
fn grades_of_sentences_read_alone_keep_to_the_labels_where_they_are_certain() {
    let mut data = Standoff::read(&news_web("labels.tsv"), &news_web("documents.tsv")).unwrap();
    data.correct(&news_web("overrides.tsv")).unwrap();
    let known: HashMap<&str, _> = data.sentences().iter().map(|sentence| (sentence.id.as_str(), sentence)).collect();
    let alone = fs::read_to_string(news_web("alone.tsv")).unwrap();
    let mut seen = HashSet::new();
    let (mut certain, mut agree) = (0, 0);
    assert_eq!(alone.lines().next(), Some("id\tgrade"));
    for line in alone.lines().skip(1) {
        let (id, grade) = line.split_once('\t').unwrap();
        assert!(known.contains_key(id) && seen.insert(id), "{line}");
        assert!(["0", "1", "2", "3", "4", "appeal", "none"].contains(&grade), "{line}");
        let sentence = known[id];
        if let (Ok(grade), true, true) = (grade.parse::<u8>(), sentence.certain, sentence.label != "appeal") {
            certain += 1;
            agree += usize::from((grade >= 3) == (sentence.label == "opinion"));
        }
    }
    assert_eq!((seen.len(), certain), (32_923, 26_996));
    assert!(agree > 25_900, "{agree}");
}

#[test]
fn the_committed_overrides_correct_sentences_that_are_there() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("datasets/news-web");
    let read = || Standoff::read(&folder.join("labels.tsv"), &folder.join("documents.tsv")).unwrap();
    let mut corrected = read();
    corrected.correct(&folder.join("overrides.tsv")).unwrap();
    let before = read();
    let changed = before.sentences().iter().zip(corrected.sentences()).filter(|(a, b)| a != b).count();
    let rows = fs::read_to_string(folder.join("overrides.tsv")).unwrap().lines().count() - 1;
    assert_eq!(changed, rows, "every row of overrides.tsv changes a label or its certainty");
}

#[test]
fn an_override_of_a_sentence_that_is_not_there_is_named() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("datasets/news-web");
    let mut data = Standoff::read(&folder.join("labels.tsv"), &folder.join("documents.tsv")).unwrap();
    let temporary = TempDir::new().unwrap();
    let table = temporary.path().join("overrides.tsv");
    for rows in ["nowhere\topinion\ttrue\n", "web-000000\topinion\ttrue\nweb-000000\topinion\tfalse\n"] {
        fs::write(&table, format!("id\tlabel\tcertain\n{rows}")).unwrap();
        let message = data.correct(&table).unwrap_err().to_string();
        assert!(message.contains("overrides.tsv:") && message.contains("a sentence of the data"), "{message}");
    }
}

#[test]
fn the_command_applies_overrides() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("datasets/news-web");
    let temporary = TempDir::new().unwrap();
    let table = temporary.path().join("overrides.tsv");
    fs::write(&table, "id\tlabel\tcertain\nnowhere\topinion\ttrue\n").unwrap();
    let text = temporary.path().join("texts.jsonl");
    fs::write(&text, "{\"id\":\"web-000000\",\"text\":\"not the text\"}\n").unwrap();
    let run = Command::new(env!("CARGO_BIN_EXE_copydesk"))
        .args(["data", "join"])
        .arg(folder.join("labels.tsv"))
        .arg("--overrides")
        .arg(&table)
        .arg("--text")
        .arg(&text)
        .arg("--out")
        .arg(temporary.path().join("out.jsonl"))
        .output()
        .unwrap();
    assert_eq!(run.status.code(), Some(65));
    assert!(String::from_utf8_lossy(&run.stderr).contains("overrides.tsv:2"), "the correction must be read");
}

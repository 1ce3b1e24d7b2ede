//! `copydesk share`: corrected shares, by value, in every format.

use serde_json::Value;

use crate::run::{BOARD, Folder, HELD_OUT, LABELS, NOTICES, NOTICES_CONFIG, Run, copydesk, read, small_model, tsv};

/// Texts on soup, and more and more on the weather from month to month.
fn corpus() -> String {
    let rows = read(NOTICES);
    let of = |label: &str| -> Vec<String> {
        let ours = rows.lines().filter_map(|row| row.strip_suffix(&format!(",{label}")));
        ours.map(|row| row.split_once(',').unwrap().1.trim_matches('"').to_owned()).collect()
    };
    let (weather, soup) = (of("weather"), of("soup & bread"));
    let mut table = "body,outlet,date,doc\n".to_owned();
    for document in 0..60 {
        let month = document % 4 + 1;
        let outlet = if document < 3 { "Tiny, Ltd" } else { "Gazette" };
        let sentences: Vec<&str> = (0..5)
            .map(|at| {
                let texts = if at < month { &weather } else { &soup };
                texts[(document + at) % texts.len()].as_str()
            })
            .collect();
        table += &format!("\"{}\",\"{outlet}\",2024-{month:02}-09,d{document}\n", sentences.join(" "));
    }
    table
}

fn share(arguments: &[&str]) -> Run {
    copydesk(&[&["share", "--model", small_model(), "--resamples", "200"], arguments].concat())
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

#[test]
fn shares_are_shares_and_lie_in_their_intervals() {
    let folder = Folder::new();
    let table = folder.file("corpus.csv", corpus());
    let rows = share(&["--text-column", "body", "--by", "outlet", "--format", "jsonl", &table]).json_lines();
    assert_eq!(rows.len(), 9);
    for part in rows.chunks(3) {
        assert_eq!(part.iter().map(|row| row["label"].as_str().unwrap()).collect::<Vec<_>>(), LABELS);
        for figure in ["share", "counted"] {
            assert!((part.iter().map(|row| number(&row[figure])).sum::<f64>() - 1.0).abs() < 1e-9);
        }
        for row in part {
            let [low, share, high] = ["low", "share", "high"].map(|name| number(&row[name]));
            assert!(0.0 <= low && low <= share && share <= high && high <= 1.0, "{row}");
        }
    }
    assert_eq!((&rows[0]["by"], &rows[0]["value"], &rows[0]["documents"]), (&Value::Null, &Value::Null, &60.into()));
    assert_eq!((&rows[3]["value"], &rows[3]["documents"]), (&"Gazette".into(), &57.into()));
    assert_eq!((&rows[6]["value"], &rows[6]["documents"]), (&"Tiny, Ltd".into(), &3.into()));
    let width = |row: &Value| number(&row["high"]) - number(&row["low"]);
    assert!(width(&rows[6]) > 0.3, "three documents tell little: {}", rows[6]);

    let as_tsv = share(&["--text-column", "body", "--by", "outlet", "--format", "tsv", &table]).ok();
    for (row, object) in tsv(&as_tsv).iter().zip(&rows) {
        for (column, field) in row {
            match &object[column] {
                Value::Null => assert_eq!(field, ""),
                Value::String(text) => assert_eq!(field, text),
                other => assert!((field.parse::<f64>().unwrap() - number(other)).abs() < 1e-12, "{column}"),
            }
        }
    }
    let json = share(&["--text-column", "body", "--by", "outlet", "--format", "json", &table]).json();
    assert_eq!(json["values"][1]["value"], "Tiny, Ltd");
    assert_eq!(json["whole"]["labels"][2]["share"], rows[2]["share"]);
    assert!(json["errors_from"].as_str().unwrap().contains("cross-validated scores of"));
}

#[test]
fn months_come_in_order_and_as_a_line() {
    let folder = Folder::new();
    let (table, picture) = (folder.file("corpus.csv", corpus()), folder.path("months.svg"));
    let run = share(&["--text-column", "body", "--by", "date:month", "--svg", &picture, &table]);
    let text = run.ok();
    let months: Vec<&str> = text.lines().filter(|line| line.starts_with("2024-")).map(|line| &line[..7]).collect();
    assert_eq!(months, ["2024-01", "2024-02", "2024-03", "2024-04"]);
    let svg = read(&picture);
    assert!(
        svg.starts_with("<svg ") && svg.contains("<desc id=\"d\">All (60 documents): ") && svg.contains("\"curve\"")
    );
    assert!(!svg.contains("http") || svg.matches("http").count() == 1, "the picture loads nothing");
}

#[test]
fn values_that_are_no_dates_are_not_taken_for_months_in_silence() {
    let folder = Folder::new();
    let with = |dates: [&str; 2]| {
        let rows: String = dates.map(|date| format!("Rain and fog.,\"{date}\"\n")).concat();
        let table = folder.file("dates.csv", format!("body,date\n{rows}"));
        share(&["--text-column", "body", "--by", "date:month", "--format", "tsv", &table])
    };
    for none in ["31/12/2026", "Dec 31, 2026", "20454"] {
        let run = with([none, none]);
        assert_eq!((run.code, run.out.as_str()), (65, ""), "{}", run.err);
        assert!(run.err.contains(&format!("column `date` has no date, as {none:?}")), "{}", run.err);
        assert!(run.err.contains("write dates as 2026-01-31"), "{}", run.err);
    }
    let some = with(["2026-12-31", "31/12/2026"]);
    assert!(
        some.err.contains("warning: 1 of 2 values of column `date` are no dates, as \"31/12/2026\""),
        "{}",
        some.err
    );
    let out = some.ok();
    assert!(out.contains("\t2026-12\t") && out.contains("\t31/12/2026\t"), "{out}");
    let all = with(["2026-12-31T10:00:00Z", "2026-11"]);
    assert!(!all.err.contains("no date"), "{}", all.err);
}

#[test]
fn rows_may_be_sentences() {
    let folder = Folder::new();
    let table = folder.file("rows.csv", "doc,text,kind\na,Rain at noon.,x\na,Snow at night.,y\nb,Hot soup.,x\n");
    let json =
        share(&["--rows-are-sentences", "--by", "kind", "--format", "json", "--weight", "documents", &table]).json();
    let sizes = |part: &Value| (number(&part["documents"]), number(&part["sentences"]));
    assert_eq!(sizes(&json["whole"]), (2.0, 3.0));
    assert_eq!((sizes(&json["values"][0]), sizes(&json["values"][1])), ((2.0, 2.0), (1.0, 1.0)));
    assert_eq!(json["shares_of"], "documents");
}

#[test]
fn labelled_documents_give_the_error_rates() {
    let run = share(&["--calibration", HELD_OUT, "--weight", "characters", "--by", "file", BOARD]);
    assert!(
        run.err.contains("warning: fewer than 10 documents (1)") && run.err.contains("hardly known"),
        "{}",
        run.err
    );
    let text = run.ok();
    assert!(text.contains(HELD_OUT) && text.contains("Shares of characters"), "{text}");
    let trained_on = share(&["--calibration", NOTICES, BOARD]);
    assert!(trained_on.err.contains("the model was trained on"), "{}", trained_on.err);
}

#[test]
fn the_same_seed_gives_the_same_intervals() {
    let run = |seed: &str| share(&["--seed", seed, "--format", "tsv", BOARD]).ok();
    assert_eq!(run("1"), run("1"));
    assert_ne!(run("1"), run("2"));
}

#[test]
fn wrong_usage_is_said() {
    let folder = Folder::new();
    let blind = folder.path("blind");
    copydesk(&["train", NOTICES, "--config", NOTICES_CONFIG, "--cv", "0", "--out", &blind]).ok();
    let (empty, table) = (folder.file("empty.md", "<!-- -->"), folder.file("t.csv", "text\nRain.\n"));
    let cases: [(&[&str], i32, &str); 10] = [
        (&["--model", &blind, BOARD], 2, "give labelled documents with --calibration"),
        (&["--labels", "weather,soup & bread", BOARD], 2, "leave out --labels"),
        (&["--weight", "characters", BOARD], 2, "--calibration"),
        (&["--by", "outlet", BOARD], 2, "has no column outlet"),
        (&["--by", "outlet", &table], 65, "outlet"),
        (&["--where", "txt=Rain.", &table], 65, "no column `txt` (did you mean `text`?)"),
        (&["--resamples", "0", BOARD], 2, "resamples"),
        (&["--min-confidence", "0.8", BOARD], 2, "--min-confidence"),
        (&[&empty], 65, "no sentences to count"),
        (&["missing.txt"], 66, "missing.txt"),
    ];
    for (arguments, code, expected) in cases {
        let model: &[&str] = if arguments[0] == "--model" { &["share"] } else { &["share", "--model", small_model()] };
        let run = copydesk(&[model, arguments].concat());
        assert_eq!(run.code, code, "{arguments:?}: {}", run.err);
        assert!(run.err.contains(expected), "{expected:?} not in {}", run.err);
        assert_eq!(run.out, "");
    }
}

#[test]
fn options_for_rows_are_refused_for_texts() {
    for options in [["--where", "lang=en"], ["--by", "outlet"]] {
        let run = share(&[&options[..], &[BOARD]].concat());
        assert_eq!(run.code, 2, "{}", run.err);
        assert!(run.err.contains("board.txt is a text") && run.err.contains("--text-column"), "{}", run.err);
    }
}

#[test]
fn a_picture_replaces_nothing_that_is_read() {
    let folder = Folder::new();
    let table = folder.file("corpus.csv", corpus());
    let run = share(&["--text-column", "body", "--svg", &table, &table]);
    assert!(run.code == 2 && run.err.contains("--svg would replace"), "{}", run.err);
    assert_eq!(read(&table), corpus());
    let run = share(&["--text-column", "body", "--svg", &format!("{table}/no.svg"), &table]);
    assert_eq!((run.code, run.out.as_str()), (73, ""), "{}", run.err);
}

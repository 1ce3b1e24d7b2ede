//! `copydesk eval`: the table and the JSON, and labels that do not match.

use serde_json::{Value, json};

use crate::run::{Folder, HELD_OUT, LABELS, NOTICES, NOTICES_CONFIG, copydesk, read, small_model};

fn table(data: &str, arguments: &[&str]) -> String {
    copydesk(&[&["eval", small_model(), data], arguments].concat()).ok()
}

fn json(data: &str, arguments: &[&str]) -> Value {
    copydesk(&[&["eval", small_model(), data, "--json"], arguments].concat()).json()
}

fn strings(values: &Value) -> Vec<&str> {
    values.as_array().unwrap().iter().map(|value| value.as_str().unwrap()).collect()
}

/// The words of the line that starts with a label, after it. With `last`, of the last such line: the confusion matrix.
fn line_of<'a>(table: &'a str, name: &str, last: bool) -> Vec<&'a str> {
    let mut lines = table.lines().filter(|line| line.starts_with(&format!("{name} ")));
    let line = if last { lines.next_back() } else { lines.next() };
    line.unwrap_or_else(|| panic!("no line {name} in\n{table}"))[name.len()..].split_whitespace().collect()
}

fn assert_agree(table: &str, report: &Value) {
    let shown = |value: &Value| format!("{:.3}", value.as_f64().unwrap());
    let scores = &report["scores"];
    let intervals = &scores["uncertainty"]["intervals"];
    for (name, field) in
        [("macro-F1", "macro_f1"), ("accuracy", "accuracy"), ("log loss", "log_loss"), ("Brier score", "brier")]
    {
        let range = &intervals[field];
        let expected = [shown(&scores[field]), shown(&range["low"]), "–".to_owned(), shown(&range["high"])];
        assert_eq!(line_of(table, name, false), expected, "{name}");
    }
    assert_eq!(line_of(table, "calibration error", false), [shown(&scores["calibration_error"])]);
    assert!(table.contains(&format!("{} examples; ", scores["examples"])));
    for (class, row) in scores["classes"].as_array().unwrap().iter().zip(scores["confusion"].as_array().unwrap()) {
        let label = class["label"].as_str().unwrap();
        let words = line_of(table, label, false);
        for (at, field) in ["precision", "recall"].iter().enumerate() {
            let undefined = class[format!("{field}_undefined")] == true;
            let expected = if undefined { "–".to_owned() } else { shown(&class[field]) };
            assert_eq!(words[at], expected, "{label}'s {field}");
        }
        assert_eq!(words[words.len() - 2..], [class["support"].to_string(), class["predicted"].to_string()], "{label}");
        let counts: Vec<String> = row.as_array().unwrap().iter().map(Value::to_string).collect();
        assert_eq!(line_of(table, label, true), counts, "{label}'s confusion");
    }
}

#[test]
fn table_and_json_agree() {
    let report = json(HELD_OUT, &[]);
    assert_agree(&table(HELD_OUT, &[]), &report);
    assert_eq!(report["scores"]["examples"], 8);
    assert_eq!(strings(&report["labels"]), LABELS);
    let f1: f64 =
        report["scores"]["classes"].as_array().unwrap().iter().map(|class| class["f1"].as_f64().unwrap()).sum();
    assert!((report["scores"]["macro_f1"].as_f64().unwrap() - f1 / 3.0).abs() < 1e-12);
}

#[test]
fn the_figures_are_those_of_the_answers() {
    let answers = copydesk(&["classify", "--model", small_model(), "--text-column", "text", HELD_OUT]).json_lines();
    let truth: Vec<String> =
        read(HELD_OUT).lines().skip(1).map(|line| line.rsplit(',').next().unwrap().to_owned()).collect();
    let right = answers.iter().zip(&truth).filter(|(answer, label)| answer["label"] == **label).count();
    let p_of_truth = |(answer, label): (&Value, &String)| answer["probabilities"][label].as_f64().unwrap();
    let log_loss = answers.iter().zip(&truth).map(p_of_truth).map(|p| -p.ln()).sum::<f64>() / 8.0;
    let scores = &json(HELD_OUT, &[])["scores"];
    assert!(right < 8, "something has to be wrong for the test to tell");
    assert_eq!(scores["accuracy"], right as f64 / 8.0);
    assert!((scores["log_loss"].as_f64().unwrap() - log_loss).abs() < 1e-12);
}

#[test]
fn labels_that_do_not_match_are_reported() {
    let folder = Folder::new();
    let rows = "Rain at night.,weather\nFog.,weather\nThe lot is full.,parking\nTwo spaces left.,parking\nA hat was found.,fundstück\n";
    let file = folder.file("a.csv", format!("text,label\n{rows}"));
    let report = json(&file, &[]);
    assert_eq!(report["unknown_to_model"], json!([{"label": "parking", "examples": 2}]));
    assert_eq!(strings(&report["absent_from_data"]), ["soup & bread"]);
    assert_eq!(report["left_out"], json!([]));
    assert_eq!(report["scores"]["examples"], 5, "examples of unknown labels count");
    let parking = &report["scores"]["classes"][3];
    assert_eq!((&parking["label"], &parking["recall"]), (&"parking".into(), &0.0.into()));
    let table = table(&file, &[]);
    assert!(table.contains("the model lacks labels of the data (counted as wrong): parking (2 examples)\n"), "{table}");
    assert!(table.contains("the data lack labels of the model: soup & bread\n"), "{table}");
    assert_agree(&table, &report);

    let clean = copydesk(&["eval", small_model(), NOTICES]).ok();
    assert!(!clean.contains("lack") && !clean.contains("left out"));
}

#[test]
fn a_restricted_choice_counts_what_it_leaves_out() {
    let arguments = ["--labels", "weather,fundstück"];
    let report = json(HELD_OUT, &arguments);
    assert_eq!(strings(&report["labels"]), ["fundstück", "weather"]);
    assert_eq!(report["left_out"], json!([{"label": "soup & bread", "examples": 3}]));
    assert_eq!(report["scores"]["examples"], 5);
    assert_eq!(report["absent_from_data"], json!([]));
    let table = table(HELD_OUT, &arguments);
    assert!(table.contains("left out, as --labels asks: soup & bread (3 examples)\n"), "{table}");
    assert_agree(&table, &report);
}

#[test]
fn intervals_depend_on_the_seed_alone() {
    let low =
        |arguments: &[&str]| json(HELD_OUT, arguments)["scores"]["uncertainty"]["intervals"]["log_loss"]["low"].clone();
    assert_eq!(low(&[]), low(&["--seed", "1"]));
    assert_ne!(low(&["--resamples", "50", "--seed", "2"]), low(&["--resamples", "50", "--seed", "3"]));
}

#[test]
fn one_document_has_no_intervals_and_says_so() {
    let folder = Folder::new();
    let file = folder.file("a.csv", "text,label,doc\nRain.,weather,d\nA hat was found.,fundstück,d\n");
    assert!(table(&file, &[]).contains("no intervals: "));
}

#[test]
fn slices_share_the_examples_out() {
    let report = json(HELD_OUT, &["--slice", "doc", "--slice", "label"]);
    let slicings = report["slicings"].as_array().unwrap();
    let by: Vec<&Value> = slicings.iter().map(|slicing| &slicing["by"]).collect();
    assert_eq!(by, [&json!("words"), &json!("quoted"), &json!({"column": "doc"}), &json!({"column": "label"})]);
    for slicing in slicings {
        let slices = slicing["slices"].as_array().unwrap();
        let sum: u64 = slices.iter().map(|slice| slice["examples"].as_u64().unwrap()).sum();
        assert_eq!(sum, 8, "{slicing}");
    }
    assert_eq!(slicings[2]["slices"][0]["accuracy_interval"], Value::Null, "a document alone has no interval");
    let weather = slicings[3]["slices"].as_array().unwrap().iter().find(|slice| slice["value"] == "weather").unwrap();
    assert_eq!(weather["accuracy"], report["scores"]["classes"][2]["recall"]);

    let table = table(HELD_OUT, &["--slice", "label"]);
    assert!(table.contains("\nby words ") && table.contains("\nby quotation marks ") && table.contains("\nby label "));

    let missing = copydesk(&["eval", small_model(), HELD_OUT, "--slice", "genre"]);
    assert_eq!(missing.code, 65);
    assert!(missing.err.contains("there is no column `genre`"), "{}", missing.err);
}

#[test]
fn curves_and_bins_are_in_the_json() {
    let report = json(HELD_OUT, &[]);
    for (curve, class) in report["precision_recall"].as_array().unwrap().iter().zip(LABELS) {
        assert_eq!(curve["label"], class);
        let last = curve["points"].as_array().unwrap().last().unwrap();
        assert_eq!(last["recall"], 1.0);
    }
    let answers = report["reliability"]["answers"].as_array().unwrap();
    let gaps = answers.iter().filter_map(|bin| {
        let share = bin["share"].as_f64()?;
        Some(bin["examples"].as_f64()? * (share - bin["mean_probability"].as_f64()?).abs())
    });
    let error = report["scores"]["calibration_error"].as_f64().unwrap();
    assert!((gaps.sum::<f64>() / 8.0 - error).abs() < 1e-12);
    assert_eq!(strings_of(&report["reliability"]["classes"], "label"), LABELS);
}

fn strings_of<'a>(objects: &'a Value, key: &str) -> Vec<&'a str> {
    objects.as_array().unwrap().iter().map(|object| object[key].as_str().unwrap()).collect()
}

#[test]
fn errors_name_their_place_and_are_cut_in_the_table_only() {
    let folder = Folder::new();
    let long = format!("Rain and fog{} are expected at night.", ", rain and fog".repeat(20));
    let rows = format!("text,label\n\"{long}\",soup & bread\nA wallet was found.,fundstück\nFrost.,soup & bread\n");
    let file = folder.file("a.csv", rows);
    let errors = json(&file, &[])["errors"].clone();
    assert_eq!(errors[0]["text"], long);
    assert_eq!((&errors[0]["line"], &errors[0]["file"]), (&json!(2), &json!(file)));
    assert_eq!((&errors[0]["truth"], &errors[0]["answer"]), (&json!("soup & bread"), &json!("weather")));
    assert!(errors[0]["confidence"].as_f64() >= errors[1]["confidence"].as_f64());

    let shown = table(&file, &["--errors", "1"]);
    assert!(shown.contains("errors, the surest first (1 of 2)\n"), "{shown}");
    assert!(shown.contains(&format!("  weather for soup & bread  {file}:2\n")), "{shown}");
    assert!(shown.lines().any(|line| line.ends_with('…') && line.chars().count() <= 100), "{shown}");
    assert!(!table(&file, &["--errors", "0"]).contains("surest first"));
}

#[test]
fn a_model_compared_with_itself_is_no_different() {
    let run = copydesk(&["eval", small_model(), HELD_OUT, "--against", small_model()]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.contains("\nverdict: not significantly different from "), "{}", run.out);
    let comparison = &json(HELD_OUT, &["--against", small_model()])["comparison"];
    assert_eq!(comparison["macro_f1"]["p_value"], 1.0);
    assert_eq!(comparison["mcnemar"]["method"], "exact_binomial");
    let right = comparison["right"].as_array().unwrap();
    assert!(right.iter().all(|right| right["only_this"] == 0 && right["only_other"] == 0));
}

#[test]
fn a_significantly_worse_model_fails_after_everything_is_written() {
    let folder = Folder::new();
    // The same texts with the labels turned round teach the opposite.
    let turned = read(NOTICES).replace(",weather\n", ",x\n").replace(",fundstück\n", ",weather\n");
    let notices = folder.file("turned.csv", turned.replace(",x\n", ",fundstück\n"));
    let bad = folder.path("bad");
    copydesk(&["train", &notices, "--config", NOTICES_CONFIG, "--out", &bad]).ok();
    let file = folder.path("report.json");
    let worse = copydesk(&["eval", &bad, NOTICES, "--against", small_model(), &format!("--json={file}")]);
    let warning =
        format!("warning: {} was trained on {NOTICES}: these scores say nothing about other texts\n", small_model());
    assert_eq!((worse.code, worse.err), (1, warning));
    assert!(worse.out.contains("\nverdict: significantly worse than "), "{}", worse.out);
    let comparison = &serde_json::from_str::<Value>(&read(&file)).unwrap()["comparison"];
    assert!(comparison["macro_f1"]["interval"]["high"].as_f64().unwrap() < 0.0);

    let better = copydesk(&["eval", small_model(), NOTICES, "--against", &bad]);
    assert_eq!(better.code, 0);
    assert!(better.out.contains("\nverdict: significantly better than "), "{}", better.out);
}

#[test]
fn conditions_that_hold_fail_with_a_line_each() {
    let conditions = ["--fail-if", "macro_f1 < 0.99", "--fail-if", "recall[weather] < 0.5", "--fail-if", "brier > 0"];
    let run = copydesk(&[&["eval", small_model(), HELD_OUT][..], &conditions].concat());
    assert_eq!(run.code, 1);
    let lines: Vec<&str> = run.err.lines().collect();
    assert_eq!(lines.len(), 3, "{}", run.err);
    assert!(lines[0].starts_with("failed: --fail-if 'macro_f1 < 0.99': it is 0."), "{}", lines[0]);
    assert_eq!(lines[1], "passed: --fail-if 'recall[weather] < 0.5': it is 1.0000");
    assert!(run.out.contains("truth \\ answer"), "the tables come all the same");

    let run = copydesk(&["eval", small_model(), HELD_OUT, "--json", "--fail-if", "macro_f1 < 0.1"]);
    let checks = &run.json()["checks"];
    assert_eq!((&checks[0]["fail_if"], &checks[0]["failed"]), (&json!("macro_f1 < 0.1"), &json!(false)));
}

#[test]
fn bad_conditions_are_refused_before_anything_runs() {
    let run = copydesk(&["eval", "no-such-model", "no-such.csv", "--fail-if", "recall < 0.9"]);
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    assert!(run.err.contains("at character 8: recall is of one label: write recall[LABEL]"), "{}", run.err);
    let run = copydesk(&["eval", "no-such-model", "no-such.csv", "--fail-if", "f2[a] < 0.9"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("there is no metric `f2`: known are accuracy, macro_f1,"), "{}", run.err);
    let run = copydesk(&["eval", small_model(), HELD_OUT, "--fail-if", "recall[wether] < 0.9"]);
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    assert!(run.err.contains(
        "there is no label `wether` (did you mean `weather`?): the labels are fundstück, soup & bread, weather"
    ));
}

#[test]
fn json_goes_to_a_file_beside_the_tables_or_instead_of_them() {
    let folder = Folder::new();
    let file = folder.path("report.json");
    let tables = table(HELD_OUT, &[&format!("--json={file}")]);
    assert_eq!(tables, table(HELD_OUT, &[]));
    assert_eq!(read(&file), copydesk(&["eval", small_model(), HELD_OUT, "--json"]).ok());
    assert_eq!(read(&file), copydesk(&["eval", small_model(), HELD_OUT, "--json=-"]).ok());
    let under_a_file = format!("--json={file}/below");
    assert_eq!(copydesk(&["eval", small_model(), HELD_OUT, &under_a_file]).code, 73);
}

/// The values of an attribute in a page, in order.
fn attribute<'a>(page: &'a str, name: &str) -> Vec<&'a str> {
    let start = format!(" {name}=\"");
    page.split(&start).skip(1).map(|rest| &rest[..rest.find('"').unwrap()]).collect()
}

#[test]
fn the_page_stands_alone_and_can_be_read_aloud() {
    let folder = Folder::new();
    let rows = "doc,desk,text,label\na,</svg><script>x</script>,Rain & fog.,weather\n\
                b,\"\"\"q\"\" onload=1\",\"A <b>wallet</b> \u{202e}was \"\"found\"\".\",weather\nb,,Soup.,soup & bread\n";
    let data = folder.file("<i>.csv", rows);
    let file = folder.path("report.html");
    let arguments = ["--slice", "desk", "--against", small_model(), "--fail-if", "accuracy < 0", "--html", &file];
    let shown = table(&data, &arguments);
    assert_eq!(shown, table(&data, &arguments[..4]), "the tables come all the same");
    let page = read(&file);

    for outside in ["<script", "<link", "<img", "<iframe", "src=", "href=", "url(", "@import", "http"] {
        assert!(!page.contains(outside), "{outside}");
    }
    for raw in ["<b>", "<i>", "</svg><", "\"q\" onload", "Rain & fog", "soup & bread"] {
        assert!(!page.contains(raw), "{raw}");
    }
    assert!(page.contains("<bdi>A &lt;b&gt;wallet&lt;/b&gt; \u{202e}was &quot;found&quot;.</bdi>"));
    assert!(page.contains("(empty)") && page.contains("soup &amp; bread") && page.contains("passed: --fail-if"));
    for section in ["Against", "Scores by label", "Confusion matrix", "Precision and recall", "Reliability", "Slices"] {
        assert!(page.contains(&format!("<h2>{section}")), "{section}");
    }

    let mut ids = attribute(&page, "id");
    for named in attribute(&page, "aria-labelledby").iter().flat_map(|names| names.split(' ')) {
        assert!(ids.contains(&named), "{named}");
    }
    let plots = page.matches("<svg ").count();
    assert!(plots > 10);
    assert_eq!((page.matches("role=\"img\"").count(), page.matches("<desc ").count()), (plots, plots));
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all, "ids are unique");
    for element in ["svg", "g", "figure", "section", "table", "tr", "td", "details", "div", "main", "title", "text"] {
        let opened = page.matches(&format!("<{element} ")).count() + page.matches(&format!("<{element}>")).count();
        assert_eq!(opened, page.matches(&format!("</{element}>")).count(), "{element}");
    }
    assert!(!page.contains("NaN") && !page.contains("inf\""));
}

#[test]
fn the_page_of_one_document_has_no_intervals() {
    let folder = Folder::new();
    let data = folder.file("a.csv", "text,label,doc\nRain.,weather,d\nA hat was found.,fundstück,d\n");
    let file = folder.path("report.html");
    let shown = table(&data, &["--html", &file, "--against", small_model()]);
    assert!(shown.contains("no verdict: "), "{shown}");
    let page = read(&file);
    assert!(page.contains("No intervals: all examples are of one document"));
    assert!(page.contains("not defined") && !page.contains("NaN") && !page.contains("class=\"range\""));
}

#[test]
fn figures_of_the_training_data_are_warned_of() {
    let warning =
        |name: &str| format!("warning: {name} was trained on {NOTICES}: these scores say nothing about other texts\n");
    let run = copydesk(&["eval", small_model(), NOTICES]);
    assert!(run.code == 0 && run.err.contains(&warning("the model")), "{}", run.err);
    let other = copydesk(&["eval", "news-en-open", NOTICES, "--against", small_model()]);
    assert!(other.err.contains(&warning(small_model())) && !other.err.contains("the model was"), "{}", other.err);
    assert!(!copydesk(&["eval", small_model(), HELD_OUT]).err.contains("warning"));

    let curve = |test: &str| {
        copydesk(&["data", "curve", NOTICES, "--config", NOTICES_CONFIG, "--points", "1", "--test", test]).err
    };
    let warning = format!("warning: the models are trained on {NOTICES}: these scores say nothing about other texts\n");
    assert!(curve(NOTICES).contains(&warning), "{}", curve(NOTICES));
    assert!(!curve(HELD_OUT).contains("warning"));
}

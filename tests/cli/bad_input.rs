//! Input that cannot be used: one line that names the file and the cure, the documented exit code, nothing on standard
//! output, and never a panic.

use std::fs;

use crate::run::{BOARD, Folder, HELD_OUT, NOTICES, Run, command, copydesk, copydesk_reading, small_model};

const USAGE: i32 = 2;
const BAD_DATA: i32 = 65;
const NO_INPUT: i32 = 66;
const CANNOT_CREATE: i32 = 73;

/// Checks a failure: its code and what the message holds. Training may tell of its progress before.
fn assert_refused(what: &str, run: &Run, code: i32, parts: &[&str]) {
    let err = &run.err;
    assert_eq!(run.code, code, "{what}: {err}");
    assert_eq!(run.out, "", "{what}");
    assert!(!err.contains("panicked"), "{what}: {err}");
    let last = err.lines().last().unwrap_or_else(|| panic!("{what}: nothing on stderr"));
    assert!(last.starts_with("copydesk: "), "{what}: {err}");
    let progress = |line: &str| line.starts_with("read ") || line.starts_with("fold ") || line.starts_with("fitting ");
    let others: Vec<&str> = err.lines().filter(|line| !progress(line)).collect();
    assert_eq!(others, [last], "{what}: one line");
    for part in parts {
        assert!(last.contains(part), "{what}: {part:?} is not in {last:?}");
    }
}

/// Checks a failure that the parser of the command line reports in its own form.
fn assert_usage(what: &str, run: &Run) {
    assert_eq!(run.code, USAGE, "{what}: {}", run.err);
    assert_eq!(run.out, "", "{what}");
    assert!(run.err.starts_with("error: "), "{what}: {}", run.err);
}

/// A folder of files that no command can use.
struct Bad {
    folder: Folder,
}

impl Bad {
    fn new() -> Self {
        let folder = Folder::new();
        fs::create_dir(folder.path("folder.csv")).unwrap();
        folder.file("empty.csv", "");
        folder.file("empty.txt", "");
        folder.file("header.csv", "text,label\n");
        folder.file("latin.txt", b"ok sm\xf8r");
        folder.file("latin.csv", b"text,label\nrain,weather\nsm\xf8r,fog\n");
        folder.file("utf16.csv", b"\xff\xfet\0e\0x\0t\0,\0l\0");
        folder.file("utf16-bare.csv", b"t\0e\0x\0t\0,\0l\0");
        folder.file("utf16.txt", b"\xff\xfet\0e\0x\0t\0,\0l\0");
        folder.file("utf16-bare.txt", b"t\0e\0x\0t\0,\0l\0");
        folder.file("ragged.csv", "text,label\nrain,weather\nfog\n");
        folder.file("unclosed.csv", "text,label\nrain,weather\n\"fog,weather\nsnow,weather\n");
        folder.file("bad.jsonl", "{\"text\":\"rain\",\"label\":\"weather\"}\n{\"text\":\"fog\",\n");
        folder.file("typed.jsonl", "{\"text\":7,\"label\":\"weather\"}\n");
        folder.file("one.csv", "text,label\nrain,weather\nfog,weather\n");
        let model = fs::read(format!("{}/model.safetensors", small_model())).unwrap();
        folder.file("cut.safetensors", &model[..model.len() - 100]);
        folder.file("header.safetensors", &model[..40]);
        let mut flipped = model;
        let last = flipped.len() - 1;
        flipped[last] ^= 1;
        folder.file("flipped.safetensors", flipped);
        folder.file("picture.safetensors", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01");
        folder.file("page.safetensors", "<!DOCTYPE html>\n<html><body>Not found</body></html>\n");
        folder.file("empty.safetensors", "");
        Self { folder }
    }

    fn path(&self, name: &str) -> String {
        self.folder.path(name)
    }
}

#[test]
fn texts_that_cannot_be_read() {
    let bad = Bad::new();
    for (name, code, parts) in [
        ("missing.csv", NO_INPUT, &["missing.csv", "No such file"][..]),
        ("folder.csv", NO_INPUT, &["folder.csv", "is a directory"]),
        ("empty.csv", BAD_DATA, &["empty.csv is a table", "--text-column"]),
        ("empty.txt", BAD_DATA, &["empty.txt", "is empty"]),
        ("latin.txt", BAD_DATA, &["latin.txt:1:6", "0xf8", "UTF-8"]),
        ("utf16.txt", BAD_DATA, &["utf16.txt", "UTF-16"]),
        ("utf16-bare.txt", BAD_DATA, &["utf16-bare.txt", "UTF-16"]),
    ] {
        let file = bad.path(name);
        for command in [
            &["label", &file][..],
            &["label", "--format", "tsv", &file],
            &["label", "--format", "html", &file],
            &["classify", &file],
            &["classify", "--format", "tsv", &file],
        ] {
            assert_refused(&command.join(" "), &copydesk(command), code, parts);
        }
    }
    for command in [&["label"][..], &["classify"], &["explain"], &["explain", "-"]] {
        assert_refused(command[0], &copydesk(command), BAD_DATA, &["is empty"]);
        assert_refused(command[0], &copydesk_reading(command, b"ok sm\xf8r"), BAD_DATA, &["-:1:6", "UTF-8"]);
    }
    assert_refused("label", &copydesk_reading(&["label"], b"ok\nsm\xf8r"), BAD_DATA, &["-:2:3", "UTF-8"]);
}

/// What is certain before the place that cannot be read is answered and stays.
#[test]
fn text_that_turns_bad() {
    let run = copydesk_reading(&["classify", "--format", "tsv"], b"ok\nfine\r\nsm\xf8r\nfine");
    assert_eq!((run.code, run.out.lines().count()), (BAD_DATA, 3), "{run:?}");
    assert!(run.out.ends_with("\tfine\n") && run.err.contains("-:3:3: byte 0xf8"), "{run:?}");

    let line = vec![b'x'; (4 << 20) + 1];
    let run = copydesk_reading(&["classify"], &[b"ok\n", &line[..], b"\nfine\n"].concat());
    assert_eq!((run.code, run.out.lines().count()), (BAD_DATA, 1), "{}", run.err);
    assert!(run.err.starts_with("copydesk: -:2: longer than 4 MiB") && run.err.contains("copydesk label"));

    let text = "It rained all day. ".repeat(1000);
    let whole = copydesk_reading(&["label", "--format", "tsv"], text.as_bytes()).ok();
    let run = copydesk_reading(&["label", "--format", "tsv"], &[text.as_bytes(), b"sm\xf8r. More."].concat());
    let rows = run.out.lines().count();
    assert_eq!(run.code, BAD_DATA);
    assert!(rows > 900 && whole.starts_with(&run.out), "{rows} rows");
    assert!(run.err.starts_with("copydesk: -:1:19003: byte 0xf8"), "{}", run.err);

    let run = copydesk_reading(&["label", "--format", "html"], &[text.as_bytes(), b"sm\xf8r. More."].concat());
    assert!(run.code == BAD_DATA && run.out.ends_with("</section>\n</body>\n</html>\n"), "the page is whole");
}

#[test]
fn tables_that_cannot_be_read() {
    let bad = Bad::new();
    let out = bad.path("model");
    for (name, code, parts) in [
        ("missing.csv", NO_INPUT, &["missing.csv", "No such file"][..]),
        ("folder.csv", NO_INPUT, &["folder.csv", "is a directory"]),
        ("empty.csv", BAD_DATA, &["empty.csv", "rows"]),
        ("header.csv", BAD_DATA, &["header.csv", "rows"]),
        ("latin.csv", BAD_DATA, &["latin.csv:3:3", "UTF-8"]),
        ("utf16.csv", BAD_DATA, &["utf16.csv:1", "UTF-16"]),
        ("utf16-bare.csv", BAD_DATA, &["utf16-bare.csv:1", "UTF-16"]),
        ("ragged.csv", BAD_DATA, &["ragged.csv:3", "1 field", "2"]),
        ("unclosed.csv", BAD_DATA, &["unclosed.csv:3", "quotation mark"]),
        ("bad.jsonl", BAD_DATA, &["bad.jsonl:2:", "JSON"]),
        ("typed.jsonl", BAD_DATA, &["typed.jsonl:1", "`text`"]),
    ] {
        let file = bad.path(name);
        for command in [
            &["train", &file, "--out", &out][..],
            &["train", NOTICES, &file, "--out", &out],
            &["eval", small_model(), &file],
            &["eval", small_model(), &file, "--json"],
            &["classify", "--text-column", "text", &file],
            &["classify", "--text-column", "text", "--format", "tsv", &file],
        ] {
            assert_refused(&command.join(" "), &copydesk(command), code, parts);
        }
    }
    assert!(!fs::exists(&out).unwrap(), "nothing is made for a training that cannot start");
}

#[test]
fn columns_formats_and_labels_that_are_not_there() {
    let bad = Bad::new();
    let (out, one) = (bad.path("model"), bad.path("one.csv"));
    let column = |command: &[&str]| {
        assert_refused(&command.join(" "), &copydesk(command), BAD_DATA, &["notices.csv:1", "`tekst`", "`text`"]);
    };
    column(&["classify", "--text-column", "tekst", NOTICES]);
    for option in ["--text-column", "--label-column", "--group-column"] {
        column(&["train", NOTICES, "--out", &out, option, "tekst"]);
        column(&["eval", small_model(), NOTICES, option, "tekst"]);
    }
    for command in [
        &["train", BOARD, "--out", &out][..],
        &["eval", small_model(), BOARD],
        &["classify", "--text-column", "text", BOARD],
    ] {
        assert_refused(&command.join(" "), &copydesk(command), USAGE, &["board.txt", "--input-format"]);
    }
    assert_refused(
        "one label",
        &copydesk(&["train", &one, "--out", &out]),
        BAD_DATA,
        &["one.csv", "\"weather\"", "two"],
    );
    let left = ["eval", small_model(), &one, "--labels", "fundstück,soup & bread"];
    assert_refused("nothing left", &copydesk(&left), BAD_DATA, &["one.csv", "weather"]);
    for command in [
        &["label", "--model", small_model(), "--labels", "weather,parking", BOARD][..],
        &["classify", "--model", small_model(), "--labels", "weather,parking", BOARD],
        &["explain", "--model", small_model(), "--labels", "weather,parking", "fog"],
        &["explain", "--model", small_model(), "--label", "parking", "fog"],
        &["eval", small_model(), HELD_OUT, "--labels", "weather,parking"],
    ] {
        assert_refused(&command.join(" "), &copydesk(command), USAGE, &["parking", "fundstück"]);
    }
    let labels = "the labels are fundstück, soup & bread, weather";
    for command in [&["label", BOARD][..], &["classify", BOARD], &["eval", small_model(), HELD_OUT]] {
        let model: &[&str] = if command[0] == "eval" { &[] } else { &["--model", small_model()] };
        let with = |names| copydesk(&[command, model, &["--labels", names]].concat());
        let slip = ["there is no label `wether` (did you mean `weather`?): ", labels];
        assert_refused(command[0], &with("fundstück,wether"), USAGE, &slip);
        assert_refused(command[0], &with("weather"), USAGE, &["no choice between `weather` alone: name at least two"]);
        assert_eq!(with(" weather , fundstück").ok(), with("weather,fundstück").ok(), "{}", command[0]);
    }
}

#[test]
fn models_that_are_none() {
    let bad = Bad::new();
    fs::create_dir(bad.path("hollow")).unwrap();
    for (name, code, parts) in [
        ("missing.safetensors", NO_INPUT, &["missing.safetensors", "No such file"][..]),
        ("hollow", NO_INPUT, &["hollow", "model.safetensors"]),
        ("empty.safetensors", BAD_DATA, &["empty.safetensors", "empty"]),
        ("cut.safetensors", BAD_DATA, &["cut.safetensors", "copy it again"]),
        ("header.safetensors", BAD_DATA, &["header.safetensors", "again"]),
        ("flipped.safetensors", BAD_DATA, &["flipped.safetensors", "checksum"]),
        ("picture.safetensors", BAD_DATA, &["picture.safetensors", "PNG"]),
        ("page.safetensors", BAD_DATA, &["page.safetensors", "HTML"]),
        ("one.csv", BAD_DATA, &["one.csv", "text file"]),
    ] {
        let model = bad.path(name);
        for command in [
            &["label", "--model", &model, BOARD][..],
            &["label", "--format", "tsv", "--model", &model, BOARD],
            &["classify", "--model", &model, BOARD],
            &["explain", "--model", &model, "fog"],
            &["inspect", &model],
            &["eval", &model, HELD_OUT],
        ] {
            assert_refused(&command.join(" "), &copydesk(command), code, parts);
        }
    }
    let unknown = copydesk(&["inspect", "news-xx"]);
    assert_refused("no such name", &unknown, USAGE, &["news-xx", "news-en"]);
}

#[test]
fn options_that_cannot_be_used() {
    let bad = Bad::new();
    let out = bad.path("model");
    let file = |name: &str, content: &[u8]| bad.folder.file(name, content);
    for (option, code, parts) in [
        (["--set", "alpha"], USAGE, &["alpha", "key=value"][..]),
        (["--set", "alhpa=2"], USAGE, &["alhpa"]),
        (["--set", "alpha=-2"], USAGE, &["alpha = -2"]),
        (["--set", "features.blocks.words.min_n=9"], USAGE, &["min_n"]),
        (["--alpha", "lots"], USAGE, &["--alpha lots", "auto"]),
        (["--alpha", "-1"], USAGE, &["alpha = -1"]),
        (["--alpha", "NaN"], USAGE, &["alpha = NaN"]),
        (["--cv", "1"], USAGE, &["folds = 1"]),
        (["--cv", "500"], BAD_DATA, &["notices.csv", "12 documents", "--cv 0"]),
        (["--config", &bad.path("missing.toml")], NO_INPUT, &["missing.toml", "No such file"]),
        (["--config", &bad.path("folder.csv")], NO_INPUT, &["folder.csv", "is a directory"]),
        (["--config", &bad.path("latin.csv")], BAD_DATA, &["latin.csv:3:3", "UTF-8"]),
        (["--config", &bad.path("utf16.csv")], BAD_DATA, &["utf16.csv", "UTF-16"]),
        (["--config", &file("key.toml", b"seed = 1\nalhpa = 3\n")], BAD_DATA, &["key.toml:2:1", "`alhpa`"]),
        (["--config", &file("syntax.toml", b"seed = \n")], BAD_DATA, &["syntax.toml:1:"]),
        (["--config", &file("type.toml", b"\nfolds = \"x\"\n")], BAD_DATA, &["type.toml:2:9", "u32"]),
    ] {
        let command = [&["train", NOTICES, "--out", &out][..], &option].concat();
        assert_refused(&command.join(" "), &copydesk(&command), code, parts);
    }
    assert!(!fs::exists(&out).unwrap());
}

#[test]
fn places_that_cannot_hold_a_model() {
    let bad = Bad::new();
    let file = bad.path("one.csv");
    fs::create_dir_all(bad.path("full/scores.json")).unwrap();
    fs::create_dir(bad.path("folder.safetensors")).unwrap();
    for (out, part) in [
        (file.clone(), "one.csv is a file"),
        (format!("{file}/below"), "one.csv is a file"),
        (format!("{file}/deep/below.safetensors"), "one.csv is a file"),
        (bad.path("folder.safetensors"), "folder.safetensors is a folder"),
        (bad.path("full"), "scores.json is a folder"),
    ] {
        let run = copydesk(&["train", NOTICES, "--out", &out]);
        assert_refused(&out, &run, CANNOT_CREATE, &[part]);
        assert!(!run.err.contains("fold 1"), "the place is checked before the work: {}", run.err);
    }
    assert_eq!(fs::read_dir(bad.path("full")).unwrap().count(), 1);
    if cfg!(target_os = "linux") {
        let run = copydesk(&["train", NOTICES, "--out", "/proc/copydesk/model"]);
        assert_refused("/proc", &run, CANNOT_CREATE, &["/proc/copydesk/model"]);
    }
}

#[cfg(unix)]
#[test]
fn files_without_permission() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    let file = folder.file("secret.csv", "text,label\nrain,weather\n");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(&file).is_ok() {
        eprintln!("skipped: this user (root?) can read files of mode 000, so nothing can be refused");
        return;
    }
    let out = folder.path("model");
    for command in [
        &["label", &file][..],
        &["classify", &file],
        &["classify", "--text-column", "text", &file],
        &["train", &file, "--out", &out],
        &["train", NOTICES, "--config", &file, "--out", &out],
        &["eval", small_model(), &file],
        &["inspect", &file],
        &["explain", "--model", &file, "fog"],
    ] {
        assert_refused(&command.join(" "), &copydesk(command), NO_INPUT, &["secret.csv", "ermission"]);
    }
}

#[test]
fn command_lines_that_are_wrong() {
    for command in [
        &["inspect"][..],
        &["train"],
        &["train", NOTICES],
        &["train", "--out", "x"],
        &["eval"],
        &["eval", "news-en"],
        &["paint"],
        &["label", "--min-confidence", "1.5", BOARD],
        &["classify", "--input-format", "csv", BOARD],
        &["train", NOTICES, "--out", "x", "--threads", "0"],
        &["eval", "news-en", HELD_OUT, "--resamples", "0"],
        &["eval", "news-en", HELD_OUT, "--resamples", "19"],
        &["share", "--resamples", "19", BOARD],
        &["serve", "--allow-origin", "foo"],
        &["serve", "--allow-origin", "https://desk.example/"],
    ] {
        assert_usage(&command.join(" "), &copydesk(command));
    }
    for name in ["label", "classify", "train", "eval", "explain", "inspect"] {
        assert_usage(name, &copydesk(&[name, "--no-such-flag"]));
    }
    // Without any argument at all there is help instead of an error.
    let output = command(&[]).output().unwrap();
    assert_eq!(output.status.code(), Some(USAGE));
    assert!(String::from_utf8(output.stderr).unwrap().contains("Usage: copydesk"));
}

#[test]
fn a_strange_file_name_stays_on_one_line() {
    let run = copydesk(&["label", "no\nsuch\u{1b}[31m file"]);
    assert_refused("name", &run, NO_INPUT, &["no such [31m file"]);
}

//! Running the binary, and the small model that most tests use.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use serde_json::Value;

/// The article that the repository keeps as an example.
pub const ARTICLE: &str = "datasets/examples/library-vote.txt";
/// A short text for the small model.
pub const BOARD: &str = "tests/data/board.txt";
/// The sentences that the small model is trained on, and its options.
pub const NOTICES: &str = "tests/data/notices.csv";
pub const NOTICES_CONFIG: &str = "tests/data/notices.toml";
/// Sentences for measuring the small model.
pub const HELD_OUT: &str = "tests/data/held-out.csv";
/// The small model's labels in its order.
pub const LABELS: [&str; 3] = ["fundstück", "soup & bread", "weather"];

/// What a run of the binary gave.
#[derive(Debug)]
pub struct Run {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Run {
    pub fn new(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or_else(|| panic!("the binary ends by itself: {output:?}")),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// The standard output of a run that went well.
    pub fn ok(self) -> String {
        assert_eq!(self.code, 0, "stderr: {}", self.err);
        self.out
    }

    /// The JSON objects of a run that went well, one a line.
    pub fn json_lines(self) -> Vec<Value> {
        self.ok().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The only JSON object of a run that went well.
    pub fn json(self) -> Value {
        serde_json::from_str(&self.ok()).unwrap()
    }
}

/// The binary with pipes for its three streams, in the repository's root.
pub fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_copydesk"));
    command.args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).env_remove("COLUMNS");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs the binary with nothing on standard input.
pub fn copydesk(arguments: &[&str]) -> Run {
    Run::new(command(arguments).output().unwrap())
}

/// Runs the binary with something on standard input.
pub fn copydesk_reading(arguments: &[&str], input: &[u8]) -> Run {
    let mut child = command(arguments).stdin(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    std::thread::scope(|scope| {
        // Beside the reading: either pipe can fill up. A command that refuses its options does not read at all.
        scope.spawn(move || stdin.write_all(input).ok());
        Run::new(child.wait_with_output().unwrap())
    })
}

/// Runs the binary with so much memory, and gives up with code 124 when it hangs for ten minutes. `shell` comes before it.
#[cfg(unix)]
pub fn copydesk_within(mib: u64, shell: &str, arguments: &[&str]) -> Run {
    Run::new(command_within(mib, shell, arguments).output().unwrap())
}

/// The command of [`copydesk_within`].
#[cfg(unix)]
pub fn command_within(mib: u64, shell: &str, arguments: &[&str]) -> Command {
    // Each thread reserves 64 MiB of addresses for itself, which the limit counts: two threads are enough.
    let script = format!("ulimit -v {}; {shell} exec timeout 600 \"$@\"", mib << 10);
    let mut command = Command::new("sh");
    command.args(["-c", &script, "sh", env!("CARGO_BIN_EXE_copydesk")]).args(arguments);
    command.current_dir(env!("CARGO_MANIFEST_DIR")).env("MALLOC_ARENA_MAX", "1").env("RAYON_NUM_THREADS", "2");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// The folder of the small model, trained once.
pub fn small_model() -> &'static str {
    static FOLDER: OnceLock<String> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = text_of(&Path::new(env!("CARGO_TARGET_TMPDIR")).join("notices"));
        copydesk(&["train", NOTICES, "--config", NOTICES_CONFIG, "--out", &folder]).ok();
        folder
    })
}

/// A folder of a test's own, removed at its end.
pub struct Folder(tempfile::TempDir);

impl Folder {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// The path of a name in the folder.
    pub fn path(&self, name: &str) -> String {
        text_of(&self.0.path().join(name))
    }

    /// Writes a file and gives its path.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        fs::write(self.0.path().join(name), content).unwrap();
        self.path(name)
    }

    /// The names of all that is in the folder, sorted.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.0.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

fn text_of(path: &Path) -> String {
    PathBuf::from(path).into_os_string().into_string().unwrap()
}

/// A file of the repository or a test's folder.
pub fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// A TSV's rows as maps from column to field, with its escapes undone.
pub fn tsv(text: &str) -> Vec<Vec<(String, String)>> {
    let mut lines = text.lines().map(|line| line.split('\t'));
    let header: Vec<&str> = lines.next().unwrap().collect();
    lines
        .map(|fields| {
            let row: Vec<_> = header.iter().map(ToString::to_string).zip(fields.map(unescaped)).collect();
            assert_eq!(row.len(), header.len(), "{row:?}");
            row
        })
        .collect()
}

fn unescaped(field: &str) -> String {
    let mut text = String::new();
    let mut characters = field.chars();
    while let Some(c) = characters.next() {
        text.push(match (c, c == '\\') {
            (_, true) => match characters.next().unwrap() {
                't' => '\t',
                'n' => '\n',
                'r' => '\r',
                other => other,
            },
            (c, false) => c,
        });
    }
    text
}

/// Checks that a TSV row tells the same as a JSON object, whose probabilities are the columns `p_LABEL`.
pub fn assert_same_row(row: &[(String, String)], object: &Value) {
    let columns = object.as_object().unwrap().len() - 1 + object["probabilities"].as_object().unwrap().len();
    assert_eq!(row.len(), columns);
    for (column, field) in row {
        let value = column.strip_prefix("p_").map_or(&object[column], |label| &object["probabilities"][label]);
        match value {
            Value::String(text) => assert_eq!(field, text, "{column}"),
            Value::Number(number) => assert_same_bits(field.parse().unwrap(), number.as_f64().unwrap(), column),
            other => assert_eq!(*field, other.to_string(), "{column}"),
        }
    }
}

/// Checks that two numbers are the same to the last bit.
pub fn assert_same_bits(a: f64, b: f64, what: &str) {
    assert_eq!(a.to_bits(), b.to_bits(), "{what}: {a} {b}");
}

/// The figures of a JSON object `probabilities`, in the order of the labels' names.
pub fn probabilities(object: &Value) -> Vec<f64> {
    object["probabilities"].as_object().unwrap().values().map(|p| p.as_f64().unwrap()).collect()
}

/// A browser for the tests that need one, where there is one.
pub fn chromium() -> Option<PathBuf> {
    let names = ["chromium", "chromium-browser", "google-chrome"];
    std::env::split_paths(&std::env::var_os("PATH")?)
        .flat_map(|folder| names.map(|name| folder.join(name)))
        .find(|program| program.is_file())
}

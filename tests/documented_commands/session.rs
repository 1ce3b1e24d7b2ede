//! A reader who runs one page's commands after one another in a folder of its own.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::page::Step;

/// The address of the server in the documentation; the test's own has a port that is free.
const SERVER: &str = "127.0.0.1:8765";

/// What running a step gave.
pub enum Outcome {
    /// The exit code and all that a terminal would show.
    Ran(i32, String),
    /// Why the step was left out.
    Skipped(String),
}

/// A folder in which the repository's data can be read, and a server if one was started.
pub struct Session {
    folder: TempDir,
    server: Option<Server>,
}

struct Server {
    child: Child,
    address: String,
}

impl Session {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        // Commands write beside these and not into the repository.
        for name in ["datasets", "models", "tests"] {
            symlink(Path::new(env!("CARGO_MANIFEST_DIR")).join(name), folder.path().join(name)).unwrap();
        }
        Self { folder, server: None }
    }

    /// Runs a step as a shell does that stops at the first command that fails.
    pub fn run(&mut self, step: &Step) -> Outcome {
        if let Some(why) = &step.not_run {
            return Outcome::Skipped(why.clone());
        }
        let script = step.script.replace("cargo run --release -- ", "copydesk ");
        if let Some(missing) = ["curl", "jq"].into_iter().find(|program| calls(&script, program) && !is_there(program))
        {
            return Outcome::Skipped(format!("there is no {missing} here"));
        }
        assert!(
            !calls(&script, "cargo"),
            "line {}: mark what cargo would build with `<!-- not run: why -->`",
            step.line
        );
        if script.starts_with("copydesk serve") {
            return self.serve(&script);
        }
        let script = self.server.as_ref().map_or(script.clone(), |server| script.replace(SERVER, &server.address));
        let output = self.shell(&format!("exec 2>&1\nset -e\n{script}")).stdin(Stdio::null()).output().unwrap();
        Outcome::Ran(output.status.code().unwrap(), self.as_documented(&output.stdout))
    }

    /// Starts a server that lives as long as the session, and gives its first line.
    fn serve(&mut self, script: &str) -> Outcome {
        let mut child = self.shell(&format!("exec {script} --port 0")).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stderr.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim_end().rsplit('/').next().unwrap_or_default().to_owned();
        self.server = Some(Server { child, address });
        Outcome::Ran(0, self.as_documented(line.as_bytes()))
    }

    fn as_documented(&self, output: &[u8]) -> String {
        let output = String::from_utf8(output.to_vec()).unwrap();
        self.server.as_ref().map_or(output.clone(), |server| output.replace(&server.address, SERVER))
    }

    fn shell(&self, script: &str) -> Command {
        let program = Path::new(env!("CARGO_BIN_EXE_copydesk")).parent().unwrap();
        let mut path = program.as_os_str().to_owned();
        path.push(":");
        path.push(std::env::var_os("PATH").unwrap_or_default());
        let mut command = Command::new("sh");
        command.args(["-c", script]).current_dir(self.folder.path()).env("PATH", path);
        for variable in ["COLUMNS", "CLICOLOR_FORCE", "COPYDESK_NEWS_WEB_TEXTS"] {
            command.env_remove(variable);
        }
        command
    }

    /// The text of a file that the commands wrote.
    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(name)).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// Whether a script names a program.
fn calls(script: &str, program: &str) -> bool {
    script.split_whitespace().any(|word| word == program)
}

fn is_there(program: &str) -> bool {
    let found = Command::new("sh").args(["-c", "command -v \"$1\"", "sh", program]).stdout(Stdio::null()).status();
    found.is_ok_and(|status| status.success())
}

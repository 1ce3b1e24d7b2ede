//! How many times the floor each way to classify may take, from a committed file.

use std::process::ExitCode;

/// Limits, and what went beyond them.
pub struct Limits {
    /// Title of the table, name of the row, greatest ratio.
    known: Vec<(String, String, f64)>,
    beyond: Vec<String>,
}

impl Limits {
    /// From lines of the form `title | row | ratio`; what begins with `#` is a comment.
    pub fn new(text: &str) -> Self {
        let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        let known = lines.map(|line| {
            let parts: Vec<&str> = line.split('|').map(str::trim).collect();
            let [title, row, limit] = parts[..] else { panic!("not `title | row | ratio`: {line}") };
            (title.to_owned(), row.to_owned(), limit.parse().unwrap_or_else(|error| panic!("{line}: {error}")))
        });
        Self { known: known.collect(), beyond: Vec::new() }
    }

    /// Notes a ratio that is beyond its limit, and gives the limit if there is one.
    pub fn check(&mut self, title: &str, row: &str, ratio: f64) -> Option<f64> {
        let (.., limit) = *self.known.iter().find(|(t, r, _)| t == title && r == row)?;
        if ratio > limit {
            self.beyond.push(format!("{title}, {row}: {ratio:.2} times the floor, limit {limit:.1}"));
        }
        Some(limit)
    }

    /// Says what is beyond its limit; that is a failure if limits are in force.
    pub fn verdict(&self, in_force: bool) -> ExitCode {
        for line in &self.beyond {
            eprintln!("slower than allowed: {line}");
        }
        if in_force && !self.beyond.is_empty() { ExitCode::FAILURE } else { ExitCode::SUCCESS }
    }
}

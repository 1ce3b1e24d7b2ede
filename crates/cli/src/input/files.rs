//! Which files an argument names: one file, all in a directory, or those that a pattern matches.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use glob::{MatchOptions, Pattern};

use super::Source;

/// The endings of files that are one text each.
pub(crate) const TEXTS: &[&str] = &["txt", "text"];
/// The endings of files that are one article each, with or without markup.
pub(crate) const ARTICLES: &[&str] = &["txt", "text", "md", "markdown", "html", "htm", "xhtml"];
/// The endings of tables.
pub(crate) const TABLES: &[&str] = &["csv", "tsv", "jsonl", "ndjson", "parquet"];

/// A source that was found through an argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub source: Source,
    /// Its name below the directory that was named, or below the part of a pattern without wildcards; the mere name of a file
    /// that was named itself. Empty for what is no file.
    pub below: PathBuf,
    /// Whether it was named itself, not through a directory or pattern.
    pub named: bool,
}

/// The sources of one argument: at least one, which may be of no use and says so when it is opened.
pub(super) fn find(argument: &Path, endings: &[&str]) -> Vec<Found> {
    if argument == Path::new("-") {
        return vec![Found { source: Source::Stdin, below: PathBuf::new(), named: true }];
    }
    let (found, reason) = if argument.is_dir() {
        let found = walk(argument, Path::new(""), &|below| has_ending(below, endings));
        (found, format!("is a directory without files to read: looked for {}, also with .gz or .zst", dotted(endings)))
    } else if let Some((base, pattern)) = (!argument.exists()).then(|| pattern(argument)).flatten() {
        let options =
            MatchOptions { case_sensitive: true, require_literal_separator: true, require_literal_leading_dot: true };
        match Pattern::new(&pattern) {
            Ok(pattern) => {
                let found = walk(&base, Path::new(""), &|below| pattern.matches_path_with(below, options));
                (found, "is no file, and as a pattern matches none".to_owned())
            }
            Err(error) => (Vec::new(), format!("is no file, and no pattern either: {}", error.msg)),
        }
    } else {
        let below = argument.file_name().map(PathBuf::from).unwrap_or_default();
        return vec![Found { source: Source::File(argument.to_owned()), below, named: true }];
    };
    if found.is_empty() { vec![unusable(argument, reason)] } else { found }
}

fn unusable(path: &Path, reason: String) -> Found {
    let source = Source::Unusable { path: path.to_owned(), reason };
    Found { source, below: PathBuf::new(), named: false }
}

fn dotted(endings: &[&str]) -> String {
    let dotted: Vec<String> = endings.iter().map(|ending| format!(".{ending}")).collect();
    dotted.join(", ")
}

/// Whether a name has one of the endings, before `.gz` or `.zst` if it has that.
pub(super) fn has_ending(path: &Path, endings: &[&str]) -> bool {
    let Some(ending) = path.extension().and_then(|ending| ending.to_str()) else { return false };
    match ending.to_ascii_lowercase().as_str() {
        "gz" | "zst" => path.file_stem().is_some_and(|stem| has_ending(Path::new(stem), endings)),
        ending => endings.contains(&ending),
    }
}

/// A pattern in two parts: the directory before the first part with a wildcard, and the rest. `None` if there is no wildcard.
fn pattern(argument: &Path) -> Option<(PathBuf, String)> {
    let wild = |part: &Component<'_>| part.as_os_str().to_string_lossy().contains(['*', '?', '[']);
    let parts: Vec<Component<'_>> = argument.components().collect();
    let first = parts.iter().position(wild)?;
    let rest: PathBuf = parts[first..].iter().collect();
    Some((parts[..first].iter().collect(), rest.to_str()?.to_owned()))
}

/// The files below a directory that are wanted by their name below it, in the order of their names. Hidden files are left
/// out; links to files are followed and links to directories are not, so that the walk ends.
fn walk(base: &Path, below: &Path, wanted: &dyn Fn(&Path) -> bool) -> Vec<Found> {
    let folder = base.join(below);
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { &folder };
    let listed: io::Result<Vec<fs::DirEntry>> = fs::read_dir(folder).and_then(Iterator::collect);
    let mut entries = match listed {
        Ok(entries) => entries,
        Err(error) => return vec![unusable(folder, format!("cannot be listed: {error}"))],
    };
    entries.sort_by_key(fs::DirEntry::file_name);
    let mut found = Vec::new();
    for entry in entries {
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
            continue;
        }
        let below = below.join(entry.file_name());
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if is_folder {
            found.extend(walk(base, &below, wanted));
        } else if wanted(&below) && fs::metadata(base.join(&below)).map_or(true, |of| of.is_file()) {
            let source = Source::File(base.join(&below));
            found.push(Found { source, below, named: false });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path, argument: &str, endings: &[&str]) -> Vec<String> {
        let name = |found: &Found| match &found.source {
            Source::File(path) => {
                assert!(found.named || path.ends_with(&found.below));
                path.strip_prefix(folder).unwrap().display().to_string()
            }
            Source::Unusable { reason, .. } => format!("! {reason}"),
            Source::Stdin => "-".to_owned(),
        };
        find(&folder.join(argument), endings).iter().map(name).collect()
    }

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("a/b/.git")).unwrap();
        fs::create_dir(folder.path().join("none")).unwrap();
        for name in
            ["z.txt", "a/2.TXT", "a/1.txt.gz", "a/b/3.text", "a/b/4.csv.zst", "a/b/.5.txt", "a/b/.git/6.txt", "a/7"]
        {
            fs::write(folder.path().join(name), "x").unwrap();
        }
        folder
    }

    #[test]
    fn a_directory_is_all_files_of_known_endings_below_it() {
        let folder = folder();
        assert_eq!(names(folder.path(), "", TEXTS), ["a/1.txt.gz", "a/2.TXT", "a/b/3.text", "z.txt"]);
        assert_eq!(names(folder.path(), "a", TABLES), ["a/b/4.csv.zst"]);
        assert!(names(folder.path(), "none", TEXTS)[0].starts_with("! is a directory without files to read"));
    }

    #[cfg(unix)]
    #[test]
    fn links_in_a_circle_do_no_harm() {
        let folder = folder();
        std::os::unix::fs::symlink("..", folder.path().join("a/up")).unwrap();
        std::os::unix::fs::symlink("../z.txt", folder.path().join("a/b/link.txt")).unwrap();
        assert_eq!(names(folder.path(), "a", TEXTS), ["a/1.txt.gz", "a/2.TXT", "a/b/3.text", "a/b/link.txt"]);
    }

    #[test]
    fn a_pattern_is_the_files_that_it_matches() {
        let folder = folder();
        assert_eq!(names(folder.path(), "**/*.txt*", TEXTS), ["a/1.txt.gz", "z.txt"]);
        assert_eq!(names(folder.path(), "a/*", TEXTS), ["a/1.txt.gz", "a/2.TXT", "a/7"]);
        assert_eq!(names(folder.path(), "a/[12].*", TEXTS), ["a/1.txt.gz", "a/2.TXT"]);
        assert!(names(folder.path(), "a/*.html", TEXTS)[0].starts_with("! is no file, and as a pattern matches none"));
        assert!(names(folder.path(), "none/[", TEXTS)[0].starts_with("! is no file, and no pattern either"));
        assert_eq!(names(folder.path(), "missing.txt", TEXTS), ["missing.txt"]);
        // A file of that very name is that file.
        fs::write(folder.path().join("z[1].txt"), "x").unwrap();
        assert_eq!(names(folder.path(), "z[1].txt", TEXTS), ["z[1].txt"]);
    }
}

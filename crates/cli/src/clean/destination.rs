//! Where each input goes, decided before anything is read or written.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::input::{Found, Source};
use crate::same_file::place_of;

/// Where one cleaned input goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Destination {
    Stdout,
    File(PathBuf),
    /// The input's own file.
    InPlace(PathBuf),
}

/// The destination of each input. No output is an input or another's output.
pub(super) fn destinations(
    found: &[Found],
    out: Option<&Path>,
    in_place: bool,
    audit: Option<&Path>,
) -> Result<Vec<Destination>, Failure> {
    let inputs: HashSet<PathBuf> = found.iter().filter_map(|found| found.source.file()?.canonicalize().ok()).collect();
    let is_input = |path: &Path| path.canonicalize().is_ok_and(|path| inputs.contains(&path));
    let destinations = match out {
        None if in_place => own_places(found)?,
        None => vec![Destination::Stdout; found.len()],
        Some(out) => {
            let outputs = outputs(found, out)?;
            if let Some(output) = outputs.iter().find(|output| is_input(output)) {
                let name = output.display();
                return Err(Failure::Usage(format!(
                    "--out would replace {name}, which is read here: give another name, or --in-place"
                )));
            }
            outputs.into_iter().map(Destination::File).collect()
        }
    };
    if let Some(audit) = audit {
        let place = place_of(audit);
        let is_output = |destination: &Destination| match destination {
            Destination::Stdout => false,
            Destination::File(path) | Destination::InPlace(path) => place_of(path) == place,
        };
        if is_input(audit) || destinations.iter().any(is_output) {
            let name = audit.display();
            return Err(Failure::Usage(format!(
                "--audit would replace {name}, which has another use here: give another name"
            )));
        }
    }
    Ok(destinations)
}

/// The place of each input's own file; each is replaced once.
fn own_places(found: &[Found]) -> Result<Vec<Destination>, Failure> {
    let places = found.iter().map(own_place).collect::<Result<Vec<_>, _>>()?;
    let mut first_of: HashMap<PathBuf, &Found> = HashMap::new();
    for (found, place) in found.iter().zip(&places) {
        if let Destination::InPlace(path) = place
            && let Some(other) = first_of.insert(place_of(path), found)
        {
            return Err(Failure::Usage(format!(
                "{} and {} are one file: name it once",
                other.source.name(),
                found.source.name()
            )));
        }
    }
    Ok(places)
}

/// The place of an input's own file: where a link leads, not the link.
fn own_place(found: &Found) -> Result<Destination, Failure> {
    match &found.source {
        Source::Stdin => {
            Err(Failure::Usage("standard input cannot be replaced: name files, or omit --in-place".to_owned()))
        }
        // A file that is not there is told of when it is opened.
        Source::File(path) | Source::Unusable { path, .. } => {
            Ok(Destination::InPlace(path.canonicalize().unwrap_or_else(|_| path.clone())))
        }
    }
}

/// The output file of each input.
fn outputs(found: &[Found], out: &Path) -> Result<Vec<PathBuf>, Failure> {
    let is_folder = out.is_dir() || out.as_os_str().as_encoded_bytes().ends_with(b"/");
    if !is_folder && matches!(found, [one] if one.named) {
        return Ok(vec![out.to_owned()]);
    }
    let mut by_name: HashMap<&Path, &Found> = HashMap::new();
    let mut outputs = Vec::new();
    for found in found {
        if found.source == Source::Stdin {
            return Err(Failure::Usage("standard input has no name in a directory: give --out a file".to_owned()));
        }
        let twice = by_name.insert(&found.below, found).filter(|_| !found.below.as_os_str().is_empty());
        if let Some(other) = twice {
            return Err(Failure::Usage(format!(
                "{} and {} would be one file in {}: clean them one after the other",
                other.source.name(),
                found.source.name(),
                out.display()
            )));
        }
        outputs.push(out.join(&found.below));
    }
    Ok(outputs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(path: &str) -> Found {
        let below = Path::new(path).file_name().unwrap().into();
        Found { source: Source::File(path.into()), below, named: true }
    }

    fn stdin() -> Found {
        Found { source: Source::Stdin, below: PathBuf::new(), named: true }
    }

    fn refusal(found: &[Found], out: Option<&str>, in_place: bool, audit: Option<&str>) -> String {
        let failure = destinations(found, out.map(Path::new), in_place, audit.map(Path::new)).unwrap_err();
        assert_eq!(failure.exit_code(), 2);
        failure.message().unwrap().to_owned()
    }

    #[test]
    fn one_input_goes_to_a_file_and_several_to_a_directory() {
        let to = |found: &[Found], out| destinations(found, Some(Path::new(out)), false, None).unwrap();
        let files = |names: &[&str]| names.iter().map(|name| Destination::File(name.into())).collect::<Vec<_>>();
        assert_eq!(to(&[named("a/x.txt")], "y.txt"), files(&["y.txt"]));
        assert_eq!(to(&[stdin()], "y.txt"), files(&["y.txt"]));
        assert_eq!(to(&[named("a/x.txt")], "new/"), files(&["new/x.txt"]));
        assert_eq!(to(&[named("a/x.txt")], "src"), files(&["src/x.txt"]));
        assert_eq!(to(&[named("a/x.txt"), named("z.txt")], "y"), files(&["y/x.txt", "y/z.txt"]));
        let deep = Found { below: "b/x.txt".into(), named: false, ..named("a/b/x.txt") };
        assert_eq!(to(&[deep], "y"), files(&["y/b/x.txt"]));
        assert_eq!(destinations(&[stdin()], None, false, None).unwrap(), [Destination::Stdout]);
    }

    #[test]
    fn no_output_takes_the_place_of_another_file() {
        assert!(refusal(&[named("a/x.txt"), named("b/x.txt")], Some("y"), false, None).contains("would be one file"));
        assert!(refusal(&[stdin(), named("b/x.txt")], Some("y"), false, None).contains("give --out a file"));
        assert!(refusal(&[stdin()], None, true, None).contains("--in-place"));
        assert!(refusal(&[named("Cargo.toml")], Some("./Cargo.toml"), false, None).contains("--in-place"));
        assert!(refusal(&[named("Cargo.toml")], None, false, Some("./Cargo.toml")).contains("--audit"));
        for audit in ["y", "./y", "../cli/y"] {
            assert!(refusal(&[stdin()], Some("y"), false, Some(audit)).contains("--audit"));
        }
        let twice = refusal(&[named("Cargo.toml"), named("src/../Cargo.toml")], None, true, None);
        assert_eq!(twice, "Cargo.toml and src/../Cargo.toml are one file: name it once");
    }
}

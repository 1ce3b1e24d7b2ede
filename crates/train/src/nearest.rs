//! The name that somebody meant.

/// Below this Jaro-Winkler likeness two names are different words rather than a slip ("txt" and "text": 0.93).
const ALIKE: f64 = 0.8;

/// Of the names `known` the one most like `name`, if it may be a slip of it; case and surrounding blanks aside.
pub fn nearest_name<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = |name: &str| name.trim().to_lowercase();
    let name = plain(name);
    known
        .into_iter()
        .map(|known| (strsim::jaro_winkler(&plain(known), &name), known))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_known_and_other_words_are_not() {
        let labels = ["appeal", "opinion", "reporting"];
        for (name, meant) in
            [("opinon", Some("opinion")), (" Reporting", Some("reporting")), ("weather", None), ("", None)]
        {
            assert_eq!(nearest_name(name, labels), meant, "{name}");
        }
    }
}

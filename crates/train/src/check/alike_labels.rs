//! Labels that may be one label written in several ways.

use std::collections::BTreeMap;

/// Sets of labels that differ only in case or in blanks, as `Spam` and `spam`; labels of a set in their order. (Blanks around a label
/// are no part of it: they are cut when it is read.)
pub(super) fn alike_labels(labels: &[String]) -> Vec<Vec<String>> {
    let mut sets: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for label in labels {
        let plain: Vec<&str> = label.split_whitespace().collect();
        sets.entry(plain.join(" ").to_lowercase()).or_default().push(label.clone());
    }
    sets.into_values().filter(|set| set.len() > 1).collect()
}

/// Says that there are such labels, naming the first.
pub(crate) fn warning_of_alike_labels(labels: &[String]) -> Option<String> {
    let sets = alike_labels(labels);
    let (first, rest) = sets.split_first()?;
    let names: Vec<String> = first.iter().map(|label| format!("`{label}`")).collect();
    let more = if rest.is_empty() { String::new() } else { format!(" (the first of {} such sets)", sets.len()) };
    Some(format!(
        "the labels {}{more} differ only in case or blanks: where they mean the same, write them alike in the data",
        names.join(" and ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_blanks_make_no_other_label() {
        let sets = |labels: &[&str]| alike_labels(&labels.iter().map(|&label| label.to_owned()).collect::<Vec<_>>());
        assert_eq!(
            sets(&["Spam", "a  b", "a b", "ham", "sPam", "spam"]),
            [vec!["a  b", "a b"], vec!["Spam", "sPam", "spam"]]
        );
        assert!(sets(&["spam", "spam-", "ham"]).is_empty());
        let warning = warning_of_alike_labels(&["A", "B", "a", "b"].map(str::to_owned)).unwrap();
        assert!(
            warning.starts_with("the labels `A` and `a` (the first of 2 such sets) differ only in case or blanks: "),
            "{warning}"
        );
    }
}

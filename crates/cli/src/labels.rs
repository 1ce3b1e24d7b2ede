//! Labels in options and messages.

use clap::builder::{StringValueParser, TypedValueParser};
use copydesk_train::nearest_name;

/// Reads the name of a label: blanks around it are no part of it, as in `--labels 'fact, view'`.
pub(crate) fn label_name() -> impl TypedValueParser<Value = String> {
    StringValueParser::new().map(|name| name.trim().to_owned())
}

/// The labels, of which there may be thousands.
pub(crate) fn name_labels(labels: &[String]) -> String {
    const MOST: usize = 20;
    let named = labels[..labels.len().min(MOST)].join(", ");
    if labels.len() > MOST { format!("{named} and {} more", labels.len() - MOST) } else { named }
}

/// Says that a label is none of those `known`.
pub(crate) fn no_such_label(label: &str, known: &[String]) -> String {
    let nearest = nearest_name(label, known.iter().map(String::as_str));
    let meant = nearest.map_or_else(String::new, |name| format!(" (did you mean `{name}`?)"));
    format!("there is no label `{label}`{meant}: the labels are {}", name_labels(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_told_and_a_long_list_is_cut() {
        let labels: Vec<String> = (0..30).map(|n| format!("class{n}")).collect();
        let message = no_such_label("clas7", &labels);
        assert!(
            message.starts_with("there is no label `clas7` (did you mean `class7`?): the labels are class0, class1,"),
            "{message}"
        );
        assert!(message.ends_with("class19 and 10 more"), "{message}");
        assert_eq!(no_such_label("x", &labels[..2]), "there is no label `x`: the labels are class0, class1");
    }
}

//! What the blocks of a model's features hold, in words.

use std::collections::BTreeMap;

use copydesk_features::{BlockSpec, FeatureSpec, Form, Units};

fn kind(block: &BlockSpec) -> &'static str {
    match (block.units, block.form) {
        (Units::Words, Form::Surface) => "words",
        (Units::Words, Form::Stem) => "stems",
        (Units::Words, Form::Shape) => "shapes",
        (Units::Characters, Form::Surface) => "characters",
        (Units::Characters, Form::Stem) => "characters of stems",
        (Units::Characters, Form::Shape) => "characters of shapes",
    }
}

/// A readable name for each block by its name in the spec. Blocks of one kind are told apart by that.
pub(crate) fn readable_names(spec: &FeatureSpec) -> BTreeMap<&str, String> {
    let of_kind = |wanted: &str| spec.blocks.values().filter(|block| kind(block) == wanted).count();
    let readable = |name: &str, kind: &str| {
        if of_kind(kind) > 1 { format!("{kind} ({name})") } else { kind.to_owned() }
    };
    spec.blocks.iter().map(|(name, block)| (name.as_str(), readable(name, kind(block)))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_what_a_block_holds() {
        let block = |units, form| BlockSpec { units, form, ..BlockSpec::default() };
        let mut spec = FeatureSpec {
            blocks: [("a".to_owned(), block(Units::Words, Form::Stem))].into(),
            ..FeatureSpec::default()
        };
        spec.blocks.insert("b".into(), block(Units::Characters, Form::Surface));
        assert_eq!(readable_names(&spec), [("a", "stems".to_owned()), ("b", "characters".to_owned())].into());
        spec.blocks.insert("c".into(), block(Units::Words, Form::Stem));
        assert_eq!(readable_names(&spec)["c"], "stems (c)");
    }
}

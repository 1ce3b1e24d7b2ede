//! Which specs can be used.

use serde::Serialize;

use super::{
    BlockSpec, FeatureSpec, Form, MAX_BLOCKS, MAX_CHARACTER_N, MAX_WORD_N, Norm, Stemming, TermFrequency, Units,
};
use crate::error::SpecError;

/// A [`FeatureSpec`] whose values are known to be usable.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct CheckedSpec(FeatureSpec);

impl CheckedSpec {
    /// The spec itself.
    pub fn get(&self) -> &FeatureSpec {
        &self.0
    }
}

impl FeatureSpec {
    /// Checks every value against its limits.
    ///
    /// # Errors
    /// [`SpecError`] names the field, its value and what is allowed.
    pub fn check(self) -> Result<CheckedSpec, SpecError> {
        if self.blocks.is_empty() {
            return Err(SpecError::NoBlocks);
        }
        if self.blocks.len() > MAX_BLOCKS {
            return Err(SpecError::TooManyBlocks { count: self.blocks.len() });
        }
        for (name, block) in &self.blocks {
            self.check_block(name, block)?;
        }
        Ok(CheckedSpec(self))
    }

    fn check_block(&self, name: &str, block: &BlockSpec) -> Result<(), SpecError> {
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if name.is_empty() || name.len() > 40 || !name.chars().all(allowed) {
            return Err(SpecError::BlockName { name: name.into() });
        }
        let limit = match block.units {
            Units::Words => MAX_WORD_N,
            Units::Characters => MAX_CHARACTER_N,
        };
        let fail = |field: &'static str, value: String, cure: String| {
            Err(SpecError::Field { block: name.into(), field, value, cure })
        };
        if block.min_n == 0 || block.min_n > block.max_n || block.max_n > limit {
            let value = format!("{}..{}", block.min_n, block.max_n);
            let cure = format!("use 1 <= min_n <= max_n <= {limit}");
            return fail("min_n..max_n", value, cure);
        }
        if !(block.max_share > 0.0 && block.max_share <= 1.0) {
            let cure = "use a share above 0 and at most 1".into();
            return fail("max_share", block.max_share.to_string(), cure);
        }
        // Up to these two, what an idf comes to stays within what a vectoriser takes: of 2^32 texts, 23.2^3 * 50 = 620,000.
        if !(0.0..=3.0).contains(&block.idf_power) {
            return fail("idf_power", block.idf_power.to_string(), "use a number from 0 to 3; 1 is plain idf".into());
        }
        if !(0.01..=50.0).contains(&block.unigram_weight) {
            let cure = "use a number from 0.01 to 50, or min_n = 2 to leave single units out".into();
            return fail("unigram_weight", block.unigram_weight.to_string(), cure);
        }
        // In this range sums of products stay within what the scorer's numbers can hold.
        if !(1e-6..=1e6).contains(&block.weight) {
            let cure = "use a number from 0.000001 to 1000000, or leave the block out".into();
            return fail("weight", block.weight.to_string(), cure);
        }
        if block.max_features == Some(0) {
            let cure = "use at least 1, or leave the block out".into();
            return fail("max_features", "0".into(), cure);
        }
        if block.norm == Norm::Occurrences && block.tf != TermFrequency::Count {
            let cure = "it is a norm of counts: set norm = \"l2\", or tf = \"count\"".into();
            return fail("norm", "occurrences".into(), cure);
        }
        if block.units == Units::Characters && block.form != Form::Surface {
            let cure = "character n-grams are made of surface forms: use form = \"surface\"";
            let form = if block.form == Form::Stem { "stem" } else { "shape" };
            return fail("form", form.into(), cure.into());
        }
        if block.form == Form::Stem {
            if self.stemmer == Stemming::None {
                let cure = "set a stemmer, for example stemmer = \"english\"".into();
                return fail("form", "stem".into(), cure);
            }
            if !self.normalize.lowercase {
                let cure = "Snowball stemmers take lower case: set normalize.lowercase = true";
                return fail("form", "stem".into(), cure.into());
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked_with(change: impl FnOnce(&mut BlockSpec)) -> Result<CheckedSpec, SpecError> {
        let mut spec = FeatureSpec::default();
        change(spec.blocks.get_mut("words").unwrap());
        spec.check()
    }

    #[test]
    fn the_default_is_valid_and_survives_json() {
        let checked = FeatureSpec::default().check().unwrap();
        let json = serde_json::to_string(&checked).unwrap();
        let back: FeatureSpec = serde_json::from_str(&json).unwrap();
        assert_eq!(&back, checked.get());
    }

    #[test]
    fn unknown_fields_are_refused() {
        let error = serde_json::from_str::<FeatureSpec>(r#"{"tokens": {"ruel": "words"}}"#);
        assert!(error.unwrap_err().to_string().contains("ruel"));
    }

    #[test]
    fn each_bad_value_is_named() {
        type Change = fn(&mut BlockSpec);
        let cases: [(&str, Change); 14] = [
            ("min_n..max_n", |b| b.min_n = 0),
            ("min_n..max_n", |b| b.min_n = 3),
            ("min_n..max_n", |b| b.max_n = 6),
            ("max_share", |b| b.max_share = f64::NAN),
            ("weight", |b| b.weight = 0.0),
            ("weight", |b| b.weight = 1e300),
            ("idf_power", |b| b.idf_power = 3.1),
            ("idf_power", |b| b.idf_power = f64::NAN),
            ("unigram_weight", |b| b.unigram_weight = 0.0),
            ("max_features", |b| b.max_features = Some(0)),
            ("form", |b| {
                b.form = Form::Stem;
                b.units = Units::Characters;
            }),
            ("max_share", |b| b.max_share = 1.5),
            ("norm", |b| b.tf = TermFrequency::Sublinear),
            ("form", |b| {
                b.form = Form::Shape;
                b.units = Units::Characters;
            }),
        ];
        for (field, change) in cases {
            let message = checked_with(change).unwrap_err().to_string();
            assert!(message.contains(field), "{field} not in: {message}");
        }
    }

    #[test]
    fn stems_need_a_stemmer_and_lower_case() {
        let mut spec = FeatureSpec::default();
        spec.blocks.get_mut("words").unwrap().form = Form::Stem;
        spec.normalize.lowercase = false;
        assert!(spec.clone().check().is_err());
        spec.normalize.lowercase = true;
        spec.stemmer = Stemming::None;
        assert!(spec.clone().check().is_err());
        spec.stemmer = Stemming::English;
        assert!(spec.check().is_ok());
    }

    #[test]
    fn block_names_and_numbers_are_limited() {
        let block = BlockSpec::default();
        let with = |names: Vec<String>| FeatureSpec {
            blocks: names.into_iter().map(|n| (n, block.clone())).collect(),
            ..FeatureSpec::default()
        };
        assert_eq!(with(vec![]).check(), Err(SpecError::NoBlocks));
        let many = (0..17).map(|i| format!("b{i}")).collect();
        assert_eq!(with(many).check(), Err(SpecError::TooManyBlocks { count: 17 }));
        assert!(with(vec!["Upper case".into()]).check().is_err());
    }
}

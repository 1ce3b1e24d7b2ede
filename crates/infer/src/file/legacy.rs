//! Options that files of earlier states do not name: what training did before there was a choice. The defaults of
//! [`FeatureSpec`] are for options that somebody writes today.

use std::collections::BTreeMap;

use copydesk_features::FeatureSpec;
use serde::Deserialize;
use serde::de::IgnoredAny;

/// Which of these options a description names.
#[derive(Deserialize)]
pub(super) struct Named {
    #[serde(default)]
    features: NamedFeatures,
}

#[derive(Default, Deserialize)]
struct NamedFeatures {
    #[serde(default)]
    blocks: BTreeMap<String, NamedBlock>,
}

#[derive(Deserialize)]
struct NamedBlock {
    idf_power: Option<IgnoredAny>,
    unigram_weight: Option<IgnoredAny>,
}

impl Named {
    /// Gives the options that are not named the values that they had without a name.
    pub fn complete(&self, spec: &mut FeatureSpec) {
        for (name, block) in &mut spec.blocks {
            let named = self.features.blocks.get(name);
            if named.is_none_or(|named| named.idf_power.is_none()) {
                block.idf_power = 1.0;
            }
            if named.is_none_or(|named| named.unigram_weight.is_none()) {
                block.unigram_weight = 1.0;
            }
        }
    }
}

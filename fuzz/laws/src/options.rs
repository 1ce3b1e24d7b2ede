//! Options of any bytes: feature specs as JSON, training options as TOML, assignments.

use copydesk_features::FeatureSpec;
use copydesk_train::TrainConfig;

/// A feature spec that passes its check survives JSON.
pub fn spec(data: &[u8]) {
    let Ok(spec) = serde_json::from_slice::<FeatureSpec>(data) else { return };
    if let Ok(checked) = spec.check() {
        let json = serde_json::to_vec(&checked).expect("checked specs are JSON");
        let back: FeatureSpec = serde_json::from_slice(&json).expect("what was written can be read");
        assert_eq!(&back, checked.get());
    }
}

/// Training options that pass their check survive TOML; an error names a place in the text.
pub fn config(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    match TrainConfig::from_toml(&text) {
        Ok(config) => survives(config),
        Err(error) => assert!(error.to_string().starts_with(|c: char| c.is_ascii_digit()), "{error}"),
    }
}

/// An assignment changes options to ones that survive TOML, or is refused by name.
pub fn assignment(data: &[u8]) {
    let assignment = String::from_utf8_lossy(data);
    match TrainConfig::default().with_assignment(&assignment) {
        Ok(config) => survives(config),
        Err(error) => assert!(error.to_string().contains(&format!("{assignment:?}")), "{error}"),
    }
}

fn survives(config: TrainConfig) {
    if let Ok(checked) = config.check() {
        let text = toml::to_string(checked.get()).expect("checked options are TOML");
        let back = TrainConfig::from_toml(&text).expect("what was written can be read");
        assert_eq!(&back, checked.get());
    }
}

//! The trained models that ship with copydesk, as bytes of their files.
//!
//! Each model has a folder of its own beside this crate's source: the model file, its card and its scores.

/// The name of the model that is used where none is named.
pub const DEFAULT: &str = "news-en";

/// The names of all models.
pub const NAMES: [&str; 1] = [DEFAULT];

/// The content of a model's file.
pub fn bytes(name: &str) -> Option<&'static [u8]> {
    match name {
        "news-en" => Some(include_bytes!("../news-en/model.safetensors")),
        _ => None,
    }
}

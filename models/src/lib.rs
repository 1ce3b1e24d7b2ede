//! The trained models that ship with copydesk, as bytes of their files.
//!
//! Each model has a folder of its own beside this crate's source: the model file, its card, its scores and the options
//! that it was trained with.

/// The name of the model that is used where none is named.
pub const DEFAULT: &str = "news-en";

/// The names of all models.
pub const NAMES: [&str; 2] = [DEFAULT, "news-en-open"];

/// The content of a model's file.
pub fn bytes(name: &str) -> Option<&'static [u8]> {
    match name {
        "news-en" => Some(include_bytes!("../news-en/model.safetensors")),
        "news-en-open" => Some(include_bytes!("../news-en-open/model.safetensors")),
        _ => None,
    }
}

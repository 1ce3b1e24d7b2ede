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
        "news-en" => Some(&NEWS_EN.0),
        "news-en-open" => Some(&NEWS_EN_OPEN.0),
        _ => None,
    }
}

/// The hashes of a model's n-grams in the order of its columns, as `copydesk_features` of the same version takes them:
/// numbers of 64 bits, little-endian.
pub fn hashes(name: &str) -> Option<&'static [u8]> {
    match name {
        "news-en" => Some(&NEWS_EN_HASHES.0),
        "news-en-open" => Some(&NEWS_EN_OPEN_HASHES.0),
        _ => None,
    }
}

/// The tables of a model's blocks, one after the other, as `RowTable` of `copydesk_features` of the same version stores them.
pub fn tables(name: &str) -> Option<&'static [u8]> {
    match name {
        "news-en" => Some(&NEWS_EN_TABLES.0),
        "news-en-open" => Some(&NEWS_EN_OPEN_TABLES.0),
        _ => None,
    }
}

/// Bytes that start where numbers may stand: then those in a file need not be copied to be read.
#[repr(align(64))]
struct Aligned<T: ?Sized>(T);

static NEWS_EN: &Aligned<[u8]> = &Aligned(*include_bytes!("../news-en/model.safetensors"));
static NEWS_EN_OPEN: &Aligned<[u8]> = &Aligned(*include_bytes!("../news-en-open/model.safetensors"));
static NEWS_EN_HASHES: &Aligned<[u8]> = &Aligned(*include_bytes!(concat!(env!("OUT_DIR"), "/news-en.hashes")));
static NEWS_EN_OPEN_HASHES: &Aligned<[u8]> =
    &Aligned(*include_bytes!(concat!(env!("OUT_DIR"), "/news-en-open.hashes")));
static NEWS_EN_TABLES: &Aligned<[u8]> = &Aligned(*include_bytes!(concat!(env!("OUT_DIR"), "/news-en.tables")));
static NEWS_EN_OPEN_TABLES: &Aligned<[u8]> =
    &Aligned(*include_bytes!(concat!(env!("OUT_DIR"), "/news-en-open.tables")));

//! What must hold of any input, whoever made it: one function a fuzz target, which panics where its law is broken.
//!
//! The targets (`fuzz/fuzz_targets`) call these functions and nothing else, so that an ordinary test can replay the
//! committed corpora without libFuzzer.

mod document;
mod http;
mod markup;
mod model;
mod options;
mod records;
mod segmentation;
mod small;
mod standoff;
mod stream;
mod tokens;

pub use document::document;
pub use http::{http_body, http_headers};
pub use markup::{html, markdown};
pub use model::{model, repaired};
pub use options::{assignment, config, spec};
pub use records::{csv, json_lines, tsv};
pub use segmentation::segmentation;
pub use small::small_model;
pub use standoff::standoff;
pub use stream::stream;
pub use tokens::tokens;

/// A law: takes any bytes and panics if they break it.
pub type Law = fn(&[u8]);

/// Each law by the name of its fuzz target and its corpus.
pub const LAWS: [(&str, Law); 16] = [
    ("assignment", assignment),
    ("config", config),
    ("csv", csv),
    ("document", document),
    ("html", html),
    ("http_body", http_body),
    ("http_headers", http_headers),
    ("json_lines", json_lines),
    ("markdown", markdown),
    ("model", model),
    ("segmentation", segmentation),
    ("spec", spec),
    ("standoff", standoff),
    ("stream", stream),
    ("tokens", tokens),
    ("tsv", tsv),
];

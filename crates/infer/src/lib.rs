//! Classify sentences and documents with a copydesk model.
//!
//! ```
//! # #[cfg(feature = "builtin")] {
//! use copydesk_infer::Classifier;
//!
//! let classifier = Classifier::builtin()?;
//! for sentence in classifier.label_document("The vote was 7 to 2. It was a disgrace. Donate now!") {
//!     println!("{:?} {}", sentence.span.bytes, sentence.prediction.label());
//! }
//! # }
//! # Ok::<(), copydesk_infer::ModelError>(())
//! ```
//!
//! The crate reads models and never writes or trains one. It depends on neither linfa, ndarray nor a command line
//! parser. Without its default feature `builtin` it embeds no model.

mod answers;
mod by_label;
mod classifier;
mod confusion;
mod context;
mod document;
mod error;
mod explain;
mod exponential;
mod file;
mod model;
mod passage;
mod probabilities;
mod reasons;
mod risk;
mod scorer;
mod spare;
mod stream;

pub use by_label::ByLabel;
pub use classifier::{Classifier, Prediction, UNSURE, Worker};
pub use confusion::ConfusionTable;
pub use context::{Context, MAX_CONTEXT_WINDOW, context_feature_count, context_features};
pub use copydesk_features::{MAX_SENTENCE_BYTES, QuotePolicy, Sentence};
#[cfg(feature = "builtin")]
pub use copydesk_models::{DEFAULT as DEFAULT_MODEL, NAMES as BUILTIN_MODELS};
pub use document::LabelledSentence;
pub use error::ModelError;
pub use explain::{Contribution, Explanation, LabelExplanation};
pub use file::FORMAT;
pub use model::{Calibration, MAX_LABEL_CHARS, Model, ModelParts, Provenance};
pub use passage::{DocumentAnswers, DocumentSplitter, Passage, StreamedLabel};
pub use reasons::{Explainer, Reasons, WordReason};
pub use risk::{COUNTED_A_DOCUMENT, CutOff, LabelRisk, Promise, RiskError, RiskTable, ScoredSentence};
pub use stream::DocumentStream;

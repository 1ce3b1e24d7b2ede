//! Features from text: sentences, tokens, stems, n-grams and sparse TF-IDF rows.
//!
//! A [`FeatureSpec`] says how text becomes features and is checked into a [`CheckedSpec`]; [`Vectorizer::fit`] learns
//! a [`Vocabulary`] from texts by it; the fitted [`Vectorizer`] turns texts into [`SparseRows`].
//!
//! ```
//! use copydesk_features::{FeatureSpec, Vectorizer};
//!
//! let texts = ["The council voted on Tuesday.", "The council caved on Tuesday."];
//! let vectorizer = Vectorizer::fit(FeatureSpec::default().check()?, &texts, None)?;
//! let rows = vectorizer.transform(&texts);
//! assert_eq!(rows.n_rows(), 2);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod counted;
mod error;
mod fit;
mod hash;
mod hot;
mod ngrams;
mod normalize;
mod rows;
mod scan;
mod sentences;
mod shapes;
mod sparse;
mod spec;
mod stems;
mod tokens;
mod vectorizer;
mod vocabulary;

pub use counted::{CountedBlock, CountedRow, CountedRows, Repeat, rank};
pub use error::{FitError, SpecError, VocabularyError};
pub use hot::{CharacterNgrams, Counted, NgramCounter, Ngrams, RepeatedColumn};
pub use ngrams::displayed_ngram;
pub use rows::{CountFactors, RowTable};
pub use sentences::{
    MAX_SENTENCE_BYTES, QuotePolicy, RULES_VERSION, Sentence, SentenceStream, Sentences, StreamedSentence, is_blank,
    sentences,
};
pub use sparse::{SparseRow, SparseRows};
pub use spec::{
    BlockSpec, CheckedSpec, FeatureSpec, Form, InverseDocumentFrequency, MAX_BLOCKS, MAX_CHARACTER_N, MAX_WORD_N, Norm,
    NormalizeSpec, Stemming, TermFrequency, TokenRule, TokenSpec, Units,
};
pub use stems::STEMMER;
pub use tokens::{MAX_TOKEN_BYTES, TEXT_END, TEXT_START, for_each_token};
pub use vectorizer::{RowBuilder, Vectorizer};
pub use vocabulary::Vocabulary;

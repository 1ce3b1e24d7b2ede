//! Train and evaluate copydesk models: corpora, splits, linfa estimators, calibration, metrics.
//!
//! ```no_run
//! use copydesk_train::{Corpus, ReadOptions, TrainConfig, train, write_atomically};
//!
//! let corpus = Corpus::read(&["labelled.csv"], &ReadOptions::default())?;
//! let config = TrainConfig::default().check()?;
//! let trained = train(&corpus, &config, &|event| eprintln!("{event:?}"))?;
//! write_atomically("model.safetensors".as_ref(), &trained.model.to_bytes())?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! This is the only crate of the workspace that sees linfa. [`SparseLogistic`] and [`LinfaDense`] are estimators
//! behind linfa's traits and can be used with linfa alone.

mod ablation;
mod calibration;
mod card;
mod check;
mod compression;
mod config;
mod context;
mod corpus;
mod cross_validation;
mod curve;
mod evaluation;
mod fitting;
mod memory;
mod metrics;
mod nearest;
mod prevalence;
mod report;
mod save;
mod search;
mod solver;
mod split;
mod standoff;
mod training;

pub use ablation::Ablation;
pub use calibration::TemperatureFit;
pub use card::model_card;
pub use check::{
    CheckOptions, CorpusReport, Endings, FileCounts, FileShare, Giveaway, LabelErrorReport, LabelErrors, LabelProfile,
    NearDuplicate, NearDuplicates, Place, Quantiles, Repeat, ShortcutScores, Shortcuts, StraddlingDocument, Suspect,
    WordRule, check_corpus, texts_in_several,
};
pub use compression::{CompressedWriter, Compression, Input, decompressed};
pub use config::{
    ALPHA_GRID, Alpha, Auto, CheckedConfig, ClassWeighting, ConfigError, LinfaConfig, SolverKind, TrainConfig,
    WeightRule,
};
pub use corpus::{
    Corpus, CorpusError, ErrorKind, Example, FilterColumns, Format, Groups, Labels, ReadOptions, Record, RecordReader,
    Row, RowReader, Value,
};
pub use curve::{CurveError, CurvePoint, CurveScore, learning_curve};
pub use evaluation::{
    EvalError, EvalOptions, EvalReport, LabelCount, Mistake, Predictions, SliceBy, Slicing, compare, evaluate,
    labels_scored,
};
pub use metrics::{
    Bootstrap, ClassIntervals, ClassReliability, ClassScores, Comparison, Confusion, Difference, Evaluation, Interval,
    Intervals, McNemar, McNemarMethod, MetricsError, Outcomes, PrecisionRecallCurve, PrecisionRecallPoint, Reliability,
    ReliabilityBin, SliceScores, Uncertainty, WhoIsRight, slice_scores,
};
pub use nearest::nearest_name;
pub use prevalence::{FEW_DOCUMENTS, HeldOut, LabelShare, Prevalence, PrevalenceError, Tally, Weighting, prevalence};
pub use report::{AlphaScore, ConvergenceReport, TrainReport};
pub use save::{AtomicFile, SaveError, SaveStep, check_place, stop_saving, write_atomically, write_together};
pub use search::{SEARCH_CANDIDATES, SearchedSettings, search};
pub use solver::{
    ClassWeight, Convergence, DEFAULT_TOLERANCE, FittedLinfa, FittedLogistic, LinfaDense, LinfaDenseParams,
    LinfaDenseValidParams, NewtonSteps, SolverError, SparseLogistic, SparseLogisticParams, SparseLogisticValidParams,
    SparseRecords, best_columns, chi_squared,
};
pub use split::{Folds, SplitError, SplitRows, SplitWarning, TrainTest};
pub use standoff::{
    Field, LocalCopies, Lookup, Missing, Standoff, StandoffDocument, StandoffError, StandoffSentence, TextHash,
    TextPlace,
};
pub use training::{TrainError, TrainEvent, Trained, train};

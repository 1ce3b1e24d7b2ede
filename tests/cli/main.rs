//! The command line from outside: the real binary, its output, its exit codes.
//!
//! A model of the tests' own (`data/notices.csv`) stands for "any label set"; golden files come from it alone. The
//! built-in model is retrained now and then, so it is tested for laws, not for numbers.
#![allow(clippy::unwrap_used, clippy::format_collect, reason = "tests, whose inputs are small")]

mod bad_input;
mod bench;
mod classify;
mod clean;
mod data_split;
#[cfg(feature = "parquet")]
mod data_split_parquet;
mod eval;
mod explain;
mod golden;
#[cfg(unix)]
mod hostile_names;
#[cfg(unix)]
mod hostile_tables;
#[cfg(unix)]
mod hostile_text;
mod hostile_training;
mod inputs;
mod inspect;
mod interrupt;
mod label;
mod label_article;
mod label_browser;
mod label_html;
mod labelled_tables;
mod markup;
#[cfg(target_os = "linux")]
mod matrix;
#[cfg(feature = "parquet")]
mod parquet;
mod pipes;
mod privacy;
mod promise;
mod run;
#[cfg(unix)]
mod saving;
#[cfg(feature = "serve")]
mod serve;
mod share;
mod shells;
mod threads;
mod train;

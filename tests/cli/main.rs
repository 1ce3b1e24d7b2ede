//! The command line from outside: the real binary, its output, its exit codes.
//!
//! A model of the tests' own (`data/notices.csv`) stands for "any label set"; golden files come from it alone. The
//! built-in model is retrained now and then, so it is tested for laws, not for numbers.
#![allow(clippy::unwrap_used, clippy::format_collect, reason = "tests, whose inputs are small")]

mod bad_input;
mod classify;
mod eval;
mod explain;
mod golden;
mod inspect;
mod label;
mod markup;
mod pipes;
mod promise;
mod run;
mod share;
mod train;

//! Cleaning the rows of CSV, TSV and JSON Lines, some at a time, in parallel.

use std::ops::Range;

use copydesk_infer::Worker;
use copydesk_train::{Format, Input, Row, RowReader};

use super::Run;
use super::audit::{self, Place};
use super::cuts::Cutter;
use super::summary::Summary;
use super::target::Target;
use crate::failure::Failure;
use crate::in_order::{Steps, in_order};

/// Rows are cleaned together until there are so many, or they take so many bytes: memory stays constant.
const ROWS: usize = 1024;
const BYTES: usize = 64 << 10;
/// Of the memory for what is written so many bytes are used again; what a long row took is given back.
const KEPT: usize = 4 * BYTES;

/// Some rows and what becomes of them.
#[derive(Default)]
struct Batch {
    /// Each is dropped when it is cleaned: a row has all its columns, also those that nobody asked for.
    rows: Vec<Row>,
    bytes: Vec<u8>,
    audit: Vec<u8>,
    summary: Option<Summary>,
}

pub(super) fn clean(
    run: &mut Run<'_>,
    input: Input,
    name: &str,
    format: Format,
    may_wait: bool,
    target: &mut Target,
    summary: &mut Summary,
) -> Result<(), Failure> {
    let mut reader = RowReader::new(input, name, format, &run.columns)?;
    let Run { args, columns, cutter, audit, total } = run;
    let cleaning = Cleaning { name, columns, cutter, audited: audit.is_some(), drop_empty: args.drop_empty };
    let mut failure = None;
    let steps = Steps {
        read: |batch: &mut Batch| {
            failure.take().map_or(Ok(()), Err)?;
            failure = read(&mut reader, batch);
            if batch.rows.is_empty() { failure.take().map_or(Ok(false), Err) } else { Ok(true) }
        },
        memory: || cutter.classifier.worker(),
        work: |worker: &mut _, batch: &mut Batch| {
            let Batch { rows, bytes, audit, summary } = batch;
            let summary = summary.insert(total.empty());
            for row in rows.drain(..) {
                cleaning.clean(worker, &row, bytes, audit, summary);
            }
        },
        write: |batch: &mut Batch| {
            target.write(&batch.bytes)?;
            if let Some(of_batch) = &batch.summary {
                summary.add(of_batch);
            }
            if let Some(audit) = audit {
                audit.write(&batch.audit)?;
            }
            Ok(())
        },
        may_wait,
    };
    in_order(rayon::current_num_threads(), steps)
}

/// Reads rows until there are enough, or no more. Gives what is wrong behind them.
fn read(reader: &mut RowReader<Input>, batch: &mut Batch) -> Option<Failure> {
    for written in [&mut batch.bytes, &mut batch.audit] {
        written.clear();
        written.shrink_to(KEPT);
    }
    let mut before = Vec::new();
    let mut length = 0;
    while batch.rows.len() < ROWS && length < BYTES {
        let mut row = Row::default();
        match reader.read(&mut row) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => return Some(error.into()),
        }
        before.clear();
        row.write_dropped(&mut before);
        let texts: usize = row.values.iter().flatten().map(|value| value.text.len()).sum();
        length += before.len() + row.written().len() + texts;
        batch.rows.push(row);
    }
    None
}

/// How each row is cleaned.
struct Cleaning<'a> {
    name: &'a str,
    columns: &'a [String],
    cutter: &'a Cutter<'a>,
    audited: bool,
    drop_empty: bool,
}

impl Cleaning<'_> {
    /// Appends the cleaned row to `bytes` and what is told of its cuts to `audit`.
    fn clean(
        &self,
        worker: &mut Worker<'_>,
        row: &Row,
        bytes: &mut Vec<u8>,
        audit: &mut Vec<u8>,
        summary: &mut Summary,
    ) {
        let mut parts: Vec<Vec<Range<usize>>> = Vec::with_capacity(row.values.len());
        let mut left = false;
        for (value, column) in row.values.iter().zip(self.columns) {
            let Some(value) = value else {
                parts.push(Vec::new());
                continue;
            };
            let cuts = self.cutter.cuts(worker, &value.text, summary);
            if self.audited {
                let place = Place { file: self.name, line: Some(row.line), column: Some(column) };
                audit.extend(audit::records(self.cutter.classifier, &place, &value.text, 0, &cuts));
            }
            let cut: Vec<Range<usize>> = cuts.into_iter().map(|cut| cut.bytes).collect();
            left |= self.drop_empty && !is_blank_without(&value.text, &cut);
            parts.push(cut);
        }
        if self.drop_empty && !left && parts.iter().any(|parts| !parts.is_empty()) {
            summary.rows_dropped += 1;
            row.write_dropped(bytes);
        } else {
            row.write_without(&parts, bytes);
        }
    }
}

/// Whether nothing but blanks is left of a text without some parts.
fn is_blank_without(text: &str, parts: &[Range<usize>]) -> bool {
    let mut kept = 0;
    for part in parts {
        if !text[kept..part.start].trim().is_empty() {
            return false;
        }
        kept = part.end;
    }
    text[kept..].trim().is_empty()
}

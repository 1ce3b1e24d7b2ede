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
/// Memory is used again only of rows that took no more than so many bytes, and of what is written so many: what long rows
/// took is given back.
const KEPT_ROW: usize = 1 << 10;
const KEPT: usize = 4 * BYTES;

/// Some rows and what becomes of them, in memory that is used again.
#[derive(Default)]
struct Batch {
    /// Of these the first `count` are rows of the batch.
    rows: Vec<Row>,
    count: usize,
    /// The bytes that they take, and the longest of them.
    length: usize,
    longest: usize,
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
            if batch.count == 0 { failure.take().map_or(Ok(false), Err) } else { Ok(true) }
        },
        bytes: |batch: &Batch| batch.length,
        memory: || cutter.classifier.worker(),
        work: |worker: &mut _, batch: &mut Batch| {
            let Batch { rows, count, bytes, audit, summary, .. } = batch;
            let summary = summary.insert(total.empty());
            for row in &rows[..*count] {
                cleaning.clean(worker, row, bytes, audit, summary);
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
    let Batch { rows, count, length, longest, bytes, audit, .. } = batch;
    for written in [bytes, audit] {
        written.clear();
        written.shrink_to(KEPT);
    }
    if *longest > KEPT_ROW {
        rows.clear();
    }
    (*count, *length, *longest) = (0, 0, 0);
    while *count < ROWS && *length < BYTES {
        if *count == rows.len() {
            rows.push(Row::default());
        }
        let row = &mut rows[*count];
        match reader.read(row) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => return Some(error.into()),
        }
        let size = row.size();
        *length += size;
        *longest = size.max(*longest);
        *count += 1;
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

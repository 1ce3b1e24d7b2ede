//! Cleaning the rows of CSV, TSV and JSON Lines, some hundreds at a time, in parallel.

use std::ops::Range;

use copydesk_train::{Format, Input, Row, RowReader};
use rayon::prelude::*;

use super::Run;
use super::audit::{self, Place};
use super::summary::Summary;
use super::target::Target;
use crate::failure::Failure;

/// Rows are cleaned together until there are so many, or they have so many bytes of text: memory stays constant.
const ROWS: usize = 4096;
const BYTES: usize = 4 << 20;

/// A cleaned row.
struct Cleaned {
    bytes: Vec<u8>,
    audit: Vec<u8>,
    summary: Summary,
}

pub(super) fn clean(
    run: &mut Run<'_>,
    input: Input,
    name: &str,
    format: Format,
    target: &mut Target,
    summary: &mut Summary,
) -> Result<(), Failure> {
    let mut reader = RowReader::new(input, name, format, &run.columns)?;
    let mut rows: Vec<Row> = Vec::new();
    let mut at_end = false;
    while !at_end {
        let (mut number, mut bytes) = (0, 0);
        while number < ROWS && bytes < BYTES {
            if number == rows.len() {
                rows.push(Row::default());
            }
            if !reader.read(&mut rows[number])? {
                at_end = true;
                break;
            }
            bytes += rows[number].values.iter().flatten().map(|value| value.text.len()).sum::<usize>();
            number += 1;
        }
        let cleaned: Vec<Cleaned> = rows[..number].par_iter().map(|row| clean_row(run, name, row)).collect();
        for row in cleaned {
            target.write(&row.bytes)?;
            summary.add(&row.summary);
            if let Some(audit) = &mut run.audit {
                audit.write(&row.audit)?;
            }
        }
    }
    Ok(())
}

fn clean_row(run: &Run<'_>, name: &str, row: &Row) -> Cleaned {
    let mut cleaned = Cleaned { bytes: Vec::new(), audit: Vec::new(), summary: run.total.empty() };
    let mut parts: Vec<Vec<Range<usize>>> = Vec::with_capacity(row.values.len());
    let mut left = false;
    for (value, column) in row.values.iter().zip(&run.columns) {
        let Some(value) = value else {
            parts.push(Vec::new());
            continue;
        };
        let cuts = run.cutter.cuts(&value.text, &mut cleaned.summary);
        if run.audit.is_some() {
            let place = Place { file: name, line: Some(row.line), column: Some(column) };
            cleaned.audit.extend(audit::records(run.cutter.classifier, &place, &value.text, 0, &cuts));
        }
        let cut: Vec<Range<usize>> = cuts.into_iter().map(|cut| cut.bytes).collect();
        left |= run.args.drop_empty && !is_blank_without(&value.text, &cut);
        parts.push(cut);
    }
    if run.args.drop_empty && !left && parts.iter().any(|parts| !parts.is_empty()) {
        cleaned.summary.rows_dropped += 1;
        row.write_dropped(&mut cleaned.bytes);
    } else {
        row.write_without(&parts, &mut cleaned.bytes);
    }
    cleaned
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

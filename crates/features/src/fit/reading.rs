//! Every n-gram of every text as a number.
//!
//! Texts are read in waves, each in two steps. First, pieces of the wave are cut into n-grams in parallel, whose hashes
//! are dealt to lists by block and by their highest bits. Then each list is counted in its own table, in the order of
//! the texts and in parallel with the other lists. So nothing depends on the number of threads, and no table is merged.

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use super::order::Order;
use super::table::{Count, Table};
use crate::ngrams::Extractor;
use crate::spec::CheckedSpec;

/// Lists of a block. More threads than lists cannot help in counting.
const SHARDS: usize = 8;

/// The lists' share of a hash: its highest bits. The tables' slots go by the lowest.
const SHARD_SHIFT: u32 = u64::BITS - SHARDS.trailing_zeros();

/// Bytes of text in a piece, unless one text has more.
const PIECE_BYTES: usize = 64 << 10;

/// Pieces of a wave. Its hashes take about five times the memory of its text.
const WAVE_PIECES: usize = 32;

/// Where the count of an n-gram stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub list: u32,
    pub number: u32,
}

impl Place {
    pub fn block(self) -> usize {
        self.list as usize / SHARDS
    }
}

/// The n-grams of all texts, as numbers.
pub(super) struct Occurrences {
    /// One table a list.
    pub tables: Vec<Table>,
    /// In the order of their positions.
    pub waves: Vec<Wave>,
}

/// The n-grams of the texts at some positions.
pub(super) struct Wave {
    pub positions: Range<usize>,
    /// One a list of all blocks.
    lists: Vec<Numbers>,
}

/// The n-grams of one list, text after text.
#[derive(Default)]
struct Numbers {
    numbers: Vec<u32>,
    /// Where each text's end.
    ends: Vec<u32>,
}

impl Wave {
    /// The lists of a block with the numbers of the n-grams that the text at a position has there, repeats included.
    pub fn numbers(&self, block: usize, position: usize) -> impl Iterator<Item = (usize, &[u32])> {
        let at = position - self.positions.start;
        (block * SHARDS..(block + 1) * SHARDS).map(move |list| {
            let Numbers { numbers, ends } = &self.lists[list];
            let start = if at == 0 { 0 } else { ends[at - 1] };
            (list, &numbers[start as usize..ends[at] as usize])
        })
    }
}

impl Occurrences {
    pub fn count(&self, place: Place) -> Count {
        self.tables[place.list as usize].counts()[place.number as usize]
    }

    /// How many n-grams were seen.
    pub fn distinct(&self) -> usize {
        self.tables.iter().map(|table| table.counts().len()).sum()
    }

    /// The n-grams of a block in the text at a position, to be asked for in the order in which it has them.
    pub fn numbers(&self, block: usize, position: usize) -> InOrder<'_> {
        let wave = self.waves.partition_point(|wave| wave.positions.end <= position);
        let mut rest = [&[][..]; SHARDS];
        for (rest, (_, numbers)) in rest.iter_mut().zip(self.waves[wave].numbers(block, position)) {
            *rest = numbers;
        }
        InOrder { block, rest }
    }

    /// How often each n-gram of a block occurs, for each of its lists.
    pub fn totals(&self, block: usize) -> Vec<Vec<u64>> {
        let lists = block * SHARDS..(block + 1) * SHARDS;
        lists
            .map(|list| {
                let mut totals = vec![0; self.tables[list].counts().len()];
                for &number in self.waves.iter().flat_map(|wave| &wave.lists[list].numbers) {
                    totals[number as usize] += 1;
                }
                totals
            })
            .collect()
    }
}

/// See [`Occurrences::numbers`].
pub(super) struct InOrder<'a> {
    block: usize,
    rest: [&'a [u32]; SHARDS],
}

impl InOrder<'_> {
    /// Where the count of the next n-gram stands, which has this hash.
    pub fn next(&mut self, hash: u64) -> Place {
        let list = list(self.block, hash);
        let rest = &mut self.rest[list % SHARDS];
        let (&number, tail) = rest.split_first().expect("a text is cut into the same n-grams each time");
        *rest = tail;
        Place { list: list as u32, number }
    }
}

/// The place of a list among those of its block.
pub(super) fn shard(list: u32) -> usize {
    list as usize % SHARDS
}

fn list(block: usize, hash: u64) -> usize {
    block * SHARDS + (hash >> SHARD_SHIFT) as usize
}

/// Reads all texts.
pub(super) fn read<T: AsRef<str> + Sync>(spec: &CheckedSpec, texts: &[T], order: &Order) -> Occurrences {
    let lists = spec.get().blocks.len() * SHARDS;
    let mut tables: Vec<Table> = (0..lists).map(|_| Table::new()).collect();
    let extractors = Extractors::new(spec);
    let mut waves = Vec::new();
    for pieces in pieces(texts, order).chunks(WAVE_PIECES) {
        let hashes: Vec<Vec<Hashes>> =
            pieces.par_iter().map(|piece| extractors.with(|e| hash(e, spec, texts, order, piece.clone()))).collect();
        let lists = tables.par_iter_mut().enumerate().map(|(list, table)| {
            let pieces = pieces.iter().zip(&hashes).map(|(piece, lists)| (piece.start, &lists[list]));
            number(table, pieces, order)
        });
        let positions = pieces[0].start..pieces[pieces.len() - 1].end;
        waves.push(Wave { positions, lists: lists.collect() });
    }
    Occurrences { tables, waves }
}

/// Cuts the positions into pieces of about as many bytes.
pub(super) fn pieces<T: AsRef<str>>(texts: &[T], order: &Order) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    let (mut start, mut bytes) = (0, 0);
    for position in 0..order.len() {
        bytes += texts[order.text(position)].as_ref().len();
        if bytes >= PIECE_BYTES || position + 1 == order.len() {
            pieces.push(start..position + 1);
            (start, bytes) = (position + 1, 0);
        }
    }
    pieces
}

/// One list's hashes of the n-grams in a piece, text after text.
#[derive(Default)]
struct Hashes {
    hashes: Vec<u64>,
    /// Where each text's end.
    ends: Vec<u32>,
}

fn hash<T: AsRef<str>>(
    extractor: &mut Extractor,
    spec: &CheckedSpec,
    texts: &[T],
    order: &Order,
    piece: Range<usize>,
) -> Vec<Hashes> {
    let mut lists: Vec<Hashes> = Vec::new();
    lists.resize_with(spec.get().blocks.len() * SHARDS, Hashes::default);
    for position in piece {
        extractor.read(texts[order.text(position)].as_ref(), spec);
        for (index, block) in spec.get().blocks.values().enumerate() {
            extractor.for_each(index, block, |hash, _| lists[list(index, hash)].hashes.push(hash));
        }
        for list in &mut lists {
            list.ends.push(list.hashes.len() as u32);
        }
    }
    lists
}

/// Counts a list's n-grams of a wave, whose pieces come with their first positions.
fn number<'a>(table: &mut Table, pieces: impl Iterator<Item = (usize, &'a Hashes)>, order: &Order) -> Numbers {
    let mut out = Numbers::default();
    for (first, Hashes { hashes, ends }) in pieces {
        out.numbers.reserve(hashes.len());
        let mut start = 0;
        for (position, &end) in (first..).zip(ends) {
            let group_start = order.group_start(position);
            let of_text = &hashes[start..end as usize];
            out.numbers.extend(of_text.iter().map(|&hash| table.add(hash, position as u32, group_start)));
            out.ends.push(out.numbers.len() as u32);
            start = end as usize;
        }
    }
    out.numbers.shrink_to_fit();
    out
}

/// Extractors to be used by one thread after another: each remembers the stems that it has met.
pub(super) struct Extractors<'a> {
    spec: &'a CheckedSpec,
    idle: Mutex<Vec<Extractor>>,
}

impl<'a> Extractors<'a> {
    pub fn new(spec: &'a CheckedSpec) -> Self {
        Self { spec, idle: Mutex::new(Vec::new()) }
    }

    pub fn with<R>(&self, work: impl FnOnce(&mut Extractor) -> R) -> R {
        let mut extractor = self.idle().pop().unwrap_or_else(|| Extractor::new(self.spec));
        let result = work(&mut extractor);
        self.idle().push(extractor);
        result
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Extractor>> {
        // Nothing panics while the lock is held, and an extractor is fit for use after any.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

//! Every n-gram of every text as a number.
//!
//! Texts are read in waves, each in two steps. First, pieces of the wave are cut into n-grams in parallel, whose hashes
//! are dealt to lists by block and by their highest bits. Then each list is counted in its own table, in the order of
//! the texts and in parallel with the other lists. So nothing depends on the number of threads, and no table is merged.

use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rayon::prelude::*;

use super::numbers::{Reader, Writer};
use super::order::Order;
use super::table::{Count, Table};
use crate::hot::WordNgrams;
use crate::ngrams::Extractor;
use crate::spec::CheckedSpec;

/// Lists of a block. More threads than lists cannot help in counting.
const SHARDS: usize = 8;

/// The lists' share of a hash: its highest bits. The tables' slots go by the lowest.
const SHARD_SHIFT: u32 = u64::BITS - SHARDS.trailing_zeros();

/// Bytes of text in a piece, unless one text has more.
const PIECE_BYTES: usize = 64 << 10;

/// Pieces of a wave. Its hashes take about five times the memory of its text.
pub(super) const WAVE_PIECES: usize = 16;

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
    /// For each list, the counts by number.
    pub counts: Vec<Vec<Count>>,
    /// In the order of their positions.
    pub pieces: Vec<Piece>,
}

/// The n-grams of the texts at some positions.
pub(super) struct Piece {
    pub positions: Range<usize>,
    /// The lists of all blocks, one after the other. One piece of memory that the thread which fits has asked for: it is
    /// that thread which will want it again, and memory that another one has freed would stay with that other.
    numbers: Box<[u16]>,
    /// Where each list ends.
    ends: Vec<u32>,
}

impl Piece {
    /// The numbers of a block's n-grams, text after text.
    pub fn block(&self, block: usize) -> BlockReader<'_> {
        let lists = std::array::from_fn(|shard| {
            let list = block * SHARDS + shard;
            let start = if list == 0 { 0 } else { self.ends[list - 1] };
            Reader::new(&self.numbers[start as usize..self.ends[list] as usize])
        });
        BlockReader { block, lists }
    }
}

/// See [`Piece::block`].
pub(super) struct BlockReader<'a> {
    block: usize,
    lists: [Reader<'a>; SHARDS],
}

impl BlockReader<'_> {
    /// Calls `sink` with the list and number of each n-gram of the next text, repeats included.
    pub fn for_each_of_text(&mut self, mut sink: impl FnMut(usize, u32)) {
        for (list, reader) in (self.block * SHARDS..).zip(&mut self.lists) {
            for number in reader {
                sink(list, number);
            }
        }
    }
}

impl Occurrences {
    pub fn count(&self, place: Place) -> Count {
        self.counts[place.list as usize][place.number as usize]
    }

    /// How many n-grams were seen.
    pub fn distinct(&self) -> usize {
        self.counts.iter().map(Vec::len).sum()
    }

    /// How often each n-gram of a block occurs, for each of its lists.
    pub fn totals(&self, block: usize) -> Vec<Vec<u64>> {
        let lists = block * SHARDS..(block + 1) * SHARDS;
        let mut totals: Vec<Vec<u64>> = self.counts[lists.clone()].iter().map(|counts| vec![0; counts.len()]).collect();
        for piece in &self.pieces {
            let mut reader = piece.block(block);
            for _ in piece.positions.clone() {
                reader.for_each_of_text(|list, number| totals[list - lists.start][number as usize] += 1);
            }
        }
        totals
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
    let idle = Idle::default();
    let ranges = ranges(texts, order);
    let mut pieces = Vec::with_capacity(ranges.len());
    for wave in ranges.chunks(WAVE_PIECES) {
        let hashes: Vec<Vec<Hashes>> =
            wave.par_iter().map(|range| hash(&idle, spec, texts, order, range.clone())).collect();
        let lists = tables.par_iter_mut().enumerate().map(|(list, table)| {
            let hashes = wave.iter().zip(&hashes).map(|(range, lists)| (range.start, &lists[list]));
            number(table, hashes, order)
        });
        let lists: Vec<Numbered> = lists.collect();
        for (at, range) in wave.iter().enumerate() {
            let mut numbers = Vec::with_capacity(lists.iter().map(|list| list.piece(at).len()).sum());
            let mut ends = Vec::with_capacity(lists.len());
            for list in &lists {
                numbers.extend_from_slice(list.piece(at));
                ends.push(numbers.len() as u32);
            }
            pieces.push(Piece { positions: range.clone(), numbers: numbers.into(), ends });
        }
    }
    Occurrences { counts: tables.into_iter().map(Table::into_counts).collect(), pieces }
}

/// Cuts the positions into pieces of about as many bytes.
fn ranges<T: AsRef<str>>(texts: &[T], order: &Order) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let (mut start, mut bytes) = (0, 0);
    for position in 0..order.len() {
        bytes += texts[order.text(position)].as_ref().len();
        if bytes >= PIECE_BYTES || position + 1 == order.len() {
            ranges.push(start..position + 1);
            (start, bytes) = (position + 1, 0);
        }
    }
    ranges
}

/// One list's hashes of the n-grams in a piece, text after text.
#[derive(Default)]
struct Hashes {
    hashes: Vec<u64>,
    /// Where each text's end.
    ends: Vec<u32>,
}

fn hash<T: AsRef<str>>(
    idle: &Idle<Cutter>,
    spec: &CheckedSpec,
    texts: &[T],
    order: &Order,
    piece: Range<usize>,
) -> Vec<Hashes> {
    let mut lists: Vec<Hashes> = Vec::new();
    lists.resize_with(spec.get().blocks.len() * SHARDS, Hashes::default);
    idle.with(
        || Cutter::new(spec),
        |cutter| {
            for position in piece {
                let text = texts[order.text(position)].as_ref();
                cutter.cut(text, spec, |block, hash| lists[list(block, hash)].hashes.push(hash));
                for list in &mut lists {
                    list.ends.push(list.hashes.len() as u32);
                }
            }
        },
    );
    lists
}

/// The fastest way to the hashes of n-grams that a spec allows.
enum Cutter {
    Words(Box<WordNgrams>),
    Any(Box<Extractor>),
}

impl Cutter {
    fn new(spec: &CheckedSpec) -> Self {
        WordNgrams::new(spec)
            .map_or_else(|| Self::Any(Box::new(Extractor::new(spec))), |words| Self::Words(Box::new(words)))
    }

    /// Calls `sink` with the block and hash of each n-gram of a text.
    fn cut(&mut self, text: &str, spec: &CheckedSpec, mut sink: impl FnMut(usize, u64)) {
        let blocks = spec.get().blocks.values().enumerate();
        match self {
            Self::Words(words) => {
                words.read(text, spec);
                blocks.for_each(|(index, block)| words.for_each(index, block, |hash| sink(index, hash)));
            }
            Self::Any(extractor) => {
                extractor.read(text, spec);
                blocks.for_each(|(index, block)| extractor.for_each(index, block, |hash, _| sink(index, hash)));
            }
        }
    }
}

/// A list's n-grams of a wave, as [`Writer`] writes them.
struct Numbered {
    numbers: Vec<u16>,
    /// Where each piece ends.
    ends: Vec<usize>,
}

impl Numbered {
    fn piece(&self, at: usize) -> &[u16] {
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.numbers[start..self.ends[at]]
    }
}

/// Counts a list's n-grams of a wave, whose pieces come with their first positions.
fn number<'a>(table: &mut Table, pieces: impl Iterator<Item = (usize, &'a Hashes)>, order: &Order) -> Numbered {
    let mut writer = Writer::default();
    let of_piece = pieces.map(|(first, Hashes { hashes, ends })| {
        let mut start = 0;
        for (position, &end) in (first..).zip(ends) {
            let group_start = order.group_start(position);
            for &hash in &hashes[start..end as usize] {
                writer.push(table.add(hash, position as u32, group_start));
            }
            writer.end_text();
            start = end as usize;
        }
        writer.len()
    });
    let ends = of_piece.collect();
    Numbered { numbers: writer.into_units(), ends }
}

/// Values to be used by one thread after another, each of which remembers what it has met.
pub(super) struct Idle<T>(Mutex<Vec<T>>);

impl<T> Default for Idle<T> {
    fn default() -> Self {
        Self(Mutex::new(Vec::new()))
    }
}

impl<T> Idle<T> {
    pub fn with<R>(&self, make: impl FnOnce() -> T, work: impl FnOnce(&mut T) -> R) -> R {
        let idle = self.values().pop();
        let mut value = idle.unwrap_or_else(make);
        let result = work(&mut value);
        self.values().push(value);
        result
    }

    fn values(&self) -> MutexGuard<'_, Vec<T>> {
        // Nothing panics while the lock is held, and a value is fit for use after any.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

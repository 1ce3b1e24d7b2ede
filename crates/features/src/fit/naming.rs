//! What the n-grams that stay in the vocabulary say.
//!
//! Each is looked up in the last text that has it: only texts that are the last for some n-gram are cut again.

use rayon::prelude::*;

use super::order::Order;
use super::reading::{Extractors, Occurrences, Piece, Place, WAVE_PIECES, shard};
use super::table::Count;
use crate::spec::CheckedSpec;

/// N-grams with their texts.
#[derive(Default)]
pub(super) struct Names {
    pub named: Vec<Named>,
    text: String,
}

/// An n-gram whose text is known.
#[derive(Debug, Clone, Copy)]
pub(super) struct Named {
    pub place: Place,
    /// Where its text starts in [`Names`].
    start: usize,
    pub length: u32,
    /// The first eight bytes of the text as a number that sorts like them.
    prefix: u64,
}

impl Named {
    pub fn block(&self) -> usize {
        self.place.block()
    }
}

/// Finds the texts of the n-grams whose counts pass.
pub(super) fn name<T: AsRef<str> + Sync>(
    spec: &CheckedSpec,
    texts: &[T],
    order: &Order,
    occurrences: &Occurrences,
    passes: &(impl Fn(usize, &Count) -> bool + Sync),
) -> Names {
    let (wanted, passing) = last_positions(order, occurrences, passes);
    let extractors = Extractors::new(spec);
    let of_piece = |piece: &Piece| {
        extractors.with(|extractor| {
            let mut names = Names::default();
            let blocks = spec.get().blocks.values().enumerate();
            let mut readers: Vec<_> = blocks.map(|(index, block)| (block, piece.block(index))).collect();
            for position in piece.positions.clone() {
                let first = names.named.len();
                if wanted[position] {
                    extractor.read(texts[order.text(position)].as_ref(), spec);
                    for (index, (block, numbers)) in readers.iter_mut().enumerate() {
                        extractor.for_each(index, block, |hash, ngram| {
                            let place = numbers.next(hash);
                            let count = occurrences.count(place);
                            if count.last as usize == position && passes(index, &count) {
                                names.add(place, ngram);
                            }
                        });
                    }
                }
                readers.iter_mut().for_each(|(_, numbers)| numbers.end_text());
                names.drop_repeats(first);
            }
            names
        })
    };
    let mut all = Names { named: Vec::with_capacity(passing), text: String::new() };
    // Some at a time, so that the memory of few pieces is used for all.
    for pieces in occurrences.pieces.chunks(WAVE_PIECES) {
        for piece in pieces.par_iter().map(of_piece).collect::<Vec<Names>>() {
            let offset = all.text.len();
            all.text.push_str(&piece.text);
            all.named.extend(piece.named.iter().map(|named| Named { start: named.start + offset, ..*named }));
        }
    }
    all
}

/// Whether each position is the last of an n-gram that passes, and how many n-grams pass.
fn last_positions(
    order: &Order,
    occurrences: &Occurrences,
    passes: &impl Fn(usize, &Count) -> bool,
) -> (Vec<bool>, usize) {
    let mut wanted = vec![false; order.len()];
    let mut passing = 0;
    for (list, counts) in occurrences.counts.iter().enumerate() {
        let block = Place { list: list as u32, number: 0 }.block();
        for count in counts.iter().filter(|count| passes(block, count)) {
            wanted[count.last as usize] = true;
            passing += 1;
        }
    }
    (wanted, passing)
}

impl Names {
    fn add(&mut self, place: Place, ngram: &str) {
        let mut prefix = [0; 8];
        for (to, &from) in prefix.iter_mut().zip(ngram.as_bytes()) {
            *to = from;
        }
        let start = self.text.len();
        self.text.push_str(ngram);
        self.named.push(Named { place, start, length: ngram.len() as u32, prefix: u64::from_be_bytes(prefix) });
    }

    /// Keeps the first of the n-grams of one place, among those from `first` on.
    fn drop_repeats(&mut self, first: usize) {
        let of_text = &mut self.named[first..];
        of_text.sort_unstable_by_key(|named| (named.place, named.start));
        let mut kept = first;
        for at in first..self.named.len() {
            if kept == first || self.named[kept - 1].place != self.named[at].place {
                self.named[kept] = self.named[at];
                kept += 1;
            }
        }
        self.named.truncate(kept);
    }

    pub fn ngram(&self, named: &Named) -> &str {
        &self.text[named.start..named.start + named.length as usize]
    }

    /// The n-grams without their texts.
    pub fn into_named(self) -> Vec<Named> {
        self.named
    }

    /// Sorts by block and text.
    pub fn sort(&mut self) {
        let text = &self.text;
        let ngram = |named: &Named| &text.as_bytes()[named.start..named.start + named.length as usize];
        self.named.par_sort_unstable_by(|a, b| {
            (a.block(), a.prefix).cmp(&(b.block(), b.prefix)).then_with(|| ngram(a).cmp(ngram(b)))
        });
    }

    /// Keeps the n-grams of a block with the highest totals, which come by shard and number; equal ones in byte order.
    pub fn limit(&mut self, block: usize, limit: usize, totals: &[Vec<u64>]) {
        let (mut of_block, others): (Vec<Named>, Vec<Named>) =
            self.named.iter().copied().partition(|named| named.block() == block);
        let total = |named: &Named| totals[shard(named.place.list)][named.place.number as usize];
        of_block.sort_unstable_by(|a, b| total(b).cmp(&total(a)).then_with(|| self.ngram(a).cmp(self.ngram(b))));
        of_block.truncate(limit);
        of_block.extend(others);
        self.named = of_block;
    }
}

//! What the n-grams that stay in the vocabulary say.
//!
//! Each is looked up in the last text that has it: only texts that are the last for some n-gram are cut again.

use rayon::prelude::*;

use super::order::Order;
use super::reading::{Idle, Occurrences, Piece, Place, WAVE_PIECES, shard};
use super::table::Count;
use crate::ngrams::Extractor;
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
    let wanted = Wanted::new(order, occurrences, passes);
    let idle = Idle::default();
    let of_piece = |piece: &Piece| {
        idle.with(
            || Extractor::new(spec),
            |extractor| {
                let mut names = Names::default();
                let mut missing = Missing::default();
                for position in piece.positions.clone().filter(|&position| !wanted.at(position).is_empty()) {
                    missing.fill(wanted.at(position), occurrences);
                    extractor.read(texts[order.text(position)].as_ref(), spec);
                    for (index, block) in spec.get().blocks.values().enumerate() {
                        extractor.for_each(index, block, |hash, ngram| {
                            if let Some(place) = missing.take(index, hash) {
                                names.add(place, ngram);
                            }
                        });
                    }
                    assert_eq!(missing.left, 0, "a text is cut into the same n-grams each time");
                }
                names
            },
        )
    };
    let mut all = Names { named: Vec::with_capacity(wanted.places.len()), text: String::new() };
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

/// The n-grams that pass, by the last position that has each.
struct Wanted {
    places: Vec<Place>,
    /// Where the places of each position end.
    ends: Vec<u32>,
}

impl Wanted {
    fn new(order: &Order, occurrences: &Occurrences, passes: &impl Fn(usize, &Count) -> bool) -> Self {
        let passing = || {
            occurrences.counts.iter().enumerate().flat_map(move |(list, counts)| {
                let place = move |number| Place { list: list as u32, number };
                let of_list = (0..).zip(counts).map(move |(number, count)| (place(number), count));
                of_list.filter(|(place, count)| passes(place.block(), count))
            })
        };
        // Where each position's begin; as they are put there, this moves to where they end.
        let mut ends = vec![0_u32; order.len() + 1];
        for (_, count) in passing() {
            ends[count.last as usize + 1] += 1;
        }
        for position in 1..ends.len() {
            ends[position] += ends[position - 1];
        }
        let mut places = vec![Place { list: 0, number: 0 }; ends[order.len()] as usize];
        for (place, count) in passing() {
            let end = &mut ends[count.last as usize];
            places[*end as usize] = place;
            *end += 1;
        }
        Self { places, ends }
    }

    fn at(&self, position: usize) -> &[Place] {
        let start = if position == 0 { 0 } else { self.ends[position - 1] };
        &self.places[start as usize..self.ends[position] as usize]
    }
}

/// The n-grams to be named by one text, sorted by block and hash: a text may be long.
#[derive(Default)]
struct Missing {
    /// Their places until they are taken.
    places: Vec<(usize, u64, Option<Place>)>,
    left: usize,
}

impl Missing {
    fn fill(&mut self, wanted: &[Place], occurrences: &Occurrences) {
        self.places.clear();
        let keyed = |&place: &Place| (place.block(), occurrences.count(place).hash(), Some(place));
        self.places.extend(wanted.iter().map(keyed));
        self.places.sort_unstable_by_key(|&(block, hash, _)| (block, hash));
        self.left = self.places.len();
    }

    /// The place of an n-gram, once.
    fn take(&mut self, block: usize, hash: u64) -> Option<Place> {
        let at = self.places.partition_point(|&(of, other, _)| (of, other) < (block, hash));
        let (.., place) = self.places.get_mut(at).filter(|(of, other, _)| (*of, *other) == (block, hash))?;
        let place = place.take()?;
        self.left -= 1;
        Some(place)
    }
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

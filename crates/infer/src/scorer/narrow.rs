//! The weights of models with up to three labels: an n-gram's tag and weights share a cache line.
//!
//! A line has room for three n-grams. Which of them is the one looked for is found by comparing all three tags at once,
//! so that no branch waits for a line to come from memory. What has to be looked up elsewhere is put off until all have
//! been looked up once, and what no other line has is sifted out by a filter. A few thousand n-grams make most of any text;
//! they have a small table of their own, which stays in the cache.

use std::hint::select_unpredictable;

use copydesk_features::Counted;
use wide::{f32x4, u32x4};

use crate::scorer::filter::Filter;
use crate::scorer::row::{Factors, LANES, Row};

const SLOTS: usize = 3;

/// So many n-grams of a text are looked up together.
const TOGETHER: usize = 64;

/// N-grams of the small table.
const FREQUENT: usize = 1 << 13;

/// Lines of the small table, which has 256 KiB: about three quarters of the places are taken.
const FREQUENT_LINES: usize = 1 << 12;

/// Lines for a hundred n-grams: about three quarters of the places are taken. Fewer lines are sooner filled, and more of
/// them are in the cache; more would save a few second look-ups.
const LINES_PER_HUNDRED: usize = 45;

/// 32 bits of the hash from one of these on are the tag.
const TAG_SHIFTS: std::ops::Range<u32> = 0..16;

/// What the table is made of.
#[derive(Clone, Copy)]
pub(super) struct Ngram {
    pub hash: u64,
    /// Its number in its block.
    pub place: usize,
    /// Whether it is for the small table.
    pub frequent: bool,
}

/// Which n-grams are the most frequent ones, by their idf: the lower it is, the more texts have the n-gram; of equal ones
/// the first.
pub(super) fn frequent(idf: &[f32]) -> impl Iterator<Item = bool> + Clone {
    // Positive floats are in the order of their bits.
    let mut bits: Vec<u32> = idf.iter().map(|idf| idf.to_bits()).collect();
    let limit = match bits.len() {
        0..=FREQUENT => u32::MAX,
        _ => *bits.select_nth_unstable(FREQUENT).1,
    };
    let mut places = FREQUENT.saturating_sub(idf.iter().filter(|idf| idf.to_bits() < limit).count());
    idf.iter().map(move |idf| {
        let equal = idf.to_bits() == limit && places > 0;
        places -= usize::from(equal);
        equal || idf.to_bits() < limit
    })
}

#[derive(Debug, Clone)]
pub(super) struct Narrow {
    frequent: Box<[Line; FREQUENT_LINES]>,
    /// What `others` has: asking it costs less than a line that comes from memory.
    filter: Filter,
    others: Lines,
    tag_shift: u32,
}

impl Narrow {
    /// A table of so many n-grams by their distinct hashes. `None` if no tags tell them apart, which chance does not bring
    /// about.
    pub fn new(
        count: usize,
        ngrams: &(impl Iterator<Item = Ngram> + Clone + Sync),
        row: &(impl Fn(usize) -> Row + Sync),
    ) -> Option<Self> {
        // Two n-grams of one line and one tag are as rare as one in 2^44 pairs. Then another part of the hash does.
        TAG_SHIFTS.into_iter().find_map(|tag_shift| Self::with_tags(count, ngrams, row, tag_shift))
    }

    /// The table with tags from one part of the hash; `None` if two n-grams look the same.
    fn with_tags(
        count: usize,
        ngrams: &(impl Iterator<Item = Ngram> + Clone + Sync),
        row: &(impl Fn(usize) -> Row + Sync),
        tag_shift: u32,
    ) -> Option<Self> {
        let small = || {
            let mut left = Vec::new();
            let mut frequent = vec![FREE; FREQUENT_LINES];
            for ngram in ngrams.clone().filter(|ngram| ngram.frequent) {
                let (line, tag) = (&mut frequent[frequent_home(ngram.hash)], tag(ngram.hash, tag_shift));
                if line.has(tag) {
                    return None;
                }
                if !line.insert(tag, row(ngram.place)) {
                    left.push(ngram);
                }
            }
            let frequent: Box<[Line; FREQUENT_LINES]> =
                frequent.into_boxed_slice().try_into().expect("it was made of so many lines");
            let mut filter = Filter::new(count);
            for hash in
                ngrams.clone().filter(|ngram| !ngram.frequent).chain(left.iter().copied()).map(|ngram| ngram.hash)
            {
                if frequent[frequent_home(hash)].has(tag(hash, tag_shift)) {
                    return None;
                }
                filter.add(hash);
            }
            Some((frequent, filter, left))
        };
        let large = || {
            let mut others = Lines::new(count);
            let mut others_of = ngrams.clone().filter(|ngram| !ngram.frequent);
            let differ = others_of.all(|ngram| others.insert(ngram.hash, tag(ngram.hash, tag_shift), row(ngram.place)));
            differ.then_some(others)
        };
        let (small, large) = rayon::join(small, large);
        let ((frequent, filter, left), mut others) = (small?, large?);
        let differ = left.iter().all(|left| others.insert(left.hash, tag(left.hash, tag_shift), row(left.place)));
        differ.then_some(Self { frequent, filter, others, tag_shift })
    }

    /// The sum of the rows of the n-grams that the table has, each times the factors of its count.
    pub fn sum(&self, ngrams: &[Counted], factors: &Factors) -> [f64; LANES] {
        let times = |count, found| factors.of(select_unpredictable(found, count, 0));
        self.sum_by(ngrams, |ngram| ngram.hash, |ngram, row, found| row * times(ngram.count, found))
    }

    /// The sum of the rows of the n-grams that the table has, by their hashes.
    pub fn sum_occurrences(&self, hashes: &[u64]) -> [f64; LANES] {
        // All bits or none, since a choice between two numbers becomes a branch.
        let kept = |found: bool| bytemuck::cast::<u32x4, f32x4>(u32x4::splat(u32::from(found).wrapping_neg()));
        self.sum_by(hashes, |hash| hash, |_, row, found| row & kept(found))
    }

    /// The sum over n-grams of what `value` makes of each one's row and of whether that was found: zeros if not.
    #[inline]
    fn sum_by<N: Copy>(
        &self,
        ngrams: &[N],
        hash: impl Fn(N) -> u64,
        value: impl Fn(N, f32x4, bool) -> f32x4,
    ) -> [f64; LANES] {
        let mut total = [0.0; LANES];
        for ngrams in ngrams.chunks(TOGETHER) {
            // Long sums of f32 would lose too much.
            let mut sum = f32x4::ZERO;
            let mut put_off = [0_u8; TOGETHER];
            let mut waiting = 0;
            for (place, &ngram) in (0..).zip(ngrams) {
                let line = &self.frequent[frequent_home(hash(ngram))];
                let (row, found) = line.find(tag(hash(ngram), self.tag_shift));
                sum += value(ngram, row, found);
                put_off[waiting % TOGETHER] = place;
                waiting += usize::from(!found);
            }
            let mut sifted = 0;
            for at in 0..waiting {
                let place = put_off[at % TOGETHER];
                put_off[sifted % TOGETHER] = place;
                sifted += usize::from(self.filter.may_have(hash(ngrams[usize::from(place)])));
            }
            let mut behind = 0;
            for at in 0..sifted {
                let place = put_off[at % TOGETHER];
                let ngram = ngrams[usize::from(place)];
                let line = &self.others.lines[self.others.home(hash(ngram))];
                let (row, found) = line.find(tag(hash(ngram), self.tag_shift));
                sum += value(ngram, row, found);
                put_off[behind % TOGETHER] = place;
                behind += usize::from(!found & line.goes_on());
            }
            for &place in &put_off[..behind] {
                let ngram = ngrams[usize::from(place)];
                if let Some(row) = self.others.find_behind(hash(ngram), tag(hash(ngram), self.tag_shift)) {
                    sum += value(ngram, f32x4::new(row), true);
                }
            }
            total.iter_mut().zip(sum.to_array()).for_each(|(total, sum)| *total += f64::from(sum));
        }
        total
    }
}

/// The line of the small table for an n-gram.
#[inline]
fn frequent_home(hash: u64) -> usize {
    (hash >> (64 - FREQUENT_LINES.ilog2())) as usize
}

/// 32 bits of a hash, never all zero.
#[inline]
fn tag(hash: u64, shift: u32) -> u32 {
    (hash >> shift) as u32 | 1
}

#[derive(Debug, Clone)]
struct Lines {
    lines: Vec<Line>,
}

impl Lines {
    fn new(ngrams: usize) -> Self {
        Self { lines: vec![FREE; (ngrams * LINES_PER_HUNDRED).div_ceil(100) + 1] }
    }

    /// The line of an n-gram: the upper half of its hash, brought into the range.
    #[inline]
    fn home(&self, hash: u64) -> usize {
        (((hash >> 32) * self.lines.len() as u64) >> 32) as usize
    }

    /// The line where those go on that find a line full.
    fn after(&self, line: usize) -> usize {
        if line + 1 == self.lines.len() { 0 } else { line + 1 }
    }

    /// Adds an n-gram unless it looks like one that is there. There is always room: lines have more places than n-grams.
    fn insert(&mut self, hash: u64, tag: u32, row: Row) -> bool {
        let mut at = self.home(hash);
        loop {
            let line = &mut self.lines[at];
            if line.has(tag) {
                return false;
            }
            if line.insert(tag, row) {
                return true;
            }
            line.quarters[TAGS][TAKEN] = SLOTS as u32 + 1;
            at = self.after(at);
        }
    }

    /// The row of an n-gram that is not in its full line.
    fn find_behind(&self, hash: u64, tag: u32) -> Option<Row> {
        let mut at = self.home(hash);
        loop {
            at = self.after(at);
            let line = &self.lines[at];
            if let Some(place) = line.tags().iter().position(|&other| other == tag) {
                return Some(line.quarters[place].map(f32::from_bits));
            }
            if !line.goes_on() {
                return None;
            }
        }
    }
}

#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
struct Line {
    /// The rows of three n-grams, bit by bit, and a quarter that tells whose they are: for each part of its hash, 0 at free
    /// places; then the number of places taken, more than there are if an n-gram had to go on to the next line.
    quarters: [[u32; LANES]; SLOTS + 1],
}

const FREE: Line = Line { quarters: [[0; LANES]; SLOTS + 1] };

/// The quarter with the tags.
const TAGS: usize = SLOTS;

/// The number of places taken in that quarter.
const TAKEN: usize = SLOTS;

impl Line {
    /// Adds an n-gram if there is room.
    fn insert(&mut self, tag: u32, row: Row) -> bool {
        let place = self.quarters[TAGS][TAKEN] as usize;
        if place >= SLOTS {
            return false;
        }
        self.quarters[TAGS][place] = tag;
        self.quarters[place] = row.map(f32::to_bits);
        self.quarters[TAGS][TAKEN] += 1;
        true
    }

    fn has(&self, tag: u32) -> bool {
        self.tags().contains(&tag)
    }

    fn tags(&self) -> &[u32] {
        &self.quarters[TAGS][..SLOTS]
    }

    #[inline]
    fn goes_on(&self) -> bool {
        self.quarters[TAGS][TAKEN] as usize > SLOTS
    }

    /// The row of the n-gram with this tag and true; any row and false if there is none.
    #[inline]
    fn find(&self, tag: u32) -> (f32x4, bool) {
        let equal = u32x4::new(self.quarters[TAGS]).simd_eq(u32x4::splat(tag)).to_bitmask() & 0b111;
        // Tags differ, so that one bit is set at most, and the quarter of the tags is never taken for a row.
        let row = self.quarters[(equal >> 1) as usize];
        (f32x4::new(row.map(f32::from_bits)), equal != 0)
    }
}

//! Counts of n-grams by their hashes, in a hash table that spends 20 bytes and a slot of 4 on each.

/// What is known of one n-gram.
#[derive(Debug, Clone, Copy)]
pub(super) struct Count {
    /// The hash in halves: a `u64` would be padded to 24 bytes.
    hash: [u32; 2],
    /// Texts that have it.
    pub texts: u32,
    /// Groups that have it.
    pub groups: u32,
    /// The last position at which it was seen.
    pub last: u32,
}

impl Count {
    pub fn hash(&self) -> u64 {
        u64::from(self.hash[0]) | u64::from(self.hash[1]) << 32
    }
}

/// N-grams numbered in the order in which they are first seen, found by open addressing with linear probing.
pub(super) struct Table {
    /// Numbers of n-grams, or [`VACANT`]; a power of two of slots, at most three quarters of them full.
    slots: Vec<u32>,
    counts: Vec<Count>,
}

const VACANT: u32 = u32::MAX;

impl Table {
    pub fn new() -> Self {
        // The counts stay with the thread that makes the table, whichever makes them grow.
        Self { slots: vec![VACANT; 64], counts: Vec::with_capacity(48) }
    }

    /// The counts by number, when nothing more is counted.
    pub fn into_counts(self) -> Vec<Count> {
        self.counts
    }

    /// Counts an occurrence at a position, where the group starts at `group_start`, and gives the n-gram's number.
    /// Positions never fall from one call to the next.
    pub fn add(&mut self, hash: u64, position: u32, group_start: u32) -> u32 {
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        let halves = halves(hash);
        loop {
            let number = self.slots[at];
            if number == VACANT {
                break;
            }
            let count = &mut self.counts[number as usize];
            if count.hash == halves {
                count.texts += u32::from(count.last != position);
                count.groups += u32::from(count.last < group_start);
                count.last = position;
                return number;
            }
            at = (at + 1) & mask;
        }
        let number = self.counts.len() as u32;
        self.slots[at] = number;
        self.counts.push(Count { hash: halves, texts: 1, groups: 1, last: position });
        if self.counts.len() * 4 > self.slots.len() * 3 {
            self.grow();
        }
        number
    }

    fn grow(&mut self) {
        let slots = self.slots.len() * 2;
        let mask = slots - 1;
        self.slots.clear();
        self.slots.resize(slots, VACANT);
        for (number, count) in self.counts.iter().enumerate() {
            let mut at = count.hash[0] as usize & mask;
            while self.slots[at] != VACANT {
                at = (at + 1) & mask;
            }
            self.slots[at] = number as u32;
        }
    }
}

/// The low half, which the slots go by, and the high half.
fn halves(hash: u64) -> [u32; 2] {
    [hash as u32, (hash >> 32) as u32]
}

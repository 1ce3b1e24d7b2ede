//! A table of what is known of words: each fills a line of the cache, its key in it.

use crate::hash::HashedMap;
use crate::hot::lexicon::Word;

/// Open addressing with linear probing, at most half full.
#[derive(Default)]
pub(super) struct Words {
    places: Vec<Word>,
    len: usize,
    /// The words that found no place soon.
    crowded: HashedMap<Word>,
}

/// Places tried for one word at most. Chance takes a few; so many only words that somebody chose so that they meet.
const LONGEST: usize = 64;

/// With more words than these beside the table, it is in nobody's interest but theirs.
const MOST_CROWDED: usize = 64;

const LEAST: usize = 1 << 8;

impl Words {
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether words were chosen so that they meet: others would be slow to find among them.
    pub fn is_flooded(&self) -> bool {
        self.crowded.len() > MOST_CROWDED
    }

    #[inline]
    pub fn find(&self, key: u64) -> Option<&Word> {
        let key = key.max(1);
        let word = self.places.get(home(key) & self.places.len().wrapping_sub(1))?;
        if word.key == key { Some(word) } else { self.find_further(key) }
    }

    /// Finds a word that is not at the first of its places.
    #[inline(never)]
    fn find_further(&self, key: u64) -> Option<&Word> {
        for step in 0..LONGEST {
            let word = &self.places[home(key).wrapping_add(step) & (self.places.len() - 1)];
            if word.key == key {
                return Some(word);
            }
            if word.key == 0 {
                return None;
            }
        }
        self.crowded.get(&key)
    }

    /// Adds a word that is not there.
    pub fn insert(&mut self, key: u64, word: Word) {
        if self.places.len() < 2 * (self.len + 1) {
            let size = (2 * self.places.len()).max(LEAST);
            let before = std::mem::replace(&mut self.places, vec![Word::default(); size]);
            let crowded = std::mem::take(&mut self.crowded).into_values();
            before.into_iter().filter(|word| word.key != 0).chain(crowded).for_each(|word| self.place(word));
        }
        self.place(Word { key: key.max(1), ..word });
        self.len += 1;
    }

    fn place(&mut self, word: Word) {
        let mask = self.places.len() - 1;
        let mut free = (0..LONGEST).map(|step| home(word.key).wrapping_add(step) & mask);
        match free.find(|&at| self.places[at].key == 0) {
            Some(at) => self.places[at] = word,
            None => _ = self.crowded.insert(word.key, word),
        }
    }
}

#[inline]
fn home(key: u64) -> usize {
    (key >> 32) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::hash_bytes;

    #[test]
    fn what_was_added_is_found_however_keys_meet() {
        for shift in [0, 32, 40] {
            let mut words = Words::default();
            let key = |number: u64| number << shift;
            assert!(words.find(key(7)).is_none());
            for number in 1..2000 {
                words.insert(key(number), Word { stem: number, ..Word::default() });
            }
            assert_eq!(words.len(), 1999);
            for number in 1..2000 {
                assert_eq!(words.find(key(number)).map(|word| word.stem), Some(number));
            }
            assert!(words.find(key(2000)).is_none());
            // Numbers from bit 32 on are places one after the other, others meet.
            assert_eq!(words.is_flooded(), shift != 32);
        }
    }

    /// Words of seven letters whose hashes want one place in a table of 2,048.
    fn colliding() -> impl Iterator<Item = u64> {
        let letters = |number: u64| (0..7).map(move |place| b'a' + (number >> (4 * place) & 15) as u8);
        let hashes = (0..).map(move |number| hash_bytes(&letters(number).collect::<Vec<u8>>()));
        hashes.filter(|hash| (hash >> 32).trailing_zeros() >= 11)
    }

    #[test]
    fn words_that_were_chosen_to_meet_take_a_bounded_number_of_steps() {
        let mut words = Words::default();
        let keys: Vec<u64> = colliding().take(1000).collect();
        for (number, &key) in (0..).zip(&keys) {
            assert!(words.find(key).is_none());
            words.insert(key, Word { number, ..Word::default() });
        }
        for (number, &key) in (0..).zip(&keys) {
            assert_eq!(words.find(key).map(|word| word.number), Some(number));
        }
        // Each step of a search stays within the places that a word may have; what is not there is asked for once.
        assert_eq!((words.len(), words.places.len()), (1000, 2048));
        assert_eq!(words.places.iter().filter(|word| word.key != 0).count(), LONGEST);
        assert_eq!(words.crowded.len(), 1000 - LONGEST);
        assert!(words.is_flooded());
    }

    #[test]
    fn words_that_meet_by_chance_flood_nothing() {
        let mut words = Words::default();
        for number in 0..60_000_u64 {
            words.insert(hash_bytes(&number.to_le_bytes()), Word::default());
            assert!(words.crowded.len() < 4);
        }
    }
}

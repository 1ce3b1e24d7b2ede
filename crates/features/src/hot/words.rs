//! A table of what is known of words: each fills a line of the cache, its key in it.

use crate::hot::lexicon::Word;

/// Open addressing with linear probing, at most half full.
#[derive(Default)]
pub(super) struct Words {
    places: Vec<Word>,
    len: usize,
}

const LEAST: usize = 1 << 8;

impl Words {
    pub fn len(&self) -> usize {
        self.len
    }

    pub fn clear(&mut self) {
        *self = Self::default();
    }

    #[inline]
    pub fn find(&self, key: u64) -> Option<&Word> {
        let key = key.max(1);
        let mut at = home(key);
        loop {
            let word = self.places.get(at & self.places.len().wrapping_sub(1))?;
            if word.key == key {
                return Some(word);
            }
            if word.key == 0 {
                return None;
            }
            at += 1;
        }
    }

    /// Adds a word that is not there.
    pub fn insert(&mut self, key: u64, word: Word) {
        if self.places.len() < 2 * (self.len + 1) {
            let size = (2 * self.places.len()).max(LEAST);
            let before = std::mem::replace(&mut self.places, vec![Word::default(); size]);
            before.into_iter().filter(|word| word.key != 0).for_each(|word| self.place(word));
        }
        self.place(Word { key: key.max(1), ..word });
        self.len += 1;
    }

    fn place(&mut self, word: Word) {
        let mask = self.places.len() - 1;
        let mut at = home(word.key) & mask;
        while self.places[at].key != 0 {
            at = (at + 1) & mask;
        }
        self.places[at] = word;
    }
}

#[inline]
fn home(key: u64) -> usize {
    (key >> 32) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

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
            words.clear();
            assert!(words.find(key(7)).is_none());
        }
    }
}

//! Stems of tokens, computed once for each surface form.

use rust_stemmers::{Algorithm, Stemmer};

use crate::hash::HashedMap;
use crate::spec::Stemming;
use crate::tokens::TokenBuffer;

/// The stemmer behind [`Stemming`]: its output is part of every model with stems.
pub const STEMMER: &str = "rust-stemmers 1.2.0";

/// Words of more bytes are no words of any language; they are left as they are.
const MAX_STEMMED_BYTES: usize = 64;

/// The cache is emptied when it has so many entries: a stream of unique strings must not fill the memory.
const MAX_ENTRIES: usize = 1 << 16;

/// The Snowball stemmer for a language; `None` if nothing is to be stemmed.
pub(crate) fn stemmer(stemming: Stemming) -> Option<Stemmer> {
    let algorithm = match stemming {
        Stemming::None => return None,
        Stemming::Danish => Algorithm::Danish,
        Stemming::Dutch => Algorithm::Dutch,
        Stemming::English => Algorithm::English,
        Stemming::Finnish => Algorithm::Finnish,
        Stemming::French => Algorithm::French,
        Stemming::German => Algorithm::German,
        Stemming::Hungarian => Algorithm::Hungarian,
        Stemming::Italian => Algorithm::Italian,
        Stemming::Norwegian => Algorithm::Norwegian,
        Stemming::Portuguese => Algorithm::Portuguese,
        Stemming::Romanian => Algorithm::Romanian,
        Stemming::Russian => Algorithm::Russian,
        Stemming::Spanish => Algorithm::Spanish,
        Stemming::Swedish => Algorithm::Swedish,
    };
    Some(Stemmer::create(algorithm))
}

/// A Snowball stemmer with a memory of what it stemmed. Not shared between threads: each has its own.
pub(crate) struct StemCache {
    stemmer: Stemmer,
    known: HashedMap<Box<str>>,
}

impl StemCache {
    /// A cache for a language; `None` if nothing is to be stemmed.
    pub fn new(stemming: Stemming) -> Option<Self> {
        Some(Self { stemmer: stemmer(stemming)?, known: HashedMap::default() })
    }

    /// Fills `stems` with the stems of `surface`, token by token.
    pub fn fill(&mut self, surface: &TokenBuffer, stems: &mut TokenBuffer) {
        stems.begin();
        for token in surface.words() {
            let word = surface.slice(token.start..token.end);
            if !is_stemmable(word) {
                stems.push(word);
                continue;
            }
            if self.known.len() >= MAX_ENTRIES {
                self.known.clear();
            }
            let stem = self.known.entry(token.hash).or_insert_with(|| stem_or_word(&self.stemmer, word).into());
            stems.push(stem);
        }
        stems.finish();
    }
}

/// Snowball's rules are for words of letters; on anything else they have nothing to say.
pub(crate) fn is_stemmable(word: &str) -> bool {
    word.len() <= MAX_STEMMED_BYTES && word.chars().all(|c| c.is_alphabetic() || c == '\'')
}

/// The stem; the word itself where the rules leave nothing (`'s`), since a token must not vanish.
pub(crate) fn stem_or_word(stemmer: &Stemmer, word: &str) -> String {
    let stem = stemmer.stem(word);
    if stem.is_empty() { word.to_owned() } else { stem.into_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::FeatureSpec;
    use proptest::prelude::*;

    fn stems(text: &str) -> Vec<String> {
        let spec = FeatureSpec::default();
        let mut surface = TokenBuffer::default();
        surface.fill(text, &spec);
        let mut stems = TokenBuffer::default();
        let mut cache = StemCache::new(Stemming::English).unwrap();
        cache.fill(&surface, &mut stems);
        stems.words().iter().map(|t| stems.slice(t.start..t.end).to_owned()).collect()
    }

    #[test]
    fn words_are_stemmed_and_the_rest_is_not() {
        assert_eq!(
            stems("Donations, donating 1,000s of tax-deductible gifts!"),
            ["donat", ",", "donat", "1,000s", "of", "tax", "-", "deduct", "gift", "!"]
        );
    }

    #[test]
    fn no_stemmer_means_no_cache() {
        assert!(StemCache::new(Stemming::None).is_none());
    }

    proptest! {
        #[test]
        fn a_warm_cache_gives_what_the_stemmer_gives(text in "[a-zA-Zé' ]{0,80}|\\PC{0,40}", language in 0..14usize) {
            let mut surface = TokenBuffer::default();
            surface.fill(&text, &FeatureSpec::default());
            let mut cache = StemCache::new(Stemming::LANGUAGES[language]).unwrap();
            let (mut cold, mut warm) = (TokenBuffer::default(), TokenBuffer::default());
            cache.fill(&surface, &mut cold);
            cache.fill(&surface, &mut warm);
            prop_assert_eq!(cold.words().len(), surface.words().len());
            for ((token, a), b) in surface.words().iter().zip(cold.words()).zip(warm.words()) {
                let word = surface.slice(token.start..token.end);
                let expected = if is_stemmable(word) {
                    stem_or_word(&cache.stemmer, word)
                } else {
                    word.to_owned()
                };
                prop_assert_eq!(cold.slice(a.start..a.end), expected.as_str());
                prop_assert_eq!(warm.slice(b.start..b.end), expected.as_str());
            }
        }
    }
}

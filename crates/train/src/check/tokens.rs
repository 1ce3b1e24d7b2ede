//! The tokens of every text, numbered.

use std::collections::HashMap;

use copydesk_features::{FeatureSpec, for_each_token};

use crate::corpus::Corpus;

/// The tokens of a corpus as the default feature spec cuts and normalises them: lower case, plain quotation marks,
/// compatibility forms folded, hidden characters dropped.
pub(super) struct Tokens {
    /// The normal form of each token, by number, in the order of first appearance.
    pub names: Vec<String>,
    /// All tokens of each text, punctuation too.
    pub all: Vec<Vec<u32>>,
    /// The tokens with a letter or digit in them of each text.
    pub words: Vec<Vec<u32>>,
}

impl Tokens {
    pub fn new(corpus: &Corpus) -> Self {
        let spec = FeatureSpec::default().check().expect("the default spec is valid");
        let mut names: Vec<String> = Vec::new();
        let mut is_word: Vec<bool> = Vec::new();
        let mut numbers: HashMap<String, u32> = HashMap::new();
        let (mut all, mut words) = (Vec::new(), Vec::new());
        for example in corpus.examples() {
            let mut tokens = Vec::new();
            for_each_token(&example.text, &spec, |token, _| {
                let number = numbers.get(token).copied().unwrap_or_else(|| {
                    let number = names.len() as u32;
                    numbers.insert(token.to_owned(), number);
                    names.push(token.to_owned());
                    is_word.push(token.chars().any(char::is_alphanumeric));
                    number
                });
                tokens.push(number);
            });
            words.push(tokens.iter().copied().filter(|&token| is_word[token as usize]).collect());
            all.push(tokens);
        }
        Self { names, all, words }
    }

    /// What two texts share if they are the same but for case, white space and punctuation: the words, or the
    /// punctuation where there are no words.
    pub fn folded(&self, row: usize) -> &[u32] {
        if self.words[row].is_empty() { &self.all[row] } else { &self.words[row] }
    }
}

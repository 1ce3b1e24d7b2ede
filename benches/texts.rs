//! The texts that the benches run on: the sentences of a data set in the tree.
#![allow(dead_code, reason = "each bench uses some of it")]

fn texts(json_lines: &str) -> Vec<String> {
    let text = |line| {
        let example: serde_json::Value = serde_json::from_str(line).expect("the data set is JSON Lines");
        example["text"].as_str().expect("every example has a text").to_owned()
    };
    json_lines.lines().map(text).collect()
}

/// All training sentences of `datasets/news-en`.
pub fn sentences() -> Vec<String> {
    texts(include_str!("../datasets/news-en/train.jsonl"))
}

/// All test sentences of `datasets/news-en`: no built-in model has seen them.
pub fn unseen_sentences() -> Vec<String> {
    texts(include_str!("../datasets/news-en/test.jsonl"))
}

/// The same text with accents on its vowels: about every word has a character that is not ASCII.
pub fn accented(text: &str) -> String {
    let accent = |c| match c {
        'a' => 'ä',
        'e' => 'é',
        'i' => 'ï',
        'o' => 'ö',
        'u' => 'ü',
        other => other,
    };
    text.chars().map(accent).collect()
}

/// Bytes of all texts.
pub fn bytes<T: AsRef<str>>(texts: &[T]) -> u64 {
    texts.iter().map(|text| text.as_ref().len() as u64).sum()
}

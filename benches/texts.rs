//! The texts that the benches run on: the sentences of a data set in the tree.

/// All training sentences of `datasets/news-en`.
pub fn sentences() -> Vec<String> {
    include_str!("../datasets/news-en/train.jsonl")
        .lines()
        .map(|line| {
            let example: serde_json::Value = serde_json::from_str(line).expect("the data set is JSON Lines");
            example["text"].as_str().expect("every example has a text").to_owned()
        })
        .collect()
}

//! What a file that is refused costs of memory, besides its own bytes: never more than as much again, and 8 MiB for what its
//! description may hold.

use serde_json::json;

use super::decode;
use super::forged::{Forged, f32s, u32s};
use crate::model::tests::small_model;

const DESCRIPTION: usize = 8 << 20;

/// Most memory in use at once while a file is refused, of the thread that reads it; others only hash.
fn peak(bytes: &[u8]) -> usize {
    let mut loaded = true;
    let counted = allocation_counter::measure(|| loaded = decode(bytes).is_ok());
    assert!(!loaded, "the file is good");
    counted.bytes_max as usize
}

/// A model of many n-grams.
fn large() -> Forged {
    const NGRAMS: usize = 100_000;
    let mut forged = Forged::new(&small_model());
    let words: Vec<String> = (0..NGRAMS).map(|number| format!("w{number:06}")).collect();
    let bytes = words.concat().into_bytes();
    forged.tensor("vocabulary.bytes").set(&format!("[{}]", bytes.len()), bytes);
    let ends: Vec<u32> = (1..=NGRAMS as u32).map(|number| number * 7).collect();
    forged.tensor("vocabulary.ends").set(&format!("[{NGRAMS}]"), u32s(&ends));
    forged.tensor("vocabulary.blocks").set("[1]", u32s(&[NGRAMS as u32]));
    forged.tensor("idf").set(&format!("[{NGRAMS}]"), f32s(&vec![1.0; NGRAMS]));
    forged.tensor("weights").set(&format!("[{NGRAMS},3]"), f32s(&vec![1.0; NGRAMS * 3]));
    forged
}

#[test]
fn tensors_cost_no_more_than_the_file() {
    type Change = fn(&mut Forged);
    assert!(decode(&large().bytes()).is_ok());
    let changes: [Change; 7] = [
        |f| f.put("weights", 299_999, f32::NAN.to_le_bytes()),
        |f| f.put("idf", 99_999, f32::NAN.to_le_bytes()),
        |f| f.put("intercept", 2, f32::NAN.to_le_bytes()),
        |f| f.put("vocabulary.bytes", 699_999, *b"0"),
        |f| f.put("vocabulary.bytes", 699_999, [0xff]),
        |f| f.put("risk.quantiles", 302, [0xff; 4]),
        |f| f.describe(|d| d["labels"] = json!(["a", "a", "b"])),
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let mut forged = large();
        change(&mut forged);
        let bytes = forged.bytes();
        let peak = peak(&bytes);
        assert!(peak <= bytes.len(), "change {number}: {peak} bytes for a file of {}", bytes.len());
    }
}

#[test]
fn a_header_costs_no_more_than_the_file_and_eight_mib() {
    type Change<'a> = Box<dyn Fn(&mut Forged) + 'a>;
    const MANY: usize = 200_000;
    let entries = |entry: &dyn Fn(usize) -> String| (0..MANY).map(entry).collect::<String>();
    let changes: [Change<'_>; 7] = [
        Box::new(|f| {
            f.more = entries(&|n| format!(r#","{n}":{{"dtype":"U8","shape":[],"data_offsets":[0,0]}}"#));
        }),
        Box::new(|f| f.more = entries(&|n| format!(r#","{n}":0"#))),
        Box::new(|f| {
            f.more_metadata = entries(&|n| format!(r#","{n}":"""#));
            f.behind.push(0);
        }),
        Box::new(|f| f.tensor("idf").shape = format!("[{}5]", "1,".repeat(MANY))),
        Box::new(|f| f.more = format!(r#","deep":{}"#, "[".repeat(MANY))),
        Box::new(|f| f.describe(|d| d["labels"] = json!(vec![""; 65_000]))),
        Box::new(|f| {
            f.describe(|d| d["provenance"]["options"] = json!({"many": vec![json!([]); 32_000]}));
            f.describe(|d| d["labels"] = json!(["a", "a", "b"]));
        }),
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let mut forged = Forged::new(&small_model());
        change(&mut forged);
        let bytes = forged.bytes();
        let peak = peak(&bytes);
        assert!(peak <= bytes.len() + DESCRIPTION, "change {number}: {peak} bytes for a file of {}", bytes.len());
    }
}

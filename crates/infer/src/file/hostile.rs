//! Hostile files: a small model with one thing broken each and its checksum repaired. Each is refused with an error of its own.

use serde_json::json;

use super::decode;
use super::forged::{Forged, f32s, u32s};
use crate::model::tests::small_model;

/// What is done to the file, how the error's kind begins, and words that its message has to have.
type Case = (fn(&mut Forged), &'static str, &'static [&'static str]);

fn refused(cases: &[Case]) {
    let faults: Vec<String> = cases
        .iter()
        .enumerate()
        .filter_map(|(number, case)| {
            let found = std::panic::catch_unwind(|| fault(case)).unwrap_or_else(|_| Some("it panics".to_owned()));
            found.map(|fault| format!("case {number}, {:?}: {fault}", case.2))
        })
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// What is wrong with how a file is refused, if anything.
fn fault((change, kind, words): &Case) -> Option<String> {
    let mut forged = Forged::new(&small_model());
    change(&mut forged);
    let Err(error) = decode(&forged.bytes()) else { return Some("it loads".to_owned()) };
    let (debug, message) = (format!("{error:?}"), error.to_string());
    let inner = debug.strip_prefix("Content { source: ").unwrap_or(&debug);
    if !inner.starts_with(kind) {
        return Some(format!("{inner} is no {kind}"));
    }
    let cures = ["copy it again", "copy the file again", "train it anew", "use a newer copydesk"];
    let cured = cures.iter().any(|cure| message.contains(cure));
    (!cured || !words.iter().all(|word| message.contains(word))).then(|| format!("it says {message:?}"))
}

#[test]
fn a_file_taken_apart_and_put_together_loads() {
    assert!(decode(&Forged::new(&small_model()).bytes()).is_ok());
}

#[test]
fn lengths_and_places_that_lie() {
    #[rustfmt::skip]
    let cases: [Case; 16] = [
        (|f| f.header_length = Some(1 << 63), "Container", &["9223372036854775808 bytes"]),
        (|f| f.header_length = Some((1 << 25) + 1), "Container", &["33554433 bytes", "at most 33554432"]),
        (|f| f.header_length = Some(0), "Container", &["no JSON object"]),
        (|f| f.header_length = Some(1 << 20), "Size", &["cut off"]),
        (|f| f.header_length = Some(100), "Container", &["header", "EOF"]),
        (|f| f.behind.push(0), "Size", &["added to"]),
        (|f| { f.tensor("vocabulary.bytes").data.pop(); }, "Container", &["\"vocabulary.bytes\"", "takes"]),
        (|f| { let (a, b) = f.place("idf"); f.tensor("idf").offsets = Some((a - 4, b)); }, "Container", &["\"idf\" overlaps"]),
        (|f| { let (a, b) = f.place("idf"); f.tensor("idf").offsets = Some((a + 4, b)); }, "Container", &["\"idf\" leaves a gap"]),
        (|f| { let (a, _) = f.place("idf"); f.tensor("idf").offsets = Some((a, a - 4)); }, "Container", &["\"idf\" ends before"]),
        (|f| f.tensor("idf").shape = "[6]".into(), "Container", &["\"idf\"", "takes 24 bytes, but has 20"]),
        (|f| f.tensor("idf").shape = "[4611686018427387904, 4]".into(), "Container", &["more than 2^64"]),
        // The last tensor is what its shape says, and neither is there.
        (|f| beyond(f, 1), "Size", &["cut off"]),
        (|f| beyond(f, 1 << 60), "Size", &["cut off"]),
        (|f| beyond(f, u64::MAX / 2), "Size", &["cut off"]),
        (|f| f.tensor("idf").offsets = Some((u64::MAX, 0)), "Container", &["leaves a gap"]),
    ];
    refused(&cases);
}

/// Lets the last tensor end so many bytes behind the file.
fn beyond(forged: &mut Forged, more: u64) {
    let last = forged.tensors.len() - 1;
    let (start, end) = forged.place(&forged.tensors[last].name.clone());
    let tensor = &mut forged.tensors[last];
    assert_eq!(tensor.dtype, "U8");
    (tensor.offsets, tensor.shape) = (Some((start, end + more)), format!("[{}]", end + more - start));
}

#[test]
fn headers_that_are_none() {
    let deep = "[".repeat(100_000);
    let mut forged = Forged::new(&small_model());
    forged.header = Some(format!(r#"{{"idf":{deep}"#).into_bytes());
    assert!(decode(&forged.bytes()).unwrap_err().to_string().contains("header"));
    #[rustfmt::skip]
    let cases: [Case; 13] = [
        (|f| f.header = Some(b"{\"idf\xff\":1}".to_vec()), "Container", &["byte 13", "not UTF-8"]),
        (|f| f.header = Some(b"{idf}".to_vec()), "Container", &["header: key must be a string"]),
        (|f| f.header = Some(b"{} {}".to_vec()), "Container", &["header: trailing characters"]),
        (|f| f.more = r#","idf":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}"#.into(), "Container", &["\"idf\" is there twice"]),
        (|f| f.more = r#","__metadata__":{}"#.into(), "Container", &["metadata are there twice"]),
        (|f| f.more_metadata = r#","copydesk":"{}""#.into(), "Container", &["description is there twice"]),
        (|f| f.more_metadata = r#","copydesk":5"#.into(), "Container", &["twice"]),
        (|f| f.tensor("idf").shape = "[1,1,1,1,5]".into(), "Container", &["at most 4 dimensions"]),
        (|f| f.tensor("idf").shape = "[-5]".into(), "Container", &["invalid value"]),
        (|f| f.tensor("idf").shape = "[5e0]".into(), "Container", &["invalid type"]),
        (|f| f.tensor("idf").shape = "{}".into(), "Container", &["expected a shape"]),
        (|f| f.tensor("idf").shape = "[5],\"shape\":[5]".into(), "Container", &["duplicate field `shape`"]),
        (|f| f.tensor("idf").shape = "[5],\"path\":\"/\"".into(), "Container", &["unknown field `path`"]),
    ];
    refused(&cases);
}

#[test]
fn tensors_that_are_not_a_models() {
    for name in super::KNOWN.concat() {
        let mut forged = Forged::new(&small_model());
        forged.tensors.retain(|tensor| tensor.name != name);
        let message = decode(&forged.bytes()).unwrap_err().to_string();
        assert!(message.contains(name) && message.contains("missing"), "{message}");
        assert!(message.contains("train it anew"), "{message}");
    }
    #[rustfmt::skip]
    let cases: [Case; 13] = [
        (|f| f.more = r#","extra":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}"#.into(), "Tensor", &["\"extra\" should be absent"]),
        (|f| f.more = format!(r#","deep":{}{}"#, "[".repeat(50_000), "]".repeat(50_000)), "Tensor", &["\"deep\" should be absent"]),
        (|f| f.describe(|d| drop(d.as_object_mut().unwrap().remove("risk"))), "Tensor", &["\"risk.", "absent"]),
        (|f| f.describe(|d| drop(d.as_object_mut().unwrap().remove("context"))), "Tensor", &["\"context.", "absent"]),
        (|f| f.describe(|d| drop(d.as_object_mut().unwrap().remove("confusion"))), "Tensor", &["\"confusion.counts\"", "absent"]),
        (|f| f.tensor("weights").dtype = "U32".into(), "Tensor", &["\"weights\" should be F32 [5, 3], but is U32 [5, 3]"]),
        (|f| f.tensor("weights").dtype = "BF16".into(), "Tensor", &["but is BF16"]),
        (|f| f.tensor("weights").dtype = "F99".into(), "Tensor", &["but is F99"]),
        (|f| f.tensor("weights").shape = "[3,5]".into(), "Tensor", &["should be F32 [5, 3], but is F32 [3, 5]"]),
        (|f| f.tensor("intercept").shape = "[3,1]".into(), "Tensor", &["should be F32 [3], but is F32 [3, 1]"]),
        (|f| f.tensor("idf").set("[4]", f32s(&[1.0; 4])), "Tensor", &["\"idf\" should be F32 [5], but is F32 [4]"]),
        (|f| f.tensor("context.weights").shape = "[3,25]".into(), "Tensor", &["should be F32 [25, 3]"]),
        (|f| f.tensor("risk.quantiles").shape = "[101,3]".into(), "Tensor", &["should be F32 [3, 101]"]),
    ];
    refused(&cases);
}

#[test]
fn descriptions_that_are_none() {
    fn rewrite(forged: &mut Forged, from: &str, to: &str) {
        assert!(forged.description.contains(from));
        forged.description = forged.description.replacen(from, to, 1);
    }
    #[rustfmt::skip]
    let cases: [Case; 24] = [
        (|f| f.describe(|d| d["format"] = json!(2)), "NewerFormat", &["format 2", "use a newer copydesk"]),
        (|f| f.describe(|d| d["format"] = json!(u64::MAX)), "NewerFormat", &["format 18446744073709551615"]),
        (|f| f.describe(|d| d["format"] = json!(0)), "Description", &["format 0", "numbered from 1"]),
        (|f| f.describe(|d| d["format"] = json!(-1)), "Description", &["invalid value"]),
        (|f| f.describe(|d| d["format"] = json!("1")), "Description", &["invalid type"]),
        (|f| f.describe(|d| drop(d.as_object_mut().unwrap().remove("format"))), "Description", &["missing field `format`"]),
        (|f| f.describe(|d| drop(d.as_object_mut().unwrap().remove("labels"))), "Description", &["missing field `labels`"]),
        (|f| f.describe(|d| d["surprise"] = json!(1)), "Description", &["unknown field `surprise`"]),
        (|f| f.describe(|d| d["labels"] = json!({"a": 1})), "Description", &["invalid type"]),
        (|f| f.describe(|d| d["calibration"]["temperature"] = json!(null)), "Description", &["invalid type: null"]),
        (|f| f.describe(|d| d["context"]["window"] = json!(1_u64 << 32)), "Description", &["invalid value"]),
        (|f| f.describe(|d| d["provenance"]["examples"] = json!(-3)), "Description", &["invalid value"]),
        (|f| f.describe(|d| d["features"]["stemmer"] = json!("klingon")), "Description", &["unknown variant `klingon`"]),
        (|f| f.describe(|d| d["features"]["blocks"]["words"]["units"] = json!("bytes")), "Description", &["unknown variant `bytes`"]),
        (|f| f.describe(|d| d["features"]["blocks"]["words"]["norm"] = json!("l3")), "Description", &["unknown variant `l3`"]),
        (|f| rewrite(f, "\"labels\":", "\"labels\":[],\"labels\":"), "Description", &["duplicate field `labels`"]),
        (|f| rewrite(f, "\"format\":1", "\"format\":1,\"format\":1"), "Description", &["duplicate field `format`"]),
        (|f| rewrite(f, "\"options\":{}", &format!("\"options\":{{\"deep\":{}{}}}", "[".repeat(200), "]".repeat(200))), "Description", &["recursion limit"]),
        (|f| f.describe(|d| d["provenance"]["options"] = json!({"many": vec![0; 70_000]})), "Description", &["at most 65536"]),
        (|f| f.describe(|d| d["labels"] = json!(vec!["a"; 70_000])), "Description", &["values", "at most 65536"]),
        (|f| f.description = "[]".into(), "Description", &["invalid length 0"]),
        (|f| f.description = String::new(), "Description", &["EOF"]),
        (|f| rewrite(f, "0000000000000000", "00000000000000000"), "Checksum", &["does not match"]),
        (|f| rewrite(f, "\"checksum\":\"0000000000000000\",", "\"checksum\":\"0000000000000000\",\"checksum\":\"\","), "Description", &["duplicate field `checksum`"]),
    ];
    refused(&cases);
}

#[test]
fn labels_options_and_numbers_out_of_range() {
    #[rustfmt::skip]
    let cases: [Case; 33] = [
        (|f| f.describe(|d| d["labels"] = json!([])), "Labels", &["at least two"]),
        (|f| f.describe(|d| d["labels"] = json!(["a"])), "Labels", &["at least two"]),
        (|f| f.describe(|d| d["labels"] = json!(["a", "a", "b"])), "Labels", &["distinct"]),
        (|f| f.describe(|d| d["labels"] = json!(["a", "", "b"])), "Labels", &["not empty"]),
        (|f| f.describe(|d| d["labels"] = json!(["a", "b\u{7}", "c"])), "Labels", &["control characters"]),
        (|f| f.describe(|d| d["labels"] = json!(["a", "b"])), "Tensor", &["should be F32 [5, 2]"]),
        (|f| f.describe(|d| d["labels"] = (0..20_000).map(|n| n.to_string()).collect::<Vec<_>>().into()), "TooManyLabels", &["20000 labels, at most 16384"]),
        (|f| f.describe(|d| d["calibration"]["temperature"] = json!(0)), "Number", &["temperature 0 is 0", "between 1e-6 and 1e6"]),
        (|f| f.describe(|d| d["calibration"]["temperature"] = json!(-1)), "Number", &["temperature"]),
        (|f| f.describe(|d| d["calibration"]["temperature"] = json!(1e300)), "Number", &["temperature"]),
        (|f| f.describe(|d| d["context"]["temperature"] = json!(1e-300)), "Number", &["context temperature"]),
        (|f| f.describe(|d| d["context"]["window"] = json!(0)), "ContextWindow", &["window is 0"]),
        (|f| f.describe(|d| d["context"]["window"] = json!(u32::MAX)), "ContextWindow", &["4294967295", "between 1 and 100"]),
        (|f| f.describe(|d| d["features"]["blocks"] = json!({})), "Spec(NoBlocks", &["no blocks"]),
        (|f| f.describe(|d| d["features"]["blocks"] = (0..17).map(|n| (format!("b{n}"), json!({}))).collect::<serde_json::Map<_, _>>().into()), "Spec(TooManyBlocks", &["17 blocks, at most 16"]),
        (|f| f.describe(|d| d["features"]["blocks"] = json!({"a.b": {}})), "Spec(BlockName", &["\"a.b\""]),
        (|f| f.describe(|d| d["features"]["blocks"]["words"]["max_n"] = json!(1_u64 << 60)), "Spec(Field", &["min_n..max_n"]),
        (|f| f.describe(|d| d["features"]["blocks"]["words"]["weight"] = json!(1e300)), "Spec(Field", &["words.weight", "0.000001 to 1000000"]),
        (|f| f.describe(|d| d["features"]["blocks"]["words"]["weight"] = json!(-1)), "Spec(Field", &["words.weight = -1"]),
        (|f| f.describe(|d| d["features"]["blocks"]["two"] = json!({})), "Tensor", &["\"vocabulary.blocks\" should be U32 [2], but is U32 [1]"]),
        (|f| f.put("weights", 7, f32::NAN.to_le_bytes()), "Number", &["weight 7 is NaN", "finite"]),
        (|f| f.put("weights", 14, f32::INFINITY.to_le_bytes()), "Number", &["weight 14 is inf"]),
        (|f| f.put("weights", 0, 1e30_f32.to_le_bytes()), "Number", &["weight 0 is 1000000", "at most 1e18"]),
        (|f| f.put("intercept", 2, f32::NEG_INFINITY.to_le_bytes()), "Number", &["intercept 2 is -inf"]),
        (|f| f.put("context.weights", 3, f32::NAN.to_le_bytes()), "Number", &["context weight 3 is NaN"]),
        (|f| f.put("context.intercept", 1, 1e30_f32.to_le_bytes()), "Number", &["context intercept 1"]),
        (|f| f.put("idf", 4, f32::NAN.to_le_bytes()), "Vocabulary(Idf", &["idf values", "between 1e-6 and 1e6"]),
        (|f| f.put("idf", 0, f32::INFINITY.to_le_bytes()), "Vocabulary(Idf", &["idf values"]),
        (|f| f.put("idf", 0, 0_f32.to_le_bytes()), "Vocabulary(Idf", &["idf values"]),
        (|f| f.put("idf", 1, (-1_f32).to_le_bytes()), "Vocabulary(Idf", &["idf values"]),
        (|f| f.put("idf", 1, 1e30_f32.to_le_bytes()), "Vocabulary(Idf", &["idf values"]),
        (|f| f.describe(|d| { d["features"]["stemmer"] = json!("none"); d["features"]["blocks"]["words"]["form"] = json!("stem"); }), "Spec(Field", &["words.form"]),
        (|f| f.describe(|d| d["features"]["blocks"]["words"]["max_share"] = json!(2)), "Spec(Field", &["max_share"]),
    ];
    refused(&cases);
}

#[test]
fn vocabularies_that_are_none() {
    /// The n-grams are `! absurd donate now said`.
    fn words(forged: &mut Forged, words: [&str; 5]) {
        let mut end = 0;
        let ends = words.map(|word| {
            end += word.len() as u32;
            end
        });
        forged.tensor("vocabulary.bytes").set(&format!("[{end}]"), words.concat().into_bytes());
        forged.tensor("vocabulary.ends").set("[5]", u32s(&ends));
    }
    #[rustfmt::skip]
    let cases: [Case; 12] = [
        (|f| words(f, ["a", "c", "b", "d", "e"]), "Vocabulary(Unsorted { index: 2", &["not sorted at n-gram 2 (\"b\")"]),
        (|f| words(f, ["a", "b", "b", "c", "d"]), "Vocabulary(Unsorted { index: 2", &["not sorted"]),
        (|f| words(f, ["", "a", "b", "c", "d"]), "Vocabulary(Offset { index: 0", &["offset 0 (0)"]),
        (|f| f.put("vocabulary.bytes", 3, [0xff]), "Vocabulary(NotUtf8", &["not UTF-8 (first bad byte at 3)"]),
        (|f| { words(f, ["é", "êa", "ëa", "f", "g"]); f.put("vocabulary.ends", 0, 1_u32.to_le_bytes()); }, "Vocabulary(Offset { index: 0", &["offset 0 (1)"]),
        (|f| f.put("vocabulary.ends", 2, 1_u32.to_le_bytes()), "Vocabulary(Offset { index: 2", &["does not follow"]),
        (|f| f.put("vocabulary.ends", 4, u32::MAX.to_le_bytes()), "Vocabulary(Offset { index: 4", &["4294967295"]),
        (|f| f.put("vocabulary.ends", 4, 18_u32.to_le_bytes()), "Vocabulary(Offset { index: 5", &["inside"]),
        (|f| f.put("vocabulary.blocks", 0, 4_u32.to_le_bytes()), "Vocabulary(BlockSizes", &["5 n-grams in 1 blocks", "[4]"]),
        (|f| f.put("vocabulary.blocks", 0, u32::MAX.to_le_bytes()), "Vocabulary(BlockSizes", &["4294967295"]),
        (|f| f.put("vocabulary.blocks", 0, 0_u32.to_le_bytes()), "Vocabulary(BlockSizes", &["[0]"]),
        (|f| { let [one, other] = colliding(); words(f, ["!", &one, &other, "~", "~~"]); }, "Vocabulary(Collision", &["share a hash", "leave one of them out"]),
    ];
    refused(&cases);
}

/// Two words with one hash, in their order. The hash is no secret: where eight bytes equal what the sixteen before them led
/// to, these and the eight behind them are forgotten.
fn colliding() -> [String; 2] {
    const INIT: u64 = 0x2d35_8dcc_aa6c_78a5;
    const MULTIPLIER: u64 = 0x8bb8_4b93_962e_acc9;
    let state = |word: &str| {
        let (low, high) = word.as_bytes().split_at(8);
        let [low, high] = [low, high].map(|half| u64::from_le_bytes(*half.first_chunk().unwrap()));
        let product = u128::from(INIT ^ low) * u128::from(MULTIPLIER ^ high);
        (product as u64) ^ ((product >> 64) as u64)
    };
    let words = (0_u32..).map(|number| format!("{number:016}"));
    let forgetful = words.map(|word| (state(&word).to_le_bytes(), word));
    let mut readable = forgetful.filter(|(state, _)| state.iter().all(u8::is_ascii_graphic));
    let mut word = || {
        let (state, word) = readable.next().unwrap();
        word + str::from_utf8(&state).unwrap() + "forgets."
    };
    // One more byte: the last sixteen or fewer are taken in another way.
    [word() + ".", word() + "."]
}

#[test]
fn tables_that_are_none() {
    #[rustfmt::skip]
    let cases: [Case; 14] = [
        (|f| f.put("risk.counts", 0, 9_u32.to_le_bytes()), "Risk(Table", &["counts are not those of its values"]),
        (|f| f.put("risk.counts", 2, u32::MAX.to_le_bytes()), "Risk(Table", &["counts are not those of its values"]),
        (|f| f.put("risk.counts", 10, 0_u32.to_le_bytes()), "Risk(Table", &["counts are not those of its values"]),
        (|f| f.put("risk.counts", 4, 99_u32.to_le_bytes()), "Risk(Table", &["sentences of other labels are not told rightly"]),
        (|f| f.put("risk.unharmed", 0, 0_u32.to_le_bytes()), "Risk(Table", &["a group of documents is empty"]),
        (|f| { f.put("risk.unharmed", 0, u32::MAX.to_le_bytes()); f.put("risk.unharmed", 1, 2_u32.to_le_bytes()); }, "Risk(Table", &["more sentences than can be counted"]),
        (|f| f.put("risk.harmed", 1, 0_u32.to_le_bytes()), "Risk(Table", &["misses more sentences than it has, or none"]),
        (|f| f.put("risk.harmed", 1, 9_u32.to_le_bytes()), "Risk(Table", &["misses more sentences than it has"]),
        (|f| f.put("risk.harmed", 1, 2_u32.to_le_bytes()), "Risk(Table", &["another number of sentences"]),
        (|f| f.put("risk.probabilities", 0, f32::NAN.to_le_bytes()), "Risk(Table", &["between 0 and 0.5"]),
        (|f| f.put("risk.probabilities", 0, 0.75_f32.to_le_bytes()), "Risk(Table", &["between 0 and 0.5"]),
        (|f| f.put("risk.quantiles", 3, 0.5_f32.to_le_bytes()), "Risk(Table", &["do not ascend"]),
        (|f| f.tensor("confusion.counts").shape = "[3,3,2]".into(), "Tensor", &["should be U32 [any, 3, 3]"]),
        (|f| f.tensor("confusion.counts").data[..36].fill(0), "Confusion", &["a document has no sentences"]),
    ];
    refused(&cases);
}

#[test]
fn what_is_odd_but_whole_loads() {
    let mut none = Forged::new(&small_model());
    none.tensor("vocabulary.bytes").set("[0]", Vec::new());
    none.tensor("vocabulary.ends").set("[0]", Vec::new());
    none.tensor("vocabulary.blocks").set("[1]", u32s(&[0]));
    none.tensor("idf").set("[0]", Vec::new());
    none.tensor("weights").set("[0,3]", Vec::new());
    let mut one = Forged::new(&small_model());
    one.tensor("vocabulary.bytes").set("[1]", b"!".to_vec());
    one.tensor("vocabulary.ends").set("[1]", u32s(&[1]));
    one.tensor("vocabulary.blocks").set("[1]", u32s(&[1]));
    one.tensor("idf").set("[1]", f32s(&[1e6]));
    one.tensor("weights").set("[1,3]", f32s(&[1e18, -1e18, 0.0]));
    for (forged, ngrams) in [(none, 0), (one, 1)] {
        let model = decode(&forged.bytes()).unwrap();
        assert_eq!(model.vectorizer().vocabulary().len(), ngrams);
        let classifier = crate::Classifier::new(model);
        for sentence in classifier.label_document("! ! It rains. !") {
            let sum: f64 = sentence.prediction.probabilities().iter().sum();
            assert!((sum - 1.0).abs() < 1e-12, "{sum}");
        }
    }
}

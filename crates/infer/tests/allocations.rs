//! A worker that has seen the words of some texts classifies them without asking for memory.
#![cfg(feature = "builtin")]

use copydesk_infer::{Classifier, QuotePolicy, Worker};

const TEXTS: [&str; 5] = [
    "The council voted 7 to 2 on Tuesday to close eleven branch libraries, the borough's leader said in a statement.",
    "“It is a naïve plan,” she said – and the CAFÉ will close, too…",
    "Please donate $5 today! We can't do it without you.",
    "Совет проголосовал во вторник.",
    "",
];

fn allocations(classify: impl FnOnce()) -> u64 {
    allocation_counter::measure(classify).count_total
}

#[test]
fn known_words_cost_no_allocation() {
    for model in copydesk_infer::BUILTIN_MODELS {
        let classifier = Classifier::builtin_named(model).unwrap();
        let mut worker = classifier.worker();
        let mut round = || TEXTS.iter().map(|text| worker.classify(text).confidence()).sum::<f64>();
        let first = round();
        let mut second = 0.0;
        assert_eq!(allocations(|| second = round()), 0);
        assert_eq!(first.to_bits(), second.to_bits());
        drop(worker);
        let calls = || TEXTS.iter().for_each(|text| assert!(classifier.classify(text).confidence() > 0.0));
        assert_eq!(allocations(calls), 0, "one call at a time");
    }
}

#[test]
fn a_piece_of_a_document_costs_a_few_however_many_sentences_it_has() {
    let classifier = Classifier::builtin().unwrap();
    let mut document = classifier.document(QuotePolicy::Split);
    let piece = format!("{} {}\n\n", TEXTS[0], TEXTS[2]).repeat(20);
    let mut round = || {
        document.push(&piece);
        std::iter::from_fn(|| document.next_sentence().map(|sentence| sentence.text.len())).count()
    };
    for _ in 0..10 {
        round();
    }
    let mut sentences = 0;
    let count = allocations(|| sentences = round());
    assert!(sentences >= 40 && count < 20, "{count} allocations for {sentences} sentences");
}

#[test]
fn allocations_are_counted() {
    assert!(allocations(|| drop(Classifier::builtin().unwrap())) > 10);
}

/// A word of seven letters of its own for each number.
fn word(number: u64) -> String {
    let number = number * 1_234_567 % 26_u64.pow(7);
    (0..7).map(|place| char::from(b'a' + (number / 26_u64.pow(place) % 26) as u8)).collect()
}

#[test]
fn a_long_text_of_new_words_takes_a_small_multiple_of_itself_and_gives_it_back() {
    let classifier = Classifier::builtin().unwrap();
    let text: String = (0..1_000_000).map(|number| word(number) + " ").collect();
    let mut worker = classifier.worker();
    let warm = |worker: &mut Worker<'_>| TEXTS.iter().for_each(|text| _ = worker.classify(text));
    warm(&mut worker);
    let counted = allocation_counter::measure(|| {
        worker.classify(&text);
    });
    let most = 20 * text.len() as u64;
    assert!(counted.bytes_max < most, "{} bytes for a text of {}", counted.bytes_max, text.len());
    // The next group of texts finds a worker like a new one.
    let back = allocation_counter::measure(|| warm(&mut worker));
    let kept = counted.bytes_current + back.bytes_current;
    assert!(kept < 4 << 20, "{kept} bytes kept");
}

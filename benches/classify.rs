//! Sentences and documents to labels, with the built-in model.

mod texts;

use std::hint::black_box;

use copydesk_infer::Classifier;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use rayon::ThreadPoolBuilder;

const SENTENCE: &str =
    "The council voted 7 to 2 on Tuesday to close eleven branch libraries, the borough's leader said in a statement.";

fn throughput(texts: &[String]) -> Throughput {
    Throughput::ElementsAndBytes { elements: texts.len() as u64, bytes: texts::bytes(texts) }
}

/// One text at a time: by the public call, and by a worker.
fn one(c: &mut Criterion) {
    let classifier = Classifier::builtin().expect("the built-in model is whole");
    let accented = texts::accented(SENTENCE);
    let long = texts::unseen_sentences()[..40].join(" ");
    assert_eq!(classifier.classify(SENTENCE).label(), "reporting");
    let mut group = c.benchmark_group("classify one");
    for (name, text) in [("short", "Donate now!"), ("sentence", SENTENCE), ("accented", &accented), ("long", &long)] {
        let sum: f64 = classifier.classify(text).probabilities().iter().sum();
        assert!((sum - 1.0).abs() < 1e-9);
        group.throughput(Throughput::ElementsAndBytes { elements: 1, bytes: text.len() as u64 });
        group.bench_function(BenchmarkId::new("call", name), |b| b.iter(|| classifier.classify(black_box(text))));
        let mut worker = classifier.worker();
        group.bench_function(BenchmarkId::new("worker", name), |b| {
            b.iter(|| worker.probabilities(black_box(text)).iter().sum::<f64>());
        });
    }
    group.finish();
}

/// Batches of different sizes on one and two threads, of ASCII and accented text.
fn batches(c: &mut Criterion) {
    let classifier = Classifier::builtin().expect("the built-in model is whole");
    let sentences: Vec<String> = texts::unseen_sentences().into_iter().cycle().take(10_000).collect();
    let accented: Vec<String> = sentences.iter().map(|text| texts::accented(text)).collect();
    let mut group = c.benchmark_group("classify batch");
    group.sample_size(20);
    for threads in [1, 2] {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build().expect("two threads can be started");
        for (kind, texts) in [("sentences", &sentences), ("accented", &accented)] {
            for size in [1, 100, 10_000] {
                let batch = &texts[..size];
                let answers = pool.install(|| classifier.classify_batch(batch));
                assert!(batch.iter().zip(&answers).all(|(text, answer)| classifier.classify(text) == *answer));
                group.throughput(throughput(batch));
                group.bench_function(BenchmarkId::new(format!("{kind}, {threads} threads"), size), |b| {
                    b.iter(|| pool.install(|| classifier.classify_batch(black_box(batch))));
                });
            }
        }
    }
    group.finish();
}

fn document(c: &mut Criterion) {
    let classifier = Classifier::builtin().expect("the built-in model is whole");
    let article = include_str!("../datasets/examples/library-vote.txt");
    let labelled = classifier.label_document(article);
    assert!(labelled.len() > 15 && labelled.iter().any(|s| s.prediction.label() == "appeal"));
    let mut group = c.benchmark_group("document");
    group.throughput(Throughput::Bytes(article.len() as u64));
    group.bench_function("label an article", |b| b.iter(|| classifier.label_document(black_box(article))));
    let long = texts::unseen_sentences().chunks(4).map(|paragraph| paragraph.join(" ") + "\n\n").collect::<String>();
    group.throughput(Throughput::Bytes(long.len() as u64));
    group.sample_size(20);
    for threads in [1, 2] {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build().expect("two threads can be started");
        let labelled = pool.install(|| classifier.label_document(&long));
        assert!(labelled.len() > 1000 && labelled == classifier.label_document(&long));
        group.bench_function(BenchmarkId::new("label a long document, threads", threads), |b| {
            b.iter(|| pool.install(|| classifier.label_document(black_box(&long))));
        });
    }
    group.finish();
}

criterion_group!(benches, one, batches, document);
criterion_main!(benches);

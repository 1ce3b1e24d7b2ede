//! Sentences and documents to labels, with the built-in model.

mod texts;

use std::hint::black_box;

use copydesk_infer::Classifier;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

fn classify(c: &mut Criterion) {
    let classifier = Classifier::builtin().expect("the built-in model is whole");
    let texts = texts::sentences();
    let sentence = "The council voted 7 to 2 on Tuesday to close eleven branch libraries, the borough's leader said in a statement.";
    assert_eq!(classifier.classify(sentence).label(), "reporting");

    let mut group = c.benchmark_group("classify");
    group.throughput(Throughput::Elements(1));
    group.bench_function("one call, one sentence", |b| b.iter(|| classifier.classify(black_box(sentence))));
    let mut worker = classifier.worker();
    group.bench_function("worker, one sentence", |b| {
        b.iter(|| worker.probabilities(black_box(sentence)).iter().sum::<f64>());
    });
    group.throughput(Throughput::Elements(texts.len() as u64));
    group.sample_size(20);
    assert_eq!(classifier.classify_batch(&texts).len(), texts.len());
    group.bench_function("batch, all sentences", |b| b.iter(|| classifier.classify_batch(black_box(&texts))));
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
    group.finish();
}

criterion_group!(benches, classify, document);
criterion_main!(benches);

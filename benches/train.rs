//! Labelled texts to a model.

use std::hint::black_box;

use copydesk_train::{Corpus, Format, ReadOptions, TrainConfig, train};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

const DATA: &str = include_str!("../datasets/news-en/train.jsonl");

fn training(c: &mut Criterion) {
    let read = || Corpus::from_reader(DATA.as_bytes(), "train.jsonl", Format::JsonLines, &ReadOptions::default());
    let corpus = read().expect("the data set is valid");
    assert_eq!(corpus.examples().len(), DATA.lines().count());
    let config = TrainConfig { folds: 0, ..TrainConfig::default() }.check().expect("the options are valid");
    let fit = || train(black_box(&corpus), &config, &|_| ()).expect("the data set can be learnt");
    assert!(fit().report.convergence.converged);

    let mut group = c.benchmark_group("train");
    group.sample_size(10);
    group.throughput(Throughput::Bytes(DATA.len() as u64));
    group.bench_function("read JSON Lines", |b| b.iter(|| read().map(|corpus| corpus.examples().len())));
    group.throughput(Throughput::Elements(corpus.examples().len() as u64));
    group.bench_function("fit news-en without folds", |b| b.iter(fit));
    group.finish();
}

criterion_group!(benches, training);
criterion_main!(benches);

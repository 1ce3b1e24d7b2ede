//! Labelled texts to a model, over sizes.

use std::hint::black_box;

use copydesk_features::{FeatureSpec, Vectorizer};
use copydesk_train::{Corpus, Format, ReadOptions, TrainConfig, train};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

const DATA: &str = include_str!("../datasets/news-en/train.jsonl");

/// The first lines of the data set, or more than it has: then it starts again, each time with other words at the ends.
fn corpus(sentences: usize) -> (String, Corpus) {
    let mut lines = String::new();
    for (number, line) in DATA.lines().cycle().take(sentences).enumerate() {
        let mut row: serde_json::Value = serde_json::from_str(line).expect("the data set is JSON Lines");
        let round = number / DATA.lines().count();
        if round > 0 {
            let text = row["text"].as_str().expect("every example has a text");
            row["text"] = format!("{text} {round} {}", number % 977).into();
        }
        lines += &row.to_string();
        lines.push('\n');
    }
    let read = Corpus::from_reader(lines.as_bytes(), "train.jsonl", Format::JsonLines, &ReadOptions::default());
    let corpus = read.expect("the data set is valid");
    assert_eq!(corpus.examples().len(), sentences);
    (lines, corpus)
}

fn sizes(c: &mut Criterion) {
    let mut group = c.benchmark_group("train");
    group.sample_size(10);
    let config = TrainConfig { folds: 0, ..TrainConfig::default() }.check().expect("the options are valid");
    for sentences in [500, 1000, 2000, 4000, 8000, 16_000] {
        let (lines, corpus) = corpus(sentences);
        let texts: Vec<&str> = corpus.examples().iter().map(|example| example.text.as_str()).collect();
        let spec = FeatureSpec::default().check().expect("the default is valid");

        group.throughput(Throughput::Bytes(lines.len() as u64));
        group.bench_function(BenchmarkId::new("read JSON Lines", sentences), |b| {
            let read = || Corpus::from_reader(lines.as_bytes(), "-", Format::JsonLines, &ReadOptions::default());
            b.iter(|| read().map(|corpus| corpus.examples().len()));
        });
        group.throughput(Throughput::Elements(sentences as u64));
        let rows = || Vectorizer::fit_rows(spec.clone(), black_box(&texts), None).expect("the texts have n-grams");
        let (vectorizer, counted) = rows();
        assert_eq!((counted.n_rows(), counted.n_cols()), (sentences, vectorizer.vocabulary().len()));
        group.bench_function(BenchmarkId::new("vocabulary and rows", sentences), |b| b.iter(rows));
        let fit = || train(black_box(&corpus), &config, &|_| ()).expect("the data set can be learnt");
        assert!(fit().report.convergence.converged);
        group.bench_function(BenchmarkId::new("corpus to model", sentences), |b| b.iter(fit));
    }
    group.finish();
}

criterion_group!(benches, sizes);
criterion_main!(benches);

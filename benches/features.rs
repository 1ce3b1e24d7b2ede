//! Text to tokens, sentences and TF-IDF rows.

mod texts;

use std::hint::black_box;

use copydesk_features::{FeatureSpec, QuotePolicy, SentenceStream, Vectorizer, for_each_token, sentences};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

fn tokens(c: &mut Criterion) {
    let texts = texts::sentences();
    let spec = FeatureSpec::default().check().expect("the default is valid");
    let count = |texts: &[String]| {
        let mut count = 0;
        for text in texts {
            for_each_token(text, &spec, |token, _| count += token.len().min(1));
        }
        count
    };
    assert!(count(&texts) > 10 * texts.len());
    let mut group = c.benchmark_group("tokens");
    group.throughput(Throughput::Bytes(texts::bytes(&texts)));
    group.bench_function("all sentences", |b| b.iter(|| count(black_box(&texts))));
    group.finish();
}

fn segmentation(c: &mut Criterion) {
    let text = texts::sentences().chunks(12).fold(String::new(), |mut text, paragraph| {
        for sentence in paragraph {
            text.push_str(sentence);
            text.push(' ');
        }
        text + "\n\n"
    });
    let count = |text: &str| sentences(text, QuotePolicy::Split).count();
    assert!(count(&text) > 5000);
    let mut group = c.benchmark_group("segmentation");
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("one long text", |b| b.iter(|| count(black_box(&text))));
    let streamed = |text: &str| {
        let mut stream = SentenceStream::new(QuotePolicy::Split);
        let mut count = 0;
        let mut rest = text;
        while !rest.is_empty() {
            let (piece, others) = rest.split_at(rest.floor_char_boundary(64 << 10));
            stream.push(piece);
            while stream.next_sentence().is_some() {
                count += 1;
            }
            rest = others;
        }
        stream.finish();
        while stream.next_sentence().is_some() {
            count += 1;
        }
        count
    };
    assert_eq!(streamed(&text), count(&text));
    group.bench_function("in pieces of 64 KiB", |b| b.iter(|| streamed(black_box(&text))));
    group.finish();
}

fn vectorizing(c: &mut Criterion) {
    let texts = texts::sentences();
    let spec = FeatureSpec::default().check().expect("the default is valid");
    let mut group = c.benchmark_group("vectorizer");
    group.throughput(Throughput::Bytes(texts::bytes(&texts)));
    group.sample_size(10);
    let fit = || Vectorizer::fit(spec.clone(), black_box(&texts), None).expect("there are n-grams");
    // Each sentence is a document here, so min_groups = 2 keeps what two sentences share.
    let vectorizer = fit();
    assert!(vectorizer.vocabulary().len() > 10_000);
    group.bench_function("fit", |b| b.iter(fit));
    assert_eq!(vectorizer.transform(&texts).n_rows(), texts.len());
    group.bench_function("transform", |b| b.iter(|| vectorizer.transform(black_box(&texts))));
    group.finish();
}

criterion_group!(benches, tokens, segmentation, vectorizing);
criterion_main!(benches);

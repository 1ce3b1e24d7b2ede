//! Model files to models.

use std::hint::black_box;

use copydesk_infer::Model;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

fn load(c: &mut Criterion) {
    let bytes = copydesk_models::bytes(copydesk_models::DEFAULT).expect("the default model is embedded");
    let model = Model::from_bytes(bytes).expect("the built-in model is whole");
    assert_eq!(model.to_bytes(), bytes);
    let mut group = c.benchmark_group("load");
    group.throughput(Throughput::Bytes(bytes.len() as u64));
    group.bench_function("from bytes", |b| b.iter(|| Model::from_bytes(black_box(bytes))));
    group.bench_function("to bytes", |b| b.iter(|| black_box(&model).to_bytes()));
    group.finish();
}

criterion_group!(benches, load);
criterion_main!(benches);

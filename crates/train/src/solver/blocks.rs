//! Sums over long vectors that come out the same on any number of threads.
//!
//! Every vector is cut into blocks whose length does not depend on the threads. Blocks are summed in parallel, their
//! sums are added in order.

use rayon::prelude::*;

/// Elements a block: enough work to outweigh the hand-over to another thread.
pub(super) const BLOCK: usize = 16 * 1024;

/// Adds block sums in order.
pub(super) fn sum_in_order(sums: impl IndexedParallelIterator<Item = f64>) -> f64 {
    sums.collect::<Vec<f64>>().iter().sum()
}

/// The inner product.
pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    sum_in_order(a.par_chunks(BLOCK).zip(b.par_chunks(BLOCK)).map(|(a, b)| a.iter().zip(b).map(|(x, y)| x * y).sum()))
}

/// `out += factor * x`.
pub(super) fn add_scaled(out: &mut [f64], factor: f64, x: &[f64]) {
    out.par_chunks_mut(BLOCK).zip(x.par_chunks(BLOCK)).for_each(|(out, x)| {
        for (out, x) in out.iter_mut().zip(x) {
            *out += factor * x;
        }
    });
}

/// Adds vectors of one length in order; none give none.
pub(super) fn sum_vectors_in_order(vectors: Vec<Vec<f64>>) -> Vec<f64> {
    let mut vectors = vectors.into_iter();
    let mut sum = vectors.next().unwrap_or_default();
    for vector in vectors {
        add_scaled(&mut sum, 1.0, &vector);
    }
    sum
}

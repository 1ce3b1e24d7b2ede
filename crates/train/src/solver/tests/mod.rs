//! Tests across the solver's files, on made-up matrices.

mod counted;
mod fit;
mod hard_data;
mod linfa_logistic;
mod objective;

use copydesk_features::SparseRows;
use linfa::DatasetBase;
use ndarray::{Array1, Array2};

use super::samples::Samples;
use super::{ClassWeight, FittedLogistic, SparseRecords};

type Data = DatasetBase<SparseRecords, Array1<usize>>;

/// Numbers that look random and are the same everywhere (xorshift64*).
struct Numbers(u64);

impl Numbers {
    fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(2).wrapping_add(1))
    }

    fn bits(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.bits() % limit as u64) as usize
    }

    /// In [0, 1).
    fn unit(&mut self) -> f64 {
        (self.bits() % (1 << 40)) as f64 / (1_u64 << 40) as f64
    }
}

/// Rows of about `per_row` entries and length 1; each class prefers some columns, one row in eight has a random class.
fn made_up(seed: u64, n_rows: usize, n_features: usize, per_row: usize, n_classes: usize) -> Data {
    let mut numbers = Numbers::new(seed);
    let mut rows = SparseRows::new(n_features);
    let mut targets = Vec::new();
    for index in 0..n_rows {
        // The first rows have each class once, so that none is missing.
        let class = if index < n_classes { index } else { numbers.below(n_classes) };
        let mut columns: Vec<u32> = (0..per_row)
            .map(|_| {
                let column = numbers.below(n_features);
                let own = column - column % n_classes + class;
                let prefers = numbers.below(3) == 0 && own < n_features;
                if prefers { own as u32 } else { column as u32 }
            })
            .collect();
        columns.sort_unstable();
        columns.dedup();
        let values: Vec<f32> = columns.iter().map(|_| 0.1 + numbers.unit() as f32).collect();
        let norm = values.iter().map(|value| value * value).sum::<f32>().sqrt();
        let values: Vec<f32> = values.iter().map(|value| value / norm).collect();
        rows.push_row(&columns, &values);
        let noisy = index >= n_classes && numbers.below(8) == 0;
        targets.push(if noisy { numbers.below(n_classes) } else { class });
    }
    DatasetBase::new(SparseRecords(rows), Array1::from(targets))
}

fn dense(rows: &SparseRows) -> Array2<f64> {
    let mut dense = Array2::zeros((rows.n_rows(), rows.n_cols()));
    for (index, row) in rows.rows().enumerate() {
        for (column, value) in row.iter() {
            dense[(index, column)] = f64::from(value);
        }
    }
    dense
}

fn samples(data: &Data, class_weight: &ClassWeight) -> Samples {
    Samples::new(data.records.0.n_rows(), data.targets.view(), data.weights.view(), class_weight, None).unwrap()
}

/// The objective and its gradient by weights and intercept, written down plainly. `weights` counts each row.
fn naive_objective(
    x: &Array2<f64>,
    targets: &Array1<usize>,
    weights: &[f64],
    alpha: f64,
    w: &Array2<f64>,
    b: &Array1<f64>,
) -> (f64, Array2<f64>, Array1<f64>) {
    let mut value = alpha / 2.0 * w.iter().map(|w| w * w).sum::<f64>();
    let mut by_w = w * alpha;
    let mut by_b = Array1::zeros(b.len());
    for (row, (x, &target)) in x.rows().into_iter().zip(targets).enumerate() {
        let logits = x.dot(w) + b;
        let exponentials = logits.mapv(f64::exp);
        let sum = exponentials.sum();
        value += weights[row] * (sum.ln() - logits[target]);
        for class in 0..b.len() {
            let y = f64::from(u8::from(class == target));
            let residual = weights[row] * (exponentials[class] / sum - y);
            by_b[class] += residual;
            for (column, x) in x.iter().enumerate() {
                by_w[(column, class)] += x * residual;
            }
        }
    }
    (value, by_w, by_b)
}

/// The naive objective and its gradient's norm for a fitted model, all rows counting 1.
fn naive_at(data: &Data, alpha: f64, model: &FittedLogistic) -> (f64, f64) {
    let ones = vec![1.0; data.targets.len()];
    let (w, b) = model.clone().into_parts();
    let x = dense(&data.records.0);
    let (value, by_w, by_b) = naive_objective(&x, &data.targets, &ones, alpha, &w, &b);
    let square: f64 = by_w.iter().chain(&by_b).map(|g| g * g).sum();
    (value, square.sqrt())
}

#[track_caller]
fn assert_close(a: f64, b: f64, relative: f64) {
    assert!((a - b).abs() <= relative * a.abs().max(b.abs()), "{a} and {b} differ by more than {relative}");
}

fn largest_difference(a: &Array2<f64>, b: &Array2<f64>) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

//! The objective against its naive form and against differences.

use ndarray::{Array1, Array2};
use proptest::prelude::*;

use super::super::blocks::dot;
use super::super::design::Design;
use super::super::objective::{Objective, RowTerms};
use super::super::point::Layout;
use super::{ClassWeight, Data, Numbers, assert_close, dense, made_up, naive_objective, samples};

const ALPHA: f64 = 0.3;

fn random_point(seed: u64, length: usize) -> Vec<f64> {
    let mut numbers = Numbers::new(seed);
    (0..length).map(|_| 4.0 * numbers.unit() - 2.0).collect()
}

fn value(objective: &Objective<'_>, point: &[f64]) -> f64 {
    objective.value_and_gradient_norm(point).0
}

fn terms_at(objective: &Objective<'_>, point: &[f64]) -> RowTerms {
    let mut logits = vec![0.0; objective.n_logits()];
    objective.logits(point, &mut logits);
    let mut terms = RowTerms::zeros(logits.len());
    objective.row_terms(&logits, &mut terms);
    terms
}

fn gradient(objective: &Objective<'_>, point: &[f64]) -> Vec<f64> {
    let mut terms = terms_at(objective, point);
    let mut negative = vec![0.0; point.len()];
    objective.negative_gradient(point, &mut terms, &mut negative);
    negative.iter().map(|g| -g).collect()
}

fn shifted(point: &[f64], direction: &[f64], by: f64) -> Vec<f64> {
    point.iter().zip(direction).map(|(p, d)| p + by * d).collect()
}

fn weighted(seed: u64, n_classes: usize) -> Data {
    let data = made_up(seed, 60, 12, 5, n_classes);
    let weights = (0..60).map(|row| [1.0, 0.5, 3.0][row % 3]).collect();
    data.with_weights(weights)
}

#[test]
fn the_gradient_is_the_difference_quotient() {
    for n_classes in [2, 3, 7] {
        let data = weighted(1, n_classes);
        let samples = samples(&data, &ClassWeight::Balanced);
        let objective = Objective::new(&Design::from(&data.records.0), &samples, ALPHA);
        let point = random_point(2, (12 + 1) * objective.width());
        let direction = random_point(3, point.len());
        let step = 1e-5;
        let quotient = (value(&objective, &shifted(&point, &direction, step))
            - value(&objective, &shifted(&point, &direction, -step)))
            / (2.0 * step);
        assert_close(dot(&gradient(&objective, &point), &direction), quotient, 1e-7);
    }
}

#[test]
fn the_hessian_product_is_the_gradients_difference_quotient() {
    for n_classes in [2, 3, 7] {
        let data = weighted(4, n_classes);
        let samples = samples(&data, &ClassWeight::None);
        let objective = Objective::new(&Design::from(&data.records.0), &samples, ALPHA);
        let point = random_point(5, (12 + 1) * objective.width());
        let direction = random_point(6, point.len());

        let terms = terms_at(&objective, &point);
        let mut change = vec![0.0; objective.n_logits()];
        objective.logits(&direction, &mut change);
        let n_weights = objective.n_weights();
        let curvature = objective.curvature(&terms.probabilities, &change)
            + objective.penalty() * dot(&direction[..n_weights], &direction[..n_weights]);
        let mut product = vec![0.0; point.len()];
        for (out, d) in product[..n_weights].iter_mut().zip(&direction) {
            *out = objective.penalty() * d;
        }
        objective.add_hessian_product(&terms.probabilities, &mut change, 1.0, &mut product);

        let step = 1e-5;
        let after = gradient(&objective, &shifted(&point, &direction, step));
        let before = gradient(&objective, &shifted(&point, &direction, -step));
        for ((after, before), product) in after.iter().zip(&before).zip(&product) {
            assert!(((after - before) / (2.0 * step) - product).abs() < 1e-6);
        }
        assert_close(dot(&product, &direction), curvature, 1e-12);
    }
}

#[test]
fn the_loss_along_a_direction_is_that_of_the_point_reached() {
    for n_classes in [2, 5] {
        let data = weighted(7, n_classes);
        let samples = samples(&data, &ClassWeight::None);
        let objective = Objective::new(&Design::from(&data.records.0), &samples, ALPHA);
        let point = random_point(8, (12 + 1) * objective.width());
        let direction = random_point(9, point.len());
        let mut logits = vec![0.0; objective.n_logits()];
        let mut change = logits.clone();
        objective.logits(&point, &mut logits);
        objective.logits(&direction, &mut change);
        let there = shifted(&point, &direction, 0.25);
        assert_close(
            objective.loss_along(&logits, 0.25, &change) + objective.penalty_at(&there),
            value(&objective, &there),
            1e-13,
        );
    }
}

#[test]
fn far_logits_give_finite_losses_and_residuals() {
    for n_classes in [2, 3] {
        let data = weighted(10, n_classes);
        let samples = samples(&data, &ClassWeight::None);
        let objective = Objective::new(&Design::from(&data.records.0), &samples, ALPHA);
        let point = vec![0.0; (12 + 1) * objective.width()];
        let far = shifted(&point, &random_point(11, point.len()), 1e5);
        let (value, norm) = objective.value_and_gradient_norm(&far);
        assert!(value.is_finite() && norm.is_finite());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn value_and_gradient_are_the_naive_ones(
        seed in 0_u64..1_000_000,
        n_rows in 10_usize..40,
        n_features in 1_usize..20,
        per_row in 1_usize..8,
        n_classes in 2_usize..6,
        alpha in 0.001_f64..10.0,
    ) {
        let data = made_up(seed, n_rows, n_features, per_row, n_classes);
        let samples = samples(&data, &ClassWeight::Balanced);
        let objective = Objective::new(&Design::from(&data.records.0), &samples, alpha);
        let point = random_point(seed, (n_features + 1) * objective.width());
        let layout = Layout::new(&Design::from(&data.records.0), &samples, objective.width());
        let (w, b): (Array2<f64>, Array1<f64>) = layout.weights(&point);
        let x = dense(&data.records.0);
        let (naive, by_w, by_b) = naive_objective(&x, &data.targets, &samples.weights, alpha, &w, &b);

        prop_assert!((value(&objective, &point) - naive).abs() <= 1e-12 * naive);
        let gradient = gradient(&objective, &point);
        // By `u`, where the classes' weights are -u / 2 and u / 2, it is that of the second class.
        let from = usize::from(objective.width() == 1);
        let expected = by_w.rows().into_iter().chain([by_b.view()]);
        let expected = expected.flat_map(|row| row.iter().skip(from).copied().collect::<Vec<_>>());
        for (ours, expected) in gradient.iter().zip(expected) {
            prop_assert!((ours - expected).abs() < 1e-11, "{ours} for {expected}");
        }
        let norm = by_w.iter().chain(&by_b).map(|g| g * g).sum::<f64>().sqrt();
        let ours = layout.norm_factor() * dot(&gradient, &gradient).sqrt();
        prop_assert!((ours - norm).abs() <= 1e-10 * norm);
    }
}

//! Data that makes optimisers fail: each fit must end, converged and finite.

use copydesk_features::SparseRows;
use linfa::prelude::*;
use ndarray::{Array1, Array2};

use super::{Data, assert_close, made_up};
use crate::solver::{FittedLogistic, SolverError, SparseLogistic, SparseRecords};

fn fit(data: &Data, alpha: f64) -> FittedLogistic {
    let model = SparseLogistic::params().alpha(alpha).tolerance(1e-6).fit(data).unwrap();
    assert!(model.convergence().converged, "{:?}", model.convergence());
    let mut values = model.weights().into_iter().chain(model.intercept());
    assert!(values.all(|value| value.is_finite()));
    model
}

fn data(rows: SparseRows, targets: Vec<usize>) -> Data {
    DatasetBase::new(SparseRecords(rows), Array1::from(targets))
}

/// Column 0 says class 0, column 1 class 1, and so on.
fn separable(n_classes: usize) -> Data {
    let mut rows = SparseRows::new(n_classes);
    let targets: Vec<usize> = (0..10 * n_classes).map(|row| row % n_classes).collect();
    for &class in &targets {
        rows.push_row(&[class as u32], &[1.0]);
    }
    data(rows, targets)
}

#[test]
fn separable_classes_and_almost_no_penalty() {
    for n_classes in [2, 3, 150] {
        for alpha in [1e-3, 1e-6, 1e-9] {
            let data = separable(n_classes);
            let model = fit(&data, alpha);
            assert_eq!(model.predict(&data), data.targets);
            let certainty = model.predict_probabilities(&data.records.0).unwrap();
            assert!(certainty[(0, 0)] > 0.99);
        }
    }
}

#[test]
fn a_huge_penalty_leaves_the_shares_of_the_classes() {
    let mut data = made_up(1, 400, 30, 5, 3);
    data.targets.iter_mut().take(200).for_each(|class| *class = 2);
    let model = fit(&data, 1e9);
    let probabilities = model.predict_probabilities(&data.records.0).unwrap();
    for class in 0..3 {
        let share = data.targets.iter().filter(|target| **target == class).count() as f64 / 400.0;
        assert_close(probabilities[(7, class)], share, 1e-6);
    }
}

#[test]
fn one_dominating_class() {
    for n_classes in [2, 3] {
        let mut data = made_up(2, 5000, 100, 6, n_classes);
        data.targets.iter_mut().skip(n_classes).for_each(|class| *class = 0);
        let model = fit(&data, 0.01);
        let probabilities = model.predict_probabilities(&data.records.0).unwrap();
        // With a free intercept, the mean probability of a class is its share, here one row.
        assert_close(probabilities.column(1).sum(), 1.0, 1e-3);
    }
}

#[test]
fn a_hundred_and_fifty_classes() {
    let data = made_up(3, 3000, 600, 12, 150);
    let model = fit(&data, 0.1);
    assert_eq!(model.weights().dim(), (600, 150));
    let hits = model.predict(&data).iter().zip(&data.targets).filter(|(a, b)| a == b).count();
    assert!(hits > 2000, "{hits} of 3000 right");
}

#[test]
fn empty_rows_and_columns() {
    let mut rows = SparseRows::new(1000);
    for index in 0..20_u32 {
        let columns: &[u32] = if index % 2 == 0 { &[] } else { &[5, 999] };
        rows.push_row(columns, &[1.0; 2][..columns.len()]);
    }
    let data = data(rows, (0..20).map(|row| usize::from(row % 4 == 1)).collect());
    let model = fit(&data, 1.0);
    assert!(model.weights().row(6).iter().all(|weight| *weight == 0.0));
    assert!(model.weights()[(5, 1)] > 0.1);
    // Both columns say the same.
    assert_close(model.weights()[(5, 1)], model.weights()[(999, 1)], 1e-12);
}

#[test]
fn nothing_but_empty_rows() {
    for n_cols in [0, 7] {
        let mut rows = SparseRows::new(n_cols);
        (0..4).for_each(|_| rows.push_row(&[], &[]));
        let model = fit(&data(rows.clone(), vec![0, 1, 1, 1]), 1.0);
        let probabilities = model.predict_probabilities(&rows).unwrap();
        assert_close(probabilities[(0, 1)], 0.75, 1e-9);
    }
}

#[test]
fn a_constant_column_does_the_intercepts_work() {
    let without = made_up(4, 300, 40, 5, 3);
    let mut rows = SparseRows::new(41);
    for row in without.records.0.rows() {
        let columns: Vec<u32> = row.columns.iter().copied().chain([40]).collect();
        let values: Vec<f32> = row.values.iter().copied().chain([1.0]).collect();
        rows.push_row(&columns, &values);
    }
    let with = data(rows, without.targets.to_vec());
    let (with, without) = (fit(&with, 0.1), fit(&without, 0.1));
    // The intercept is free, the column penalised: the optimum leaves the column alone.
    assert!(with.weights().row(40).iter().all(|weight| weight.abs() < 1e-4));
    assert_close(with.convergence().objective, without.convergence().objective, 1e-9);
}

#[test]
fn columns_of_very_different_scale() {
    let mut data = made_up(5, 300, 40, 5, 2);
    let mut rows = SparseRows::new(40);
    for row in data.records.0.rows() {
        let scaled = |(column, value): (usize, f32)| value * [1e-3, 1.0, 1e3][column % 3];
        rows.push_row(row.columns, &row.iter().map(scaled).collect::<Vec<_>>());
    }
    data.records = SparseRecords(rows);
    fit(&data, 1.0);
}

#[test]
fn classes_without_rows_get_no_probability() {
    for targets in [vec![1, 3, 3, 1], vec![1, 3, 4, 1]] {
        let mut rows = SparseRows::new(2);
        for column in [0, 1, 1, 0] {
            rows.push_row(&[column], &[1.0]);
        }
        let data = data(rows, targets);
        let model = SparseLogistic::params().n_classes(6).fit(&data).unwrap();
        let probabilities = model.predict_probabilities(&data.records.0).unwrap();
        for absent in [0, 2, 5] {
            assert!(probabilities.column(absent).iter().all(|p| *p == 0.0));
            assert!(model.weights().column(absent).iter().all(|w| *w == 0.0));
        }
        assert!(probabilities[(0, 1)] > 0.5 && probabilities[(1, 3)] > 0.3);
        let sum: f64 = [1, 3, 4].iter().map(|&c| model.intercept()[c].max(-1e3)).sum();
        let absent = if data.targets[2] == 4 { 0.0 } else { -1e3 };
        assert!((sum - absent).abs() < 1e-9, "mean of the intercepts");
    }
}

#[test]
fn values_that_are_not_finite_are_refused() {
    for value in [f32::NAN, f32::INFINITY] {
        let mut rows = SparseRows::new(3);
        rows.push_row(&[0], &[1.0]);
        rows.push_row(&[0, 2], &[1.0, value]);
        let error = SparseLogistic::params().fit(&data(rows, vec![0, 1])).unwrap_err();
        assert!(matches!(error, SolverError::NonFiniteValue { row: 1, column: 2, .. }));
    }
}

#[test]
fn the_largest_values_end_in_a_model_or_an_error() {
    let mut rows = SparseRows::new(2);
    rows.push_row(&[0], &[f32::MAX]);
    rows.push_row(&[1], &[f32::MAX]);
    rows.push_row(&[0, 1], &[f32::MAX, f32::MIN_POSITIVE]);
    let data = data(rows, vec![0, 1, 1]);
    if let Ok(model) = SparseLogistic::params().alpha(1e-9).fit(&data) {
        assert!(model.weights().iter().all(|weight| weight.is_finite()));
    }
}

#[test]
fn a_poor_warm_start_is_left_behind() {
    for n_classes in [2, 3] {
        let data = made_up(6, 200, 20, 5, n_classes);
        let far = Array2::from_shape_fn((20, n_classes), |(j, c)| 50.0 * (j as f64 - 7.0 * c as f64));
        let start = SparseLogistic::params().tolerance(1e-6).warm_start(far, Array1::zeros(n_classes));
        let model = start.fit(&data).unwrap();
        assert!(model.convergence().converged, "{:?}", model.convergence());
        assert_close(model.convergence().objective, fit(&data, 1.0).convergence().objective, 1e-9);
    }
}

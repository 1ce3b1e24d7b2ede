//! The sparse solver against linfa-logistic, each the other's oracle.

use linfa::prelude::*;
use linfa_logistic::MultiLogisticRegression;
use ndarray::Array1;

use super::{ClassWeight, Data, assert_close, dense, largest_difference, made_up, naive_at};
use crate::solver::{LinfaDense, LinfaDenseParams, SolverError, SparseLogistic};

fn problems() -> Vec<(Data, f64)> {
    let mut problems = Vec::new();
    for (seed, (n_rows, n_features, n_classes)) in
        (1..).zip([(80, 15, 2), (300, 40, 2), (120, 20, 3), (400, 60, 5), (500, 30, 12)])
    {
        for alpha in [0.1, 1.0, 10.0] {
            problems.push((made_up(seed, n_rows, n_features, 6, n_classes), alpha));
        }
    }
    problems
}

#[test]
fn both_reach_the_same_objective_and_probabilities() {
    for (data, alpha) in problems() {
        let ours = SparseLogistic::params().alpha(alpha).tolerance(1e-8).fit(&data).unwrap();
        let x = dense(&data.records.0);
        let linfas = MultiLogisticRegression::default()
            .alpha(alpha)
            .gradient_tolerance(1e-6)
            .max_iterations(2000)
            .fit(&DatasetBase::new(x.clone(), data.targets.clone()))
            .unwrap();
        let probabilities = ours.predict_probabilities(&data.records.0).unwrap();
        assert!(largest_difference(&probabilities, &linfas.predict_probabilities(&x)) < 1e-5);

        let wrapped = LinfaDense::params().alpha(alpha).tolerance(1e-6).fit(&data).unwrap();
        assert_close(wrapped.model().convergence().objective, ours.convergence().objective, 1e-6);
        assert!(wrapped.model().convergence().converged);
        let scattered = wrapped.scatter().predict_probabilities(&data.records.0).unwrap();
        assert!(largest_difference(&probabilities, &scattered) < 1e-5);
    }
}

#[test]
fn the_report_is_of_linfas_result() {
    let (data, alpha) = (made_up(7, 200, 30, 6, 3), 0.5);
    let fitted = LinfaDense::params().alpha(alpha).fit(&data).unwrap();
    let (value, norm) = naive_at(&data, alpha, &fitted.scatter());
    let report = fitted.model().convergence();
    assert_close(report.objective, value, 1e-12);
    assert_close(report.gradient_norm, norm, 1e-6);
    assert!(report.converged && report.steps.is_none());

    let short = LinfaDense::params().alpha(alpha).tolerance(1e-8).max_iterations(2).fit(&data);
    assert!(!short.unwrap().model().convergence().converged);
}

#[test]
fn only_the_best_columns_get_weights() {
    let data = made_up(8, 300, 40, 6, 3);
    let fitted = LinfaDense::params().features(10).fit(&data).unwrap();
    assert_eq!(fitted.columns().len(), 10);
    assert_eq!(fitted.model().weights().dim(), (10, 3));
    let scattered = fitted.scatter();
    for column in 0..40_u32 {
        let kept = fitted.columns().contains(&column);
        let row = scattered.weights();
        let row = row.row(column as usize);
        assert_eq!(kept, row.iter().any(|weight| *weight != 0.0));
    }
    // Dropping the other columns by hand and fitting ours gives the same.
    let mut few = data.clone();
    let mut rows = copydesk_features::SparseRows::new(40);
    for row in data.records.0.rows() {
        let kept = row.iter().filter(|(column, _)| fitted.columns().contains(&(*column as u32)));
        let (columns, values): (Vec<u32>, Vec<f32>) = kept.map(|(c, v)| (c as u32, v)).unzip();
        rows.push_row(&columns, &values);
    }
    few.records.0 = rows;
    let ours = SparseLogistic::params().fit(&few).unwrap();
    assert_close(ours.convergence().objective, scattered.convergence().objective, 1e-5);
}

#[test]
fn classes_without_rows_get_no_probability() {
    let mut data = made_up(9, 100, 20, 5, 2);
    data.targets.mapv_inplace(|class| 1 + 2 * class);
    let fitted = LinfaDense::params().n_classes(5).fit(&data).unwrap().scatter();
    let probabilities = fitted.predict_probabilities(&data.records.0).unwrap();
    assert!([0, 2, 4].iter().all(|&class| probabilities.column(class).sum() == 0.0));
    assert_close(fitted.intercept()[1], -fitted.intercept()[3], 1e-9);
}

#[test]
fn a_matrix_beyond_the_budget_is_refused_with_the_cure() {
    let data = made_up(10, 2000, 600, 6, 2);
    let small = LinfaDense::params().features(500).memory_budget(4 << 20);
    let message = small.clone().fit(&data).unwrap_err().to_string();
    // 8 * (2000 * 500 + 5 * 2000 * 2 + 40 * 500 * 2) bytes.
    assert_eq!(
        message,
        "the linfa solver needs about 9 MiB for 2000 rows by 500 features, the budget is 4 MiB: \
         select fewer features, raise the budget or use `--solver sparse`"
    );
    assert!(small.features(50).fit(&data).is_ok());
}

#[test]
fn weights_are_refused() {
    let data = made_up(11, 50, 10, 4, 2);
    let fit = |params: LinfaDenseParams, data: &Data| params.fit(data).unwrap_err();
    let balanced = LinfaDense::params().class_weight(ClassWeight::Balanced);
    assert!(matches!(fit(balanced, &data), SolverError::WeightsUnsupported { .. }));
    let weighted = data.with_weights(Array1::ones(50));
    let error = fit(LinfaDense::params(), &weighted);
    assert!(matches!(error, SolverError::WeightsUnsupported { what: "sample weights" }));
}

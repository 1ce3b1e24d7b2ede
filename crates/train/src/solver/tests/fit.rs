//! Fits: what weights mean, where warm starts lead, what stays the same.

use linfa::dataset::Records;
use linfa::prelude::*;
use ndarray::{Array1, array};

use super::{ClassWeight, Data, assert_close, largest_difference, made_up, naive_at};
use crate::solver::{
    DEFAULT_TOLERANCE, FittedLogistic, SolverError, SparseLogistic, SparseLogisticParams, SparseRecords,
};

fn tight() -> SparseLogisticParams {
    SparseLogistic::params().tolerance(1e-9)
}

fn fit(params: &SparseLogisticParams, data: &Data) -> FittedLogistic {
    let model = params.fit(data).unwrap();
    assert!(model.convergence().converged, "{:?}", model.convergence());
    model
}

fn assert_same_model(a: &FittedLogistic, b: &FittedLogistic) {
    let (a, b) = (a.clone().into_parts(), b.clone().into_parts());
    assert!(largest_difference(&a.0, &b.0) < 1e-6);
    assert!(a.1.iter().zip(&b.1).all(|(a, b)| (a - b).abs() < 1e-6));
}

#[test]
fn the_report_tells_objective_and_gradient() {
    for n_classes in [2, 4] {
        let data = made_up(1, 300, 50, 6, n_classes);
        let model = SparseLogistic::params().alpha(0.5).tolerance(1e-3).fit(&data).unwrap();
        let report = model.convergence();
        let (value, norm) = naive_at(&data, 0.5, &model);
        assert_close(report.objective, value, 1e-12);
        assert_close(report.gradient_norm, norm, 1e-6);
        assert!(report.gradient_norm <= 1e-3 * report.initial_gradient_norm);
    }
}

#[test]
fn a_fit_is_as_near_the_optimum_as_its_tolerance_says() {
    for n_classes in [2, 3, 20] {
        for alpha in [0.01, 0.1, 1.0, 10.0] {
            let data = made_up(2, 800, 200, 10, n_classes);
            let best = fit(&tight().alpha(alpha), &data).convergence().objective;
            for (tolerance, above) in [(1e-3, 1e-6), (DEFAULT_TOLERANCE, DEFAULT_TOLERANCE.powi(2))] {
                let fitted = fit(&SparseLogistic::params().alpha(alpha).tolerance(tolerance), &data);
                let excess = fitted.convergence().objective - best;
                assert!(excess <= above * best, "{excess} above {best} for alpha {alpha}");
            }
        }
    }
}

#[test]
fn the_bits_do_not_depend_on_the_threads() {
    for (n_classes, n_rows) in [(2, 3000), (5, 1500)] {
        let data = made_up(3, n_rows, 4000, 12, n_classes);
        let fits: Vec<_> = [1, 2, 8]
            .map(|threads| {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
                pool.install(|| fit(&SparseLogistic::params(), &data))
            })
            .into();
        let bits = |model: &FittedLogistic| -> Vec<u64> {
            model.weights().iter().chain(model.intercept()).map(|value| value.to_bits()).collect()
        };
        assert_eq!(bits(&fits[0]), bits(&fits[1]));
        assert_eq!(bits(&fits[0]), bits(&fits[2]));
        assert_eq!(fits[0].convergence(), fits[2].convergence());
    }
}

#[test]
fn a_row_twice_is_a_row_of_weight_two() {
    for class_weight in [ClassWeight::None, ClassWeight::Balanced] {
        let data = made_up(4, 120, 30, 5, 3);
        let order: Vec<usize> = (0..120).chain(0..40).collect();
        let twice = DatasetBase::new(
            SparseRecords(data.records.0.select(&order)),
            order.iter().map(|&row| data.targets[row]).collect::<Array1<_>>(),
        );
        let weights = (0..120).map(|row| if row < 40 { 2.0 } else { 1.0 }).collect();
        let params = tight().class_weight(class_weight);
        assert_same_model(&fit(&params, &twice), &fit(&params, &data.with_weights(weights)));
    }
}

#[test]
fn a_class_weight_is_the_sample_weight_of_its_rows() {
    let data = made_up(5, 120, 30, 5, 3);
    let by_class = [0.5, 1.0, 4.0];
    let weights = data.targets.mapv(|class| by_class[class] as f32);
    let explicit = tight().class_weight(ClassWeight::Explicit(by_class.to_vec()));
    let by_class = fit(&explicit, &data);
    assert_same_model(&by_class, &fit(&tight(), &data.clone().with_weights(weights)));
    assert!(largest_difference(&by_class.into_parts().0, &fit(&tight(), &data).into_parts().0) > 0.01);
}

#[test]
fn a_warm_start_reaches_the_optimum_in_fewer_steps() {
    for n_classes in [2, 4] {
        let data = made_up(6, 400, 80, 8, n_classes);
        let params = tight().tolerance(1e-6).alpha(0.1);
        let cold = fit(&params, &data);
        let (weights, intercept) = fit(&tight().alpha(0.11), &data).into_parts();
        let warm = fit(&params.clone().warm_start(weights, intercept), &data);
        assert_close(warm.convergence().objective, cold.convergence().objective, 1e-10);
        let steps = |model: &FittedLogistic| model.convergence().steps.unwrap();
        assert!(steps(&warm).newton < steps(&cold).newton);
        assert!(steps(&warm).cg < steps(&cold).cg);

        let (weights, intercept) = fit(&tight().alpha(0.1), &data).into_parts();
        let again = fit(&params.warm_start(weights, intercept), &data);
        assert!(steps(&again).newton <= 1);
    }
}

#[test]
fn predictions_work_with_linfas_metrics() {
    let data = made_up(7, 500, 60, 8, 3);
    let model = fit(&SparseLogistic::params().alpha(0.1), &data);
    let predicted = model.predict(&data);
    let hits = predicted.iter().zip(&data.targets).filter(|(a, b)| a == b).count();
    let matrix = predicted.confusion_matrix(&data.targets).unwrap();
    assert!((f64::from(matrix.accuracy()) - hits as f64 / 500.0).abs() < 1e-6);
    assert!(hits > 300, "{hits} of 500 right");
    assert_eq!((data.records.nsamples(), data.records.nfeatures()), (500, 60));
}

#[test]
fn probabilities_follow_the_logits() {
    let data = made_up(8, 50, 20, 5, 3);
    let model = fit(&tight(), &data);
    let logits = model.decision(&data.records.0).unwrap();
    let probabilities = model.predict_probabilities(&data.records.0).unwrap();
    for (logits, probabilities) in logits.rows().into_iter().zip(probabilities.rows()) {
        assert!((probabilities.sum() - 1.0).abs() < 1e-14);
        let ratio = (logits[0] - logits[2]).exp();
        assert_close(probabilities[0] / probabilities[2], ratio, 1e-12);
    }
    assert!(matches!(model.decision(&copydesk_features::SparseRows::new(19)), Err(SolverError::ShapeMismatch { .. })));
}

#[test]
fn steps_that_run_out_are_reported() {
    let data = made_up(9, 300, 50, 6, 3);
    let model = tight().max_iterations(2).fit(&data).unwrap();
    assert!(!model.convergence().converged);
    assert_eq!(model.convergence().steps.unwrap().newton, 2);
}

#[test]
fn bad_parameters_are_refused() {
    let data = made_up(10, 30, 10, 3, 2);
    let refused = |params: SparseLogisticParams| params.fit(&data).unwrap_err();
    for alpha in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let error = refused(SparseLogistic::params().alpha(alpha));
        assert!(matches!(error, SolverError::InvalidAlpha { .. }));
    }
    assert!(matches!(refused(tight().tolerance(0.0)), SolverError::InvalidTolerance { .. }));
    assert!(matches!(refused(tight().max_iterations(0)), SolverError::Zero { .. }));
    let negative = ClassWeight::Explicit(vec![1.0, -1.0]);
    assert!(matches!(refused(tight().class_weight(negative)), SolverError::InvalidClassWeight { class: 1, .. }));
    let nan = tight().warm_start(array![[f64::NAN, 0.0]], array![0.0, 0.0]);
    assert!(matches!(refused(nan), SolverError::NonFiniteStart));
    let small = tight().warm_start(array![[0.0, 0.0]], array![0.0, 0.0]);
    assert!(matches!(refused(small), SolverError::ShapeMismatch { .. }));
}

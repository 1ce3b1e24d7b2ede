//! One fit of the weights, by whichever solver the options name.

use copydesk_features::CountedRows;
use linfa::traits::Fit;
use linfa::{DatasetBase, ParamGuard};
use ndarray::{Array1, ArrayView1};

use crate::config::{CheckedConfig, ClassWeighting, SolverKind};
use crate::solver::{ClassWeight, Design, FittedLogistic, LinfaDense, SolverError, SparseLogistic, SparseRecords};

/// Rows and class numbers of the examples that weights are fitted to.
pub(crate) struct Samples {
    rows: CountedRows,
    targets: Array1<usize>,
    classes: usize,
}

/// Fitted weights for every column of the samples.
pub(crate) struct Weights {
    pub fitted: FittedLogistic,
    /// The columns that a dense solver used, ascending; the others' weights are 0. `None` for all.
    pub columns: Option<Vec<u32>>,
}

impl Samples {
    /// `labels` are class numbers below `classes`, one a row.
    pub fn new(rows: CountedRows, labels: &[u32], classes: usize) -> Self {
        let targets = labels.iter().map(|&label| label as usize).collect();
        Self { rows, targets, classes }
    }

    /// Fits weights at a strength of penalty, starting from those of another strength if there are any.
    pub fn fit(&self, config: &CheckedConfig, alpha: f64, start: Option<&Weights>) -> Result<Weights, SolverError> {
        match config.get().solver {
            SolverKind::Sparse => self.fit_sparse(config, alpha, start),
            SolverKind::Linfa => self.fit_linfa(config, alpha),
        }
    }

    fn fit_sparse(&self, config: &CheckedConfig, alpha: f64, start: Option<&Weights>) -> Result<Weights, SolverError> {
        let config = config.get();
        let class_weight = match config.class_weight {
            ClassWeighting::None => ClassWeight::None,
            ClassWeighting::Balanced => ClassWeight::Balanced,
        };
        let mut params = SparseLogistic::params()
            .alpha(alpha)
            .tolerance(config.tolerance)
            .max_iterations(config.max_iterations)
            .class_weight(class_weight)
            .n_classes(self.classes);
        if let Some(start) = start {
            let (weights, intercept) = start.fitted.clone().into_parts();
            params = params.warm_start(weights, intercept);
        }
        let unweighted = ArrayView1::from(&[]);
        let fitted = params.check()?.fit_design(&Design::from(&self.rows), self.targets.view(), unweighted)?;
        Ok(Weights { fitted, columns: None })
    }

    fn fit_linfa(&self, config: &CheckedConfig, alpha: f64) -> Result<Weights, SolverError> {
        let config = config.get();
        let dataset = DatasetBase::new(SparseRecords(self.rows.to_sparse()), self.targets.view());
        let fitted = LinfaDense::params()
            .alpha(alpha)
            .tolerance(config.tolerance)
            .max_iterations(config.linfa.max_iterations)
            .features(config.linfa.max_features)
            .memory_budget(u64::from(config.linfa.memory_mib) << 20)
            .n_classes(self.classes)
            .check()?
            .fit(&dataset)?;
        Ok(Weights { columns: Some(fitted.columns().to_vec()), fitted: fitted.scatter() })
    }
}

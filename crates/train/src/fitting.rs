//! From texts and labels to a vectoriser and weights, by whichever solver the options name.

use copydesk_features::{CountedRows, SparseRows, Vectorizer};
use linfa::traits::Fit;
use linfa::{DatasetBase, ParamGuard};
use ndarray::{Array1, Array2, ArrayView1, Axis};

use crate::config::{CheckedConfig, SolverKind};
use crate::memory;
use crate::solver::{
    ClassWeight, Design, FittedLogistic, LinfaDense, SolverError, SparseLogistic, SparseRecords, best_columns,
    chi_squared, influence,
};
use crate::training::TrainError;

/// The examples of a fit. All slices are of one length.
#[derive(Clone, Copy)]
pub(crate) struct Examples<'a, T> {
    /// The texts, or what they stand in.
    pub texts: &'a [T],
    /// Class numbers below the number of classes.
    pub labels: &'a [u32],
    /// The document of each.
    pub groups: &'a [u32],
}

/// Fits weights to some examples, at one strength of penalty after the other.
pub(crate) struct Fitter<'a, T> {
    config: &'a CheckedConfig,
    examples: Examples<'a, T>,
    class_weight: &'a ClassWeight,
    classes: usize,
    vectorizer: Vectorizer,
    rows: Rows,
    targets: Array1<usize>,
    /// Weights and intercept of the fit before, on all columns.
    last: Option<(Array2<f64>, Array1<f64>)>,
}

/// The rows of the examples, as the solver wants them.
enum Rows {
    Counted(CountedRows),
    /// On the columns that the dense solver keeps.
    Selected(SparseRecords),
}

/// What a fit gives.
pub(crate) struct Fitted {
    pub weights: FittedLogistic,
    /// What the weights are for, where they are for fewer n-grams than the fitter's vectoriser knows.
    pub pruned: Option<Vectorizer>,
}

impl<'a, T: AsRef<str> + Sync> Fitter<'a, T> {
    /// Learns vocabulary and idf. For the dense solver it keeps the columns of the highest chi-squared statistic.
    pub fn new(
        config: &'a CheckedConfig,
        examples: Examples<'a, T>,
        class_weight: &'a ClassWeight,
        classes: usize,
    ) -> Result<Self, TrainError> {
        let spec = config.spec().clone();
        let (mut vectorizer, counted) = Vectorizer::fit_rows(spec, examples.texts, Some(examples.groups))?;
        if config.get().solver == SolverKind::Sparse {
            memory::check(config.get(), examples.texts.len(), vectorizer.vocabulary().len(), classes)?;
        }
        let targets: Array1<usize> = examples.labels.iter().map(|&label| label as usize).collect();
        let rows = match config.get().solver {
            SolverKind::Sparse => Rows::Counted(counted),
            SolverKind::Linfa => {
                let mut rows = counted.to_sparse();
                let most = config.get().linfa.max_features;
                if rows.n_cols() > most {
                    let columns = best_columns(&chi_squared(&rows, targets.view())?, most);
                    (vectorizer, rows) = select(&vectorizer, &columns, examples.texts);
                }
                Rows::Selected(SparseRecords(rows))
            }
        };
        Ok(Self { config, examples, class_weight, classes, vectorizer, rows, targets, last: None })
    }

    /// What the fitter learnt before any weights.
    pub fn vectorizer(&self) -> &Vectorizer {
        &self.vectorizer
    }

    /// The same, when all fits are done.
    pub fn into_vectorizer(self) -> Vectorizer {
        self.vectorizer
    }

    /// Fits weights at a strength of penalty, starting from those of the strength before.
    pub fn fit(&mut self, alpha: f64) -> Result<Fitted, TrainError> {
        let start = self.last.take();
        match &self.rows {
            Rows::Selected(rows) => Ok(Fitted { weights: self.fit_linfa(rows, alpha)?, pruned: None }),
            Rows::Counted(rows) => {
                let weights = self.fit_sparse(&Design::from(rows), alpha, start)?;
                let fitted = match self.config.get().max_ngrams {
                    Some(most) if most < self.vectorizer.vocabulary().len() => {
                        self.fit_pruned(rows, &weights, alpha, most)?
                    }
                    _ => Fitted { weights: weights.clone(), pruned: None },
                };
                self.last = Some(weights.into_parts());
                Ok(fitted)
            }
        }
    }

    /// Fits again with the n-grams that moved the logits most. The rows are made anew, because the norm of a row is
    /// that of the n-grams that the vectoriser knows.
    fn fit_pruned(
        &self,
        rows: &CountedRows,
        weights: &FittedLogistic,
        alpha: f64,
        most: usize,
    ) -> Result<Fitted, TrainError> {
        let columns = best_columns(&influence(&rows.to_sparse(), weights.weights()), most);
        let (vectorizer, rows) = select(&self.vectorizer, &columns, self.examples.texts);
        let columns: Vec<usize> = columns.iter().map(|&column| column as usize).collect();
        let start = (weights.weights().select(Axis(0), &columns), weights.intercept().to_owned());
        let weights = self.fit_sparse(&Design::from(&rows), alpha, Some(start))?;
        Ok(Fitted { weights, pruned: Some(vectorizer) })
    }

    fn fit_sparse(
        &self,
        design: &Design<'_>,
        alpha: f64,
        start: Option<(Array2<f64>, Array1<f64>)>,
    ) -> Result<FittedLogistic, SolverError> {
        let config = self.config.get();
        let mut params = SparseLogistic::params()
            .alpha(alpha)
            .tolerance(config.tolerance)
            .max_iterations(config.max_iterations)
            .class_weight(self.class_weight.clone())
            .n_classes(self.classes);
        if let Some((weights, intercept)) = start {
            params = params.warm_start(weights, intercept);
        }
        let unweighted = ArrayView1::from(&[]);
        params.check()?.fit_design(design, self.targets.view(), unweighted)
    }

    fn fit_linfa(&self, rows: &SparseRecords, alpha: f64) -> Result<FittedLogistic, SolverError> {
        let config = self.config.get();
        let fitted = LinfaDense::params()
            .alpha(alpha)
            .tolerance(config.tolerance)
            .max_iterations(config.linfa.max_iterations)
            .features(config.linfa.max_features)
            .memory_budget(u64::from(config.linfa.memory_mib) << 20)
            .n_classes(self.classes)
            .check()?
            .fit(&DatasetBase::new(rows.clone(), self.targets.view()))?;
        Ok(fitted.scatter())
    }
}

/// The vectoriser with some of its columns, ascending, and the rows that it makes.
fn select<T: AsRef<str> + Sync>(vectorizer: &Vectorizer, columns: &[u32], texts: &[T]) -> (Vectorizer, SparseRows) {
    let selected = vectorizer.with_columns(columns).expect("the columns come in ascending order");
    let rows = selected.transform(texts);
    (selected, rows)
}

//! From texts and labels to a vectoriser and weights, by whichever solver the options name.

use copydesk_features::Vectorizer;
use linfa::traits::Fit;
use linfa::{DatasetBase, ParamGuard};
use ndarray::{Array1, Array2, Axis};

use crate::config::{CheckedConfig, SolverKind};
use crate::solver::{
    ClassWeight, FittedLogistic, LinfaDense, SolverError, SparseLogistic, SparseRecords, best_columns, chi_squared,
    influence,
};
use crate::training::TrainError;

/// The examples of a fit. All slices are of one length.
#[derive(Clone, Copy)]
pub(crate) struct Examples<'a> {
    pub texts: &'a [&'a str],
    /// Class numbers below the number of classes.
    pub labels: &'a [u32],
    /// The document of each.
    pub groups: &'a [u32],
}

/// Fits weights to some examples, at one strength of penalty after the other.
pub(crate) struct Fitter<'a> {
    config: &'a CheckedConfig,
    examples: Examples<'a>,
    class_weight: &'a ClassWeight,
    classes: usize,
    vectorizer: Vectorizer,
    dataset: Dataset,
    /// Weights and intercept of the fit before, on all columns.
    last: Option<(Array2<f64>, Array1<f64>)>,
}

type Dataset = DatasetBase<SparseRecords, Array1<usize>>;

/// What a fit gives.
pub(crate) struct Fitted {
    pub weights: FittedLogistic,
    /// What the weights are for, where they are for fewer n-grams than the fitter's vectoriser knows.
    pub pruned: Option<Vectorizer>,
}

impl<'a> Fitter<'a> {
    /// Learns vocabulary and idf. For the dense solver it keeps the columns of the highest chi-squared statistic.
    pub fn new(
        config: &'a CheckedConfig,
        examples: Examples<'a>,
        class_weight: &'a ClassWeight,
        classes: usize,
    ) -> Result<Self, TrainError> {
        let mut vectorizer = Vectorizer::fit(config.spec().clone(), examples.texts, Some(examples.groups))?;
        let mut dataset = dataset(&vectorizer, examples);
        if config.get().solver == SolverKind::Linfa && vectorizer.vocabulary().len() > config.get().linfa.max_features {
            let scores = chi_squared(&dataset.records.0, dataset.targets.view())?;
            let columns = best_columns(&scores, config.get().linfa.max_features);
            vectorizer = with_columns(&vectorizer, &columns);
            dataset = self::dataset(&vectorizer, examples);
        }
        Ok(Self { config, examples, class_weight, classes, vectorizer, dataset, last: None })
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
        match self.config.get().solver {
            SolverKind::Linfa => Ok(Fitted { weights: self.fit_linfa(alpha)?, pruned: None }),
            SolverKind::Sparse => {
                let start = self.last.take();
                let weights = self.fit_sparse(&self.dataset, alpha, start)?;
                self.last = Some(weights.clone().into_parts());
                match self.config.get().max_ngrams {
                    Some(most) if most < self.vectorizer.vocabulary().len() => self.fit_pruned(&weights, alpha, most),
                    _ => Ok(Fitted { weights, pruned: None }),
                }
            }
        }
    }

    /// Fits again with the n-grams that moved the logits most. The rows are made anew, because the norm of a row is
    /// that of the n-grams that the vectoriser knows.
    fn fit_pruned(&self, weights: &FittedLogistic, alpha: f64, most: usize) -> Result<Fitted, TrainError> {
        let columns = best_columns(&influence(&self.dataset.records.0, weights.weights()), most);
        let vectorizer = with_columns(&self.vectorizer, &columns);
        let rows: Vec<usize> = columns.iter().map(|&column| column as usize).collect();
        let start = (weights.weights().select(Axis(0), &rows), weights.intercept().to_owned());
        let weights = self.fit_sparse(&dataset(&vectorizer, self.examples), alpha, Some(start))?;
        Ok(Fitted { weights, pruned: Some(vectorizer) })
    }

    fn fit_sparse(
        &self,
        dataset: &Dataset,
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
        params.check()?.fit(dataset)
    }

    fn fit_linfa(&self, alpha: f64) -> Result<FittedLogistic, SolverError> {
        let config = self.config.get();
        let fitted = LinfaDense::params()
            .alpha(alpha)
            .tolerance(config.tolerance)
            .max_iterations(config.linfa.max_iterations)
            .features(config.linfa.max_features)
            .memory_budget(u64::from(config.linfa.memory_mib) << 20)
            .n_classes(self.classes)
            .check()?
            .fit(&self.dataset)?;
        Ok(fitted.scatter())
    }
}

fn dataset(vectorizer: &Vectorizer, examples: Examples<'_>) -> Dataset {
    let targets = examples.labels.iter().map(|&label| label as usize).collect();
    DatasetBase::new(SparseRecords(vectorizer.transform(examples.texts)), targets)
}

fn with_columns(vectorizer: &Vectorizer, columns: &[u32]) -> Vectorizer {
    vectorizer.with_columns(columns).expect("the columns come in ascending order")
}

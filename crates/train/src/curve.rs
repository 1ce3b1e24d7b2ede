//! Learning curves: what a model scores when it has read less.

use copydesk_infer::Classifier;
use serde::Serialize;
use thiserror::Error;

use crate::config::CheckedConfig;
use crate::corpus::Corpus;
use crate::evaluation::{EvalError, Predictions};
use crate::metrics::{Bootstrap, Evaluation, Interval, Uncertainty};
use crate::split::random::Draws;
use crate::training::{TrainError, train};

/// Splits draw from the first streams of a seed; the order of documents has one of its own.
const STREAM: u64 = u64::MAX;

/// One point of a learning curve.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CurvePoint {
    /// Number of documents trained on.
    pub documents: usize,
    /// Number of examples in them.
    pub examples: usize,
    /// What the model scores on each test corpus, in their order.
    pub scores: Vec<CurveScore>,
}

/// What the model of one point scores on one test corpus.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CurveScore {
    /// Macro-F1, choosing between the labels that the test corpus has.
    pub macro_f1: f64,
    /// Its interval, if the test corpus has more than one document.
    pub interval: Option<Interval>,
}

/// A learning curve broke off.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CurveError {
    /// A model could not be trained.
    #[error("with {documents} documents: {source}")]
    Train {
        /// Number of documents.
        documents: usize,
        /// Why.
        source: TrainError,
    },
    /// A model could not be measured.
    #[error(transparent)]
    Eval(#[from] EvalError),
}

/// Trains on growing parts of a corpus and measures each model on every test corpus.
///
/// Documents are put in random order by the seed of `config`; the parts are the first 1/2^(points−1) of them, twice as
/// many, and so on up to all, so each part holds the one before. Alpha is that of `config`; there are no folds.
/// `observe` hears of each point as it is done.
///
/// # Errors
/// [`CurveError`] if a part has one label only or a test corpus has labels that the corpus lacks altogether.
pub fn learning_curve(
    corpus: &Corpus,
    tests: &[Corpus],
    config: &CheckedConfig,
    points: u32,
    observe: &dyn Fn(&CurvePoint),
) -> Result<Vec<CurvePoint>, CurveError> {
    let bootstrap = Bootstrap { seed: config.get().seed, ..Bootstrap::default() };
    let mut order: Vec<u32> = (0..corpus.groups().len() as u32).collect();
    Draws::new(config.get().seed, STREAM).shuffle(&mut order);
    let mut place = vec![0; order.len()];
    for (at, &document) in order.iter().enumerate() {
        place[document as usize] = at;
    }
    let groups = corpus.group_numbers();
    let mut curve = Vec::new();
    for halvings in (0..points).rev() {
        let documents = (order.len() >> halvings).max(1);
        let rows: Vec<usize> = (0..groups.len()).filter(|&row| place[groups[row] as usize] < documents).collect();
        let part = corpus.select(&rows);
        let trained = train(&part, config, &|_| ()).map_err(|source| CurveError::Train { documents, source })?;
        let classifier = Classifier::new(trained.model);
        let mut scores = Vec::new();
        for test in tests {
            let scored = score(&classifier, test, &bootstrap)?;
            let interval = match scored.uncertainty {
                Uncertainty::Intervals(intervals) => Some(intervals.macro_f1),
                Uncertainty::NotAvailable { .. } => None,
            };
            scores.push(CurveScore { macro_f1: scored.macro_f1, interval });
        }
        let point = CurvePoint { documents, examples: rows.len(), scores };
        observe(&point);
        curve.push(point);
    }
    Ok(curve)
}

fn score(classifier: &Classifier, test: &Corpus, bootstrap: &Bootstrap) -> Result<Evaluation, EvalError> {
    let predictions = Predictions::new(classifier, test, test.labels(), false)?;
    Ok(Evaluation::with_intervals(&predictions.outcomes()?, predictions.groups(), bootstrap)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::TrainConfig;
    use crate::corpus::{Format, ReadOptions};
    use std::fmt::Write as _;

    fn corpus() -> Corpus {
        let mut csv = String::from("doc,text,label\n");
        for doc in 0..32 {
            let _ =
                writeln!(csv, "d{doc},it rained in town {},wet\nd{doc},the sun shone in town {},dry", doc % 3, doc % 5);
        }
        Corpus::from_reader(csv.as_bytes(), "weather.csv", Format::Csv, &ReadOptions::default()).unwrap()
    }

    #[test]
    fn parts_double_up_to_the_whole_and_repeat_exactly() {
        let corpus = corpus();
        let config = TrainConfig { folds: 0, ..TrainConfig::default() }.check().unwrap();
        let curve = || learning_curve(&corpus, std::slice::from_ref(&corpus), &config, 4, &|_| ()).unwrap();
        let first = curve();
        let sizes: Vec<_> = first.iter().map(|point| (point.documents, point.examples)).collect();
        assert_eq!(sizes, [(4, 8), (8, 16), (16, 32), (32, 64)]);
        assert!(first[3].scores[0].macro_f1 > 0.99);
        assert_eq!(first, curve());
    }
}

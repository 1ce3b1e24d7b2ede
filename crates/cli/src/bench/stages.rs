//! What is measured: each stage walks over the whole text and tells by a checksum what it found.

use std::hint::black_box;

use copydesk_features::sentences;
use copydesk_infer::{Classifier, Prediction, QuotePolicy};
use rayon::{ThreadPool, ThreadPoolBuilder};
use serde::Serialize;

use super::floor::Floor;
use crate::failure::Failure;

/// What a text to be classified is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Unit {
    /// As `label` splits documents.
    Sentence,
    /// As `classify` reads files.
    Line,
}

impl Unit {
    pub fn name(self) -> &'static str {
        match self {
            Self::Sentence => "sentence",
            Self::Line => "line",
        }
    }

    /// The texts of a document.
    fn cut(self, document: &str) -> Vec<&str> {
        match self {
            Self::Sentence => {
                sentences(document, QuotePolicy::Split).map(|sentence| &document[sentence.bytes]).collect()
            }
            Self::Line => document.lines().collect(),
        }
    }
}

/// The text as the stages take it.
#[derive(Debug)]
pub(super) struct Sample<'a> {
    pub documents: Vec<&'a str>,
    pub unit: Unit,
    /// Those of all documents.
    pub texts: Vec<&'a str>,
}

impl<'a> Sample<'a> {
    pub fn new(documents: Vec<&'a str>, unit: Unit) -> Self {
        let texts = documents.iter().flat_map(|document| unit.cut(document)).collect();
        Self { documents, unit, texts }
    }

    pub fn bytes(&self) -> usize {
        self.documents.iter().map(|document| document.len()).sum()
    }
}

/// Stages that must find the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Floor,
    Segmentation,
    Classification,
    Documents,
}

pub(super) struct Stage<'a> {
    pub name: String,
    pub kind: Kind,
    pub threads: usize,
    /// Where it runs, if not where it is called.
    pub pool: Option<&'a ThreadPool>,
    /// One walk over the text, and the checksum of what it found.
    pub walk: Box<dyn FnMut() -> u64 + Send + 'a>,
}

impl Stage<'_> {
    /// Walks so many times, with one change of threads. Gives the checksum if it is that of every walk.
    pub fn walk(&mut self, passes: usize) -> Option<u64> {
        let walk = &mut self.walk;
        let mut all = || {
            let first = walk();
            // No walk is left out, whatever the ones before found.
            let same = (1..passes).fold(true, |same, _| (walk() == first) & same);
            same.then_some(first)
        };
        match self.pool {
            Some(pool) => pool.install(all),
            None => all(),
        }
    }
}

/// Threads of our own, so that one is one.
pub(super) struct Pools {
    one: ThreadPool,
    /// None if there is to be one thread only.
    many: Option<(usize, ThreadPool)>,
}

impl Pools {
    /// With so many threads at most; without a number, one for each core.
    pub fn new(threads: Option<u16>) -> Result<Self, Failure> {
        let pool = |threads: usize| {
            let pool = ThreadPoolBuilder::new().num_threads(threads).build();
            pool.map_err(|error| Failure::Usage(format!("cannot start {threads} threads: {error}")))
        };
        let threads = threads.map_or_else(rayon::current_num_threads, usize::from);
        let many = if threads > 1 { Some((threads, pool(threads)?)) } else { None };
        Ok(Self { one: pool(1)?, many })
    }

    fn all(&self) -> impl Iterator<Item = (usize, &ThreadPool)> {
        [(1, &self.one)].into_iter().chain(self.many.iter().map(|(threads, pool)| (*threads, pool)))
    }
}

/// All stages, the floor first. Lines are neither split nor labelled as documents.
pub(super) fn stages<'a>(
    classifier: &'a Classifier,
    sample: &'a Sample<'a>,
    floor: &'a Floor,
    pools: &'a Pools,
) -> Vec<Stage<'a>> {
    let Sample { documents, unit, texts } = sample;
    let stage = |name: &str, kind, walk| Stage { name: name.to_owned(), kind, threads: 1, pool: None, walk };
    let mut worker = classifier.worker();
    let mut stages = vec![
        stage("floor", Kind::Floor, Box::new(|| texts.iter().fold(0, |sum, text| sum ^ floor_bits(floor, text)))),
        stage(
            "classify, one call each",
            Kind::Classification,
            Box::new(|| checksum(texts.iter().map(|text| classifier.classify(text)))),
        ),
        stage(
            "classify, a worker",
            Kind::Classification,
            Box::new(move || checksum(texts.iter().map(|text| worker.classify(text)))),
        ),
    ];
    for (threads, pool) in pools.all() {
        let name = format!("classify, in a batch, {}", of_threads(threads));
        let walk = Box::new(|| checksum(classifier.classify_batch(texts)));
        stages.push(Stage { name, kind: Kind::Classification, threads, pool: Some(pool), walk });
    }
    if *unit == Unit::Line {
        return stages;
    }
    stages.insert(1, stage("split into sentences", Kind::Segmentation, Box::new(|| boundaries(documents))));
    for (threads, pool) in pools.all() {
        let name = format!("label documents, {}", of_threads(threads));
        let walk = Box::new(|| checksum(documents.iter().flat_map(|text| answers(classifier, text))));
        stages.push(Stage { name, kind: Kind::Documents, threads, pool: Some(pool), walk });
    }
    stages
}

fn of_threads(threads: usize) -> String {
    if threads == 1 { "1 thread".to_owned() } else { format!("{threads} threads") }
}

fn answers<'a>(classifier: &'a Classifier, text: &str) -> impl Iterator<Item = Prediction<'a>> + use<'a> {
    classifier.label_document(text).into_iter().map(|sentence| sentence.prediction)
}

fn floor_bits(floor: &Floor, text: &str) -> u64 {
    let (sum, features) = black_box(floor.sum(text));
    u64::from(sum[0].to_bits()) ^ features as u64
}

fn boundaries(documents: &[&str]) -> u64 {
    let ends = documents.iter().flat_map(|text| sentences(text, QuotePolicy::Split).map(|s| s.bytes.end as u64));
    ends.fold(0, next)
}

/// A number that is another one, but for one chance in 2^64 or so, if a label, their order or their number is another.
pub(super) fn checksum<'a>(predictions: impl IntoIterator<Item = Prediction<'a>>) -> u64 {
    predictions.into_iter().fold(0, |sum, prediction| next(sum, prediction.class() as u64))
}

fn next(sum: u64, value: u64) -> u64 {
    (sum.rotate_left(5) ^ (value + 1)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_knows_values_order_and_number() {
        let of = |values: &[u64]| values.iter().copied().fold(0, next);
        assert_eq!(of(&[0, 1, 2]), of(&[0, 1, 2]));
        for other in [&[0, 1][..], &[0, 2, 1], &[0, 1, 2, 0], &[0, 1, 1], &[]] {
            assert_ne!(of(&[0, 1, 2]), of(other), "{other:?}");
        }
    }

    #[test]
    fn stages_of_a_kind_find_the_same() {
        let classifier = Classifier::builtin().unwrap();
        let documents = vec!["The vote was 7 to 2. It was a disgrace.\n\nDonate now!", "It rained."];
        let sample = Sample::new(documents, Unit::Sentence);
        assert_eq!(sample.texts, ["The vote was 7 to 2.", "It was a disgrace.", "Donate now!", "It rained."]);
        let (floor, pools) = (Floor::new(100), Pools::new(Some(3)).unwrap());
        let found: Vec<_> = stages(&classifier, &sample, &floor, &pools)
            .into_iter()
            .map(|mut stage| (stage.kind, stage.threads, stage.walk(2).unwrap()))
            .collect();
        assert_eq!(found.iter().map(|(_, threads, _)| *threads).collect::<Vec<_>>(), [1, 1, 1, 1, 1, 3, 1, 3]);
        for (kind, _, sum) in &found {
            assert!(found.iter().all(|(k, _, s)| k != kind || s == sum), "{found:?}");
        }
    }

    #[test]
    fn lines_are_taken_as_they_are() {
        let classifier = Classifier::builtin().unwrap();
        let sample = Sample::new(vec!["It rained. It snowed.\r\n \nDonate now!\n", "Fog"], Unit::Line);
        assert_eq!(sample.texts, ["It rained. It snowed.", " ", "Donate now!", "Fog"]);
        let (floor, pools) = (Floor::new(100), Pools::new(Some(1)).unwrap());
        let stages = stages(&classifier, &sample, &floor, &pools);
        assert!(stages.iter().all(|stage| matches!(stage.kind, Kind::Floor | Kind::Classification)));
        assert_eq!(stages.len(), 4);
    }
}

//! Which part each text goes to.

use copydesk_train::{Corpus, Folds, SplitRows, TrainTest};

use super::Args;
use crate::failure::Failure;

/// A part as it was asked for.
#[derive(Debug)]
pub(super) struct Size {
    pub name: String,
    /// Its share of the texts.
    pub share: f64,
}

/// Parts that hold every text of a corpus once.
#[derive(Debug)]
pub(super) struct Parts {
    pub sizes: Vec<Size>,
    /// The part of each text.
    pub of_texts: Vec<usize>,
}

/// The places in [`sizes`] without folds.
const TRAIN: usize = 0;
const DEV: usize = 1;

/// The parts that the options ask for: those to train on, to choose options by and to test on, in this order, or folds.
pub(super) fn sizes(args: &Args) -> Result<Vec<Size>, Failure> {
    if let Some(folds) = args.folds {
        let share = 1.0 / f64::from(folds);
        return Ok((1..=folds).map(|fold| Size { name: format!("fold-{fold}"), share }).collect());
    }
    let (dev, test) = (args.dev.unwrap_or(0.0), args.test.unwrap_or(0.0));
    // The library counts in millionths.
    if dev + test > 0.999_999 {
        return Err(Failure::Usage("--test and --dev leave nothing to train on: ask for less than 100 %".to_owned()));
    }
    let shares = [("train", Some(1.0 - dev - test)), ("dev", args.dev), ("test", args.test)];
    let asked = shares.into_iter().filter_map(|(name, share)| Some((name, share?)));
    Ok(asked.map(|(name, share)| Size { name: name.to_owned(), share }).collect())
}

/// Deals the documents; why that cannot be done.
pub(super) fn deal(args: &Args, corpus: &Corpus, sizes: Vec<Size>) -> Result<Parts, String> {
    let (labels, groups) = (corpus.label_numbers(), corpus.group_numbers());
    if corpus.groups().len() == 1 {
        let document = corpus.groups().name(0);
        return Err(format!(
            "all texts are of one document, `{document}`, and documents are kept whole: name another column with \
             --group-column, or give more documents"
        ));
    }
    let rows = SplitRows { labels: &labels, groups: &groups, strata: None };
    if args.folds.is_some() {
        let folds = Folds::new(rows, sizes.len() as u32, args.seed).map_err(|error| error.to_string())?;
        let of_texts = folds.assignment().iter().map(|&fold| fold as usize).collect();
        return Ok(Parts { sizes, of_texts });
    }
    let few = || {
        let (documents, parts) = (corpus.groups().len(), sizes.len());
        format!(
            "{documents} documents cannot fill {parts} parts of these sizes: give more documents or ask for fewer parts"
        )
    };
    let split = TrainTest::new(rows, args.test.unwrap_or(0.0), args.seed).map_err(|error| error.to_string())?;
    let mut of_texts = vec![TRAIN; labels.len()];
    for &row in &split.test {
        of_texts[row] = sizes.len() - 1;
    }
    if let Some(dev) = args.dev {
        let of = |numbers: &[u32]| -> Vec<u32> { split.train.iter().map(|&row| numbers[row]).collect() };
        let (labels, groups) = (of(&labels), of(&groups));
        let rows = SplitRows { labels: &labels, groups: &groups, strata: None };
        let share = dev / (1.0 - args.test.unwrap_or(0.0));
        let rest = TrainTest::new(rows, share, args.seed).map_err(|_| few())?;
        for &row in &rest.test {
            of_texts[split.train[row]] = DEV;
        }
    }
    Ok(Parts { sizes, of_texts })
}

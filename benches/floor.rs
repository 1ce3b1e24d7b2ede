//! Classifying, held against the least work that any classifier by word 1-2-grams must do on the same texts.
//!
//! The floor is that of `copydesk bench` (`crates/cli/src/bench/floor.rs`), with as many rows as the model has n-grams. Floor and
//! classifier take turns in one run, so that a machine that is busy slows both; medians and their ratio are printed.
//!
//! Without arguments from the environment it runs the built-in model and plain ones, trained here, on the test sentences
//! of `datasets/news-en`. `COPYDESK_BENCH_MODEL` (a model file) and `COPYDESK_BENCH_TEXTS` (one text a line) add a run.
//! With `COPYDESK_FLOOR_LIMITS=yes` a ratio that is beyond its limit in `floor-limits.txt` is a failure.

mod limits;
mod texts;

use std::env;
use std::fs;
use std::hint::black_box;
use std::process::ExitCode;
use std::time::Instant;

use copydesk_cli::Floor;
use copydesk_features::{FeatureSpec, Norm, TermFrequency};
use copydesk_infer::Classifier;
use copydesk_train::{Corpus, Format, ReadOptions, TrainConfig, train};
use rayon::ThreadPoolBuilder;

use crate::limits::Limits;

const ROUNDS: usize = 15;

/// A round takes texts enough for about so many sentences.
const SENTENCES: usize = 20_000;

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// The seconds of a walk once the caches are warm.
fn seconds_warm(walk: &mut dyn FnMut() -> f64) -> f64 {
    black_box(walk());
    let start = Instant::now();
    black_box(walk());
    start.elapsed().as_secs_f64()
}

/// What is timed: its name, and one walk over all texts.
type Timed<'a> = (&'a str, Box<dyn FnMut() -> f64 + 'a>);

/// Prints one table: the floor and every way to classify, in turns. Ratios beyond their limits are noted.
#[expect(clippy::cast_sign_loss, reason = "times are not negative")]
fn compare(title: &str, classifier: &Classifier, texts: &[String], limits: &mut Limits) {
    let floor = Floor::new(classifier.model().vectorizer().vocabulary().len());
    let features: usize = texts.iter().map(|text| floor.sum(text).1).sum();
    assert!(features > texts.len(), "texts have words");
    let rounds = SENTENCES.div_ceil(texts.len());
    let pools = [1, 2]
        .map(|threads| ThreadPoolBuilder::new().num_threads(threads).build().expect("two threads can be started"));
    let mut worker = classifier.worker();
    let expected: f64 = texts.iter().map(|text| classifier.classify(text).confidence()).sum();
    let confidence = |pool: &rayon::ThreadPool| {
        pool.install(|| classifier.classify_batch(texts))
            .iter()
            .map(copydesk_infer::Prediction::confidence)
            .sum::<f64>()
    };
    let mut timed: Vec<Timed<'_>> = vec![
        ("floor", Box::new(|| texts.iter().map(|text| f64::from(black_box(floor.sum(text)).0[0])).sum())),
        ("worker", Box::new(|| texts.iter().map(|text| worker.classify(text).confidence()).sum())),
        ("one call", Box::new(|| texts.iter().map(|text| classifier.classify(text).confidence()).sum())),
        ("batch, 1 thread", Box::new(|| confidence(&pools[0]))),
        ("batch, 2 threads", Box::new(|| confidence(&pools[1]))),
    ];
    // Turns of about the same length: interruptions by other programs then cost all the same share.
    let a_walk: Vec<f64> = timed.iter_mut().map(|(_, walk)| seconds_warm(walk)).collect();
    let slowest = a_walk.iter().copied().fold(0.0, f64::max);
    let walks: Vec<usize> = a_walk.iter().map(|seconds| (rounds as f64 * slowest / seconds) as usize).collect();
    let mut times: Vec<Vec<f64>> = vec![Vec::new(); timed.len()];
    for _ in 0..ROUNDS {
        for (((name, walk), times), &walks) in timed.iter_mut().zip(&mut times).zip(&walks) {
            let start = Instant::now();
            let mut sum = 0.0;
            for _ in 0..walks {
                sum = black_box(walk());
            }
            times.push(start.elapsed().as_secs_f64() * 1e9 / (walks * texts.len()) as f64);
            assert!(*name == "floor" || (sum - expected).abs() < 1e-6, "{name} gives {sum}, not {expected}");
        }
    }
    let bytes = texts::bytes(texts) as f64 / texts.len() as f64;
    println!("{title}: {bytes:.0} bytes and {:.1} features of the floor a text", features as f64 / texts.len() as f64);
    println!("{:<18}{:>10}{:>10}{:>8}{:>10}{:>10}", "", "ns a text", "least", "MB/s", "x floor", "limit");
    let floors = &times[0];
    for ((name, _), times) in timed.iter().zip(&times) {
        let least = times.iter().copied().fold(f64::INFINITY, f64::min);
        let time = median(times.clone());
        // Of each round by itself: whoever else is busy was so for both.
        let mut ratios: Vec<f64> = times.iter().zip(floors).map(|(time, floor)| time / floor).collect();
        ratios.sort_by(f64::total_cmp);
        let ratio = ratios[ROUNDS / 2];
        // A change for the worse is one in all rounds, another program's burst of work in some.
        let limit = limits.check(title, name, ratios[ROUNDS / 4]).map_or(String::new(), |limit| format!("{limit:.1}"));
        println!("{name:<18}{time:>10.0}{least:>10.0}{:>8.0}{ratio:>10.2}{limit:>10}", bytes / time * 1e3);
    }
    println!();
}

/// A model of surface word 1-2-grams: the default features but for what `change` makes of them.
fn plain(change: impl Fn(&mut FeatureSpec)) -> Classifier {
    let data = include_str!("../datasets/news-en/train.jsonl");
    let corpus = Corpus::from_reader(data.as_bytes(), "train.jsonl", Format::JsonLines, &ReadOptions::default());
    let mut config = TrainConfig { folds: 0, ..TrainConfig::default() };
    change(&mut config.features);
    let config = config.check().expect("the options are valid");
    let trained = train(&corpus.expect("the data set is valid"), &config, &|_| ()).expect("the data set can be learnt");
    Classifier::new(trained.model)
}

/// Repeats count for less, so that they have to be counted before anything is added up.
fn counting(features: &mut FeatureSpec) {
    let words = features.blocks.get_mut("words").expect("it is the default block");
    (words.tf, words.norm) = (TermFrequency::Sublinear, Norm::L2);
}

/// The n-grams that the floor has: without marks and without the ends of the text.
fn of_words_alone(features: &mut FeatureSpec) {
    features.tokens.marks = false;
    features.blocks.get_mut("words").expect("it is the default block").boundaries = false;
}

fn main() -> ExitCode {
    let mut limits = Limits::new(include_str!("floor-limits.txt"));
    let sentences = texts::unseen_sentences();
    let accented: Vec<String> = sentences.iter().map(|text| texts::accented(text)).collect();
    let builtin = Classifier::builtin().expect("the built-in model is whole");
    let default = plain(|_| ());
    compare("word 1-2-grams", &default, &sentences, &mut limits);
    compare("word 1-2-grams, no marks", &plain(of_words_alone), &sentences, &mut limits);
    compare("word 1-2-grams, repeats counted", &plain(counting), &sentences, &mut limits);
    compare("word 1-2-grams, accented", &default, &accented, &mut limits);
    compare("built-in model", &builtin, &sentences, &mut limits);
    compare("built-in model, accented", &builtin, &accented, &mut limits);
    match (env::var("COPYDESK_BENCH_MODEL"), env::var("COPYDESK_BENCH_TEXTS")) {
        (Ok(model), Ok(texts)) => {
            let classifier = Classifier::load(&model).unwrap_or_else(|error| panic!("{error}"));
            let texts = fs::read_to_string(&texts).unwrap_or_else(|error| panic!("cannot read {texts}: {error}"));
            let texts: Vec<String> = texts.lines().map(str::to_owned).collect();
            compare("COPYDESK_BENCH_MODEL", &classifier, &texts, &mut limits);
        }
        _ => println!("skipped: COPYDESK_BENCH_MODEL and COPYDESK_BENCH_TEXTS name no model and texts of your own"),
    }
    limits.verdict(env::var("COPYDESK_FLOOR_LIMITS").is_ok_and(|value| value == "yes"))
}

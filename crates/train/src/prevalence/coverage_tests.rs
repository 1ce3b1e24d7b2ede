//! Whether the intervals hold the truth as often as they say, on corpora whose shares are known.

use super::*;
use crate::split::random::Draws;

const LABELS: usize = 3;

/// How sure the simulated model is of its answers, by true label: the logit of a right answer.
const STRENGTH: [f64; LABELS] = [2.2, 1.2, 1.5];
/// Of the wrong answers to a label, the share of the first of the two others.
const FIRST_OTHER: [f64; LABELS] = [0.8, 0.75, 0.5];
/// Standard deviation of a document's effect on all its logits: errors come in documents.
const DOCUMENT_EFFECT: f64 = 0.9;

impl Draws {
    fn uniform(&mut self) -> f64 {
        f64::from(self.below(1 << 30)) / f64::from(1 << 30)
    }

    /// About normal: the sum of twelve uniform numbers.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }

    fn label(&mut self, shares: &[f64]) -> usize {
        let mut left = self.uniform();
        for (label, share) in shares.iter().enumerate() {
            left -= share;
            if left < 0.0 {
                return label;
            }
        }
        shares.len() - 1
    }
}

/// The true label and the answer for each sentence of a document from a population of these shares.
///
/// Four documents of ten are of one label, and half of the sentences of the others are of one label too.
fn document(shares: &[f64], draws: &mut Draws) -> Vec<(usize, usize)> {
    let main = draws.label(shares);
    let alike = if draws.uniform() < 0.4 { 1.0 } else { 0.5 };
    let effect = DOCUMENT_EFFECT * draws.normal();
    let size = 3 + draws.below(28);
    let sentence = |_| {
        let truth = if draws.uniform() < alike { main } else { draws.label(shares) };
        let right = 1.0 / (1.0 + libm::exp(-STRENGTH[truth] - effect));
        let answer = if draws.uniform() < right {
            truth
        } else {
            let others = [(truth + 1) % LABELS, (truth + 2) % LABELS];
            others[usize::from(draws.uniform() >= FIRST_OTHER[truth])]
        };
        (truth, answer)
    };
    (0..size).map(sentence).collect()
}

fn held_out(documents: usize, draws: &mut Draws) -> HeldOut {
    // Other shares than those of any corpus below.
    let shares = [0.6, 0.25, 0.15];
    let mut scored = Vec::new();
    let rows: Vec<[f64; LABELS]> =
        (0..LABELS).map(|label| std::array::from_fn(|at| f64::from(u8::from(at == label)))).collect();
    for document_number in 0..documents as u32 {
        for (truth, answer) in document(&shares, draws) {
            scored.push(copydesk_infer::ScoredSentence {
                document: document_number,
                truth: Some(truth),
                probabilities: &rows[answer],
            });
        }
    }
    let table = copydesk_infer::ConfusionTable::new(LABELS, true, scored).unwrap();
    HeldOut::from_table(&table, &["r", "o", "a"].map(String::from), Weighting::Sentences).unwrap()
}

fn corpus(shares: &[f64], documents: usize, draws: &mut Draws) -> Tally {
    let mut tally = Tally::new(LABELS, Weighting::Sentences);
    for _ in 0..documents {
        let answers: Vec<(usize, usize)> = document(shares, draws).into_iter().map(|(_, answer)| (answer, 1)).collect();
        tally.add(&answers);
    }
    tally
}

/// What of the simulations of one setting is counted.
#[derive(Debug, Default)]
struct Coverage {
    intervals: u32,
    held: u32,
    held_by_naive: u32,
    width: f64,
    error: f64,
    naive_error: f64,
}

/// Draws held-out data and a corpus so many times.
fn coverage(shares: &[f64; LABELS], known: usize, documents: usize, times: u32, resamples: u32) -> Coverage {
    let mut coverage = Coverage::default();
    for run in 0..times {
        let mut draws = Draws::new(u64::from(run), (known * 10_000 + documents) as u64);
        let held_out = held_out(known, &mut draws);
        let part = corpus(shares, documents, &mut draws);
        let options = Bootstrap { resamples, ..Bootstrap::default() };
        let [found] = &prevalence(&held_out, &[part], &options).unwrap()[..] else { unreachable!() };
        for (label, &truth) in found.labels.iter().zip(shares) {
            let Interval { low, high } = label.interval;
            coverage.intervals += 1;
            coverage.held += u32::from((low..=high).contains(&truth));
            coverage.width += high - low;
            coverage.error += (label.share - truth).powi(2);
            coverage.naive_error += (label.naive - truth).powi(2);
            // What counting and resampling alone would claim: an interval as wide around the naive share.
            let half = (high - low) / 2.0;
            coverage.held_by_naive += u32::from((label.naive - truth).abs() <= half);
        }
    }
    coverage
}

const SHARES: [[f64; LABELS]; 4] = [[0.85, 0.14, 0.01], [0.3, 0.6, 0.1], [0.97, 0.03, 0.0], [0.55, 0.05, 0.4]];

fn measure(settings: &[(usize, usize)], times: u32, resamples: u32) {
    let mut all = Coverage::default();
    for shares in &SHARES {
        for &(known, documents) in settings {
            let found = coverage(shares, known, documents, times, resamples);
            let n = f64::from(found.intervals);
            eprintln!(
                "{shares:?}, {known} held-out, {documents} documents: held {:.1} % (naive {:.1} %), width {:.3}, RMSE {:.4} \
                 (naive {:.4})",
                100.0 * f64::from(found.held) / n,
                100.0 * f64::from(found.held_by_naive) / n,
                found.width / n,
                (found.error / n).sqrt(),
                (found.naive_error / n).sqrt()
            );
            assert!(
                f64::from(found.held) >= 0.93 * n,
                "{shares:?}, {known} held-out, {documents} documents: {found:?}"
            );
            all.intervals += found.intervals;
            all.held += found.held;
        }
    }
    eprintln!("all: {} of {} intervals hold the truth", all.held, all.intervals);
}

#[test]
fn intervals_hold_the_truth() {
    measure(&[(150, 60)], 40, 300);
}

/// `cargo test --release -p copydesk-train -- --ignored --nocapture intervals_hold_the_truth_on_200_corpora`
#[test]
#[ignore = "takes a minute or so"]
fn intervals_hold_the_truth_on_200_corpora() {
    measure(&[(60, 15), (60, 400), (300, 5), (300, 60), (1000, 30), (1000, 1000)], 200, 1000);
}

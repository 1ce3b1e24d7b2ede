//! Whether promises are kept as often as they say, on documents whose true risk is known.

use super::*;

/// `SplitMix64` (Steele, Lea and Flood 2014): enough for a simulation, and the same everywhere.
pub(super) struct Draws(pub u64);

impl Draws {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn uniform(&mut self) -> f64 {
        self.next() as f64 / 2_f64.powi(64)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        // Limits are so far below 2^64 that the remainder is even enough.
        (self.next() % limit as u64) as usize
    }
}

const GENRES: [(f64, u32, u32, f64); 3] = [
    // Share of documents, fewest and most protected sentences, chance that a sentence is missed there.
    (0.70, 2, 14, 0.02),
    // Columns that report.
    (0.25, 1, 8, 0.25),
    // Long documents, beyond what one counts for.
    (0.05, 20, 60, 0.08),
];

/// A document of a population of several genres: how many protected sentences, and the probabilities of those missed.
/// Misses of one document are alike: a third of all documents has none, others have half as many again, and those of one
/// document have probabilities near each other.
fn document(draws: &mut Draws) -> (u32, Vec<f64>) {
    let genre = draws.uniform();
    let (_, fewest, most, chance) = match genre {
        g if g < GENRES[0].0 => GENRES[0],
        g if g < GENRES[0].0 + GENRES[1].0 => GENRES[1],
        _ => GENRES[2],
    };
    let size = fewest + draws.below((most - fewest + 1) as usize) as u32;
    let clean = draws.uniform() < 1.0 / 3.0;
    let level = 0.3 * draws.uniform();
    let mut missed = Vec::new();
    for _ in 0..size {
        let (miss, spread) = (draws.uniform(), draws.uniform());
        if !clean && miss < 1.5 * chance {
            missed.push(level + 0.2 * spread);
        }
    }
    (size, missed)
}

/// The population: as many documents as it has, from which is drawn with replacement, so that its risk is known exactly.
fn population() -> Vec<(u32, Vec<f64>)> {
    let mut draws = Draws(2024);
    (0..20_000).map(|_| document(&mut draws)).collect()
}

/// The share of protected sentences that the population loses at a cut-off, documents counted up to the limit.
fn risk(documents: &[(u32, Vec<f64>)], threshold: f64) -> f64 {
    let (mut lost, mut protected) = (0.0, 0.0);
    for (size, missed) in documents {
        let weight = f64::from(COUNTED_A_DOCUMENT) / f64::from((*size).max(COUNTED_A_DOCUMENT));
        lost += weight * missed.iter().filter(|&&p| p < threshold).count() as f64;
        protected += weight * f64::from(*size);
    }
    lost / protected
}

/// The documents of one label as a table.
fn table_of(documents: &[&(u32, Vec<f64>)]) -> RiskTable {
    let rows: Vec<(u32, [f64; 2])> = documents
        .iter()
        .zip(0..)
        .flat_map(|((size, missed), document)| {
            let row = move |at: u32| {
                let p = missed.get(at as usize).copied().unwrap_or(0.9);
                (document, [p, 1.0 - p])
            };
            (0..*size).map(row)
        })
        .collect();
    let scored = rows.iter().map(|(document, probabilities)| ScoredSentence {
        document: *document,
        truth: Some(0),
        probabilities,
    });
    RiskTable::new(2, false, scored)
}

/// How many of 200 tables of so many drawn documents promise too much, and the mean true risk of what they promise.
fn broken_promises(documents: usize, promise: Promise) -> (u32, f64) {
    let population = population();
    let mut draws = Draws(documents as u64);
    let (mut broken, mut sum) = (0, 0.0);
    for _ in 0..200 {
        let drawn: Vec<_> = (0..documents).map(|_| &population[draws.below(population.len())]).collect();
        let cut_off = table_of(&drawn).certify(0, promise).unwrap();
        let risk = risk(&population, cut_off.threshold);
        broken += u32::from(risk > promise.at_most);
        sum += risk;
    }
    (broken, sum / 200.0)
}

#[test]
fn at_most_one_promise_of_twenty_is_broken() {
    // All promises would be broken without a cut-off: the population loses 6 % or so then.
    assert!(risk(&population(), 1.0) > 0.055);
    for (documents, at_most) in [(1500, 0.01), (4000, 0.01), (400, 0.05), (2000, 0.05)] {
        let promise = Promise::at_most(at_most);
        let (broken, mean) = broken_promises(documents, promise);
        assert!(broken <= 10, "{broken} of 200 promises of {at_most} on {documents} documents are broken");
        assert!(mean > 0.25 * at_most, "{mean} of {at_most} on {documents} documents: hopelessly careful");
        eprintln!("{documents} documents, {at_most}: {broken} of 200 broken, mean risk {mean:.5}");
    }
}

#[test]
fn a_lower_confidence_is_kept_too() {
    let (broken, _) = broken_promises(2000, Promise { at_most: 0.02, confidence: 0.8 });
    assert!(broken <= 40, "{broken} of 200");
}

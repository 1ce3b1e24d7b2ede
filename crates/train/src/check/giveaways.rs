//! N-grams that give a label away.

use serde::Serialize;

use super::ngrams::NgramCounts;
use super::tokens::Tokens;
use crate::corpus::Corpus;

/// Weight of the prior in texts: each side starts with so many texts in which the n-gram is as frequent as in the whole
/// corpus. It draws the log-odds of rare n-grams towards 0.
const PRIOR: f64 = 100.0;

/// An n-gram and the label that it speaks for the most.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Giveaway {
    /// One or two tokens, in lower case, with a space between. Punctuation marks are tokens.
    pub ngram: String,
    /// The label.
    pub label: String,
    /// Texts that the n-gram occurs in.
    pub texts: u64,
    /// Share of those that have the label.
    pub precision: f64,
    /// Share of the label's texts that the n-gram occurs in.
    pub coverage: f64,
    /// How much higher the log-odds of meeting the n-gram are in a text of the label than in one of another.
    pub log_odds_ratio: f64,
    /// The log-odds ratio in standard errors; beyond about 2 it is hardly chance for one n-gram, beyond 4 for any.
    pub z: f64,
}

/// The n-grams by label, for each label those with the highest z first.
///
/// Log-odds ratio with an informative Dirichlet prior (Monroe, Colaresi and Quinn, "Fightin' Words", Political Analysis
/// 2008, equations 16, 19 and 22), for the two outcomes that a text has the n-gram or not; the variance is the full one
/// of these binomials, since an n-gram may be in nearly every text.
pub(super) fn giveaways(corpus: &Corpus, tokens: &Tokens, sizes: &[u64], ngrams: &[NgramCounts]) -> Vec<Giveaway> {
    let everything: u64 = sizes.iter().sum();
    let mut found: Vec<(usize, Giveaway)> = Vec::new();
    for ngram in ngrams {
        let texts = ngram.total();
        // What is in every text tells nothing, nor does anything where there is one label.
        if texts == everything || sizes.len() < 2 {
            continue;
        }
        let of_label = ngram.by_label(sizes.len());
        let score = |label: usize| {
            let (with, size) = (of_label[label], sizes[label]);
            log_odds_ratio((with, size), (texts - with, everything - size))
        };
        let scores: Vec<(f64, f64)> = (0..sizes.len()).map(score).collect();
        let label = (1..scores.len()).fold(0, |best, at| if scores[at].1 > scores[best].1 { at } else { best });
        let giveaway = Giveaway {
            ngram: ngram.text(tokens),
            label: corpus.labels()[label].clone(),
            texts,
            precision: of_label[label] as f64 / texts as f64,
            coverage: of_label[label] as f64 / sizes[label] as f64,
            log_odds_ratio: scores[label].0,
            z: scores[label].1,
        };
        found.push((label, giveaway));
    }
    found.sort_by(|(label_a, a), (label_b, b)| {
        label_a.cmp(label_b).then(b.z.total_cmp(&a.z)).then_with(|| a.ngram.cmp(&b.ngram))
    });
    found.into_iter().map(|(_, giveaway)| giveaway).collect()
}

/// The log-odds ratio and its z. Each side is (texts with the n-gram, texts); not all of both have it, and some do.
fn log_odds_ratio(here: (u64, u64), there: (u64, u64)) -> (f64, f64) {
    let share = (here.0 + there.0) as f64 / (here.1 + there.1) as f64;
    let side = |(with, size): (u64, u64)| {
        let has = with as f64 + PRIOR * share;
        let lacks = (size - with) as f64 + PRIOR * (1.0 - share);
        (libm::log(has / lacks), 1.0 / has + 1.0 / lacks)
    };
    let ((odds_here, variance_here), (odds_there, variance_there)) = (side(here), side(there));
    let ratio = odds_here - odds_there;
    (ratio, ratio / (variance_here + variance_there).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::ngrams::frequent_ngrams;
    use crate::check::tests::corpus;

    #[test]
    fn the_ratio_is_that_of_the_formula() {
        // 30 of 100 here, 10 of 300 there: share 0.1, so the prior adds 10 with and 90 without to each side.
        let (ratio, z) = log_odds_ratio((30, 100), (10, 300));
        let expected = (40.0_f64 / 160.0).ln() - (20.0_f64 / 380.0).ln();
        assert!((ratio - expected).abs() < 1e-12);
        let deviation = (1.0 / 40.0 + 1.0 / 160.0 + 1.0 / 20.0 + 1.0 / 380.0_f64).sqrt();
        assert!((z - expected / deviation).abs() < 1e-12);
        let (mirrored, _) = log_odds_ratio((10, 300), (30, 100));
        assert!((ratio + mirrored).abs() < 1e-12);
        assert!(log_odds_ratio((10, 100), (30, 300)).1.abs() < 1e-12, "the same share speaks for no side");
    }

    #[test]
    fn a_planted_word_comes_first_and_a_word_everywhere_is_left_out() {
        let mut rows = Vec::new();
        for number in 0..40 {
            rows.push((format!("the quay {number} opened, exclusively"), "view"));
            rows.push((format!("the quay {number} closed"), "fact"));
        }
        let rows: Vec<(&str, &str, &str)> = rows.iter().map(|(text, label)| (text.as_str(), *label, "")).collect();
        let corpus = corpus(&[&rows]);
        let tokens = Tokens::new(&corpus);
        let found = giveaways(&corpus, &tokens, &[40, 40], &frequent_ngrams(&corpus, &tokens, 10));
        let of = |label: &str| found.iter().find(|giveaway| giveaway.label == label).unwrap();
        assert_eq!(of("fact").ngram, "closed");
        assert_eq!((of("view").precision, of("view").coverage, of("view").texts), (1.0, 1.0, 40));
        assert!(found.iter().any(|giveaway| giveaway.ngram == ", exclusively" && giveaway.label == "view"));
        assert!(!found.iter().any(|giveaway| giveaway.ngram == "the" || giveaway.ngram == "the quay"));
    }
}

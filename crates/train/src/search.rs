//! Choosing feature settings by cross-validation.
//!
//! Trying all combinations of a few settings would take dozens of cross-validations. They are chosen one after the other
//! instead, each on top of what was chosen before, and after the first candidate only strengths of penalty around the best
//! one so far are tried. All candidates see the same folds.

use copydesk_features::{BlockSpec, FeatureSpec, Form, Norm, TermFrequency, Units};
use serde::Serialize;

use crate::config::{ALPHA_GRID, Alpha, Auto, CheckedConfig, ConfigError, TrainConfig};
use crate::corpus::Corpus;
use crate::cross_validation::out_of_fold;
use crate::split::{Folds, SplitRows};
use crate::training::{TrainError, TrainEvent, check_labels, class_weight, score};

/// Candidates that a search tries at most.
pub const SEARCH_CANDIDATES: u32 = 9;

/// Strengths of penalty tried on either side of the best so far.
const ALPHAS_BESIDE: usize = 2;

/// What a search tried and what came of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SearchedSettings {
    /// The settings in words.
    pub settings: String,
    /// The best of the strengths of penalty that were tried with them.
    pub alpha: f64,
    /// Cross-validated macro-F1 at this strength.
    pub macro_f1: f64,
    /// Cross-validated share of right answers.
    pub accuracy: f64,
    /// Cross-validated mean log loss.
    pub log_loss: f64,
    /// Whether these settings were the best when they were tried.
    pub better: bool,
}

/// The settings that are searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Settings {
    max_n: usize,
    forms: Forms,
    tf: TermFrequency,
    characters: bool,
    lowercase: bool,
}

/// Which forms of words enter n-grams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Forms {
    Surface,
    Stems,
    Both,
}

/// One step of the search: what else may be set, given the best settings so far.
type Step = fn(Settings) -> Vec<Settings>;

const STEPS: [Step; 5] = [
    |best| [1, 3].map(|max_n| Settings { max_n, ..best }).into(),
    |best| [Forms::Stems, Forms::Both].map(|forms| Settings { forms, ..best }).into(),
    |best| vec![Settings { characters: true, ..best }],
    |best| [TermFrequency::Binary, TermFrequency::Sublinear].map(|tf| Settings { tf, ..best }).into(),
    |best| vec![Settings { lowercase: false, ..best }],
];

/// Chooses feature settings for a corpus: n-grams of one, up to two or up to three words; surface forms, stems or both;
/// with or without n-grams of characters; how repeats count, with the norm that goes with it; case. Everything else is as
/// the options have it, those of the word blocks as in their first one.
///
/// Gives the options with the settings of the highest macro-F1 and `alpha = "auto"`, and all that was tried, in order.
/// Of equal settings the earlier ones are kept. The result depends on the corpus and the options alone.
///
/// # Errors
/// [`TrainError`] as of [`train`](crate::train); without folds there is nothing to choose by.
pub fn search(
    corpus: &Corpus,
    config: &CheckedConfig,
    observe: &dyn Fn(TrainEvent),
) -> Result<(CheckedConfig, Vec<SearchedSettings>), TrainError> {
    // All strengths of penalty are tried at once with the first settings.
    check_labels(corpus, &TrainConfig { alpha: Alpha::Auto(Auto::Auto), ..config.get().clone() })?;
    let (labels, groups) = (corpus.label_numbers(), corpus.group_numbers());
    let rows = SplitRows { labels: &labels, groups: &groups, strata: None };
    let folds = Folds::new(rows, config.get().folds, config.get().seed)?;
    let class_weight = class_weight(&config.get().class_weight, corpus.labels())?;
    let first =
        Settings { max_n: 2, forms: Forms::Surface, tf: TermFrequency::Count, characters: false, lowercase: true };
    let mut tried = Vec::new();
    let try_one = |settings: Settings, alphas: &[f64]| -> Result<Option<SearchedSettings>, TrainError> {
        let Ok(config) = settings.config(config.get()) else {
            // Stems need a stemmer and lower case: without them there is nothing to try.
            return Ok(None);
        };
        let mut best: Option<SearchedSettings> = None;
        for out in out_of_fold(corpus, &config, alphas, &folds, &class_weight, observe)? {
            let (scores, _) = score(corpus, &labels, &out)?;
            if best.as_ref().is_none_or(|best| scores.macro_f1 > best.macro_f1) {
                best = Some(SearchedSettings {
                    settings: settings.describe(),
                    alpha: scores.alpha,
                    macro_f1: scores.macro_f1,
                    accuracy: scores.accuracy,
                    log_loss: scores.log_loss,
                    better: false,
                });
            }
        }
        if let Some(best) = &best {
            observe(TrainEvent::Searched {
                settings: best.settings.clone(),
                alpha: best.alpha,
                macro_f1: best.macro_f1,
            });
        }
        Ok(best)
    };
    let mut best = first;
    let (mut alpha, mut macro_f1) = (ALPHA_GRID[0], f64::NEG_INFINITY);
    for step in std::iter::once(&((|best| vec![best]) as Step)).chain(&STEPS) {
        let before = best;
        for settings in step(before) {
            let alphas = if tried.is_empty() { &ALPHA_GRID[..] } else { around(alpha) };
            let Some(mut candidate) = try_one(settings, alphas)? else { continue };
            if candidate.macro_f1 > macro_f1 {
                (best, alpha, macro_f1) = (settings, candidate.alpha, candidate.macro_f1);
                candidate.better = true;
            }
            tried.push(candidate);
        }
    }
    let config = best.config(config.get()).expect("the best settings were tried");
    Ok((config, tried))
}

/// The strengths of penalty near one of the grid.
fn around(alpha: f64) -> &'static [f64] {
    let at = ALPHA_GRID.iter().position(|of_grid| of_grid.total_cmp(&alpha).is_eq()).unwrap_or(0);
    &ALPHA_GRID[at.saturating_sub(ALPHAS_BESIDE)..(at + ALPHAS_BESIDE + 1).min(ALPHA_GRID.len())]
}

impl Settings {
    fn config(self, config: &TrainConfig) -> Result<CheckedConfig, ConfigError> {
        let mut config = config.clone();
        config.alpha = Alpha::Auto(Auto::Auto);
        config.features = self.features(&config.features);
        config.check()
    }

    fn features(self, given: &FeatureSpec) -> FeatureSpec {
        let words = given.blocks.values().find(|block| block.units == Units::Words).cloned().unwrap_or_default();
        // The norm of occurrences is the Euclidean one for counts that are added up uncounted: it comes and goes with them.
        let norm = match words.norm {
            Norm::L2 | Norm::Occurrences if self.tf == TermFrequency::Count => Norm::Occurrences,
            Norm::Occurrences => Norm::L2,
            norm => norm,
        };
        let words = BlockSpec { max_n: self.max_n, min_n: 1, tf: self.tf, norm, ..words };
        let characters =
            BlockSpec { units: Units::Characters, form: Form::Surface, min_n: 2, max_n: 5, ..words.clone() };
        let mut features = given.clone();
        features.normalize.lowercase = self.lowercase;
        features.blocks.clear();
        let mut add = |wanted: bool, name: &str, block: BlockSpec| {
            if wanted {
                features.blocks.insert(name.to_owned(), block);
            }
        };
        add(self.characters, "chars", characters);
        add(self.forms != Forms::Surface, "stems", BlockSpec { form: Form::Stem, ..words.clone() });
        add(self.forms != Forms::Stems, "words", BlockSpec { form: Form::Surface, ..words });
        features
    }

    fn describe(self) -> String {
        let forms = match self.forms {
            Forms::Surface => "words",
            Forms::Stems => "stems",
            Forms::Both => "words and stems",
        };
        let tf = match self.tf {
            TermFrequency::Count => "counts",
            TermFrequency::Binary => "binary",
            TermFrequency::Sublinear => "sublinear",
        };
        let characters = if self.characters { ", characters 2-5" } else { "" };
        let case = if self.lowercase { "" } else { ", case kept" };
        format!("{forms} 1-{}{characters}, {tf}{case}", self.max_n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::{Format, ReadOptions};

    /// The order of two words is all that tells the labels apart.
    fn corpus() -> Corpus {
        let mut csv = String::from("label,text\n");
        for n in 0..60 {
            let (label, phrase) = [("a", "not good"), ("b", "good not")][n % 2];
            csv += &format!("{label},it was {phrase} at number{}\n", n % 7);
        }
        Corpus::from_reader(csv.as_bytes(), "corpus", Format::Csv, &ReadOptions::default()).unwrap()
    }

    #[test]
    fn what_cannot_be_told_apart_is_refused_before_anything_is_made() {
        let of_labels = |labels: usize| {
            let rows: Vec<String> = (0..labels).map(|n| format!("l{n},rain")).collect();
            let csv = format!("label,text\n{}\n", rows.join("\n"));
            Corpus::from_reader(csv.as_bytes(), "corpus", Format::Csv, &ReadOptions::default()).unwrap()
        };
        let config = TrainConfig { folds: 2, ..TrainConfig::default() }.check().unwrap();
        let refused = |labels| search(&of_labels(labels), &config, &|_| ()).unwrap_err();
        assert!(matches!(refused(1), TrainError::OneLabel { .. }));
        assert!(matches!(refused(5000), TrainError::TooManyLabels { labels: 5000 }));
    }

    #[test]
    fn the_best_settings_are_found_and_reported() {
        let corpus = corpus();
        let config = TrainConfig { folds: 3, ..TrainConfig::default() }.check().unwrap();
        let (chosen, tried) = search(&corpus, &config, &|_| ()).unwrap();
        assert!(tried.len() <= SEARCH_CANDIDATES as usize && tried.len() >= 8, "{tried:?}");
        assert_eq!(tried[0].settings, "words 1-2, counts");
        let best = tried.iter().map(|tried| tried.macro_f1).fold(0.0, f64::max);
        let last_better = tried.iter().rfind(|tried| tried.better).unwrap();
        assert!(tried[0].better && last_better.macro_f1.total_cmp(&best).is_eq());
        assert!(tried[1].macro_f1 < tried[0].macro_f1, "words alone cannot tell the labels apart");
        assert_eq!(chosen.get().alpha, Alpha::Auto(Auto::Auto));
        assert_eq!(search(&corpus, &config, &|_| ()).unwrap(), (chosen, tried));
    }
}

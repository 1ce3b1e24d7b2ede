//! `copydesk train`: labelled texts in, a model out.

use std::path::{Path, PathBuf};

use clap::{Args as ClapArgs, ValueEnum};
use copydesk_train::{
    ALPHA_GRID, Alpha, Auto, CheckedConfig, Corpus, SEARCH_CANDIDATES, SearchedSettings, SolverKind, TrainConfig,
    TrainError, Trained, check_place, model_card, write_together,
};

use crate::failure::Failure;
use crate::input::Source;
use crate::labels::name_labels;
use crate::model::MODEL_FILE;
use crate::output::note;
use crate::progress::TrainProgress;
use crate::records::{CorpusArgs, name_files, read_corpus};
use crate::same_file::refuse_to_replace;
use crate::scores;

/// Train a classifier from labelled texts
///
/// Any set of labels will do. Beside the model go `scores.json` (every figure of the run) and `card.md` (the same for
/// people).
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  copydesk train labelled.csv --out my-model
  copydesk train *.jsonl --text-column sentence --group-column article --out my-model
  copydesk train a.csv --alpha auto --set features.blocks.words.max_n=3 --out my-model
  copydesk train a.csv --search --out my-model
  copydesk train a.csv --config my-options.toml --cv 10 --threads 4 --out my-model

The options come from the defaults, then --config, then --set, then the other flags, so a default shown above is that \
without --config and --set. The same data and options give \
the same model, byte for byte, on any number of threads.")]
pub(crate) struct Args {
    /// Labelled texts: CSV, TSV, JSONL or Parquet, also packed with gzip or zstd; files, directories or quoted patterns
    #[arg(value_name = "DATA", required = true)]
    data: Vec<PathBuf>,

    /// Where to write: a folder, or a file that ends in .safetensors
    #[arg(long, value_name = "MODEL")]
    out: PathBuf,

    #[command(flatten)]
    columns: CorpusArgs,

    /// Options as TOML
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// One option, by its dotted name; may be repeated
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,

    /// Strength of the L2 penalty (1/C), or `auto` to choose it by cross-validation [default: 0.3]
    #[arg(long, value_name = "A|auto", allow_negative_numbers = true)]
    alpha: Option<String>,

    /// Choose feature settings by cross-validation, too: n-grams of 1, 1-2 or 1-3 words, surface forms, stems or both, n-grams
    /// of characters, how repeats count, case; one after the other, each with the alphas near the best so far. Takes 5 to 10
    /// times as long as `--alpha auto`, several times more where n-grams of characters are kept
    #[arg(long, conflicts_with = "alpha")]
    search: bool,

    /// Which estimator fits the weights [default: sparse]
    #[arg(long, value_enum)]
    solver: Option<Solver>,

    /// Folds of the cross-validation; 0 for none [default: 5]
    #[arg(long, value_name = "K")]
    cv: Option<u32>,

    /// Seed of the folds and the bootstrap [default: 1]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,

    /// Threads to use; the result does not depend on it [default: all]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Solver {
    /// Sparse multinomial logistic regression
    Sparse,
    /// linfa-logistic, dense, on the features of the highest chi-squared statistic
    Linfa,
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let config = args.config()?;
    let target = Target::new(&args.out, &Source::tables(&args.data))?;
    let corpus = read_corpus(&args.data, &args.columns.options())?;
    note(&format!(
        "read {} examples in {} documents, labels {}",
        corpus.examples().len(),
        corpus.groups().len(),
        name_labels(corpus.labels())
    ));
    let progress = TrainProgress::new(args.fits(&config));
    let train = || args.train(&corpus, &config, &progress);
    let trained = match args.threads {
        Some(threads) => rayon::ThreadPoolBuilder::new()
            .num_threads(usize::from(threads))
            .build()
            .map_err(|error| Failure::Usage(format!("cannot start {threads} threads: {error}")))?
            .install(train),
        None => train(),
    };
    progress.finish();
    let trained = trained.map_err(|error| Failure::BadData(format!("{}: {error}", name_files(&args.data))))?;
    target.write(&trained)?;
    note(summary(&trained, &target).trim_end());
    if let Some(name) = copydesk_infer::BUILTIN_MODELS.iter().find(|name| args.out == Path::new(name)) {
        note(&format!("{name} is also the name of a built-in model: say ./{name} to use this one"));
    }
    Ok(())
}

impl Args {
    /// The fits of all folds, about.
    fn fits(&self, config: &CheckedConfig) -> u64 {
        let all = ALPHA_GRID.len() as u64;
        let alphas = if self.search {
            2 * all + 5 * u64::from(SEARCH_CANDIDATES - 1)
        } else if matches!(config.get().alpha, Alpha::Auto(_)) {
            all
        } else {
            1
        };
        u64::from(config.get().folds) * alphas
    }

    fn train(&self, corpus: &Corpus, config: &CheckedConfig, progress: &TrainProgress) -> Result<Trained, TrainError> {
        let observe = |event| progress.show(event);
        if !self.search {
            return copydesk_train::train(corpus, config, &observe);
        }
        let (config, tried) = copydesk_train::search(corpus, config, &observe)?;
        let mut trained = copydesk_train::train(corpus, &config, &observe)?;
        trained.report.search = tried;
        Ok(trained)
    }

    fn config(&self) -> Result<CheckedConfig, Failure> {
        let usage = |error: copydesk_train::ConfigError| Failure::Usage(error.to_string());
        let mut config = read_config(self.config.as_deref())?;
        for assignment in &self.set {
            config = config.with_assignment(assignment).map_err(usage)?;
        }
        match self.alpha.as_deref() {
            None => {}
            Some("auto") => config.alpha = Alpha::Auto(Auto::Auto),
            Some(number) => match number.parse() {
                Ok(alpha) => config.alpha = Alpha::Fixed(alpha),
                Err(_) => return Err(Failure::Usage(format!("--alpha {number}: give a positive number or `auto`"))),
            },
        }
        match self.solver {
            None => {}
            Some(Solver::Sparse) => config.solver = SolverKind::Sparse,
            Some(Solver::Linfa) => config.solver = SolverKind::Linfa,
        }
        config.folds = self.cv.unwrap_or(config.folds);
        config.seed = self.seed.unwrap_or(config.seed);
        if self.search {
            config.alpha = Alpha::Auto(Auto::Auto);
        }
        config.check().map_err(usage)
    }
}

/// The options in a file; the default ones without a file.
pub(crate) fn read_config(path: Option<&Path>) -> Result<TrainConfig, Failure> {
    let Some(path) = path else {
        return Ok(TrainConfig::default());
    };
    let text = Source::File(path.to_owned()).read()?;
    TrainConfig::from_toml(&text).map_err(|error| Failure::BadData(format!("{}:{error}", path.display())))
}

/// The files of a model: all in one folder.
struct Target {
    model: PathBuf,
    scores: PathBuf,
    card: PathBuf,
    name: String,
}

impl Target {
    /// Refuses a place that cannot hold a model before the work is done, and before one of its files is replaced.
    fn new(out: &Path, inputs: &[Source]) -> Result<Self, Failure> {
        let is_file = out.extension().is_some_and(|extension| extension == "safetensors");
        let model = if is_file { out.to_owned() } else { out.join(MODEL_FILE) };
        let in_the_way = model.ancestors().skip(1).find(|place| place.exists()).filter(|place| !place.is_dir());
        if let Some(file) = in_the_way {
            return Err(Failure::CannotCreate(format!(
                "cannot write {}: {} is a file: give a folder or a name in .safetensors",
                model.display(),
                file.display()
            )));
        }
        let named_after = if is_file { out.file_stem() } else { out.file_name() };
        let target = Self {
            scores: model.with_file_name("scores.json"),
            card: model.with_file_name("card.md"),
            name: named_after.map_or_else(|| "model".into(), |name| name.to_string_lossy().into_owned()),
            model,
        };
        for file in [&target.model, &target.scores, &target.card] {
            if file.is_dir() {
                return Err(Failure::CannotCreate(format!("{} is a folder: give another --out", file.display())));
            }
            refuse_to_replace(inputs.iter().filter_map(Source::file), file, "--out")?;
            check_place(file)?;
        }
        Ok(target)
    }

    fn write(&self, trained: &Trained) -> Result<(), Failure> {
        let scores = serde_json::to_string_pretty(&trained.report).expect("numbers, strings and lists are JSON") + "\n";
        let card = model_card(&self.name, &trained.report);
        // The model comes last: where it is new, so are the figures beside it.
        write_together(&[
            (&self.scores, scores.as_bytes()),
            (&self.card, card.as_bytes()),
            (&self.model, &trained.model.to_bytes()),
        ])?;
        Ok(())
    }
}

/// What a search tried; nothing without one. The last of the marked settings are those of the model.
fn search_table(tried: &[SearchedSettings]) -> String {
    let Some(width) = tried.iter().map(|tried| tried.settings.len()).max() else {
        return String::new();
    };
    let mut text =
        format!("\n{:width$} {:>8} {:>9} {:>9} {:>9}\n", "settings", "alpha", "macro-F1", "accuracy", "log loss");
    for tried in tried {
        let mark = if tried.better { " <" } else { "" };
        text += &format!(
            "{:width$} {:>8} {:>9.4} {:>9.4} {:>9.4}{mark}\n",
            tried.settings, tried.alpha, tried.macro_f1, tried.accuracy, tried.log_loss
        );
    }
    text
}

fn summary(trained: &Trained, target: &Target) -> String {
    let report = &trained.report;
    let mut text = search_table(&report.search);
    if report.alphas.len() > 1 {
        text +=
            &format!("\n{:>8} {:>9} {:>9} {:>9} {:>11}\n", "alpha", "macro-F1", "accuracy", "log loss", "temperature");
        for tried in &report.alphas {
            let mark = if tried.alpha.total_cmp(&report.alpha).is_eq() { " <" } else { "" };
            text += &format!(
                "{:>8} {:>9.4} {:>9.4} {:>9.4} {:>11.3}{mark}\n",
                tried.alpha, tried.macro_f1, tried.accuracy, tried.log_loss, tried.temperature
            );
        }
    }
    if let Some(scores) = &report.cross_validation {
        text += &format!(
            "\ncross-validated in {} folds of whole documents\n{}",
            report.config.folds,
            scores::table(scores)
        );
    }
    if let Some(scores) = &report.cross_validation_in_context {
        text += &format!("\nthe same in the context of their documents\n{}", scores::table(scores));
    }
    let ngrams: Vec<String> = report.ngrams.iter().map(|(block, count)| format!("{block} {count}")).collect();
    text += &format!(
        "\nwrote {} ({} bytes, n-grams: {}), scores.json and card.md\n",
        target.model.display(),
        report.model_bytes,
        ngrams.join(", ")
    );
    text
}

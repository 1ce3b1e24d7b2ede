//! The model card: what a model is, from what it was trained and what it scores, for people.

use crate::calibration::TemperatureFit;
use crate::metrics::{Evaluation, Interval, Uncertainty};
use crate::report::{AlphaScore, TrainReport};

/// With more labels nobody can read a confusion matrix; `scores.json` has it.
const MOST_IN_A_MATRIX: usize = 40;

/// The card of a freshly trained model as Markdown. Every figure in it comes from the run.
pub fn model_card(name: &str, report: &TrainReport) -> String {
    let provenance = &report.provenance;
    let mut card = format!(
        "# Model card: {name}\n\nWritten by `copydesk train`; the same figures are in `scores.json`.\n\n\
         - **What it does**: gives a text one of the labels {}, with {}.\n\
         - **Method**: TF-IDF n-grams, multinomial logistic regression (L2 penalty, alpha {}), temperature {:.4}.\n\
         - **Trained on**: {} examples in {} documents; SHA-256 of the data `{}`.\n\
         - **Tool**: {}; stems by {}; sentence rules {}.\n\
         - **Size**: {} bytes; n-grams by block: {}.\n",
        provenance.label_counts.keys().map(|label| code(label)).collect::<Vec<_>>().join(", "),
        probabilities(report),
        report.alpha,
        report.temperature,
        provenance.examples,
        provenance.documents,
        provenance.data_sha256,
        provenance.tool,
        provenance.stemmer,
        provenance.segmenter_rules,
        report.model_bytes,
        report.ngrams.iter().map(|(block, count)| format!("{block} {count}")).collect::<Vec<_>>().join(", "),
    );
    card.push_str("\n## Training data by label\n\n| label | examples |\n|---|---|\n");
    for (label, count) in &provenance.label_counts {
        card += &format!("| {} | {count} |\n", code(label));
    }
    match &report.cross_validation {
        Some(scores) => {
            card += &format!(
                "\n## Scores\n\nCross-validated in {} folds that keep each document whole: every example was scored by a \
                 model that met neither it nor its document.{} They tell what to expect on texts like the training data; \
                 measure other texts with `copydesk eval`.\n\n",
                report.config.folds,
                if report.alphas.len() > 1 { " Alpha was chosen by them, so they are a little too good." } else { "" }
            );
            push_scores(&mut card, scores);
            if let Some(scores) = &report.cross_validation_in_context {
                card += &format!(
                    "\n## Scores in context\n\nThe same examples in their documents, {} sentences to either side in view, as \
                     `copydesk label` reads them.\n\n",
                    report.config.context_window
                );
                push_scores(&mut card, scores);
            }
        }
        None => card.push_str("\n## Scores\n\nNone: the model was trained without cross-validation.\n"),
    }
    if let Some(scores) = report.cross_validation.as_ref().filter(|_| !report.ablation.is_empty()) {
        push_ablation(&mut card, report, scores);
    }
    if report.alphas.len() > 1 {
        push_alphas(&mut card, report);
    }
    if !report.warnings.is_empty() {
        card.push_str("\n## Warnings of the run\n\n");
        for warning in &report.warnings {
            card += &format!("- {warning}\n");
        }
    }
    card.push_str("\n## Options\n\n```toml\n");
    card.push_str(&toml::to_string(&report.config).expect("checked options are TOML"));
    card.push_str("```\n");
    card
}

/// What its probabilities are worth.
fn probabilities(report: &TrainReport) -> &'static str {
    let chosen = report.alphas.iter().find(|tried| tried.alpha.total_cmp(&report.alpha).is_eq());
    match chosen.map(|tried| tried.temperature_fit) {
        Some(TemperatureFit::Labels) => "calibrated probabilities",
        Some(TemperatureFit::SmoothedLabels) => "probabilities fitted to smoothed labels (see the warnings)",
        Some(TemperatureFit::NoInformation) => "probabilities that carry no information (see the warnings)",
        None => "probabilities that are not calibrated",
    }
}

fn push_scores(card: &mut String, scores: &Evaluation) {
    card.push_str("| | score | 95 % interval |\n|---|---|---|\n");
    let intervals = match &scores.uncertainty {
        Uncertainty::Intervals(intervals) => Some(intervals),
        Uncertainty::NotAvailable { .. } => None,
    };
    let rows = [
        ("macro-F1", scores.macro_f1, intervals.map(|i| i.macro_f1)),
        ("accuracy", scores.accuracy, intervals.map(|i| i.accuracy)),
        ("log loss", scores.log_loss, intervals.map(|i| i.log_loss)),
        ("Brier score", scores.brier, intervals.map(|i| i.brier)),
        ("expected calibration error", scores.calibration_error, None),
    ];
    for (name, score, interval) in rows {
        *card += &format!("| {name} | {score:.3} | {} |\n", range(interval));
    }
    card.push_str(
        "\n| label | precision | recall | F1 | 95 % interval of F1 | examples |\n|---|---|---|---|---|---|\n",
    );
    for (at, class) in scores.classes.iter().enumerate() {
        let interval = intervals.and_then(|intervals| intervals.classes[at].f1);
        *card += &format!(
            "| {} | {:.3} | {:.3} | {:.3} | {} | {} |\n",
            code(&class.label),
            class.precision,
            class.recall,
            class.f1,
            range(interval),
            class.support
        );
    }
    if scores.classes.len() > MOST_IN_A_MATRIX {
        return;
    }
    let labels: Vec<String> = scores.classes.iter().map(|class| code(&class.label)).collect();
    *card += &format!("\n| truth \\ answer | {} |\n|---|{}\n", labels.join(" | "), "---|".repeat(labels.len()));
    for (label, row) in labels.iter().zip(&scores.confusion) {
        let row: Vec<String> = row.iter().map(u64::to_string).collect();
        *card += &format!("| {label} | {} |\n", row.join(" | "));
    }
}

/// What is lost without each block, and what the context adds.
fn push_ablation(card: &mut String, report: &TrainReport, scores: &Evaluation) {
    card.push_str(
        "\n## Ablation\n\nWhat each part is worth: the same cross-validation without it.\n\n\
         | features | macro-F1 | accuracy | log loss |\n|---|---|---|---|\n",
    );
    let mut row = |name: &str, macro_f1: f64, accuracy: f64, log_loss: f64| {
        *card += &format!("| {name} | {macro_f1:.4} | {accuracy:.4} | {log_loss:.4} |\n");
    };
    if let Some(context) = &report.cross_validation_in_context {
        row("all, in context", context.macro_f1, context.accuracy, context.log_loss);
    }
    row("all, each sentence alone", scores.macro_f1, scores.accuracy, scores.log_loss);
    for ablation in &report.ablation {
        let AlphaScore { macro_f1, accuracy, log_loss, .. } = ablation.scores;
        row(&format!("without `{}`", ablation.without), macro_f1, accuracy, log_loss);
    }
}

fn push_alphas(card: &mut String, report: &TrainReport) {
    card.push_str(
        "\n## Alphas tried\n\n| alpha | macro-F1 | accuracy | log loss | temperature |\n|---|---|---|---|---|\n",
    );
    for tried in &report.alphas {
        *card += &format!(
            "| {} | {:.4} | {:.4} | {:.4} | {:.3} |\n",
            tried.alpha, tried.macro_f1, tried.accuracy, tried.log_loss, tried.temperature
        );
    }
}

fn range(interval: Option<Interval>) -> String {
    interval.map_or_else(|| "–".into(), |i| format!("{:.3} – {:.3}", i.low, i.high))
}

/// A label as inline code that cannot end the code or the table cell.
fn code(label: &str) -> String {
    format!("`{}`", label.replace('`', "'").replace('|', "\\|"))
}

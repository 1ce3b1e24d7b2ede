//! The report for the terminal.

use copydesk_train::{
    CorpusReport, Giveaway, LabelErrorReport, LabelErrors, LabelProfile, NearDuplicate, Place, Quantiles, Repeat,
    StraddlingDocument, Suspect,
};

use crate::output::one_line;
use crate::width::widest;

/// Texts are cut to so many characters.
const TEXT_WIDTH: usize = 100;

/// The report, with at most `top` lines of each list.
pub(crate) fn text(report: &CorpusReport, top: usize) -> String {
    let mut lines = vec![format!(
        "{} examples in {} documents, {}",
        report.examples,
        report.documents,
        counted(report.files.len(), "file", "files")
    )];
    lines.extend(files(report));
    lines.extend(labels(report));
    lines.extend(alike_labels(report, top));
    lines.extend(repeats(report, top));
    lines.extend(near_duplicates(report, top));
    lines.extend(straddling(report, top));
    lines.extend(shortcuts(report));
    lines.extend(giveaways(report, top));
    lines.extend(label_errors(report, top));
    lines.join("\n") + "\n"
}

fn files(report: &CorpusReport) -> Vec<String> {
    let width = widest(report.files.iter().map(|file| file.file.as_str()));
    let header = cells(report, report.labels.iter().map(|label| label.label.clone()));
    let mut lines = vec![String::new(), format!("{:width$}  {:>9} {:>9}{header}", "file", "examples", "documents")];
    for file in &report.files {
        let counts = cells(report, file.labels.iter().map(|count| count.examples.to_string()));
        lines.push(format!("{:width$}  {:>9} {:>9}{counts}", file.file, file.examples, file.documents));
    }
    lines
}

fn labels(report: &CorpusReport) -> Vec<String> {
    let width = label_width(report);
    let mut lines = Vec::new();
    for (name, quantiles) in [
        ("words", (|label: &LabelProfile| label.words) as fn(&LabelProfile) -> Quantiles),
        ("characters", |label: &LabelProfile| label.characters),
    ] {
        lines.push(String::new());
        lines.push(format!(
            "{name:width$} {:>6} {:>6} {:>6} {:>6} {:>6} {:>6} {:>6}",
            "min", "5 %", "25 %", "median", "75 %", "95 %", "max"
        ));
        for label in &report.labels {
            let q = quantiles(label);
            let values = [q.min, q.p5, q.p25, q.median, q.p75, q.p95, q.max];
            let values: Vec<String> = values.iter().map(|value| format!("{value:>6}")).collect();
            lines.push(format!("{:width$} {}", label.label, values.join(" ")));
        }
    }
    lines.push(String::new());
    lines.push(format!("{:width$} {:>7} {:>7} {:>7} {:>7} {:>7}", "texts end in", ".", "!", "?", "\"", "other"));
    for label in &report.labels {
        let e = label.endings;
        let shares = [e.full_stop, e.exclamation, e.question, e.quote, e.other];
        let shares: Vec<String> =
            shares.iter().map(|&count| format!("{:>5.1} %", 100.0 * count as f64 / label.examples as f64)).collect();
        lines.push(format!("{:width$} {}", label.label, shares.join(" ")));
    }
    lines
}

/// Nothing where there are none, as nearly always.
fn alike_labels(report: &CorpusReport, top: usize) -> Vec<String> {
    let sets = &report.alike_labels;
    if sets.is_empty() {
        return Vec::new();
    }
    let title = counted(
        sets.len(),
        "set of labels that differ only in case or blanks",
        "sets of labels that differ only in case or blanks",
    );
    let describe =
        |set: &Vec<String>| format!("  {}", set.iter().map(|l| format!("`{l}`")).collect::<Vec<_>>().join(", "));
    section(&title, sets.iter().map(describe), sets.len(), top)
}

fn repeats(report: &CorpusReport, top: usize) -> Vec<String> {
    let contradictory: Vec<&Repeat> = report.contradictions().collect();
    let across: Vec<&Repeat> = report.copies_across_files().collect();
    let (short, long): (Vec<&Repeat>, Vec<&Repeat>) = report.repeats.iter().partition(|repeat| repeat.short);
    let documents: Vec<&Repeat> = report.copies_across_documents().collect();
    let within: Vec<&Repeat> =
        long.into_iter().filter(|repeat| !repeat.across_documents && !repeat.across_files).collect();
    let list = |(one, several), repeats: &[&Repeat]| {
        let describe = |repeat: &&Repeat| {
            let places: Vec<String> = repeat.places.iter().take(6).map(place).collect();
            let more = repeat.places.len() - places.len();
            let more = if more > 0 { format!(", {more} more") } else { String::new() };
            format!("  {}{more}\n    {}", places.join(", "), shortened(&repeat.text))
        };
        section(&counted(repeats.len(), one, several), repeats.iter().map(describe), repeats.len(), top)
    };
    let copies: usize = report.repeats.iter().map(|repeat| repeat.places.len() - 1).sum();
    let mut lines =
        vec![String::new(), format!("{} of texts that stand earlier in the data", counted(copies, "copy", "copies"))];
    lines.extend(list(("text with contradictory labels", "texts with contradictory labels"), &contradictory));
    lines.extend(list(
        ("text of 5 words or more in several files", "texts of 5 words or more in several files"),
        &across,
    ));
    lines.extend(list(
        (
            "text of 5 words or more in several documents of one file",
            "texts of 5 words or more in several documents of one file",
        ),
        &documents,
    ));
    lines.extend(list(
        (
            "text of 5 words or more repeated within one document",
            "texts of 5 words or more repeated within one document",
        ),
        &within,
    ));
    lines.extend(list(("text of fewer than 5 words repeated", "texts of fewer than 5 words repeated"), &short));
    lines
}

fn near_duplicates(report: &CorpusReport, top: usize) -> Vec<String> {
    let (across, within): (Vec<&NearDuplicate>, Vec<&NearDuplicate>) =
        report.near_duplicates.pairs.iter().partition(|pair| pair.across_files);
    let list = |(one, several), pairs: &[&NearDuplicate]| {
        let describe = |pair: &&NearDuplicate| {
            format!(
                "  {:.2}  {}, {}\n    {}\n    {}",
                pair.similarity,
                place(&pair.first),
                place(&pair.second),
                shortened(&pair.first_text),
                shortened(&pair.second_text)
            )
        };
        section(&counted(pairs.len(), one, several), pairs.iter().map(describe), pairs.len(), top)
    };
    let mut lines = list(("near copy across files", "near copies across files"), &across);
    lines.extend(list(("near copy within one file", "near copies within one file"), &within));
    if !report.near_duplicates.complete {
        lines.push("the search for near copies became too long and was ended: there are more".into());
    }
    lines
}

fn straddling(report: &CorpusReport, top: usize) -> Vec<String> {
    let describe = |document: &StraddlingDocument| {
        let files: Vec<String> =
            document.files.iter().map(|share| format!("{}:{} ({})", share.file, share.line, share.examples)).collect();
        format!("  {}: {}", one_line(&document.document), files.join(", "))
    };
    let found = &report.straddling;
    section(
        &counted(found.len(), "document in several files", "documents in several files"),
        found.iter().map(describe),
        found.len(),
        top,
    )
}

fn shortcuts(report: &CorpusReport) -> Vec<String> {
    let found = &report.shortcuts;
    let mut lines = Vec::new();
    for (measure, nothing, scores) in [
        ("accuracy", format!("always {}", found.majority), &found.accuracy),
        ("mean recall", "any one answer".to_owned(), &found.mean_recall),
    ] {
        let mut rows = vec![(nothing, scores.baseline)];
        let word = scores
            .word
            .as_ref()
            .map(|rule| (format!("{} if {:?}, else {}", rule.with, rule.word, rule.without), rule.score));
        rows.extend(word);
        rows.push(("by the number of words".into(), scores.length));
        rows.push(("by the last character".into(), scores.ending));
        let width = widest(rows.iter().map(|(rule, _)| rule.as_str())).max(30);
        lines.push(String::new());
        lines.push(format!("{:width$}  {measure:>11}", "one thing alone"));
        lines.extend(rows.iter().map(|(rule, score)| format!("{rule:width$}  {score:>11.3}")));
    }
    lines
}

fn giveaways(report: &CorpusReport, top: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for label in &report.labels {
        let found: Vec<&Giveaway> = report.giveaways.iter().filter(|g| g.label == label.label).take(top).collect();
        if found.is_empty() {
            continue;
        }
        let title = format!("n-grams for {}", label.label);
        let width = widest(found.iter().map(|giveaway| giveaway.ngram.as_str()).chain([title.as_str()]));
        lines.push(String::new());
        lines.push(format!(
            "{title:width$}  {:>6} {:>9} {:>8} {:>8} {:>6}",
            "texts", "precision", "coverage", "log odds", "z"
        ));
        for g in found {
            lines.push(format!(
                "{:width$}  {:>6} {:>9.3} {:>8.3} {:>8.2} {:>6.1}",
                g.ngram, g.texts, g.precision, g.coverage, g.log_odds_ratio, g.z
            ));
        }
    }
    lines
}

fn label_errors(report: &CorpusReport, top: usize) -> Vec<String> {
    match &report.label_errors {
        LabelErrors::NotAsked => Vec::new(),
        LabelErrors::NotAvailable { reason } => {
            vec![String::new(), format!("label errors could not be looked for: {reason}")]
        }
        LabelErrors::Found(found) => suspects(report, found, top),
    }
}

fn suspects(report: &CorpusReport, found: &LabelErrorReport, top: usize) -> Vec<String> {
    let width = label_width(report);
    let mut lines = vec![
        String::new(),
        format!(
            "label errors: about {:.0} labels ({:.1} %) are doubtful by confident learning; accuracy out of fold {:.3}",
            found.estimate,
            100.0 * found.estimate / report.examples as f64,
            found.accuracy
        ),
        String::new(),
    ];
    let names = cells(report, report.labels.iter().map(|label| label.label.clone()));
    lines.push(format!("{:width$} {names}", "given \\ counted"));
    for (label, counts) in report.labels.iter().zip(&found.confident) {
        lines.push(format!("{:width$} {}", label.label, cells(report, counts.iter().map(u64::to_string))));
    }
    let describe = |suspect: &Suspect| {
        format!(
            "  {} -> {} ({:.2} against {:.2})\n    {}",
            place(&suspect.place),
            suspect.suggested,
            suspect.probability_of_suggested,
            suspect.probability_of_label,
            shortened(&suspect.text)
        )
    };
    let total = found.suspects.len();
    let title = counted(
        total,
        "text whose label is not the most probable one",
        "texts whose label is not the most probable one",
    );
    lines.extend(section(&title, found.suspects.iter().map(describe), total, top));
    lines
}

/// One cell a label, as wide as the label.
fn cells(report: &CorpusReport, cells: impl Iterator<Item = String>) -> String {
    let pad = |(cell, label): (String, &LabelProfile)| format!(" {cell:>0$}", widest([label.label.as_str()]).max(7));
    cells.zip(&report.labels).map(pad).collect()
}

/// A title and the first entries of a list.
fn section(title: &str, entries: impl Iterator<Item = String>, total: usize, top: usize) -> Vec<String> {
    let mut lines = vec![String::new(), title.to_owned()];
    lines.extend(entries.take(top));
    if total > top {
        lines.push(format!("  … and {} more", total - top));
    }
    lines
}

fn place(place: &Place) -> String {
    format!("{place} {}", place.label)
}

fn counted(count: usize, one: &str, several: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { several })
}

fn shortened(text: &str) -> String {
    let text = one_line(text);
    match text.char_indices().nth(TEXT_WIDTH) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text,
    }
}

fn label_width(report: &CorpusReport) -> usize {
    widest(report.labels.iter().map(|label| label.label.as_str())).max(15)
}

#[cfg(test)]
mod tests {
    use super::*;
    use copydesk_train::{CheckOptions, Corpus, Format, ReadOptions, check_corpus};

    #[test]
    fn every_finding_is_shown_with_its_place_and_lists_are_cut() {
        let csv = "text,label,doc
The harbour board voted seven to two to close the old market.,fact,1
\"The harbour board voted seven to two, to close the old market!\",view,2
The harbour board voted seven to two to close the old mill.,fact,3
Go home,view,4
Go home,view,5
Sit down,view,6
Sit down,view,7
";
        let corpus = Corpus::from_reader(csv.as_bytes(), "part.csv", Format::Csv, &ReadOptions::default()).unwrap();
        let report = check_corpus(&corpus, &CheckOptions { folds: None, ..CheckOptions::default() }, &|_| {});
        let text = text(&report, 1);
        for expected in [
            "7 examples in 7 documents, 1 file\n",
            "\npart.csv          7         7       2       5\n",
            "3 copies of texts that stand earlier in the data\n",
            "1 text with contradictory labels\n  part.csv:2 fact, part.csv:3 view\n    The harbour board voted",
            "0 texts of 5 words or more in several files\n",
            "1 text of 5 words or more in several documents of one file\n  part.csv:2 fact, part.csv:3 view\n",
            "0 texts of 5 words or more repeated within one document\n",
            "2 texts of fewer than 5 words repeated\n  part.csv:5 view, part.csv:6 view\n    Go home\n  … and 1 more",
            "1 near copy within one file\n  0.82  part.csv:2 fact, part.csv:4 fact\n",
            "0 documents in several files\n",
            "always view",
        ] {
            assert!(text.contains(expected), "{expected:?} is not in\n{text}");
        }
        assert!(!text.contains("label errors"));
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        assert_eq!(shortened("brief  note"), "brief note");
        let cut = shortened(&"é".repeat(101));
        assert_eq!((cut.chars().count(), cut.ends_with('…')), (101, true));
    }
}

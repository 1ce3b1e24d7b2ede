//! What was cut, in numbers.

use std::sync::Arc;

use super::cuts::Cut;

/// Counts over one or several inputs.
#[derive(Debug, Clone)]
pub(super) struct Summary {
    /// Shared, since each row of a table has counts of its own.
    labels: Arc<[String]>,
    sentences: u64,
    /// Cut sentences by class.
    cut: Vec<u64>,
    bytes: u64,
    cut_bytes: u64,
    /// Rows that were left out.
    pub rows_dropped: u64,
}

impl Summary {
    pub fn new(labels: &[String]) -> Self {
        Self::of(labels.into())
    }

    fn of(labels: Arc<[String]>) -> Self {
        let cut = vec![0; labels.len()];
        Self { labels, sentences: 0, cut, bytes: 0, cut_bytes: 0, rows_dropped: 0 }
    }

    /// One with nothing counted yet.
    pub fn empty(&self) -> Self {
        Self::of(Arc::clone(&self.labels))
    }

    /// Counts a text, or a part of one.
    pub fn count(&mut self, bytes: usize, sentences: usize, cuts: &[Cut]) {
        self.sentences += sentences as u64;
        self.bytes += bytes as u64;
        for cut in cuts {
            self.cut[cut.class] += 1;
            self.cut_bytes += cut.bytes.len() as u64;
        }
    }

    pub fn add(&mut self, other: &Self) {
        self.sentences += other.sentences;
        self.bytes += other.bytes;
        self.cut_bytes += other.cut_bytes;
        self.rows_dropped += other.rows_dropped;
        for (sum, cut) in self.cut.iter_mut().zip(&other.cut) {
            *sum += cut;
        }
    }

    pub fn cut_bytes(&self) -> u64 {
        self.cut_bytes
    }

    /// The counts in one line.
    pub fn text(&self, with_rows: bool) -> String {
        let cut: u64 = self.cut.iter().sum();
        let by_label: Vec<String> = self
            .labels
            .iter()
            .zip(&self.cut)
            .filter(|(_, count)| **count > 0)
            .map(|(label, count)| format!("{count} {label}"))
            .collect();
        let by_label = if by_label.is_empty() { String::new() } else { format!(": {}", by_label.join(", ")) };
        let rows = if with_rows { format!("; {} rows left out", self.rows_dropped) } else { String::new() };
        format!(
            "cut {cut} of {} sentences ({}){by_label}; {} of {} bytes of text ({}){rows}",
            self.sentences,
            share(cut, self.sentences),
            self.cut_bytes,
            self.bytes,
            share(self.cut_bytes, self.bytes)
        )
    }
}

fn share(part: u64, whole: u64) -> String {
    if whole == 0 { "0 %".to_owned() } else { format!("{:.1} %", part as f64 * 100.0 / whole as f64) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_told_by_label() {
        let labels = ["appeal".to_owned(), "opinion".to_owned(), "reporting".to_owned()];
        let mut total = Summary::new(&labels);
        assert_eq!(total.text(false), "cut 0 of 0 sentences (0 %); 0 of 0 bytes of text (0 %)");
        let cut = |class, bytes: std::ops::Range<usize>| Cut {
            sentence: bytes.clone(),
            bytes,
            index: 0,
            class,
            probability: 1.0,
        };
        let mut one = total.empty();
        one.count(100, 8, &[cut(0, 0..10), cut(0, 20..25), cut(1, 50..60)]);
        one.rows_dropped = 2;
        total.add(&one);
        total.add(&one);
        let expected =
            "cut 6 of 16 sentences (37.5 %): 4 appeal, 2 opinion; 50 of 200 bytes of text (25.0 %); 4 rows left out";
        assert_eq!(total.text(true), expected);
    }
}

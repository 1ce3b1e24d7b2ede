//! Learning a vocabulary and its idf values from texts.

use std::ops::Range;

use rayon::prelude::*;

use crate::error::FitError;
use crate::hash::HashedMap;
use crate::ngrams::Extractor;
use crate::spec::{BlockSpec, CheckedSpec, InverseDocumentFrequency};
use crate::vectorizer::Vectorizer;
use crate::vocabulary::Vocabulary;

/// Texts are counted in pieces of about so many. The piece size does not depend on the number of threads, and what is
/// counted is whole numbers, so neither does the result.
const PIECE: usize = 2048;

/// Learns the n-grams of `texts` that pass the spec's thresholds, and their idf.
pub(crate) fn fit<T: AsRef<str> + Sync>(
    spec: CheckedSpec,
    texts: &[T],
    groups: Option<&[u32]>,
) -> Result<Vectorizer, FitError> {
    if texts.is_empty() {
        return Err(FitError::NoTexts);
    }
    if let Some(groups) = groups.filter(|groups| groups.len() != texts.len()) {
        return Err(FitError::Groups { groups: groups.len(), texts: texts.len() });
    }
    // Texts of one group stand together, so that counting groups is noticing that the group changes.
    let mut order: Vec<Ordered> = (0..texts.len())
        .map(|text| Ordered { group: groups.map_or(text as u32, |groups| groups[text]), text })
        .collect();
    order.sort_unstable();
    let counts = pieces(&order)
        .into_par_iter()
        .map(|piece| count(&spec, texts, &order[piece]))
        .reduce(Counts::default, Counts::merged);
    select(spec, &counts, texts.len())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Ordered {
    group: u32,
    text: usize,
}

/// Cuts the texts into pieces that no group straddles.
fn pieces(order: &[Ordered]) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    let mut start = 0;
    while start < order.len() {
        let mut end = (start + PIECE).min(order.len());
        while end < order.len() && order[end].group == order[end - 1].group {
            end += 1;
        }
        pieces.push(start..end);
        start = end;
    }
    pieces
}

/// What is known of each n-gram, by its hash.
#[derive(Default)]
struct Counts {
    by_hash: HashedMap<Count>,
    /// The n-grams' texts, one after the other.
    text: String,
}

struct Count {
    block: usize,
    start: usize,
    end: usize,
    texts: u32,
    groups: u32,
    total: u64,
    last: Ordered,
}

fn count<T: AsRef<str>>(spec: &CheckedSpec, texts: &[T], order: &[Ordered]) -> Counts {
    let mut counts = Counts::default();
    let mut extractor = Extractor::new(spec);
    for &now in order {
        extractor.read(texts[now.text].as_ref(), spec);
        for (index, block) in spec.get().blocks.values().enumerate() {
            extractor.for_each(index, block, |hash, ngram| counts.add(hash, index, ngram, now));
        }
    }
    counts
}

impl Counts {
    fn add(&mut self, hash: u64, block: usize, ngram: &str, now: Ordered) {
        let text = &mut self.text;
        let count = self.by_hash.entry(hash).or_insert_with(|| {
            let start = text.len();
            text.push_str(ngram);
            Count { block, start, end: text.len(), texts: 1, groups: 1, total: 0, last: now }
        });
        count.total += 1;
        if count.last != now {
            count.texts += 1;
            count.groups += u32::from(count.last.group != now.group);
            count.last = now;
        }
    }

    /// The sum of two counts of different groups.
    fn merged(self, other: Self) -> Self {
        let (mut into, from) = if self.by_hash.len() >= other.by_hash.len() { (self, other) } else { (other, self) };
        for (hash, count) in from.by_hash {
            if let Some(known) = into.by_hash.get_mut(&hash) {
                known.texts += count.texts;
                known.groups += count.groups;
                known.total += count.total;
            } else {
                let start = into.text.len();
                into.text.push_str(&from.text[count.start..count.end]);
                let end = into.text.len();
                into.by_hash.insert(hash, Count { start, end, ..count });
            }
        }
        into
    }
}

struct Candidate<'a> {
    ngram: &'a str,
    texts: u32,
    total: u64,
}

fn select(spec: CheckedSpec, counts: &Counts, texts: usize) -> Result<Vectorizer, FitError> {
    let blocks: Vec<&BlockSpec> = spec.get().blocks.values().collect();
    let mut candidates: Vec<Vec<Candidate<'_>>> = blocks.iter().map(|_| Vec::new()).collect();
    for count in counts.by_hash.values() {
        let block = blocks[count.block];
        if count.texts as usize >= block.min_texts
            && count.groups as usize >= block.min_groups
            && f64::from(count.texts) <= block.max_share * texts as f64
        {
            candidates[count.block].push(Candidate {
                ngram: &counts.text[count.start..count.end],
                texts: count.texts,
                total: count.total,
            });
        }
    }
    let mut bytes = Vec::new();
    let mut ends = Vec::new();
    let mut idf = Vec::new();
    let mut sizes = Vec::new();
    for (block, mut kept) in blocks.iter().zip(candidates) {
        if let Some(limit) = block.max_features {
            kept.sort_unstable_by(|a, b| b.total.cmp(&a.total).then(a.ngram.cmp(b.ngram)));
            kept.truncate(limit);
        }
        kept.sort_unstable_by_key(|candidate| candidate.ngram);
        for candidate in &kept {
            bytes.extend_from_slice(candidate.ngram.as_bytes());
            // Checked below: the last end is the largest.
            ends.push(bytes.len() as u32);
            idf.push(inverse_document_frequency(block.idf, candidate.texts, texts));
        }
        sizes.push(kept.len() as u32);
    }
    if ends.is_empty() {
        return Err(FitError::EmptyVocabulary { seen: counts.by_hash.len(), texts });
    }
    if ends.len() > i32::MAX as usize || u32::try_from(bytes.len()).is_err() {
        return Err(FitError::TooManyFeatures { count: ends.len() });
    }
    let vocabulary = Vocabulary::from_parts(&spec, bytes, ends, &sizes)
        .expect("n-grams come sorted and distinct by hash out of the count");
    Ok(Vectorizer::from_parts(spec, vocabulary, idf).expect("one positive idf a n-gram"))
}

fn inverse_document_frequency(definition: InverseDocumentFrequency, df: u32, texts: usize) -> f32 {
    let (n, df) = (texts as f64, f64::from(df));
    let idf = match definition {
        InverseDocumentFrequency::Smooth => libm::log((1.0 + n) / (1.0 + df)) + 1.0,
        InverseDocumentFrequency::Plain => libm::log(n / df) + 1.0,
        InverseDocumentFrequency::None => 1.0,
    };
    idf as f32
}

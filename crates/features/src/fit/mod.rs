//! Learning a vocabulary and its idf values from texts, and the texts' rows with it.
//!
//! Every text is cut into n-grams once ([`reading`]). From then on an n-gram is a number; what it says is looked up, for
//! those that stay in the vocabulary only, in a text that has it ([`naming`]). [`rows`] turns the numbers into rows.

mod naming;
mod numbers;
mod order;
mod reading;
mod rows;
mod table;
#[cfg(test)]
mod tests;

use rayon::prelude::*;

use crate::counted::CountedRows;
use crate::error::FitError;
use crate::ngrams::is_unigram;
use crate::spec::{BlockSpec, CheckedSpec};
use crate::vectorizer::Vectorizer;
use crate::vocabulary::Vocabulary;
use naming::{Named, name};
use order::Order;
use reading::{Occurrences, read};
use rows::Ranked;
use table::Count;

/// Learns the n-grams of `texts` that pass the spec's thresholds, and their idf.
pub(crate) fn fit<T: AsRef<str> + Sync>(
    spec: CheckedSpec,
    texts: &[T],
    groups: Option<&[u32]>,
) -> Result<Vectorizer, FitError> {
    let (order, occurrences) = count(&spec, texts, groups)?;
    Ok(select(spec, texts, &order, &occurrences)?.0)
}

/// The same, and the texts' rows.
pub(crate) fn fit_rows<T: AsRef<str> + Sync>(
    spec: CheckedSpec,
    texts: &[T],
    groups: Option<&[u32]>,
) -> Result<(Vectorizer, CountedRows), FitError> {
    let (order, occurrences) = count(&spec, texts, groups)?;
    let (vectorizer, kept) = select(spec, texts, &order, &occurrences)?;
    let ranked = Ranked::new(&vectorizer, &kept, &occurrences);
    // The rows take the place of the counts in memory.
    let Occurrences { counts, pieces } = occurrences;
    drop((kept, counts));
    let rows = ranked.rows(&vectorizer, pieces, &order);
    Ok((vectorizer, rows))
}

fn count<T: AsRef<str> + Sync>(
    spec: &CheckedSpec,
    texts: &[T],
    groups: Option<&[u32]>,
) -> Result<(Order, Occurrences), FitError> {
    if texts.is_empty() {
        return Err(FitError::NoTexts);
    }
    if u32::try_from(texts.len()).is_err() {
        return Err(FitError::TooManyTexts { count: texts.len() });
    }
    if let Some(groups) = groups.filter(|groups| groups.len() != texts.len()) {
        return Err(FitError::Groups { groups: groups.len(), texts: texts.len() });
    }
    let order = Order::new(texts.len(), groups);
    let occurrences = read(spec, texts, &order);
    Ok((order, occurrences))
}

/// The vectoriser of the n-grams that pass the thresholds, and which they are, in the order of its columns.
fn select<T: AsRef<str> + Sync>(
    spec: CheckedSpec,
    texts: &[T],
    order: &Order,
    occurrences: &Occurrences,
) -> Result<(Vectorizer, Vec<Named>), FitError> {
    let blocks: Vec<&BlockSpec> = spec.get().blocks.values().collect();
    let passes = |block: usize, count: &Count| {
        let block = blocks[block];
        count.texts as usize >= block.min_texts
            && count.groups as usize >= block.min_groups
            && f64::from(count.texts) <= block.max_share * texts.len() as f64
    };
    let mut kept = name(&spec, texts, order, occurrences, &passes);
    for (index, block) in blocks.iter().enumerate() {
        if let Some(limit) = block.max_features {
            kept.limit(index, limit, &occurrences.totals(index));
        }
    }
    kept.sort();
    if kept.named.is_empty() {
        return Err(FitError::EmptyVocabulary { seen: occurrences.distinct(), texts: texts.len() });
    }
    let length = kept.named.iter().map(|named| named.length as usize).sum();
    if kept.named.len() > i32::MAX as usize || u32::try_from(length).is_err() {
        return Err(FitError::TooManyFeatures { count: kept.named.len() });
    }
    let mut bytes = Vec::with_capacity(length);
    let mut ends = Vec::with_capacity(kept.named.len());
    let mut sizes = vec![0; blocks.len()];
    for named in &kept.named {
        bytes.extend_from_slice(kept.ngram(named).as_bytes());
        ends.push(bytes.len() as u32);
        sizes[named.block()] += 1;
    }
    let idf_of = |named: &Named| {
        let block = blocks[named.block()];
        let rarity = block.idf.of(occurrences.count(named.place).texts, texts.len());
        let weight = if is_unigram(kept.ngram(named).as_bytes(), block.units) { block.unigram_weight } else { 1.0 };
        (weight * libm::pow(rarity, block.idf_power)) as f32
    };
    let idf: Vec<f32> = kept.named.par_iter().map(idf_of).collect();
    let named = kept.into_named();
    let vocabulary = Vocabulary::from_parts(&spec, bytes, ends, &sizes)
        .expect("n-grams come sorted and distinct by hash out of the count");
    Ok((Vectorizer::from_parts(spec, vocabulary, idf).expect("one positive idf a n-gram"), named))
}

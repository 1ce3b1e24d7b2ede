//! From the numbers of n-grams to rows.

use rayon::prelude::*;

use super::naming::Named;
use super::order::Order;
use super::reading::{Occurrences, Piece, WAVE_PIECES};
use crate::counted::{CountedBlock, CountedRows, Rows};
use crate::vectorizer::Vectorizer;

/// Stands for an n-gram that is not in the vocabulary.
const DROPPED: u32 = u32::MAX;

/// The ranks of the n-grams: in each block, the n-gram that most texts have is 0.
pub(super) struct Ranked {
    /// For each list, the rank of each n-gram of its table, or [`DROPPED`].
    ranks: Vec<Vec<u32>>,
    /// For each block, the columns by rank.
    columns: Vec<Vec<u32>>,
    /// For each block, in how many texts the n-gram of each rank is.
    texts: Vec<Vec<u32>>,
}

impl Ranked {
    /// `kept` has the n-gram of each column.
    pub fn new(vectorizer: &Vectorizer, kept: &[Named], occurrences: &Occurrences) -> Self {
        let mut ranks: Vec<Vec<u32>> = occurrences.counts.iter().map(|counts| vec![DROPPED; counts.len()]).collect();
        let mut texts_by_rank = Vec::new();
        let columns = (0..vectorizer.spec().get().blocks.len())
            .map(|block| {
                let columns = vectorizer.vocabulary().block_columns(block);
                let texts = |column: u32| occurrences.count(kept[column as usize].place).texts;
                let mut by_rank: Vec<(u32, u32)> =
                    columns.map(|column| (u32::MAX - texts(column as u32), column as u32)).collect();
                by_rank.par_sort_unstable();
                texts_by_rank.push(by_rank.iter().map(|(texts, _)| u32::MAX - texts).collect());
                for (rank, &(_, column)) in by_rank.iter().enumerate() {
                    let place = kept[column as usize].place;
                    ranks[place.list as usize][place.number as usize] = rank as u32;
                }
                by_rank.into_iter().map(|(_, column)| column).collect()
            })
            .collect();
        Self { ranks, columns, texts: texts_by_rank }
    }

    /// The rows of all texts. Takes the pieces some at a time, so that their memory is free for the rows.
    pub fn rows(self, vectorizer: &Vectorizer, pieces: Vec<Piece>, order: &Order) -> CountedRows {
        let specs = vectorizer.spec().get().blocks.values();
        let mut blocks: Vec<CountedBlock> = specs
            .zip(self.columns)
            .zip(self.texts)
            .map(|((spec, columns), texts)| {
                CountedBlock::new(spec, columns, vectorizer.idf(), order.len(), texts.into_iter())
            })
            .collect();
        let mut pieces = pieces.into_iter();
        loop {
            let wave: Vec<Piece> = pieces.by_ref().take(WAVE_PIECES).collect();
            if wave.is_empty() {
                break;
            }
            for (index, block) in blocks.iter_mut().enumerate() {
                let of_piece = |piece: &Piece| {
                    let mut rows = Rows::default();
                    let mut hits = Vec::new();
                    let mut numbers = piece.block(index);
                    for _ in piece.positions.clone() {
                        hits.clear();
                        numbers.for_each_of_text(|list, number| {
                            let rank = self.ranks[list][number as usize];
                            if rank != DROPPED {
                                hits.push(rank);
                            }
                        });
                        hits.sort_unstable();
                        block.push_row_to(&mut rows, &hits);
                    }
                    rows
                };
                for rows in wave.par_iter().map(of_piece).collect::<Vec<Rows>>() {
                    block.append(&rows);
                }
            }
        }
        if let Some(positions) = order.positions() {
            for block in &mut blocks {
                block.reorder(&positions);
            }
        }
        CountedRows::new(blocks)
    }
}

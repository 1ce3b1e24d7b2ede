//! Tables as bytes, from the build of a program to its start.
//!
//! A head of 64 bytes with three numbers (quarters of a line a slot or 0 for no table, slots, pilots), the slots, and the pilots with zeros
//! up to a multiple of 64. All numbers are little-endian.

use std::borrow::Cow;

use bytemuck::Pod;

use crate::rows::perfect::PerfectHash;
use crate::rows::table::{Kind, RowTable, Rows, Slot};

/// What is stored starts at multiples of this: so slots are where they may be read in place.
const ALIGNMENT: usize = 64;

impl RowTable {
    /// Appends a table, or that there is none, to bytes that [`take_static`](Self::take_static) reads.
    pub fn store(table: Option<&Self>, out: &mut Vec<u8>) {
        match table {
            None => head([0; 3], out),
            Some(Self(Kind::Two(rows))) => store(1, rows, out),
            Some(Self(Kind::Six(rows))) => store(2, rows, out),
        }
    }

    /// The next table, or that there is none, of bytes that [`store`](Self::store) wrote when the program was built, used where
    /// they stand. `None` if they cannot be used here: they end, do not stand at a multiple of 64 (or of what slots need), or numbers are read from the other end.
    /// Otherwise they are believed: others give wrong sums or panic.
    pub fn take_static(bytes: &mut &'static [u8]) -> Option<Option<Self>> {
        if cfg!(target_endian = "big") {
            return None;
        }
        let (head, rest) = bytes.split_at_checked(ALIGNMENT)?;
        let number = |at: usize| head[4 * at..].first_chunk().map(|bytes| u32::from_le_bytes(*bytes) as usize);
        let (quarters, slots, pilots) = (number(0)?, number(1)?, number(2)?);
        let end_of_slots = quarters.checked_mul(16)?.checked_mul(slots)?;
        let end = end_of_slots.checked_add(pilots)?;
        let (content, rest) = rest.split_at_checked(end.next_multiple_of(ALIGNMENT))?;
        let (slots, pilots) = (&content[..end_of_slots], &content[end_of_slots..end]);
        *bytes = rest;
        match quarters {
            0 => Some(None),
            1 => Some(Some(Self(Kind::Two(in_place(slots, pilots)?)))),
            _ => Some(Some(Self(Kind::Six(in_place(slots, pilots)?)))),
        }
    }
}

fn head(numbers: [u32; 3], out: &mut Vec<u8>) {
    out.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
    fill_up(out);
}

fn fill_up(out: &mut Vec<u8>) {
    out.resize(out.len().next_multiple_of(ALIGNMENT), 0);
}

fn store<S: Slot>(quarters: u32, rows: &Rows<S>, out: &mut Vec<u8>) {
    let pilots = rows.perfect.pilots();
    head([quarters, rows.slots.len() as u32, pilots.len() as u32], out);
    for slot in rows.slots.iter() {
        out.extend(slot.lanes().iter().flat_map(|lane| lane.to_le_bytes()));
    }
    out.extend_from_slice(pilots);
    fill_up(out);
}

fn in_place<S: Slot + Pod>(slots: &'static [u8], pilots: &'static [u8]) -> Option<Rows<S>> {
    let slots: &'static [S] = bytemuck::try_cast_slice(slots).ok()?;
    let perfect = PerfectHash::of_pilots(Cow::Borrowed(pilots), slots.len());
    Some(Rows { perfect, slots: Cow::Borrowed(slots) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::Norm;

    #[repr(align(64))]
    struct Aligned([u8; 1 << 13]);

    #[test]
    fn what_was_stored_gives_the_same_sums() {
        let hashes: Vec<u64> = (1..40).map(|number: u64| number.wrapping_mul(0x9e37_79b9_7f4a_7c15)).collect();
        let idf: Vec<f32> = (1..40_u8).map(|number| 1.0 + f32::from(number) / 10.0).collect();
        let table = |labels: usize| {
            let weights: Vec<f32> = (0..39 * labels as u32).map(|number| number as f32 / 7.0 - 9.0).collect();
            RowTable::new(&hashes, labels, &weights, &idf, Norm::L2).unwrap()
        };
        let tables = [Some(table(2)), None, Some(table(3)), Some(table(6))];
        let mut bytes = Vec::new();
        for table in &tables {
            RowTable::store(table.as_ref(), &mut bytes);
        }
        let aligned: &'static mut Aligned = Box::leak(Box::new(Aligned([0; 1 << 13])));
        aligned.0[..bytes.len()].copy_from_slice(&bytes);
        let mut rest: &'static [u8] = &aligned.0[..bytes.len()];
        for (table, labels) in tables.iter().zip([2, 3, 3, 6]) {
            let again = RowTable::take_static(&mut rest).unwrap();
            assert_eq!(again.is_some(), table.is_some());
            let (Some(table), Some(again)) = (table, again) else { continue };
            let sums = |table: &RowTable| {
                let mut sums = vec![0.0; labels + 1];
                table.sum_occurrences(&[hashes[3], 12, hashes[38], hashes[3]], &mut sums);
                sums
            };
            assert_eq!(sums(table), sums(&again));
            assert!(sums(table).iter().all(|&sum| sum != 0.0));
        }
        assert!(rest.is_empty() && RowTable::take_static(&mut rest).is_none());
        let shifted: &'static mut Aligned = Box::leak(Box::new(Aligned([0; 1 << 13])));
        shifted.0[8..8 + bytes.len()].copy_from_slice(&bytes);
        let mut rest: &'static [u8] = &shifted.0[8..];
        assert!(RowTable::take_static(&mut rest).is_none(), "slots do not stand where they may be read");
    }
}

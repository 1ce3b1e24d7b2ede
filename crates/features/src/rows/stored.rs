//! Tables as bytes, from the build of a program to its start.
//!
//! A head of 64 bytes with three numbers (numbers a slot or 0 for no table, slots, pilots), the slots, and the pilots with zeros
//! up to a multiple of 64. All numbers are little-endian.

use std::borrow::Cow;

use crate::rows::perfect::PerfectHash;
use crate::rows::table::{Kind, RowTable, Rows};

/// What is stored starts at multiples of this, as lines of the cache do.
const ALIGNMENT: usize = 64;

impl RowTable {
    /// Appends a table, or that there is none, to bytes that [`take_static`](Self::take_static) reads.
    pub fn store(table: Option<&Self>, out: &mut Vec<u8>) {
        match table {
            None => head([0; 3], out),
            Some(Self(Kind::Opposite(rows))) => store(rows, out),
            Some(Self(Kind::Two(rows))) => store(rows, out),
            Some(Self(Kind::Three(rows))) => store(rows, out),
            Some(Self(Kind::Six(rows))) => store(rows, out),
        }
    }

    /// The next table, or that there is none, of bytes that [`store`](Self::store) wrote when the program was built, used where
    /// they stand. `None` if they cannot be used here: they end, stand where numbers cannot be read, or numbers are read from the other end.
    /// Otherwise they are believed: others give wrong sums or panic.
    pub fn take_static(bytes: &mut &'static [u8]) -> Option<Option<Self>> {
        if cfg!(target_endian = "big") {
            return None;
        }
        let (head, rest) = bytes.split_at_checked(ALIGNMENT)?;
        let number = |at: usize| head[4 * at..].first_chunk().map(|bytes| u32::from_le_bytes(*bytes) as usize);
        let (lanes, slots, pilots) = (number(0)?, number(1)?, number(2)?);
        let end_of_slots = lanes.checked_mul(4)?.checked_mul(slots)?;
        let end = end_of_slots.checked_add(pilots)?;
        let (content, rest) = rest.split_at_checked(end.next_multiple_of(ALIGNMENT))?;
        let (slots, pilots) = (&content[..end_of_slots], &content[end_of_slots..end]);
        *bytes = rest;
        let kind = match lanes {
            0 => return Some(None),
            3 => Kind::Opposite(in_place(slots, pilots)?),
            4 => Kind::Two(in_place(slots, pilots)?),
            5 => Kind::Three(in_place(slots, pilots)?),
            8 => Kind::Six(in_place(slots, pilots)?),
            _ => return None,
        };
        Some(Some(Self(kind)))
    }
}

fn head(numbers: [u32; 3], out: &mut Vec<u8>) {
    out.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
    fill_up(out);
}

fn fill_up(out: &mut Vec<u8>) {
    out.resize(out.len().next_multiple_of(ALIGNMENT), 0);
}

fn store<const LANES: usize>(rows: &Rows<LANES>, out: &mut Vec<u8>) {
    let pilots = rows.perfect.pilots();
    head([LANES as u32, rows.slots.len() as u32, pilots.len() as u32], out);
    out.extend(rows.slots.as_flattened().iter().flat_map(|lane| lane.to_le_bytes()));
    out.extend_from_slice(pilots);
    fill_up(out);
}

fn in_place<const LANES: usize>(slots: &'static [u8], pilots: &'static [u8]) -> Option<Rows<LANES>> {
    let slots: &'static [u32] = bytemuck::try_cast_slice(slots).ok()?;
    let slots = slots.as_chunks().0;
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
        let weights = |count: usize| (0..count as u32).map(|number| number as f32 / 7.0 - 9.0);
        let table = |labels: usize| {
            RowTable::new(&hashes, labels, &weights(39 * labels).collect::<Vec<_>>(), &idf, &idf, Norm::L2).unwrap()
        };
        let opposite: Vec<f32> = weights(39).flat_map(|weight| [weight, -weight]).collect();
        let opposite = RowTable::new(&hashes, 2, &opposite, &idf, &idf, Norm::L2).unwrap();
        assert!(matches!(opposite.0, Kind::Opposite(_)));
        let tables = [Some(table(2)), None, Some(table(3)), Some(table(6)), Some(opposite)];
        let mut bytes = Vec::new();
        for table in &tables {
            RowTable::store(table.as_ref(), &mut bytes);
        }
        let aligned: &'static mut Aligned = Box::leak(Box::new(Aligned([0; 1 << 13])));
        aligned.0[..bytes.len()].copy_from_slice(&bytes);
        let mut rest: &'static [u8] = &aligned.0[..bytes.len()];
        for (table, labels) in tables.iter().zip([2, 3, 3, 6, 2]) {
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
        shifted.0[2..2 + bytes.len()].copy_from_slice(&bytes);
        let mut rest: &'static [u8] = &shifted.0[2..];
        assert!(RowTable::take_static(&mut rest).is_none(), "slots do not stand where they may be read");
    }
}

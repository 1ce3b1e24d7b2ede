//! Lists of numbers, text after text, in little memory.
//!
//! Frequent n-grams are met early, so that most numbers are small. A number takes units of 16 bits, with 15 bits of the
//! number in each, the lowest first; the highest bit says that another unit follows (LEB128 with wider digits). Most take one
//! unit. Numbers are written plus 1, and 0 ends a text.

/// Bits of a number in a unit.
const BITS: u32 = 15;

/// The bit of a unit that another one follows.
const MORE: u16 = 1 << BITS;

/// Writes numbers, one after the other.
#[derive(Default)]
pub(super) struct Writer(Vec<u16>);

impl Writer {
    /// Adds a number below `u32::MAX` to the present text.
    #[inline]
    pub fn push(&mut self, number: u32) {
        let mut rest = number + 1;
        while rest >= u32::from(MORE) {
            self.0.push(rest as u16 | MORE);
            rest >>= BITS;
        }
        self.0.push(rest as u16);
    }

    pub fn end_text(&mut self) {
        self.0.push(0);
    }

    /// The units written so far.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn into_units(self) -> Vec<u16> {
        self.0
    }
}

/// Reads what [`Writer`] wrote: as an iterator the numbers of one text, and after its end those of the next.
pub(super) struct Reader<'a>(&'a [u16]);

impl<'a> Reader<'a> {
    /// `units` begins where a text does.
    pub fn new(units: &'a [u16]) -> Self {
        Self(units)
    }
}

impl Iterator for Reader<'_> {
    type Item = u32;

    #[inline]
    fn next(&mut self) -> Option<u32> {
        let (&unit, mut rest) = self.0.split_first()?;
        let mut number = u32::from(unit & !MORE);
        let (mut last, mut shift) = (unit, 0);
        while last & MORE != 0 {
            let (&unit, tail) = rest.split_first().expect("a unit follows one that says so");
            shift += BITS;
            number |= u32::from(unit & !MORE) << shift;
            (last, rest) = (unit, tail);
        }
        self.0 = rest;
        number.checked_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_are_read_as_they_were_written(
            texts in prop::collection::vec(prop::collection::vec(
                prop_oneof![0..40_u32, 32_760..32_775_u32, (1 << 30) - 3..(1 << 30) + 3_u32, 0..u32::MAX, Just(u32::MAX - 1)],
                0..6,
            ), 0..6),
        ) {
            let mut writer = Writer::default();
            for text in &texts {
                for &number in text {
                    writer.push(number);
                }
                writer.end_text();
            }
            let units = writer.into_units();
            let mut reader = Reader::new(&units);
            for text in &texts {
                prop_assert_eq!(&reader.by_ref().collect::<Vec<u32>>(), text);
            }
            prop_assert_eq!(reader.next(), None);
            prop_assert!(reader.0.is_empty());
        }
    }
}

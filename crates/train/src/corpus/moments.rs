//! Dates and times of Parquet columns, which are stored as numbers, as ISO 8601 text.

use std::fmt::{self, Write as _};

use parquet::basic::{ConvertedType, LogicalType, TimeUnit};
use parquet::schema::types::ColumnDescriptor;

const SECONDS_OF_DAY: i64 = 24 * 60 * 60;

/// What the whole numbers of a column count since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    /// Days.
    Date,
    /// Parts of a second, of which there are ten to the power of `digits`; `utc` if not in an unknown zone's time.
    Time { digits: u32, utc: bool },
}

impl Moment {
    /// What a column counts; `None` if its values are mere numbers or no numbers.
    pub fn of(column: &ColumnDescriptor) -> Option<Self> {
        match column.logical_type_ref() {
            Some(LogicalType::Date) => Some(Self::Date),
            Some(LogicalType::Timestamp(time)) => {
                let digits = match time.unit {
                    TimeUnit::MILLIS => 3,
                    TimeUnit::MICROS => 6,
                    TimeUnit::NANOS => 9,
                };
                Some(Self::Time { digits, utc: time.is_adjusted_to_u_t_c })
            }
            Some(_) => None,
            // Files of old writers.
            None => match column.converted_type() {
                ConvertedType::DATE => Some(Self::Date),
                ConvertedType::TIMESTAMP_MILLIS => Some(Self::Time { digits: 3, utc: true }),
                ConvertedType::TIMESTAMP_MICROS => Some(Self::Time { digits: 6, utc: true }),
                _ => None,
            },
        }
    }

    /// Appends a value as `2026-01-31` or `2026-01-31T09:30:00Z`, with a fraction of a second where there is one.
    pub fn write(self, value: i64, text: &mut String) -> fmt::Result {
        let Self::Time { digits, utc } = self else { return write_date(value, text) };
        let parts = 10_i64.pow(digits);
        let (seconds, part) = (value.div_euclid(parts), value.rem_euclid(parts));
        write_date(seconds.div_euclid(SECONDS_OF_DAY), text)?;
        let of_day = seconds.rem_euclid(SECONDS_OF_DAY);
        write!(text, "T{:02}:{:02}:{:02}", of_day / 3600, of_day / 60 % 60, of_day % 60)?;
        if part > 0 {
            write!(text, ".{part:0width$}", width = digits as usize)?;
        }
        if utc {
            text.push('Z');
        }
        Ok(())
    }
}

/// Appends the date that is so many days after the first of January 1970, in the Gregorian calendar
/// (Hinnant, "chrono-compatible low-level date algorithms", `civil_from_days`).
fn write_date(days: i64, text: &mut String) -> fmt::Result {
    // Years begin with March here, so that a leap day is the last of its year; eras are the 400 years after which leap
    // days repeat.
    let days = days.saturating_add(719_468);
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    match year {
        0..=9999 => write!(text, "{year:04}-{month:02}-{day:02}"),
        _ => write!(text, "{year:+05}-{month:02}-{day:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(moment: Moment, value: i64) -> String {
        let mut text = String::new();
        moment.write(value, &mut text).unwrap();
        text
    }

    #[test]
    fn dates_are_those_of_the_calendar() {
        // From Python's datetime.date.fromordinal, but for years that it does not have.
        for (days, expected) in [
            (0, "1970-01-01"),
            (-1, "1969-12-31"),
            (20_454, "2026-01-01"),
            (11_016, "2000-02-29"),
            (-25_509, "1900-02-28"),
            (-25_508, "1900-03-01"),
            (-719_162, "0001-01-01"),
            (2_932_896, "9999-12-31"),
            (2_932_897, "+10000-01-01"),
            (-719_529, "-0001-12-31"),
        ] {
            assert_eq!(written(Moment::Date, days), expected);
        }
        assert!(written(Moment::Date, i64::MAX).starts_with('+'));
        assert!(written(Moment::Date, i64::MIN).starts_with('-'));
    }

    #[test]
    fn times_have_their_zone_and_fraction() {
        let (millis, nanos) = (Moment::Time { digits: 3, utc: true }, Moment::Time { digits: 9, utc: false });
        assert_eq!(written(millis, 1_767_225_600_000), "2026-01-01T00:00:00Z");
        assert_eq!(written(millis, 1_767_259_801_050), "2026-01-01T09:30:01.050Z");
        assert_eq!(written(millis, -1), "1969-12-31T23:59:59.999Z");
        assert_eq!(written(nanos, 1_767_225_600_000_000_001), "2026-01-01T00:00:00.000000001");
        assert_eq!(written(nanos, 0), "1970-01-01T00:00:00");
    }
}

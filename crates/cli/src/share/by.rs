//! What shares are grouped by.

use std::fmt;
use std::str::FromStr;

use crate::failure::Failure;

/// What documents, or sentences, are grouped by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum By {
    File,
    Column { name: String, part: Part },
}

/// How much of a column's value counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Whole,
    Month,
    Year,
}

impl FromStr for By {
    type Err = String;

    fn from_str(argument: &str) -> Result<Self, String> {
        let (name, part) = match argument.rsplit_once(':') {
            Some((name, "month")) => (name, Part::Month),
            Some((name, "year")) => (name, Part::Year),
            _ => (argument, Part::Whole),
        };
        match name {
            "" => Err("give a column, as in outlet or date:month, or `file`".to_owned()),
            "file" if part == Part::Whole => Ok(Self::File),
            name => Ok(Self::Column { name: name.to_owned(), part }),
        }
    }
}

impl fmt::Display for By {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File => f.write_str("file"),
            Self::Column { name, part: Part::Whole } => f.write_str(name),
            Self::Column { part: Part::Month, .. } => f.write_str("month"),
            Self::Column { part: Part::Year, .. } => f.write_str("year"),
        }
    }
}

impl Part {
    /// Whether a value has this part: whether it is an ISO date, or as much of one as tells the part.
    pub fn is_in(self, value: &str) -> bool {
        match self {
            Self::Whole => true,
            Self::Month => month(value).is_some(),
            Self::Year => month(value).is_some() || is_year(value),
        }
    }

    /// The part of a value: of an ISO date (`2024-03-09`, also with a time behind it) its month or year; all of anything
    /// else.
    pub fn of(self, value: &str) -> &str {
        let digits = match self {
            Self::Whole => return value,
            Self::Month => 7,
            Self::Year => 4,
        };
        match value.get(..digits) {
            Some(part) if self.is_in(value) => part,
            _ => value,
        }
    }
}

/// How many values are dates, where parts of dates are asked for.
#[derive(Debug, Default)]
pub(super) struct Dates {
    found: usize,
    others: usize,
    /// One of the others, one that says something if there is one.
    example: String,
}

impl Dates {
    /// Counts a value of which a part is wanted.
    pub fn add(&mut self, part: Part, value: &str) {
        if part.is_in(value) {
            self.found += 1;
            return;
        }
        self.others += 1;
        if self.example.is_empty() {
            value.clone_into(&mut self.example);
        }
    }

    /// A warning that some values are no dates, if some are not; an error if none is. `by` is what they were to be
    /// grouped by.
    pub fn judge(&self, by: &By) -> Result<Option<String>, Failure> {
        let By::Column { name, part } = by else { return Ok(None) };
        let (what, form) = match part {
            Part::Whole => return Ok(None),
            Part::Month => ("month", "2026-01-31 or 2026-01"),
            Part::Year => ("year", "2026-01-31, 2026-01 or 2026"),
        };
        let Self { found, others, example } = self;
        // The column may hold whole texts.
        let example: String = example.chars().take(40).collect();
        match (found, others) {
            (_, 0) => Ok(None),
            (0, _) => Err(Failure::BadData(format!(
                "column `{name}` has no date, as {example:?}, so there is no {what} to go by: write dates as {form}, or \
                 leave out `:{what}`"
            ))),
            _ => Ok(Some(format!(
                "warning: {others} of {} values of column `{name}` are no dates, as {example:?}, and count as they are: \
                 write dates as {form}",
                found + others
            ))),
        }
    }
}

/// The months from year 0 to the month that a value starts with.
pub(super) fn month(value: &str) -> Option<u32> {
    let bytes = value.as_bytes();
    if bytes.len() < 7 || bytes[4] != b'-' || bytes.get(7).is_some_and(u8::is_ascii_digit) || !is_year(&value[..4]) {
        return None;
    }
    let month: u32 = value.get(5..7)?.parse().ok()?;
    let year: u32 = value[..4].parse().ok()?;
    (1..=12).contains(&month).then_some(year * 12 + month - 1)
}

/// Whether a value is a year of four digits.
pub(super) fn is_year(value: &str) -> bool {
    value.len() == 4 && value.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_and_parts_of_dates_are_told_apart() {
        let by = |argument: &str| argument.parse::<By>();
        assert_eq!(by("file"), Ok(By::File));
        assert_eq!(by("outlet"), Ok(By::Column { name: "outlet".into(), part: Part::Whole }));
        assert_eq!(by("a:b:month"), Ok(By::Column { name: "a:b".into(), part: Part::Month }));
        assert_eq!(by("file:year"), Ok(By::Column { name: "file".into(), part: Part::Year }));
        assert!(by("").is_err() && by(":month").is_err());
    }

    #[test]
    fn only_dates_have_parts() {
        for (value, of_month, of_year) in [
            ("2024-03-09", "2024-03", "2024"),
            ("2024-03-09T10:00:00Z", "2024-03", "2024"),
            ("2024-03", "2024-03", "2024"),
            ("2024", "2024", "2024"),
            ("2024-13-09", "2024-13-09", "2024-13-09"),
            ("2024-031", "2024-031", "2024-031"),
            ("9 March 2024", "9 March 2024", "9 March 2024"),
            ("20é4-03-09", "20é4-03-09", "20é4-03-09"),
            ("2024-é", "2024-é", "2024-é"),
            ("", "", ""),
        ] {
            assert_eq!(Part::Year.is_in(value), of_year.len() == 4, "{value}");
            assert_eq!(
                (Part::Month.of(value), Part::Year.of(value), Part::Whole.of(value)),
                (of_month, of_year, value)
            );
        }
    }

    #[test]
    fn values_that_are_no_dates_are_told() {
        let judge = |by: &str, values: &[&str]| {
            let by: By = by.parse().unwrap();
            let mut dates = Dates::default();
            for value in values {
                let By::Column { part, .. } = by else { unreachable!("a column was given") };
                dates.add(part, value);
            }
            dates.judge(&by).map_err(|failure| failure.message().unwrap().to_owned())
        };
        assert_eq!(judge("date:month", &["2026-01-31", "2026-02"]), Ok(None));
        assert_eq!(judge("date", &["31/12/2026"]), Ok(None));
        assert_eq!(judge("date:month", &[]), Ok(None));
        let some = judge("date:month", &["2026-01-31", "", "31/12/2026", "2026"]).unwrap().unwrap();
        assert!(some.starts_with("warning: 3 of 4 values of column `date` are no dates, as \"31/12/2026\","), "{some}");
        let none = judge("date:year", &["Dec 31, 2026"]).unwrap_err();
        assert!(none.starts_with("column `date` has no date, as \"Dec 31, 2026\", so there is no year"), "{none}");
    }
}

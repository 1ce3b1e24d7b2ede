//! Shares on the command line: `1%` or `0.01`; and how good an interval is to be.

/// Parses a share above 0 and below 1, also in per cent.
pub(crate) fn share(value: &str) -> Result<f64, String> {
    let number = match value.trim().strip_suffix('%') {
        // Divided and not multiplied by 0.01: 1% is then the same number as 0.01.
        Some(percent) => percent.trim_end().parse::<f64>().map(|percent| percent / 100.0),
        None => value.trim().parse::<f64>(),
    };
    match number {
        Ok(share) if share > 0.0 && share < 1.0 => Ok(share),
        Ok(share) if share >= 1.0 && !value.contains('%') => {
            Err(format!("{} is all of it or more: for per cent write {0}%, or give a share below 1", value.trim()))
        }
        _ => Err("give a share above 0 and below 1, as 1% or 0.01".to_owned()),
    }
}

/// Parses a confidence from 0.5 to below 1, also in per cent.
pub(crate) fn confidence(value: &str) -> Result<f64, String> {
    share(value)
        .ok()
        .filter(|&share| share >= 0.5)
        .ok_or_else(|| "give at least 0.5 and less than 1, as 0.95".to_owned())
}

/// Parses a number of resamples. Of fewer than 20 the percentiles of an interval of 95 % are the least and the greatest, which
/// need not hold the figure itself.
pub(crate) fn resamples(value: &str) -> Result<u32, String> {
    match value.parse() {
        Ok(count @ 20..=1_000_000) => Ok(count),
        _ => Err("give a whole number from 20 to 1000000: an interval of fewer resamples need not hold the figure"
            .to_owned()),
    }
}

/// A share in per cent with as many digits as a reader needs.
pub(crate) fn percent(share: f64) -> String {
    format!("{} %", (share * 1e5).round() / 1e3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn per_cent_and_fractions_are_the_same() {
        for one in ["1%", "1 %", "0.01", ".01", " 1.0% "] {
            assert_eq!(share(one).map(f64::to_bits), Ok(0.01_f64.to_bits()), "{one}");
        }
        assert_eq!(
            (percent(0.01), percent(0.95), percent(0.123_456)),
            ("1 %".into(), "95 %".into(), "12.346 %".into())
        );
    }

    #[test]
    fn an_interval_takes_twenty_resamples() {
        assert_eq!((resamples("20"), resamples("1000000")), (Ok(20), Ok(1_000_000)));
        for bad in ["0", "1", "19", "1000001", "-1", "x"] {
            assert!(resamples(bad).unwrap_err().contains("from 20 to 1000000"), "{bad}");
        }
    }

    #[test]
    fn none_all_and_garbage_are_refused() {
        for bad in ["0", "0%", "100%", "-1%", "NaN", "inf%", "%", "", "one", "1%%", "250%", "1e-999"] {
            assert!(share(bad).unwrap_err().contains("as 1% or 0.01"), "{bad}");
        }
        assert!(share("1").unwrap_err().contains("write 1%"));
        assert!(share("5").unwrap_err().contains("write 5%"));
        for bad in ["0.4", "1", "100%", "x"] {
            assert!(confidence(bad).is_err(), "{bad}");
        }
        assert_eq!(confidence("95%"), Ok(0.95));
    }
}

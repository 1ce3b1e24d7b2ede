//! Comparing an output that a page shows with the real one.

/// What stands for left-out lines, or inside a line for left-out characters.
const LEFT_OUT: &str = "…";

/// Whether a page shows this output, line by line.
pub fn shows(page: &str, output: &str) -> bool {
    let page: Vec<&str> = page.trim_end().lines().map(str::trim_end).collect();
    let output: Vec<&str> = output.trim_end().lines().map(str::trim_end).collect();
    matches(&page, &output, |line| line.trim() == LEFT_OUT, |shown, real| line_shows(shown, real))
}

/// Whether some lines of the output are left out on the page.
pub fn leaves_lines_out(page: &str) -> bool {
    page.lines().any(|line| line.trim() == LEFT_OUT)
}

fn line_shows(shown: &str, real: &str) -> bool {
    let shown: Vec<char> = shown.chars().collect();
    let real: Vec<char> = real.chars().collect();
    matches(&shown, &real, |c| c.to_string() == LEFT_OUT, |a, b| a == b)
}

/// Matches a pattern in which some elements stand for any number of others.
fn matches<T>(pattern: &[T], items: &[T], is_gap: impl Fn(&T) -> bool, same: impl Fn(&T, &T) -> bool) -> bool {
    let (mut p, mut i) = (0, 0);
    // The last gap, and how many items it has swallowed up to: only that one ever needs to grow.
    let mut gap: Option<(usize, usize)> = None;
    while i < items.len() {
        if p < pattern.len() && is_gap(&pattern[p]) {
            gap = Some((p, i));
            p += 1;
        } else if p < pattern.len() && same(&pattern[p], &items[i]) {
            (p, i) = (p + 1, i + 1);
        } else if let Some((at, end)) = gap {
            gap = Some((at, end + 1));
            (p, i) = (at + 1, end + 1);
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(is_gap)
}

#[test]
fn left_out_lines_and_characters_are_any() {
    for (page, output) in [
        ("a\nb", "a\nb\n"),
        ("a  \n", "a"),
        ("…\nb", "a\na\nb"),
        ("a\n…", "a"),
        ("a\n  …\nd\n…\ne", "a\nb\nd\nd\ne"),
        ("took … s", "took 1.25 s"),
        ("…me", "…me"),
    ] {
        assert!(shows(page, output), "{page:?} {output:?}");
    }
    for (page, output) in
        [("a", "a\nb"), ("a\nb", "a"), ("…\nb", "a\nc"), ("took … s", "took 1.25 m"), ("", "a"), ("b\n…", "a")]
    {
        assert!(!shows(page, output), "{page:?} {output:?}");
    }
}

//! Colours of labels, the same in the terminal and on pages.

/// Number of colours; models with more labels use them again.
pub(crate) const COLOURS: usize = 6;

/// Labels of the built-in models: the number of each is its colour, whatever else a model has.
const OWN: [&str; 3] = ["appeal", "opinion", "reporting"];

/// The colour of each label: a number below [`COLOURS`]. Labels that have no colour of their own take those that are left in
/// turn.
pub(crate) fn colours(labels: &[String]) -> Vec<usize> {
    let own = |label: &String| OWN.iter().position(|own| own == label);
    let taken: Vec<usize> = labels.iter().filter_map(own).collect();
    let mut others = (0..COLOURS).filter(|colour| !taken.contains(colour)).cycle();
    let mut other = || others.next().expect("there are more colours than own ones");
    labels.iter().map(|label| own(label).unwrap_or_else(&mut other)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colours_of<const N: usize>(labels: [&str; N]) -> Vec<usize> {
        colours(&labels.map(str::to_owned))
    }

    #[test]
    fn built_in_labels_keep_their_colours_and_others_take_turns() {
        assert_eq!(colours_of(["appeal", "opinion", "reporting"]), [0, 1, 2]);
        assert_eq!(colours_of(["opinion", "other", "reporting", "x"]), [1, 0, 2, 3]);
        assert_eq!(colours_of(["a", "b", "c", "d", "e", "f", "g"]), [0, 1, 2, 3, 4, 5, 0]);
    }
}

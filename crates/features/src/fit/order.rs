//! The order in which texts are counted: those of one group stand together.

/// Which text stands at each position, and where its group starts.
///
/// Counting the groups of an n-gram is then noticing that the group changes.
pub(super) struct Order {
    /// The text at each position; `None` if that is the position itself.
    texts: Option<Vec<u32>>,
    /// For each position, the first position of its group; `None` if every text is a group of its own.
    group_starts: Option<Vec<u32>>,
    len: usize,
}

impl Order {
    /// Keeps the order of the texts where each group stands together already, whatever the groups' numbers are.
    pub fn new(len: usize, groups: Option<&[u32]>) -> Self {
        let Some(groups) = groups else {
            return Self { texts: None, group_starts: None, len };
        };
        if stand_together(groups) {
            let starts = starts(groups.iter().copied());
            let alone = starts.iter().enumerate().all(|(at, &start)| start as usize == at);
            return Self { texts: None, group_starts: (!alone).then_some(starts), len };
        }
        let mut texts: Vec<u32> = (0..len as u32).collect();
        texts.sort_by_key(|&text| groups[text as usize]);
        let group_starts = Some(starts(texts.iter().map(|&text| groups[text as usize])));
        Self { texts: Some(texts), group_starts, len }
    }

    pub fn len(&self) -> usize {
        self.len
    }

    /// The text at a position.
    pub fn text(&self, position: usize) -> usize {
        self.texts.as_ref().map_or(position, |texts| texts[position] as usize)
    }

    /// The first position of the group at a position.
    pub fn group_start(&self, position: usize) -> u32 {
        self.group_starts.as_ref().map_or(position as u32, |starts| starts[position])
    }

    /// The position of each text, where it is another than the text's own number.
    pub fn positions(&self) -> Option<Vec<usize>> {
        self.texts.as_ref().map(|texts| {
            let mut positions = vec![0; texts.len()];
            for (position, &text) in texts.iter().enumerate() {
                positions[text as usize] = position;
            }
            positions
        })
    }
}

/// Whether no group goes on after another one began.
fn stand_together(groups: &[u32]) -> bool {
    let mut firsts: Vec<u32> = groups.chunk_by(|a, b| a == b).map(|group| group[0]).collect();
    firsts.sort_unstable();
    firsts.windows(2).all(|pair| pair[0] < pair[1])
}

fn starts(groups: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut last = None;
    let mut start = 0;
    let of_each = groups.enumerate().map(|(at, group)| {
        if last.replace(group) != Some(group) {
            start = at as u32;
        }
        start
    });
    of_each.collect()
}

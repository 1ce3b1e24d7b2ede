//! The hashes of the tokens of some texts.

/// Memory for so many hashes is kept, half a megabyte, and for as many bytes of a text.
pub(super) const KEPT: usize = 1 << 16;

/// Tokens in one form, of one text after the other, with the two boundaries around those of each.
#[derive(Default)]
pub(super) struct Tokens {
    hashes: Vec<u64>,
    /// Where those of each text start.
    starts: Vec<usize>,
}

impl Tokens {
    /// Forgets all texts, and gives back what very long ones took.
    pub fn clear(&mut self) {
        self.hashes.clear();
        self.hashes.shrink_to(KEPT);
        self.starts.clear();
    }

    /// Begins a text with the hash of its boundary.
    pub fn begin(&mut self, boundary: u64) {
        self.starts.push(self.hashes.len());
        self.hashes.push(boundary);
    }

    #[inline]
    pub fn push(&mut self, hash: u64) {
        self.hashes.push(hash);
    }

    #[inline]
    pub fn extend(&mut self, hashes: &[u64]) {
        self.hashes.extend_from_slice(hashes);
    }

    /// Whether the text that was begun last has no token yet.
    #[inline]
    pub fn is_at_start(&self) -> bool {
        self.starts.last().is_some_and(|start| start + 1 == self.hashes.len())
    }

    /// Those of a text, by its number.
    pub fn of(&self, text: usize) -> &[u64] {
        let end = self.starts.get(text + 1).copied().unwrap_or(self.hashes.len());
        &self.hashes[self.starts[text]..end]
    }
}

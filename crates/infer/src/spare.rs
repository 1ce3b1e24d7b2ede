//! Memory of workers that are done, kept for the next: what a worker learnt about words is not learnt twice.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use crate::scorer::Scratch;

/// Never more than the workers that there were at one time.
#[derive(Default)]
#[expect(clippy::vec_box, reason = "what is taken and given is a pointer, not hundreds of bytes")]
pub(crate) struct Spare(Mutex<Vec<Box<Scratch>>>);

impl Spare {
    pub fn take(&self) -> Option<Box<Scratch>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    pub fn give(&self, scratch: Box<Scratch>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(scratch);
    }
}

/// A copy starts without any.
impl Clone for Spare {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl fmt::Debug for Spare {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Spare").finish_non_exhaustive()
    }
}

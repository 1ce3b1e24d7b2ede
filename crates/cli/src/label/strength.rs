//! How sure a label is, in three steps for the eye.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Strength {
    /// From 0.9 on.
    High,
    /// From 0.6 on.
    Middle,
    Low,
}

impl Strength {
    pub fn of(confidence: f64) -> Self {
        if confidence >= 0.9 {
            Self::High
        } else if confidence >= 0.6 {
            Self::Middle
        } else {
            Self::Low
        }
    }
}

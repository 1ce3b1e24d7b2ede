//! Logits to probabilities, and the place where an answer keeps them.

/// Probabilities of so many labels are kept without an allocation.
const FEW: usize = 4;

/// A probability for each label.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Probabilities {
    /// Values, and how many of them are used; the others are 0.
    Few([f64; FEW], u8),
    Many(Box<[f64]>),
}

impl Probabilities {
    /// Probabilities of `count` labels that `fill` finds.
    pub fn filled(count: usize, fill: impl FnOnce(&mut [f64])) -> Self {
        if count <= FEW {
            let mut few = [0.0; FEW];
            fill(&mut few[..count]);
            Self::Few(few, count as u8)
        } else {
            let mut many = vec![0.0; count];
            fill(&mut many);
            Self::Many(many.into())
        }
    }

    pub fn as_slice(&self) -> &[f64] {
        match self {
            Self::Few(values, len) => &values[..usize::from(*len)],
            Self::Many(values) => values,
        }
    }
}

/// `softmax(logits / temperature)` over the allowed classes, 0 for the others. Exponentials come from `libm`, so that
/// probabilities are the same on every machine.
pub(crate) fn softmax(logits: &[f64], temperature: f64, allowed: impl Fn(usize) -> bool, probabilities: &mut [f64]) {
    let classes = || (0..logits.len()).filter(|&class| allowed(class));
    let max = classes().map(|class| logits[class]).fold(f64::NEG_INFINITY, f64::max);
    let mut sum = 0.0;
    probabilities.fill(0.0);
    for class in classes() {
        // At least one class is the greatest, and exp(0) is 1.
        let below = logits[class] - max;
        probabilities[class] = if below == 0.0 { 1.0 } else { libm::exp(below / temperature) };
        sum += probabilities[class];
    }
    // Divisions take long.
    let share = 1.0 / sum;
    for probability in probabilities {
        *probability *= share;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn huge_logits_stay_finite() {
        let mut probabilities = [0.0; 3];
        softmax(&[1e30, -1e30, 1e30], 1e-6, |_| true, &mut probabilities);
        assert_eq!(probabilities.map(f64::to_bits), [0.5, 0.0, 0.5].map(f64::to_bits));
    }

    #[test]
    fn few_and_many_come_back() {
        for count in [2_u8, 4, 5, 150] {
            let values: Vec<f64> = (0..count).map(f64::from).collect();
            let kept = Probabilities::filled(values.len(), |slice| slice.copy_from_slice(&values));
            assert_eq!(kept.as_slice(), values);
        }
    }
}

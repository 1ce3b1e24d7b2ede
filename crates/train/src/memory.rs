//! Whether a training fits into memory, asked before its large arrays are made. With thousands of labels it may not: weights
//! grow with n-grams times labels, scores with texts times labels.

use std::fs;

use crate::config::TrainConfig;
use crate::training::TrainError;

/// Arrays of one value an n-gram and label that a fit holds at once, a few more than were seen to be in use: the point, its
/// gradient, a direction and the vectors of conjugate gradients, the weights of this fit and of the one before, the model.
const ARRAYS_OF_WEIGHTS: u64 = 7;

/// Arrays of one value a text and label: logits, their change, probabilities and residuals of a fit, those put together
/// from the folds. Each strength of penalty adds one.
const ARRAYS_OF_SCORES: u64 = 5;

/// Bytes a cell of a confusion matrix, which is counted and written out.
const BYTES_A_CELL: u64 = 40;

/// Refuses a training that would take more than the budget, or than the machine has left.
pub(crate) fn check(config: &TrainConfig, rows: usize, ngrams: usize, classes: usize) -> Result<(), TrainError> {
    let budget = config.memory_mib.map_or_else(available, |mib| Some(u64::from(mib) << 20));
    let needed = needed(config, rows as u64, ngrams as u64, classes as u64);
    match budget {
        Some(budget) if needed > budget => Err(TrainError::TooMuchMemory {
            rows,
            ngrams,
            labels: classes,
            needed_mib: needed.div_ceil(1 << 20),
            budget_mib: budget >> 20,
        }),
        _ => Ok(()),
    }
}

fn needed(config: &TrainConfig, rows: u64, ngrams: u64, classes: u64) -> u64 {
    let alphas = if config.folds == 0 { 0 } else { config.alphas().len() as u64 };
    let confusion = if config.folds == 0 { 0 } else { BYTES_A_CELL.saturating_mul(classes) };
    let values =
        ARRAYS_OF_WEIGHTS.saturating_mul(ngrams).saturating_add((ARRAYS_OF_SCORES + alphas).saturating_mul(rows));
    classes.saturating_mul(values.saturating_mul(8).saturating_add(confusion))
}

/// The bytes that the machine and the process' control group have left, where the system says so (Linux).
fn available() -> Option<u64> {
    let machine = fs::read_to_string("/proc/meminfo").ok().and_then(|text| {
        let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
        Some(line.trim().strip_suffix(" kB")?.parse::<u64>().ok()? * 1024)
    });
    let number = |name: &str| fs::read_to_string(format!("/sys/fs/cgroup/{name}")).ok()?.trim().parse::<u64>().ok();
    let group = number("memory.max").zip(number("memory.current")).map(|(most, taken)| most.saturating_sub(taken));
    machine.into_iter().chain(group).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_refused_with_the_number_and_the_cure() {
        let config = TrainConfig { memory_mib: Some(1000), ..TrainConfig::default() };
        check(&config, 40_000, 100_000, 3).unwrap();
        let message = check(&config, 20_000, 30_000, 10_000).unwrap_err().to_string();
        // 30,000 · 10,000 · 7 · 8 + 20,000 · 10,000 · 6 · 8 + 10,000 · 10,000 · 40 bytes
        assert!(message.contains("about 28992 MiB") && message.contains("1000 MiB"), "{message}");
        assert!(message.contains("10000 labels") && message.contains("memory_mib"), "{message}");
        assert!(check(&config, usize::MAX, usize::MAX, usize::MAX).is_err());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn without_a_budget_the_machine_decides() {
        assert!(available().is_some_and(|bytes| bytes > 1 << 20));
        assert!(check(&TrainConfig::default(), 1 << 40, 1 << 40, 1 << 10).is_err());
    }
}

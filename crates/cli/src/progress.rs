//! Progress of long commands on stderr.

use std::time::Duration;

use copydesk_train::TrainEvent;
use indicatif::{ProgressBar, ProgressStyle};

use crate::output::note;

/// Shows what training does: a bar in a terminal, lines elsewhere.
pub(crate) struct TrainProgress {
    bar: ProgressBar,
}

impl TrainProgress {
    /// `fits` is the number of fits in cross-validation.
    pub fn new(fits: u64) -> Self {
        let style = ProgressStyle::with_template("{bar:30} {pos}/{len} fits  {elapsed} gone, {eta} to go  {msg}")
            .expect("the template is valid");
        let bar = ProgressBar::new(fits).with_style(style);
        bar.enable_steady_tick(Duration::from_millis(200));
        Self { bar }
    }

    pub fn show(&self, event: TrainEvent) {
        match event {
            TrainEvent::Fitted { fold, folds, alpha, converged } => {
                let ending = if converged { "" } else { " (stopped early)" };
                let message = format!("fold {fold} of {folds}, alpha {alpha}{ending}");
                self.bar.inc(1);
                if self.bar.is_hidden() {
                    note(&message);
                } else {
                    self.bar.set_message(message);
                }
            }
            TrainEvent::Searched { settings, alpha, macro_f1 } => {
                self.line(&format!("tried {settings}: macro-F1 {macro_f1:.4} at alpha {alpha}"));
            }
            TrainEvent::FinalFit { alpha, temperature } => {
                self.line(&format!("fitting on everything: alpha {alpha}, temperature {temperature:.4}"));
            }
            TrainEvent::Warning(warning) => self.line(&format!("warning: {warning}")),
            _ => {}
        }
    }

    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }

    fn line(&self, line: &str) {
        self.bar.suspend(|| note(line));
    }
}

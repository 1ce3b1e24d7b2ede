//! Progress of long commands on stderr.

use std::io::{self, IsTerminal, Read};
use std::time::Duration;

use copydesk_train::TrainEvent;
use indicatif::{ProgressBar, ProgressStyle};

use crate::input::Source;
use crate::output::note;

/// Shows what training does: a bar in a terminal, lines elsewhere.
pub(crate) struct TrainProgress {
    bar: ProgressBar,
}

impl TrainProgress {
    /// `fits` is the number of fits in cross-validation.
    pub fn new(fits: u64) -> Self {
        let style =
            ProgressStyle::with_template("{bar:30} {pos}/{len} fits  {per_sec}, {elapsed} gone, {eta} to go  {msg}")
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

/// Shows how many steps of a job are done, and what the next one is: a bar in a terminal.
pub(crate) struct StepProgress {
    bar: ProgressBar,
}

impl StepProgress {
    pub fn new(steps: u64) -> Self {
        let style = ProgressStyle::with_template("{bar:30} {pos}/{len} steps  {elapsed} gone  {wide_msg}")
            .expect("the template is valid");
        let bar = ProgressBar::new(steps).with_style(style);
        bar.enable_steady_tick(Duration::from_millis(200));
        Self { bar }
    }

    /// Says what is done now.
    pub fn begin(&self, step: String) {
        self.bar.set_message(step);
    }

    /// The step is done. `line` says so where there is no bar.
    pub fn done(&self, line: Option<&str>) {
        self.bar.inc(1);
        if let (true, Some(line)) = (self.bar.is_hidden(), line) {
            note(line);
        }
    }
}

impl Drop for StepProgress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// Shows how much of the input is read: a bar in a terminal that does not show the output too.
pub(crate) struct ReadProgress {
    bar: ProgressBar,
}

impl ReadProgress {
    /// Input that is no file, as a pipe, has no length to measure it by: it gets no bar.
    pub fn new(sources: &[Source]) -> Self {
        let total: Option<u64> = sources.iter().map(Source::bytes).sum();
        let bar = match total {
            Some(total) if !io::stdout().is_terminal() => {
                let style = ProgressStyle::with_template(
                    "{bar:30} {decimal_bytes}/{decimal_total_bytes}  {decimal_bytes_per_sec}, {eta} to go",
                )
                .expect("the template is valid");
                ProgressBar::new(total).with_style(style)
            }
            _ => ProgressBar::hidden(),
        };
        Self { bar }
    }

    /// The input, counted while it is read.
    pub fn count<R: Read + Send>(&self, input: R) -> impl Read + Send + use<R> {
        self.bar.wrap_read(input)
    }

    /// For what shows nothing.
    pub fn none() -> Self {
        Self { bar: ProgressBar::hidden() }
    }

    /// Does something that writes to stderr.
    pub fn beside<T>(&self, write: impl FnOnce() -> T) -> T {
        self.bar.suspend(write)
    }
}

impl Drop for ReadProgress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

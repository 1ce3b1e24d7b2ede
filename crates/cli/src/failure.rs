//! How a command fails: what it says and the exit code.

use std::io;

use copydesk_infer::ModelError;
use copydesk_train::{SaveError, SaveStep};

use crate::labels::no_such_label;
use crate::output::note;

/// Why a command stopped. The codes follow BSD's `sysexits.h` where they are above 2.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A check that was asked for failed, or some of the inputs could not be used and were named on stderr: the code.
    Silent(u8),
    /// Options or arguments that cannot be used together, or at all.
    Usage(String),
    /// The input was read, but is not what it should be.
    BadData(String),
    /// The input cannot be read.
    NoInput(String),
    /// The output cannot be created.
    CannotCreate(String),
    /// The output cannot be written.
    Write(String),
    /// The reader of our output went away: the normal end of `copydesk … | head`.
    ClosedPipe,
}

impl Failure {
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::ClosedPipe => 0,
            Self::Silent(code) => *code,
            Self::Usage(_) => 2,
            Self::BadData(_) => 65,
            Self::NoInput(_) => 66,
            Self::CannotCreate(_) => 73,
            Self::Write(_) => 74,
        }
    }

    /// What to say on stderr, if anything.
    pub fn message(&self) -> Option<&str> {
        match self {
            Self::Usage(message)
            | Self::BadData(message)
            | Self::NoInput(message)
            | Self::CannotCreate(message)
            | Self::Write(message) => Some(message),
            Self::Silent(_) | Self::ClosedPipe => None,
        }
    }

    /// Ends the process with it, whatever other threads do. What is half-written is removed.
    pub fn end_process(&self) -> ! {
        copydesk_train::stop_saving();
        self.report();
        std::process::exit(i32::from(self.exit_code()))
    }

    /// Says it on stderr in one line, whatever file names and parsers' messages hold.
    pub fn report(&self) {
        if let Some(message) = self.message() {
            note(&format!("copydesk: {}", message.replace(char::is_control, " ")));
        }
    }

    /// Writing to stdout failed.
    pub fn stdout(error: &io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Self::ClosedPipe
        } else {
            Self::Write(format!("cannot write to standard output: {error}"))
        }
    }
}

impl From<SaveError> for Failure {
    fn from(error: SaveError) -> Self {
        // A pipe by name, as `/dev/stdout`.
        if error.source.kind() == io::ErrorKind::BrokenPipe {
            return Self::ClosedPipe;
        }
        match error.step {
            SaveStep::Create => Self::CannotCreate(error.to_string()),
            SaveStep::Write => Self::Write(error.to_string()),
        }
    }
}

impl From<ModelError> for Failure {
    fn from(error: ModelError) -> Self {
        let message = error.to_string();
        match error {
            ModelError::NoSuchLabel { label, labels } => Self::Usage(no_such_label(&label, &labels)),
            ModelError::Io { .. } => Self::NoInput(message),
            ModelError::UnknownName { .. } | ModelError::Restriction { .. } => Self::Usage(message),
            _ => Self::BadData(message),
        }
    }
}

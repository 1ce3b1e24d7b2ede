//! Ctrl-C while files are written.

use std::io::{self, IsTerminal};
use std::process;

use crate::output::note;

/// As shells count it: 128 and the number of SIGINT.
const INTERRUPTED: i32 = 130;

/// From now on Ctrl-C removes what is half-written, says so and ends the process. For commands that write files; the others
/// leave nothing behind when the signal kills them.
pub(crate) fn clean_up_on_ctrl_c() {
    let handler = || {
        copydesk_train::stop_saving();
        // The line under way may hold a bar.
        let new_line = if io::stderr().is_terminal() { "\n" } else { "" };
        note(&format!("{new_line}copydesk: interrupted: what was not finished is removed"));
        process::exit(INTERRUPTED);
    };
    // It fails where the signal is ignored already, as in what a script starts in the background: so it shall stay.
    let _ = ctrlc::try_set_handler(handler);
}

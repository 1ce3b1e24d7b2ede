//! The copydesk command line: one file a subcommand. Data go to stdout, all else to stderr.

mod classify;
mod data;
mod eval;
mod explain;
mod failure;
mod html;
mod input;
mod inspect;
mod label;
mod model;
mod output;
mod percent;
mod plot;
mod progress;
mod records;
mod scores;
mod share;
mod train;
mod tsv;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Mark every sentence of a news text as reporting, opinion or fundraising appeal; train classifiers for labels of
/// your own.
#[derive(Debug, Parser)]
#[command(name = "copydesk", version, max_term_width = 100, after_help = EXIT_CODES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 done; 1 a check failed; 2 wrong usage; 65 bad data; 66 no such input; \
                          73 cannot create the output; 74 cannot write it.";

/// Each command's help is the doc comment of its arguments.
#[derive(Debug, Subcommand)]
enum Command {
    Label(label::Args),
    Classify(classify::Args),
    Train(train::Args),
    Eval(eval::Args),
    Explain(explain::Args),
    Inspect(inspect::Args),
    Data(data::Args),
    Share(share::Args),
}

/// Runs the command line of the process and says how it ended.
pub fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Label(args) => label::run(&args),
        Command::Classify(args) => classify::run(&args),
        Command::Train(args) => train::run(&args),
        Command::Eval(args) => eval::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Inspect(args) => inspect::run(&args),
        Command::Data(args) => data::run(&args),
        Command::Share(args) => share::run(&args),
    };
    let code = result.map_or_else(
        |failure| {
            failure.report();
            failure.exit_code()
        },
        |()| 0,
    );
    ExitCode::from(code)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_consistent() {
        super::Cli::command().debug_assert();
    }
}

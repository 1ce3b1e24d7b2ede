//! The copydesk command line: one file a subcommand. Data go to stdout, all else to stderr.

mod blank;
mod blocks;
mod classify;
mod clean;
mod completions;
mod data;
mod decisive;
mod eval;
mod explain;
mod failure;
mod html;
mod input;
mod inspect;
mod interrupt;
mod label;
mod man;
mod model;
mod output;
mod palette;
#[cfg(feature = "parquet")]
mod panics;
mod percent;
mod plot;
mod progress;
mod records;
mod same_file;
mod scores;
#[cfg(feature = "serve")]
mod serve;
mod share;
mod terminal;
mod train;
mod tsv;
mod width;

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
                          73 cannot create the output; 74 cannot write it; 130 interrupted.";

/// Each command's help is the doc comment of its arguments.
#[derive(Debug, Subcommand)]
enum Command {
    Label(label::Args),
    Classify(classify::Args),
    Clean(clean::Args),
    Train(train::Args),
    Eval(eval::Args),
    Explain(explain::Args),
    Inspect(inspect::Args),
    Data(data::Args),
    #[cfg(feature = "serve")]
    Serve(serve::Args),
    Share(share::Args),
    Completions(completions::Args),
    Man(man::Args),
}

impl Command {
    fn may_write_files(&self) -> bool {
        matches!(self, Self::Clean(_) | Self::Train(_) | Self::Eval(_) | Self::Data(_) | Self::Share(_) | Self::Man(_))
    }
}

/// Runs the command line of the process and says how it ended.
pub fn main() -> ExitCode {
    let command = Cli::parse().command;
    #[cfg(feature = "parquet")]
    panics::leave_out_parquets();
    if command.may_write_files() {
        interrupt::clean_up_on_ctrl_c();
    }
    let result = match command {
        Command::Label(args) => label::run(&args),
        Command::Classify(args) => classify::run(&args),
        Command::Clean(args) => clean::run(&args),
        Command::Train(args) => train::run(&args),
        Command::Eval(args) => eval::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Inspect(args) => inspect::run(&args),
        Command::Data(args) => data::run(&args),
        Command::Share(args) => share::run(&args),
        #[cfg(feature = "serve")]
        Command::Serve(args) => serve::run(&args),
        Command::Completions(args) => completions::run(&args),
        Command::Man(args) => man::run(&args),
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

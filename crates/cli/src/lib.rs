//! The copydesk command line: one file a subcommand. Data go to stdout, all else to stderr.

mod answer_fields;
mod bench;
mod blank;
mod blocks;
mod calibration;
mod classify;
mod clean;
mod completions;
mod data;
mod decisive;
mod eval;
mod explain;
mod failure;
#[cfg(feature = "parquet")]
mod guarded;
mod html;
mod in_order;
mod input;
mod inspect;
mod interrupt;
mod json;
mod label;
mod labels;
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
mod special;
mod terminal;
mod train;
mod tsv;
mod width;

use std::io::{self, Write};
use std::process::ExitCode;

pub use bench::Floor;
use clap::{Parser, Subcommand};

use failure::Failure;

/// Mark every sentence of a news text as reporting, opinion or fundraising appeal; train classifiers for labels of
/// your own.
#[derive(Debug, Parser)]
#[command(name = "copydesk", version, max_term_width = 100, after_help = EXAMPLES_AND_CODES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES_AND_CODES: &str = "\
Examples:
  copydesk label article.txt
  copydesk clean --drop appeal article.txt > clean.txt
  copydesk share --text-column body --by outlet articles.csv
  copydesk train labelled.csv --out my-model
  copydesk eval my-model held-out.csv

`copydesk COMMAND --help` has all options and more examples of a command.

Exit codes: 0 done; 1 a check failed; 2 wrong usage; 65 bad data; 66 no such input; \
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
    Bench(bench::Args),
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
    let command = match Cli::try_parse() {
        Ok(cli) => cli.command,
        Err(shown) => return ExitCode::from(help_or_usage(&shown)),
    };
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
        Command::Bench(args) => bench::run(&args),
        Command::Data(args) => data::run(&args),
        Command::Share(args) => share::run(&args),
        #[cfg(feature = "serve")]
        Command::Serve(args) => serve::run(&args),
        Command::Completions(args) => completions::run(&args),
        Command::Man(args) => man::run(&args),
    };
    ExitCode::from(code(result))
}

/// Says what went wrong, if anything; the exit code.
fn code(result: Result<(), Failure>) -> u8 {
    let Err(failure) = result else { return 0 };
    failure.report();
    failure.exit_code()
}

/// Prints the help or version that was asked for, or what is wrong with the arguments; the exit code.
fn help_or_usage(shown: &clap::Error) -> u8 {
    let printed = shown.print().and_then(|()| io::stdout().flush());
    if shown.use_stderr() {
        return 2;
    }
    code(printed.map_err(|error| Failure::stdout(&error)))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_consistent() {
        super::Cli::command().debug_assert();
    }
}

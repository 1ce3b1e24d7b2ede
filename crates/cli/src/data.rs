//! `copydesk data`: look after labelled data.

mod check;
mod curve;
mod join;
mod split;

use clap::{Args as ClapArgs, Subcommand};

use crate::failure::Failure;

/// Look after labelled data
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  copydesk data check labelled.csv
  copydesk data split labelled.csv --test 20% --out parts
  copydesk data curve parts/train.csv --test parts/test.csv

`copydesk data COMMAND --help` has all options and more examples of a command.")]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(check::Args),
    Curve(curve::Args),
    Join(join::Args),
    Split(split::Args),
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    match &args.command {
        Command::Check(args) => check::run(args),
        Command::Curve(args) => curve::run(args),
        Command::Join(args) => join::run(args),
        Command::Split(args) => split::run(args),
    }
}

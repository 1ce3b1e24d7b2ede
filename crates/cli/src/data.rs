//! `copydesk data`: look after labelled data.

mod check;
mod curve;
mod join;

use clap::{Args as ClapArgs, Subcommand};

use crate::failure::Failure;

/// Look after labelled data
#[derive(Debug, ClapArgs)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(check::Args),
    Curve(curve::Args),
    Join(join::Args),
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    match &args.command {
        Command::Check(args) => check::run(args),
        Command::Curve(args) => curve::run(args),
        Command::Join(args) => join::run(args),
    }
}

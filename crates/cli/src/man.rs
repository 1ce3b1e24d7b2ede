//! `copydesk man`: manual pages.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Command, CommandFactory};
use clap_mangen::Man;
use copydesk_train::write_atomically;

use crate::Cli;
use crate::failure::Failure;
use crate::output::{Output, note};

/// Write manual pages
///
/// The page of copydesk itself to standard output, or with --out one page for each command.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Install:
  copydesk man --out ~/.local/share/man/man1

Examples:
  copydesk man | man -l -
  copydesk man --out /usr/local/share/man/man1
  man copydesk-label")]
pub(crate) struct Args {
    /// Write one page for each command into this folder, which is made if need be
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let mut command = Cli::command().disable_help_subcommand(true);
    command.build();
    let Some(folder) = &args.out else {
        let mut output = Output::new();
        output.text(&page(&command).1)?;
        return output.finish();
    };
    let pages = pages(&command);
    for (name, page) in &pages {
        write_atomically(&folder.join(name), page.as_bytes())?;
    }
    note(&format!("wrote {} pages into {}", pages.len(), folder.display()));
    Ok(())
}

/// The pages of a command and of all those below it.
fn pages(command: &Command) -> Vec<(String, String)> {
    let below = command.get_subcommands().filter(|command| !command.is_hide_set());
    [page(command)].into_iter().chain(below.flat_map(pages)).collect()
}

/// The name of a command's page, and the page.
fn page(command: &Command) -> (String, String) {
    let man = Man::new(command.clone());
    let mut page = Vec::new();
    man.render(&mut page).expect("a vector takes all that is written to it");
    (man.get_filename(), String::from_utf8_lossy(&page).into_owned())
}

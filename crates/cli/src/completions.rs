//! `copydesk completions`: the command line completes itself in a shell.

use clap::{Args as ClapArgs, CommandFactory};
use clap_complete::{Shell, generate};

use crate::Cli;
use crate::failure::Failure;
use crate::output::Output;

/// Write a script that completes commands and options in a shell
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Install:
  bash        copydesk completions bash > ~/.local/share/bash-completion/completions/copydesk
  zsh         copydesk completions zsh > ~/.zfunc/_copydesk
              (with `fpath+=~/.zfunc` before `compinit` in ~/.zshrc)
  fish        copydesk completions fish > ~/.config/fish/completions/copydesk.fish
  elvish      copydesk completions elvish >> ~/.config/elvish/rc.elv
  powershell  copydesk completions powershell >> $PROFILE

Examples:
  copydesk completions bash
  source <(copydesk completions bash)")]
pub(crate) struct Args {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let mut script = Vec::new();
    generate(args.shell, &mut Cli::command(), "copydesk", &mut script);
    let mut output = Output::new();
    output.text(&String::from_utf8_lossy(&script))?;
    output.finish()
}

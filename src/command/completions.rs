//! `nestor completions`: a script that lets a shell complete commands and options.

use std::io::{self, Write as _};

use clap_complete::Shell;

use crate::failure::Failure;

/// Write a script that lets your shell complete commands and options.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  nestor completions bash > ~/.local/share/bash-completion/completions/nestor
  nestor completions fish > ~/.config/fish/completions/nestor.fish
  nestor completions zsh > ~/.zfunc/_nestor        where ~/.zfunc is in your fpath")]
pub(super) struct Arguments {
    /// The shell.
    shell: Shell,
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(
        arguments.shell,
        &mut super::definition(),
        "nestor",
        &mut script,
    );
    io::stdout().write_all(&script)?;
    Ok(0)
}

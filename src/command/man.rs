//! `nestor man`: the help of a command as a manual page.

use std::io::{self, Write as _};

use clap_mangen::Man;

use super::did_you_mean;
use crate::failure::Failure;

/// Write the help of a command as a manual page.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  nestor man trace | man -l -                          read it
  nestor man > ~/.local/share/man/man1/nestor.1        keep it, for `man nestor`
  nestor man run > ~/.local/share/man/man1/nestor-run.1")]
pub(super) struct Arguments {
    /// The command; without one, the page of `nestor` itself.
    command: Option<String>,
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, Failure> {
    let mut page = Vec::new();
    Man::new(command(arguments.command.as_deref())?)
        .source(concat!("nestor ", env!("CARGO_PKG_VERSION")))
        .render(&mut page)?;
    io::stdout().write_all(&page)?;
    Ok(0)
}

/// The definition of a command, with the name that its page has.
fn command(name: Option<&str>) -> Result<clap::Command, Failure> {
    let mut whole = super::definition();
    whole.build();
    let Some(name) = name else {
        return Ok(whole);
    };
    let names = whole.get_subcommands().map(clap::Command::get_name);
    let unknown = || {
        let guess = did_you_mean(name, names);
        Failure::Usage(format!(
            "no command is called '{name}'{guess}; `nestor help` lists them"
        ))
    };
    whole.find_subcommand(name).cloned().ok_or_else(unknown)
}

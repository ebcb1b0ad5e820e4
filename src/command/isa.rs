//! `nestor isa`: the manual of the instruction set, as the crate `isa` writes it from its tables.

use std::io::Write as _;

use isa::manual;

use super::did_you_mean;
use crate::failure::Failure;
use crate::paragraph::fold_markdown;

/// The manual: all instructions, or one page of it.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  nestor isa                   one line an instruction, then the names of the tables
  nestor isa ldc               the page of an instruction
  nestor isa traps             the page of a table
  nestor isa manual            all of it, as Markdown")]
pub(super) struct Arguments {
    /// An instruction, a table, or `manual` for everything.
    name: Option<String>,
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, Failure> {
    let text = match arguments.name.as_deref() {
        None => manual::index(),
        Some("manual") => manual::whole(),
        Some(name) => {
            let page = manual::page(&name.to_ascii_lowercase()).ok_or_else(|| unknown(name))?;
            fold_markdown(&page)
        }
    };
    anstream::stdout().write_all(text.as_bytes())?;
    Ok(0)
}

fn unknown(name: &str) -> Failure {
    let guess = did_you_mean(name, manual::names());
    Failure::Usage(format!(
        "no instruction or table is called '{name}'{guess}; `nestor isa` lists them"
    ))
}

//! `nestor isa`: the manual of the instruction set, as the crate `isa` writes it from its tables.

use std::fmt::Write as _;
use std::io::Write as _;

use assembler::{Directive, Pseudo};
use isa::manual;
use isa::trap::Cause;

use super::did_you_mean;
use crate::failure::Failure;
use crate::paragraph::{fold, fold_markdown};

/// The manual: all instructions, or one page of it.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  nestor isa                   one line an instruction, then the names of the tables
  nestor isa ldc               the page of an instruction
  nestor isa la                a short form or a directive of the assembler
  nestor isa traps             the page of a table
  nestor isa manual            all of it, as Markdown")]
pub(super) struct Arguments {
    /// An instruction, a word of the assembler, a table, or `manual` for everything.
    name: Option<String>,
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, Failure> {
    let text = match arguments.name.as_deref() {
        None => manual::index() + &short_forms(),
        Some("manual") => manual::whole(),
        Some(name) => page(&name.to_ascii_lowercase()).ok_or_else(|| unknown(name))?,
    };
    anstream::stdout().write_all(text.as_bytes())?;
    Ok(0)
}

/// The page for a name in small letters, or `None` when nothing has that name.
pub(super) fn page(name: &str) -> Option<String> {
    let of_machine = || manual::page(name).map(|page| fold_markdown(&page));
    of_machine().or_else(|| of_assembler(name))
}

/// The page for what the assembler knows and the machine does not.
fn of_assembler(name: &str) -> Option<String> {
    let short = Pseudo::ALL.iter().find(|pseudo| pseudo.name() == name);
    let directive = Directive::ALL
        .iter()
        .find(|directive| directive.name() == name);
    let (syntax, meaning, what) = match (short, directive) {
        (Some(pseudo), _) => (
            pseudo.syntax(),
            pseudo.meaning(),
            "a short form of the assembler",
        ),
        (_, Some(directive)) => (
            directive.syntax(),
            directive.meaning(),
            "a directive of the assembler",
        ),
        _ => return None,
    };
    let meaning = fold(meaning);
    Some(format!(
        "### `{name}`, {what}\n\n{meaning}\n\n```text\n{syntax}\n```\n"
    ))
}

fn short_forms() -> String {
    let mut text = String::from("\nShort forms of the assembler:\n");
    for pseudo in Pseudo::ALL {
        let _ = writeln!(text, "  {:<14} {}", pseudo.name(), pseudo.syntax());
    }
    text
}

fn unknown(name: &str) -> Failure {
    if Cause::from_name(&name.to_ascii_lowercase()).is_some() {
        return Failure::Usage(format!(
            "'{name}' is no instruction but a trap: `nestor explain {name}`"
        ));
    }
    let pseudos = Pseudo::ALL.iter().map(|pseudo| pseudo.name());
    let directives = Directive::ALL.iter().map(|directive| directive.name());
    let guess = did_you_mean(name, manual::names().chain(pseudos).chain(directives));
    Failure::Usage(format!(
        "no instruction or table is called '{name}'{guess}; `nestor isa` lists them"
    ))
}

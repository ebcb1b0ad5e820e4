//! `nestor editors`: what an editor needs to colour sources.

use std::io::{self, Write as _};

use crate::failure::Failure;
use crate::highlighting;

/// Write a TextMate grammar, by which editors colour sources.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  nestor editors > nestor.tmLanguage.json

VS Code, the editors of JetBrains and others read such grammars. It knows every instruction,
directive, register and constant that this program knows: write it anew after an update.")]
pub(super) struct Arguments {}

pub(super) fn run(_: &Arguments) -> Result<u8, Failure> {
    io::stdout().write_all(highlighting::textmate().as_bytes())?;
    Ok(0)
}

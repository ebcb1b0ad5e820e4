//! `nestor explain CODE`: what a trap, an error code or an exit status means, and how to fix it.

use std::fmt::Write as _;
use std::io::Write as _;

use crate::failure::Failure;
use crate::status;

/// Explain a trap, an error code of the assembler, or an exit status.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  nestor explain bounds        a trap, by the word in `trap[bounds]`
  nestor explain A001          an error of the assembler, by its code
  nestor explain 126           an exit status
  nestor explain status        all exit statuses")]
pub(super) struct Arguments {
    /// A trap's name, an error code, an exit status, or `status` for all of these.
    code: String,
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, Failure> {
    let page = page(&arguments.code)
        .ok_or_else(|| Failure::Usage(format!("nothing is called '{}'", arguments.code)))?;
    anstream::stdout().write_all(page.as_bytes())?;
    Ok(0)
}

/// The page for `code`, or `None` when nothing has that name.
fn page(code: &str) -> Option<String> {
    if code == "status" {
        return Some(
            status::TABLE
                .iter()
                .map(|row| format!("{:>7}  {}\n", range(row), row.meaning))
                .collect(),
        );
    }
    let row = status::row(code.parse().ok()?)?;
    let mut text = String::new();
    let _ = writeln!(text, "status {}: {}\n", range(row), row.meaning);
    let _ = writeln!(text, "{}", row.fix);
    Some(text)
}

fn range(row: &status::Row) -> String {
    if row.first == row.last {
        row.first.to_string()
    } else {
        format!("{}..{}", row.first, row.last)
    }
}

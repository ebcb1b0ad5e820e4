//! The parts of the self-test that cargo does in a source tree.

use std::fmt;
use std::path::Path;
use std::process::{Command, Stdio};

use super::Verdict;

/// A command of cargo.
#[derive(Debug)]
pub(super) struct Cargo {
    /// The words behind `cargo`, with single spaces between them.
    pub(super) words: &'static str,
    /// Variables of the environment, and their values.
    pub(super) environment: &'static [(&'static str, &'static str)],
    /// A subcommand that has to be installed for it.
    pub(super) wants: Option<&'static str>,
}

/// Whether a folder holds the sources of this program.
pub fn is_tree(folder: &Path) -> bool {
    ["Cargo.toml", "isa/tests/second/main.rs", "src/selftest"]
        .iter()
        .all(|path| folder.join(path).exists())
}

impl Cargo {
    /// Runs it with what it prints on our stderr, since our stdout is a report.
    pub(super) fn run(&self, tree: &Path) -> Verdict {
        if let Some(wanted) = self.wants
            && !installed(wanted)
        {
            return Verdict::NotRun(format!(
                "`cargo install cargo-{wanted}` gives what it needs"
            ));
        }
        let status = cargo()
            .args(self.words.split(' '))
            .envs(self.environment.iter().copied())
            .current_dir(tree)
            .stdin(Stdio::null())
            .stdout(std::io::stderr())
            .status();
        match status {
            Ok(status) if status.success() => Verdict::Passed(self.to_string()),
            Ok(status) => Verdict::Failed(format!("{status}: {self}")),
            Err(error) => Verdict::Failed(format!("cargo cannot be run: {error}")),
        }
    }
}

/// As one would type it.
impl fmt::Display for Cargo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, value) in self.environment {
            write!(f, "{name}={value} ")?;
        }
        write!(f, "cargo {}", self.words)
    }
}

/// The cargo that runs us, if one does.
fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

fn installed(subcommand: &str) -> bool {
    let asked = cargo()
        .args([subcommand, "--version"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    asked.is_ok_and(|status| status.success())
}

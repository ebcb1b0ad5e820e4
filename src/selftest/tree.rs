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
    /// What has to be installed for it.
    pub(super) wants: Option<Wanted>,
}

/// A program that some parts need.
#[derive(Debug)]
pub(super) struct Wanted {
    /// Its name.
    pub(super) program: &'static str,
    /// The command that installs it.
    pub(super) installed_by: &'static str,
}

/// Makes small changes to sources, and runs tests.
pub(super) const MUTANTS: Wanted = Wanted {
    program: "cargo-mutants",
    installed_by: "cargo install cargo-mutants",
};

/// A browser that runs without a window.
pub(super) const CHROMIUM: Wanted = Wanted {
    program: "chromium",
    installed_by: "apt-get install chromium",
};

/// Watches each access of a program to the host's memory.
pub(super) const VALGRIND: Wanted = Wanted {
    program: "valgrind",
    installed_by: "apt-get install valgrind",
};

/// Whether a folder holds the sources of this program.
pub fn is_tree(folder: &Path) -> bool {
    ["Cargo.toml", "isa/tests/second/main.rs", "src/selftest"]
        .iter()
        .all(|path| folder.join(path).exists())
}

impl Cargo {
    /// Runs it with what it prints on our stderr, since our stdout is a report.
    pub(super) fn run(&self, tree: &Path) -> Verdict {
        if let Some(wanted) = &self.wants
            && !wanted.is_installed()
        {
            return Verdict::NotRun(format!("`{}` gives what it needs", wanted.installed_by));
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
            match value.contains(' ') {
                true => write!(f, "{name}='{value}' ")?,
                false => write!(f, "{name}={value} ")?,
            }
        }
        write!(f, "cargo {}", self.words)
    }
}

/// The cargo that runs us, if one does.
fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

impl Wanted {
    fn is_installed(&self) -> bool {
        let asked = Command::new(self.program)
            .arg("--version")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        asked.is_ok_and(|status| status.success())
    }
}

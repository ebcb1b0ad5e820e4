//! What users see of `nestor`: each test runs the built program in a folder of its own and looks at what comes out.
//!
//! Invariant: nothing here depends on time, on the host, or on where the sources lie.

mod asm;
mod conformance;
mod dis;
mod disk;
mod editors;
mod explain;
mod guests;
mod isa;
mod lesson;
mod link;
mod listing;
mod names_of_guests;
mod nest;
mod page;
mod replay;
mod run;
mod save;
mod selftest;
mod shell;
mod terminal;
mod trace;
mod usage;
mod whose_fault;

use std::fmt;
use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

/// A folder with files, in which commands are run.
struct Folder {
    folder: TempDir,
}

impl Folder {
    fn new() -> Folder {
        Folder {
            folder: tempfile::tempdir().expect("a temporary folder"),
        }
    }

    fn with(self, name: &str, content: impl AsRef<[u8]>) -> Folder {
        let path = self.path(name);
        let folder = path.parent().expect("the temporary folder");
        fs::create_dir_all(folder).expect("a folder in a temporary folder");
        fs::write(path, content).expect("a file in a temporary folder");
        self
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).expect("a file in a temporary folder")
    }

    /// Runs `nestor` with these words, cut at spaces, and nothing on standard input.
    fn nestor(&self, words: &str) -> Ran {
        self.nestor_reading(words, "")
    }

    fn nestor_reading(&self, words: &str, input: &str) -> Ran {
        self.nestor_in(&[], words, input)
    }

    /// Runs `nestor` in an environment with these variables besides.
    fn nestor_in(&self, variables: &[(&str, &str)], words: &str, input: &str) -> Ran {
        let output = assert_cmd::Command::cargo_bin("nestor")
            .expect("the program is built")
            .args(words.split_whitespace())
            .current_dir(self.folder.path())
            .env("COLUMNS", "100")
            .env_remove("CLICOLOR_FORCE")
            .env_remove("NO_COLOR")
            .envs(variables.iter().copied())
            .write_stdin(input)
            .output()
            .expect("the program runs");
        Ran {
            status: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("text"),
            stderr: String::from_utf8(output.stderr).expect("text"),
        }
    }
}

/// What came of a command.
#[derive(Debug)]
struct Ran {
    status: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Ran {
    /// What a command printed that has nothing to complain about.
    fn good(self) -> String {
        assert_eq!(
            (self.status, self.stderr.as_str()),
            (Some(0), ""),
            "{}",
            self.stdout
        );
        self.stdout
    }
}

/// For snapshots: the streams apart, and the status.
impl fmt::Display for Ran {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, text) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            if !text.is_empty() {
                writeln!(f, "{name}:\n{}\n", text.trim_end_matches('\n'))?;
            }
        }
        match self.status {
            Some(status) => write!(f, "status {status}"),
            None => write!(f, "killed by a signal"),
        }
    }
}

/// The names of all subcommands.
fn commands() -> Vec<String> {
    let definition = nestor::command::definition();
    let commands = definition.get_subcommands();
    commands
        .map(|command| command.get_name().to_owned())
        .collect()
}

//! Playing a lesson: its program runs by itself, with all its input known, and what comes of it is a text.

use std::fmt;

use assembler::{NoFiles, Source};

use super::Lesson;
use crate::ending;
use crate::failure::Failure;
use crate::program::Program;
use crate::session::{Session, Settings};
use crate::status;

/// More steps than any lesson needs; a loop without end is told after a moment.
const MAX_STEPS: u64 = 10_000_000;

/// What came of a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Played {
    /// What it printed.
    pub console: String,
    /// What people are told of its end, in styled text; nothing if it ended itself.
    pub message: Option<String>,
    /// The exit status.
    pub status: u8,
}

impl Lesson {
    /// Runs the lesson's own program on its own input.
    ///
    /// # Errors
    /// When the host lacks the memory.
    pub fn play(&self) -> Result<Played, Failure> {
        let source = Source::new("main.s", self.source());
        let program = Program::assemble(vec![source], false, &mut NoFiles)?;
        play(&program, self.input())
    }

    /// Whether a program that came to this solves the exercise.
    pub fn is_solved_by(&self, played: &Played) -> bool {
        played.outcome() == self.exercise_expected()
    }
}

/// Runs a program on this input.
///
/// # Errors
/// When the host lacks the memory, or the program does not fit into it.
pub fn play(program: &Program, input: &str) -> Result<Played, Failure> {
    let settings = Settings {
        input: Some(input.as_bytes().to_vec()),
        ..Settings::default()
    };
    let mut session = Session::boot(program, settings)?;
    let mut console = Vec::new();
    let ending = session.run(Some(MAX_STEPS), &mut std::io::empty(), &mut console)?;
    Ok(Played {
        console: String::from_utf8_lossy(&console).into_owned(),
        message: ending::describe(&session, &ending),
        status: status::of_ending(&ending),
    })
}

impl Played {
    /// What was printed and the exit status: what the file `expected` of an exercise holds.
    pub fn outcome(&self) -> String {
        let end = if self.console.is_empty() || self.console.ends_with('\n') {
            ""
        } else {
            "\n"
        };
        format!("{}{end}exit status {}\n", self.console, self.status)
    }
}

/// All of it in order, as a terminal would show it: what the file `expected` of a lesson holds, but for the styles.
impl fmt::Display for Played {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let outcome = self.outcome();
        let (console, status) = outcome.split_at(outcome.rfind("exit status").unwrap_or_default());
        write!(
            f,
            "{console}{}{status}",
            self.message.as_deref().unwrap_or_default()
        )
    }
}

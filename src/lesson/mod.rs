//! The lessons of `examples/`, held inside the program so that it works from any directory.
//!
//! Invariant: every file of a lesson's folder is in its row; a test compares the rows with the folders.

mod embedded;

pub use embedded::LESSONS;

use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::program::Program;
use crate::session::Settings;

/// One lesson: a folder with a program to read and run, a page about it, and an exercise.
#[derive(Debug)]
pub struct Lesson {
    /// The folder's name in `examples/`, as `03-one-byte-too-far`.
    pub folder: &'static str,
    /// The files of the folder: path inside it, with `/`, and text.
    pub files: &'static [(&'static str, &'static str)],
}

impl Lesson {
    /// The number that the folder's name begins with; 0 if it begins with none.
    pub fn number(&self) -> u32 {
        self.folder
            .split('-')
            .next()
            .and_then(|digits| digits.parse().ok())
            .unwrap_or(0)
    }

    /// The title: the heading of the lesson's page.
    pub fn title(&self) -> &'static str {
        self.page()
            .lines()
            .next()
            .unwrap_or_default()
            .trim_start_matches("# ")
    }

    /// The lesson's page, `README.md`.
    pub fn page(&self) -> &'static str {
        self.file("README.md").unwrap_or_default()
    }

    /// The lesson's program, `main.s`, where the exercise starts too.
    pub fn source(&self) -> &'static str {
        self.file("main.s").unwrap_or_default()
    }

    /// What the program reads from the console: `input`, or nothing.
    pub fn input(&self) -> &'static str {
        self.file("input").unwrap_or_default()
    }

    /// What a solution of the exercise reads from the console: `exercise/input`, or what the lesson itself reads.
    pub fn exercise_input(&self) -> &'static str {
        self.file("exercise/input").unwrap_or_else(|| self.input())
    }

    /// What a solution of the exercise prints and how it ends: `exercise/expected`.
    pub fn exercise_expected(&self) -> &'static str {
        self.file("exercise/expected").unwrap_or_default()
    }

    /// Runs the lesson's own program on its own input.
    ///
    /// # Errors
    /// When the host lacks the memory.
    pub fn play(&self) -> Result<Outcome, Failure> {
        let program = Program::from_text("main.s", self.source())?;
        program.run(Settings::default().with_input(self.input()))
    }

    /// Whether a program that came to this solves the exercise.
    pub fn is_solved_by(&self, outcome: &Outcome) -> bool {
        outcome.in_short() == self.exercise_expected()
    }

    /// The text of one file of the folder, or `None` when there is none of that name.
    pub fn file(&self, path: &str) -> Option<&'static str> {
        self.files
            .iter()
            .find(|(name, _)| *name == path)
            .map(|(_, text)| *text)
    }
}

/// The lesson of that number, or `None`.
pub fn find(number: u32) -> Option<&'static Lesson> {
    LESSONS.iter().find(|lesson| lesson.number() == number)
}

/// The lesson that comes after that number, or `None` after the last.
pub fn next(number: u32) -> Option<&'static Lesson> {
    LESSONS.iter().find(|lesson| lesson.number() > number)
}

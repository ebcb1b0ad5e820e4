//! Lines at a terminal: with editing, history and completion.
//!
//! Invariant: an empty line is the last one again.

use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::DefaultHistory;
use rustyline::validate::Validator;
use rustyline::{Context, Helper};

use super::Debugger;
use crate::failure::Failure;

const PROMPT: &str = "(nestor) ";

/// What reads lines.
pub struct Editor {
    editor: rustyline::Editor<Words, DefaultHistory>,
    last: String,
}

/// The words that can stand first, and those that can stand behind.
#[derive(Default)]
struct Words {
    commands: Vec<String>,
    symbols: Vec<String>,
}

impl Editor {
    /// One that reads the terminal.
    ///
    /// # Errors
    /// When there is none.
    pub fn new() -> Result<Editor, Failure> {
        let mut editor = rustyline::Editor::new().map_err(failure)?;
        editor.set_helper(Some(Words::default()));
        Ok(Editor {
            editor,
            last: String::new(),
        })
    }

    /// The next line; `None` at the end.
    ///
    /// # Errors
    /// When the terminal fails.
    pub fn line(&mut self, debugger: &Debugger<'_>) -> Result<Option<String>, Failure> {
        if let Some(words) = self.editor.helper_mut() {
            words.commands = debugger.completions("", true);
            words.symbols = debugger.completions("", false);
        }
        loop {
            match self.editor.readline(PROMPT) {
                Ok(line) if line.trim().is_empty() => return Ok(Some(self.last.clone())),
                Ok(line) => {
                    // A line that cannot be kept is only missing from the history.
                    let _ = self.editor.add_history_entry(&line);
                    self.last.clone_from(&line);
                    return Ok(Some(line));
                }
                Err(ReadlineError::Interrupted) => {}
                Err(ReadlineError::Eof) => return Ok(None),
                Err(error) => return Err(failure(error)),
            }
        }
    }
}

fn failure(error: ReadlineError) -> Failure {
    match error {
        ReadlineError::Io(error) => Failure::Input(error),
        error => Failure::Input(std::io::Error::other(error)),
    }
}

impl Completer for Words {
    type Candidate = String;

    fn complete(
        &self,
        line: &str,
        position: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<String>)> {
        let before = line.get(..position).unwrap_or(line);
        let start = before
            .rfind(char::is_whitespace)
            .map_or(0, |space| space + 1);
        let begun = before.get(start..).unwrap_or("");
        let words = if start == 0 {
            &self.commands
        } else {
            &self.symbols
        };
        let found = words.iter().filter(|word| word.starts_with(begun));
        Ok((start, found.cloned().collect()))
    }
}

impl Hinter for Words {
    type Hint = String;
}
impl Highlighter for Words {}
impl Validator for Words {}
impl Helper for Words {}

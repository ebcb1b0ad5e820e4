//! Running a program by itself, with all its input known, and what came of it: for tests, lessons and other programs.
//!
//! Invariant: the same program, settings and number of steps give the same outcome, unless the program asks for the
//! date or for entropy.

use std::fmt;

use assembler::image::Image;
use assembler::{NoFiles, Source};
use isa::capability::Capability;
use isa::instruction::{C, R};
use isa::machine::{End, Machine, StateHash};
use isa::{Address, Trap};

use crate::dump::Named;
use crate::failure::Failure;
use crate::program::Program;
use crate::session::{Ending, Session, Settings};
use crate::{ending, status};

/// More steps than most programs that are tested need; a loop without end is told after a moment.
const MAX_STEPS: u64 = 10_000_000;

impl Program {
    /// Assembles a source that stands alone; messages call it by this name.
    ///
    /// # Errors
    /// When it is wrong: all that is wrong with it.
    pub fn from_text(name: &str, text: &str) -> Result<Program, Failure> {
        Program::assemble(vec![Source::new(name, text)], false, &mut NoFiles)
    }

    /// Runs it to its end, or for ten million steps. There is no more input than the settings give.
    ///
    /// # Errors
    /// When the host lacks the memory, or the program does not fit into the machine. A trap is no error, but an outcome.
    pub fn run(&self, settings: Settings) -> Result<Outcome, Failure> {
        self.run_for(MAX_STEPS, settings)
    }

    /// Runs it to its end, or for so many steps.
    ///
    /// # Errors
    /// As [`Program::run`].
    pub fn run_for(&self, max_steps: u64, settings: Settings) -> Result<Outcome, Failure> {
        let mut session = Session::boot(self, settings)?;
        let mut console = Vec::new();
        let ending = session.run(Some(max_steps), &mut std::io::empty(), &mut console)?;
        let message = ending::describe(&session, &ending);
        Ok(Outcome {
            console: String::from_utf8_lossy(&console).into_owned(),
            message,
            ending,
            image: self.image().clone(),
            machine: session.into_machine(),
        })
    }
}

impl Settings {
    /// With this as all of the console's input.
    pub fn with_input(self, input: impl Into<Vec<u8>>) -> Settings {
        let input = Some(input.into());
        Settings { input, ..self }
    }

    /// With one more argument string.
    pub fn with_argument(mut self, argument: impl Into<Vec<u8>>) -> Settings {
        self.arguments.push(argument.into());
        self
    }
}

/// What came of a program.
///
/// As text it is what a terminal would show, and the exit status: made for snapshots.
pub struct Outcome {
    console: String,
    /// What people are told of its end, in styled text.
    message: Option<String>,
    ending: Ending,
    image: Image,
    machine: Machine,
}

impl Outcome {
    /// What it printed; bytes that are no UTF-8 are replaced.
    pub fn console(&self) -> &str {
        &self.console
    }

    /// What people are told of its end: the account of a fault, or that it still ran. None if it ended itself.
    pub fn message(&self) -> Option<String> {
        self.message.as_deref().map(plain)
    }

    /// The exit status that `nestor run` would have.
    pub fn status(&self) -> u8 {
        status::of_ending(&self.ending)
    }

    /// Why it came back.
    pub fn ending(&self) -> &Ending {
        &self.ending
    }

    /// The trap that stopped the machine, if one did.
    pub fn trap(&self) -> Option<&Trap> {
        match &self.ending {
            Ending::Ended(End::DoubleFault { first, .. }) => Some(first),
            _ => None,
        }
    }

    /// How many steps were made.
    pub fn steps(&self) -> u64 {
        self.machine.steps()
    }

    /// A number that sums up the whole state of the machine: the same for the same run.
    pub fn state_hash(&self) -> StateHash {
        self.machine.state_hash()
    }

    /// A data register at the end, 0 to 31; none if there is no such register.
    pub fn r(&self, number: u8) -> Option<u64> {
        R::new(number).map(|register| self.machine.r(register))
    }

    /// A capability register at the end, 0 to 15; as text it has the names of the program.
    pub fn c(&self, number: u8) -> Option<Named<'_>> {
        let capability: Capability = self.machine.c(C::new(number)?);
        let image = &self.image;
        Some(Named { capability, image })
    }

    /// The bytes at the end that a label of data covers; none if there is no such label.
    pub fn bytes(&self, label: &str) -> Option<Vec<u8>> {
        let symbol = self.image.symbol(label)?;
        let address = Address::from_word(symbol.address)?;
        Some(
            self.machine
                .peek(address, usize::try_from(symbol.size).ok()?),
        )
    }

    /// The machine as it was left.
    pub fn machine(&self) -> &Machine {
        &self.machine
    }

    /// What it printed and the exit status, without what people are told.
    pub fn in_short(&self) -> String {
        self.with(None)
    }

    /// The text with styles, for a stream that strips what its reader cannot use.
    pub(crate) fn styled(&self) -> String {
        self.with(self.message.as_deref())
    }

    fn with(&self, message: Option<&str>) -> String {
        let console = &self.console;
        let end = match console.is_empty() || console.ends_with('\n') {
            true => "",
            false => "\n",
        };
        let (message, status) = (message.unwrap_or_default(), self.status());
        format!("{console}{end}{message}exit status {status}\n")
    }
}

/// What a terminal would show, and the exit status.
impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&plain(&self.styled()))
    }
}

impl fmt::Debug for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

//! The monitor of `nestor debug`: a run that stops where one wants, is looked at, and goes forward and back.
//!
//! [`Debugger::execute`] carries out one line; [`command`] is the table of commands. [`timeline`] is the run itself, which
//! [`forward`] and [`backward`] move, and [`stops`] is what it stops for. What is said of a machine is in `show`, `maps` and
//! `why`; [`address`] reads the places that users name, [`memory`] what lies there, and `editor` lines at a terminal.
//!
//! Invariant: to look changes nothing, and whatever is done, the run is the one that `nestor run` makes.

mod address;
mod backward;
mod command;
mod editor;
mod forward;
mod maps;
mod memory;
mod show;
mod stops;
mod timeline;
mod why;

use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use assembler::image::Image;
use isa::machine::Machine;

use crate::failure::Failure;
use crate::places;
use crate::saved::SavedMachine;
use crate::session::Session;
use crate::trace::Text;
use command::{COMMANDS, Command};
pub use editor::Editor;
use forward::count;
use stops::Stop;
use timeline::{Phase, Timeline};

/// Whether the monitor goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// It waits for the next line.
    Next,
    /// It was left.
    Quit,
}

/// A run that is looked at.
pub struct Debugger<'a> {
    timeline: Timeline<'a>,
    /// What steps look like, with the names of all levels.
    text: Text<'a>,
    stops: Vec<Stop>,
    last_number: usize,
    /// The level that is looked at, if it is not the innermost.
    level: Option<usize>,
    interrupted: Arc<AtomicBool>,
}

impl<'a> Debugger<'a> {
    /// The run of a session from here on.
    pub fn new(session: Session<'a>) -> Debugger<'a> {
        Debugger {
            text: named(&session),
            timeline: Timeline::new(session),
            stops: Vec::new(),
            last_number: 0,
            level: None,
            interrupted: Arc::default(),
        }
    }

    /// What stops a run when it is set; whoever sets it clears it again before the next line.
    pub fn interruption(&self) -> Arc<AtomicBool> {
        self.interrupted.clone()
    }

    /// Says where the run is.
    ///
    /// # Errors
    /// When the output fails.
    pub fn begin(&self, out: &mut dyn Write) -> Result<(), Failure> {
        Ok(out.write_all(self.here().as_bytes())?)
    }

    /// The names of all commands, and of all symbols that begin with a text: for completion.
    pub(super) fn completions(&self, begun: &str, is_command: bool) -> Vec<String> {
        let commands = COMMANDS.iter().map(|row| row.name).filter(|_| is_command);
        let symbols = self.image(self.level()).symbols().iter();
        let symbols = symbols
            .map(|symbol| symbol.name.as_str())
            .filter(|_| !is_command);
        let mut found: Vec<String> = commands
            .chain(symbols)
            .filter(|name| name.starts_with(begun))
            .map(str::to_owned)
            .collect();
        found.sort();
        found.dedup();
        found
    }

    /// Carries out a line.
    ///
    /// # Errors
    /// When it makes no sense or cannot be done. Then nothing has changed.
    pub fn execute(&mut self, line: &str, out: &mut dyn Write) -> Result<Reply, Failure> {
        let line = line.trim();
        let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let rest = rest.trim();
        if word.is_empty() || word.starts_with('#') {
            return Ok(Reply::Next);
        }
        let row = command::find(word).ok_or_else(|| {
            let names = COMMANDS.iter().map(|row| row.name);
            let guess = crate::command::did_you_mean(word, names);
            usage(format!(
                "there is no command '{word}'{guess}; `help` lists all"
            ))
        })?;
        if row.takes.is_empty() && !rest.is_empty() {
            return Err(usage(format!("`{}` takes nothing behind it", row.name)));
        }
        if row.takes.starts_with(|first: char| first != '[') && rest.is_empty() {
            return Err(usage(format!("`{}` wants {}", row.name, row.takes)));
        }
        let text = match row.command {
            Command::Quit => return Ok(Reply::Quit),
            Command::Step => return self.steps(count(rest)?, out),
            Command::Next => return self.next(out),
            Command::Finish => return self.finish(out),
            Command::Continue => return self.go_on(u64::MAX, None, out),
            Command::Until => return self.until(rest, out),
            Command::Back => self.back(count(rest)?)?,
            Command::ReverseContinue => self.reverse()?,
            Command::Break => self.stop_at(rest)?,
            Command::Watch => self.watch(rest)?,
            Command::Delete => self.delete(rest)?,
            Command::Where => self.whereabouts(),
            Command::List => self.list(rest)?,
            Command::Why => self.why()?,
            Command::Regs => self.registers(),
            Command::Caps => self.capabilities(),
            Command::X => self.memory(rest)?,
            Command::Segs => self.segments(),
            Command::Rings => self.rings(),
            Command::Map => self.map(rest)?,
            Command::Levels => self.levels(),
            Command::Level => self.look_at(rest)?,
            Command::Input => self.input(rest),
            Command::Save => self.save(rest)?,
            Command::Info => self.info(),
            Command::Help => help(rest)?,
        };
        out.write_all(text.as_bytes())?;
        Ok(Reply::Next)
    }

    fn machine(&self) -> &Machine {
        self.timeline.session().machine()
    }

    /// The level that is looked at.
    fn level(&self) -> usize {
        let leaf = self.machine().levels() - 1;
        self.level.unwrap_or(leaf).min(leaf)
    }

    /// The image of a level; one of nothing where it is not known.
    fn image(&self, level: usize) -> &Image {
        self.text.images().at(level)
    }

    /// Looks at what the machines run now, so that it has names.
    fn meet(&mut self) {
        self.text.meet(self.timeline.session().machine());
    }

    fn look_at(&mut self, rest: &str) -> Result<String, Failure> {
        if rest.is_empty() {
            self.level = None;
        } else {
            let levels = self.machine().levels();
            let level = places::number(rest).and_then(|level| usize::try_from(level).ok());
            let level = level.filter(|level| *level < levels);
            let message = || usage(format!("the levels are 0 to {}", levels - 1));
            self.level = Some(level.ok_or_else(message)?);
        }
        Ok(self.here())
    }

    fn input(&mut self, rest: &str) -> String {
        let forgotten = self.timeline.reach() > self.timeline.now().step;
        let bytes = match rest {
            "" => Vec::new(),
            text => format!("{text}\n").into_bytes(),
        };
        self.timeline.supply(bytes);
        match forgotten {
            true => "what came after this step is forgotten\n".to_owned(),
            false => String::new(),
        }
    }

    fn save(&mut self, rest: &str) -> Result<String, Failure> {
        // What the program has printed was shown, and is not to be printed by the machine that goes on.
        self.timeline.drain();
        SavedMachine::of(self.timeline.session())?.write(Path::new(rest))?;
        Ok(format!("saved in {rest}\n"))
    }

    fn info(&self) -> String {
        let now = self.timeline.now();
        let (first, reach, kept) = (
            self.timeline.first(),
            self.timeline.reach(),
            self.timeline.kept(),
        );
        let end = if now.phase == Phase::Ended {
            ", where the machine ended"
        } else {
            ""
        };
        format!(
            "step {}{end}; the run goes from {first} to {reach} so far; machines that are kept of it: {kept}\n",
            now.step
        )
    }
}

/// What steps of a session look like, with the names of what its machines run now.
fn named<'a>(session: &Session<'a>) -> Text<'a> {
    let mut text = Text::new(session.program().image(), true);
    text.meet(session.machine());
    text
}

fn usage(message: String) -> Failure {
    Failure::Usage(message)
}

fn help(rest: &str) -> Result<String, Failure> {
    if rest.is_empty() {
        return Ok(COMMANDS.iter().map(|row| row.line()).collect());
    }
    let row = command::find(rest);
    let row = row.ok_or_else(|| usage(format!("there is no command '{rest}'")))?;
    Ok(row.line())
}

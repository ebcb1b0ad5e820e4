//! Steps as lines for people: what a step was, what it changed, and below it what came of it besides.

use std::borrow::Cow;
use std::fmt::Write as _;

use assembler::image::{Image, SymbolKind};
use isa::address::INSTRUCTION_SIZE;
use isa::context::ExitReason;
use isa::instruction::names::Named as _;
use isa::machine::{End, Machine};
use isa::{Capability, Cause, Ring, Trap};

use super::passage::{Entry, Exit, Way};
use super::words::{Words, marked, quoted};
use super::{Outcome, Step};
use crate::images::Images;
use crate::levels;
use crate::names::Names;

/// Columns of an instruction. Few are longer.
const INSTRUCTION: usize = 26;
/// Columns of a name. Longer ones push what comes after them to the right.
const NAME: usize = 28;

/// Before what is said of a guest, once for each level.
const INDENT: &str = "| ";

/// Puts steps into words.
pub struct Text<'a> {
    images: Images<'a>,
    /// Columns of the name of a place.
    width: usize,
}

impl<'a> Text<'a> {
    /// For the steps of a program with this image, with those of the start-up code or without.
    pub fn new(image: &'a Image, startup: bool) -> Text<'a> {
        let names = Names { image };
        let symbols = image.symbols().iter();
        let width = symbols
            .filter(|symbol| symbol.kind != SymbolKind::Object)
            .filter(|symbol| startup || !names.is_startup(symbol.address))
            .map(|symbol| names.extent(symbol).end.saturating_sub(INSTRUCTION_SIZE))
            .map(|last| names.symbol(last).len())
            .max();
        let width = width.unwrap_or(0).clamp("place".len(), NAME);
        let images = Images::of(image);
        Text { images, width }
    }

    /// The images that places are named by.
    pub fn images(&self) -> &Images<'a> {
        &self.images
    }

    /// Looks at what runs now, so that it has names; after each step.
    pub fn meet(&mut self, machine: &Machine) {
        self.images.meet(machine);
    }

    /// What stands in the columns.
    pub fn heading(&self) -> String {
        let bold = anstyle::Style::new().bold();
        let (width, place) = (self.width, "place");
        let instruction = "instruction";
        format!(
            "{bold}{:>8} ring {place:<width$}  {instruction:<INSTRUCTION$}  what it changes{bold:#}\n",
            "step"
        )
    }

    /// The lines of a step, each with its end: the guests that were entered for it, what it was, and what came of it
    /// besides. What a guest does is indented by its level.
    pub fn lines(&self, step: &Step) -> String {
        let mut text = String::new();
        for entry in &step.entries {
            self.line(&mut text, step.clock, &self.entry(entry));
        }
        let words = self.words(step.level);
        let instruction = match step.word {
            Some(word) => Cow::Owned(assembler::print::instruction(word)),
            None => Cow::Borrowed(match &step.outcome {
                Outcome::Exited(exit) if exit.is_off() => "(is off)",
                outcome if outcome.is_between() => "(interrupted)",
                Outcome::Ran => "(completed)",
                _ => "",
            }),
        };
        let shown = Shown {
            level: step.level,
            ring: step.ring(),
            place: words.names.symbol(step.pc.address()),
            instruction,
            effects: words.effects(step).join("; "),
        };
        // Of a machine that is not known any more there is only what became of it.
        if step.pc != Capability::NULL {
            self.line(&mut text, step.clock, &shown);
        }
        let (width, indent) = (self.width, INDENT.repeat(step.level));
        for note in self.notes(step) {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{:10}{indent}{:4}{:width$}  {note}", "", "", "");
        }
        text
    }

    fn line(&self, text: &mut String, clock: u64, shown: &Shown<'_>) {
        let (width, indent) = (self.width, INDENT.repeat(shown.level));
        let Shown {
            ring,
            place,
            instruction,
            effects,
            ..
        } = shown;
        let line = format!(
            "{clock:>8}  {indent}{ring}   {place:<width$}  {instruction:<INSTRUCTION$}  {effects}"
        );
        text.push_str(line.trim_end());
        text.push('\n');
    }

    /// What stands at the `vmrun` of the host of a guest that is entered.
    fn entry(&self, entry: &Entry) -> Shown<'static> {
        let host = entry.level.saturating_sub(1);
        let place = match entry.host {
            Capability::NULL => String::new(),
            host_pc => self.words(host).names.symbol(host_pc.address()),
        };
        let green = anstyle::AnsiColor::Green.on_default();
        let mut effects = format!("{green}=> level {}{green:#}", entry.level);
        if let Some(state) = &entry.state {
            let pc = state.context.pc;
            let guest = self.words(entry.level);
            let _ = write!(effects, " at {}", guest.names.symbol(pc.address()));
        }
        let said = match entry.way {
            Way::Runs => String::new(),
            Way::GoesOn => ", goes on".to_owned(),
            Way::Completes => ", its instruction completed".to_owned(),
            Way::Proceeds => ", proceeds".to_owned(),
            Way::Injects(Some(trap)) => format!(", injected trap[{}]", trap.cause),
            Way::Injects(None) => ", injected trap".to_owned(),
        };
        effects.push_str(&said);
        Shown {
            level: host,
            ring: entry.host.ring(),
            place,
            instruction: match entry.vmrun {
                Some(word) => Cow::Owned(assembler::print::instruction(word)),
                None => Cow::Borrowed("vmrun"),
            },
            effects,
        }
    }

    fn words(&self, level: usize) -> Words<'_> {
        let names = self.images.names(level);
        Words { names }
    }

    /// What is said below a step.
    fn notes(&self, step: &Step) -> Vec<String> {
        let mut notes = Vec::new();
        let words = self.words(step.level);
        match &step.outcome {
            Outcome::Exited(exit) => notes.push(self.exit(step, exit)),
            _ => match step.trap() {
                Some(trap) if step.handler_level() < step.level => {
                    notes.push(self.trap_of_host(step, trap));
                }
                _ => notes.extend(words.trap(step)),
            },
        }
        if !step.console.is_empty() {
            notes.push(format!("console {}", quoted(&step.console)));
        }
        match &step.outcome {
            Outcome::Ended(End::Power { status }) => {
                notes.push(format!("power off, status {}", status.cast_signed()));
            }
            Outcome::Ended(End::Wait) => notes.push("waits for ever".to_owned()),
            _ => {}
        }
        notes
    }

    /// A trap that a guest's step is to a host of it, on the host's `vmrun`.
    fn trap_of_host(&self, step: &Step, trap: &Trap) -> String {
        let level = step.handler_level();
        let words = self.words(level);
        let what = match trap.cause {
            Cause::Interrupt => "",
            _ => " on its vmrun",
        };
        format!(
            "{} of level {level}{what}{} -> {}{}",
            marked("trap", trap.cause.name()),
            words.tried(trap, trap.ring),
            words.handler(step),
            asleep(level, step.level)
        )
    }

    /// An exit, and the host that has it.
    fn exit(&self, step: &Step, exit: &Exit) -> String {
        let reason = exit.reason.map_or("unknown", |reason| reason.name());
        let mut text = marked("exit", reason);
        match (exit.reason, exit.inner, exit.status) {
            (Some(ExitReason::Power), _, Some(status)) => {
                let _ = write!(text, " status {}", status.cast_signed());
            }
            (Some(ExitReason::Exit), Some(inner), _) => {
                let _ = write!(text, " {}", inner.name());
            }
            _ => {}
        }
        // What the host is told of a deeper machine's exit says itself which one that is.
        let is_passed_on = matches!(exit.reason, Some(ExitReason::Entry | ExitReason::Exit));
        // On its `vmrun` it happened in a host of the machine that made the step.
        let is_vmrun = exit.level < step.level && !is_passed_on;
        let is_elsewhere = exit.level > exit.host + 1 || is_vmrun;
        if is_elsewhere {
            let _ = write!(text, " of level {}", exit.level);
        }
        if let (Some(trap), Some(ExitReason::Memory | ExitReason::Trap | ExitReason::DoubleFault)) =
            (exit.trap, exit.reason)
        {
            let (words, on, ring) = match exit.reason {
                Some(ExitReason::Memory) => (self.words(exit.host), "", trap.ring),
                _ if is_vmrun => (self.words(exit.level), " on its vmrun", trap.ring),
                _ => (self.words(exit.level), "", step.ring()),
            };
            let tried = words.tried(&trap, ring);
            let colon = if is_elsewhere { ":" } else { "" };
            let _ = write!(text, "{colon} trap[{}]{on}{tried}", trap.cause);
        }
        let _ = write!(text, " -> level {}", exit.host);
        if let Some(to) = step.destination {
            let place = self.words(exit.host).names.symbol(to.address());
            let _ = write!(text, " at {place}, ring {}", to.ring());
        }
        if is_vmrun {
            text += &asleep(exit.level, step.level);
        }
        text
    }
}

/// That the machines between one that runs and a host of it, whose fault it is, hear nothing of that.
fn asleep(host: usize, ran: usize) -> String {
    levels::asleep(host, ran).map_or(String::new(), |asleep| format!("; {asleep}"))
}

/// A line of a trace.
struct Shown<'a> {
    level: usize,
    ring: Ring,
    place: String,
    instruction: Cow<'a, str>,
    effects: String,
}

//! The monitor of `nestor debug`: a run that stops where one wants, is looked at, and goes forward and back.
//!
//! [`Debugger::execute`] carries out one line. [`timeline`] is the run itself, [`stops`] what it stops for, [`command`] the
//! table of commands, and `show` what is said of a machine; `editor` reads lines at a terminal.
//!
//! Invariant: to look changes nothing, and whatever is done, the run is the one that `nestor run` makes.

mod command;
mod editor;
mod show;
mod stops;
mod timeline;

use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use isa::context::ExitReason;
use isa::instruction::{C, Opcode, R};
use isa::machine::{End, Machine, Stepped, Stop as Halt};
use isa::{Address, Cause, SegmentNumber, Trap};

use crate::failure::Failure;
use crate::fault;
use crate::levels::Exited;
use crate::places;
use crate::program::Program;
use crate::saved::SavedMachine;
use crate::session::Session;
use crate::trace::{Text, Watched};
use crate::upcoming::Upcoming;
use command::{COMMANDS, Command};
pub use editor::Editor;
use stops::{Stop, Value, What};
use timeline::{Moment, Timeline};

/// So many steps are made before what the program printed is shown.
const CHUNK: u64 = 1 << 22;
/// How many of several steps are shown.
const SHOWN_STEPS: u64 = 40;

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
    /// The images that are found in one another: names for the guests that run them.
    guests: Vec<Program>,
    /// What steps look like.
    text: Text<'a>,
    stops: Vec<Stop>,
    last_number: usize,
    /// The level that is looked at, if it is not the innermost.
    level: Option<usize>,
    interrupted: Arc<AtomicBool>,
}

/// Why the run stands where it does.
enum Halted {
    /// Where it was to go to.
    Arrived,
    /// For this.
    Stop(String),
    /// The machine cannot go on.
    Machine(Halt),
    /// The user pressed Ctrl-C.
    Interrupted,
}

impl<'a> Debugger<'a> {
    /// The run of a session from here on.
    pub fn new(session: Session<'a>) -> Debugger<'a> {
        Debugger {
            guests: crate::images::inner(session.program().image())
                .into_iter()
                .map(Program::of_image)
                .collect(),
            text: Text::new(session.program().image(), true),
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
        let symbols = self.program(self.level()).into_iter();
        let symbols = symbols.flat_map(|program| program.image().symbols());
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

    /// The program of a level, as far as it is known.
    fn program(&self, level: usize) -> Option<&Program> {
        match level.checked_sub(1) {
            None => Some(self.timeline.session().program()),
            Some(guest) => self.guests.get(guest),
        }
    }

    /// Steps, each with what it changes, and where the run is then.
    fn steps(&mut self, count: u64, out: &mut dyn Write) -> Result<Reply, Failure> {
        self.level = None;
        let first_shown = count.saturating_sub(SHOWN_STEPS);
        let mut halted = Halted::Arrived;
        for number in 0..count {
            if let Some(trap) = self.unhandled() {
                halted = Halted::Machine(trap);
                break;
            }
            let watched = (number >= first_shown).then(|| Watched::begin(self.machine()));
            let before = self.values();
            let stepped = self.timeline.step();
            let console = self.timeline.drain();
            if let Some(watched) = watched {
                let step = watched.end(self.machine(), stepped.as_ref().ok(), console);
                out.write_all(self.text.lines(&step).as_bytes())?;
            } else {
                write_console(&console, out)?;
            }
            match stepped {
                Err(halt) => halted = Halted::Machine(halt),
                Ok(_) => match self.hit(&before) {
                    Some(why) => halted = Halted::Stop(why),
                    None => continue,
                },
            }
            break;
        }
        self.say(halted, out)
    }

    /// That the machine has ended, if it has.
    fn unhandled(&self) -> Option<Halt> {
        self.machine().end().cloned().map(Halt::Ended)
    }

    /// A step, or all up to the return from what it calls.
    fn next(&mut self, out: &mut dyn Write) -> Result<Reply, Failure> {
        let machine = self.machine();
        let upcoming = Upcoming::of(machine).map(|upcoming| upcoming.opcode);
        if !matches!(upcoming, Some(Opcode::Call | Opcode::Callc)) {
            return self.steps(1, out);
        }
        let (level, pc, stack) = (machine.levels(), machine.pc(), machine.c(C::STACK));
        let back = pc.address().wrapping_add(isa::address::INSTRUCTION_SIZE);
        self.go_on(
            u64::MAX,
            Some(&|machine| {
                machine.levels() == level
                    && machine.pc().address() == back
                    && machine.pc().ring() == pc.ring()
                    && machine.c(C::STACK).cursor() >= stack.cursor()
            }),
            out,
        )
    }

    /// Goes on until the procedure returns.
    fn finish(&mut self, out: &mut dyn Write) -> Result<Reply, Failure> {
        let level = self.machine().levels();
        let caller = self.callers(level - 1).into_iter().next();
        let back = caller.ok_or_else(|| usage("nobody called this procedure".to_owned()))?;
        let stack = self.machine().c(C::STACK).cursor();
        let ring = self.machine().ring();
        self.go_on(
            u64::MAX,
            Some(&|machine| {
                machine.levels() == level
                    && machine.pc().address() == back
                    && (machine.ring() != ring || machine.c(C::STACK).cursor() >= stack)
            }),
            out,
        )
    }

    fn until(&mut self, rest: &str, out: &mut dyn Write) -> Result<Reply, Failure> {
        let step = rest.strip_prefix("step ").unwrap_or(rest).trim();
        if let Some(step) = places::number(step) {
            if step <= self.timeline.now().step {
                return Err(usage(format!(
                    "step {step} is not ahead; `back N` goes back"
                )));
            }
            return self.go_on(step, None, out);
        }
        let (level, place) = self.level_of(rest)?;
        let address = self.address(level, place)?;
        self.go_on(
            u64::MAX,
            Some(&|machine| machine.levels() == level + 1 && machine.pc().address() == address),
            out,
        )
    }

    /// Goes on to a step, or until a machine is as wanted, or something stops the run.
    fn go_on(
        &mut self,
        end: u64,
        is_wanted: Option<&dyn Fn(&Machine) -> bool>,
        out: &mut dyn Write,
    ) -> Result<Reply, Failure> {
        self.level = None;
        if let Some(halt) = self.unhandled() {
            return self.say(Halted::Machine(halt), out);
        }
        // With nothing to look at after each step, the steps are made at the engine's own pace.
        let is_watched = !self.stops.is_empty() || is_wanted.is_some();
        let mut before = self.values();
        let halted = loop {
            let now = self.timeline.now().step;
            if now >= end {
                break Halted::Arrived;
            }
            if now.is_multiple_of(1 << 16) || !is_watched {
                write_console(&self.timeline.drain(), out)?;
                if self.interrupted.load(Ordering::Relaxed) {
                    break Halted::Interrupted;
                }
            }
            if !is_watched {
                match self.timeline.run_to(end.min(now.saturating_add(CHUNK))) {
                    Ok(()) => continue,
                    Err(halt) => break Halted::Machine(halt),
                }
            }
            if let Err(halt) = self.timeline.step() {
                break Halted::Machine(halt);
            }
            if let Some(why) = self.hit(&before) {
                break Halted::Stop(why);
            }
            if is_wanted.is_some_and(|is_wanted| is_wanted(self.machine())) {
                break Halted::Arrived;
            }
            self.renew(&mut before);
        };
        write_console(&self.timeline.drain(), out)?;
        self.say(halted, out)
    }

    /// What is watched, as it is now.
    fn values(&self) -> Vec<Option<Value>> {
        let machine = self.machine();
        self.stops.iter().map(|stop| stop.value(machine)).collect()
    }

    /// The same again; what cannot be seen now is as it was seen last.
    fn renew(&self, values: &mut [Option<Value>]) {
        for (stop, value) in self.stops.iter().zip(values) {
            if let Some(now) = stop.value(self.machine()) {
                *value = Some(now);
            }
        }
    }

    /// Why the run is to stop here, if it is.
    fn hit(&self, before: &[Option<Value>]) -> Option<String> {
        let here = self.stops.iter().find(|stop| stop.is_here(self.machine()));
        let here = here.map(|stop| format!("stop {}: {}", stop.number, stop.text));
        here.or_else(|| self.changed(before, ""))
    }

    /// What changed of what is watched, and behind that by what.
    fn changed(&self, before: &[Option<Value>], by: &str) -> Option<String> {
        let machine = self.machine();
        self.stops.iter().zip(before).find_map(|(stop, before)| {
            let (before, now) = (before.as_ref()?, stop.value(machine)?);
            (*before != now).then(|| self.change(stop, before, &now, by))
        })
    }

    /// Says why the run stands here, and where that is.
    fn say(&self, halted: Halted, out: &mut dyn Write) -> Result<Reply, Failure> {
        let why = match halted {
            Halted::Arrived => String::new(),
            Halted::Stop(why) => why + "\n",
            Halted::Interrupted => "stopped from outside\n".to_owned(),
            Halted::Machine(halt) => halt_text(&halt),
        };
        write!(out, "{why}{}", self.here())?;
        Ok(Reply::Next)
    }

    fn back(&mut self, count: u64) -> Result<String, Failure> {
        self.level = None;
        let now = self.timeline.now();
        let is_step = matches!(self.machine().end(), None | Some(End::Power { .. }));
        let count = count - u64::from(!is_step);
        let first = self.timeline.first();
        let step = now.step.checked_sub(count).filter(|step| *step >= first);
        let step = step.ok_or_else(|| usage(format!("the run begins at step {first}")))?;
        self.timeline.go_to(Moment { step, ended: false })?;
        Ok(self.here())
    }

    /// Goes back to the last moment before now at which something would have stopped the run: before the instruction that
    /// changed what is watched.
    fn reverse(&mut self) -> Result<String, Failure> {
        if self.stops.is_empty() {
            return Err(usage(
                "nothing would have stopped the run: set a `break` or a `watch` first".into(),
            ));
        }
        self.level = None;
        let now = self.timeline.now();
        let found = self.last_before(now, |debugger, before, _| {
            debugger.changed(before, ", by this instruction")
        })?;
        let text = match found {
            Some((moment, why)) => {
                self.timeline.go_to(moment)?;
                why
            }
            None => {
                let step = self.timeline.first();
                self.timeline.go_to(Moment { step, ended: false })?;
                "nothing stopped the run before; this is where it begins".to_owned()
            }
        };
        Ok(format!("{text}\n{}", self.here()))
    }

    /// The last moment before one after which a step was made of which `tells` has something to tell, or at which there
    /// is a stop. `tells` gets what was watched before the step, and what became of it. The run is anywhere afterwards.
    fn last_before(
        &mut self,
        end: Moment,
        tells: impl Fn(&Debugger<'_>, &[Option<Value>], &Result<Stepped, Halt>) -> Option<String>,
    ) -> Result<Option<(Moment, String)>, Failure> {
        let mut until = end;
        while let Some(step) = self
            .timeline
            .kept_before(until.step + u64::from(until.ended))
        {
            self.timeline.go_to(Moment { step, ended: false })?;
            let (mut before, mut found) = (self.values(), None);
            while self.timeline.now() < until {
                let moment = self.timeline.now();
                if self.interrupted.load(Ordering::Relaxed) {
                    self.timeline.go_to(end)?;
                    return Err(usage(
                        "stopped from outside; the run is where it was".into(),
                    ));
                }
                let here = self.stops.iter().find(|stop| stop.is_here(self.machine()));
                if let Some(stop) = here {
                    found = Some((moment, format!("stop {}: {}", stop.number, stop.text)));
                }
                let stepped = self.timeline.step();
                if let Some(why) = tells(self, &before, &stepped) {
                    found = Some((moment, why));
                }
                self.renew(&mut before);
                if stepped.is_err() {
                    break;
                }
            }
            if found.is_some() {
                return Ok(found);
            }
            until = Moment { step, ended: false };
        }
        Ok(None)
    }

    fn stop_at(&mut self, rest: &str) -> Result<String, Failure> {
        if rest.is_empty() {
            let none = if self.stops.is_empty() {
                "nothing stops the run\n"
            } else {
                ""
            };
            let lines = self.stops.iter();
            let lines = lines.map(|stop| format!("{}  {}\n", stop.number, stop.text));
            return Ok(none.to_owned() + &lines.collect::<String>());
        }
        let (level, place) = self.level_of(rest)?;
        let address = self.address(level, place)?;
        let place = self.place(level, address);
        Ok(self.add(level, What::At(address), format!("at {place}")))
    }

    fn watch(&mut self, rest: &str) -> Result<String, Failure> {
        let (level, rest) = self.level_of(rest)?;
        let what = if let Some(register) = named(C::all(), rest) {
            What::C(register)
        } else if let Some(register) = named(R::all(), rest) {
            What::R(register)
        } else if let Some(place) = rest.strip_prefix("tag ") {
            What::Tag(self.data_address(level, place)?)
        } else {
            let (address, size) = self.range(level, rest, 8)?;
            What::Bytes(address, size)
        };
        let text = match what {
            What::Bytes(address, size) => {
                let place = self.place(level, address.word());
                format!("{size} bytes at {place} change")
            }
            What::Tag(address) => {
                format!(
                    "the capability at {} changes",
                    self.place(level, address.word())
                )
            }
            _ => format!("{rest} changes"),
        };
        Ok(self.add(level, what, text))
    }

    fn add(&mut self, level: usize, what: What, text: String) -> String {
        self.last_number += 1;
        let number = self.last_number;
        let text = match level {
            0 => text,
            _ => format!("{text}, level {level}"),
        };
        let said = format!("stop {number}: {text}\n");
        self.stops.push(Stop {
            number,
            level,
            what,
            text,
        });
        said
    }

    fn delete(&mut self, rest: &str) -> Result<String, Failure> {
        if rest.is_empty() {
            self.stops.clear();
            return Ok(String::new());
        }
        let number = places::number(rest);
        let place = self
            .stops
            .iter()
            .position(|stop| Some(stop.number as u64) == number);
        let place = place.ok_or_else(|| usage(format!("there is no stop {rest}")))?;
        self.stops.remove(place);
        Ok(String::new())
    }

    /// The account of the trap that ended the machine, or else of the last one that was delivered.
    fn why(&mut self) -> Result<String, Failure> {
        if let Some(End::DoubleFault { first, second, .. }) = self.machine().end() {
            let account = fault::account(self.timeline.session(), first, second.as_ref());
            return Ok(account.render() + "\n");
        }
        let now = self.timeline.now();
        let stops = std::mem::take(&mut self.stops);
        let found = self.last_before(now, |debugger, _, stepped| {
            debugger.trap_of(stepped).map(|_| String::new())
        });
        self.stops = stops;
        let account = match found {
            Ok(Some((moment, _))) => self.account_at(moment),
            Ok(None) => Ok("there was no trap\n".to_owned()),
            Err(failure) => Err(failure),
        };
        self.timeline.go_to(now)?;
        account
    }

    /// The account of the trap that the step after a moment delivers.
    fn account_at(&mut self, moment: Moment) -> Result<String, Failure> {
        self.timeline.go_to(moment)?;
        let level = self.machine().levels() - 1;
        let stepped = self.timeline.step();
        let trap = self
            .trap_of(&stepped)
            .unwrap_or(Trap::from(Cause::Software));
        let heir = self.machine().levels() - 1;
        let goes_on = self.place(heir, self.machine().pc().address());
        let ending = match stepped {
            Ok(Stepped::Delivered(_)) => format!("its handler is at {goes_on}"),
            _ => format!("it has no handler; its host, level {heir}, goes on at {goes_on}"),
        };
        self.timeline.go_to(moment)?;
        if level > 0 {
            return Ok(self.account_of_guest(level, &trap, &ending));
        }
        let mut account = fault::account(self.timeline.session(), &trap, None);
        account.ending = ending;
        Ok(account.render() + "\n")
    }

    /// The trap that a step delivered, or that ended a guest.
    fn trap_of(&self, stepped: &Result<Stepped, Halt>) -> Option<Trap> {
        match stepped {
            Ok(Stepped::Delivered(trap)) if trap.cause != Cause::Interrupt => Some(*trap),
            Ok(Stepped::Exited) => {
                let exited = Exited::of(self.machine())?;
                let is_fault = exited.reason() == Some(ExitReason::DoubleFault);
                exited.record().trap.trap().filter(|_| is_fault)
            }
            _ => None,
        }
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

    fn save(&self, rest: &str) -> Result<String, Failure> {
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
        let end = if now.ended {
            ", where the machine ended"
        } else {
            ""
        };
        format!(
            "step {}{end}; the run goes from {first} to {reach} so far, {kept} of its machines are kept\n",
            now.step
        )
    }

    /// What a user wrote of a level, as `main@2`, and which one that is; the one that is looked at if nothing is said.
    fn level_of<'t>(&self, text: &'t str) -> Result<(usize, &'t str), Failure> {
        let Some((place, level)) = text.rsplit_once('@') else {
            return Ok((self.level(), text));
        };
        let level = places::number(level.trim()).and_then(|level| usize::try_from(level).ok());
        let level = level.filter(|level| *level as u64 <= isa::machine::MAX_DEPTH);
        let level = level.ok_or_else(|| usage(format!("'{text}': behind @ stands a level")))?;
        Ok((level, place.trim()))
    }

    /// An address that the user named: as [`places::address`] says, or `segment:offset`, `file:line`, a capability register and
    /// perhaps `+` and a number of bytes.
    fn address(&self, level: usize, text: &str) -> Result<u64, Failure> {
        let (name, distance) = text.split_once('+').unwrap_or((text, "0"));
        if let Some(register) = named(C::all(), name.trim()) {
            let state = self.machine().level_state(level);
            let value = state.and_then(|state| state.context.c.get(register.index()).copied());
            let distance = places::number(distance.trim());
            let distance = distance.ok_or_else(|| usage(format!("'{text}' is no address")))?;
            return Ok(value
                .map_or(0, |value| value.address())
                .wrapping_add(distance));
        }
        if let Some((left, right)) = text.split_once(':') {
            if let (Some(segment), Some(offset)) = (places::number(left), places::number(right)) {
                return Ok(segment << 32 | offset);
            }
            return self.line(level, left, right);
        }
        match self.program(level) {
            Some(program) => places::address(program.image(), text),
            None => places::number(text)
                .ok_or_else(|| usage(format!("level {level} has no names; write segment:offset"))),
        }
    }

    /// The first instruction of a line.
    fn line(&self, level: usize, file: &str, line: &str) -> Result<u64, Failure> {
        let none = || usage(format!("no instruction comes from {file}:{line}"));
        let number = places::number(line).ok_or_else(none)?;
        let program = self.program(level).ok_or_else(none)?;
        let image = program.image();
        let lines = image
            .lines()
            .iter()
            .filter(|at| u64::from(at.line) == number);
        let named = |name: &String| name == file || name.ends_with(&format!("/{file}"));
        let mut lines = lines.filter(|at| image.files().get(at.file).is_some_and(named));
        lines.next().map(|at| at.address).ok_or_else(none)
    }

    fn data_address(&self, level: usize, text: &str) -> Result<Address, Failure> {
        let word = self.address(level, text.trim())?;
        let segment = u16::try_from(word >> 32);
        let segment = segment.map_err(|_| usage(format!("'{text}' is no address")))?;
        Ok(Address::new(SegmentNumber(segment), word as u32))
    }

    /// An address, and behind it perhaps a number of bytes.
    fn range(&self, level: usize, text: &str, default: u64) -> Result<(Address, u64), Failure> {
        let (place, size) = match text.rsplit_once(char::is_whitespace) {
            Some((place, size)) => (place, places::number(size)),
            None => (text, Some(default)),
        };
        let size = size.filter(|size| (1..=4096).contains(size));
        let size = size.ok_or_else(|| usage("a size is a number from 1 to 4096".to_owned()))?;
        Ok((self.data_address(level, place)?, size))
    }
}

fn usage(message: String) -> Failure {
    Failure::Usage(message)
}

/// How often; once, if nothing is said.
fn count(text: &str) -> Result<u64, Failure> {
    let count = if text.is_empty() {
        Some(1)
    } else {
        places::number(text)
    };
    let count = count.filter(|count| *count > 0);
    count.ok_or_else(|| usage(format!("'{text}' is no number of steps")))
}

/// The register of this name.
fn named<T: ToString>(mut registers: impl Iterator<Item = T>, name: &str) -> Option<T> {
    registers.find(|register| register.to_string() == name)
}

fn help(rest: &str) -> Result<String, Failure> {
    if rest.is_empty() {
        return Ok(COMMANDS.iter().map(|row| row.line()).collect());
    }
    let row = command::find(rest);
    let row = row.ok_or_else(|| usage(format!("there is no command '{rest}'")))?;
    Ok(row.line())
}

/// What the program printed, with a mark before each line.
fn write_console(bytes: &[u8], out: &mut dyn Write) -> Result<(), Failure> {
    for line in String::from_utf8_lossy(bytes).lines() {
        writeln!(out, "| {}", line.escape_debug())?;
    }
    Ok(())
}

fn halt_text(halt: &Halt) -> String {
    match halt {
        Halt::Ended(End::Power { status }) => {
            format!(
                "the program has ended with status {}\n",
                status.cast_signed()
            )
        }
        Halt::Ended(End::DoubleFault { first, .. }) => {
            format!("the machine has stopped on a trap: {first}; `why` explains it\n")
        }
        Halt::Ended(End::Wait) => "the machine waits for what cannot come\n".to_owned(),
        Halt::Input(_) => {
            "the program waits for input: `input TEXT` gives it a line, `input` alone the end\n"
                .to_owned()
        }
        Halt::Steps => String::new(),
    }
}

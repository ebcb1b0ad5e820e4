//! How a run goes on: by steps that are shown, to a place, or until something stops it.
//!
//! Invariant: wherever it halts, it says why and where.

use std::io::Write;
use std::sync::atomic::Ordering;

use isa::instruction::{C, Opcode};
use isa::machine::{End, Machine, Stop as Halt};

use super::{Debugger, Reply, usage};
use crate::failure::Failure;
use crate::places;
use crate::trace::Watched;
use crate::upcoming::Upcoming;

/// So many steps are made before what the program printed is shown.
const CHUNK: u64 = 1 << 22;
/// How many of several steps are shown.
const SHOWN_STEPS: u64 = 40;

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

/// Where a run is to go on to.
pub(super) struct Wanted<'w> {
    /// The level that is to run there.
    level: usize,
    is_there: &'w dyn Fn(&Machine) -> bool,
}

impl Wanted<'_> {
    fn is_in(&self, machine: &Machine) -> bool {
        machine.levels() == self.level + 1 && (self.is_there)(machine)
    }
}

impl Debugger<'_> {
    /// Steps, each with what it changes, and where the run is then.
    pub(super) fn steps(&mut self, count: u64, out: &mut dyn Write) -> Result<Reply, Failure> {
        self.level = None;
        let first_shown = count.saturating_sub(SHOWN_STEPS);
        let mut halted = Halted::Arrived;
        for number in 0..count {
            if let Some(trap) = self.unhandled() {
                halted = Halted::Machine(trap);
                break;
            }
            let watched = (number >= first_shown).then(|| Watched::begin(self.machine()));
            if self.stops_in_guests()
                && self.timeline.enter()
                && let Some(why) = self.stop_here()
            {
                halted = Halted::Stop(why);
                break;
            }
            let before = self.values();
            let stepped = self.timeline.step();
            let console = self.timeline.drain();
            self.meet();
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
    pub(super) fn next(&mut self, out: &mut dyn Write) -> Result<Reply, Failure> {
        let machine = self.machine();
        let upcoming = Upcoming::of(machine).map(|upcoming| upcoming.opcode);
        if !matches!(upcoming, Some(Opcode::Call | Opcode::Callc)) {
            return self.steps(1, out);
        }
        let (level, pc, stack) = (machine.levels() - 1, machine.pc(), machine.c(C::STACK));
        let back = pc.address().wrapping_add(isa::address::INSTRUCTION_SIZE);
        self.go_on(
            u64::MAX,
            Some(Wanted {
                level,
                is_there: &|machine| {
                    machine.pc().address() == back
                        && machine.pc().ring() == pc.ring()
                        && machine.c(C::STACK).cursor() >= stack.cursor()
                },
            }),
            out,
        )
    }

    /// Goes on until the procedure returns.
    pub(super) fn finish(&mut self, out: &mut dyn Write) -> Result<Reply, Failure> {
        let level = self.machine().levels() - 1;
        let caller = self.callers(level).into_iter().next();
        let back = caller.ok_or_else(|| usage("nobody called this procedure".to_owned()))?;
        let stack = self.machine().c(C::STACK).cursor();
        let ring = self.machine().ring();
        self.go_on(
            u64::MAX,
            Some(Wanted {
                level,
                is_there: &|machine| {
                    machine.pc().address() == back
                        && (machine.ring() != ring || machine.c(C::STACK).cursor() >= stack)
                },
            }),
            out,
        )
    }

    /// Goes on to a step or a place.
    pub(super) fn until(&mut self, rest: &str, out: &mut dyn Write) -> Result<Reply, Failure> {
        let step = rest.strip_prefix("step ").unwrap_or(rest).trim();
        if let Some(step) = places::number(step) {
            if step <= self.timeline.now().step {
                return Err(usage(format!(
                    "step {step} is not ahead; `back N` goes back"
                )));
            }
            return self.go_on(step, None, out);
        }
        let (level, address) = self.instruction_at(rest)?;
        self.go_on(
            u64::MAX,
            Some(Wanted {
                level,
                is_there: &|machine| machine.pc().address() == address,
            }),
            out,
        )
    }

    /// Goes on to a step, or until a machine is as wanted, or something stops the run.
    pub(super) fn go_on(
        &mut self,
        end: u64,
        wanted: Option<Wanted<'_>>,
        out: &mut dyn Write,
    ) -> Result<Reply, Failure> {
        self.level = None;
        if let Some(halt) = self.unhandled() {
            return self.say(Halted::Machine(halt), out);
        }
        // With nothing to look at after each step, the steps are made at the engine's own pace.
        let is_watched = !self.stops.is_empty() || wanted.is_some();
        let is_wanted =
            |machine: &Machine| wanted.as_ref().is_some_and(|wanted| wanted.is_in(machine));
        let may_enter =
            self.stops_in_guests() || wanted.as_ref().is_some_and(|wanted| wanted.level > 0);
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
            if may_enter && self.timeline.enter() {
                if let Some(why) = self.stop_here() {
                    break Halted::Stop(why);
                }
                if is_wanted(self.machine()) {
                    break Halted::Arrived;
                }
            }
            if let Err(halt) = self.timeline.step() {
                break Halted::Machine(halt);
            }
            if let Some(why) = self.hit(&before) {
                break Halted::Stop(why);
            }
            if is_wanted(self.machine()) {
                break Halted::Arrived;
            }
            self.renew(&mut before);
        };
        write_console(&self.timeline.drain(), out)?;
        self.say(halted, out)
    }

    /// Says why the run stands here, and where that is.
    fn say(&mut self, halted: Halted, out: &mut dyn Write) -> Result<Reply, Failure> {
        self.meet();
        let why = match halted {
            Halted::Arrived => String::new(),
            Halted::Stop(why) => why + "\n",
            Halted::Interrupted => "stopped from outside\n".to_owned(),
            Halted::Machine(halt) => halt_text(&halt),
        };
        write!(out, "{why}{}", self.here())?;
        Ok(Reply::Next)
    }
}

/// How often; once, if nothing is said.
pub(super) fn count(text: &str) -> Result<u64, Failure> {
    let count = if text.is_empty() {
        Some(1)
    } else {
        places::number(text)
    };
    let count = count.filter(|count| *count > 0);
    count.ok_or_else(|| usage(format!("'{text}' is no number of steps")))
}

/// What the program printed, with a mark before each line. What would move the cursor is escaped.
fn write_console(bytes: &[u8], out: &mut dyn Write) -> Result<(), Failure> {
    for line in String::from_utf8_lossy(bytes).lines() {
        let mut shown = String::new();
        for character in line.chars() {
            match character.is_control() {
                true => shown.extend(character.escape_default()),
                false => shown.push(character),
            }
        }
        writeln!(out, "| {shown}")?;
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

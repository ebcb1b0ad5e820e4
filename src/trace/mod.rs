//! A run step by step: what each step was, and what it changed.
//!
//! [`Watched::begin`] looks at the machine before a step and [`Watched::end`] after it. The [`Step`] that they give is
//! data; [`Filter`] chooses steps, and [`Text`] and [`json`] put them into words.
//!
//! Invariant: it only watches. A run with a trace and one without are the same run.

mod change;
mod filter;
mod granules;
pub mod json;
pub mod page;
mod text;

use isa::address::INSTRUCTION_SIZE;
use isa::instruction::C;
use isa::machine::{End, Machine, Stepped};
use isa::{Address, Capability, Cause, Ring, Trap};

use crate::upcoming::{Upcoming, word_at_pc};
use change::{Changes, State};
pub use filter::Filter;
use granules::Granules;
pub use text::Text;

/// One step of a run.
#[derive(Clone, Debug)]
pub struct Step {
    /// How many steps came before it.
    clock: u64,
    /// The program counter before it. Its ring is the ring of the step.
    pc: Capability,
    /// The word at the program counter; none where an interrupt came before it.
    word: Option<u64>,
    outcome: Outcome,
    changes: Changes,
    /// The program counter after it, unless that is at the next instruction, or the machine waits or has ended.
    destination: Option<Capability>,
    /// What the program printed in it.
    console: Vec<u8>,
}

/// What became of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Outcome {
    /// The instruction was carried out, or a part of it.
    Ran,
    /// The machine waited.
    Waited,
    /// A trap or an interrupt went to its handler, which found the frame at this place.
    Trapped(Trap, Address),
    /// The machine ended.
    Ended(End),
}

/// A machine as it was before a step.
pub struct Watched {
    state: State,
    word: Option<u64>,
    granules: Granules,
}

impl Watched {
    /// Looks at a machine that is about to make a step.
    pub fn begin(machine: &Machine) -> Watched {
        Watched {
            state: State::of(machine),
            word: word_at_pc(machine),
            granules: Granules::before(machine, Upcoming::of(machine)),
        }
    }

    /// What the step was: `stepped` is what the machine said of it, or none if it ended instead.
    pub fn end(self, machine: &Machine, stepped: Option<&Stepped>, console: Vec<u8>) -> Step {
        let (before, after) = (self.state, State::of(machine));
        let outcome = match (stepped, machine.end()) {
            (Some(Stepped::Delivered(trap)), _) => {
                let stack = machine.c(C::STACK);
                Outcome::Trapped(*trap, Address::new(stack.segment(), stack.cursor()))
            }
            (_, Some(end)) => Outcome::Ended(end.clone()),
            (Some(Stepped::Idle), None) => Outcome::Waited,
            (_, None) => Outcome::Ran,
        };
        // What a delivery does to registers and memory is the same each time, and the trap says enough.
        let changes = match (&outcome, stepped) {
            (Outcome::Ran | Outcome::Ended(_), Some(_)) => Changes {
                registers: before.changed_registers(&after),
                controls: before.changed_controls(&after),
                memory: self.granules.after(machine),
            },
            _ => Changes::default(),
        };
        let (from, to) = (before.pc(), after.pc());
        let went_on = to.address() == from.address().wrapping_add(INSTRUCTION_SIZE);
        let destination = match outcome {
            Outcome::Ran if went_on && to.ring() == from.ring() => None,
            Outcome::Ran | Outcome::Trapped(..) => Some(to),
            Outcome::Waited | Outcome::Ended(_) => None,
        };
        let interrupted = outcome
            .trap()
            .is_some_and(|trap| trap.cause == Cause::Interrupt);
        Step {
            clock: before.clock(),
            pc: from,
            word: self.word.filter(|_| !interrupted),
            outcome,
            changes,
            destination,
            console,
        }
    }
}

impl Step {
    /// The ring in which it began.
    pub fn ring(&self) -> Ring {
        self.pc.ring()
    }

    /// Whether the machine did nothing but wait.
    pub fn is_wait(&self) -> bool {
        self.outcome == Outcome::Waited
    }

    /// The trap that it came to.
    pub fn trap(&self) -> Option<&Trap> {
        self.outcome.trap()
    }
}

impl Outcome {
    fn trap(&self) -> Option<&Trap> {
        match self {
            Outcome::Trapped(trap, _) => Some(trap),
            Outcome::Ended(End::DoubleFault { first, .. }) => Some(first),
            _ => None,
        }
    }
}

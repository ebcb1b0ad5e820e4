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
mod passage;
mod text;
pub mod timeline;
mod words;

use isa::address::INSTRUCTION_SIZE;
use isa::context::MachineBlock;
use isa::instruction::C;
use isa::machine::{End, Machine, Stepped};
use isa::{Address, Capability, Cause, Ring, Trap};

use crate::levels;
use crate::upcoming::{Upcoming, word_at_pc};
use change::{Changes, State};
pub use filter::{Choice, Filter, Place};
use granules::Granules;
use passage::{Entry, Exit};
pub use text::Text;

/// One step of a run.
#[derive(Clone, Debug)]
pub struct Step {
    /// How many steps came before it.
    clock: u64,
    /// The level of the machine whose instruction it was.
    level: usize,
    /// The guests that were entered on the way to it, from the outermost.
    entries: Vec<Entry>,
    /// The program counter before it. Its ring is the ring of the step.
    pc: Capability,
    /// The word at the program counter; none where something else came before it, such as an interrupt.
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
    /// A trap or an interrupt went to its handler.
    Trapped(Delivered),
    /// The machine, or one around it, was left for its host.
    Exited(Box<Exit>),
    /// The machine ended.
    Ended(End),
}

/// A trap that was delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Delivered {
    trap: Trap,
    /// The level of the machine that it is a trap of: the one that made the step, or a host on its `vmrun`.
    level: usize,
    /// Where its handler finds the frame.
    frame: Address,
}

/// A machine as it was before a step.
pub struct Watched {
    level: usize,
    state: State,
    word: Option<u64>,
    /// The block of the guest that the instruction may enter.
    block: Option<MachineBlock>,
    /// The memory that it may store in; none if nobody wants to know what it stores.
    granules: Option<Granules>,
}

impl Watched {
    /// Looks at a machine that is about to make a step.
    pub fn begin(machine: &Machine) -> Watched {
        let granules = Granules::before(machine, Upcoming::of(machine));
        Watched {
            granules: Some(granules),
            ..Watched::begin_outside_memory(machine)
        }
    }

    /// The same, but what the step stores will not be known. Where it traps, or a guest is entered or left, it stores
    /// nothing that is shown.
    pub fn begin_outside_memory(machine: &Machine) -> Watched {
        let word = word_at_pc(machine);
        let operands = word.and_then(levels::vmrun);
        Watched {
            level: machine.levels() - 1,
            state: State::of(machine),
            word,
            block: operands.and_then(|operands| levels::block_in(machine, machine.c(operands.ca))),
            granules: None,
        }
    }

    /// What the step was: `stepped` is what the machine said of it, or none if it ended instead.
    pub fn end(self, machine: &Machine, stepped: Option<&Stepped>, console: Vec<u8>) -> Step {
        let clock = self.state.clock();
        let outcome = outcome(machine, stepped);
        let entries = match outcome {
            Outcome::Exited(ref exit) => {
                exit.entries(self.level, self.pc(), self.word, self.block.as_ref())
            }
            _ => Entry::all(machine, self.level),
        };
        // What a host has completed is done: the step only counts.
        let completed = entries.last().is_some_and(Entry::completes) && outcome == Outcome::Ran;
        let is_between = outcome.is_between() || completed;
        let begun = match entries.last() {
            None => self.before(),
            Some(entry) => Before {
                level: entry.level,
                state: entry.state.map(|state| State::of_guest(&state, clock)),
                word: entry.word,
                granules: None,
            },
        };
        let pc = begun.state.as_ref().map_or(Capability::NULL, State::pc);
        let word = begun.word.filter(|_| !is_between);
        // What a delivery does to registers and memory is the same each time, and the trap says enough; and what exits has
        // changed nothing.
        let after = State::of(machine);
        let changes = match (&outcome, stepped, &begun.state) {
            (Outcome::Ran | Outcome::Ended(_), Some(_), Some(before)) if !completed => Changes {
                registers: before.changed_registers(&after),
                controls: before.changed_controls(&after),
                memory: begun.granules.and_then(|granules| granules.after(machine)),
            },
            _ => Changes::default(),
        };
        let to = after.pc();
        let went_on = completed || to.address() == pc.address().wrapping_add(INSTRUCTION_SIZE);
        let destination = match outcome {
            Outcome::Ran if went_on && to.ring() == pc.ring() => None,
            Outcome::Ran | Outcome::Trapped(..) | Outcome::Exited(_) => Some(to),
            Outcome::Waited | Outcome::Ended(_) => None,
        };
        Step {
            clock,
            level: begun.level,
            entries,
            pc,
            word,
            outcome,
            changes,
            destination,
            console,
        }
    }

    fn pc(&self) -> Capability {
        self.state.pc()
    }

    /// The machine that made the step, if no guest was entered for it.
    fn before(self) -> Before {
        Before {
            level: self.level,
            state: Some(self.state),
            word: self.word,
            granules: self.granules,
        }
    }
}

/// The machine that made a step, before it.
struct Before {
    level: usize,
    /// None where that cannot be found out any more.
    state: Option<State>,
    word: Option<u64>,
    /// None of a guest that was entered for the step: its maps led nowhere before.
    granules: Option<Granules>,
}

fn outcome(machine: &Machine, stepped: Option<&Stepped>) -> Outcome {
    match (stepped, machine.end()) {
        (Some(Stepped::Delivered(trap)), _) => {
            let stack = machine.c(C::STACK);
            Outcome::Trapped(Delivered {
                trap: *trap,
                level: machine.levels() - 1,
                frame: Address::new(stack.segment(), stack.cursor()),
            })
        }
        (Some(Stepped::Exited), _) => match levels::Exited::of(machine) {
            Some(exited) => Outcome::Exited(Box::new(Exit::new(machine, &exited))),
            None => Outcome::Ran,
        },
        (_, Some(end)) => Outcome::Ended(end.clone()),
        (Some(Stepped::Idle), None) => Outcome::Waited,
        (_, None) => Outcome::Ran,
    }
}

impl Step {
    /// How many steps came before it.
    pub fn clock(&self) -> u64 {
        self.clock
    }

    /// The level of the machine whose instruction it was; 0 is the outermost.
    pub fn level(&self) -> usize {
        self.level
    }

    /// The level of the machine that goes on behind it: that of the host which an exit or a trap came to, or its own.
    fn handler_level(&self) -> usize {
        match &self.outcome {
            Outcome::Trapped(delivered) => delivered.level,
            Outcome::Exited(exit) => exit.host,
            // Whichever machine ran, it is the outermost that ends.
            Outcome::Ended(_) => 0,
            Outcome::Ran | Outcome::Waited => self.level,
        }
    }

    /// The level of the machine that its trap is of.
    fn trap_level(&self) -> usize {
        match &self.outcome {
            Outcome::Exited(exit) => exit.level,
            _ => self.handler_level(),
        }
    }

    /// The ring in which it began.
    pub fn ring(&self) -> Ring {
        self.pc.ring()
    }

    /// Whether a guest was entered or left in it.
    fn is_passage(&self) -> bool {
        !self.entries.is_empty() || self.handler_level() < self.level
    }

    /// The trap that ended a guest, its level, and the steps before.
    pub fn ended_guest(&self) -> Option<(&Trap, usize, u64)> {
        match &self.outcome {
            Outcome::Exited(exit) => Some((exit.ending_trap()?, exit.level, self.clock)),
            _ => None,
        }
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
    /// Whether it came before an instruction, and not of one.
    fn is_between(&self) -> bool {
        match self {
            Outcome::Exited(exit) => exit.is_between(),
            _ => self
                .trap()
                .is_some_and(|trap| trap.cause == Cause::Interrupt),
        }
    }

    fn trap(&self) -> Option<&Trap> {
        match self {
            Outcome::Trapped(delivered) => Some(&delivered.trap),
            Outcome::Exited(exit) => exit.trap_of_guest(),
            Outcome::Ended(End::DoubleFault { first, .. }) => Some(first),
            _ => None,
        }
    }
}

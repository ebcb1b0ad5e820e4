//! The ways between machines of a nest: how a guest was entered, and why one was left.
//!
//! Invariant: an entry is no step of its own. It comes before the first step of the guest, and both have one number.

use isa::context::{ExitReason, MachineBlock, MachineState};
use isa::machine::Machine;
use isa::{Capability, Trap};

use crate::levels::{self, Exited};

/// A guest that was entered.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// Its level.
    pub(super) level: usize,
    /// The program counter of its host, at the `vmrun`; null where that is not known.
    pub(super) host: Capability,
    /// The `vmrun`, where that is known.
    pub(super) vmrun: Option<u64>,
    pub(super) way: Way,
    /// What it was; none where that cannot be found out any more.
    pub(super) state: Option<MachineState>,
    /// The instruction at its program counter.
    pub(super) word: Option<u64>,
}

/// What a host has its guest do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// To begin a run.
    Runs,
    /// To go on with one that was suspended.
    GoesOn,
    /// To take what the host has done for its own instruction.
    Completes,
    /// To have done what the host was asked about.
    Proceeds,
    /// To have this trap, or one that makes no sense.
    Injects(Option<Trap>),
}

impl Way {
    /// In words.
    pub(super) fn name(self) -> &'static str {
        match self {
            Way::Runs => "runs",
            Way::GoesOn => "goes on",
            Way::Completes => "completed",
            Way::Proceeds => "proceeds",
            Way::Injects(_) => "injected",
        }
    }

    /// The trap that is injected.
    pub(super) fn injected(self) -> Option<Trap> {
        match self {
            Way::Injects(trap) => trap,
            _ => None,
        }
    }

    fn of(block: &MachineBlock) -> Way {
        let terms = &block.terms;
        match terms {
            _ if terms.complete => Way::Completes,
            _ if terms.inject => Way::Injects(terms.inject_trap.trap()),
            _ if terms.proceed => Way::Proceeds,
            _ if terms.running => Way::GoesOn,
            _ => Way::Runs,
        }
    }
}

impl Entry {
    /// Whether the guest's first step is to take what its host has done.
    pub(super) fn completes(&self) -> bool {
        self.way == Way::Completes
    }

    /// The guests that are live and were not when the leaf was at this level.
    pub(super) fn all(machine: &Machine, before: usize) -> Vec<Entry> {
        (before + 1..machine.levels())
            .filter_map(|level| {
                let block = levels::entered_from(machine, level)?;
                let host = machine.level_state(level - 1)?.context.pc;
                let pc = block.state.context.pc;
                Some(Entry {
                    level,
                    host,
                    vmrun: levels::word_at(machine, level - 1, host),
                    way: Way::of(&block),
                    state: Some(block.state),
                    word: levels::word_at(machine, level, pc),
                })
            })
            .collect()
    }
}

/// Why a guest was left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Exit {
    /// The level of the host that it came to.
    pub(super) host: usize,
    /// None if the number is of no reason.
    pub(super) reason: Option<ExitReason>,
    /// The level of the machine in which it happened.
    pub(super) level: usize,
    /// The trap that has to do with it.
    pub(super) trap: Option<Trap>,
    /// Of an exit of a deeper guest that its host is not told of yet: the reason of that.
    pub(super) inner: Option<ExitReason>,
    /// The status of a machine that switched itself off.
    pub(super) status: Option<u64>,
    /// The machine in which it happened, as it is now, if it can be found.
    inside: Option<Inside>,
}

/// A machine that was left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Inside {
    state: MachineState,
    /// The instruction that the record has.
    word: Option<u64>,
}

impl Exit {
    pub(super) fn new(machine: &Machine, exited: &Exited) -> Exit {
        let (record, host) = (exited.record(), machine.levels() - 1);
        let reason = exited.reason();
        let first = record.operands[0].low();
        let inside = exited.innermost(machine).map(|block| Inside {
            state: block.state,
            word: (record.instruction != 0).then_some(record.instruction),
        });
        Exit {
            host,
            reason,
            level: exited.level(host),
            trap: record.trap.trap(),
            inner: (reason == Some(ExitReason::Exit))
                .then(|| levels::reason(first))
                .flatten(),
            status: (reason == Some(ExitReason::Power)).then_some(first),
            inside,
        }
    }

    /// Whether the machine in which it happened had switched itself off.
    pub(super) fn is_off(&self) -> bool {
        self.inner.or(self.reason) == Some(ExitReason::Power)
    }

    /// The trap of the machine in which it happened that is the reason.
    pub(super) fn trap_of_guest(&self) -> Option<&Trap> {
        use ExitReason::{DoubleFault, Trap};
        let first = self.inner.or(self.reason);
        let is_one = matches!(first, Some(DoubleFault | Trap));
        self.trap.as_ref().filter(|_| is_one)
    }

    /// The trap that the machine in which it happened could not be delivered.
    pub(super) fn ending_trap(&self) -> Option<&Trap> {
        let is_end = self.inner.or(self.reason) == Some(ExitReason::DoubleFault);
        self.trap.as_ref().filter(|_| is_end)
    }

    /// Whether it came before an instruction, and not of one.
    pub(super) fn is_between(&self) -> bool {
        use ExitReason::{Budget, Interrupt, Power};
        let first = self.inner.or(self.reason);
        matches!(first, Some(Budget | Interrupt | Power))
    }

    /// The guests that were entered in the step that ended so. Before it the leaf was at this level and this place, at this
    /// instruction, and if that was a `vmrun`, this was the block.
    pub(super) fn entries(
        &self,
        before: usize,
        pc: Capability,
        word: Option<u64>,
        block: Option<&MachineBlock>,
    ) -> Vec<Entry> {
        let entry = |level: usize| {
            let block = block.filter(|_| level == before + 1);
            let inside = self.inside.filter(|_| level == self.level);
            let (host, vmrun) = match level == before + 1 {
                true => (pc, word),
                false => (Capability::NULL, None),
            };
            Entry {
                level,
                host,
                vmrun,
                way: block.map_or(Way::GoesOn, Way::of),
                state: inside.map(|inside| inside.state),
                word: inside.and_then(|inside| inside.word),
            }
        };
        (before + 1..=self.level).map(entry).collect()
    }
}

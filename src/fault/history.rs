//! What a run has done to the capabilities that a fault may be about: where each was
//! last narrowed or loaded, where its tag was lost, and who called whom.
//!
//! Invariant: it only watches. A run with a history and one without are the same run.

use std::collections::HashMap;

use isa::address::GRANULE_SIZE;
use isa::instruction::{C, Opcode, Value};
use isa::machine::{Machine, Stepped};

use crate::upcoming::{Stores, Upcoming};

/// How a capability came to be what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Making {
    /// What was done: a past participle, such as `narrowed`.
    pub(super) verb: &'static str,
    /// Address of the instruction that did it, `segment << 32 | offset`.
    pub(super) at: u64,
    /// Address of the store that cleared the tag while it lay in memory.
    pub(super) lost: Option<u64>,
}

/// A call that has not returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Call {
    /// Address of the call.
    pub(super) site: u64,
    /// Address that it returns to.
    back: u64,
}

/// What is known of the granules in which capabilities were stored, of so many as there is room for: those that were
/// stored to first, so that what is told of a run depends on nothing but the run.
#[derive(Debug)]
struct Kept {
    makings: HashMap<u64, Making>,
    room: usize,
}

impl Kept {
    fn with_room(room: usize) -> Kept {
        Kept {
            makings: HashMap::new(),
            room,
        }
    }

    fn insert(&mut self, granule: u64, making: Making) {
        if self.makings.len() < self.room || self.makings.contains_key(&granule) {
            self.makings.insert(granule, making);
        }
    }
}

/// Granules that are remembered: 8 MiB of capabilities, and about 50 MiB of the host's memory.
const GRANULES: usize = 1 << 19;

/// Calls that are remembered; a recursion without end keeps the outermost and the innermost.
const CALLS: usize = 4096;

/// The history of a run, kept by calling [`History::before`] and [`History::after`] around each step.
#[derive(Debug)]
pub(super) struct History {
    registers: [Option<Making>; 16],
    kept: Kept,
    calls: Vec<Call>,
    next: Option<Next>,
    /// The level of the machine that ran when the run stopped, which may be further in than the one that stopped it.
    innermost: usize,
}

/// The instruction that the next step will carry out, with what it names.
#[derive(Clone, Copy, Debug)]
struct Next {
    opcode: Opcode,
    at: u64,
    written: Option<C>,
    making: Option<Making>,
    effect: Effect,
}

/// What the instruction does beside writing a register.
#[derive(Clone, Copy, Debug)]
enum Effect {
    None,
    /// A capability goes into a granule.
    Keep(u64, Option<Making>),
    /// Something goes into these bytes.
    Overwrite(Stores),
}

impl History {
    pub(super) fn new() -> History {
        History {
            registers: Default::default(),
            kept: Kept::with_room(GRANULES),
            calls: Vec::new(),
            next: None,
            innermost: 0,
        }
    }

    /// The level of the machine that ran when the run stopped; 0 where that is not known.
    pub(super) fn innermost(&self) -> usize {
        self.innermost
    }

    /// Notes which machine runs where the run stops.
    pub(super) fn stops(&mut self, machine: &Machine) {
        self.innermost = machine.levels() - 1;
    }

    /// How the capability in this register came to be.
    pub(super) fn making(&self, register: C) -> Option<Making> {
        self.registers.get(register.index()).copied().flatten()
    }

    /// The call that led to where the run is, and has not returned.
    pub(super) fn caller(&self) -> Option<Call> {
        self.calls.last().copied()
    }

    /// Looks at the instruction that the machine is about to carry out.
    pub(super) fn before(&mut self, machine: &Machine) {
        self.next = Upcoming::of(machine).and_then(|upcoming| self.look(machine, upcoming));
    }

    /// Notes what the step did.
    pub(super) fn after(&mut self, machine: &Machine, stepped: &Stepped) {
        let next = self.next.take();
        match stepped {
            Stepped::Idle => {}
            // A handler, and a host that takes over from its guest, has registers of its own.
            Stepped::Delivered(_) | Stepped::Exited => self.registers = Default::default(),
            Stepped::Ran => {
                if let Some(next) = next {
                    self.note(machine, next);
                }
            }
        }
    }

    fn look(&self, machine: &Machine, upcoming: Upcoming) -> Option<Next> {
        let opcode = upcoming.opcode;
        let at = machine.pc().address();
        let place = upcoming.place(machine).map(|address| address.word());
        let values: Vec<Value> = upcoming.operands().map(|(_, value)| value).collect();
        let of = |index: usize| match values.get(index) {
            Some(Value::C(register)) => self.making(*register),
            _ => None,
        };
        let made = |verb| {
            Some(Making {
                verb,
                at,
                lost: None,
            })
        };
        let making = match opcode {
            Opcode::Cmov | Opcode::Cadd | Opcode::Cseek => of(1),
            Opcode::Selc => match values.get(1) {
                Some(Value::R(chooser)) if machine.r(*chooser) != 0 => of(2),
                _ => of(3),
            },
            Opcode::Cbound => made("narrowed"),
            Opcode::Cperm => made("lost permissions"),
            Opcode::Cring => made("weakened"),
            Opcode::Centry => made("made an entry"),
            Opcode::Creturn => made("made a return capability"),
            Opcode::Cseal => made("sealed"),
            Opcode::Cunseal => made("unsealed"),
            Opcode::Cbuild => made("built"),
            Opcode::Cuntag => made("untagged"),
            Opcode::Cpack => made("put together from two numbers"),
            Opcode::Mint => made("minted"),
            Opcode::Cpc => made("made"),
            Opcode::Ldk => made("loaded"),
            Opcode::Call | Opcode::Callc => made("left by the call"),
            Opcode::Getbank => made("read"),
            Opcode::Ldc | Opcode::Swapc | Opcode::Casc => {
                let lost = place
                    .and_then(|place| self.kept.makings.get(&granule(place)))
                    .and_then(|kept| kept.lost);
                Some(Making {
                    verb: "loaded",
                    at,
                    lost,
                })
            }
            _ => None,
        };
        let effect = match (opcode, place) {
            (Opcode::Stc, Some(place)) => Effect::Keep(granule(place), of(0)),
            (Opcode::Swapc | Opcode::Casc, Some(place)) => Effect::Keep(granule(place), of(1)),
            _ => match upcoming.stores(machine) {
                Stores::Nothing => Effect::None,
                stores => Effect::Overwrite(stores),
            },
        };
        let written = upcoming
            .operands()
            .next()
            .and_then(|(operand, value)| match value {
                Value::C(register) if operand.name == "cd" => Some(register),
                _ => None,
            });
        Some(Next {
            opcode,
            at,
            written,
            making,
            effect,
        })
    }

    fn note(&mut self, machine: &Machine, next: Next) {
        if let Some(place) = next
            .written
            .and_then(|register| self.registers.get_mut(register.index()))
        {
            *place = next.making;
        }
        match next.effect {
            Effect::None => {}
            Effect::Keep(place, making) => {
                let kept = making.unwrap_or(Making {
                    verb: "stored",
                    at: next.at,
                    lost: None,
                });
                self.kept.insert(place, Making { lost: None, ..kept });
            }
            Effect::Overwrite(stores) => self.overwrite(machine, stores, next.at),
        }
        match next.opcode {
            Opcode::Call | Opcode::Callc => {
                if self.calls.len() >= CALLS {
                    self.calls.remove(CALLS / 2);
                }
                let back = next.at.wrapping_add(isa::address::INSTRUCTION_SIZE);
                self.calls.push(Call {
                    site: next.at,
                    back,
                });
            }
            Opcode::Ret => {
                let here = machine.pc().address();
                if let Some(depth) = self.calls.iter().rposition(|call| call.back == here) {
                    self.calls.truncate(depth);
                }
            }
            _ => {}
        }
    }

    /// Notes which of the granules that something was stored in have no tag any more.
    fn overwrite(&mut self, machine: &Machine, stores: Stores, at: u64) {
        if self.kept.makings.is_empty() {
            return;
        }
        let stored = stores.made(machine);
        for place in stored.into_iter().flat_map(|bytes| bytes.granules()) {
            if let Some(kept) = self.kept.makings.get_mut(&granule(place.word()))
                && machine
                    .peek_capability(place)
                    .is_none_or(|value| !value.is_tagged())
            {
                kept.lost.get_or_insert(at);
            }
        }
    }
}

fn granule(address: u64) -> u64 {
    address / GRANULE_SIZE
}

#[cfg(test)]
mod tests {
    use super::{Kept, Making};

    #[test]
    fn a_full_history_keeps_what_it_has_and_takes_nothing_more() {
        let made = |at| Making {
            verb: "stored",
            at,
            lost: None,
        };
        let mut kept = Kept::with_room(2);
        for (granule, at) in [(1, 10), (2, 20), (3, 30), (2, 40)] {
            kept.insert(granule, made(at));
        }
        assert_eq!(kept.makings.get(&1), Some(&made(10)));
        assert_eq!(kept.makings.get(&2), Some(&made(40)));
        assert_eq!(kept.makings.get(&3), None);
    }
}

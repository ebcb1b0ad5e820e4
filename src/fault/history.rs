//! What a run has done to the capabilities that a fault may be about: where each was
//! last narrowed or loaded, where its tag was lost, and who called whom.
//!
//! Invariant: it only watches. A run with a history and one without are the same run.

use std::collections::HashMap;

use isa::address::GRANULE_SIZE;
use isa::instruction::operand::{Index, Memory, Offset};
use isa::instruction::{C, Opcode, R, Value};
use isa::machine::{Machine, Stepped};
use isa::{Address, Capability, Kind};

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

/// Calls that are remembered; a recursion without end keeps the outermost and the innermost.
const CALLS: usize = 4096;

/// The history of a run, kept by calling [`History::before`] and [`History::after`] around each step.
#[derive(Debug, Default)]
pub(super) struct History {
    registers: [Option<Making>; 16],
    granules: HashMap<u64, Making>,
    calls: Vec<Call>,
    next: Option<Next>,
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
    /// Data goes over these bytes.
    Overwrite(u64, u64),
}

impl History {
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
        self.next = word_at_pc(machine).and_then(|word| self.look(machine, word));
    }

    /// Notes what the step did.
    pub(super) fn after(&mut self, machine: &Machine, stepped: &Stepped) {
        let next = self.next.take();
        match stepped {
            Stepped::Idle => {}
            // The handler starts with registers of its own.
            Stepped::Delivered(_) => self.registers = Default::default(),
            Stepped::Ran => {
                if let Some(next) = next {
                    self.note(machine, next);
                }
            }
        }
    }

    fn look(&self, machine: &Machine, word: u64) -> Option<Next> {
        let opcode = Opcode::of(word)?;
        let at = machine.pc().address();
        let values: Vec<Value> = opcode.operands(word).map(|(_, value)| value).collect();
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
                let lost = effective(machine, &values)
                    .and_then(|place| self.granules.get(&granule(place)))
                    .and_then(|kept| kept.lost);
                Some(Making {
                    verb: "loaded",
                    at,
                    lost,
                })
            }
            _ => None,
        };
        let effect = match (opcode, effective(machine, &values)) {
            (Opcode::Stc, Some(place)) => Effect::Keep(granule(place), of(0)),
            (Opcode::Swapc | Opcode::Casc, Some(place)) => Effect::Keep(granule(place), of(1)),
            (Opcode::Stb, Some(place)) => Effect::Overwrite(place, 1),
            (Opcode::Sth, Some(place)) => Effect::Overwrite(place, 2),
            (Opcode::Stw, Some(place)) => Effect::Overwrite(place, 4),
            (Opcode::St, Some(place)) => Effect::Overwrite(place, 8),
            _ => Effect::None,
        };
        let written = opcode
            .operands(word)
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
                self.granules.insert(place, Making { lost: None, ..kept });
            }
            Effect::Overwrite(place, size) => {
                for touched in [granule(place), granule(place.saturating_add(size - 1))] {
                    if let Some(kept) = self.granules.get_mut(&touched) {
                        kept.lost.get_or_insert(next.at);
                    }
                }
            }
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
}

/// The instruction word at the program counter, if the maps lead to one.
pub(super) fn word_at_pc(machine: &Machine) -> Option<u64> {
    let pc = machine.pc();
    let bytes = machine.peek(Address::new(pc.segment(), pc.cursor()), 8);
    Some(u64::from_le_bytes(bytes.try_into().ok()?))
}

/// The address that a memory operand among these names, `segment << 32 | offset`.
fn effective(machine: &Machine, values: &[Value]) -> Option<u64> {
    values.iter().find_map(|value| {
        let (base, offset) = match value {
            Value::Memory(Memory { base, index }) => (base, index_value(machine, index)),
            Value::Offset(Offset { base, immediate }) => (base, i64::from(*immediate) as u64),
            _ => return None,
        };
        let base: Capability = machine.c(*base);
        let is_pointer = base.is_tagged() && base.kind() == Kind::Data;
        is_pointer.then(|| base.address().wrapping_add(offset))
    })
}

/// The value of an index operand.
pub(super) fn index_value(machine: &Machine, index: &Index) -> u64 {
    let register: R = index.register;
    (machine.r(register) << index.scale.min(Index::MAX_SCALE))
        .wrapping_add_signed(index.immediate.into())
}

fn granule(address: u64) -> u64 {
    address / GRANULE_SIZE
}

//! Everything that an account of a fault looks at, in one place.
//!
//! Invariant: the machine is as it was at the trap; nothing has run since.

use isa::access::{Lookup, Request, Verdict};
use isa::address::GRANULE_SIZE;
use isa::instruction::{C, Opcode, Operand, Value};
use isa::machine::Machine;
use isa::{AccessKind, Address, Capability, Cause, Causes, Descriptor, Trap, TrapRegister};

use super::history::History;
use crate::names::Names;
use crate::upcoming::word_at_pc;

pub(super) struct Scene<'a> {
    pub(super) machine: &'a Machine,
    pub(super) names: Names<'a>,
    pub(super) trap: Trap,
    pub(super) history: &'a History,
    pub(super) word: Option<u64>,
    pub(super) opcode: Option<Opcode>,
}

impl<'a> Scene<'a> {
    pub(super) fn new(
        machine: &'a Machine,
        names: Names<'a>,
        trap: Trap,
        history: &'a History,
    ) -> Self {
        let word = word_at_pc(machine);
        let opcode = word.and_then(Opcode::of);
        Scene {
            machine,
            names,
            trap,
            history,
            word,
            opcode,
        }
    }

    /// The operands of the instruction, with their values.
    pub(super) fn operands(&self) -> Vec<(&'static Operand, Value)> {
        match (self.opcode, self.word) {
            (Some(opcode), Some(word)) => opcode.operands(word).collect(),
            _ => Vec::new(),
        }
    }

    /// The mnemonic, in marks.
    pub(super) fn mnemonic(&self) -> String {
        match self.opcode {
            Some(opcode) => format!("`{}`", opcode.mnemonic()),
            None => "this instruction".to_owned(),
        }
    }

    /// The register that the trap names, if it is a capability register.
    pub(super) fn register(&self) -> Option<C> {
        C::new(self.trap.register.0)
    }

    /// The register that the trap names, in words.
    pub(super) fn register_name(&self) -> String {
        match (self.register(), self.trap.register) {
            (Some(register), _) => register.to_string(),
            (None, TrapRegister::PC) => "the program counter".to_owned(),
            (None, _) => "the capability".to_owned(),
        }
    }

    /// The capability that the trap is about; null where it names none.
    pub(super) fn capability(&self) -> Capability {
        match (self.register(), self.trap.register) {
            (Some(register), _) => self.machine.c(register),
            (None, TrapRegister::PC) => self.machine.pc(),
            (None, _) => Capability::NULL,
        }
    }

    /// Whether the stack pointer, or an access through it, has come to the end of its stack.
    pub(super) fn is_stack_used_up(&self) -> bool {
        let below = self.trap.offset.cast_signed() < i64::from(self.capability().base());
        below
            && self.register() == Some(C::STACK)
            && matches!(self.trap.cause, Cause::Bounds | Cause::Cursor)
    }

    /// The descriptor of the segment that the trap names.
    pub(super) fn descriptor(&self) -> Option<Descriptor> {
        match self.machine.descriptor(self.trap.segment) {
            Lookup::Found(descriptor) => Some(descriptor),
            Lookup::Absent | Lookup::OutsideMemory => None,
        }
    }

    /// The checks that were made and passed, if asking the rule again gives the failures of the trap.
    pub(super) fn passed(&self) -> Option<Causes> {
        let Trap {
            kind, offset, size, ..
        } = self.trap;
        if kind == AccessKind::None || self.capability() == Capability::NULL {
            return None;
        }
        let granule = matches!(
            self.opcode,
            Some(Opcode::Ldc | Opcode::Stc | Opcode::Swapc | Opcode::Casc | Opcode::Ldk)
        );
        let request = Request {
            capability_aligned: granule,
            private_value: self.stores_private(),
            ..Request::new(kind, offset, size)
        };
        match self.machine.examine(&self.capability(), &request) {
            Verdict::Fail(denial) if denial.failed == self.trap.failed => Some(denial.passed),
            _ => None,
        }
    }

    /// Whether the instruction stores a capability to a private segment.
    fn stores_private(&self) -> bool {
        let stored = self
            .operands()
            .into_iter()
            .find_map(|(operand, value)| match value {
                Value::C(register) if matches!(operand.name, "ca" | "cb") => Some(register),
                _ => None,
            });
        stored.is_some_and(|register| self.machine.c(register).is_private())
    }

    /// The labels at the place of the trap that the process may not read or write.
    pub(super) fn forbidden_labels(&self) -> Vec<u8> {
        let process = self.machine.process();
        let allowed = if self.trap.kind.stores() {
            process.write_labels
        } else {
            process.read_labels
        };
        let mut labels = Vec::new();
        let first = self.trap.offset - self.trap.offset % GRANULE_SIZE;
        let end = self.trap.offset.saturating_add(self.trap.size);
        for offset in (first..end).step_by(GRANULE_SIZE as usize) {
            let place = u32::try_from(offset)
                .ok()
                .and_then(|offset| self.machine.locate(Address::new(self.trap.segment, offset)));
            let Some(place) = place else { break };
            let label = self.machine.memory().label(place);
            if !allowed.contains(label) && !labels.contains(&label.0) {
                labels.push(label.0);
            }
        }
        labels
    }
}

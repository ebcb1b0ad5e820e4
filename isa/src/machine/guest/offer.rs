//! Offering: events are shown to the hosts that intercept them, from the innermost outward, before they happen.
//!
//! Invariant: an event that a host has seen and lets proceed is not shown to it again, and no other event is taken for
//! it: the flag counts only together with the very record that the event has. Between two steps a host is asked about
//! one event at most.

use std::ops::Range;

use crate::address::INSTRUCTION_SIZE;
use crate::capability::Capability;
use crate::context::{
    ExitReason, ExitRecord, INTERCEPT_ENTRIES, INTERCEPT_EXITS, Terms, TrapRecord,
};
use crate::instruction::names::Named;
use crate::instruction::operand::OperandKind;
use crate::instruction::{C, Intercept, Opcode, R};
use crate::machine::Machine;
use crate::machine::access::Place;
use crate::machine::translate::Fault;
use crate::trap::Trap;

/// Something that is about to happen in a machine.
#[derive(Clone, Copy, Debug)]
pub(in crate::machine) enum Event {
    /// An instruction of this class takes effect.
    Instruction(Intercept),
    /// This trap is delivered.
    Trap(Trap),
    /// A guest is entered, by an instruction of class `machine`.
    Entry,
    /// A guest exits.
    Exit,
}

impl Event {
    /// Whether a host wants to be asked.
    fn is_wanted(self, terms: &Terms) -> bool {
        match self {
            Event::Instruction(class) => terms.intercept_instructions & class.bit() != 0,
            Event::Trap(trap) => terms.intercept_traps >> trap.cause.number() & 1 == 1,
            Event::Entry => {
                let class = Event::Instruction(Intercept::Machine);
                class.is_wanted(terms) || terms.intercept_guests & INTERCEPT_ENTRIES != 0
            }
            Event::Exit => terms.intercept_guests & INTERCEPT_EXITS != 0,
        }
    }
}

impl Machine {
    /// The one of these hosts that is to have an event, with what it is told, which is made by `tell` for each host that
    /// wants the event; none if it is to happen.
    pub(in crate::machine) fn taker(
        &self,
        hosts: Range<usize>,
        event: Event,
        tell: impl Fn(usize) -> ExitRecord,
    ) -> Option<(usize, ExitRecord)> {
        for number in hosts.rev() {
            let terms = &self.hosts.get(number)?.run.terms;
            if event.is_wanted(terms) {
                let record = tell(number);
                if !(terms.proceed && terms.exit == record) {
                    return Some((number, record));
                }
            }
        }
        None
    }

    /// Offers the instruction at the program counter, after all of its checks and before it takes effect. These are
    /// the places of its memory operands.
    pub(in crate::machine) fn offer(&self, places: &[&Place]) -> Result<(), Fault> {
        self.offer_to(0..self.level(), places)
    }

    /// The same to some of the hosts. An instruction that is going to exit is offered as one only to those that it does
    /// not reach by its exit: so each host is asked once, and what it lets proceed is one event.
    pub(in crate::machine) fn offer_to(
        &self,
        hosts: Range<usize>,
        places: &[&Place],
    ) -> Result<(), Fault> {
        if self.wanted().instructions == 0 {
            return Ok(());
        }
        let opcode = Opcode::of(self.fetch()?);
        match opcode.and_then(|opcode| opcode.class().intercept()) {
            Some(class) => {
                let tell = |host| self.instruction_record(ExitReason::Instruction, host, places);
                self.ask_hosts(hosts, Event::Instruction(class), tell)
            }
            None => Ok(()),
        }
    }

    /// Offers the entry of a guest by the `vmrun` at the program counter. A host that intercepts both the instruction and
    /// entries is asked once, about the instruction.
    pub(super) fn offer_entry(&self, places: &[&Place]) -> Result<(), Fault> {
        let class = Event::Instruction(Intercept::Machine);
        let tell = |host: usize| {
            let terms = self.hosts.get(host).map(|host| &host.run.terms);
            let reason = match terms.is_some_and(|terms| class.is_wanted(terms)) {
                true => ExitReason::Instruction,
                false => ExitReason::Entry,
            };
            self.instruction_record(reason, host, places)
        };
        self.ask_hosts(0..self.level(), Event::Entry, tell)
    }

    fn ask_hosts(
        &self,
        hosts: Range<usize>,
        event: Event,
        tell: impl Fn(usize) -> ExitRecord,
    ) -> Result<(), Fault> {
        match self.taker(hosts, event, tell) {
            Some((host, record)) => Err(Fault::Exit(host, Box::new(record))),
            None => Ok(()),
        }
    }

    /// What a host is told of something that happens in the machine of a level.
    pub(in crate::machine) fn record(
        &self,
        reason: ExitReason,
        level: usize,
        host: usize,
    ) -> ExitRecord {
        let further = level.saturating_sub(host + 1);
        let runs_it = level.checked_sub(1).and_then(|outer| self.hosts.get(outer));
        let block = runs_it.and_then(|outer| outer.run.block.get(host + 1));
        ExitRecord {
            reason: reason.number().into(),
            level: further as u64,
            block: block.filter(|_| further > 0).map_or(0, |real| real.0),
            ..ExitRecord::default()
        }
    }

    /// The same of the instruction at the program counter of the leaf.
    pub(in crate::machine) fn instruction_record(
        &self,
        reason: ExitReason,
        host: usize,
        places: &[&Place],
    ) -> ExitRecord {
        let word = self.fetch().unwrap_or(0);
        ExitRecord {
            instruction: word,
            next: self.pc.add(INSTRUCTION_SIZE as i64).unwrap_or(self.pc),
            operands: [0, 1, 2].map(|byte| self.operand(word, byte)),
            extents: self.extents(host, places),
            ..self.record(reason, self.level(), host)
        }
    }

    /// The same of a trap.
    pub(in crate::machine) fn trap_record(
        &self,
        reason: ExitReason,
        host: usize,
        trap: TrapRecord,
    ) -> ExitRecord {
        ExitRecord {
            trap,
            ..self.record(reason, self.level(), host)
        }
    }

    /// The value of the register that a register byte of an instruction names.
    fn operand(&self, word: u64, byte: u32) -> Capability {
        let shift = 8 + 8 * byte;
        let number = (word >> shift) as u8;
        let operands = Opcode::of(word).map_or(&[][..], |opcode| opcode.format().operands());
        let holds = operands
            .iter()
            .find(|operand| operand.mask >> shift & 0xff == 0xff);
        let value = match holds.map(|operand| operand.kind) {
            Some(OperandKind::R(_)) => R::new(number)
                .map(|register| Capability::from_words(self.get_r(register), 0, false)),
            Some(OperandKind::C(_) | OperandKind::Offset) => {
                C::new(number).map(|register| self.get_c(register))
            }
            _ => None,
        };
        value.unwrap_or_default()
    }

    /// The first two pieces of memory operands, as the host has them in the window.
    fn extents(&self, host: usize, places: &[&Place]) -> [(u64, u64); 2] {
        let mut extents = [(0, 0); 2];
        let pieces = places.iter().flat_map(|place| place.pieces());
        for (extent, piece) in extents.iter_mut().zip(pieces) {
            if let Ok(real) = self.outward(self.level(), piece.real, host + 1) {
                *extent = (real.0, piece.size);
            }
        }
        extents
    }
}

//! What programs reached: instructions of the table that completed and that trapped, causes of traps, and how
//! machines ended.

use isa::Cause;
use isa::context::ExitReason;
use isa::instruction::Opcode;
use isa::instruction::names::Named;
use isa::machine::{End, Stepped, Stop};

/// What some programs reached.
#[derive(Clone, Debug)]
pub struct Coverage {
    completed: [u64; 256],
    trapped: [u64; 256],
    causes: [u64; 256],
    exits: [u64; 16],
    idle: u64,
}

impl Default for Coverage {
    fn default() -> Coverage {
        Coverage {
            completed: [0; 256],
            trapped: [0; 256],
            causes: [0; 256],
            exits: [0; 16],
            idle: 0,
        }
    }
}

impl Coverage {
    /// Notes a step of a machine that had this instruction in front of it.
    pub(crate) fn note(&mut self, opcode: Option<Opcode>, stepped: &Stepped) {
        match stepped {
            Stepped::Ran | Stepped::Exited => {
                if let Some(opcode) = opcode {
                    self.completed[usize::from(opcode.number())] += 1;
                }
            }
            Stepped::Idle => self.idle += 1,
            Stepped::Delivered(trap) => self.note_trap(opcode, trap.cause),
        }
    }

    /// Notes an exit, if its reason is known.
    pub(crate) fn note_exit(&mut self, reason: Option<ExitReason>) {
        let count = reason.and_then(|reason| self.exits.get_mut(reason.number() as usize));
        if let Some(count) = count {
            *count += 1;
        }
    }

    /// How often guests exited for a reason.
    pub fn exits(&self, reason: ExitReason) -> u64 {
        let count = self.exits.get(reason.number() as usize);
        count.copied().unwrap_or(0)
    }

    /// Notes why a machine made no step.
    pub(crate) fn note_stop(&mut self, opcode: Option<Opcode>, stop: &Stop) {
        if let Stop::Ended(End::DoubleFault { first, second, .. }) = stop {
            self.note_trap(opcode, first.cause);
            if let Some(second) = second {
                self.causes[usize::from(second.cause.number())] += 1;
            }
        }
    }

    fn note_trap(&mut self, opcode: Option<Opcode>, cause: Cause) {
        self.causes[usize::from(cause.number())] += 1;
        if let Some(opcode) = opcode.filter(|_| cause != Cause::Interrupt) {
            self.trapped[usize::from(opcode.number())] += 1;
        }
    }

    /// How often an instruction was carried out.
    pub fn completed(&self, opcode: Opcode) -> u64 {
        self.completed[usize::from(opcode.number())]
    }

    /// How often an instruction trapped.
    pub fn trapped(&self, opcode: Opcode) -> u64 {
        self.trapped[usize::from(opcode.number())]
    }

    /// How often a cause was that of a trap.
    pub fn cause(&self, cause: Cause) -> u64 {
        self.causes[usize::from(cause.number())]
    }

    /// Ticks in which machines waited.
    pub fn idle(&self) -> u64 {
        self.idle
    }

    /// Of all instructions that were tried, the part that completed, from 0 to 1.
    pub fn part_completed(&self) -> f64 {
        let completed: u64 = self.completed.iter().sum();
        let trapped: u64 = self.trapped.iter().sum();
        completed as f64 / (completed + trapped).max(1) as f64
    }
}

//! Delivery of traps and interrupts.
//!
//! Invariant: delivery is atomic. Either the whole frame is on ring 0's stack and the machine is at its trap entry,
//! or nothing has changed and the machine ends.

use super::Machine;
use super::access::{Place, Through};
use super::translate::Fault;
use crate::access::{AccessKind, Request, Stage, text_capability};
use crate::address::{Address, INSTRUCTION_SIZE};
use crate::capability::Capability;
use crate::context::{ExecutionContext, STATUS_MASKED, TRAP_FRAME_SIZE, TrapRecord};
use crate::instruction::C;
use crate::ring::Ring;
use crate::trap::{Cause, Causes, Trap, TrapRegister};

/// Where a trap goes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Delivery {
    /// The program counter at the trap entry.
    entry: Capability,
    /// The place of the frame.
    place: Place,
    /// The stack pointer below it.
    lowered: Capability,
}

/// Why a trap could not be delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Undelivered {
    /// There is no trap entry, or the machine's own maps do not let the entry be fetched or the frame be stored, by
    /// this trap.
    DoubleFault(Option<Trap>),
    /// It takes a host.
    Fault(Fault),
}

impl From<Fault> for Undelivered {
    fn from(fault: Fault) -> Undelivered {
        match fault {
            Fault::Trap(second) => Undelivered::DoubleFault(Some(second)),
            fault => Undelivered::Fault(fault),
        }
    }
}

impl Machine {
    /// What it takes to deliver a trap to the leaf, if it can be. Changes nothing.
    pub(super) fn delivery(&self) -> Result<Delivery, Undelivered> {
        if self.entry == 0 {
            return Err(Undelivered::DoubleFault(None));
        }
        let entry = self.trap_entry()?;
        let stack = match self.ring() {
            Ring::KERNEL => self.get_c(C::STACK),
            _ => self.process.banks[0],
        };
        let offset = u64::from(stack.cursor()).wrapping_sub(TRAP_FRAME_SIZE);
        let through = Through {
            capability: stack,
            register: TrapRegister(C::STACK.number()),
        };
        let request = Request::new(AccessKind::Write, offset, TRAP_FRAME_SIZE);
        let place = self.check(through, request)?;
        // A frame that is inside the bounds of the stack is below its pointer, so this is no overflow.
        let lowered = stack.seek(offset).unwrap_or(stack);
        Ok(Delivery {
            entry,
            place,
            lowered,
        })
    }

    /// Pushes the execution context and the record of the trap on ring 0's stack, masks interrupts and enters the
    /// trap entry with all registers zero but the stack pointer.
    pub(super) fn deliver(&mut self, delivery: &Delivery, record: &TrapRecord) {
        let Delivery {
            entry,
            place,
            lowered,
        } = delivery;
        let mut frame = self.context().to_bytes().to_vec();
        frame.extend_from_slice(&record.to_bytes());
        self.write(place, &frame);
        self.exchange_stacks(Ring::KERNEL);
        self.r = [0; 32];
        self.c = [Capability::NULL; 16];
        self.set_c(C::STACK, *lowered);
        self.pc = *entry;
        self.masked = true;
        self.last_trap = record.trap();
    }

    /// The execution context as it is.
    pub fn context(&self) -> ExecutionContext {
        let status = if self.masked { STATUS_MASKED } else { 0 };
        ExecutionContext {
            pc: self.pc,
            status,
            r: self.r,
            c: self.c,
        }
    }

    /// The program counter at the trap entry: the whole segment, in ring 0. It has to be one that ring 0 can
    /// execute; that its page is there is for the fetch to find out.
    fn trap_entry(&self) -> Result<Capability, Fault> {
        let (kind, register) = (AccessKind::Execute, TrapRegister::PC);
        let segment = Trap {
            kind,
            register,
            offset: self.entry,
            size: INSTRUCTION_SIZE,
            ..Trap::from(Cause::Segment)
        };
        let address = Address::from_word(self.entry).ok_or(segment)?;
        let (number, offset) = (address.segment(), u64::from(address.offset()));
        let segment = Trap {
            segment: number,
            offset,
            ..segment
        };
        let descriptor = self.find_present(number)?.ok_or(segment)?;
        let entry = text_capability(number, &descriptor, Ring::KERNEL, address.offset());
        let through = Through {
            capability: entry,
            register,
        };
        match self.answer(through, &Request::new(kind, offset, INSTRUCTION_SIZE))? {
            Err(denial) if denial.stage == Stage::Capability => {
                Err(denial.trap(kind, &entry, register, Ring::KERNEL).into())
            }
            _ => Ok(entry),
        }
    }

    /// The program counter, as an access goes through it.
    pub(super) fn through_pc(&self) -> Through {
        Through {
            capability: self.pc,
            register: TrapRegister::PC,
        }
    }

    /// The trap of a derivation that failed: what was tried is an offset and a length in the capability's segment.
    pub(super) fn underived(
        &self,
        through: Through,
        failed: Causes,
        offset: u64,
        size: u64,
    ) -> Trap {
        let Through {
            capability,
            register,
        } = through;
        let ring = if capability.is_tagged() {
            capability.ring()
        } else {
            self.ring()
        };
        Trap {
            register,
            segment: capability.segment(),
            offset,
            ring,
            size,
            ..Trap::from_causes(failed)
        }
    }

    /// The trap of an access at the cursor that the rule allows and the operation does not.
    pub(super) fn refused(&self, register: C, kind: AccessKind, cause: Cause, size: u64) -> Fault {
        let through = self.through(register);
        let offset = through.capability.cursor().into();
        let trap = Trap {
            kind,
            ..self.underived(through, cause.into(), offset, size)
        };
        trap.into()
    }
}

//! The machine itself: time, devices, control fields, stacks, processes, resuming, waiting, guests.
//!
//! Invariant: what runs in ring 0 alone is so by its class in the table of instructions; nothing here asks for the
//! ring.

use super::{Done, Flow, next};
use crate::access::AccessKind;
use crate::address::INSTRUCTION_SIZE;
use crate::context::{ExecutionContext, ProcessBlock, STATUS_MASKED, TRAP_FRAME_SIZE};
use crate::instruction::C;
use crate::instruction::format::{
    Capabilities, CapabilityImmediate, ControlRead, ControlWrite, ImmediateCapability, Io, Number,
    Plain, Result as ResultFormat, ThreeCapabilities,
};
use crate::instruction::names::{ControlField, IoOperation};
use crate::machine::Machine;
use crate::machine::access::Place;
use crate::machine::device::{Failure, Outcome, Plan};
use crate::ring::Ring;
use crate::trap::{Cause, Causes, Trap};

pub(super) fn trap(machine: &mut Machine, i: Number) -> Done {
    Err(Trap {
        offset: i.imm as u64,
        ..machine.trap(Cause::Software)
    })
}

pub(super) fn clock(machine: &mut Machine, i: ResultFormat) -> Done {
    machine.set_r(i.rd, machine.clock);
    next()
}

/// A failure that is certain is the result without a look at the buffer.
pub(super) fn io(machine: &mut Machine, i: Io) -> Done {
    let kind = match i.operation {
        IoOperation::Identify | IoOperation::Read | IoOperation::Poll => AccessKind::Input,
        IoOperation::Write | IoOperation::Control => AccessKind::Output,
    };
    let slot = device_slot(machine, i.cb, kind)?;
    let argument = machine.get_r(i.rd);
    let plan = machine
        .device(slot)
        .map_or(Err(Failure::Unsupported), |device| {
            device.plan(i.operation, argument)
        });
    let outcome = match plan {
        Err(failure) => Outcome::Done(failure.word()),
        Ok(plan) => {
            let buffer = buffer(machine, i.cc, plan)?;
            transfer(machine, slot, i.operation, argument, (plan, buffer))
        }
    };
    let (result, flow) = match outcome {
        Outcome::NeedsInput => return Ok(Flow::NeedsInput(slot)),
        Outcome::Done(result) => (result, Flow::Next),
        Outcome::PowerOff(status) => (0, Flow::PowerOff(status)),
    };
    machine.latch(slot);
    machine.set_r(i.rd, result);
    Ok(flow)
}

/// The slot that a device's capability leads to. A device is one thing: the cursor only has to be inside the
/// bounds.
fn device_slot(machine: &Machine, register: C, kind: AccessKind) -> Result<usize, Trap> {
    let place = machine.check_at(register, kind, 0)?;
    let slot = usize::try_from(place.descriptor.base.0).ok();
    slot.filter(|slot| machine.device(*slot).is_some())
        .ok_or_else(|| {
            let through = machine.through(register);
            let offset = through.capability.cursor().into();
            Trap {
                kind,
                ..machine.underived(through, Causes::DEVICE, offset, 0)
            }
        })
}

/// Lets the device act, between it and a buffer that was checked.
fn transfer(
    machine: &mut Machine,
    slot: usize,
    operation: IoOperation,
    argument: u64,
    (plan, buffer): (Plan, Option<Place>),
) -> Outcome {
    let drained = match (plan, &buffer) {
        (Plan::Drain(_), Some(place)) => machine.read(place),
        _ => Vec::new(),
    };
    let Some(device) = machine
        .slots
        .get_mut(slot)
        .and_then(|slot| slot.device.as_mut())
    else {
        return Outcome::Done(Failure::Unsupported.word());
    };
    let (outcome, filled) = device.perform(operation, argument, &drained);
    if let Some(place) = buffer.filter(|_| !filled.is_empty()) {
        machine.write(&place, &filled);
    }
    outcome
}

/// The buffer that a plan needs, checked like any access at the cursor.
fn buffer(machine: &Machine, register: C, plan: Plan) -> Result<Option<Place>, Trap> {
    match plan {
        Plan::NoBuffer => Ok(None),
        Plan::Fill(size) => machine
            .check_at(register, AccessKind::Write, size)
            .map(Some),
        Plan::Drain(size) => machine.check_at(register, AccessKind::Read, size).map(Some),
    }
}

pub(super) fn getctl(machine: &mut Machine, i: ControlRead) -> Done {
    let process = &machine.process;
    let word = match i.field {
        ControlField::Clock => machine.clock,
        ControlField::Timer => machine.timer,
        ControlField::Pending => machine.pending,
        ControlField::Lines => process.lines,
        ControlField::Masked => machine.masked.into(),
        ControlField::Entry => machine.entry,
        ControlField::Up => machine.lines_up(),
        ControlField::DescriptorBase => process.descriptor_base,
        ControlField::DescriptorCount => process.descriptor_count,
        ControlField::Read0 => process.read_labels.0[0],
        ControlField::Read1 => process.read_labels.0[1],
        ControlField::Read2 => process.read_labels.0[2],
        ControlField::Read3 => process.read_labels.0[3],
        ControlField::Write0 => process.write_labels.0[0],
        ControlField::Write1 => process.write_labels.0[1],
        ControlField::Write2 => process.write_labels.0[2],
        ControlField::Write3 => process.write_labels.0[3],
    };
    machine.set_r(i.rd, word);
    next()
}

/// Any value but 0 masks interrupts.
pub(super) fn setctl(machine: &mut Machine, i: ControlWrite) -> Done {
    let word = machine.get_r(i.ra);
    let process = &mut machine.process;
    match i.field {
        ControlField::Timer => machine.timer = word,
        ControlField::Pending => machine.pending = word,
        ControlField::Lines => process.lines = word,
        ControlField::Masked => machine.masked = word != 0,
        ControlField::Entry => machine.entry = word,
        ControlField::Read0 => process.read_labels.0[0] = word,
        ControlField::Read1 => process.read_labels.0[1] = word,
        ControlField::Read2 => process.read_labels.0[2] = word,
        ControlField::Read3 => process.read_labels.0[3] = word,
        ControlField::Write0 => process.write_labels.0[0] = word,
        ControlField::Write1 => process.write_labels.0[1] = word,
        ControlField::Write2 => process.write_labels.0[2] = word,
        ControlField::Write3 => process.write_labels.0[3] = word,
        ControlField::Clock
        | ControlField::Up
        | ControlField::DescriptorBase
        | ControlField::DescriptorCount => {
            return Err(machine.at_instruction(Cause::Illegal));
        }
    }
    next()
}

/// The ring that an immediate names.
fn named_ring(machine: &Machine, imm: i32) -> Result<Ring, Trap> {
    let ring = u8::try_from(imm).ok().and_then(Ring::new);
    ring.ok_or_else(|| machine.at_instruction(Cause::Illegal))
}

pub(super) fn getbank(machine: &mut Machine, i: CapabilityImmediate) -> Done {
    let ring = named_ring(machine, i.imm)?;
    let stack = match ring == machine.ring() {
        true => machine.get_c(C::STACK),
        false => machine.process.banks[usize::from(ring.number())],
    };
    machine.set_c(i.cd, stack);
    next()
}

pub(super) fn setbank(machine: &mut Machine, i: ImmediateCapability) -> Done {
    let ring = named_ring(machine, i.imm)?;
    let stack = machine.get_c(i.ca).raised(ring);
    match ring == machine.ring() {
        true => machine.set_c(C::STACK, stack),
        false => machine.process.banks[usize::from(ring.number())] = stack,
    }
    next()
}

/// The new block is read before the old one is written, so that they may be one.
pub(super) fn setprocess(machine: &mut Machine, i: Capabilities) -> Done {
    if !machine.pc.segment().is_system() {
        let (through, offset) = (machine.through_pc(), machine.pc.cursor().into());
        return Err(machine.underived(through, Causes::SEGMENT, offset, INSTRUCTION_SIZE));
    }
    let new = machine.check_at(i.ca, AccessKind::Read, ProcessBlock::SIZE)?;
    let old = machine.check_at(i.cb, AccessKind::Write, ProcessBlock::SIZE)?;
    let incoming = ProcessBlock::from_bytes(&machine.read_array(&new));

    machine.process.banks[0] = machine.get_c(C::STACK);
    let outgoing = machine.process.to_bytes();
    machine.write(&old, &outgoing);
    machine.process = incoming;
    for (bank, ring) in machine.process.banks.iter_mut().zip(Ring::ALL) {
        *bank = bank.raised(ring);
    }
    let stack = std::mem::take(&mut machine.process.banks[0]);
    for register in machine
        .c
        .iter_mut()
        .filter(|register| register.is_private())
    {
        *register = register.untag();
    }
    machine.set_c(C::STACK, stack);
    next()
}

/// The program counter is taken as it is found: the next fetch judges it. Everything else is raised to its ring.
pub(super) fn resume(machine: &mut Machine, _: Plain) -> Done {
    let place = machine.check_at(C::STACK, AccessKind::Read, ExecutionContext::SIZE)?;
    let context = ExecutionContext::from_bytes(&machine.read_array(&place));
    // The context was inside the bounds, so the cursor behind the frame fits.
    let popped = place
        .through
        .add(TRAP_FRAME_SIZE as i64)
        .unwrap_or(place.through);

    let ring = context.pc.ring();
    machine.set_c(C::STACK, popped);
    machine.exchange_stacks(ring);
    machine.r = context.r;
    machine.c = context.c.map(|value| value.raised(ring));
    machine.masked = context.status & STATUS_MASKED != 0;
    Ok(Flow::Jump(context.pc))
}

pub(super) fn wfi(machine: &mut Machine, _: Plain) -> Done {
    Ok(machine.wait())
}

/// This machine runs no guests: whatever its reset record says, it has no depth left for them.
pub(super) fn vmrun(machine: &mut Machine, _: ThreeCapabilities) -> Done {
    Err(machine.trap(Cause::Depth))
}

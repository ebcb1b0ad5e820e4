//! The machine itself: time, devices, control fields, stacks, processes, resuming, waiting, guests.
//!
//! Invariant: what runs in ring 0 alone is so by its class in the table of instructions; nothing here asks for the
//! ring.

use super::{Done, Flow, next};
use crate::access::{AccessKind, Request};
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
use crate::machine::device::{Outcome, Plan};
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

pub(super) fn io(machine: &mut Machine, i: Io) -> Done {
    let kind = match i.operation {
        IoOperation::Identify | IoOperation::Read | IoOperation::Poll => AccessKind::Input,
        IoOperation::Write | IoOperation::Control => AccessKind::Output,
    };
    let slot = device_slot(machine, i.cb, kind)?;
    let argument = machine.get_r(i.rd);
    let Some(device) = machine.device(slot) else {
        return Err(no_device(machine, i.cb, kind));
    };
    let result = match device.plan(i.operation, argument) {
        Err(failure) => failure.word(),
        Ok(plan) => {
            let buffer = buffer(machine, i.cc, plan)?;
            match perform(
                machine,
                slot,
                i.operation,
                argument,
                buffer.as_ref().filter(|_| is_drain(plan)),
            ) {
                Outcome::NeedsInput => return Ok(Flow::NeedsInput(slot)),
                Outcome::Done(result) => result,
                Outcome::PowerOff(status) => {
                    machine.set_r(i.rd, 0);
                    return Ok(Flow::PowerOff(status));
                }
                Outcome::Filled(bytes) => {
                    if let Some(buffer) = buffer {
                        machine.write(&buffer, &bytes);
                    }
                    bytes.len() as u64
                }
            }
        }
    };
    machine.latch(slot);
    machine.set_r(i.rd, result);
    next()
}

/// The slot that a device's capability leads to. The whole device is one thing: its cursor only has to be inside
/// the bounds.
fn device_slot(machine: &Machine, register: C, kind: AccessKind) -> Result<usize, Trap> {
    let through = machine.through(register);
    let request = Request::new(kind, through.capability.cursor().into(), 0);
    let place = machine.check(through, request)?;
    usize::try_from(place.descriptor.base.0).map_err(|_| no_device(machine, register, kind))
}

fn no_device(machine: &Machine, register: C, kind: AccessKind) -> Trap {
    let through = machine.through(register);
    Trap {
        kind,
        ..machine.underived(
            through,
            Causes::DEVICE,
            through.capability.cursor().into(),
            0,
        )
    }
}

fn is_drain(plan: Plan) -> bool {
    matches!(plan, Plan::Drain(_))
}

/// The buffer that a plan needs, checked like any access at the cursor.
fn buffer(machine: &Machine, register: C, plan: Plan) -> Result<Option<Place>, Trap> {
    let (kind, size) = match plan {
        Plan::NoBuffer => return Ok(None),
        Plan::Fill(size) => (AccessKind::Write, size),
        Plan::Drain(size) => (AccessKind::Read, size),
    };
    let through = machine.through(register);
    machine
        .check(
            through,
            Request::new(kind, through.capability.cursor().into(), size),
        )
        .map(Some)
}

/// Lets the device act, on the bytes of the buffer that it drains.
fn perform(
    machine: &mut Machine,
    slot: usize,
    operation: IoOperation,
    argument: u64,
    drained: Option<&Place>,
) -> Outcome {
    let bytes = drained.map(|place| machine.read(place)).unwrap_or_default();
    match machine
        .slots
        .get_mut(slot)
        .and_then(|slot| slot.device.as_mut())
    {
        Some(device) => device.perform(operation, argument, &bytes),
        None => Outcome::Done(crate::machine::device::Failure::Unsupported.word()),
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
        let offset = machine.pc.cursor().into();
        return Err(machine.underived(
            machine.through_pc(),
            Causes::SEGMENT,
            offset,
            INSTRUCTION_SIZE,
        ));
    }
    let block = |register: C, kind: AccessKind| {
        let through = machine.through(register);
        machine.check(
            through,
            Request::new(kind, through.capability.cursor().into(), ProcessBlock::SIZE),
        )
    };
    let (new, old) = (
        block(i.ca, AccessKind::Read)?,
        block(i.cb, AccessKind::Write)?,
    );
    let mut incoming = [0; ProcessBlock::SIZE as usize];
    incoming
        .iter_mut()
        .zip(machine.read(&new))
        .for_each(|(place, byte)| *place = byte);

    machine.process.banks[0] = machine.get_c(C::STACK);
    let outgoing = machine.process.to_bytes();
    machine.write(&old, &outgoing);
    machine.process = ProcessBlock::from_bytes(&incoming);
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
    let through = machine.through(C::STACK);
    let (stack, offset) = (through.capability, u64::from(through.capability.cursor()));
    let place = machine.check(
        through,
        Request::new(AccessKind::Read, offset, ExecutionContext::SIZE),
    )?;
    let popped = stack.add(TRAP_FRAME_SIZE as i64).map_err(|failed| {
        machine.underived(through, failed, offset.wrapping_add(TRAP_FRAME_SIZE), 0)
    })?;
    let mut bytes = [0; ExecutionContext::SIZE as usize];
    bytes
        .iter_mut()
        .zip(machine.read(&place))
        .for_each(|(place, byte)| *place = byte);
    let context = ExecutionContext::from_bytes(&bytes);

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

/// A machine has no depth left here: guests are not run by this machine, whatever its reset record says.
pub(super) fn vmrun(machine: &mut Machine, _: ThreeCapabilities) -> Done {
    Err(machine.trap(Cause::Depth))
}

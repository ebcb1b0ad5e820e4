//! The machine itself: time, devices, control fields, stacks, processes, resuming, waiting, guests.
//!
//! Invariant: what runs in ring 0 alone is so by its class in the table of instructions; nothing here asks for the
//! ring.

use super::{Done, Flow, next};
use crate::access::{self, AccessKind, Request};
use crate::address::INSTRUCTION_SIZE;
use crate::context::{
    ExecutionContext, ExitReason, ExitRecord, ProcessBlock, STATUS_MASKED, TRAP_FRAME_SIZE,
};
use crate::instruction::C;
use crate::instruction::format::{
    Capabilities, CapabilityImmediate, ControlRead, ControlWrite, ImmediateCapability, Io, Number,
    Plain, Result as ResultFormat, ThreeCapabilities,
};
use crate::instruction::names::{ControlField, IoOperation, Named};
use crate::machine::Machine;
use crate::machine::access::Place;
use crate::machine::device::{Failure, MAX_TRANSFER, Outcome, Plan};
use crate::machine::interrupt::Wired;
use crate::machine::translate::Fault;
use crate::ring::Ring;
use crate::trap::{Cause, Causes, Trap};

pub(super) fn trap(machine: &mut Machine, i: Number) -> Done {
    let trap = Trap {
        offset: i.imm as u64,
        ..machine.trap(Cause::Software)
    };
    Err(trap.into())
}

pub(super) fn clock(machine: &mut Machine, i: ResultFormat) -> Done {
    machine.offer(&[])?;
    machine.set_r(i.rd, machine.clock);
    next()
}

/// A failure that is certain is the result without a look at the buffer.
pub(super) fn io(machine: &mut Machine, i: Io) -> Done {
    let kind = match i.operation {
        IoOperation::Identify | IoOperation::Read | IoOperation::Poll => AccessKind::Input,
        IoOperation::Write | IoOperation::Control => AccessKind::Output,
    };
    let slot = match device_slot(machine, i.cb, kind)? {
        Wired::Device(slot) => slot,
        Wired::Emulated { host, slot } => return emulated(machine, i, (host, slot)),
    };
    let argument = machine.get_r(i.rd);
    let plan = machine
        .device(slot)
        .map_or(Err(Failure::Unsupported), |device| {
            device.plan(i.operation, argument)
        });
    let outcome = match plan {
        Err(failure) => {
            machine.offer(&[])?;
            Outcome::Done(failure.word())
        }
        Ok(plan) => {
            let buffer = buffer(machine, i.cc, plan)?;
            machine.offer(buffer.as_slice().iter().collect::<Vec<_>>().as_slice())?;
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

/// Where a device's capability leads. A device is one thing: the cursor only has to be inside the bounds.
fn device_slot(machine: &Machine, register: C, kind: AccessKind) -> Result<Wired, Fault> {
    let place = machine.check_at(register, kind, 0)?;
    let slot = usize::try_from(place.descriptor.base.0).unwrap_or(usize::MAX);
    let wired = machine.wired(machine.level(), slot, kind);
    match wired {
        Wired::Device(slot) if machine.device(slot).is_none() => {
            Err(machine.refused(register, kind, Cause::Device, 0))
        }
        _ => Ok(wired),
    }
}

/// The device is one that a host emulates: its guest exits. What the host needs of the buffer is not known here, so it
/// is told of as much as the instruction could use.
fn emulated(machine: &Machine, i: Io, (host, slot): (usize, usize)) -> Done {
    let buffer = match i.operation {
        IoOperation::Read | IoOperation::Poll => usable(machine, i.cc, AccessKind::Write)?,
        IoOperation::Write => usable(machine, i.cc, AccessKind::Read)?,
        IoOperation::Identify | IoOperation::Control => Vec::new(),
    };
    let places: Vec<&Place> = buffer.iter().collect();
    machine.offer_to(host + 1..machine.level(), &places)?;
    let record = ExitRecord {
        device: slot as u64 | u64::from(i.operation.number()) << 8,
        ..machine.instruction_record(ExitReason::Device, host, &places)
    };
    Err(Fault::Exit(host, Box::new(record)))
}

/// The bytes from the cursor of a register on that an access may touch: up to the first that it may not, and no more
/// than a transfer moves.
fn usable(machine: &Machine, register: C, kind: AccessKind) -> Result<Vec<Place>, Fault> {
    let through = machine.through(register);
    let (cursor, limit) = (through.capability.cursor(), through.capability.limit());
    let segment = machine.find_present(through.capability.segment())?;
    let limit = limit.min(segment.map_or(0, |segment| segment.length));
    let size = u64::from(limit.saturating_sub(cursor)).min(MAX_TRANSFER);
    let mut places = Vec::new();
    for span in access::parts(cursor.into(), size).into_iter().flatten() {
        match machine.answer(through, &Request::new(kind, span.offset, span.size))? {
            Ok(place) => places.push(place),
            Err(_) => break,
        }
    }
    Ok(places)
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
fn buffer(machine: &Machine, register: C, plan: Plan) -> Result<Option<Place>, Fault> {
    match plan {
        Plan::NoBuffer => Ok(None),
        Plan::Fill(size) => machine
            .check_at(register, AccessKind::Write, size)
            .map(Some),
        Plan::Drain(size) => machine.check_at(register, AccessKind::Read, size).map(Some),
    }
}

pub(super) fn getctl(machine: &mut Machine, i: ControlRead) -> Done {
    machine.offer(&[])?;
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
    if !i.field.is_writable() {
        return Err(machine.at_instruction(Cause::Illegal).into());
    }
    machine.offer(&[])?;
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
        | ControlField::DescriptorCount => {}
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
    machine.offer(&[])?;
    let stack = match ring == machine.ring() {
        true => machine.get_c(C::STACK),
        false => machine.process.banks[usize::from(ring.number())],
    };
    machine.set_c(i.cd, stack);
    next()
}

pub(super) fn setbank(machine: &mut Machine, i: ImmediateCapability) -> Done {
    let ring = named_ring(machine, i.imm)?;
    machine.offer(&[])?;
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
        let outside = machine.underived(through, Causes::SEGMENT, offset, INSTRUCTION_SIZE);
        return Err(outside.into());
    }
    let new = machine.check_at(i.ca, AccessKind::Read, ProcessBlock::SIZE)?;
    let old = machine.check_at(i.cb, AccessKind::Write, ProcessBlock::SIZE)?;
    machine.offer(&[&new, &old])?;
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
    machine.offer(&[&place])?;
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
    let flow = machine.waiting();
    let hosts = match flow {
        Flow::WaitsForever => machine.level().saturating_sub(1)..machine.level(),
        _ => 0..machine.level(),
    };
    machine.offer_to(hosts, &[])?;
    machine.latch_all();
    Ok(flow)
}

pub(super) fn vmrun(machine: &mut Machine, i: ThreeCapabilities) -> Done {
    machine.enter(i)?;
    Ok(Flow::Entered)
}

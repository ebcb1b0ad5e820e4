//! Loads and stores.
//!
//! Invariant: an access is checked whole before a register or a byte changes.

use super::arithmetic::sign32;
use super::{Done, next};
use crate::access::{AccessKind, Request};
use crate::address::{GRANULE_SIZE, SEGMENT_SIZE_MAX, SegmentNumber};
use crate::capability::{Capability, Fields};
use crate::instruction::format::{
    CapabilityImmediate, Load, LoadCapability, Store, StoreCapability,
};
use crate::machine::Machine;
use crate::machine::access::Through;
use crate::machine::translate::Fault;
use crate::permission::Permissions;
use crate::trap::{Cause, Trap, TrapRegister};

/// Loads `size` bytes and extends them to a word.
fn load(machine: &mut Machine, i: Load, size: u64, extend: impl Fn(u64) -> u64) -> Done {
    let request = Request::new(AccessKind::Read, machine.offset(i.m), size);
    let place = machine.check(machine.through(i.m.base), request)?;
    let word = extend(machine.read_number(&place));
    machine.set_r(i.rd, word);
    next()
}

/// Stores the low `size` bytes of a register.
fn store(machine: &mut Machine, i: Store, size: u64) -> Done {
    let request = Request::new(AccessKind::Write, machine.offset(i.m), size);
    let place = machine.check(machine.through(i.m.base), request)?;
    let bytes = machine.get_r(i.ra).to_le_bytes();
    machine.write(&place, &bytes[..size as usize]);
    next()
}

pub(super) fn ldb(machine: &mut Machine, i: Load) -> Done {
    load(machine, i, 1, |word| word)
}

pub(super) fn ldsb(machine: &mut Machine, i: Load) -> Done {
    load(machine, i, 1, |word| word as i8 as u64)
}

pub(super) fn ldh(machine: &mut Machine, i: Load) -> Done {
    load(machine, i, 2, |word| word)
}

pub(super) fn ldsh(machine: &mut Machine, i: Load) -> Done {
    load(machine, i, 2, |word| word as i16 as u64)
}

pub(super) fn ldw(machine: &mut Machine, i: Load) -> Done {
    load(machine, i, 4, |word| word)
}

pub(super) fn ldsw(machine: &mut Machine, i: Load) -> Done {
    load(machine, i, 4, sign32)
}

pub(super) fn ld(machine: &mut Machine, i: Load) -> Done {
    load(machine, i, 8, |word| word)
}

pub(super) fn stb(machine: &mut Machine, i: Store) -> Done {
    store(machine, i, 1)
}

pub(super) fn sth(machine: &mut Machine, i: Store) -> Done {
    store(machine, i, 2)
}

pub(super) fn stw(machine: &mut Machine, i: Store) -> Done {
    store(machine, i, 4)
}

pub(super) fn st(machine: &mut Machine, i: Store) -> Done {
    store(machine, i, 8)
}

pub(super) fn ldc(machine: &mut Machine, i: LoadCapability) -> Done {
    let request = Request::load_capability(machine.offset(i.m));
    let place = machine.check(machine.through(i.m.base), request)?;
    machine.set_c(i.cd, machine.load_capability(&place));
    next()
}

pub(super) fn stc(machine: &mut Machine, i: StoreCapability) -> Done {
    let value = machine.get_c(i.ca);
    let request = Request::store_capability(machine.offset(i.m), &value);
    let place = machine.check(machine.through(i.m.base), request)?;
    machine.store_capability(&place, value);
    next()
}

pub(super) fn ldk(machine: &mut Machine, i: CapabilityImmediate) -> Done {
    let offset = (i64::from(i.imm) * GRANULE_SIZE as i64) as u64;
    let linkage = linkage(machine, offset)?;
    let through = Through {
        capability: linkage,
        register: TrapRegister::NONE,
    };
    let place = machine.check(through, Request::load_capability(offset))?;
    let value = machine.load_capability(&place);
    if !value.is_tagged() {
        let missing = Trap::from(Cause::Link);
        let missing = Trap {
            segment: linkage.segment(),
            offset,
            ring: linkage.ring(),
            kind: AccessKind::Read,
            size: GRANULE_SIZE,
            ..missing
        };
        return Err(missing.into());
    }
    machine.set_c(i.cd, value);
    next()
}

/// The machine's own capability to the linkage segment of the running text: whole, of the current ring, to load
/// from alone. What is loaded through it is therefore of the current ring at least, and keeps its rights.
fn linkage(machine: &Machine, offset: u64) -> Result<Capability, Fault> {
    let ring = machine.ring();
    let first = machine
        .find_present(machine.pc.segment())?
        .map_or(0, |text| text.linkage.0);
    let number = first
        .checked_add(ring.number().into())
        .filter(|_| first != 0);
    let segment = SegmentNumber(number.unwrap_or(0));
    let missing = Trap {
        segment,
        ring,
        offset,
        kind: AccessKind::Read,
        size: GRANULE_SIZE,
        ..Trap::from(Cause::Segment)
    };
    let descriptor = machine.find_present(segment)?.ok_or(missing)?;
    Ok(Capability::new(Fields {
        segment,
        ring,
        generation: descriptor.generation,
        limit: u64::from(descriptor.length).min(SEGMENT_SIZE_MAX) as u32,
        permissions: Permissions::READ | Permissions::LOAD_CAP | Permissions::LOAD_MUTABLE,
        ..Fields::default()
    }))
}

//! Exchange, compare-and-swap and fetch-and-add.
//!
//! Invariant: the right to read and the right to write are both checked, in this order, before anything is read; so
//! whether a comparison succeeds decides no trap.

use super::arithmetic::sign32;
use super::{Done, next};
use crate::access::{AccessKind, Request};
use crate::instruction::format::{Atomic, AtomicCapability};
use crate::machine::Machine;
use crate::machine::access::Place;
use crate::machine::translate::Fault;

/// Reads `size` bytes, and stores what `update` makes of the old number, if anything. `rd` gets the old one,
/// extended.
fn exchange(
    machine: &mut Machine,
    i: Atomic,
    size: u64,
    extend: impl Fn(u64) -> u64,
    update: impl Fn(u64) -> Option<u64>,
) -> Done {
    let (through, offset) = (machine.through(i.m.base), machine.plain_offset(i.m));
    machine.check(through, Request::new(AccessKind::Read, offset, size))?;
    let place = machine.check(through, Request::new(AccessKind::Write, offset, size))?;
    let old = machine.read_number(&place);
    if let Some(new) = update(old) {
        machine.write(&place, &new.to_le_bytes()[..size as usize]);
    }
    machine.set_r(i.rd, extend(old));
    next()
}

pub(super) fn swap(machine: &mut Machine, i: Atomic) -> Done {
    let new = machine.get_r(i.rb);
    exchange(machine, i, 8, |old| old, |_| Some(new))
}

pub(super) fn cas(machine: &mut Machine, i: Atomic) -> Done {
    let (expected, new) = (machine.get_r(i.rd), machine.get_r(i.rb));
    exchange(
        machine,
        i,
        8,
        |old| old,
        |old| (old == expected).then_some(new),
    )
}

pub(super) fn xadd(machine: &mut Machine, i: Atomic) -> Done {
    let addend = machine.get_r(i.rb);
    exchange(
        machine,
        i,
        8,
        |old| old,
        |old| Some(old.wrapping_add(addend)),
    )
}

pub(super) fn swapw(machine: &mut Machine, i: Atomic) -> Done {
    let new = machine.get_r(i.rb);
    exchange(machine, i, 4, sign32, |_| Some(new))
}

pub(super) fn casw(machine: &mut Machine, i: Atomic) -> Done {
    let (expected, new) = (machine.get_r(i.rd) as u32, machine.get_r(i.rb));
    exchange(machine, i, 4, sign32, |old| {
        (old as u32 == expected).then_some(new)
    })
}

pub(super) fn xaddw(machine: &mut Machine, i: Atomic) -> Done {
    let addend = machine.get_r(i.rb);
    exchange(machine, i, 4, sign32, |old| Some(old.wrapping_add(addend)))
}

/// The granule of the operand, after the checks of a load and of a store of `cb`.
fn granule(machine: &Machine, i: AtomicCapability) -> Result<(Place, Place), Fault> {
    let (through, offset) = (machine.through(i.m.base), machine.plain_offset(i.m));
    let load = machine.check(through, Request::load_capability(offset))?;
    let store = machine.check(
        through,
        Request::store_capability(offset, &machine.get_c(i.cb)),
    )?;
    Ok((load, store))
}

pub(super) fn swapc(machine: &mut Machine, i: AtomicCapability) -> Done {
    let (load, store) = granule(machine, i)?;
    let old = machine.load_capability(&load);
    machine.store_capability(&store, machine.get_c(i.cb));
    machine.set_c(i.cd, old);
    next()
}

pub(super) fn casc(machine: &mut Machine, i: AtomicCapability) -> Done {
    let (load, store) = granule(machine, i)?;
    let old = machine.load_capability(&load);
    if old == machine.get_c(i.cd) {
        machine.store_capability(&store, machine.get_c(i.cb));
    }
    machine.set_c(i.cd, old);
    next()
}

//! Capabilities in registers: derivations, fields, questions.
//!
//! Invariant: but for `mint`, in ring 0, every tagged result is a derivation of an operand, by a function of
//! [`crate::capability`].

use super::{Done, next};
use crate::access::{AccessKind, Request, Stage};
use crate::address::PAGE_SIZE;
use crate::capability::{Capability, Kind};
use crate::instruction::C;
use crate::instruction::format::{
    CapabilityBinary, CapabilityCompare, CapabilityGet, CapabilitySelect, CapabilityUnary,
    CapabilityWords, Derive, Probe,
};
use crate::machine::Machine;
use crate::machine::access::Through;
use crate::machine::translate::Fault;
use crate::trap::{Causes, Trap};

/// Writes the result of a derivation from `ca`, or traps naming that register, with what was tried.
fn derive(
    machine: &mut Machine,
    cd: C,
    ca: C,
    derived: Result<Capability, Causes>,
    offset: u64,
    size: u64,
) -> Done {
    let value =
        derived.map_err(|failed| machine.underived(machine.through(ca), failed, offset, size))?;
    machine.set_c(cd, value);
    next()
}

/// As [`derive`], where what was tried is at the cursor.
fn derive_at_cursor(
    machine: &mut Machine,
    cd: C,
    ca: C,
    derived: Result<Capability, Causes>,
    size: u64,
) -> Done {
    let offset = machine.get_c(ca).cursor().into();
    derive(machine, cd, ca, derived, offset, size)
}

pub(super) fn selc(machine: &mut Machine, i: CapabilitySelect) -> Done {
    let chosen = if machine.get_r(i.ra) != 0 { i.cb } else { i.cc };
    machine.set_c(i.cd, machine.get_c(chosen));
    next()
}

pub(super) fn cmov(machine: &mut Machine, i: CapabilityUnary) -> Done {
    machine.set_c(i.cd, machine.get_c(i.ca));
    next()
}

pub(super) fn cadd(machine: &mut Machine, i: Derive) -> Done {
    let (value, x) = (machine.get_c(i.ca), machine.index(i.x));
    let offset = u64::from(value.cursor()).wrapping_add(x);
    derive(machine, i.cd, i.ca, value.add(x as i64), offset, 0)
}

pub(super) fn cseek(machine: &mut Machine, i: Derive) -> Done {
    let x = machine.index(i.x);
    derive(machine, i.cd, i.ca, machine.get_c(i.ca).seek(x), x, 0)
}

pub(super) fn cbound(machine: &mut Machine, i: Derive) -> Done {
    let x = machine.index(i.x);
    derive_at_cursor(machine, i.cd, i.ca, machine.get_c(i.ca).bound(x), x)
}

pub(super) fn cperm(machine: &mut Machine, i: Derive) -> Done {
    let x = machine.index(i.x);
    derive_at_cursor(machine, i.cd, i.ca, machine.get_c(i.ca).restrict(x), 0)
}

pub(super) fn cring(machine: &mut Machine, i: Derive) -> Done {
    let x = machine.index(i.x);
    derive_at_cursor(machine, i.cd, i.ca, machine.get_c(i.ca).weaken(x), 0)
}

pub(super) fn centry(machine: &mut Machine, i: CapabilityUnary) -> Done {
    derive_at_cursor(machine, i.cd, i.ca, machine.get_c(i.ca).entry(), 0)
}

pub(super) fn creturn(machine: &mut Machine, i: CapabilityUnary) -> Done {
    derive_at_cursor(machine, i.cd, i.ca, machine.get_c(i.ca).return_(), 0)
}

/// A trap names the value if that is what cannot be sealed, and else the authority.
pub(super) fn cseal(machine: &mut Machine, i: CapabilityBinary) -> Done {
    let (value, authority) = (machine.get_c(i.ca), machine.get_c(i.cb));
    let sealable = value.is_tagged() && value.kind() == Kind::Data;
    let named = if sealable { i.cb } else { i.ca };
    let offset = machine.get_c(named).cursor().into();
    let named = machine.through(named);
    let sealed = value
        .seal(&authority)
        .map_err(|failed| machine.underived(named, failed, offset, 0))?;
    machine.set_c(i.cd, sealed);
    next()
}

/// A trap names the value if that is what cannot be unsealed, and else the authority.
pub(super) fn cunseal(machine: &mut Machine, i: CapabilityBinary) -> Done {
    let (value, authority) = (machine.get_c(i.ca), machine.get_c(i.cb));
    let named = if value.is_software_sealed() {
        i.cb
    } else {
        i.ca
    };
    let offset = machine.get_c(named).cursor().into();
    let named = machine.through(named);
    let unsealed = value.unseal(&authority, machine.ring());
    let unsealed = unsealed.map_err(|failed| machine.underived(named, failed, offset, 0))?;
    machine.set_c(i.cd, unsealed);
    next()
}

pub(super) fn cbuild(machine: &mut Machine, i: CapabilityBinary) -> Done {
    let bits = machine.get_c(i.cb).bits();
    derive_at_cursor(machine, i.cd, i.ca, machine.get_c(i.ca).build(bits), 0)
}

pub(super) fn cuntag(machine: &mut Machine, i: CapabilityUnary) -> Done {
    machine.set_c(i.cd, machine.get_c(i.ca).untag());
    next()
}

pub(super) fn cpack(machine: &mut Machine, i: CapabilityWords) -> Done {
    machine.set_c(
        i.cd,
        Capability::from_words(machine.get_r(i.ra), machine.get_r(i.rb), false),
    );
    next()
}

pub(super) fn cget(machine: &mut Machine, i: CapabilityGet) -> Done {
    let word = i.field.of(&machine.get_c(i.ca));
    machine.set_r(i.rd, word);
    next()
}

pub(super) fn csub(machine: &mut Machine, i: CapabilityCompare) -> Done {
    let difference = machine
        .get_c(i.ca)
        .address()
        .wrapping_sub(machine.get_c(i.cb).address());
    machine.set_r(i.rd, difference);
    next()
}

pub(super) fn csame(machine: &mut Machine, i: CapabilityCompare) -> Done {
    machine.set_r(i.rd, u64::from(machine.get_c(i.ca) == machine.get_c(i.cb)));
    next()
}

pub(super) fn mint(machine: &mut Machine, i: CapabilityWords) -> Done {
    let minted = Capability::mint(machine.get_r(i.ra), machine.get_r(i.rb));
    let value = minted.map_err(|failed| Trap {
        ring: machine.ring(),
        ..Trap::from_causes(failed)
    })?;
    machine.offer(&[])?;
    machine.set_c(i.cd, value);
    next()
}

pub(super) fn probe(machine: &mut Machine, i: Probe) -> Done {
    let failed = would_fail(machine, machine.through(i.ca), i.kind, machine.get_r(i.rb))?;
    machine.set_r(i.rd, failed.bits().into());
    next()
}

/// The checks that an access of `size` bytes at the cursor would fail: those of the capability stage, of the whole;
/// else those of a later stage, of the first page that has some. A page that is not there, or not noted as used or
/// modified, has none. The later stages are asked for as many bytes as a page has, so that a step is never long.
fn would_fail(
    machine: &Machine,
    through: Through,
    kind: AccessKind,
    size: u64,
) -> Result<Causes, Fault> {
    let start = u64::from(through.capability.cursor());
    let failed = |offset, size| -> Result<_, Fault> {
        let answer = machine.answer(through, &Request::new(kind, offset, size))?;
        Ok(answer.err().map(|denial| (denial.stage, denial.failed)))
    };
    if let Some((Stage::Capability, failed)) = failed(start, size)? {
        return Ok(failed);
    }
    // The first stage has put the whole inside the bounds, so the end is no overflow, and near.
    let end = start.saturating_add(size.min(PAGE_SIZE));
    let mut offset = start;
    while offset < end {
        let piece = (PAGE_SIZE - offset % PAGE_SIZE).min(end - offset);
        match failed(offset, piece)? {
            Some((_, failed)) if failed != Causes::PAGE => return Ok(failed),
            _ => offset += piece,
        }
    }
    Ok(Causes::empty())
}

//! Operations on blocks of memory, and on the tags, labels and owners of pages.
//!
//! Invariant: a step does one chunk. It is checked whole before a byte of it moves, and what is left to do is in
//! the registers alone, so that between chunks the machine may be interrupted, saved or stopped.

use super::{Done, Flow, next};
use crate::access::{AccessKind, Request, may_hold};
use crate::address::{GRANULE_SIZE, PAGE_SIZE, Real};
use crate::capability::Capability;
use crate::instruction::format::{Block, BlockPair, BlockValue, Capabilities, LoadTag, StoreTag};
use crate::instruction::{C, R};
use crate::label::Label;
use crate::machine::Machine;
use crate::machine::access::{Piece, Place};
use crate::ring::Ring;
use crate::trap::{Cause, Causes, Trap};

/// The bytes from an offset to the next multiple of 4096.
fn to_border(offset: u32) -> u64 {
    PAGE_SIZE - u64::from(offset) % PAGE_SIZE
}

/// A cursor moved past what was done.
fn past(machine: &Machine, register: C, bytes: u64) -> Result<Capability, Trap> {
    let through = machine.through(register);
    let offset = u64::from(through.capability.cursor()).wrapping_add(bytes);
    through
        .capability
        .add(bytes as i64)
        .map_err(|failed| machine.underived(through, failed, offset, 0))
}

/// The end of a chunk: the length left goes to its register, and the instruction is complete when that is 0.
fn progress(machine: &mut Machine, register: R, left: u64) -> Done {
    machine.set_r(register, left);
    Ok(if left == 0 { Flow::Next } else { Flow::Again })
}

/// The trap of an access that the rule allows and this operation does not.
fn refused(
    machine: &Machine,
    register: C,
    kind: AccessKind,
    cause: Cause,
    offset: u64,
    size: u64,
) -> Trap {
    Trap {
        kind,
        ..machine.underived(machine.through(register), Causes::from(cause), offset, size)
    }
}

/// Traps unless a cursor and a length are multiples of `unit`.
fn aligned(
    machine: &Machine,
    register: C,
    kind: AccessKind,
    unit: u64,
    length: u64,
) -> Result<(), Trap> {
    let cursor = u64::from(machine.get_c(register).cursor());
    if cursor.is_multiple_of(unit) && length.is_multiple_of(unit) {
        return Ok(());
    }
    Err(refused(
        machine,
        register,
        kind,
        Cause::Alignment,
        cursor,
        length,
    ))
}

/// The real addresses of the granules of a piece, which begins and ends at multiples of 16.
fn granules(piece: Piece) -> impl Iterator<Item = Real> {
    (piece.real.0..piece.real.0 + piece.size)
        .step_by(GRANULE_SIZE as usize)
        .map(Real)
}

/// One chunk of a copy, by the offsets of source and destination.
struct Chunk {
    from: u64,
    to: u64,
    size: u64,
}

/// What is left goes downward while it overlaps so: one segment, and the destination inside the source.
pub(super) fn copy(machine: &mut Machine, i: BlockPair) -> Done {
    let (to, from, left) = (
        machine.get_c(i.ca),
        machine.get_c(i.cb),
        machine.get_r(i.rc),
    );
    if left == 0 {
        return next();
    }
    let distance = u64::from(to.cursor().saturating_sub(from.cursor()));
    let downward = to.segment() == from.segment() && distance > 0 && distance < left;
    if !downward {
        let size = left
            .min(to_border(to.cursor()))
            .min(to_border(from.cursor()));
        let chunk = Chunk {
            from: from.cursor().into(),
            to: to.cursor().into(),
            size,
        };
        let (behind_to, behind_from) = (past(machine, i.ca, size)?, past(machine, i.cb, size)?);
        move_chunk(machine, i, chunk)?;
        machine.set_c(i.ca, behind_to);
        machine.set_c(i.cb, behind_from);
        return progress(machine, i.rc, left - size);
    }
    let end = |capability: Capability| u64::from(capability.cursor()).saturating_add(left);
    let from_border = |end: u64| (end - 1) % PAGE_SIZE + 1;
    let size = left.min(from_border(end(to))).min(from_border(end(from)));
    move_chunk(
        machine,
        i,
        Chunk {
            from: end(from) - size,
            to: end(to) - size,
            size,
        },
    )?;
    progress(machine, i.rc, left - size)
}

/// Copies one chunk: all of it as data, and then, where both ends cover whole granules, what these load as. A chunk
/// that would move a tag needs the right to store capabilities for its whole granules.
fn move_chunk(machine: &mut Machine, i: BlockPair, chunk: Chunk) -> Result<(), Trap> {
    let Chunk { from, to, size } = chunk;
    let source = machine.check(
        machine.through(i.cb),
        Request::new(AccessKind::Read, from, size),
    )?;
    let capabilities = if from % GRANULE_SIZE == to % GRANULE_SIZE {
        loaded_granules(machine, &source, from)
    } else {
        Vec::new()
    };
    let tagged = || capabilities.iter().filter(|(_, value)| value.is_tagged());
    let target = machine.check(
        machine.through(i.ca),
        Request::new(AccessKind::Write, to, size),
    )?;
    if tagged().next().is_some() {
        let first = to.next_multiple_of(GRANULE_SIZE);
        let whole = Request::new(
            AccessKind::StoreCapability,
            first,
            GRANULE_SIZE * capabilities.len() as u64,
        );
        let private_value = tagged().any(|(_, value)| value.is_private());
        machine.check(
            machine.through(i.ca),
            Request {
                private_value,
                ..whole
            },
        )?;
    }
    let bytes = machine.read(&source);
    machine.write(&target, &bytes);
    let Piece { real, own, .. } = target.first();
    for (distance, value) in tagged() {
        machine.store_granule(Real(real.0 + distance), *value, own);
    }
    Ok(())
}

/// The granules that lie whole in a chunk, as loads give them, each with its distance from the start of the chunk.
fn loaded_granules(machine: &Machine, source: &Place, from: u64) -> Vec<(u64, Capability)> {
    let Piece { real, size, own } = source.first();
    let first = from.next_multiple_of(GRANULE_SIZE) - from;
    (first..size)
        .step_by(GRANULE_SIZE as usize)
        .filter(|distance| distance + GRANULE_SIZE <= size)
        .map(|distance| {
            (
                distance,
                machine.load_granule(source, Real(real.0 + distance), own),
            )
        })
        .collect()
}

pub(super) fn fill(machine: &mut Machine, i: BlockValue) -> Done {
    let (to, left) = (machine.get_c(i.ca), machine.get_r(i.rc));
    if left == 0 {
        return next();
    }
    let size = left.min(to_border(to.cursor()));
    let behind = past(machine, i.ca, size)?;
    let request = Request::new(AccessKind::Write, to.cursor().into(), size);
    let place = machine.check(machine.through(i.ca), request)?;
    let byte = machine.get_r(i.rb) as u8;
    machine.write(&place, &vec![byte; size as usize]);
    machine.set_c(i.ca, behind);
    progress(machine, i.rc, left - size)
}

pub(super) fn cmpb(machine: &mut Machine, i: BlockPair) -> Done {
    let (a, b, left) = (
        machine.get_c(i.ca),
        machine.get_c(i.cb),
        machine.get_r(i.rc),
    );
    if left == 0 {
        return next();
    }
    let size = left.min(to_border(a.cursor())).min(to_border(b.cursor()));
    let read = |register: C, at: Capability| {
        let request = Request::new(AccessKind::Read, at.cursor().into(), size);
        machine
            .check(machine.through(register), request)
            .map(|place| machine.read(&place))
    };
    let (bytes_a, bytes_b) = (read(i.ca, a)?, read(i.cb, b)?);
    let equal = bytes_a
        .iter()
        .zip(&bytes_b)
        .take_while(|(a, b)| a == b)
        .count() as u64;
    let (behind_a, behind_b) = (past(machine, i.ca, equal)?, past(machine, i.cb, equal)?);
    machine.set_c(i.ca, behind_a);
    machine.set_c(i.cb, behind_b);
    machine.set_r(i.rc, left - equal);
    Ok(if equal < size || left == size {
        Flow::Next
    } else {
        Flow::Again
    })
}

pub(super) fn relabel(machine: &mut Machine, i: BlockValue) -> Done {
    let (at, left) = (machine.get_c(i.ca), machine.get_r(i.rc));
    if left == 0 {
        return next();
    }
    aligned(machine, i.ca, AccessKind::Write, GRANULE_SIZE, left)?;
    let size = left.min(to_border(at.cursor()));
    let behind = past(machine, i.ca, size)?;
    let request = Request::new(AccessKind::Write, at.cursor().into(), size);
    let piece = machine.check(machine.through(i.ca), request)?.first();
    if !piece.own {
        return Err(refused(
            machine,
            i.ca,
            AccessKind::Write,
            Cause::Owner,
            at.cursor().into(),
            size,
        ));
    }
    let label = Label(machine.get_r(i.rb) as u8);
    granules(piece).for_each(|granule| machine.memory.set_label(granule, label));
    machine.set_c(i.ca, behind);
    progress(machine, i.rc, left - size)
}

/// The checks that `lend` and `reclaim` have in common, and the one page of this step.
fn owned_page(machine: &Machine, i: Block, own: bool) -> Result<(Place, Capability), Trap> {
    let kind = AccessKind::StoreCapability;
    let (at, left) = (machine.get_c(i.ca), machine.get_r(i.rc));
    aligned(machine, i.ca, kind, PAGE_SIZE, left)?;
    let behind = past(machine, i.ca, PAGE_SIZE)?;
    let place = machine.check(
        machine.through(i.ca),
        Request::new(kind, at.cursor().into(), PAGE_SIZE),
    )?;
    if place.first().own != own {
        return Err(refused(
            machine,
            i.ca,
            kind,
            Cause::Owner,
            at.cursor().into(),
            PAGE_SIZE,
        ));
    }
    Ok((place, behind))
}

/// Gives the page an owner, and its granules a label and no tags.
fn hand_over(machine: &mut Machine, piece: Piece, owner: u16, label: Label) {
    machine.memory.set_owner(piece.real, owner);
    for granule in granules(piece) {
        machine.memory.set_valid(granule, false);
        machine.memory.set_label(granule, label);
    }
}

pub(super) fn lend(machine: &mut Machine, i: Block) -> Done {
    let left = machine.get_r(i.rc);
    if left == 0 {
        return next();
    }
    let (place, behind) = owned_page(machine, i, true)?;
    let piece = place.first();
    if granules(piece).any(|granule| machine.memory.label(granule) != place.descriptor.label) {
        let offset = machine.get_c(i.ca).cursor().into();
        return Err(refused(
            machine,
            i.ca,
            AccessKind::StoreCapability,
            Cause::Label,
            offset,
            PAGE_SIZE,
        ));
    }
    hand_over(machine, piece, 1, Label(0));
    machine.set_c(i.ca, behind);
    progress(machine, i.rc, left - PAGE_SIZE)
}

/// A page that is the machine's own already is refused: its granules may have other labels than the segment's, and
/// only ring 0 may change those.
pub(super) fn reclaim(machine: &mut Machine, i: Block) -> Done {
    let left = machine.get_r(i.rc);
    if left == 0 {
        return next();
    }
    let (place, behind) = owned_page(machine, i, false)?;
    hand_over(machine, place.first(), 0, place.descriptor.label);
    machine.set_c(i.ca, behind);
    progress(machine, i.rc, left - PAGE_SIZE)
}

pub(super) fn movepage(machine: &mut Machine, i: Capabilities) -> Done {
    aligned(machine, i.ca, AccessKind::Write, PAGE_SIZE, 0)?;
    aligned(machine, i.cb, AccessKind::Read, PAGE_SIZE, 0)?;
    let page = |register: C, kind: AccessKind| {
        let offset = machine.get_c(register).cursor().into();
        machine.check(
            machine.through(register),
            Request::new(kind, offset, PAGE_SIZE),
        )
    };
    let (source, target) = (
        page(i.cb, AccessKind::Read)?,
        page(i.ca, AccessKind::Write)?,
    );
    let tags: Vec<(bool, Label)> = granules(source.first())
        .map(|granule| {
            (
                machine.memory.is_valid(granule),
                machine.memory.label(granule),
            )
        })
        .collect();
    let owner = machine.memory.owner(source.first().real);
    let bytes = machine.read(&source);
    machine.write(&target, &bytes);
    machine.memory.set_owner(target.first().real, owner);
    for (granule, (valid, label)) in granules(target.first()).zip(tags) {
        machine.memory.set_valid(granule, valid);
        machine.memory.set_label(granule, label);
    }
    next()
}

/// Traps unless the tags of a page are open to the running code: in an own page to ring 0, in a deeper machine's to
/// all.
fn tags_open(machine: &Machine, piece: Piece) -> Result<(), Trap> {
    if piece.own && machine.ring() != Ring::KERNEL {
        return Err(machine.at_instruction(Cause::Privilege));
    }
    Ok(())
}

/// The tag of a granule as a word: bit 0 the validity bit, bits 8 to 15 the label, bits 16 to 31 the owner of the
/// page.
pub(super) fn ldtag(machine: &mut Machine, i: LoadTag) -> Done {
    let offset = machine.plain_offset(i.m);
    let piece = machine
        .check(machine.through(i.m.base), Request::load_capability(offset))?
        .first();
    tags_open(machine, piece)?;
    let valid = u64::from(machine.memory.is_valid(piece.real));
    let label = u64::from(machine.memory.label(piece.real).0);
    let owner = u64::from(machine.memory.owner(piece.real));
    machine.set_r(i.rd, valid | label << 8 | owner << 16);
    next()
}

/// Bits of the granule that no derivation makes stay untagged, as in every other way to restore a capability.
pub(super) fn sttag(machine: &mut Machine, i: StoreTag) -> Done {
    let (offset, word) = (machine.plain_offset(i.m), machine.get_r(i.ra));
    let request = Request {
        capability_aligned: true,
        ..Request::new(AccessKind::StoreCapability, offset, GRANULE_SIZE)
    };
    let place = machine.check(machine.through(i.m.base), request)?;
    let piece = place.first();
    tags_open(machine, piece)?;
    let refuse = |cause| {
        refused(
            machine,
            i.m.base,
            AccessKind::StoreCapability,
            cause,
            offset,
            GRANULE_SIZE,
        )
    };
    let owner = (word >> 16) as u16;
    if piece.own != (owner == 0) {
        return Err(refuse(Cause::Owner));
    }
    let bits = machine
        .memory
        .granule(piece.real)
        .map_or(0, |granule| granule.bits);
    let value = Capability::restored(bits, word & 1 == 1);
    if piece.own && !may_hold(&value, place.through.segment(), &place.descriptor) {
        return Err(refuse(Cause::Hold));
    }
    machine.memory.set_valid(piece.real, value.is_tagged());
    machine
        .memory
        .set_label(piece.real, Label((word >> 8) as u8));
    machine.memory.set_owner(piece.real, owner);
    next()
}

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
use crate::machine::translate::Fault;
use crate::ring::Ring;
use crate::trap::{Cause, Trap};

/// The deepest owner that `sttag` gives a page. It leaves room for the levels outside the machine that says it.
const DEEPEST_OWNER: u64 = 0x7fff;

/// An operation on no bytes is complete at once, but for the hosts that want to see its kind.
fn nothing(machine: &Machine) -> Done {
    machine.offer(&[])?;
    next()
}

/// The bytes from an offset to the next multiple of 4096.
fn to_border(offset: u32) -> u64 {
    PAGE_SIZE - u64::from(offset) % PAGE_SIZE
}

/// The capability of a register with its cursor past what was done. That was inside the bounds, so the cursor fits.
fn past(machine: &Machine, register: C, bytes: u64) -> Capability {
    let capability = machine.get_c(register);
    capability.add(bytes as i64).unwrap_or(capability)
}

/// The end of a chunk: the length left goes to its register, and the instruction is complete when that is 0.
fn progress(machine: &mut Machine, register: R, left: u64) -> Done {
    machine.set_r(register, left);
    Ok(if left == 0 { Flow::Next } else { Flow::Again })
}

/// Where the granules of a piece are in the outermost memory. It begins and ends at multiples of 16.
fn granules(piece: Piece) -> impl Iterator<Item = Real> {
    let bytes = piece.outermost.0..piece.outermost.0 + piece.size;
    bytes.step_by(GRANULE_SIZE as usize).map(Real)
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
    if to.segment() == from.segment() && distance > 0 && distance < left {
        let end = |at: Capability| u64::from(at.cursor()).saturating_add(left);
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
        return progress(machine, i.rc, left - size);
    }
    let size = left
        .min(to_border(to.cursor()))
        .min(to_border(from.cursor()));
    move_chunk(
        machine,
        i,
        Chunk {
            from: from.cursor().into(),
            to: to.cursor().into(),
            size,
        },
    )?;
    let (to, from) = (past(machine, i.ca, size), past(machine, i.cb, size));
    machine.set_c(i.ca, to);
    machine.set_c(i.cb, from);
    progress(machine, i.rc, left - size)
}

/// Copies one chunk: all of it as data, and then, where both ends cover whole granules, what these load as. A chunk
/// that would move a tag needs the right to store capabilities for its whole granules.
fn move_chunk(machine: &mut Machine, i: BlockPair, chunk: Chunk) -> Result<(), Fault> {
    let Chunk { from, to, size } = chunk;
    let (source, target) = (machine.through(i.cb), machine.through(i.ca));
    let source = machine.check(source, Request::new(AccessKind::Read, from, size))?;
    let granules = match from % GRANULE_SIZE == to % GRANULE_SIZE {
        true => loaded_granules(machine, &source, from),
        false => Vec::new(),
    };
    let tagged = || granules.iter().filter(|(_, value)| value.is_tagged());
    let place = machine.check(target, Request::new(AccessKind::Write, to, size))?;
    if tagged().next().is_some() {
        let (first, whole) = (
            to.next_multiple_of(GRANULE_SIZE),
            GRANULE_SIZE * granules.len() as u64,
        );
        let request = Request::new(AccessKind::StoreCapability, first, whole);
        let private_value = tagged().any(|(_, value)| value.is_private());
        machine.check(
            target,
            Request {
                private_value,
                ..request
            },
        )?;
    }
    let bytes = machine.read(&source);
    machine.write(&place, &bytes);
    let Piece { outermost, own, .. } = place.first();
    for (distance, value) in tagged() {
        machine.store_granule(Real(outermost.0 + distance), *value, own);
    }
    Ok(())
}

/// The granules that lie whole in a chunk, as loads give them, each with its distance from the start of the chunk.
fn loaded_granules(machine: &Machine, source: &Place, from: u64) -> Vec<(u64, Capability)> {
    let Piece {
        outermost,
        size,
        own,
        ..
    } = source.first();
    let first = from.next_multiple_of(GRANULE_SIZE) - from;
    let load = |distance| {
        (
            distance,
            machine.load_granule(source, Real(outermost.0 + distance), own),
        )
    };
    let starts = (first..size).step_by(GRANULE_SIZE as usize);
    starts
        .filter(|distance| distance + GRANULE_SIZE <= size)
        .map(load)
        .collect()
}

pub(super) fn fill(machine: &mut Machine, i: BlockValue) -> Done {
    let left = machine.get_r(i.rc);
    if left == 0 {
        return next();
    }
    let size = left.min(to_border(machine.get_c(i.ca).cursor()));
    let place = machine.check_at(i.ca, AccessKind::Write, size)?;
    let byte = machine.get_r(i.rb) as u8;
    machine.write(&place, &vec![byte; size as usize]);
    machine.set_c(i.ca, past(machine, i.ca, size));
    progress(machine, i.rc, left - size)
}

pub(super) fn cmpb(machine: &mut Machine, i: BlockPair) -> Done {
    let left = machine.get_r(i.rc);
    if left == 0 {
        return next();
    }
    let border = |register: C| to_border(machine.get_c(register).cursor());
    let size = left.min(border(i.ca)).min(border(i.cb));
    let a = machine.read(&machine.check_at(i.ca, AccessKind::Read, size)?);
    let b = machine.read(&machine.check_at(i.cb, AccessKind::Read, size)?);
    let equal = a.iter().zip(&b).take_while(|(a, b)| a == b).count() as u64;
    let (behind_a, behind_b) = (past(machine, i.ca, equal), past(machine, i.cb, equal));
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
    let left = machine.get_r(i.rc);
    if left == 0 {
        return nothing(machine);
    }
    let size = left.min(to_border(machine.get_c(i.ca).cursor()));
    let place = machine.check_aligned(i.ca, AccessKind::Write, size, (left, GRANULE_SIZE))?;
    let piece = place.first();
    if !piece.own {
        return Err(machine.refused(i.ca, AccessKind::Write, Cause::Owner, size));
    }
    machine.offer(&[&place])?;
    let label = Label(machine.get_r(i.rb) as u8);
    granules(piece).for_each(|granule| machine.memory.set_label(granule, label));
    machine.set_c(i.ca, past(machine, i.ca, size));
    progress(machine, i.rc, left - size)
}

/// The page of this step of `lend` or `reclaim`, which must be the machine's own or must not.
fn page_to_hand_over(machine: &Machine, i: Block, own: bool) -> Result<Place, Fault> {
    let (kind, left) = (AccessKind::StoreCapability, machine.get_r(i.rc));
    let place = machine.check_aligned(i.ca, kind, PAGE_SIZE, (left, PAGE_SIZE))?;
    if place.first().own != own {
        return Err(machine.refused(i.ca, kind, Cause::Owner, PAGE_SIZE));
    }
    Ok(place)
}

/// Gives the page an owner, so many levels deeper, and its granules a label and no tags.
fn hand_over(machine: &mut Machine, piece: Piece, deeper: usize, label: Label) {
    let owner = (machine.level() + deeper) as u16;
    machine.memory.set_owner(piece.outermost, owner);
    for granule in granules(piece) {
        machine.memory.set_valid(granule, false);
        machine.memory.set_label(granule, label);
    }
}

pub(super) fn lend(machine: &mut Machine, i: Block) -> Done {
    let left = machine.get_r(i.rc);
    if left == 0 {
        return nothing(machine);
    }
    let place = page_to_hand_over(machine, i, true)?;
    let mut labels = granules(place.first()).map(|granule| machine.memory.label(granule));
    if labels.any(|label| label != place.descriptor.label) {
        return Err(machine.refused(i.ca, AccessKind::StoreCapability, Cause::Label, PAGE_SIZE));
    }
    machine.offer(&[&place])?;
    hand_over(machine, place.first(), 1, Label(0));
    machine.set_c(i.ca, past(machine, i.ca, PAGE_SIZE));
    progress(machine, i.rc, left - PAGE_SIZE)
}

/// A page that is the machine's own already is refused: its granules may have other labels than the segment's, and
/// only ring 0 may change those.
pub(super) fn reclaim(machine: &mut Machine, i: Block) -> Done {
    let left = machine.get_r(i.rc);
    if left == 0 {
        return nothing(machine);
    }
    let place = page_to_hand_over(machine, i, false)?;
    machine.offer(&[&place])?;
    hand_over(machine, place.first(), 0, place.descriptor.label);
    machine.set_c(i.ca, past(machine, i.ca, PAGE_SIZE));
    progress(machine, i.rc, left - PAGE_SIZE)
}

pub(super) fn movepage(machine: &mut Machine, i: Capabilities) -> Done {
    let whole = (PAGE_SIZE, PAGE_SIZE);
    let source = machine.check_aligned(i.cb, AccessKind::Read, PAGE_SIZE, whole)?;
    let target = machine.check_aligned(i.ca, AccessKind::Write, PAGE_SIZE, whole)?;
    machine.offer(&[&target, &source])?;
    let tag = |granule| {
        (
            machine.memory.is_valid(granule),
            machine.memory.label(granule),
        )
    };
    let tags: Vec<(bool, Label)> = granules(source.first()).map(tag).collect();
    let owner = machine.memory.owner(source.first().outermost);
    let bytes = machine.read(&source);
    machine.write(&target, &bytes);
    machine.memory.set_owner(target.first().outermost, owner);
    for (granule, (valid, label)) in granules(target.first()).zip(tags) {
        machine.memory.set_valid(granule, valid);
        machine.memory.set_label(granule, label);
    }
    next()
}

/// Traps unless the tags of a page are open to the running code: in an own page to ring 0, in a deeper machine's to
/// all.
fn tags_open(machine: &Machine, piece: Piece) -> Result<(), Fault> {
    if piece.own && machine.ring() != Ring::KERNEL {
        return Err(machine.at_instruction(Cause::Privilege).into());
    }
    Ok(())
}

/// The tag of a granule as a word: bit 0 the validity bit, bits 8 to 15 the label, bits 16 to 31 the owner of the
/// page.
pub(super) fn ldtag(machine: &mut Machine, i: LoadTag) -> Done {
    let offset = machine.plain_offset(i.m);
    let place = machine.check(machine.through(i.m.base), Request::load_capability(offset))?;
    let piece = place.first();
    tags_open(machine, piece)?;
    machine.offer(&[&place])?;
    let valid = u64::from(machine.memory.is_valid(piece.outermost));
    let label = u64::from(machine.memory.label(piece.outermost).0);
    let owner = u64::from(machine.memory.owner(piece.outermost)) - machine.level() as u64;
    machine.set_r(i.rd, valid | label << 8 | owner << 16);
    next()
}

/// Bits of the granule that no derivation makes stay untagged, as in every other way to restore a capability.
pub(super) fn sttag(machine: &mut Machine, i: StoreTag) -> Done {
    let (offset, word) = (machine.plain_offset(i.m), machine.get_r(i.ra));
    let (kind, through) = (AccessKind::StoreCapability, machine.through(i.m.base));
    let place = machine.check(through, Request::new(kind, offset, GRANULE_SIZE))?;
    let piece = place.first();
    tags_open(machine, piece)?;
    let refuse = |cause: Cause| Trap {
        kind,
        ..machine.underived(through, cause.into(), offset, GRANULE_SIZE)
    };
    let deeper = word >> 16 & 0xffff;
    if piece.own != (deeper == 0) || deeper > DEEPEST_OWNER {
        return Err(refuse(Cause::Owner).into());
    }
    let bits = machine
        .memory
        .granule(piece.outermost)
        .map_or(0, |granule| granule.bits);
    let value = Capability::restored(bits, word & 1 == 1);
    if piece.own && !may_hold(&value, place.through.segment(), &place.descriptor) {
        return Err(refuse(Cause::Hold).into());
    }
    machine.offer(&[&place])?;
    let owner = (machine.level() as u64 + deeper) as u16;
    machine.memory.set_valid(piece.outermost, value.is_tagged());
    machine
        .memory
        .set_label(piece.outermost, Label((word >> 8) as u8));
    machine.memory.set_owner(piece.outermost, owner);
    next()
}

//! Scenes: a few instructions in a row that random choices meet too seldom, each around something that an engine may have
//! remembered and must not rely on.

use isa::address::GRANULE_SIZE;
use isa::descriptor::DESCRIPTOR_SIZE;
use isa::instruction::format::{BlockValue, Io, Plain};
use isa::instruction::names::{ControlField, IoOperation};
use isa::instruction::{C, Opcode, R};
use isa::{Capability, DescriptorFlags, Fields, Permissions, Ring, SegmentNumber, abi};

use super::Choice;
use crate::case::WORLD_REAL;
use crate::chance::choose;
use crate::code::{self, c, number, r};
use crate::world::{CONTEXT_STRIDE, CONTEXTS};

impl Choice<'_, '_> {
    /// One of them, in ring 0.
    pub(super) fn scene(&mut self) -> Option<Vec<u64>> {
        match self.author.rng.u8(0..16) {
            0..=3 => self.store_over_a_border(),
            4..=6 => self.label_an_open_page(),
            7..=9 => self.use_what_was_revoked(),
            10..=14 => self.hold_a_private(),
            _ => self.end(),
        }
    }

    /// The end of a guest, which its host knows how to go on from: it switches itself off, or waits for nothing.
    fn end(&mut self) -> Option<Vec<u64>> {
        if self.machine.levels() == 1 {
            return None;
        }
        if self.author.rng.bool() {
            let wait = code::word(Opcode::Wfi, Plain {}.pack());
            return Some(vec![code::setctl(ControlField::Timer, R::ZERO), wait]);
        }
        let segment = abi::device_segment(abi::SLOT_POWER)?;
        let power = Capability::new(Fields {
            segment,
            ring: Ring::USER,
            limit: self.machine.present(segment)?.length,
            permissions: Permissions::READ | Permissions::WRITE,
            ..Fields::default()
        });
        let (rd, cb, cc, operation) = (r(9), c(3), C::ZERO, IoOperation::Control);
        let mut words = code::mint(cb, power.low(), power.high(), (r(1), r(2)));
        words.push(code::word(
            Opcode::Io,
            Io {
                rd,
                cb,
                cc,
                operation,
            }
            .pack(),
        ));
        Some(words)
    }

    /// A tag at the beginning of a page, behind a page that holds none, and a store over that border.
    fn store_over_a_border(&mut self) -> Option<Vec<u64>> {
        let window = self.window()?;
        let (held, _) = self.c_of(|value| value.is_tagged() && !value.segment().is_system())?;
        let at = self.author.world.contexts + CONTEXTS * CONTEXT_STRIDE;
        let place = self.scratch(&[window, held])?;
        let size = *choose(self.author.rng, &[Opcode::Sth, Opcode::Stw, Opcode::St]);
        let before = number(-self.author.rng.i32(1..8));
        let value = self.any_r();
        Some(vec![
            code::derive(Opcode::Cseek, place, window, number(at as i32)),
            code::store(Opcode::St, value, place, number(-8)),
            code::store_capability(held, place, number(0)),
            code::store(size, value, place, before),
            code::load(Opcode::Ld, self.rd(), place, number(0)),
        ])
    }

    /// A page that an outer ring reads, and then one of its granules has another label.
    fn label_an_open_page(&mut self) -> Option<Vec<u64>> {
        let (segment, limit) = self.plain_segment(false)?;
        let own = whole(segment, limit, self.generation(segment)?);
        let (inner, outer, mark) = (c(3), c(4), c(5));
        let ring = number(self.author.rng.i32(4..8));
        let at = number(self.author.rng.i32(0..16) * GRANULE_SIZE as i32);
        let (rb, rc) = (r(9), r(10));
        let mut words = code::mint(inner, own.low(), own.high(), (r(1), r(2)));
        words.push(code::derive(Opcode::Cring, outer, inner, ring));
        words.push(code::load(Opcode::Ld, self.rd(), outer, at));
        words.push(code::store(Opcode::St, self.any_r(), outer, at));
        words.extend(code::li(rb, self.author.rng.u64(0..4)));
        words.extend(code::li(rc, 16 * GRANULE_SIZE));
        words.push(code::cmov(mark, inner));
        let relabelled = BlockValue { ca: mark, rb, rc }.pack();
        words.push(code::word(Opcode::Relabel, relabelled));
        words.push(code::load(Opcode::Ld, self.rd(), outer, at));
        words.push(code::store(Opcode::St, self.any_r(), outer, at));
        Some(words)
    }

    /// A segment is used, its generation raised, it is used by the new one, and then by the old one.
    fn use_what_was_revoked(&mut self) -> Option<Vec<u64>> {
        let (segment, limit) = self.plain_segment(false)?;
        let generation = self.generation(segment)?;
        // Bit 0 of the generation is bit 32 of the row's third word.
        let bits = 1 << 32;
        let old = whole(segment, limit, generation);
        let new = whole(segment, limit, generation ^ 1);
        let row = u64::from(segment.0) * DESCRIPTOR_SIZE + 16;
        let table = self
            .machine
            .process()
            .descriptor_base
            .checked_sub(WORLD_REAL)?;
        if !self.author.world.tables.contains(&table) {
            return None;
        }
        let at = number(self.author.rng.i32(0..320));
        let mut words = code::mint(c(3), old.low(), old.high(), (r(1), r(2)));
        words.push(code::load(Opcode::Ld, self.rd(), c(3), at));
        words.extend(self.change(table + row, bits)?);
        words.extend(code::mint(c(4), new.low(), new.high(), (r(1), r(2))));
        words.push(code::load(Opcode::Ld, self.rd(), c(4), at));
        words.push(code::load(Opcode::Ld, self.rd(), c(3), at));
        Some(words)
    }

    /// A capability of the system is stored in a segment of the system, and then a private one.
    fn hold_a_private(&mut self) -> Option<Vec<u64>> {
        let (held, _) = self.c_of(|value| value.is_tagged() && !value.segment().is_system())?;
        let (segment, limit) = self.plain_segment(true)?;
        let own = whole(segment, limit, self.generation(segment)?);
        let place = self.scratch(&[held])?;
        let at = number(self.author.rng.i32(0..16) * GRANULE_SIZE as i32);
        let mut words = code::mint(place, own.low(), own.high(), (r(1), r(2)));
        words.push(code::store_capability(place, place, at));
        words.push(code::store_capability(held, place, at));
        Some(words)
    }

    /// A segment of data that ring 0 may read and store, with its length: one of the system that may hold capabilities, or a
    /// private one.
    fn plain_segment(&mut self, system: bool) -> Option<(SegmentNumber, u32)> {
        let world = &self.author.world;
        let wanted = DescriptorFlags::READ | DescriptorFlags::WRITE | DescriptorFlags::HOLD;
        let of_data = |segment: &&SegmentNumber| {
            let found = self.machine.present(**segment);
            segment.is_system() == system
                && !world.everything.contains(segment)
                && found.is_some_and(|found| {
                    found.has(wanted) && !found.has(DescriptorFlags::DEVICE) && found.length >= 512
                })
        };
        let segments: Vec<SegmentNumber> = world.segments.iter().filter(of_data).copied().collect();
        let segment = match segments.as_slice() {
            [] => return None,
            segments => *choose(self.author.rng, segments),
        };
        Some((segment, self.machine.present(segment)?.length))
    }

    fn generation(&self, segment: SegmentNumber) -> Option<u8> {
        Some(self.machine.present(segment)?.generation)
    }

    /// A register to write that is none of these.
    fn scratch(&mut self, kept: &[C]) -> Option<C> {
        (3..8).map(c).find(|register| !kept.contains(register))
    }
}

/// A pointer of ring 0 to all of a segment.
fn whole(segment: SegmentNumber, limit: u32, generation: u8) -> Capability {
    let permissions = Permissions::READ
        | Permissions::WRITE
        | Permissions::LOAD_CAP
        | Permissions::STORE_CAP
        | Permissions::LOAD_MUTABLE;
    Capability::new(Fields {
        segment,
        ring: Ring::KERNEL,
        generation,
        limit,
        permissions,
        ..Fields::default()
    })
}

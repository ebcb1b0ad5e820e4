//! Operands of loads, stores and atomics, and stores into code.

use isa::access::{Request, Verdict};
use isa::address::{GRANULE_SIZE, PAGE_SIZE};
use isa::instruction::format::{
    Atomic, AtomicCapability, Format, Load, LoadCapability, LoadTag, Store, StoreCapability,
    StoreTag,
};
use isa::instruction::operand::{Index, Memory, Offset};
use isa::instruction::{C, Opcode, R};
use isa::{AccessKind, Address, Capability};

use super::{Aim, Choice, TRIES};
use crate::case::{WORLD_REAL, What};
use crate::code::{self, r};
use crate::world::BUSY;

impl Choice<'_, '_> {
    /// A load, a store or an atomic operation.
    pub(super) fn access(&mut self, opcode: Opcode) -> Option<u64> {
        let size = size_of_access(opcode);
        let value = self.any_c();
        let stored = self.machine.c(value);
        for _ in 0..TRIES {
            let (base, capability) = self.pointer()?;
            let mut offset = self.offset(&capability, size);
            if opcode == Opcode::Ldc && self.aim == Aim::Complete {
                offset = self.tagged(&capability).unwrap_or(offset);
            }
            let passes = self
                .requests(opcode, offset, size, &stored)
                .iter()
                .all(|request| {
                    matches!(
                        self.machine.examine(&capability, request),
                        Verdict::Pass { .. }
                    )
                });
            if !self.suits(passes) {
                continue;
            }
            let Some(index) = self.index_of(opcode, &capability, offset) else {
                continue;
            };
            let m = Memory { base, index };
            let plain = Offset {
                base,
                immediate: index.immediate,
            };
            let operands = match opcode.format() {
                Format::Load => Load { rd: self.rd(), m }.pack(),
                Format::Store => Store {
                    ra: self.any_r(),
                    m,
                }
                .pack(),
                Format::LoadCapability => LoadCapability { cd: self.cd(), m }.pack(),
                Format::StoreCapability => StoreCapability { ca: value, m }.pack(),
                Format::Atomic => {
                    let (rd, rb) = (self.rd(), self.any_r());
                    Atomic { rd, rb, m: plain }.pack()
                }
                Format::AtomicCapability => AtomicCapability {
                    cd: self.cd(),
                    cb: value,
                    m: plain,
                }
                .pack(),
                Format::LoadTag => LoadTag {
                    rd: self.rd(),
                    m: plain,
                }
                .pack(),
                _ => StoreTag {
                    ra: self.any_r(),
                    m: plain,
                }
                .pack(),
            };
            return Some(code::word(opcode, operands));
        }
        None
    }

    /// The offset of a granule that holds a capability, if one of some is found.
    fn tagged(&mut self, capability: &Capability) -> Option<u64> {
        (0..8).find_map(|_| {
            let offset = self.offset(capability, GRANULE_SIZE);
            let place = Address::new(capability.segment(), u32::try_from(offset).ok()?);
            let real = self.machine.locate(place)?;
            self.machine.memory().is_valid(real).then_some(offset)
        })
    }

    /// What is asked of the rule of access.
    fn requests(&self, opcode: Opcode, offset: u64, size: u64, value: &Capability) -> Vec<Request> {
        let read = Request::new(AccessKind::Read, offset, size);
        let write = Request::new(AccessKind::Write, offset, size);
        match opcode.format() {
            Format::Load => vec![read],
            Format::Store => vec![write],
            Format::LoadCapability | Format::LoadTag => vec![Request::load_capability(offset)],
            Format::StoreCapability | Format::StoreTag => {
                vec![Request::store_capability(offset, value)]
            }
            Format::Atomic => vec![read, write],
            _ => vec![
                Request::load_capability(offset),
                Request::store_capability(offset, value),
            ],
        }
    }

    /// An offset for so many bytes through a capability: inside the bounds, or beyond an edge of them by little.
    fn offset(&mut self, capability: &Capability, size: u64) -> u64 {
        let descriptor = self.machine.present(capability.segment());
        let length = descriptor.map_or(0, |found| u64::from(found.length));
        let base = u64::from(capability.base());
        let limit = u64::from(capability.limit()).min(length);
        let last = limit.saturating_sub(size).max(base);
        let edge = self.author.rng.u64(1..=size);
        let offset = match (self.aim, self.author.rng.u8(0..10)) {
            (Aim::Miss, 0..=4) => last + edge,
            (Aim::Miss, 5..=6) => base.wrapping_sub(edge),
            (_, 0) => base,
            (_, 1) => last,
            // Over the border of a page, or up to it.
            (_, 2) => ((base + PAGE_SIZE) / PAGE_SIZE * PAGE_SIZE).wrapping_sub(edge),
            // Near where this one was, so that loads meet stores.
            (_, 3..=4) => u64::from(capability.cursor()),
            // Where much is stored.
            (_, 5..=8) => {
                let page = self.author.rng.u64(base..=last) / PAGE_SIZE * PAGE_SIZE;
                (page + self.author.rng.u64(0..BUSY)).clamp(base, last)
            }
            _ => self.author.rng.u64(base..=last),
        };
        match self.aim {
            Aim::Complete if size == GRANULE_SIZE => code::granule(offset),
            _ => offset,
        }
    }

    /// An index that leads to the offset.
    fn index_of(&mut self, opcode: Opcode, capability: &Capability, offset: u64) -> Option<Index> {
        let indexed = matches!(
            opcode.format(),
            Format::Load | Format::Store | Format::LoadCapability | Format::StoreCapability
        );
        let (register, scale) = match indexed && self.author.rng.bool() {
            true => (self.any_r(), self.author.rng.u8(0..=Index::MAX_SCALE)),
            false => (R::ZERO, 0),
        };
        let from = |register: R, scale: u8| {
            let index = self.machine.r(register) << scale;
            let left = offset
                .wrapping_sub(capability.cursor().into())
                .wrapping_sub(index) as i64;
            i32::try_from(left).ok()
        };
        let immediate = from(register, scale);
        let (register, scale, immediate) = match immediate {
            Some(immediate) => (register, scale, immediate),
            None => (R::ZERO, 0, from(R::ZERO, 0)?),
        };
        Some(code::index(register, scale, immediate))
    }

    /// A capability made narrower, and an access beyond its new bounds.
    pub(super) fn narrow(&mut self) -> Option<Vec<u64>> {
        let (ca, value) = self.pointer()?;
        let left = u64::from(value.limit()).checked_sub(value.cursor().into())?;
        if left < 16 {
            return None;
        }
        let length = self.author.rng.u64(1..left.min(64)) as i32;
        let cd = self.cd();
        let beyond = code::number(length - self.author.rng.i32(0..8));
        let access = match self.author.rng.bool() {
            true => code::load(Opcode::Ld, self.rd(), cd, beyond),
            false => code::store(Opcode::St, self.any_r(), cd, beyond),
        };
        let narrow = code::derive(Opcode::Cbound, cd, ca, code::number(length));
        Some(vec![narrow, access])
    }

    /// A store of an instruction into code that was written, through whatever leads there.
    pub(super) fn change_code(&mut self) -> Option<Vec<u64>> {
        for _ in 0..TRIES {
            let (base, capability) = self.pointer()?;
            let limit = u64::from(capability.limit());
            let first = u64::from(capability.base());
            let offset = self.author.rng.u64(first..=limit.max(first)) / 8 * 8;
            let request = Request::new(AccessKind::Write, offset, 8);
            if !matches!(
                self.machine.examine(&capability, &request),
                Verdict::Pass { .. }
            ) {
                continue;
            }
            let place = Address::new(capability.segment(), offset as u32);
            let real = self.machine.locate(place)?;
            let world = real.0.wrapping_sub(WORLD_REAL);
            let in_code = |part: &crate::case::Part| {
                part.what == What::Code
                    && part.name != "handler"
                    && (part.offset..part.offset + part.size).contains(&world)
            };
            let written = self
                .machine
                .memory()
                .read_word(real)
                .is_ok_and(|word| word != 0);
            if !written || !self.author.world.case.parts.iter().any(in_code) {
                continue;
            }
            let opcode = Opcode::ALL[self.author.rng.usize(0..30)];
            let new = match opcode.format() {
                Format::Alu => self.arithmetic(opcode),
                _ => code::nop(),
            };
            let scratch = self.rd();
            if scratch == r(0) {
                return None;
            }
            let immediate = (offset as i64 - i64::from(capability.cursor())) as i32;
            let mut words = code::li(scratch, new);
            words.push(code::store(
                Opcode::St,
                scratch,
                base,
                code::number(immediate),
            ));
            return Some(words);
        }
        None
    }

    /// A pointer by which ring 0 reads and stores anywhere in the world.
    pub(super) fn window(&mut self) -> Option<C> {
        let world = &self.author.world;
        let (system, private) = (world.everything[0], world.everything[1]);
        let whole = world.inner.1 as u32;
        let (register, _) = self.c_of(|value| {
            let number = value.segment();
            let rights = isa::Permissions::READ | isa::Permissions::WRITE;
            value.is_tagged()
                && value.kind() == isa::Kind::Data
                && (number == system || number == private)
                && value.permissions().contains(rights)
                && value.ring() == isa::Ring::KERNEL
                && (value.base(), value.limit()) == (0, whole)
        })?;
        Some(register)
    }
}

/// The bytes that an instruction moves.
fn size_of_access(opcode: Opcode) -> u64 {
    match opcode {
        Opcode::Ldb | Opcode::Ldsb | Opcode::Stb => 1,
        Opcode::Ldh | Opcode::Ldsh | Opcode::Sth => 2,
        Opcode::Ldw | Opcode::Ldsw | Opcode::Stw => 4,
        Opcode::Swapw | Opcode::Casw | Opcode::Xaddw => 4,
        Opcode::Ld | Opcode::St | Opcode::Swap | Opcode::Cas | Opcode::Xadd => 8,
        _ => GRANULE_SIZE,
    }
}

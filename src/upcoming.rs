//! The instruction that a machine is about to carry out, and the memory that it names.
//!
//! Invariant: it only looks, and asks for no right: what the instruction may do is for the step to find out.

use isa::address::{GRANULE_SIZE, PAGE_SIZE};
use isa::context::ProcessBlock;
use isa::instruction::names::{IoOperation, Named as _};
use isa::instruction::operand::{Index, Memory, Offset};
use isa::instruction::{C, Opcode, Operand, R, Value};
use isa::machine::Machine;
use isa::machine::device::MAX_TRANSFER;
use isa::{Address, Capability, Kind};

/// An instruction at the program counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Upcoming {
    pub(crate) word: u64,
    pub(crate) opcode: Opcode,
}

/// Bytes of a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bytes {
    pub(crate) start: Address,
    pub(crate) size: u64,
}

/// Where an instruction stores something if it does not trap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stores {
    /// Nowhere.
    Nothing,
    /// In exactly these bytes.
    All(Bytes),
    /// In the first of these bytes: as many as its result says.
    Result(Bytes, R),
    /// In as many of these bytes as its length register shrinks by: the first ones if the pointer moves, and else the
    /// last ones.
    Chunk(Bytes, C, R),
}

impl Stores {
    /// The bytes that were stored, now that the step has been made.
    pub(crate) fn made(self, after: &Machine) -> Option<Bytes> {
        let stored = match self {
            Stores::Nothing => return None,
            Stores::All(bytes) => bytes,
            Stores::Result(Bytes { start, size }, result) => {
                let count = u64::try_from(after.r(result).cast_signed()).unwrap_or(0);
                let size = size.min(count);
                Bytes { start, size }
            }
            Stores::Chunk(Bytes { start, size }, pointer, length) => {
                let left = after.r(length);
                let skipped = match after.c(pointer).cursor() == start.offset() {
                    true => u32::try_from(left).ok()?,
                    false => 0,
                };
                let start = Address::new(start.segment(), start.offset().checked_add(skipped)?);
                let size = size.checked_sub(left)?;
                Bytes { start, size }
            }
        };
        (stored.size > 0).then_some(stored)
    }
}

impl Bytes {
    /// So many of them, the first ones.
    pub(crate) fn first(self, size: u64) -> Bytes {
        let size = self.size.min(size);
        Bytes { size, ..self }
    }

    /// So many of them, the last ones; none if they are not all in a segment.
    pub(crate) fn last(self, size: u64) -> Option<Bytes> {
        let size = self.size.min(size);
        let skipped = u32::try_from(self.size - size).ok()?;
        let offset = self.start.offset().checked_add(skipped)?;
        let start = Address::new(self.start.segment(), offset);
        Some(Bytes { start, size })
    }

    /// The granules that they touch: the address of the first byte of each.
    pub(crate) fn granules(self) -> impl Iterator<Item = Address> {
        let first = u64::from(self.start.offset()) / GRANULE_SIZE;
        let end = u64::from(self.start.offset()).saturating_add(self.size);
        let offsets = (first..end.div_ceil(GRANULE_SIZE)).map(|granule| granule * GRANULE_SIZE);
        let segment = self.start.segment();
        offsets.map_while(move |offset| Some(Address::new(segment, u32::try_from(offset).ok()?)))
    }
}

/// The instruction word at the program counter, if the maps lead to one.
pub(crate) fn word_at_pc(machine: &Machine) -> Option<u64> {
    let pc = machine.pc();
    let bytes = machine.peek(Address::new(pc.segment(), pc.cursor()), 8);
    Some(u64::from_le_bytes(bytes.try_into().ok()?))
}

impl Upcoming {
    /// The instruction at the program counter, if the word there is one.
    pub(crate) fn of(machine: &Machine) -> Option<Upcoming> {
        let word = word_at_pc(machine)?;
        Opcode::of(word).map(|opcode| Upcoming { word, opcode })
    }

    pub(crate) fn operands(&self) -> impl Iterator<Item = (&'static Operand, Value)> {
        self.opcode.operands(self.word)
    }

    /// The capability register of this name among its operands.
    fn c(&self, name: &str) -> Option<C> {
        self.operands().find_map(|(operand, value)| match value {
            Value::C(register) if operand.name == name => Some(register),
            _ => None,
        })
    }

    /// The data register of this name among its operands.
    fn r(&self, name: &str) -> Option<R> {
        self.operands().find_map(|(operand, value)| match value {
            Value::R(register) if operand.name == name => Some(register),
            _ => None,
        })
    }

    /// The address that its memory operand names, if it has one.
    pub(crate) fn place(&self, machine: &Machine) -> Option<Address> {
        self.operands().find_map(|(_, value)| {
            let (base, offset) = match value {
                Value::Memory(Memory { base, index }) => (base, index_value(machine, &index)),
                Value::Offset(Offset { base, immediate }) => (base, i64::from(immediate) as u64),
                _ => return None,
            };
            let base: Capability = machine.c(base);
            let is_pointer = base.is_tagged() && base.kind() == Kind::Data;
            let offset = u64::from(base.cursor()).wrapping_add(offset);
            let offset = u32::try_from(offset).ok().filter(|_| is_pointer)?;
            Some(Address::new(base.segment(), offset))
        })
    }

    /// Where it stores something.
    pub(crate) fn stores(&self, machine: &Machine) -> Stores {
        self.known_stores(machine).unwrap_or(Stores::Nothing)
    }

    fn known_stores(&self, machine: &Machine) -> Option<Stores> {
        let all = |size| {
            let start = self.place(machine)?;
            Some(Stores::All(Bytes { start, size }))
        };
        let at = |name, size| Some(Stores::All(at_cursor(machine, self.c(name)?, size)));
        match self.opcode {
            Opcode::Stb => all(1),
            Opcode::Sth => all(2),
            Opcode::Stw | Opcode::Swapw | Opcode::Casw | Opcode::Xaddw => all(4),
            Opcode::St | Opcode::Swap | Opcode::Cas | Opcode::Xadd => all(8),
            Opcode::Stc | Opcode::Swapc | Opcode::Casc | Opcode::Sttag => all(GRANULE_SIZE),
            Opcode::Movepage => at("ca", PAGE_SIZE),
            Opcode::Setprocess => at("cb", ProcessBlock::SIZE),
            Opcode::Copy | Opcode::Fill | Opcode::Relabel | Opcode::Lend | Opcode::Reclaim => {
                let (pointer, length) = (self.c("ca")?, self.r("rc")?);
                let bytes = at_cursor(machine, pointer, machine.r(length));
                Some(Stores::Chunk(bytes, pointer, length))
            }
            Opcode::Io if self.fills_buffer() => {
                let bytes = at_cursor(machine, self.c("cc")?, MAX_TRANSFER);
                Some(Stores::Result(bytes, self.r("rd")?))
            }
            _ => None,
        }
    }

    fn fills_buffer(&self) -> bool {
        self.operands().any(|(_, value)| match value {
            Value::Name(number) => matches!(
                IoOperation::from_number(number),
                Some(IoOperation::Read | IoOperation::Poll)
            ),
            _ => false,
        })
    }
}

fn at_cursor(machine: &Machine, pointer: C, size: u64) -> Bytes {
    let capability = machine.c(pointer);
    let start = Address::new(capability.segment(), capability.cursor());
    Bytes { start, size }
}

/// The value of an index operand.
pub(crate) fn index_value(machine: &Machine, index: &Index) -> u64 {
    let register: R = index.register;
    (machine.r(register) << index.scale.min(Index::MAX_SCALE))
        .wrapping_add_signed(index.immediate.into())
}

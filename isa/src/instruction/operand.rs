//! Places of operands in an instruction word, each with its own codec.
//!
//! ```text
//!  63            32 31   24 23   16 15    8 7      0
//! +----------------+-------+-------+-------+--------+
//! |   immediate    |   c   |   b   |   a   | opcode |
//! +----------------+-------+-------+-------+--------+
//! ```
//!
//! Invariant: reading what was written gives the same value, and reading
//! rejects every bit pattern that writing cannot make. So an instruction has
//! exactly one encoding.

use super::names::Named;
use super::register::{C, R};
use crate::access::AccessKind;
use std::marker::PhantomData;

/// What an instruction does with a register that it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It is read.
    Read,
    /// It is written.
    Write,
    /// It is read, then written.
    Update,
}

/// What kind of operand stands in a place: what the assembler must accept
/// there, and how the manual describes it.
#[derive(Clone, Copy, Debug)]
pub enum OperandKind {
    /// A data register.
    R(Role),
    /// A capability register.
    C(Role),
    /// `rb << scale + imm`: a scaled register, an immediate, or their sum.
    Index,
    /// `[cb + rc << scale + imm]`: a place in memory.
    Memory,
    /// `[cb + imm]`: a place in memory without an index register.
    Offset,
    /// `rb + imm`: a register or a number from -128 to 127, or their sum.
    Compare,
    /// A place in the same segment, as a displacement from this instruction.
    Target,
    /// A signed number of 32 bits.
    Immediate,
    /// One of a list of names.
    Name {
        /// What the list is called.
        list: &'static str,
        /// Its rows.
        rows: &'static [super::names::NamedRow],
    },
}

/// A place in the instruction word that holds one operand.
pub trait Place {
    /// The operand as the semantics see it.
    type Value: Copy;
    /// What the assembler and the manual know of it.
    const KIND: OperandKind;
    /// The bits of the word that belong to it.
    const MASK: u64;
    /// The operand in this word, or `None` if these bits are no such operand.
    fn read(word: u64) -> Option<Self::Value>;
    /// The bits of this operand, all within [`Self::MASK`].
    fn write(value: Self::Value) -> u64;
}

/// Bit position of register byte `slot` (0 is a, 1 is b, 2 is c, and 3 is the
/// low byte of the immediate, where a fourth register goes).
const fn shift(slot: u8) -> u32 {
    8 + 8 * slot as u32
}

const IMMEDIATE: u64 = 0xffff_ffff << 32;

const fn role(role: u8) -> Role {
    match role {
        READ => Role::Read,
        WRITE => Role::Write,
        _ => Role::Update,
    }
}

/// A register that is read.
pub const READ: u8 = 0;
/// A register that is written.
pub const WRITE: u8 = 1;
/// A register that is read, then written.
pub const UPDATE: u8 = 2;

/// A data register in byte `SLOT`.
pub struct InR<const SLOT: u8, const ROLE: u8>;

/// A capability register in byte `SLOT`.
pub struct InC<const SLOT: u8, const ROLE: u8>;

impl<const SLOT: u8, const ROLE: u8> Place for InR<SLOT, ROLE> {
    type Value = R;
    const KIND: OperandKind = OperandKind::R(role(ROLE));
    const MASK: u64 = 0xff << shift(SLOT);
    fn read(word: u64) -> Option<R> {
        R::new((word >> shift(SLOT)) as u8)
    }
    fn write(value: R) -> u64 {
        u64::from(value.number()) << shift(SLOT)
    }
}

impl<const SLOT: u8, const ROLE: u8> Place for InC<SLOT, ROLE> {
    type Value = C;
    const KIND: OperandKind = OperandKind::C(role(ROLE));
    const MASK: u64 = 0xff << shift(SLOT);
    fn read(word: u64) -> Option<C> {
        C::new((word >> shift(SLOT)) as u8)
    }
    fn write(value: C) -> u64 {
        u64::from(value.number()) << shift(SLOT)
    }
}

/// `register << scale + immediate`: the second operand of arithmetic, and the
/// index of a memory operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Index {
    /// The register; `r0` for an immediate alone.
    pub register: R,
    /// How many bits the register is shifted left, 0 to [`Index::MAX_SCALE`].
    pub scale: u8,
    /// What is added, sign-extended to 64 bits.
    pub immediate: i32,
}

impl Index {
    /// The largest scale: 16 bytes, the size of a capability.
    pub const MAX_SCALE: u8 = 4;
}

/// Byte c holds register and scale, the immediate the rest.
pub struct InIndex;

impl Place for InIndex {
    type Value = Index;
    const KIND: OperandKind = OperandKind::Index;
    const MASK: u64 = 0xff << shift(2) | IMMEDIATE;
    fn read(word: u64) -> Option<Index> {
        let byte = (word >> shift(2)) as u8;
        let scale = byte >> 5;
        (scale <= Index::MAX_SCALE).then_some(Index {
            register: R::new(byte & 31)?,
            scale,
            immediate: (word >> 32) as i32,
        })
    }
    fn write(value: Index) -> u64 {
        let byte = (value.scale & 7) << 5 | value.register.number();
        u64::from(byte) << shift(2) | u64::from(value.immediate as u32) << 32
    }
}

/// `[base + index]`: the address of a load or store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Memory {
    /// The capability through which memory is reached.
    pub base: C,
    /// What is added to its cursor.
    pub index: Index,
}

/// Byte b holds the base, byte c and the immediate the index.
pub struct InMemory;

impl Place for InMemory {
    type Value = Memory;
    const KIND: OperandKind = OperandKind::Memory;
    const MASK: u64 = InC::<1, READ>::MASK | InIndex::MASK;
    fn read(word: u64) -> Option<Memory> {
        Some(Memory {
            base: InC::<1, READ>::read(word)?,
            index: InIndex::read(word)?,
        })
    }
    fn write(value: Memory) -> u64 {
        InC::<1, READ>::write(value.base) | InIndex::write(value.index)
    }
}

/// `[base + immediate]`: the address of an atomic operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Offset {
    /// The capability through which memory is reached.
    pub base: C,
    /// What is added to its cursor, in bytes.
    pub immediate: i32,
}

/// Byte b holds the base, the immediate the offset.
pub struct InOffset;

impl Place for InOffset {
    type Value = Offset;
    const KIND: OperandKind = OperandKind::Offset;
    const MASK: u64 = InC::<1, READ>::MASK | IMMEDIATE;
    fn read(word: u64) -> Option<Offset> {
        Some(Offset {
            base: InC::<1, READ>::read(word)?,
            immediate: (word >> 32) as i32,
        })
    }
    fn write(value: Offset) -> u64 {
        InC::<1, READ>::write(value.base) | u64::from(value.immediate as u32) << 32
    }
}

/// `register + immediate`: what a branch compares with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Compare {
    /// The register; `r0` for an immediate alone.
    pub register: R,
    /// What is added, sign-extended to 64 bits.
    pub immediate: i8,
}

/// Byte b holds the register, byte c the immediate.
pub struct InCompare;

impl Place for InCompare {
    type Value = Compare;
    const KIND: OperandKind = OperandKind::Compare;
    const MASK: u64 = 0xffff << shift(1);
    fn read(word: u64) -> Option<Compare> {
        Some(Compare {
            register: R::new((word >> shift(1)) as u8)?,
            immediate: (word >> shift(2)) as i8,
        })
    }
    fn write(value: Compare) -> u64 {
        u64::from(value.register.number()) << shift(1)
            | u64::from(value.immediate as u8) << shift(2)
    }
}

/// Displacement in bytes from this instruction to the one that is meant.
pub struct InTarget;

impl Place for InTarget {
    type Value = i32;
    const KIND: OperandKind = OperandKind::Target;
    const MASK: u64 = IMMEDIATE;
    fn read(word: u64) -> Option<i32> {
        Some((word >> 32) as i32)
    }
    fn write(value: i32) -> u64 {
        u64::from(value as u32) << 32
    }
}

/// A plain number.
pub struct InImmediate;

impl Place for InImmediate {
    type Value = i32;
    const KIND: OperandKind = OperandKind::Immediate;
    const MASK: u64 = IMMEDIATE;
    fn read(word: u64) -> Option<i32> {
        InTarget::read(word)
    }
    fn write(value: i32) -> u64 {
        InTarget::write(value)
    }
}

/// A number in the low half of the immediate, one of the list `T`.
pub struct InName<T>(PhantomData<T>);

impl<T: Named> Place for InName<T> {
    type Value = T;
    const KIND: OperandKind = OperandKind::Name {
        list: T::LIST,
        rows: T::ROWS,
    };
    const MASK: u64 = IMMEDIATE;
    fn read(word: u64) -> Option<T> {
        T::from_number((word >> 32) as u32)
    }
    fn write(value: T) -> u64 {
        u64::from(value.number()) << 32
    }
}

/// The kind of access that `probe` asks about.
pub type InAccess = InName<AccessKind>;

//! The operands of an instruction word as values, for whoever handles all
//! formats alike: the disassembler, the tracer, the account of a fault.
//!
//! Invariant: putting a value where it came from gives the same bits.

use super::format::Operand;
use super::operand::{
    Compare, InC, InCompare, InImmediate, InIndex, InMemory, InOffset, InR, Index, Memory, Offset,
    OperandKind, Place, READ,
};
use super::register::{C, R};
use super::table::Opcode;

/// One operand as it stands in an instruction word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// A data register.
    R(R),
    /// A capability register.
    C(C),
    /// A scaled register plus immediate.
    Index(Index),
    /// A place in memory.
    Memory(Memory),
    /// A place in memory without index.
    Offset(Offset),
    /// What a branch compares with.
    Compare(Compare),
    /// Displacement in bytes from this instruction.
    Target(i32),
    /// A number.
    Immediate(i32),
    /// A name of a list, by its number.
    Name(u32),
}

impl Operand {
    /// This operand of the word, or `None` if the bits there are no such
    /// operand; never `None` for a word that decodes.
    pub fn value(&self, word: u64) -> Option<Value> {
        // A register byte is moved to byte a, where one reader serves all.
        let byte = (word & self.mask) >> self.mask.trailing_zeros() << 8;
        Some(match self.kind {
            OperandKind::R(_) => Value::R(InR::<0, READ>::read(byte)?),
            OperandKind::C(_) => Value::C(InC::<0, READ>::read(byte)?),
            OperandKind::Index => Value::Index(InIndex::read(word)?),
            OperandKind::Memory => Value::Memory(InMemory::read(word)?),
            OperandKind::Offset => Value::Offset(InOffset::read(word)?),
            OperandKind::Compare => Value::Compare(InCompare::read(word)?),
            OperandKind::Target => Value::Target(InImmediate::read(word)?),
            OperandKind::Immediate => Value::Immediate(InImmediate::read(word)?),
            OperandKind::Name { .. } => Value::Name((word >> 32) as u32),
        })
    }

    /// The bits of this operand in a word, or `None` if the value is of
    /// another kind than stands here or does not fit.
    pub fn place(&self, value: Value) -> Option<u64> {
        let shift = self.mask.trailing_zeros();
        Some(match (self.kind, value) {
            (OperandKind::R(_), Value::R(register)) => u64::from(register.number()) << shift,
            (OperandKind::C(_), Value::C(register)) => u64::from(register.number()) << shift,
            (OperandKind::Index, Value::Index(index)) => InIndex::write(checked(index)?),
            (OperandKind::Memory, Value::Memory(memory)) => {
                checked(memory.index)?;
                InMemory::write(memory)
            }
            (OperandKind::Offset, Value::Offset(offset)) => InOffset::write(offset),
            (OperandKind::Compare, Value::Compare(compare)) => InCompare::write(compare),
            (OperandKind::Target, Value::Target(number))
            | (OperandKind::Immediate, Value::Immediate(number)) => InImmediate::write(number),
            (OperandKind::Name { rows, .. }, Value::Name(number)) => {
                rows.iter().find(|row| row.number == number)?;
                u64::from(number) << 32
            }
            _ => return None,
        })
    }
}

fn checked(index: Index) -> Option<Index> {
    (index.scale <= Index::MAX_SCALE).then_some(index)
}

impl Opcode {
    /// The operands of a word that is this instruction, with their values.
    pub fn operands(self, word: u64) -> impl Iterator<Item = (&'static Operand, Value)> {
        self.format()
            .operands()
            .iter()
            .filter_map(move |operand| Some((operand, operand.value(word)?)))
    }
}

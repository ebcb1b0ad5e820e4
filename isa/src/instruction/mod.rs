//! Instructions: the one table, and the codec that follows from it.
//!
//! Read [`table`] first: it states every instruction. [`mod@format`] says which
//! operands stand where, [`operand`] how each kind of operand is encoded,
//! [x [`names`] what an operand can be, [`class`] who may run
//! an instruction, [`value`] reads any operand. Everything else that knows instructions derives from here.
//!
//! An instruction is eight bytes, little-endian: the opcode, three register
//! bytes, and an immediate of 32 bits. Invariant: each instruction has one
//! encoding; [`Opcode::of`] refuses every other word.

pub mod class;
pub mod format;
pub mod names;
pub mod operand;
pub mod register;
pub mod table;
pub mod value;

#[cfg(test)]
mod tests;

pub use crate::address::INSTRUCTION_SIZE;
pub use class::{Class, Intercept};
pub use format::{Format, Operand};
pub use register::{C, R};
pub use table::Opcode;
pub use value::Value;

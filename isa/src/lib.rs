//! The instruction set of Nestor.

pub mod instruction;

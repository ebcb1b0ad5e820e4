//! The assembler of Nestor.

pub mod image;

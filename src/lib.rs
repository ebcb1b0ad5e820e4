//! Nestor as a library: what the command line, the tests and other Rust programs use.
//!
//! This crate alone sees both the assembler and the machine. It is also the only one that reads files, writes to a
//! terminal or knows what time it is; the crates below it are pure.

pub mod command;
pub mod diagnostics;
pub mod dump;
pub mod ending;
pub mod failure;
pub mod fault;
pub mod files;
pub mod lesson;
pub mod memory_size;
mod names;
mod outside;
mod paragraph;
pub mod program;
pub mod report;
pub mod session;
pub mod status;
mod upcoming;

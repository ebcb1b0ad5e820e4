//! Nestor as a library: what the command line, the tests and other Rust programs use.
//!
//! This crate alone sees both the assembler and the machine. It is also the only one that reads files, writes to a
//! terminal or knows what time it is; the crates below it are pure.
//!
//! A [`Program`] comes from sources or from an image; run by itself, it gives an [`Outcome`]:
//!
//! ```
//! use nestor::{Program, Settings};
//!
//! let program = Program::from_text("seven.s", ".text\n.proc main\n li r1, 7\n ret\n.endproc\n")?;
//! let outcome = program.run(Settings::default())?;
//! assert_eq!((outcome.console(), outcome.status()), ("", 7));
//! # Ok::<(), nestor::Failure>(())
//! ```
//!
//! A [`Session`] is a machine with a program in it, for runs that are watched or go on with live input.
//! `docs/testing-your-programs.md` shows how to test programs.

pub mod command;
pub mod conformance;
pub mod debug;
pub mod diagnostics;
pub mod disk;
pub mod dump;
pub mod ending;
pub mod failure;
pub mod fault;
pub mod files;
pub mod highlighting;
pub mod host;
pub mod images;
pub mod lesson;
mod levels;
pub mod listing;
pub mod lockstep;
pub mod memory_size;
mod names;
pub mod nest;
pub mod outcome;
mod outside;
mod pace;
mod paragraph;
mod parts;
mod places;
pub mod program;
pub mod recording;
pub mod report;
pub mod runner;
pub mod saved;
pub mod sealed;
pub mod selftest;
pub mod session;
pub mod status;
pub mod terminal;
pub mod trace;
mod upcoming;

pub use failure::Failure;
pub use outcome::Outcome;
pub use program::Program;
pub use session::{Session, Settings};
pub use {assembler, isa};

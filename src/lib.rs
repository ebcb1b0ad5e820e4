//! Nestor as a library: what the command line, the tests and other Rust programs use.
//!
//! This crate alone sees both the assembler and the machine. It is also the only one that reads files, writes to a
//! terminal or knows what time it is; the crates below it are pure.
//!
//! A [`program::Program`] comes from sources or from an image, a [`session::Session`] is a machine with a program in it:
//!
//! ```
//! use assembler::{NoFiles, Source};
//! use nestor::program::Program;
//! use nestor::session::{Session, Settings};
//!
//! let source = Source::new("seven.s", ".text\n.proc main\n li r1, 7\n ret\n.endproc\n");
//! let program = Program::assemble(vec![source], false, &mut NoFiles)?;
//! let mut session = Session::boot(&program, Settings::default())?;
//! let mut printed = Vec::new();
//! let ending = session.run(Some(1000), &mut std::io::empty(), &mut printed)?;
//! assert_eq!(nestor::status::of_ending(&ending), 7);
//! # Ok::<(), nestor::failure::Failure>(())
//! ```

pub mod command;
pub mod conformance;
pub mod diagnostics;
pub mod disk;
pub mod dump;
pub mod ending;
pub mod failure;
pub mod fault;
pub mod files;
pub mod highlighting;
pub mod lesson;
pub mod listing;
pub mod memory_size;
mod names;
mod outside;
mod paragraph;
pub mod program;
pub mod recording;
pub mod report;
pub mod session;
pub mod status;
pub mod trace;
mod upcoming;

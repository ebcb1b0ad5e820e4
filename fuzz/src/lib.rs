//! Programs made at random, to hold the fast engine of Nestor against its specification.
//!
//! Random instructions lose their capabilities at once and then test nothing. So a program is written while the
//! specification runs it: at each place that it comes to, the next instruction is chosen by what the registers hold
//! there. What comes of it is a [`Case`], which any machine can run again.
//!
//! Where to start reading:
//!
//! 1. `case`: what a case is. `world`: what it begins with. `nest`: hosts around it.
//! 2. `author`: how its program comes to be. `choice`: which instruction comes next.
//! 3. `compare`: two machines side by side. `shrink`: less of a case that shows a difference. `fuzzer`: all of it,
//!    again and again; `coverage`: what that reached.
//!
//! Invariant: nothing here is left to chance but by a seed: the same seed gives the same cases.

mod author;
mod case;
mod chance;
mod choice;
mod code;
mod compare;
mod coverage;
mod fuzzer;
mod nest;
mod shrink;
mod world;

pub use case::{Attach, BOOT, Case, Part, WORLD, WORLD_REAL, What};
pub use compare::{Difference, Make, Manner, Runner, compare, engine};
pub use coverage::Coverage;
pub use fuzzer::{Found, Fuzzer};

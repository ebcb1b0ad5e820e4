//! The fast engine: the machine of `isa`, run one or two orders of magnitude faster, and with nothing approximate.
//!
//! The state of a machine is an [`isa::machine::Machine`]; an [`Engine`] makes its steps. Common instructions are decoded
//! once and carried out on a copy of the registers that is laid out for speed, on the same memory. Everything that is
//! rare is done by the specification's own step, so each rare thing has one meaning.
//!
//! Where to start reading:
//!
//! 1. `engine`: a run, and what happens where the common instructions stop.
//! 2. `cpu`: the registers as they are laid out. `window`: what the rule of access said, kept for as long as it is true.
//!    `pages`: how stores find out that they change something that is remembered.
//! 3. `code` and `decode`: spans of decoded instructions. `op`: what each of them does, and how one follows another.
//!
//! Invariant: nothing that is remembered shows. Whatever caches there are and however large, an engine leaves the state
//! that the specification leaves after as many steps, and what it remembers is dropped when something that it was
//! derived from changes.

mod code;
#[allow(unsafe_code, reason = "it finds registers by operands without a check")]
mod cpu;
mod decode;
#[allow(unsafe_code, reason = "it starts chains of operations")]
mod engine;
mod fault;
mod nest;
#[allow(
    unsafe_code,
    reason = "operations work on registers and memory through pointers that are valid by construction"
)]
mod op;
mod pages;
mod place;
mod slots;
mod transfer;
#[allow(
    unsafe_code,
    reason = "it finds entries by a masked index without a check"
)]
mod window;

pub use engine::{Configuration, Engine};
pub use fault::{Fault, Planted};

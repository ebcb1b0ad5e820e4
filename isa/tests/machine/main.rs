//! The executable specification, tried out with machine code.
//!
//! [`rig`] makes a small world of segments and runs single lines of assembly in it, in any ring; [`nest`] makes
//! machines in machines, with such a world inside.

mod any_guest;
mod dice;
mod nest;
mod rig;

mod arithmetic;
mod blocks;
mod chain;
mod coverage;
mod depth;
mod derivation;
mod devices;
mod events;
mod flow;
mod labels;
mod lockstep;
mod owners;
mod paging;
mod rings;
mod tags;
mod time;
mod totality;
mod traps;
